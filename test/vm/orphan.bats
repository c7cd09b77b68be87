#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Memory whose device leaves the bus, because its provider goes away while the memory is online. Runs in the guest as its
# last file, with --expect for the message of the kernel.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

setup_file() {
	is "kmem*" dax0.0 || "$daxbus" reconfigure --mode=kmem dax0.0
	"$daxbus" list --json dax0.0 >"$BATS_FILE_TMPDIR/before"
	take_provider
}

# Take the provider away as an administrator does by mistake.
take_provider() {
	local region
	region=$(jq -r '.regions[0].cxl.region // empty' "$BATS_FILE_TMPDIR/before")
	if [ -n "$region" ]; then
		echo "$region" >/sys/bus/cxl/drivers/cxl_region/unbind
	else
		modprobe -r dax_hmem
	fi
}

# The orphan that was dax0.0
orphan() { json ".orphans[] | select(.former_device == \"dax0.0\") | $1"; }
before() { jq -r ".devices[0] | $1" "$BATS_FILE_TMPDIR/before"; }

@test "list: provider gone under online memory: range, node and blocks as before" {
	[ ! -e $devices/dax0.0 ]
	[ "$(orphan '"\(.start) \(.end) \(.size) \(.node)"')" = \
		"$(before '"\(.mappings[0].start) \(.mappings[0].end) \(.size) \(.target_node)"')" ]
	[ "$(orphan '"\(.blocks) \(.online) \(.movable) \(.kernel) \(.offline)"')" = \
		"$(before '.memory | "\(.blocks) \(.online) \(.movable) \(.kernel) \(.offline)"')" ]
	[ "$(json '.daxbus.orphaned')" = "$(json '[.orphans[].size] | add')" ]
}

@test "list: provider gone under online memory: counts follow the blocks" {
	block=$(($(orphan .end) / 0x$(cat $memory/block_size_bytes))) zone=kernel
	[ "$(cat $memory/memory$block/valid_zones)" != Movable ] || zone=movable
	echo offline >$memory/memory$block/state
	[ "$(orphan .offline)" = 1 ]
	online $block online_$zone
	[ "$(orphan '"\(.online) \(.movable)"')" = "$(before '.memory | "\(.online) \(.movable)"')" ]
}

@test "list: provider gone under online memory, ordinary user: unknown" {
	[ "$(as_user "$daxbus" list --json | jq -c '[.orphans, .daxbus.orphaned]')" = '[null,null]' ]
}

@test "capture: provider gone under online memory: orphans in the tree" {
	"$daxbus" capture "$BATS_TEST_TMPDIR/tree"
	[ "$("$daxbus" --sysroot "$BATS_TEST_TMPDIR/tree" list --json | jq -c .orphans)" = "$(json '.orphans | tojson')" ]
}

# The range of the orphan that was dax0.0, as a selector
range() { orphan '"\(.start) \(.end)"' | { read -r start end && printf '0x%x-0x%x' "$start" "$end"; }; }

@test "offline, online: range of memory without a device: all blocks, zone as before" {
	daxbus_says 0 offline --json "$(range)"
	[ "$(result '"\(.device) \(.result)"')" = "$(range) changed" ]
	[[ $(result '.notes[0]') == "only a reboot gives the memory back"* ]]
	[ "$(orphan .online)" = 0 ]
	daxbus_says 0 offline --json "$(range)"
	[ "$(result .result)" = unchanged ]
	daxbus_says 0 online --online=movable "$(range)"
	[ "$(orphan '.movable == .blocks')" = true ]
	daxbus_says 0 offline --size=128M "$(range)"
	[ "$(orphan .offline)" = 1 ]
	daxbus_says 0 online --online=movable "$(range)"
}

@test "offline --dry-run: range of memory without a device: planned, memory as before" {
	before=$(orphan tojson)
	daxbus_says 0 offline --dry-run --json "$(range)"
	[ "$(result .result)" = planned ]
	[ "$(orphan tojson)" = "$before" ]
}

@test "reconfigure, bind, unbind, resize, destroy: range of memory without a device: refused (stuck-until-reboot)" {
	for command in "reconfigure --mode=devdax" "reconfigure --mode=kmem" "bind --driver=kmem" unbind "resize --size=128M" \
		"destroy --force"; do
		daxbus_says 5 $command "$(range)" --json
		[ "$(result '"\(.result) \(.code)"')" = "refused stuck-until-reboot" ]
	done
}

@test "destroy: CXL region without a device under online memory: refused (stuck-until-reboot)" {
	region=$(jq -r '.regions[0].cxl.region // empty' "$BATS_FILE_TMPDIR/before")
	[ -n "$region" ] || skip "no CXL region"
	daxbus_says 5 destroy --json "$region"
	[ "$(result '"\(.result) \(.code)"')" = "refused stuck-until-reboot" ]
	[ "$(<"/sys/bus/cxl/devices/$region/commit")" = 1 ]
}

@test "offline: name of a device that is gone, or another range: not found" {
	[ -e $devices/dax0.0 ] || daxbus_says 3 offline dax0.0
	daxbus_says 3 offline 0x0-0xfff
}
