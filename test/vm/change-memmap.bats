#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# reconfigure --memmap-on-memory. Runs in a guest with memory_hotplug.memmap_on_memory=1 and memhp_default_state=offline.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

# node_ram NODE: its RAM, in kB
node_ram() { awk '/MemTotal/ { print $4 }' "/sys/devices/system/node/node$1/meminfo"; }

setup() { remember; }

@test "reconfigure: --memmap-on-memory=yes and no: memmap on the device's memory, or elsewhere" {
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	daxbus_says 0 reconfigure --mode=kmem --memmap-on-memory=yes dax0.0
	is "kmem 8 movable" dax0.0
	[ "$(cat $devices/dax0.0/memmap_on_memory)" = 1 ]
	# The memmap takes 2 MiB of each block.
	[ "$(node_ram 1)" = $((8 * (131072 - 2048))) ]
	settled
	daxbus_says 0 reconfigure --mode=kmem dax0.0 --json
	[ "$(result .result)" = unchanged ]
	daxbus_says 0 reconfigure --mode=kmem --memmap-on-memory=no dax0.0
	is "kmem 8 movable" dax0.0
	[ "$(cat $devices/dax0.0/memmap_on_memory)" = 0 ]
	[ "$(node_ram 1)" = $((8 * 131072)) ]
	settled
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

@test "reconfigure: --memmap-on-memory=yes, kernel refuses to online memory: setting undone" {
	inject online -12
	daxbus_says 1 reconfigure --mode=kmem --memmap-on-memory=yes dax0.0
	inject online 0
	[ "$(cat $devices/dax0.0/memmap_on_memory)" = 0 ]
	is device_dax dax0.0
	settled
}
