#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree
#
# Malformed trees. Whatever a tree contains, within seconds `daxbus list` prints a valid document or
# an error, and nothing from outside the tree.

load cli

# The content of a file outside the tree; it must never be printed.
readonly secret=987654321

setup()
{
	tree_new
	tree_region 0
	tree_device 0
	echo "$secret" > "$BATS_TEST_TMPDIR/secret"
}

# The attributes of a tree
attributes()
{
	(cd "$tree" && find . -type f | sort)
}

# List the tree in every view: the status is 0, and documents are valid.
lists_well()
{
	local view
	for view in --regions --mappings --tree --blocks --output-all '--json --blocks'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr timeout 20 "$DAXBUS" list $view --sysroot "$tree"
		is_status 0
		[[ $output != *"$secret"* && $stderr != *"$secret"* ]] || mismatch 'outside'
	done
	[[ $(json '[.devices, .regions, .blocks | type]') == '["array","array","array"]' ]] ||
		mismatch 'no document'
}

# each_attribute FUNCTION: replace each attribute in turn by calling FUNCTION PATH, and list the tree
each_attribute()
{
	local name attributes
	attributes=$(attributes)
	[[ $attributes == *mapping0/start*dax0.0/size* ]]
	for name in $attributes; do
		local path=$tree/$name
		mv "$path" "$BATS_TEST_TMPDIR/kept"
		"$1" "$path"
		run --separate-stderr timeout 20 "$DAXBUS" list --json --blocks --sysroot "$tree"
		[[ $status -eq 0 ]] || mismatch "$name"
		[[ $output != *"$secret"* && $stderr != *"$secret"* ]] || mismatch "$name"
		jq -e '.devices | length == 1' <<< "$output" > /dev/null || mismatch "$name"
		rm -rf "$path"
		mv "$BATS_TEST_TMPDIR/kept" "$path"
	done
}

@test "list: well-formed tree: exit 0 in every view" {
	lists_well
}

@test "list: attribute missing: exit 0, valid document" {
	each_attribute true
}

@test "list: attribute empty: exit 0, valid document" {
	empty() { : > "$1"; }
	each_attribute empty
}

@test "list: attribute binary: exit 0, valid document" {
	binary() { head -c 300 /dev/urandom > "$1"; }
	each_attribute binary
	nul() { printf '1\0002\n' > "$1"; }
	each_attribute nul
}

@test "list: attribute not a number: exit 0, valid document" {
	number() { echo "$text" > "$1"; }
	local text
	for text in -1 99999999999999999999999999 0x 1e9 '1 2'; do
		each_attribute number
	done
}

@test "list: attribute of 1 MiB: exit 0, valid document" {
	long() { head -c 1048576 /dev/zero | tr '\0' 7 > "$1"; }
	each_attribute long
}

@test "list: attribute is a FIFO: exit 0, valid document" {
	each_attribute mkfifo
}

@test "list: attribute is a directory: exit 0, valid document" {
	each_attribute mkdir
}

@test "list: attribute is a link to itself: exit 0, valid document" {
	loop() { ln -s "${1##*/}" "$1"; }
	each_attribute loop
}

@test "list: attribute is a link out of the tree: exit 0, target not read" {
	absolute() { ln -s "$BATS_TEST_TMPDIR/secret" "$1"; }
	each_attribute absolute
	upwards() { ln -s "../../../../../../../../../..$BATS_TEST_TMPDIR/secret" "$1"; }
	each_attribute upwards
	shadow() { ln -s /etc/shadow "$1"; }
	each_attribute shadow
}

@test "list: attribute is a link to /dev/zero: exit 0, valid document" {
	endless() { ln -s /dev/zero "$1"; }
	each_attribute endless
}

@test "list: bus is a link out of the tree: exit 0, no device" {
	mv "$tree/sys/bus/dax" "$BATS_TEST_TMPDIR/dax"
	ln -s "$BATS_TEST_TMPDIR/dax" "$tree/sys/bus/dax"
	lists_well
	[[ $(json '[.daxbus.models, .devices]') == '[[],[]]' ]]
}

@test "list: bus is a link to itself: exit 1 with the reason" {
	rm -r "$tree/sys/bus/dax"
	ln -s dax "$tree/sys/bus/dax"
	daxbus list --sysroot "$tree"
	is_status 1
	is_output ''
	is_stderr 'daxbus: cannot read /sys/bus/dax/devices: Too many levels of symbolic links'
}

@test "list: device is a link out of the tree: exit 0, size unknown" {
	mv "$tree" "$BATS_TEST_TMPDIR/other"
	tree_new
	ln -s "$BATS_TEST_TMPDIR/other/sys/devices/platform/hmem.0/dax0.0" \
		"$tree/sys/bus/dax/devices"
	lists_well
	[[ $(json '[.devices[] | select(.size != null)]') == '[]' ]]
}

@test "list: device is a link to nothing, to itself or to the root: exit 0, others listed" {
	local devices=$tree/sys/bus/dax/devices
	ln -s ../../../devices/none/dax7.0 "$devices/dax7.0"
	ln -s dax7.1 "$devices/dax7.1"
	ln -s / "$devices/dax7.2"
	ln -s .. "$devices/dax7.3"
	ln -s ../../../../../../../../dax7.4 "$devices/dax7.4"
	lists_well
	[[ $(json '.devices[0].device') == '"dax0.0"' ]]
}

@test "list: device is a file or a directory: exit 0 in every view" {
	touch "$tree/sys/bus/dax/devices/dax7.0"
	mkdir "$tree/sys/bus/dax/devices/dax7.1"
	lists_well
}

@test "list: invalid device names: left out, a note for each" {
	local devices=$tree/sys/bus/dax/devices name
	for name in 'dax 0.0' dax dax0 dax0. dax.0 dax0.0.0 dax-1.0 dax01.0 dax99999999999.0 \
		$'a\nb' $'\xff'; do
		ln -s ../../../devices/platform/hmem.0/dax0.0 "$devices/$name"
	done
	lists_well
	[[ $(json '[.devices[].device]') == '["dax0.0"]' ]]
	[[ ${#stderr_lines[@]} -eq 11 ]] || mismatch 'eleven notes'
}

@test "list: thousands of invalid names and dangling links: exit 0 within 20 seconds" {
	cd "$tree/sys/bus/dax/devices"
	seq -f 'entry%.0f' 3000 | xargs touch
	python3 -c 'import os
for i in range(1000): os.symlink(f"../../../devices/x/dax8.{i}", f"dax8.{i}")'
	run --separate-stderr timeout 20 "$DAXBUS" list --json --sysroot "$tree"
	is_status 0
	[[ $(json '.devices[0].device') == '"dax0.0"' ]]
}

@test "list: sysroot is a link: followed" {
	ln -s "$tree" "$BATS_TEST_TMPDIR/link"
	daxbus list -n -o DEVICE --sysroot "$BATS_TEST_TMPDIR/link"
	is_status 0
	is_output dax0.0
}

@test "capture: attributes are links out of the tree or FIFOs: nothing from outside copied" {
	local device=$tree/sys/devices/platform/hmem.0/dax0.0
	ln -sf "$BATS_TEST_TMPDIR/secret" "$device/size"
	ln -sf /etc/shadow "$device/align"
	rm "$device/numa_node"
	mkfifo "$device/numa_node"
	run --separate-stderr timeout 20 \
		"$DAXBUS" capture "$BATS_TEST_TMPDIR/copy" --sysroot "$tree"
	is_status 0
	run grep -rqs -e "$secret" -e root: "$BATS_TEST_TMPDIR/copy"
	[[ $status -eq 1 ]]
	tree=$BATS_TEST_TMPDIR/copy
	lists_well
}
