#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The history of changes, and undoing them. Two soft-reserved devices of 1 GiB; new memory stays offline. Runs in the
# guest, and restores the devices.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

setup_file() {
	"$daxbus" reconfigure --mode=devdax dax0.0
}

setup() {
	remember
}

last() { "$daxbus" history --json --limit=1 | jq -r ".history[0] | $1"; }

@test "history: change: who, command, result, steps and difference; refusal: none" {
	SUDO_USER=alice daxbus_says 0 reconfigure --mode=kmem dax0.0
	[ "$(last '"\(.result) \(.uid) \(.user) \(.command[1])"')" = "changed 0 alice reconfigure" ]
	[ "$(last '.changes | map("\(.key) \(.before) \(.after)") | .[0]')" = "mode devdax kmem" ]
	last '.steps[]' | grep -q '^dax0.0 bind kmem'
	before=$(last .number)
	daxbus_says 5 resize --size=1M dax0.0
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	[ "$(last .number)" = "$before" ]
	[ "$(stat -c %a /var/lib/daxbus/history)" = 700 ]
}

@test "undo: --dry-run, then done: state before, zones of single blocks; again: the change before" {
	daxbus_says 0 offline --size=256M dax0.0
	is "kmem 6 movable 2 offline" dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	daxbus_says 0 undo --dry-run
	is device_dax dax0.0
	[[ $output == *bind* ]]
	daxbus_says 0 undo
	is "kmem 6 movable 2 offline" dax0.0
	daxbus_says 0 undo
	is "kmem 8 movable" dax0.0
	daxbus_says 0 undo
	is device_dax dax0.0
	settled
}

@test "undo: something else changed the device: refused (changed-since), done with --force" {
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	online "$(first_block dax0.0)" offline
	daxbus_says 5 undo
	[[ $stderr == *"something else changed them"* ]]
	is "kmem 7 movable 1 offline" dax0.0
	daxbus_says 0 undo --force
	is device_dax dax0.0
	settled
}

@test "undo: unknown change: exit 3" {
	daxbus_says 3 undo 99999999
	daxbus_says 2 undo nonsense
}

@test "history: /var is read-only: change done all the same, --verbose says why there is no record" {
	before=$(last .number)
	mount -t tmpfs -o ro,mode=755 none /var/lib/daxbus
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	[[ $stderr != *history* ]]
	run --separate-stderr "$daxbus" --verbose reconfigure --mode=devdax dax0.0
	umount /var/lib/daxbus
	[ "$status" -eq 0 ]
	[[ $stderr == *"/var/lib/daxbus/history"*"Read-only"* ]]
	[ "$(last .number)" = "$before" ]
	settled
}

@test "recover: killed run: the record says recovered" {
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	printf '%s\n' 'daxbus-journal 1' 'device dax0.0' 'before kmem 8 8' \
		"step offline - - offline - $(first_block dax0.0)-$(first_block dax0.0):movable" >/run/daxbus/journal
	online "$(first_block dax0.0)" offline
	daxbus_says 0 recover
	[ "$(last .result)" = recovered ]
	daxbus_says 0 undo
	is device_dax dax0.0
	settled
}
