#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154,SC2030,SC2031 # run sets status and output; each test is a subshell
#
# monitor: events of a real kernel, and waiting for a state. Soft-reserved memory. Runs in the guest.

load guest

setup() {
	log=$BATS_TEST_TMPDIR/log
	pid=
	"$daxbus" reconfigure --mode=devdax dax0.0 dax1.0
}

teardown() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || true
	"$daxbus" reconfigure --mode=devdax dax0.0
}

# monitor [ARGUMENT...]: run it in the background, and wait until it listens
monitor() {
	"$daxbus" monitor "$@" >"$log" 2>&1 3>&- &
	pid=$!
	listens
}

# It sleeps in poll() when it has subscribed and read the state.
listens() {
	local i
	for ((i = 0; i < 300; i++)); do
		! grep -q poll "/proc/$pid/wchan" || return 0
		sleep 0.1
	done
	cat "$log"
	false
}

# says WORD FILTER: wait for a line of the log with the event that a filter of jq accepts
says() {
	local i
	for ((i = 0; i < 100; i++)); do
		! jq -e --arg word "$1" "select(.event == \$word) | select($2)" "$log" >/dev/null || return 0
		sleep 0.1
	done
	cat "$log"
	false
}

# ticks PID: time of the processor that a process took, in hundredths of a second
ticks() {
	local -a fields
	read -ra fields </proc/"$1"/stat
	echo $((fields[13] + fields[14]))
}

@test "monitor: device to kmem and back: drivers, and the blocks of each change as one line" {
	monitor --json
	"$daxbus" reconfigure --mode=kmem dax0.0
	says driver-bound '.device == "dax0.0" and .to == "kmem" and .region == "region0"'
	says blocks-online '.device == "dax0.0" and .blocks == 8 and .message == "8 memory blocks online"'
	"$daxbus" reconfigure --mode=devdax dax0.0
	says blocks-removed '.device == "dax0.0" and .blocks == 8'
	says driver-bound '.to == "device_dax"'
	[ "$(jq -s '[.[] | select(.event == "blocks-online")] | length' "$log")" = 1 ]
	[ "$(jq -r .event "$log" | sort -u | grep -vxE 'blocks-(added|removed|online|offline)|driver-(bound|unbound|added)|size-changed')" = "" ]
	[ "$(jq -s '[.[].time] | . == sort' "$log")" = true ] || { cat "$log"; false; }
}

@test "monitor --until: state reached later, at once: exit 0; not in time: exit 8" {
	"$daxbus" monitor --until=mode=kmem,offline=0,missing=0 --timeout=60 dax0.0 >"$log" 3>&- &
	pid=$!
	listens
	"$daxbus" reconfigure --mode=kmem dax0.0
	wait "$pid"
	grep -q '^[0-9:.]\{12\} dax0.0    bound to kmem$' "$log" || { cat "$log"; false; }
	run -0 "$daxbus" monitor --until=mode=kmem,online=8 dax0.0
	[ "$output" = "" ]
	# Not all of the selected devices, and one that does not exist.
	run -8 "$daxbus" monitor --until=mode=kmem --timeout=1 dax0.0 dax1.0
	[ "$output" = "daxbus: 'mode=kmem' was not reached within 1 second" ]
	run -8 "$daxbus" monitor --until=all --timeout=1 dax7.0
	run -0 "$daxbus" monitor '--until=!all' dax7.0
	run -8 "$daxbus" monitor '--until=!mode=kmem' --timeout=1 dax0.0
}

@test "monitor: selector: no events of other devices" {
	monitor --json dax1.0
	"$daxbus" reconfigure --mode=kmem dax0.0
	"$daxbus" unbind dax1.0
	says driver-unbound '.device == "dax1.0" and .from == "device_dax"'
	"$daxbus" bind dax1.0
	says driver-bound '.device == "dax1.0"'
	[ "$(jq -r .device "$log" | sort -u)" = dax1.0 ]
}

@test "monitor: size, policy of the kernel, file of a policy, other driver: reported" {
	local old
	old=$(cat "$memory"/auto_online_blocks)
	monitor --json
	"$daxbus" unbind dax0.0
	"$daxbus" resize --size=512M dax0.0
	says size-changed '.device == "dax0.0" and .from == "1073741824" and .to == "536870912"'
	echo online_movable >"$memory"/auto_online_blocks
	"$daxbus" resize --size=1G dax0.0
	says size-changed '.to == "1073741824"'
	says auto-online-changed '.to == "online_movable"'
	echo "$old" >"$memory"/auto_online_blocks
	# The directory does not exist before.
	mkdir -p /etc/daxbus/policy.d
	echo '[Match]' >/etc/daxbus/policy.d/50-a.conf
	says policy-changed '.to | startswith("/etc/daxbus/policy.d")'
	rm -r /etc/daxbus
	"$daxbus" bind dax0.0
}

@test "monitor: 512 events of blocks, with --long 8192: all counted, in few lines" {
	local first number=0 i begin end n=$((${DAXBUS_LONG:-0} ? 8192 : 512))
	"$daxbus" reconfigure --mode=kmem dax0.0
	first=$(first_block dax0.0)
	monitor --json dax0.0
	begin=${EPOCHREALTIME/./}
	# The kernel sends these to order, as fast as they are written.
	for ((i = 0; i < n; i++)); do
		echo offline >"$memory/memory$((first + i % 8))/uevent"
	done
	end=${EPOCHREALTIME/./}
	for ((i = 0; i < 100 && number < n; i++)); do
		number=$(jq -s '[.[] | select(.event == "blocks-offline") | .blocks] | add' "$log")
		sleep 0.1
	done
	echo "# $n events in $(((end - begin) / 1000)) ms, $(wc -l <"$log") lines, $(ticks "$pid")0 ms of the processor" >&3
	[ "$number" = "$n" ]
	run ! grep -q events-lost "$log"
	# Each line costs a reading of the state; how much time that is depends on the machine, and is only shown.
	[ "$(wc -l <"$log")" -le $((n / 20)) ]
}

@test "monitor: more events than the kernel has room for: says so, and what differs" {
	local i room=/proc/sys/net/core/rmem_max old
	read -r old <$room
	# A user who is not root has little room. Not by a function, so that the number is that of the process.
	echo 65536 >$room
	setpriv --reuid 65534 --regid 65534 --clear-groups "$daxbus" monitor --json >"$log" 2>&1 3>&- &
	pid=$!
	listens
	echo "$old" >$room
	kill -STOP "$pid"
	for ((i = 0; i < 300; i++)); do echo change >"$devices/dax1.0/uevent"; done
	"$daxbus" reconfigure --mode=kmem dax0.0
	kill -CONT "$pid"
	says events-lost true
	says driver-bound '.device == "dax0.0" and .to == "kmem"'
	# It goes on.
	"$daxbus" reconfigure --mode=devdax dax0.0
	says driver-bound '.device == "dax0.0" and .to == "device_dax"'
}

@test "monitor: reader goes away while nothing happens: ends" {
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	exec 4<>"$BATS_TEST_TMPDIR/pipe"
	"$daxbus" monitor >"$BATS_TEST_TMPDIR/pipe" 2>"$log" 4>&- 3>&- &
	pid=$!
	listens
	exec 4>&-
	status=0
	wait "$pid" || status=$?
	[ "$status" = 1 ]
	[ "$(cat "$log")" = 'daxbus: cannot write: Broken pipe' ]
}

@test "monitor: reader that does not read: waits, then everything is there" {
	local i
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	exec 4<>"$BATS_TEST_TMPDIR/pipe"
	"$daxbus" monitor --json >"$BATS_TEST_TMPDIR/pipe" 2>/dev/null 4>&- 3>&- &
	pid=$!
	listens
	for i in {1..3}; do
		"$daxbus" unbind dax1.0
		"$daxbus" bind dax1.0
	done
	cat <&4 >"$log" 3>&- &
	exec 4>&-
	says driver-bound '.device == "dax1.0"'
}

@test "monitor: container with a user namespace: says so, exit 1" {
	run -1 unshare --user "$daxbus" monitor --timeout=1
	[[ $output == *'container'* ]]
	run -1 unshare --user --net "$daxbus" monitor --timeout=1
	[[ $output == *'container'* ]]
	# One that has only a network of its own hears the kernel.
	run -0 unshare --net "$daxbus" monitor --timeout=1
}

@test "monitor: nothing happens for a while, with --long for a minute: does not wake up" {
	local seconds=$((${DAXBUS_LONG:-0} ? 60 : 5))
	# A library that looks for leaks cannot run under strace.
	ASAN_OPTIONS=detect_leaks=0 strace -f -o "$log" "$daxbus" monitor --timeout=$seconds
	# From the last wait to its end there is no other system call than that one.
	[ "$(grep -c 'poll(.*{fd=1' "$log")" = 1 ] || { tail -n 20 "$log"; false; }
	grep -q 'poll(.*{fd=1.* = 0 (Timeout)$' "$log"
}

@test "metrics: after a change, as root: when it was, how it ended, how long it took" {
	local metrics now
	"$daxbus" reconfigure --mode=kmem dax0.0
	metrics=$("$daxbus" metrics)
	now=$(date +%s)
	[[ $metrics =~ last_change_timestamp_seconds\{result=\"changed\"\}\ ([0-9]+) ]]
	[ "${BASH_REMATCH[1]}" -le "$now" ] && [ "${BASH_REMATCH[1]}" -ge $((now - 120)) ]
	[[ $metrics =~ last_change_duration_seconds\ [0-9]+\.[0-9]{3}$'\n' || $metrics =~ last_change_duration_seconds\ [0-9]+\.[0-9]{3}$ ]]
	run ! grep -q last_change <<<"$(as_user "$daxbus" metrics)"
}
