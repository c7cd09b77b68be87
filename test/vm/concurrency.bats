#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Another daxbus, or something else, changes devices while daxbus works: no memory is stuck afterwards, and the exit
# status of daxbus says whether the request was carried out. Soft-reserved memory; new memory stays offline. Runs in the
# guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

# How often a race is tried
rounds="1"
[ ! "${DAXBUS_LONG-}" ] || rounds="1 2 3"

setup_file() {
	"$daxbus" reconfigure --mode=devdax dax0.0 dax1.0
}

setup() {
	remember
	loop=""
}

teardown() {
	[ ! "$loop" ] || no_more 2>/dev/null
	[ ! -s "$BATS_TEST_TMPDIR/held" ] || kill -CONT "$(cat "$BATS_TEST_TMPDIR/held")" 2>/dev/null || true
}

# again COMMAND...: repeat a command in the background until no_more or the end of the test
again() {
	(while :; do "$@" || true; done) >/dev/null 2>&1 3>&- &
	loop=$!
}

no_more() {
	kill $loop
	wait $loop || true
	loop=""
}

# held_back ARG...: run a daxbus that stops at its sixth write; its process in $held, that of strace in $tracer
held_back() {
	local trace=$BATS_TEST_TMPDIR/trace
	local -a seen=()
	: >"$trace"
	strace -f -e trace=write -e signal=STOP -e inject=write:signal=STOP:when=6 -o "$trace" "$daxbus" "$@" \
		>"$BATS_TEST_TMPDIR/held-says" 2>&1 3>&- &
	tracer=$!
	held=""
	while [ ! "$held" ]; do
		[ -e /proc/$tracer ] || return 1
		pause 0.02
		mapfile -t seen <"$trace"
		[[ ${seen[*]: -1} != *"stopped by SIGSTOP"* ]] || held=${seen[-1]%% *}
	done
	echo $held >"$BATS_TEST_TMPDIR/held"
}

let_on() { kill -CONT $held; }

toggle() {
	local n
	blocks_of "$1"
	for n in "${REPLY_BLOCKS[@]}"; do
		echo "$2" >$memory/memory$n/state
		pause 0.03
	done
}

take_away() {
	echo "$1" >$drivers/device_dax/unbind
	pause 0.01
}

@test "reconfigure: another daxbus runs: refused, its pid named; with --wait done later" {
	held_back reconfigure --mode=kmem dax0.0
	for device in dax0.0 dax1.0; do
		daxbus_says 5 reconfigure --mode=kmem $device
		both_say "$held"
		both_say daxbus
	done
	daxbus_says 5 reconfigure --mode=kmem --wait=1 dax1.0
	daxbus_says 5 recover
	# Commands that change nothing do not need the lock.
	daxbus_says 0 reconfigure --mode=kmem --dry-run dax1.0
	daxbus_says 0 list
	is device_dax dax1.0
	"$daxbus" reconfigure --mode=kmem --wait dax1.0 >/dev/null 3>&- &
	waiting=$!
	pause 0.3
	is device_dax dax1.0
	let_on
	wait $waiting
	wait $tracer
	is "kmem 8 movable" dax0.0
	is "kmem 8 movable" dax1.0
	settled
	daxbus_says 0 reconfigure --mode=devdax dax0.0 dax1.0
	settled
}

@test "reconfigure: two start together: both done with --wait, one refused without" {
	for mode in kmem devdax; do
		for device in dax0.0 dax1.0; do
			"$daxbus" reconfigure --mode=$mode --wait dax0.0 >/dev/null 3>&- &
			first=$!
			"$daxbus" reconfigure --mode=$mode --wait $device >/dev/null 3>&- &
			wait $!
			wait $first
			settled
		done
	done
	is device_dax dax0.0
	is device_dax dax1.0
	# Without --wait one of them is refused, unless it started after the end of the other.
	"$daxbus" reconfigure --mode=kmem dax0.0 >/dev/null 2>&1 3>&- &
	first=$!
	late=0 early=0
	"$daxbus" reconfigure --mode=kmem dax0.0 >/dev/null 2>&1 3>&- || late=$?
	wait $first || early=$?
	[[ "$late $early" == @("0 0"|"0 5"|"5 0") ]] || wrong "exit status $late and $early"
	is "kmem 8 movable" dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

@test "reconfigure: SIGTERM while it waits for the lock: nothing changed" {
	held_back reconfigure --mode=kmem dax0.0
	"$daxbus" reconfigure --mode=kmem --wait dax1.0 >/dev/null 2>&1 3>&- &
	waiting=$!
	pause 0.3
	kill -TERM $waiting
	status=0
	wait $waiting || status=$?
	[ $status -ne 0 ]
	is device_dax dax1.0
	let_on
	wait $tracer
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

# As a udev rule for new memory blocks does.
@test "reconfigure: others online blocks while kmem binds: all blocks in zone Movable" {
	for _ in $rounds; do
		again toggle dax0.0 online_movable
		daxbus_says 0 reconfigure --mode=kmem dax0.0
		is "kmem 8 movable" dax0.0
		no_more
		daxbus_says 0 reconfigure --mode=devdax dax0.0
		is device_dax dax0.0
	done
	settled
}

# Only kernels that remove the memory of a device in one step leave no time between the last check and the unbinding.
# daxbus succeeds, or gives up and leaves all of the memory online.
@test "reconfigure: others online blocks while kmem unbinds: devdax, or all blocks online" {
	kernel_at_least 7.3 || skip 'memory goes away block by block on this kernel'
	again toggle dax0.0 online_movable
	for _ in $rounds; do
		daxbus_says 0 reconfigure --mode=kmem dax0.0
		run --separate-stderr "$daxbus" reconfigure --mode=devdax dax0.0
		[ "$status" -le 1 ]
		pause 0.3
		state_of dax0.0
		[[ $REPLY == device_dax || $REPLY == "kmem 8 "* ]] || wrong "dax0.0 is $REPLY"
	done
	no_more
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

@test "reconfigure: others offline blocks: device in kmem or devdax" {
	again toggle dax0.0 offline
	for _ in $rounds; do
		run --separate-stderr "$daxbus" reconfigure --mode=kmem dax0.0
		[[ $status == [016] ]]
		state_of dax0.0
		[[ $REPLY == device_dax || $REPLY == kmem* ]] || wrong "dax0.0 is $REPLY"
		[ ! -e /run/daxbus/journal ] || "$daxbus" recover || "$daxbus" recover --forget
	done
	no_more
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	is "kmem 8 movable" dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

@test "reconfigure: others unbind the device: exit status matches the device" {
	again take_away dax0.0
	for _ in $rounds; do
		run --separate-stderr "$daxbus" reconfigure --mode=kmem dax0.0
		[[ $status == [016] ]]
		state_of dax0.0
		[[ $status != 0 || $REPLY == "kmem 8 movable" ]] || wrong "exit status 0, and it is $REPLY"
		[ ! -e /run/daxbus/journal ] || "$daxbus" recover || "$daxbus" recover --forget
		run --separate-stderr "$daxbus" reconfigure --mode=devdax dax0.0
		[[ $status == [016] ]]
		state_of dax0.0
		[[ $REPLY == device_dax || $REPLY == none || $REPLY == "kmem 8 movable" ]] || wrong "dax0.0 is $REPLY"
		[ ! -e /run/daxbus/journal ] || "$daxbus" recover || "$daxbus" recover --forget
	done
	no_more
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	is device_dax dax0.0
	settled
}

@test "reconfigure: others destroy the device: reported, settings restored" {
	second_device dax0.0 $((512 << 20)) $((512 << 20))
	"$daxbus" reconfigure --mode=devdax dax0.0 $second
	remember
	held_back reconfigure --mode=kmem $second
	region=$(readlink -f $devices/dax0.0)/../dax_region
	state_of $second
	case $REPLY in
	kmem*) # memory that is online would be stuck
		toggle $second offline
		;;
	esac
	unbind $second
	echo 0 >$devices/$second/size
	echo $second >$region/delete
	let_on
	status=0
	wait $tracer || status=$?
	[[ $status == [136] ]] || { cat "$BATS_TEST_TMPDIR/held-says"; false; }
	grep -q $second "$BATS_TEST_TMPDIR/held-says"
	[ ! -e /run/daxbus/journal ] || "$daxbus" recover || "$daxbus" recover --forget
	grep -qx "$known_policy" $memory/auto_online_blocks
	grep -qx "$known_autoprobe" /sys/bus/dax/drivers_autoprobe
	[ "$(cat $region/available_size)" = $((512 << 20)) ]
	is device_dax dax0.0
	daxbus_says 3 reconfigure --mode=kmem $second
	unbind dax0.0
	echo $((1 << 30)) >$devices/dax0.0/size
	daxbus_says 0 reconfigure --mode=devdax dax0.0
}

@test "reconfigure: others change the device after each write: exit status matches, nothing stuck" {
	run "$BATS_TEST_DIRNAME/fault-injection" hands dax0.0
	if [ "$status" -ne 0 ]; then
		printf '%s\n' "$output"
		return 1
	fi
	echo "# hands: ${lines[-1]} (DAXBUS_SEED $DAXBUS_SEED)" >&3
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

# to_driver FILE: write the provider to that file of its driver in the background; the writer must end
to_driver() {
	local writer i
	(echo "$provider" >"/sys/bus/platform/drivers/hmem/$1") 3>&- &
	writer=$!
	"$daxbus" list --json >/dev/null
	for ((i = 0; i < 300; i++)); do
		[ -e /proc/$writer ] || return 0
		pause 0.1
	done
	wrong "$1: still waits: $(cat /proc/$writer/stack)"
}

# Up to 6.8, the kernel lets a process that reads mappingN or available_size and this one wait for each other until the next reboot.
@test "udev-properties, list: provider is unbound meanwhile: no process waits forever" {
	local provider
	provider=$(basename "$(readlink -f $devices/dax0.0/..)")
	again "$daxbus" udev-properties dax0.0
	for _ in 1 2 $rounds; do
		to_driver unbind
		[ ! -e $devices/dax0.0 ]
		to_driver bind
		[ -e $devices/dax0.0 ]
	done
	no_more
	"$daxbus" reconfigure --mode=devdax dax0.0
	settled
}
