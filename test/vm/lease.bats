#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A device that a program leases: the example with-device. Two soft-reserved devices of 1 GiB; new memory stays offline.
# Runs in the guest, and restores the devices.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

# As after the installation: the library beside the program.
with_device() {
	LD_LIBRARY_PATH=$BATS_FILE_TMPDIR "$BATS_FILE_TMPDIR/with-device" "$@"
}

setup_file() {
	cp Documentation/examples/.libs/with-device "$BATS_FILE_TMPDIR"
	cp -P lib/.libs/libdaxbus.so* "$BATS_FILE_TMPDIR"
	"$daxbus" reconfigure --mode=kmem dax0.0
}

teardown_file() {
	"$daxbus" reconfigure --mode=devdax dax0.0
}

setup() {
	remember
}

# begin_lease [DEVICE]: with-device in the background, its process $keeper, until the device (default: dax0.0) is there for its command, process $consumer
begin_lease() {
	local device=${1-dax0.0}
	rm -f "$BATS_TEST_TMPDIR/consumer"
	# shellcheck disable=SC2016 # for the other shell
	LD_LIBRARY_PATH=$BATS_FILE_TMPDIR "$BATS_FILE_TMPDIR/with-device" "$device" sh -c 'exec 5<>/dev/$2; echo $$ >"$1"; exec sleep 600' sh "$BATS_TEST_TMPDIR/consumer" "$device" 3>&- &
	keeper=$!
	for ((i = 0; i < 300; i++)); do
		[ ! -s "$BATS_TEST_TMPDIR/consumer" ] || break
		sleep 0.1
	done
	read -r consumer <"$BATS_TEST_TMPDIR/consumer"
	is device_dax "$device"
}

# kill_lease: both processes of begin_lease
kill_lease() {
	kill -KILL "$keeper" "$consumer"
	wait "$keeper" || true
	for ((i = 0; i < 100; i++)); do
		kill -0 "$consumer" 2>/dev/null || break
		sleep 0.1
	done
}

@test "lease: command ends: its status, device as before; meanwhile: other device can be changed, second lease refused" {
	daxbus_says 0 offline --size=256M dax0.0
	begin_lease
	daxbus_says 0 reconfigure --mode=kmem dax1.0
	daxbus_says 0 reconfigure --mode=devdax dax1.0
	daxbus_says 5 reconfigure --mode=kmem --force dax0.0 --json
	[ "$(result .code)" = leased ]
	run with_device dax0.0 true
	[ "$status" -eq 1 ]
	[[ $output == *"another process has leased dax0.0"* ]]
	kill "$consumer"
	status=0
	wait "$keeper" || status=$?
	[ "$status" -eq 143 ]
	is "kmem 6 movable 2 offline" dax0.0
	daxbus_says 0 online dax0.0
	run with_device dax0.0 sh -c 'exit 7'
	[ "$status" -eq 7 ]
	is "kmem 8 movable" dax0.0
	[ ! -e /run/daxbus/lease.dax0.0 ]
	settled
}

@test "lease: consumer killed: device as before" {
	begin_lease
	kill -KILL "$consumer"
	status=0
	wait "$keeper" || status=$?
	[ "$status" -eq 137 ]
	is "kmem 8 movable" dax0.0
	settled
}

@test "lease: both killed: changes refused (recover-first), recover: device as before" {
	begin_lease
	kill_lease
	[ -e /run/daxbus/lease.dax0.0 ]
	is device_dax dax0.0
	daxbus_says 5 reconfigure --mode=kmem dax1.0
	[[ $stderr == *"the program that leased dax0.0 has ended without putting it back: run 'daxbus recover' first"* ]]
	daxbus_says 0 recover --dry-run
	[[ $output == *dax0.0* ]]
	is device_dax dax0.0
	daxbus_says 0 recover
	is "kmem 8 movable" dax0.0
	[ ! -e /run/daxbus/lease.dax0.0 ]
	settled
}

@test "lease: device in use at its end: exit 1, recover: device as before" {
	begin_lease
	exec 6<>/dev/dax0.0
	kill "$consumer"
	status=0
	wait "$keeper" || status=$?
	[ "$status" -eq 1 ]
	is device_dax dax0.0
	exec 6>&-
	daxbus_says 0 recover
	is "kmem 8 movable" dax0.0
	settled
}

@test "lease: another program killed: device as before all the same; recover: the other one, too" {
	local first
	daxbus_says 0 reconfigure --mode=kmem dax1.0
	begin_lease dax0.0
	first=("$keeper" "$consumer")
	begin_lease dax1.0
	kill_lease
	kill "${first[1]}"
	status=0
	wait "${first[0]}" || status=$?
	[ "$status" -eq 143 ]
	is "kmem 8 movable" dax0.0
	[ ! -e /run/daxbus/lease.dax0.0 ]
	is device_dax dax1.0
	daxbus_says 0 recover
	is "kmem 8 movable" dax1.0
	daxbus_says 0 reconfigure --mode=devdax dax1.0
	settled
}

@test "lease: device in the mode already, unknown device: command runs, nothing to put back; exit 1" {
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	run with_device dax0.0 true
	[ "$status" -eq 0 ]
	is device_dax dax0.0
	run with_device dax7.0 true
	[ "$status" -eq 1 ]
	run with_device 'dax*' true
	[ "$status" -eq 1 ]
	[[ $output == *"is not a device name"* ]]
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	settled
}
