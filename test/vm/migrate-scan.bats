#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# migrate scan on processes that use /sys/class/dax, on a kernel that has the class for persistent memory (5.10), and on a
# kernel without it. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

setup_file() { modprobe device_dax; }

teardown() {
	let_go
	[ -z "${other-}" ] || kill "$other" 2>/dev/null || true
	other=
}

class() { [ "$(kernel)" = 5.10 ]; }

# other COMMAND...: start a process in the background; its number in $other
other() {
	"$@" 3>&- >/dev/null 2>&1 &
	other=$!
}

# watch DIRECTORY: start a process that watches a directory with inotify; its number in $other
watch() {
	type -P python3 >/dev/null || skip 'no python3 here'
	other python3 -c 'import ctypes, os, sys, time
libc = ctypes.CDLL(None)
libc.inotify_add_watch(libc.inotify_init1(0), os.fsencode(sys.argv[1]), 0x100)
time.sleep(600)' "$1"
	until grep -qs inotify /proc/$other/fdinfo/*; do pause 0.02; done
}

# scan_says STATUS PATH...: migrate scan ends with that status; its document is in $output
scan_says() {
	local wanted=$1
	shift
	daxbus_says "$wanted" migrate scan --json "$@"
}

# of PID JQ-FILTER: a value of the user in $output that is that process
of() { jq -r ".users[] | select(.pid == $1) | $2" <<<"$output"; }

empty() { mkdir -p /tmp/empty && echo /tmp/empty; }

@test "migrate scan: no user: exit 0" {
	scan_says 0 "$(empty)"
	[ "$(jq '.users | length' <<<"$output")" = 0 ]
	if class; then
		[ "$(jq .looked_at.processes <<<"$output")" -gt 2 ]
		[ "$(jq .looked_at.hidden <<<"$output")" = 0 ]
	else
		[ ! -e /sys/class/dax/dax0.0 ]
	fi
}

@test "migrate scan: process has a directory or file of the class open: exit 7 (class-open)" {
	class || skip 'there is no class on this kernel'
	other bash -c 'cd /sys/class/dax && exec sleep 600'
	until [ "$(readlink /proc/$other/cwd)" = /sys/class/dax ]; do pause 0.02; done
	scan_says 7 "$(empty)"
	[ "$(of $other '"\(.kind) \(.process) \(.code) \(.text) \(.safe) \(.line) \(.offset)"')" = \
		'process sleep class-open /sys/class/dax null null null' ]
	kill $other
	other bash -c 'exec 5</sys/class/dax/dax0.0/size; exec sleep 600'
	until [ -e "/proc/$other/fd/5" ]; do pause 0.02; done
	scan_says 7 "$(empty)"
	[ "$(of $other .code)" = class-open ]
	[[ $(of $other .text) == */dax/dax0.0/size ]]
}

@test "migrate scan: process watches the class: exit 7 (class-watched)" {
	class || skip 'there is no class on this kernel'
	watch /sys/class/dax
	scan_says 7 "$(empty)"
	[ "$(of $other .code)" = class-watched ]
}

@test "migrate scan: process watches another directory: exit 0" {
	class || skip 'there is no class on this kernel'
	watch /sys/class/tty
	scan_says 0 "$(empty)"
	[ "$(jq '.users | length' <<<"$output")" = 0 ]
}

@test "migrate scan: process has the device mapped: exit 0, needs no change" {
	class || skip 'there is no class on this kernel'
	hold dax0.0 mapped
	scan_says 0 "$(empty)"
	[ "$(of $holder '"\(.code) \(.text) \(.process)"')" = 'device-mapped /dev/dax0.0 map-device' ]
	[ "$(of $holder '.safe | length > 0')" = true ]
	[ "$(of $holder .path)" = "$(readlink /proc/$holder/exe)" ]
}

@test "migrate scan: script has the device open and names the class: exit 7" {
	class || skip 'there is no class on this kernel'
	printf '%s\n' '#!/bin/bash' 'exec 5<>/dev/dax0.0' 'while sleep 1; do ls /sys/class/dax; done' >/tmp/user
	chmod +x /tmp/user
	other /tmp/user
	until [ -e "/proc/$other/fd/5" ]; do pause 0.02; done
	scan_says 7 "$(empty)"
	[ "$(of $other '"\(.code) \(.safe)"')" = 'device-open null' ]
}

@test "migrate scan: process has the device open, directory or script as operand: exit 0 or 7" {
	class || skip 'there is no class on this kernel'
	mkdir -p /tmp/data
	printf '%s\n' '#!/bin/sh' 'ls /sys/class/dax' >/tmp/data/user
	chmod +x /tmp/data/user
	other bash -c 'exec 5<>/dev/dax0.0; exec tail -f /tmp/data /dev/null'
	until [ -e "/proc/$other/fd/5" ] && grep -q tail "/proc/$other/comm"; do pause 0.02; done
	scan_says 0 "$(empty)"
	[ "$(of $other '"\(.code) \(.safe | length > 0)"')" = 'device-open true' ]
	kill $other
	# A script that the process interprets is scanned, whatever its name.
	echo 'exec 5<>/dev/dax0.0; while sleep 1; do ls /sys/class/dax; done' >/tmp/functions
	other bash /tmp/functions
	until [ -e "/proc/$other/fd/5" ]; do pause 0.02; done
	scan_says 7 "$(empty)"
	[ "$(of $other '"\(.code) \(.safe)"')" = 'device-open null' ]
}

@test "migrate scan: ordinary user: processes that cannot be read counted" {
	class || skip 'there is no class on this kernel'
	hold dax0.0 mapped
	run --separate-stderr as_user "$daxbus" migrate scan "$(empty)"
	[ "$status" -eq 0 ]
	[[ $stderr == *'could not be read; run as root to read all'* ]]
}

@test "migrate scan: other file system below PATH: not entered, counted" {
	mkdir -p /tmp/top/mounted
	mount -t tmpfs none /tmp/top/mounted
	printf '%s\n' '#!/bin/sh' 'ls /sys/class/dax' >/tmp/top/mounted/user
	chmod +x /tmp/top/mounted/user
	scan_says 0 /tmp/top
	[ "$(jq .looked_at.foreign <<<"$output")" = 1 ]
	scan_says 7 /tmp/top/mounted
	umount /tmp/top/mounted
}

@test "migrate scan: daxbus itself: exit 0, needs no change" {
	scan_says 0 /opt/daxbus
	[ "$(jq '[.users[] | .safe | length > 0] | all and length > 0' <<<"$output")" = true ]
}
