#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# list on every kernel with every memory. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

setup_file() { modprobe kmem; }

@test "list: every view: regions, devices, mappings, modes and blocks as in libdaxctl" {
	[ "$(json '.devices | length')" -gt 0 ]
	assert_same_view
}

@test "list: ordinary user: same devices, addresses and counts unknown" {
	# Values that every user can read are the same; those that need physical addresses are unknown, never zero.
	everybody='[.devices[] | {device, region, provider, model, driver, mode, state, size, target_node, numa_node}]'
	diff <("$daxbus" list --json | jq "$everybody") <(as_user "$daxbus" list --json | jq "$everybody")
	as_user "$daxbus" list --json | jq -e '
		all(.regions[] | select(.provider != "cxl" or .region != null); .align == null) and
		all(.devices[]; .flags == null) and
		all(.devices[].mappings[]; .start == null and .end == null) and
		all(.devices[] | select(.mode == "kmem").memory; .blocks == null and .online == null)'
	# Unknown blocks are not the same as no blocks.
	run --separate-stderr as_user "$daxbus" list --blocks
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	[[ $stderr == *"memory blocks of"*"unknown"* ]]
	if [ "$(json '[.devices[] | select(.mode == "kmem")] | length')" -gt 0 ]; then
		as_user "$daxbus" list --blocks --json 2>/dev/null | jq -e '.blocks == null'
	fi
	run --separate-stderr as_user "$daxbus" list
	[ "$status" -eq 0 ]
	[[ $output == *"?"* ]]
}

@test "capture: running machine: every list view of the copy is the same" {
	"$daxbus" capture "$BATS_TEST_TMPDIR/tree"
	for view in --json --regions --mappings --blocks --tree --map "--json --blocks" "--json --map"; do
		# shellcheck disable=SC2086
		diff <("$daxbus" list $view) <("$daxbus" --sysroot "$BATS_TEST_TMPDIR/tree" list $view)
	done
}

@test "list: one device selected: same as in the list of all" {
	for device in $(json '.devices[].device'); do
		diff <(json ".devices[] | select(.device == \"$device\")") \
			<("$daxbus" list --json "$device" | jq '.devices[0]')
	done
}

@test "list: block counts: same as counted from the blocks" {
	for device in $(json '.devices[] | select(.mode == "kmem").device'); do
		assert_counts "$device"
	done
}
