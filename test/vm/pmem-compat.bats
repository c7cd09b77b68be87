#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Moving a device between /sys/class/dax and the dax bus, on a kernel that has both. Runs in a guest whose only device is
# dax0.0, on persistent memory and in the class.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086,SC2030,SC2031
load guest
load explain

nd=/sys/bus/nd

setup_file() { "$daxbus" reconfigure --mode=compat dax0.0; }

setup() {
	is compat dax0.0
	size=$(</sys/class/dax/dax0.0/size)
	remember
	before=$known_regions
}

# Every test begins with the device in the class.
teardown() {
	let_go
	rm -f /tmp/system/usr/bin/user {,/tmp/system}/etc/modprobe.d/{test,daxbus-migrate}.conf
	umount "/lib/modules/$(uname -r)" 2>/dev/null || true
	"$daxbus" recover >/dev/null 2>&1 || true
	is compat dax0.0 || "$daxbus" reconfigure --mode=compat dax0.0
	known_regions=$before
	settled
}

# on_bus: the machine is as remembered, except for the region of the device, which is on the bus now
on_bus() {
	regions
	known_regions=$REPLY
	settled
}

# walk NAME: run `fault-injection`, and print its summary
walk() {
	run "$BATS_TEST_DIRNAME/fault-injection" "$1" dax0.0 model
	printf '%s\n' "$output"
	[ "$status" -eq 0 ]
	echo "# $1, model: ${lines[-1]} (DAXBUS_SEED $DAXBUS_SEED)" >&3
}

@test "explain: device of the class: device" { first class-device dax0.0 /sys/class/dax; }

@test "reconfigure: compat to devdax and back: size and content kept" {
	"$pattern" write /dev/dax0.0 "$(seed)"
	uuid=$(json '.regions[0].pmem.uuid')
	[ "$(device dax0.0 '"\(.model) \(.mode) \(.state)"')" = "class compat enabled" ]
	daxbus_says 0 reconfigure --mode=devdax dax0.0 --json
	[ "$(result '"\(.device) \(.result) \(.from) \(.to)"')" = "dax0.0 changed compat devdax" ]
	is device_dax dax0.0
	on_bus
	[ "$(device dax0.0 '"\(.model) \(.mode) \(.state) \(.size)"')" = "bus devdax enabled $size" ]
	[ "$(json '.regions[0].pmem.uuid')" = "$uuid" ]
	"$pattern" check /dev/dax0.0 "$(seed)"
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	both_say unchanged
	daxbus_says 0 reconfigure --mode=compat dax0.0 --json
	[ "$(result '"\(.device) \(.result) \(.from) \(.to)"')" = "dax0.0 changed devdax compat" ]
	is compat dax0.0
	[ "$(</sys/class/dax/dax0.0/size)" = "$size" ]
	[ "$(json '.regions[0].pmem.uuid')" = "$uuid" ]
	"$pattern" check /dev/dax0.0 "$(seed)"
	daxbus_says 0 reconfigure --mode=compat dax0.0
	both_say unchanged
}

@test "reconfigure: compat to kmem and back: one command each" {
	all_blocks dax0.0 movable
	expected=$REPLY
	total=$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	is "$expected" dax0.0
	on_bus
	[ "$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)" -gt "$total" ]
	daxbus_says 0 reconfigure --mode=compat dax0.0
	is compat dax0.0
	[ "$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)" -eq "$total" ]
}

@test "reconfigure: compat to kmem, --dry-run: steps shown, device unchanged" {
	daxbus_says 0 reconfigure --mode=kmem dax0.0 --dry-run --json
	[ "$(result .result)" = planned ]
	[ "$(jq -r '.results[0].steps[-1] | "\(.value) \(.file)"' <<<"$output")" = "dax0.0 $nd/drivers/dax_pmem/bind" ]
	is compat dax0.0
}

@test "reconfigure: compat, device open or mapped: refused (device-held), process named" {
	for how in open mapped; do
		hold dax0.0 $how
		for mode in devdax kmem; do
			refuses device-held reconfigure --mode=$mode dax0.0
			both_say "($holder): $how"
		done
		is compat dax0.0
		let_go
	done
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	on_bus
	hold dax0.0 mapped
	refuses device-held reconfigure --mode=compat dax0.0
	let_go
}

@test "reconfigure: compat to devdax, dax_pmem blacklisted or not installed: refused" {
	rmmod dax_pmem 2>/dev/null || true
	echo "blacklist dax_pmem" >/etc/modprobe.d/test.conf
	refuses module-blacklisted reconfigure --mode=devdax dax0.0
	[ ! -e $nd/drivers/dax_pmem ]
	daxbus_says 0 reconfigure --mode=devdax dax0.0 --force
	is device_dax dax0.0
	daxbus_says 0 reconfigure --mode=compat dax0.0
	rmmod dax_pmem
	rm /etc/modprobe.d/test.conf
	mount -t tmpfs tmpfs "/lib/modules/$(uname -r)"
	refuses no-driver reconfigure --mode=devdax dax0.0
	is compat dax0.0
}

# now_and_back OPTION...: `migrate apply --now OPTION...`, then `migrate revert --now`
now_and_back() {
	local file=/etc/modprobe.d/daxbus-migrate.conf
	daxbus_says 0 migrate apply --now "$@" --dry-run --json
	[ "$(jq -c '[.results[] | [.device, .file, .result, .to]]' <<<"$output")" = \
		"[[null,\"$file\",\"planned\",\"bus\"],[\"dax0.0\",null,\"planned\",\"devdax\"]]" ]
	[ ! -e "$system$file" ]
	is compat dax0.0
	"$pattern" write /dev/dax0.0 "$(seed)"
	daxbus_says 0 migrate apply --now "$@" --json
	[ "$(jq -c '[.results[] | [.device, .result, .to]]' <<<"$output")" = '[[null,"changed","bus"],["dax0.0","changed","devdax"]]' ]
	[ -e "$system$file" ]
	is device_dax dax0.0
	"$pattern" check /dev/dax0.0 "$(seed)"
	# When nothing has to change, daxbus does not look for users, such as this one.
	echo 'path=/sys/class/dax' >/etc/test-user.conf
	daxbus_says 0 migrate apply --now --json
	[ "$(jq -c '[.results[].result]' <<<"$output")" = '["unchanged"]' ]
	rm /etc/test-user.conf
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	all_blocks dax0.0 movable
	is "$REPLY" dax0.0
	daxbus_says 0 migrate revert --now --json
	[ "$(jq -c '[.results[] | [.device, .result, .to]]' <<<"$output")" = '[[null,"changed","class"],["dax0.0","changed","compat"]]' ]
	[ ! -e "$system$file" ]
	is compat dax0.0
	daxbus_says 0 migrate revert --now --json
	[ "$(jq -c '[.results[].result]' <<<"$output")" = '["unchanged"]' ]
}

@test "migrate apply --now, migrate revert --now: no users of the class: file written, device moved" {
	in_small_system
	now_and_back
}

# Without --force daxbus would scan all files of the host.
@test "migrate apply --now, migrate revert --now: --force: file written, device moved" {
	system=
	now_and_back --force
}

@test "migrate apply --now: script or process uses the class: refused, user named" {
	in_small_system
	printf '%s\n' '#!/bin/sh' 'ls /sys/class/dax' >$system/usr/bin/user
	chmod +x $system/usr/bin/user
	refuses class-users migrate apply --now
	both_say /usr/bin/user
	rm $system/usr/bin/user
	(cd /sys/class/dax && exec sleep 600) 3>&- &
	holder=$!
	until [ "$(readlink /proc/$holder/cwd)" = /sys/class/dax ]; do pause 0.02; done
	refuses class-users migrate apply --now
	both_say "the first: process sleep ($holder)"
	let_go
	[ ! -e $system/etc/modprobe.d/daxbus-migrate.conf ]
	is compat dax0.0
}

@test "migrate apply --now: device mapped: exit 4, file written, device not moved" {
	in_small_system
	hold dax0.0 mapped
	daxbus_says 4 migrate apply --now --json
	[ "$(jq -c '[.results[] | [.device, .result, .code]]' <<<"$output")" = \
		'[[null,"changed",null],["dax0.0","refused","device-held"]]' ]
	both_say "map-device ($holder): mapped"
	let_go
	is compat dax0.0
	daxbus_says 0 migrate revert
}

@test "reconfigure: compat, nd device has no driver: exit 3" {
	name=$(basename "$(json '.regions[0].path')")
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	on_bus
	# ndctl enable-namespace would bind it to the driver of the class, which the kernel prefers.
	echo $name >$nd/drivers/dax_pmem/unbind
	is gone dax0.0
	daxbus_says 3 reconfigure --mode=compat dax0.0
	echo $name >$nd/drivers/dax_pmem/bind
	is device_dax dax0.0
}

@test "reconfigure: compat to kmem and back, fault at each write: device whole" {
	walk errors
	walk kills
	walk twice
	[ ! "${DAXBUS_LONG-}" ] || walk signals
}
