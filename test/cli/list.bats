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

# Folder of device dax$1.0.
device()
{
	echo "$tree/sys/devices/platform/hmem.$1/dax$1.0"
}

@test "devices are the default view" {
	list
	is_status 0
	is_stderr ''
	is_output \
'DEVICE PROVIDER MODE   DRIVER     SIZE TARGET_NODE BLOCKS ONLINE MOVABLE FLAGS
dax0.0 hmem     devdax device_dax   1G           1      -      -       - -
dax1.0 hmem     devdax device_dax   1G           2      -      -       - -'
}

@test "--regions, and its letter" {
	list --regions
	is_output \
'REGION PROVIDER SIZE AVAILABLE_SIZE ALIGN DYNAMIC TARGET_NODE PATH
     0 hmem       1G              0    2M yes               1 /devices/platform/hmem.0
     1 hmem       1G              0    2M yes               2 /devices/platform/hmem.1'
	local expected=$output
	list -R
	is_output "$expected"
}

@test "--mappings, and its letter" {
	list --mappings
	is_output \
'DEVICE       START         END SIZE PAGE_OFFSET
dax0.0 0x100000000 0x13fffffff   1G           0
dax1.0 0x200000000 0x23fffffff   1G           0'
	local expected=$output
	list -M
	is_output "$expected"
}

@test "--tree, and its letter" {
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

@test "a view whose columns are all of the parent still has a line for each thing" {
	list --mappings -n -o DEVICE
	is_output $'dax0.0\ndax1.0'
}

@test "-o chooses columns in its order, in any case, and of the region too" {
	list -o size,Device,PATH dax1.0
	is_output \
'SIZE DEVICE PATH
  1G dax1.0 /devices/platform/hmem.1'
}

@test "-o + adds columns to the usual ones" {
	list -o +ALIGN,UUID dax0.0
	is_output \
'DEVICE PROVIDER MODE   DRIVER     SIZE TARGET_NODE BLOCKS ONLINE MOVABLE FLAGS ALIGN UUID
dax0.0 hmem     devdax device_dax   1G           1      -      -       - -        2M -'
}

@test "--output-all shows every field of devices and their regions" {
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

@test "--bytes, --noheadings, --raw, --pairs" {
	list --bytes -o SIZE dax0.0
	is_output $'      SIZE\n1073741824'
	list --noheadings -o DEVICE,SIZE dax0.0
	is_output 'dax0.0   1G'
	list --raw -o DEVICE,PROVIDER,FLAGS
	is_output $'DEVICE PROVIDER FLAGS\ndax0.0 hmem -\ndax1.0 hmem -'
	list --pairs -o DEVICE,SIZE dax0.0
	is_output 'DEVICE="dax0.0" SIZE="1G"'
}

@test "sizes are exact: halves and tenths where they fit, else a smaller unit" {
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

@test "unknown is ? and null, none is - and null" {
	: > "$(device 0)/size"
	list -o SIZE,UUID -r -n dax0.0
	is_output '? -'
	list --json dax0.0
	[[ $(json '.devices[0] | [has("size"), .size]') == '[true,null]' ]]
	[[ $(json '.regions[0] | [has("pmem"), .pmem]') == '[true,null]' ]]
}

@test "--verbose tells why a value is unknown" {
	: > "$(device 0)/size"
	list -n -o DEVICE,SIZE dax0.0
	is_output 'dax0.0    ?'
	is_stderr ''
	list -n -o DEVICE,SIZE dax0.0 --verbose
	is_output 'dax0.0    ?'
	[[ $stderr == *'dax0.0/size'* ]]
}

@test "what was ignored is said on stderr, control characters as ?" {
	touch "$tree/sys/bus/dax/devices/"$'evil\edevice'
	list -n -o DEVICE
	is_status 0
	is_output $'dax0.0\ndax1.0'
	[[ $stderr == 'daxbus: '*'evil?device'* ]]
	list --json
	[[ $(json '.daxbus.notes | length') == 1 ]]
}

@test "bytes that are no UTF-8 are still a JSON document" {
	printf 'MAJOR=1\nDRIVER=a\xff\xc3\xa9\xed\xa0\x80b\n' > "$(device 0)/uevent"
	list --json dax0.0
	is_status 0
	iconv -f UTF-8 -t UTF-8 <<< "$output" > "$BATS_TEST_TMPDIR/document"
	[[ $(json '.devices[0].driver | explode | map(select(. == 65533)) | length') == 4 ]]
}

@test "without a dax bus: a hint on stderr, and an empty document" {
	rm -r "$tree/sys/bus/dax"
	list
	is_status 0
	is_output ''
	is_stderr 'daxbus: there is no dax bus: neither /sys/bus/dax nor /sys/class/dax is there'
	list --json
	is_status 0
	[[ $(json '[.regions, .devices, .blocks]') == '[[],[],null]' ]]
}

@test "a dax bus without devices: a hint on stderr" {
	rm "$tree"/sys/bus/dax/devices/*
	list
	is_status 0
	is_output ''
	is_stderr 'daxbus: there is no device on the dax bus'
}

@test "selectors that match nothing are no failure, with an empty document" {
	list 'dax9.*' mode=kmem
	is_status 0
	is_output ''
	is_stderr ''
	list 'dax9.*' --json
	is_status 0
	[[ $(json '[.regions, .devices]') == '[[],[]]' ]]
}

@test "a named thing that is absent: status 3" {
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

@test "a sysroot that is absent, or no folder" {
	daxbus list --sysroot "$tree/none"
	is_status 3
	[[ $stderr == *"$tree/none"* ]]
	daxbus list --sysroot "$tree/proc/sys/kernel/osrelease"
	is_status 2
	[[ $stderr == *osrelease* ]]
}

@test "a word that is no selector: status 2" {
	local word
	for word in 'dax0' dax0.0/.. ../dax0.0 '' ',' '=' 'size=1X' 'nofield=1' 'region'; do
		list "$word"
		is_status 2
		is_output ''
		[[ ${stderr_lines[0]} == 'daxbus: '* ]] || mismatch "'$word'"
	done
}

@test "a document has the devices that were selected, and their regions" {
	list --json dax1.0
	[[ $(json '[.devices[].device]') == '["dax1.0"]' ]]
	[[ $(json '[.regions[].region]') == '[1]' ]]
}

@test "numbers of a document are numbers, whatever the table's units" {
	list --json --bytes dax0.0
	local expected=$output
	list --json dax0.0
	is_output "$expected"
	[[ $(json '.devices[0] | [.size, .target_node, .region]') == '[1073741824,1,0]' ]]
	[[ $(json '.devices[0].mappings[0] | [.start, .end, .page_offset, .size]') == \
		'[4294967296,5368709119,0,1073741824]' ]]
	[[ $(json '.devices[0].provider') == '"hmem"' ]]
}

@test "blocks of a document are null unless they are asked for" {
	list --json
	[[ $(json '[has("blocks"), .blocks]') == '[true,null]' ]]
	list --json --blocks
	[[ $(json '.blocks') == '[]' ]]
}

@test "-o with --json chooses the keys of the view, and leaves other arrays empty" {
	list --json -o DEVICE,SIZE,ALIGN dax0.0
	[[ $(json '.devices') == '[{"device":"dax0.0","size":1073741824,"align":2097152}]' ]]
	[[ $(json '.regions') == '[]' ]]
	list --json --regions -o REGION,UUID dax0.0
	[[ $(json '.regions') == '[{"region":0,"pmem":null}]' ]]
	[[ $(json '.devices') == '[]' ]]
	list --json --mappings -o DEVICE,START dax0.0
	[[ $(json '.devices') == '[{"device":"dax0.0","mappings":[{"start":4294967296}]}]' ]]
}

@test "-o + and --output-all with --json are the whole document" {
	list --json
	local expected=$output
	list --json -o +UUID
	is_output "$expected"
	list --json --output-all
	is_output "$expected"
}
