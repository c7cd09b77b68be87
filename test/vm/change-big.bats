#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# 16 GiB in one device: 128 memory blocks, which take 256 MiB of page map out of the memory that is there.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

setup() { remember; }
teardown() { free_all; }

@test "no room for the page map: refused before anything is touched" {
	leave_free $((160 * 1024))
	remember
	refuses no-room-for-page-map reconfigure --mode=kmem dax0.0
	is device_dax dax0.0
}

@test "16 GiB there and back" {
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	is "kmem 128 movable" dax0.0
	settled
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	is device_dax dax0.0
	settled
}
