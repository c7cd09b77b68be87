#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The kernel refuses, a write fails, or daxbus is killed: afterwards the device is in its old or its new mode, or `daxbus
# recover` restores it. Soft-reserved memory; new memory stays offline. Runs in the guest; the script `fault-injection`
# explains the walks.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

setup_file() {
	"$daxbus" reconfigure --mode=devdax dax0.0 dax1.0
	# Fewer memory blocks mean fewer writes to walk.
	unbind dax0.0
	echo $((512 << 20)) >$devices/dax0.0/size
	"$daxbus" reconfigure --mode=devdax dax0.0
}

setup() { remember; }

teardown() {
	inject online 0
	inject offline 0
}

# walk NAME: run `fault-injection`, and print its summary
walk() {
	run "$BATS_TEST_DIRNAME/fault-injection" "$1" dax0.0
	if [ "$status" -ne 0 ]; then
		printf '%s\n' "$output"
		return 1
	fi
	echo "# $1: ${lines[-1]} (DAXBUS_SEED $DAXBUS_SEED)" >&3
	is device_dax dax0.0 || is "kmem 4 movable" dax0.0
	"$daxbus" reconfigure --mode=devdax dax0.0
	settled
}

@test "reconfigure: kernel refuses to online memory: undone, device in devdax" {
	inject online -12
	daxbus_says 1 reconfigure --mode=kmem dax0.0
	both_say "memory block $((0x100000000 >> 27)) "
	both_say "Cannot allocate memory"
	is device_dax dax0.0
	settled
	daxbus_says 1 reconfigure --mode=kmem dax0.0 --json
	[ "$(result '"\(.device) \(.result) \(.code) \(.from) \(.to)"')" = "dax0.0 undone online-refused devdax devdax" ]
	is device_dax dax0.0
	settled
	inject online 0
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	is "kmem 4 movable" dax0.0
}

@test "reconfigure, offline: kernel refuses to offline memory: undone, memory online" {
	is "kmem 4 movable" dax0.0
	inject offline -16
	daxbus_says 1 reconfigure --mode=devdax dax0.0
	both_say "memory"
	both_say "Device or resource busy"
	is "kmem 4 movable" dax0.0
	settled
	daxbus_says 1 offline dax0.0 --json
	[ "$(result '"\(.device) \(.result) \(.code) \(.from) \(.to)"')" = "dax0.0 undone block-busy kmem kmem" ]
	jq -e '.results[0].message | test("memory block 3[0-9]")' <<<"$output"
	is "kmem 4 movable" dax0.0
	settled
	inject offline 0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	is device_dax dax0.0
	settled
}

@test "online, reconfigure: memory offline in kmem, kernel refuses to online it: still offline" {
	daxbus_says 0 reconfigure --mode=kmem --online=no dax0.0
	inject online -12
	daxbus_says 1 online dax0.0
	both_say "memory"
	is "kmem 4 offline" dax0.0
	daxbus_says 1 reconfigure --mode=kmem dax0.0
	is "kmem 4 offline" dax0.0
	settled
	inject online 0
	daxbus_says 0 online dax0.0
	is "kmem 4 movable" dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

@test "online, reconfigure: memory unplugged: online, or unplugged again where the kernel refuses" {
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	if [ ! -e $devices/dax0.0/state ]; then
		daxbus_says 0 reconfigure --mode=devdax dax0.0
		skip "this kernel cannot unplug the memory of a device as a whole"
	fi
	write unplugged $devices/dax0.0/state
	remember
	inject online -12
	daxbus_says 1 online dax0.0 --json
	[ "$(result '"\(.result) \(.code)"')" = "undone online-refused" ]
	is "kmem unplugged" dax0.0
	daxbus_says 1 reconfigure --mode=kmem dax0.0
	is "kmem unplugged" dax0.0
	settled
	inject online 0
	daxbus_says 0 online dax0.0
	is "kmem 4 movable" dax0.0
	write unplugged $devices/dax0.0/state
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

@test "recover: run was killed: other commands refused before, done after" {
	strace -f -qq -o /dev/null -e inject=write:signal=KILL:when=6 \
		"$daxbus" reconfigure --mode=kmem dax0.0 2>/dev/null || [ $? -eq 137 ]
	[ -e /run/daxbus/journal ]
	daxbus_says 5 reconfigure --mode=kmem dax1.0
	both_say "daxbus recover"
	daxbus_says 0 recover --dry-run
	both_say dax0.0
	[ -e /run/daxbus/journal ]
	daxbus_says 0 recover
	[ ! -e /run/daxbus/journal ]
	is device_dax dax0.0
	settled
	# There is nothing left to recover.
	daxbus_says 0 recover
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

@test "recover: run was killed, --forget: journal removed, nothing undone" {
	strace -f -qq -o /dev/null -e inject=write:signal=KILL:when=6 \
		"$daxbus" reconfigure --mode=kmem dax0.0 2>/dev/null || [ $? -eq 137 ]
	[ -e /run/daxbus/journal ]
	daxbus_says 0 recover --forget
	[ ! -e /run/daxbus/journal ]
	policy "$known_policy"
	write "$known_autoprobe" /sys/bus/dax/drivers_autoprobe
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	is device_dax dax0.0
	settled
}

@test "reconfigure: error at each write: undone" { walk errors; }

@test "reconfigure: kill at each write: recovered" { walk kills; }

@test "reconfigure: signal at each write: undone or done" { walk signals; }

@test "recover: kill at each write of recover: recovered by the next run" { walk twice; }

@test "reconfigure: module of the driver cannot be loaded: undone" { walk module; }
