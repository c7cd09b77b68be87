#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The traces that test/model/replay compares the model with are still what this kernel answers. Leaves memory behind that
# only a reboot removes.

# names of guest.bash
# shellcheck disable=SC2154
load guest

@test "vm: the questions of the recorded trace: the answers of the trace" {
	modprobe kmem
	run test/model/replay -l "$BATS_TEST_DIRNAME/../model/traces/$(kernel).trace"
	printf '%s\n' "$output"
	[ "$status" -eq 0 ]
	echo "# ${lines[-1]}" >&3
}
