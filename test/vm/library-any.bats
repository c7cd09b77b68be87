#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A program that links libdaxbus.so and has its public header only (library-use.c).
# shellcheck disable=SC2154 # run sets status and output

load guest

setup_file() {
	cp lib/.libs/libdaxbus.so.* "$BATS_FILE_TMPDIR"
	# In a build directory the program is a script of libtool.
	cp test/vm/.libs/library-use "$BATS_FILE_TMPDIR"
}

use() { LD_LIBRARY_PATH=$BATS_FILE_TMPDIR run "$BATS_FILE_TMPDIR/library-use" "$@"; }

first_device() { json '.devices[0].device'; }

# driver NAME: the driver of a device as the kernel shows it, "" for none
driver() { [ ! -e "$devices/$1/driver" ] || basename "$(readlink "$devices/$1/driver")"; }

fingerprint() { sed -n 's/^fingerprint //p' <<< "$output"; }

# region DEVICE: region0 of dax0.0
region() { echo "region${1//[!0-9.]/}" | cut -d. -f1; }

@test "library: unknown field: ENOENT; field that the query lacks: not read" {
	use fields "$(first_device)"
	[ "$status" -eq 0 ]
	[ "$output" = "unknown field: ENOENT
NULL field: ENOENT
size: known
align: ENOKEY" ]
}

@test "library: daxbus_apply_planned: device changed since the plan: refused, nothing changed" {
	device=$(first_device)
	"$daxbus" reconfigure --mode=devdax "$device"
	use plan "$device" kmem
	[ "$status" -eq 0 ]
	[[ $output == *"step unbind $device"* && $output == *"step bind $device"* ]]
	old=$(fingerprint)
	[ "${#old}" -eq 16 ]
	use plan "$device" kmem
	[ "$(fingerprint)" = "$old" ]
	# Somebody else changes the device.
	echo "$device" > "$drivers/device_dax/unbind"
	before=$("$daxbus" list --json)
	use apply "$device" kmem "$old"
	[ "$status" -eq 1 ]
	[[ $output == "apply: ESTALE: plan-changed: "* ]]
	[ "$("$daxbus" list --json)" = "$before" ]
	[ -z "$(driver "$device")" ]
	[ ! -e /run/daxbus/journal ]
}

@test "library: daxbus_apply_planned: same plan: changed" {
	device=$(first_device)
	"$daxbus" reconfigure --mode=devdax "$device"
	use plan "$device" kmem
	use apply "$device" kmem "$(fingerprint)"
	[ "$status" -eq 0 ]
	[ "$output" = "$device changed" ]
	[ "$(driver "$device")" = kmem ]
	"$daxbus" reconfigure --mode=devdax "$device"
}

@test "library: daxbus_monitor_next: event of the device, when the descriptor is readable" {
	local i
	device=$(first_device)
	"$daxbus" reconfigure --mode=devdax "$device"
	LD_LIBRARY_PATH=$BATS_FILE_TMPDIR "$BATS_FILE_TMPDIR/library-use" monitor "$device" driver-bound >"$BATS_TEST_TMPDIR/out" 3>&- &
	for ((i = 0; i < 300; i++)); do
		! grep -q listening "$BATS_TEST_TMPDIR/out" || break
		sleep 0.1
	done
	echo "$device" >"$drivers/device_dax/unbind"
	echo "$device" >"$drivers/device_dax/bind"
	wait $!
	[ "$(tail -n 1 "$BATS_TEST_TMPDIR/out")" = "driver-bound $device $(region "$device") device_dax" ]
}
