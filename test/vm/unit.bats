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

@test "unit: messages of the kernel log: test-kmsg passes as root" { alone io/test-kmsg; }

@test "unit: module kmem not loaded: test-module passes as root" {
	rmmod kmem 2>/dev/null || true
	alone io/test-libkmod
}

@test "unit: bind of an instance failed: test-facts passes as root" { alone scan/test-facts; }
