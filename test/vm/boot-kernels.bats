#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a policy restores after an update of the kernel: boot-policy.bats in three boots with one disk, the last one with
# another kernel. Runs on the host, in a build directory.

# bats sets stderr
# shellcheck disable=SC2154

bats_require_minimum_version 1.5.0

boot_with() {
	run --separate-stderr "$BATS_TEST_DIRNAME/vm" bats --kernel "$1" --boot --no-setup --cpus 1 --disk "$BATS_TEST_TMPDIR/disk" --env DAXBUS_LONG \
		"$BATS_TEST_DIRNAME/boot-policy.bats"
	[ "$status" = 0 ] || { echo "$output" "$stderr"; return 1; }
}

@test "policy save: saved on 6.12: restored on 7.3, with modules in reverse order" {
	export DAXBUS_LONG=1
	boot_with 6.12
	boot_with 6.12
	boot_with 7.3
	[[ $output == *"# boot 3: "* ]]
}
