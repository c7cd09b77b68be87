#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# list with memmap_on_memory: every memory block holds its own memmap. Runs in a guest with
# memory_hotplug.memmap_on_memory=1 and memhp_default_state=offline.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

@test "list: memmap_on_memory: block counts exact" {
	[ "$(json '.daxbus.memmap_on_memory')" = Y ]
	unbind dax1.0
	echo 1 >$devices/dax1.0/memmap_on_memory
	bind dax1.0 kmem
	[ "$(device dax1.0 .memmap_on_memory)" = true ]
	first=$(first_block dax1.0)
	for n in 0 1 2 7; do
		online $((first + n)) online_movable
		assert_counts dax1.0
	done
	online $((first + 3)) online_kernel
	assert_counts dax1.0
	# The memmap does take memory of the blocks: this is not the ordinary case again.
	total=$(awk '/MemTotal/ {print $4}' /sys/devices/system/node/node2/meminfo)
	[ "$total" -lt $((5 * 131072)) ]
}

# The first pages of a block are its memmap, whether it is online or not.
@test "list: memmap_on_memory, two devices on one node: counts from page flags exact" {
	unbind dax0.0
	echo $((512 << 20)) >$devices/dax0.0/size
	echo 1 >"$(readlink -f $devices/dax0.0)/../dax_region/create"
	second=$(cat "$(readlink -f $devices/dax0.0)/../dax_region/create")
	echo $((512 << 20)) >"$devices/$second/size"
	for device in dax0.0 "$second"; do echo 1 >"$devices/$device/memmap_on_memory"; done
	for device in dax0.0 "$second"; do bind "$device" kmem; done
	first=$(first_block dax0.0)
	for n in 0 5 2 7; do
		online $((first + n)) online_movable
		assert_counts dax0.0
		assert_counts "$second"
	done
	trace=$(strace -f -qq -e trace=openat,openat2,pread64 "$daxbus" list 2>&1)
	[[ $trace == *pread64* && $trace != *"memory3"[0-9]/valid_zones* ]]
}
