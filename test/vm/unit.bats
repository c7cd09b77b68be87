#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Unit tests that need a machine of their own: a device, a module that is not loaded, a kernel log to write into. Runs
# inside a machine, where kmem is not loaded yet, or can be unloaded.

load guest

# alone PROGRAM: its tests for a machine, none of which may be left out
alone() {
	DAXBUS_TEST_MACHINE=1 run "test/unit/$1"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output != *SKIPPED* ]]
}

@test "the kernel's messages, and nobody else's" { alone io/test-kmsg; }

@test "modules are loaded, by who may" {
	rmmod kmem 2>/dev/null || true
	alone io/test-libkmod
}

@test "an instance whose bind failed is known again, and its successor is not taken for it" { alone scan/test-facts; }
