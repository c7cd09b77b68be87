#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One device of 16 GiB: 128 memory blocks, whose memmap takes 256 MiB of the other memory. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

setup() { remember; }
teardown() { free_all; }

@test "reconfigure: kmem, no room for the memmap: refused, device untouched" {
	leave_free $((160 * 1024))
	remember
	refuses no-room-for-memmap reconfigure --mode=kmem dax0.0
	is device_dax dax0.0
}

@test "reconfigure: 16 GiB device: to kmem and back" {
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	is "kmem 128 movable" dax0.0
	settled
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	is device_dax dax0.0
	settled
}

# blocks_written ARG...: the memory blocks in the order in which daxbus ARG... writes their states
blocks_written() {
	strace -f -y -qq -e trace=write -o "$BATS_TEST_TMPDIR/writes" "$daxbus" "$@" >/dev/null
	sed -nE 's,.*/memory([0-9]+)/state>.*,\1,p' "$BATS_TEST_TMPDIR/writes"
}

# In order of address the kernel would rescan the whole zone after each block.
@test "offline, online: 16 GiB device: second block first offline and last online" {
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	first=$((16#100000000 / 16#8000000))
	last=$((first + 127))
	[[ $(blocks_written offline dax0.0) == "$((first + 1))
$(seq $last -1 $((first + 2)))
$first" ]]
	is "kmem 128 offline" dax0.0
	[[ $(blocks_written online dax0.0) == "$first
$(seq $((first + 2)) $last)
$((first + 1))" ]]
	is "kmem 128 movable" dax0.0
	[[ $(blocks_written offline --size=256M dax0.0) == "$last
$((last - 1))" ]]
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}
