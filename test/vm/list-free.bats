#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# list --map: free memory of a region that the tests divide through sysfs. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

MIB=$((1 << 20))

setup_file() {
	modprobe kmem
	"$daxbus" reconfigure --mode=devdax dax0.0
	unbind dax0.0
	region=$(readlink -f $devices/dax0.0)/../dax_region
	export region
	size=$(cat "$region/size")
	start=$(($(cat $devices/dax0.0/mapping0/start)))
	export size start
}

teardown_file() {
	for device in "$devices"/dax0.[1-9]*; do
		[ -e "$device" ] || continue
		unbind "${device##*/}"
		echo 0 >"$device/size"
		echo "${device##*/}" >"$region/delete"
	done
	echo "$size" >$devices/dax0.0/size
}

# create SIZE: create a device of that size; its name in $created
create() {
	echo 1 >"$region/create"
	created=$(cat "$region/create")
	unbind "$created"
	[ "$1" = 0 ] || echo "$1" >"$devices/$created/size"
}

# free_by_hand: START SIZE of each range in the region that no device has, computed from sysfs
free_by_hand() {
	local next=$start a b
	while read -r a b; do
		[ "$a" -eq "$next" ] || echo "$next $((a - next))"
		next=$((b + 1))
	done < <(for mapping in "$devices"/dax0.*/mapping[0-9]*; do
		[ ! -e "$mapping" ] || echo "$(($(cat "$mapping/start"))) $(($(cat "$mapping/end")))"
	done | sort -n)
	[ "$next" -eq $((start + size)) ] || echo "$next $((start + size - next))"
}

# free [SELECTOR]: the same as daxbus shows it
free() {
	"$daxbus" list --json --map "${1-region0}" | jq -r '.regions[0].free[] | "\(.start) \(.size)"'
}

assert_free() {
	diff <(free_by_hand) <(free)
	diff <(free_by_hand) <(free dax0.0)
	"$daxbus" list --json --map dax0.0 | jq -e '.regions[0] |
		.available_size == ([.free[].size] | add // 0) and
		.largest_free == ([.free[].size] | max // 0) and .start == '"$start"
	# The legend has a line for each of them, and the bar has 80 columns.
	[ "$("$daxbus" list --map -n region0 | grep -c '^\. ')" = "$(free_by_hand | wc -l)" ]
	[ "$("$daxbus" list --map -n region0 | sed -n 2p | wc -c)" = 81 ]
}

@test "list: --map, region full: nothing free" {
	assert_free
	[ "$(free)" = "" ]
}

@test "list: --map, device at the start and an empty device: rest free" {
	echo $((128 * MIB)) >$devices/dax0.0/size
	create 0
	assert_free
	[ "$(free)" = "$((start + 128 * MIB)) $((size - 128 * MIB))" ]
}

@test "list: --map, hole and device of two ranges: free extents as in sysfs" {
	create $((64 * MIB))
	second=$created
	create $((256 * MIB))
	echo 0 >"$devices/$second/size"
	assert_free
	echo $((256 * MIB)) >$devices/dax0.0/size
	[ -e $devices/dax0.0/mapping1 ]
	assert_free
	[ "$("$daxbus" list --map -n region0 | grep -c 'dax0\.0 .* [12]/2$')" = 2 ]
	echo $((128 * MIB)) >$devices/dax0.0/size
	assert_free
	echo 0 >$devices/dax0.0/size
	assert_free
	[ "$(free | head -n 1 | cut -d' ' -f1)" = "$start" ]
}

# Kernel 7.3 does not show soft-reserved memory in /proc/iomem, and no other file has the start of the region.
@test "list: --map, no empty device: start from /proc/iomem, unknown on 7.3" {
	for device in "$devices"/dax0.[1-9]*; do
		[ "$(cat "$device/size")" = 0 ] || continue
		echo "${device##*/}" >"$region/delete"
	done
	# A device at the start, another one in the middle, and free memory at the end.
	echo $((2 * MIB)) >$devices/dax0.0/size
	if kernel_at_least 7.3 && [ "$(json '.regions[0].provider')" = hmem ]; then
		[ "$("$daxbus" list -R -n -r -o START,LARGEST_FREE region0)" = "? ?" ]
		"$daxbus" list --map region0 | grep -q "start of the region unknown"
		create 0
	fi
	assert_free
}

@test "list: --map, captured tree: same as the machine" {
	"$daxbus" capture "$BATS_TEST_TMPDIR/tree"
	for selector in all dax0.0 region0; do
		diff <("$daxbus" list --map "$selector") <("$daxbus" --sysroot "$BATS_TEST_TMPDIR/tree" list --map "$selector")
		diff <("$daxbus" list --map --json "$selector") \
			<("$daxbus" --sysroot "$BATS_TEST_TMPDIR/tree" list --map --json "$selector")
	done
}

@test "list: --map, ordinary user: free memory unknown" {
	run --separate-stderr as_user "$daxbus" list --map region0
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "region0: "*" free, largest ?" ]]
	[[ ${lines[1]} == *"cannot read the addresses of its devices (requires root)" ]]
	[ ${#lines[@]} -eq 2 ]
	as_user "$daxbus" list --map --json | jq -e '.regions[0] | .free == null and .largest_free == null'
	[ "$(as_user "$daxbus" list -R -n -r -o LARGEST_FREE region0)" = "?" ]
}
