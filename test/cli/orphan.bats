#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree
#
# Memory whose device has left the bus.

load cli

# A machine with one device, and the memory of a device of region 1 that is gone: two of eight blocks are offline.
setup()
{
	local block
	tree_new
	tree_region 0
	tree_device 0
	for block in {64..71}; do
		local memory=$tree/sys/devices/system/memory/memory$block
		mkdir -p "$memory/node2" "$tree/sys/devices/system/node/node2/memory$block"
		echo online > "$memory/state"
		echo Movable > "$memory/valid_zones"
	done
	for block in 64 65; do
		echo offline > "$tree/sys/devices/system/memory/memory$block/state"
		echo 'Normal Movable' > "$tree/sys/devices/system/memory/memory$block/valid_zones"
	done
	echo Normal > "$tree/sys/devices/system/memory/memory66/valid_zones"
	iomem 200000000-23fffffff:region1 200000000-23fffffff:dax1.0 '200000000-23fffffff:System RAM (kmem)'
}

# iomem RANGE:NAME...: /proc/iomem with these entries, and a device that device_dax claimed
iomem()
{
	local entry
	{
		echo '00001000-0009ffff : System RAM'
		echo '100000000-13fffffff : dax0.0'
		for entry; do echo "  ${entry%%:*} : ${entry#*:}"; done
	} > "$tree/proc/iomem"
}

list()
{
	daxbus list --sysroot "$tree" "$@"
}

readonly section='Memory without a device:
      START         END SIZE FORMER_DEVICE NODE BLOCKS ONLINE MOVABLE
0x200000000 0x23fffffff   1G dax1.0           2      8      6       5'

@test "list: orphan: section after the devices, line on stderr" {
	list
	is_status 0
	is_output \
"DEVICE PROVIDER MODE   DRIVER     SIZE TARGET_NODE BLOCKS ONLINE MOVABLE FLAGS
dax0.0 hmem     devdax device_dax   1G           1      -      -       - -
$section"
	[[ $stderr == 'daxbus: 1 range of memory has no device any more'* ]] || mismatch
}

@test "list: orphan: section in each table for people, no other lines in one for programs" {
	local view
	for view in --regions --mappings --blocks --tree --map; do
		list $view
		[[ $output == *"$section" ]] || mismatch "$view"
	done
	for view in --noheadings --raw --pairs --output=DEVICE,SIZE; do
		list $view
		[[ ${#lines[@]} -le 2 && $output != *0x2* ]] || mismatch "$view"
	done
	list dax0.0
	[[ $output != *Memory* ]] || mismatch 'not selected'
	is_stderr ''
}

@test "list: --orphans: table of orphans, with chosen columns, bytes" {
	list --orphans
	is_output "${section#*$'\n'}"
	list --orphans --raw --noheadings --bytes -o former_device,size,kernel,offline
	is_output 'dax1.0 1073741824 1 2'
	list --orphans --output-all --pairs
	is_output 'START="0x200000000" END="0x23fffffff" SIZE="1G" FORMER_DEVICE="dax1.0" NODE="2" BLOCKS="8" ONLINE="6" MOVABLE="5" KERNEL="1" OFFLINE="2"'
}

@test "list: orphan, --json: in orphans, sum in daxbus" {
	list --json
	[[ $(json '.daxbus.orphaned, .orphans') == '1073741824
[{"start":8589934592,"end":9663676415,"size":1073741824,"former_device":"dax1.0","node":2,"blocks":8,"online":6,"movable":5,"kernel":1,"offline":2}]' ]] ||
		mismatch 'orphans'
	list --json --orphans -o START
	[[ $(json '.orphans') == '[{"start":8589934592}]' ]] || mismatch 'chosen'
	list --json dax0.0
	[[ $(json '.orphans') == '[]' ]] || mismatch 'not selected'
}

@test "list: range as selector: that orphan, canonical or not; exit 3 or 2 if there is none" {
	list 0x200000000-0x23fffffff
	is_status 0
	is_output "$section"
	list --orphans --raw --noheadings -o FORMER_DEVICE 0x0200000000-0x23FFFFFFF dax0.0
	is_output 'dax1.0'
	list 0x200000000-0x23ffffffe
	is_status 3
	[[ $stderr == *'there is no memory without a device at 0x200000000-0x23ffffffe'* ]] || mismatch
	list 0x200000000-0x100000000
	is_status 2
}

@test "offline, online: range as selector, --dry-run: steps on the blocks of the range" {
	daxbus offline --sysroot "$tree" --dry-run --json 0x200000000-0x23fffffff
	is_status 0
	[[ $(json '.results[0] | [.device, .result, .from, .to]') == '["0x200000000-0x23fffffff","planned","kmem","kmem"]' ]] ||
		mismatch 'offline'
	[[ $output == *66*71* && $output == *'only a reboot gives the memory back'* ]] || mismatch 'blocks'
	daxbus online --sysroot "$tree" --dry-run --json --size=1G 0x200000000-0x23fffffff
	[[ $(json '.results[0].result') == '"planned"' && $output == *'memory{64..65}/state'* ]] || mismatch 'online'
	daxbus reconfigure --mode=devdax --sysroot "$tree" --dry-run --json 0x200000000-0x23fffffff
	is_status 5
	[[ $(json '.results[0].code') == '"stuck-until-reboot"' ]] || mismatch 'reconfigure'
}

@test "list, offline: name of a device that has left the bus: exit 3, command for its memory" {
	local line
	for line in 'offline --dry-run' 'reconfigure --mode=devdax --dry-run' list; do
		# shellcheck disable=SC2086 # words
		daxbus $line --sysroot "$tree" dax1.0
		is_status 3
		is_stderr "daxbus: there is no device 'dax1.0' on the dax bus; it has left the bus, and its memory stays in use until 'daxbus offline 0x200000000-0x23fffffff'"
	done
	list dax1.1
	is_status 3
	is_stderr "daxbus: there is no device 'dax1.1' on the dax bus"
}

@test "list: range with a device on the bus, or without memory: no orphan" {
	iomem 200000000-23fffffff:region1 200000000-23fffffff:dax1.0
	list --json
	[[ $(json '.orphans') == '[]' ]] || mismatch 'without memory'
	iomem 200000000-23fffffff:region1 200000000-23fffffff:dax1.0 '200000000-23fffffff:System RAM (kmem)'
	tree_region 1
	tree_device 1
	list --json
	[[ $(json '.orphans') == '[]' ]] || mismatch 'with a device'
}

@test "list: device of the same name elsewhere: still an orphan" {
	iomem 240000000-27fffffff:dax1.0 '240000000-27fffffff:System RAM (kmem)'
	tree_region 1
	tree_device 1
	list --json
	[[ $(json '.orphans | map([.start, .former_device, .blocks])') == '[[9663676416,"dax1.0",0]]' ]] || mismatch
}

@test "list: /proc/iomem missing or of zeros: orphans unknown, not none" {
	iomem 00000000-00000000:dax1.0 '00000000-00000000:System RAM (kmem)'
	sed -i 's/[0-9a-f]*-[0-9a-f]* :/00000000-00000000 :/' "$tree/proc/iomem"
	list --json
	[[ $(json '.daxbus.orphaned, .orphans') == $'null\nnull' ]] || mismatch 'zeros'
	list --orphans
	is_output ''
	[[ $stderr == 'daxbus: memory without a device is unknown: '* ]] || mismatch 'no note'
	rm "$tree/proc/iomem"
	list --json
	[[ $(json '.orphans') == null ]] || mismatch 'missing'
}
