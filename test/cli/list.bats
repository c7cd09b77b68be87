#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree

load cli

setup()
{
	tree_with_two
}

list()
{
	daxbus list --sysroot "$tree" "$@"
}

# device N: the directory of device daxN.0
device()
{
	echo "$tree/sys/devices/platform/hmem.$1/dax$1.0"
}

@test "list: no option: table of devices" {
	list
	is_status 0
	is_stderr ''
	is_output \
'DEVICE PROVIDER MODE   DRIVER     SIZE TARGET_NODE BLOCKS ONLINE MOVABLE FLAGS
dax0.0 hmem     devdax device_dax   1G           1      -      -       - -
dax1.0 hmem     devdax device_dax   1G           2      -      -       - -'
}

@test "list: --regions, -R: table of regions" {
	list --regions
	is_output \
'REGION PROVIDER SIZE AVAILABLE_SIZE ALIGN DYNAMIC CREATABLE TARGET_NODE PATH
     0 hmem       1G              0    2M yes     no                  1 /devices/platform/hmem.0
     1 hmem       1G              0    2M yes     no                  2 /devices/platform/hmem.1'
	local expected=$output
	list -R
	is_output "$expected"
}

@test "list: --mappings, -M: table of mappings" {
	list --mappings
	is_output \
'DEVICE       START         END SIZE PAGE_OFFSET
dax0.0 0x100000000 0x13fffffff   1G           0
dax1.0 0x200000000 0x23fffffff   1G           0'
	local expected=$output
	list -M
	is_output "$expected"
}

@test "list: --tree, -T: regions, devices and mappings" {
	list --tree -o SIZE,PROVIDER,MODE
	is_output \
'NAME                        SIZE PROVIDER MODE
region0                       1G hmem     
`-dax0.0                      1G hmem     devdax
  `-0x100000000-0x13fffffff   1G          
region1                       1G hmem     
`-dax1.0                      1G hmem     devdax
  `-0x200000000-0x23fffffff   1G          '
	local expected=$output
	list -T -o SIZE,PROVIDER,MODE
	is_output "$expected"
}

@test "list: --mappings with a column of the device only: a line for each mapping" {
	list --mappings -n -o DEVICE
	is_output $'dax0.0\ndax1.0'
}

@test "list: --output: columns in the order given, upper or lower case, region's too" {
	list -o size,Device,PATH dax1.0
	is_output \
'SIZE DEVICE PATH
  1G dax1.0 /devices/platform/hmem.1'
}

@test "list: --output with +: columns added to the default" {
	list -o +ALIGN,UUID dax0.0
	is_output \
'DEVICE PROVIDER MODE   DRIVER     SIZE TARGET_NODE BLOCKS ONLINE MOVABLE FLAGS ALIGN UUID
dax0.0 hmem     devdax device_dax   1G           1      -      -       - -        2M -'
}

@test "list: --output-all: every field of devices and regions" {
	list --output-all --pairs dax0.0
	local kind field fields
	for kind in device region; do
		fields=$("$DAXBUS" __introspect fields "$kind")
		[[ $fields == *size* ]]
		for field in $fields; do
			[[ " $output" == *" ${field^^}="* ]] || mismatch "no $field"
		done
	done
}

# unsafe KERNEL-MEMORY DEVICE: the commands that would lose memory of the device
unsafe()
{
	daxbus list --sysroot "$BATS_TEST_DIRNAME/../sysroots/$1" --json -o UNSAFE_COMMANDS "$2"
	is_status 0
	output=$(json '.devices[0].unsafe_commands')
}

@test "list: memory online: commands of other tools that would lose it, by provider; none if offline or not in kmem" {
	unsafe 6.1-hmem dax1.0
	is_output '["modprobe -r dax_hmem","modprobe -r kmem"]'
	unsafe 6.1-hmem dax0.0
	is_output null
	unsafe 6.12-cxl dax0.0
	is_output '["cxl disable-region region0","cxl destroy-region --force region0","modprobe -r dax_cxl","modprobe -r kmem"]'
	# all of it is offline
	unsafe 7.3-big dax0.3
	is_output null
}

@test "list: --bytes, --noheadings, --raw, --pairs: output in that format" {
	list --bytes -o SIZE dax0.0
	is_output $'      SIZE\n1073741824'
	list --noheadings -o DEVICE,SIZE dax0.0
	is_output 'dax0.0   1G'
	list --raw -o DEVICE,PROVIDER,FLAGS
	is_output $'DEVICE PROVIDER FLAGS\ndax0.0 hmem -\ndax1.0 hmem -'
	list --pairs -o DEVICE,SIZE dax0.0
	is_output 'DEVICE="dax0.0" SIZE="1G"'
}

@test "list: sizes: exact, with one decimal or in a smaller unit" {
	local row bytes text
	for row in 0:0 1:1 1023:1023 1024:1K 1536:1.5K 1537:1537 1048576:1M 1610612736:1.5G \
		1071644672:1022M 1099509530624:1048574M 1099511627776:1T \
		18446744073709551615:18446744073709551615; do
		bytes=${row%:*} text=${row#*:}
		echo "$bytes" > "$(device 0)/size"
		list -r -n -o SIZE dax0.0
		is_output "$text"
	done
}

@test "list: value unknown or absent: ? or - in a table, null in JSON" {
	: > "$(device 0)/size"
	list -o SIZE,UUID -r -n dax0.0
	is_output '? -'
	list --json dax0.0
	[[ $(json '.devices[0] | [has("size"), .size]') == '[true,null]' ]]
	[[ $(json '.regions[0] | [has("pmem"), .pmem]') == '[true,null]' ]]
}

@test "list: value unknown, --verbose: file named on stderr" {
	: > "$(device 0)/size"
	list -n -o DEVICE,SIZE dax0.0
	is_output 'dax0.0    ?'
	is_stderr ''
	list -n -o DEVICE,SIZE dax0.0 --verbose
	is_output 'dax0.0    ?'
	[[ $stderr == *'dax0.0/size'* ]]
}

@test "list: invalid name on the bus: note on stderr, control characters as ?" {
	touch "$tree/sys/bus/dax/devices/"$'evil\edevice'
	list -n -o DEVICE
	is_status 0
	is_output $'dax0.0\ndax1.0'
	[[ $stderr == 'daxbus: '*'evil?device'* ]]
	list --json
	[[ $(json '.daxbus.notes | length') == 1 ]]
}

@test "list: invalid UTF-8 in an attribute, --json: valid UTF-8" {
	printf 'MAJOR=1\nDRIVER=a\xff\xc3\xa9\xed\xa0\x80b\n' > "$(device 0)/uevent"
	list --json dax0.0
	is_status 0
	iconv -f UTF-8 -t UTF-8 <<< "$output" > "$BATS_TEST_TMPDIR/document"
	[[ $(json '.devices[0].driver | explode | map(select(. == 65533)) | length') == 4 ]]
}

@test "list: no dax bus: exit 0, hint on stderr, empty document" {
	rm -r "$tree/sys/bus/dax"
	list
	is_status 0
	is_output ''
	is_stderr "daxbus: no devices: the kernel has no dax bus (see 'daxbus explain')"
	list --json
	is_status 0
	[[ $(json '[.regions, .devices, .blocks]') == '[[],[],null]' ]]
}

@test "list: dax bus without devices: exit 0, hint on stderr" {
	rm "$tree"/sys/bus/dax/devices/*
	list
	is_status 0
	is_output ''
	[[ $stderr == "daxbus: no devices: the kernel knows no memory for devices: "*" (see 'daxbus explain')" ]] || mismatch
}

@test "list: no devices, but soft-reserved memory or CXL memory devices: reason on stderr" {
	rm -r "$tree"/sys/bus/dax/devices/* "$tree"/sys/devices/platform/*
	mkdir -p "$tree"/sys/bus/platform/{devices/hmem.0,drivers} "$tree"/sys/bus/cxl/devices/{mem0,decoder0.0}
	list
	is_status 0
	is_stderr "daxbus: no devices: dax_hmem, the driver for memory that the firmware has set aside (Soft Reserved), \
is not loaded (see 'daxbus explain')"
	rmdir "$tree/sys/bus/platform/devices/hmem.0"
	printf '00000000-00000000 : Soft Reserved\n' > "$tree/proc/iomem"
	mkdir -p "$tree"/sys/bus/cxl/devices/{mem1,region0} "$tree/sys/bus/platform/drivers/hmem"
	list
	[[ $stderr == *'dax_hmem has no region of it'* ]] || mismatch
	list all
	is_stderr ''
}

@test "list: selector matches nothing: exit 0, empty document" {
	list 'dax9.*' mode=kmem
	is_status 0
	is_output ''
	is_stderr ''
	list 'dax9.*' --json
	is_status 0
	[[ $(json '[.regions, .devices]') == '[[],[]]' ]]
}

@test "list: unknown device or region: exit 3" {
	local name
	for name in dax9.9 /dev/dax9.9 region9; do
		list "$name"
		is_status 3
		is_output ''
		[[ ${#stderr_lines[@]} -eq 1 ]] || mismatch "$name"
		[[ $stderr == "daxbus: "*"${name#/dev/}"* ]] || mismatch "$name"
	done
	list --json dax9.9
	is_status 3
	[[ $(json '.error.code') == '"not-found"' ]]
}

@test "list: sysroot does not exist or is a file: exit 3 or 2" {
	daxbus list --sysroot "$tree/none"
	is_status 3
	[[ $stderr == *"$tree/none"* ]]
	daxbus list --sysroot "$tree/proc/sys/kernel/osrelease"
	is_status 2
	[[ $stderr == *osrelease* ]]
}

@test "list: invalid selector: exit 2" {
	local word
	for word in 'dax0' dax0.0/.. ../dax0.0 '' ',' '=' 'size=1X' 'nofield=1' 'region'; do
		list "$word"
		is_status 2
		is_output ''
		[[ ${stderr_lines[0]} == 'daxbus: '* ]] || mismatch "'$word'"
	done
}

@test "list: --json with a selector: selected devices and their regions" {
	list --json dax1.0
	[[ $(json '[.devices[].device]') == '["dax1.0"]' ]]
	[[ $(json '[.regions[].region]') == '[1]' ]]
}

@test "list: --json with --bytes: same numbers" {
	list --json --bytes dax0.0
	local expected=$output
	list --json dax0.0
	is_output "$expected"
	[[ $(json '.devices[0] | [.size, .target_node, .region]') == '[1073741824,1,0]' ]]
	[[ $(json '.devices[0].mappings[0] | [.start, .end, .page_offset, .size]') == \
		'[4294967296,5368709119,0,1073741824]' ]]
	[[ $(json '.devices[0].provider') == '"hmem"' ]]
}

@test "list: --json without and with --blocks: blocks null, or an array" {
	list --json
	[[ $(json '[has("blocks"), .blocks]') == '[true,null]' ]]
	list --json --blocks
	[[ $(json '.blocks') == '[]' ]]
}

@test "list: --json with --output: keys chosen, other arrays empty" {
	list --json -o DEVICE,SIZE,ALIGN dax0.0
	[[ $(json '.devices') == '[{"device":"dax0.0","size":1073741824,"align":2097152}]' ]]
	[[ $(json '.regions') == '[]' ]]
	list --json --regions -o REGION,UUID dax0.0
	[[ $(json '.regions') == '[{"region":0,"pmem":null}]' ]]
	[[ $(json '.devices') == '[]' ]]
	list --json --mappings -o DEVICE,START dax0.0
	[[ $(json '.devices') == '[{"device":"dax0.0","mappings":[{"start":4294967296}]}]' ]]
}

@test "list: --json with --output-all or --output with +: whole document" {
	list --json
	local expected=$output
	list --json -o +UUID
	is_output "$expected"
	list --json --output-all
	is_output "$expected"
}

# --- memory blocks --------------------------------------------------------------------------------

# blocks NODE STATE ZONES FIRST LAST: memory blocks of a node
blocks()
{
	local memory=$tree/sys/devices/system/memory node=$tree/sys/devices/system/node/node$1 i
	mkdir -p "$node"
	for ((i = $4; i <= $5; i++)); do
		mkdir -p "$memory/memory$i"
		[[ -e $node/memory$i ]] || ln -s "../../memory/memory$i" "$node/memory$i"
		echo "$2" > "$memory/memory$i/state"
		echo "$3" > "$memory/memory$i/valid_zones"
	done
}

# Two devices in kmem, with blocks 32 to 47, one behind the other, on one node.
two_with_blocks()
{
	region_of 2
	put 0 kmem 0+1024
	put 1 kmem 1024+1024
	echo 1 > "$tree/sys/devices/platform/hmem.0/dax0.0/target_node"
	echo 1 > "$tree/sys/devices/platform/hmem.0/dax0.1/target_node"
	blocks 1 online Movable 32 47
}

@test "list: --blocks, -B, neighbours equal: one line for each device" {
	two_with_blocks
	list --blocks
	is_status 0
	is_stderr ''
	is_output \
'BLOCK COUNT DEVICE       START         END SIZE STATE  ZONES   NODE
32-39     8 dax0.0 0x100000000 0x13fffffff   1G online Movable    1
40-47     8 dax0.1 0x140000000 0x17fffffff   1G online Movable    1'
	local expected=$output
	list -B
	is_output "$expected"
	list --blocks dax0.1 -n
	is_output '40-47     8 dax0.1 0x140000000 0x17fffffff   1G online Movable    1'
}

@test "list: --blocks, state or zones differ, block missing or value unknown: another line" {
	two_with_blocks
	blocks 1 offline 'Normal Movable' 34 35
	blocks 1 offline 'Movable Normal' 36 36
	blocks 1 going-offline Movable 38 38
	rm "$tree/sys/devices/system/node/node1/memory43"
	rm -r "$tree/sys/devices/system/memory/memory43"
	: > "$tree/sys/devices/system/memory/memory45/state"
	: > "$tree/sys/devices/system/memory/memory46/state"
	list --blocks
	is_status 0
	is_output \
'BLOCK COUNT DEVICE       START         END SIZE STATE         ZONES          NODE
32-33     2 dax0.0 0x100000000 0x10fffffff 256M online        Movable           1
34-35     2 dax0.0 0x110000000 0x11fffffff 256M offline       Normal,Movable    1
   36     1 dax0.0 0x120000000 0x127ffffff 128M offline       Movable,Normal    1
   37     1 dax0.0 0x128000000 0x12fffffff 128M online        Movable           1
   38     1 dax0.0 0x130000000 0x137ffffff 128M going-offline Movable           1
   39     1 dax0.0 0x138000000 0x13fffffff 128M online        Movable           1
40-42     3 dax0.1 0x140000000 0x157ffffff 384M online        Movable           1
   44     1 dax0.1 0x160000000 0x167ffffff 128M online        Movable           1
45-46     2 dax0.1 0x168000000 0x177ffffff 256M ?             Movable           1
   47     1 dax0.1 0x178000000 0x17fffffff 128M online        Movable           1'
}

@test "list: --blocks, every second block offline: a line for each" {
	two_with_blocks
	local i
	for ((i = 33; i < 48; i += 2)); do blocks 1 offline 'Normal Movable' $i $i; done
	list --blocks -n -r -o BLOCK,COUNT,STATE
	[[ ${#lines[@]} -eq 16 ]] || mismatch lines
	[[ ${lines[0]} == '32 1 online' && ${lines[15]} == '47 1 offline' ]] || mismatch ends
}

@test "list: --blocks, --output: blocks equal in the columns shown are one line" {
	two_with_blocks
	blocks 1 offline 'Normal Movable' 36 43
	list --blocks -n -r -o BLOCK,COUNT,SIZE,NODE
	is_output '32-47 16 2G 1'
	list --blocks -n -r -o START,END
	is_output '0x100000000 0x17fffffff'
	list --blocks -n -r -o COUNT,STATE
	is_output $'4 online\n8 offline\n4 online'
	list --blocks -n -r -o BLOCK,DEVICE,MODE
	is_output $'32-39 dax0.0 kmem\n40-47 dax0.1 kmem'
	list --blocks -n --pairs --bytes -o BLOCK,SIZE,ZONES dax0.0
	is_output $'BLOCK="32-35" SIZE="536870912" ZONES="Movable"\nBLOCK="36-39" SIZE="536870912" ZONES="Normal,Movable"'
}

@test "list: --blocks --split: a line for each block" {
	two_with_blocks
	blocks 1 offline 'Normal Movable' 33 33
	list --blocks --split dax0.0 -o BLOCK,COUNT,SIZE,STATE
	is_output \
'BLOCK COUNT SIZE STATE
   32     1 128M online
   33     1 128M offline
   34     1 128M online
   35     1 128M online
   36     1 128M online
   37     1 128M online
   38     1 128M online
   39     1 128M online'
	list --blocks --split -n --raw
	[[ ${#lines[@]} -eq 16 ]] || mismatch lines
	[[ ${lines[15]} == '47 1 dax0.1 0x178000000 0x17fffffff 128M online Movable 1' ]] || mismatch last
}

@test "list: --split without --blocks: exit 2" {
	local view
	for view in '' --regions --mappings --tree --map --json; do
		# shellcheck disable=SC2086 # no word, or one
		list --split $view
		[[ $view == --json ]] || is_usage_error "option '--split' requires --blocks"
		is_status 2
	done
}

@test "list: --blocks --json: each block, with and without --split" {
	two_with_blocks
	list --blocks --json
	is_status 0
	[[ $(json '[.blocks[].block] == [range(32; 48)]') == true ]] || mismatch numbers
	[[ $(json '.blocks[15]') == '{"block":47,"start":6308233216,"end":6442450943,"size":134217728,'\
'"state":"online","zones":["Movable"],"node":1,"device":"dax0.1"}' ]] || mismatch last
	local expected=$output
	list --blocks --json --split
	is_output "$expected"
	list --blocks --json -o BLOCK,STATE dax0.0
	[[ $(json '.blocks[7]') == '{"block":39,"state":"online"}' ]] || mismatch chosen
	[[ $(json '.blocks | length') == 8 ]] || mismatch number
}

@test "list: --blocks --json, column without a key: exit 2, column named" {
	two_with_blocks
	list --blocks --json -o BLOCK,COUNT
	is_status 2
	[[ $stderr == 'daxbus: column COUNT is not in JSON documents'* ]] || mismatch message
	list --blocks --json -o +COUNT
	is_status 0
}

@test "list: --blocks, more lines than are printed at once: columns of equal width, one line of headings" {
	two_with_blocks
	rm -r "$tree"/sys/devices/system/memory/memory* "$tree/sys/devices/system/node/node1"
	echo 100000 > "$tree/sys/devices/system/memory/block_size_bytes"
	blocks 1 online Movable 4096 6143
	# The widest cells are the last ones.
	blocks 1 going-offline 'Normal Movable' 6143 6143
	list --blocks --split
	is_status 0
	[[ ${#lines[@]} -eq 2049 ]] || mismatch lines
	[[ ${lines[0]} == 'BLOCK COUNT DEVICE       START         END SIZE STATE         ZONES          NODE' ]]
	[[ ${lines[1]} == ' 4096     1 dax0.0 0x100000000 0x1000fffff   1M online        Movable           1' ]]
	[[ ${lines[1025]} == ' 5120     1 dax0.1 0x140000000 0x1400fffff   1M online        Movable           1' ]]
	[[ ${lines[2048]} == ' 6143     1 dax0.1 0x17ff00000 0x17fffffff   1M going-offline Normal,Movable    1' ]]
	list --blocks --split -n -o STATE,ZONES
	[[ ${#lines[@]} -eq 2048 ]] || mismatch 'without headings'
	[[ ${lines[0]} == 'online        Movable' ]] || mismatch first
	[[ ${lines[2047]} == 'going-offline Normal,Movable' ]] || mismatch last
	list --blocks --split --raw -o BLOCK,STATE
	[[ ${#lines[@]} -eq 2049 && ${lines[0]} == 'BLOCK STATE' && ${lines[1]} == '4096 online' ]] || mismatch raw
	list --blocks --split --pairs -o BLOCK
	[[ ${#lines[@]} -eq 2048 && ${lines[2047]} == 'BLOCK="6143"' ]] || mismatch pairs
	list --blocks -n -r -o BLOCK
	is_output 4096-6143
}

@test "list: --blocks, narrow terminal: lines as in a file" {
	type -P script > /dev/null || skip 'no script here'
	two_with_blocks
	list --blocks
	local expected=$output
	run -0 script -qec "stty cols 20; '$DAXBUS' -s '$tree' list --blocks" /dev/null
	is_output "${expected//$'\n'/$'\r\n'}"$'\r'
}

@test "list: --blocks, no device in kmem, no memory blocks or block size: nothing, exit 0" {
	list --blocks
	is_status 0
	is_output ''
	is_stderr ''
	two_with_blocks
	rm -r "$tree/sys/devices/system/memory"
	list --blocks
	is_status 0
	is_output ''
	list --blocks --split
	is_status 0
	is_output ''
}

# --- free memory ----------------------------------------------------------------------------------

# region_of GIB: replace the two regions by one of GIB GiB at address 4 GiB, without devices
region_of()
{
	rm "$tree"/sys/bus/dax/devices/*
	rm -r "$tree"/sys/devices/platform/hmem.*
	tree_region 0
	echo $(($1 << 30)) > "$tree/sys/devices/platform/hmem.0/dax_region/size"
	echo $(($1 << 30)) > "$tree/sys/devices/platform/hmem.0/dax_region/available_size"
}

# put N DRIVER OFFSET+SIZE...: device dax0.N with that driver (- for none) and those ranges, in MiB from 4 GiB on
put()
{
	local name=dax0.$1 driver=$2 range n=0 size=0 free
	local at=$tree/sys/devices/platform/hmem.0/$name
	shift 2
	mkdir -p "$at"
	ln -s "../../../devices/platform/hmem.0/$name" "$tree/sys/bus/dax/devices/$name"
	echo MAJOR=252 > "$at/uevent"
	[[ $driver == - ]] || echo "DRIVER=$driver" >> "$at/uevent"
	for range; do
		mkdir "$at/mapping$n"
		printf '0x%x\n' $(((4096 + ${range%+*}) << 20)) > "$at/mapping$n/start"
		printf '0x%x\n' $((((4096 + ${range%+*} + ${range#*+}) << 20) - 1)) > "$at/mapping$n/end"
		printf '0x%x\n' $((size / 4096)) > "$at/mapping$n/page_offset"
		size=$((size + (${range#*+} << 20)))
		n=$((n + 1))
	done
	((n)) || echo 0x100000000 > "$at/resource"
	echo $size > "$at/size"
	read -r free < "$at/../dax_region/available_size"
	echo $((free - size)) > "$at/../dax_region/available_size"
}

@test "list: --map, several modes and ranges: bar, legend and free extents" {
	region_of 2
	put 0 kmem 0+512
	put 1 device_dax 512+128 1024+128
	put 2 - 640+64
	put 3 fsdev_dax 1280+128
	put 4 somebody 1408+128
	put 5 -
	list --map
	is_status 0
	is_stderr ''
	is_output \
'region0: hmem, 2G at 0x100000000, 960M free, largest 512M, 64M outside of whole memory blocks
KkkkkkkkkkkkkkkkkkkkDddddNnn............Ddddd.....FffffOoooo....................
|    |    |    |    |    |    |    |    |    |    |    |    |    |    |    |
| every 128M, a memory block
MARK       START         END SIZE DEVICE MODE     PART
k    0x100000000 0x11fffffff 512M dax0.0 kmem     -
d    0x120000000 0x127ffffff 128M dax0.1 devdax   1/2
n    0x128000000 0x12bffffff  64M dax0.2 -        -
.    0x12c000000 0x13fffffff 320M free   -        -
d    0x140000000 0x147ffffff 128M dax0.1 devdax   2/2
.    0x148000000 0x14fffffff 128M free   -        -
f    0x150000000 0x157ffffff 128M dax0.3 famfs    -
o    0x158000000 0x15fffffff 128M dax0.4 somebody -
.    0x160000000 0x17fffffff 512M free   -        -'
}

@test "list: --map, region full or empty: header and bar" {
	list --map
	[[ $(grep -c ' 0 free, largest 0$' <<< "$output") -eq 2 ]] || mismatch headers
	[[ $(grep -c '^D\{1\}d\{79\}$' <<< "$output") -eq 2 ]] || mismatch bars
	[[ $(grep -c '^$' <<< "$output") -eq 1 ]] || mismatch 'a line between them'
	region_of 1
	put 0 -
	list --map
	is_status 0
	is_output \
'region0: hmem, 1G at 0x100000000, 1G free, largest 1G
................................................................................
|         |         |         |         |         |         |         |
| every 128M, a memory block
MARK       START         END SIZE DEVICE MODE PART
.    0x100000000 0x13fffffff   1G free   -    -'
}

@test "list: --map with a selector: other devices shown as ~" {
	region_of 1
	put 0 kmem 0+256
	put 1 device_dax 512+256
	put 2 -
	list --map dax0.1 -n
	is_output \
'region0: hmem, 1G at 0x100000000, 512M free, largest 256M
~~~~~~~~~~~~~~~~~~~~....................Dddddddddddddddddddd....................
|         |         |         |         |         |         |         |
| every 128M, a memory block
~    0x100000000 0x10fffffff 256M not shown -      -
.    0x110000000 0x11fffffff 256M free      -      -
d    0x120000000 0x12fffffff 256M dax0.1    devdax -
.    0x130000000 0x13fffffff 256M free      -      -'
	local expected=$output
	list --map 'dax0.*[!0]' -n
	is_output "$expected"
	list --map driver=device_dax -n
	is_output "$expected"
}

@test "list: --map, start of the region: from an empty device or /proc/iomem, else ?" {
	region_of 1
	put 0 kmem 256+256
	list --map
	is_status 0
	[[ ${lines[0]} == 'region0: hmem, 1G at ?, 768M free, largest ?' ]] || mismatch header
	[[ ${lines[1]} == '  start of the region unknown'* ]] || mismatch why
	[[ ${lines[2]} == K* && ${lines[2]} != *[.~]* ]] || mismatch bar
	mkdir -p "$tree/proc"
	echo '100000000-13fffffff : Soft Reserved' > "$tree/proc/iomem"
	list --map
	[[ ${lines[0]} == 'region0: hmem, 1G at 0x100000000, 768M free, largest 512M' ]] || mismatch iomem
	rm "$tree/proc/iomem"
	put 1 -
	list --map
	[[ ${lines[0]} == 'region0: hmem, 1G at 0x100000000, 768M free, largest 512M' ]] || mismatch empty
	list --map dax0.0
	[[ ${lines[0]} == 'region0: hmem, 1G at 0x100000000, 768M free, largest 512M' ]] || mismatch selected
}

@test "list: --map, mapping cannot be read: reason in a line, exit 0" {
	: > "$(device 0)/mapping0/start"
	list --map
	is_status 0
	is_stderr ''
	[[ ${lines[0]} == 'region0: hmem, 1G at ?, 0 free, largest ?' ]] || mismatch header
	[[ ${lines[1]} == '  cannot read the addresses of its devices (requires root)' ]] || mismatch why
	[[ ${lines[2]} == 'region1: hmem, 1G at 0x200000000, '* ]] || mismatch 'the other'
	list --map --json
	[[ $(json '[.regions[] | [.start, .largest_free, .free]]') == '[[null,null,null],[8589934592,0,[]]]' ]]
}

@test "list: --map, ranges overlap: said in a line, no bar" {
	region_of 1
	put 0 kmem 0+256
	put 1 kmem 128+256
	list --map
	is_status 0
	[[ ${lines[1]} == *overlap* ]] || mismatch overlap
	[[ ${#lines[@]} -eq 2 ]] || mismatch lines
}

@test "list: --map, 1000 devices in 16 GiB: bar, scale and legend" {
	local i
	region_of 16
	for ((i = 0; i < 1000; i++)); do put $i - $((2 * i))+2; done
	list --map
	is_status 0
	[[ ${lines[0]} == 'region0: hmem, 16G at ?, '* ]] || mismatch header
	put 1000 -
	list --map
	[[ ${lines[0]} == 'region0: hmem, 16G at 0x100000000, 14384M free, largest 14384M, 48M outside of whole memory blocks' ]] || mismatch header
	[[ ${lines[1]} =~ ^N{10}\.{70}$ ]] || mismatch bar
	[[ ${lines[2]} == '|    |    |'* ]] || mismatch ruler
	[[ ${lines[3]} == '| every 1G, 8 memory blocks of 128M' ]] || mismatch scale
	[[ ${#lines[@]} -eq $((5 + 1001)) ]] || mismatch legend
	COLUMNS=20 list --map
	[[ ${lines[1]} =~ ^N{3}\.{17}$ ]] || mismatch narrow
	COLUMNS=1000 list --map
	[[ ${#lines[1]} -eq 1000 ]] || mismatch wide
}

@test "list: --map, width from COLUMNS or the terminal: bar of that width, 80 if invalid" {
	region_of 1
	put 0 kmem 0+512
	put 1 device_dax 512+2
	put 2 -
	local width
	COLUMNS=20 list --map
	[[ ${lines[1]} == 'KkkkkkkkkkD.........' ]] || mismatch bar
	[[ ${lines[2]} == '|    |    |    |' ]] || mismatch ruler
	[[ ${lines[3]} == '| every 256M, 2 memory blocks of 128M' ]] || mismatch scale
	COLUMNS=1 list --map
	[[ ${lines[1]} == K ]] || mismatch 'one column'
	for width in '' 0 -5 8x 99999999999999999999 1e9; do
		COLUMNS=$width list --map
		[[ ${#lines[1]} -eq 80 ]] || mismatch "'$width'"
	done
	# The width of a terminal counts, however small.
	if type -P script > /dev/null; then
		run -0 script -qec "stty cols 20; '$DAXBUS' -s '$tree' list --map" /dev/null
		[[ ${lines[1]} == $'KkkkkkkkkkD.........\r' ]] || mismatch terminal
	fi
}

@test "list: --map with --bytes, without block size, with excluded options: bytes, no ruler, exit 2" {
	region_of 1
	put 0 kmem 0+512
	put 1 -
	rm "$tree/sys/devices/system/memory/block_size_bytes"
	list --map --bytes -n
	is_output \
'region0: hmem, 1073741824 at 0x100000000, 536870912 free, largest 536870912
Kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk........................................
k    0x100000000 0x11fffffff 536870912 dax0.0 kmem -
.    0x120000000 0x13fffffff 536870912 free   -    -'
	local other
	for other in regions tree raw pairs output-all; do
		list --map "--$other"
		is_usage_error "options --map and --$other cannot be combined"
	done
	list --map 'dax9.*'
	is_status 0
	is_output ''
}

@test "list: free memory as column, selector and JSON: values, null if not asked for" {
	region_of 2
	put 0 kmem 0+512
	put 1 - 1024+512
	put 2 -
	list --regions -n -o START,SIZE,LARGEST_FREE
	is_output '0x100000000   2G         512M'
	list -n -o DEVICE largest_free=512M,mode=kmem
	is_output 'dax0.0'
	list --json
	[[ $(json '.regions[0] | [has("free"), .free, .largest_free, .start]') == '[true,null,null,4294967296]' ]]
	list --json --map dax0.1
	[[ $(json '[.devices[].device]') == '["dax0.1"]' ]]
	[[ $(json '.regions[0] | [.start, .largest_free, .free]') == '[4294967296,536870912,['\
'{"start":4831838208,"end":5368709119,"size":536870912,"lost":0},'\
'{"start":5905580032,"end":6442450943,"size":536870912,"lost":0}]]' ]] || mismatch extents
	list --json --regions -o REGION,LARGEST_FREE
	[[ $(json '.regions') == '[{"region":0,"largest_free":536870912}]' ]]
}

@test "list: identity: place in the region, the same whatever is listed" {
	region_of 2
	put 0 kmem 0+512
	put 1 - 1024+512 1536+128
	put 2 -
	list -n -r -o DEVICE,IDENTITY
	is_output \
'dax0.0 range=0x100000000-0x17fffffff+0x0
dax0.1 range=0x100000000-0x17fffffff+0x40000000
dax0.2 -'
	list --regions -n -r -o REGION,IDENTITY
	is_output '0 range=0x100000000-0x17fffffff'
	# One device does not show where the region begins, but the others do.
	list -n -r -o IDENTITY dax0.1
	is_output 'range=0x100000000-0x17fffffff+0x40000000'
	list --json dax0.1
	[[ $(json '[.regions[0].identity, .devices[0].identity]') == \
		'["range=0x100000000-0x17fffffff","range=0x100000000-0x17fffffff+0x40000000"]' ]] || mismatch JSON
}

@test "list: identity: start of the region not shown: unknown, unless /proc/iomem has it" {
	region_of 2
	put 0 kmem 0+512
	put 1 - 1024+512
	list -n -r -o DEVICE,IDENTITY
	is_output $'dax0.0 ?\ndax0.1 ?'
	list --json
	[[ $(json '[.regions[0].identity, .devices[].identity]') == '[null,null,null]' ]] || mismatch JSON
	echo '100000000-17fffffff : Soft Reserved' > "$tree/proc/iomem"
	list -n -r -o DEVICE,IDENTITY dax0.1
	is_output 'dax0.1 range=0x100000000-0x17fffffff+0x40000000'
}

@test "list: identity=: devices with this identity, and all of a region" {
	list -n -o DEVICE identity=range=0x100000000-0x13fffffff+0x0
	is_output dax0.0
	list -n -o DEVICE identity=range=0x200000000-0x23fffffff
	is_output dax1.0
	list -n -o DEVICE 'identity=range=*+0x0'
	is_output $'dax0.0\ndax1.0'
	list -n -o DEVICE identity=range=0x200000000-0x23fffffff,driver=none
	is_output ''
	list -n -o DEVICE identity=none
	is_output ''
	list --regions -n -o REGION identity=range=0x100000000-0x13fffffff
	is_output '     0'
}

@test "list: neither --map nor a column of free memory: no file of other devices read" {
	type -P strace > /dev/null || skip 'no strace here'
	strace -o "$BATS_TEST_TMPDIR/try" true 2> /dev/null || skip 'strace may not trace here'
	! ldd "$DAXBUS" | grep -q 'lib[a-z]*san\.so' || skip 'a build with sanitizers'
	region_of 2
	put 0 kmem 0+512
	put 1 - 1024+512
	# Identities, which are in JSON, need to know where the region begins.
	echo '100000000-17fffffff : Soft Reserved' > "$tree/proc/iomem"
	local view others
	for view in '' --json '--json --mappings' --regions --tree; do
		# shellcheck disable=SC2086 # words
		strace -f -o "$BATS_TEST_TMPDIR/calls" "$DAXBUS" -s "$tree" list dax0.1 $view
		grep -q dax_region/size "$BATS_TEST_TMPDIR/calls" || grep -q dax0.1/size "$BATS_TEST_TMPDIR/calls"
		others='dax0\.0|iomem'
		[[ $view != *json* ]] || others='dax0\.0'
		run grep -cE "$others" "$BATS_TEST_TMPDIR/calls"
		[[ $output -eq 0 ]] || mismatch "$view"
	done
	strace -f -o "$BATS_TEST_TMPDIR/calls" "$DAXBUS" -s "$tree" list --map dax0.1
	grep -q dax0.0/size "$BATS_TEST_TMPDIR/calls"
	grep -q iomem "$BATS_TEST_TMPDIR/calls"
}
