#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# list on persistent memory, legacy and NVDIMM: one devdax namespace. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

setup_file() { modprobe kmem; }

@test "list: pmem region: namespace, UUID, bus and region as in ndctl" {
	[ "$(json '.regions[0].provider')" = pmem ]
	[ "$(json '.regions[0].pmem.namespace')" = "$(ndctl list -N | jq -r '.[0].dev')" ]
	[ "$(json '.regions[0].pmem.uuid')" = "$(ndctl list -NX | jq -r '.[0].daxregion | .uuid? // empty' | grep . ||
		ndctl list -N | jq -r '.[0].uuid')" ]
	[ "$(json '.regions[0].pmem.bus')" = "$(ndctl list -B | jq -r '.[0].dev')" ]
	[ "$(json '.regions[0].pmem.region')" = "$(ndctl list -R | jq -r '.[0].dev')" ]
}

@test "capture: pmem region: attributes give the same as libndctl" {
	"$daxbus" capture "$BATS_TEST_TMPDIR/tree"
	diff <(json .regions) <("$daxbus" --sysroot "$BATS_TEST_TMPDIR/tree" list --json | jq -r .regions)
}

@test "list: selector uuid: device of that namespace" {
	uuid=$(json '.regions[0].pmem.uuid')
	[ "$("$daxbus" list -n -r -o device,uuid uuid="$uuid")" = "dax0.0 $uuid" ]
	run --separate-stderr "$daxbus" list -n -r -o device uuid=00000000-0000-0000-0000-000000000000
	[ "$status" -eq 0 ] && [ "$output" = "" ]
}

@test "list: pmem region: static" {
	[ "$(json '.regions[0] | [.dynamic, .available_size] | tojson')" = '[false,null]' ]
}

@test "list: pmem device: class on kernel 5.10, bus on later ones" {
	if [ "$(kernel)" = 5.10 ]; then
		[ "$(json '.devices[0] | [.model, .mode, .driver, .state] | tojson')" = '["class","compat",null,"enabled"]' ]
		[ "$(json '.daxbus.models | tojson')" = '["bus","class"]' ]
		[ "$("$daxbus" list -n -r -o device mode=compat)" = dax0.0 ]
	else
		[ "$(json '.devices[0] | [.model, .mode, .driver, .state] | tojson')" = '["bus","devdax","device_dax","enabled"]' ]
		[ "$(json '.daxbus.models | tojson')" = '["bus"]' ]
	fi
}

@test "list: pmem device moved from class to bus: listed once" {
	[ "$(kernel)" = 5.10 ] || {
		[ ! -e /sys/bus/nd/drivers/dax_pmem_compat ]
		skip 'this kernel has only the bus'
	}
	modprobe dax_pmem
	nd=$(basename "$(json '.regions[0].path')")
	echo "$nd" >/sys/bus/nd/drivers/dax_pmem_compat/unbind
	[ "$(json '.devices | length')" = 0 ]
	echo "$nd" >/sys/bus/nd/drivers/dax_pmem/bind
	modprobe device_dax
	[ "$(json '.devices[0] | [.device, .model, .mode] | tojson')" = '["dax0.0","bus","devdax"]' ]
	assert_same_view
}

@test "list: pmem device in kmem: bytes lost to block alignment" {
	[ "$(json '.devices[0].target_node')" != null ]
	bind dax0.0 kmem
	size=$(cat $devices/dax0.0/size)
	block=$((0x$(cat $memory/block_size_bytes)))
	# The namespace ends at the end of a block; its metadata shifts the start of the device into a block.
	usable=$((size / block * block))
	[ "$(json '.devices[0].memory | "\(.usable) \(.lost) \(.missing)"')" = "$usable $((size - usable)) 0" ]
	assert_counts dax0.0
	assert_same_view
}
