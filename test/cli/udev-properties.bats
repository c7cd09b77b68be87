#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # tree_new() sets tree

load cli

@test "udev-properties: device: its range" {
	tree_with_two
	daxbus -s "$tree" udev-properties dax1.0
	is_status 0
	is_stderr ''
	grep -qx 'DAXBUS_RANGE=0x200000000-0x23fffffff' <<< "$output"
}

@test "udev-properties: two ranges: no property for the range" {
	tree_with_two
	cp -r "$tree/sys/devices/platform/hmem.0/dax0.0/mapping0" "$tree/sys/devices/platform/hmem.0/dax0.0/mapping1"
	echo 0x100000000 > "$tree/sys/devices/platform/hmem.0/dax0.0/mapping1/start"
	echo 0x10fffffff > "$tree/sys/devices/platform/hmem.0/dax0.0/mapping1/end"
	echo 0x120000000 > "$tree/sys/devices/platform/hmem.0/dax0.0/mapping0/start"
	daxbus -s "$tree" udev-properties dax0.0
	is_status 0
	[[ $output != *DAXBUS_RANGE* ]] || mismatch "$output"
}

@test "udev-properties: unknown device: exit 3" {
	tree_with_two
	daxbus -s "$tree" udev-properties dax7.0
	is_status 3
}

@test "udev-properties: unreadable range: no property, no failure" {
	tree_with_two
	: > "$tree/sys/devices/platform/hmem.0/dax0.0/mapping0/start"
	daxbus -s "$tree" udev-properties dax0.0
	is_status 0
	[[ $output != *DAXBUS_RANGE* ]] || mismatch "$output"
}

@test "udev-properties: pattern or expression instead of a name: only the name of one device" {
	tree_with_two
	daxbus -s "$tree" udev-properties 'dax*'
	is_status 2
}
