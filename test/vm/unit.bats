#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Unit tests that need root, a device, a module that is not loaded, or a kernel log to write to. Runs in a guest where
# kmem is not loaded, or can be unloaded.

load guest

# alone PROGRAM: run a unit test; none of its tests may be skipped
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
