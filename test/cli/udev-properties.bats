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

@test "udev-properties: captured machines: identity, UUID or serial number" {
	daxbus -s "$BATS_TEST_DIRNAME/../sysroots/7.3-hmem" udev-properties dax0.0
	grep -qx 'DAXBUS_IDENTITY=range=.*' <<< "$output"
	[[ $output != *DAXBUS_UUID* && $output != *DAXBUS_SERIAL* ]] || mismatch "$output"
	daxbus -s "$BATS_TEST_DIRNAME/../sysroots/6.12-nvdimm" udev-properties dax0.0
	grep -qxE 'DAXBUS_UUID=[0-9a-f-]{36}' <<< "$output" || mismatch "$output"
}

@test "udev-properties: policy: owner, group, permissions and link; invalid account: no property" {
	tree_with_two
	mkdir -p "$tree/etc/daxbus/policy.d"
	printf '%s\n' '[Match]' Provider=hmem Device=dax0.0 '[Device]' Owner=nobody Group=disk Permissions=0660 Link=fast \
		> "$tree/etc/daxbus/policy.d/50-a.conf"
	daxbus -s "$tree" udev-properties dax0.0
	is_status 0
	local property
	for property in OWNER=nobody GROUP=disk PERMISSIONS=0660 LINK=fast; do
		grep -qx "DAXBUS_$property" <<< "$output" || mismatch "$output"
	done
	daxbus -s "$tree" udev-properties dax1.0
	[[ $output != *DAXBUS_OWNER* ]] || mismatch "$output"
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
