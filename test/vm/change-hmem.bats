#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Refusals, each with a similar request that is accepted, and tests that need two devices or one of another size. Two
# soft-reserved devices of 1 GiB; new memory stays offline. Runs in the guest, and restores both devices.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

MiB=1048576

setup_file() {
	"$daxbus" reconfigure --mode=devdax dax0.0 dax1.0
}

setup() {
	holder=""
	remember
}

teardown() {
	let_go
	rm -f /etc/modprobe.d/daxbus-test.conf
	umount -q /mnt 2>/dev/null || true
	free_all
}

@test "reconfigure: two devices: to kmem and back" {
	daxbus_says 0 reconfigure --mode=kmem dax0.0 dax1.0 --json
	jq -e '[.results[] | "\(.device) \(.result)"] == ["dax0.0 changed", "dax1.0 changed"]' <<<"$output"
	is "kmem 8 movable" dax0.0
	is "kmem 8 movable" dax1.0
	settled
	daxbus_says 0 reconfigure --mode=devdax dax0.0 dax1.0
	is device_dax dax0.0
	is device_dax dax1.0
	settled
}

@test "reconfigure: two devices, one held: exit 4, the other changed" {
	hold dax1.0 open
	daxbus_says 4 reconfigure --mode=kmem dax0.0 dax1.0 --json
	jq -e '[.results[] | "\(.device) \(.result)"] == ["dax0.0 changed", "dax1.0 refused"]' <<<"$output"
	is "kmem 8 movable" dax0.0
	is device_dax dax1.0
	let_go
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

@test "reconfigure: unknown device, invalid mode, missing operand: exit 3 or 2" {
	daxbus_says 3 reconfigure --mode=kmem dax9.9
	daxbus_says 2 reconfigure dax0.0
	daxbus_says 2 reconfigure --mode=nonsense dax0.0
	daxbus_says 2 reconfigure --mode=kmem
	settled
}

@test "reconfigure, unbind: device open: refused (device-held), done once it is closed" {
	hold dax0.0 open
	refuses device-held reconfigure --mode=kmem dax0.0
	[[ $(result .message) == *"$holder"* ]]
	refuses device-held unbind dax0.0
	is device_dax dax0.0
	let_go
	# The module has no users, so no process has to be examined.
	[ "$(strace -f -qq -e trace=openat2 "$daxbus" unbind dax0.0 2>&1 | grep -c '"/proc/[0-9]')" = 0 ]
	is none dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	is device_dax dax0.0
}

@test "reconfigure: device mapped: refused (device-held), done with --force" {
	hold dax0.0 mapped
	refuses device-held reconfigure --mode=kmem dax0.0
	[[ $(result .message) == *"$holder"* ]]
	daxbus_says 0 reconfigure --mode=kmem --force dax0.0
	is "kmem 8 movable" dax0.0
	let_go
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

# In a PID namespace of its own daxbus does not see the holder, and must not take that for nobody.
@test "reconfigure, resize: own PID namespace, device open: refused (holders-unknown, unknown-state)" {
	local contained=(unshare --pid --fork --mount-proc "$daxbus")
	hold dax0.0 open
	run --separate-stderr "${contained[@]}" reconfigure --mode=kmem dax0.0 --json
	[ "$status" -eq 5 ]
	[ "$(result .code)" = holders-unknown ]
	run --separate-stderr "${contained[@]}" resize --size=512M --force dax0.0 --json
	[ "$status" -eq 5 ]
	[ "$(result .code)" = unknown-state ]
	is device_dax dax0.0
	run --separate-stderr "${contained[@]}" reconfigure --mode=kmem --force dax0.0
	[ "$status" -eq 0 ]
	is "kmem 8 movable" dax0.0
	let_go
	# Nor does it see who is bound to the node.
	daxbus_says 0 offline dax0.0
	# A module without users has no holders, in whatever namespace.
	run --separate-stderr "${contained[@]}" reconfigure --mode=devdax dax0.0
	[ "$status" -eq 0 ]
	run --separate-stderr "${contained[@]}" unbind dax0.0
	[ "$status" -eq 0 ]
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

@test "reconfigure, recover: /sys mounted read-only: refused (sysfs-read-only), no journal" {
	local command
	for command in "reconfigure --mode=kmem dax0.0" recover; do
		run --separate-stderr unshare --mount sh -c 'mount -o remount,bind,ro /sys && exec "$@"' sh \
			"$daxbus" $command
		[ "$status" -eq 5 ]
		[[ $stderr == *"/sys/bus/dax is mounted read-only here"* ]]
		[ ! -e /run/daxbus/journal ]
	done
	is device_dax dax0.0
	# Nothing is left that would keep others from it.
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

@test "reconfigure: /run/daxbus: refused if others can write to it, or on a read-only mount" {
	daxbus_says 0 recover
	[ "$(stat -c %a /run/daxbus/lock)" = 600 ]
	chmod o+w /run/daxbus
	daxbus_says 1 reconfigure --mode=kmem dax0.0
	[[ $stderr == *"others can write to it"* ]]
	chmod o-w /run/daxbus
	run --separate-stderr unshare --mount sh -c 'mount --bind /run /run && mount -o remount,bind,ro /run && exec "$@"' sh \
		"$daxbus" reconfigure --mode=kmem dax0.0
	[ "$status" -eq 5 ]
	[[ $stderr == *"needs a writable /run"* ]]
	settled
}

@test "unbind, bind: kmem device with a block online: refused, done once all are offline" {
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	online "$(first_block dax0.0)" offline
	is "kmem 7 movable 1 offline" dax0.0
	refuses memory-online unbind dax0.0
	refuses memory-online bind --driver=device_dax dax0.0
	is "kmem 7 movable 1 offline" dax0.0
	daxbus_says 0 offline dax0.0
	is "kmem 8 offline" dax0.0
	daxbus_says 0 unbind dax0.0
	is none dax0.0
	settled
}

@test "bind, unbind: driver given or not: bound, unbound, unchanged" {
	daxbus_says 0 unbind dax0.0
	is none dax0.0
	daxbus_says 0 unbind dax0.0
	both_say unchanged
	daxbus_says 0 bind --driver=kmem dax0.0
	is "kmem 8 offline" dax0.0
	daxbus_says 0 bind --driver=device_dax dax0.0
	is device_dax dax0.0
	daxbus_says 0 bind --driver=device_dax dax0.0 --json
	[ "$(result .result)" = unchanged ]
	refuses no-driver bind --driver=no_such_driver dax0.0
	daxbus_says 0 unbind dax0.0
	# The kernel chooses the driver.
	daxbus_says 0 bind dax0.0
	state_of dax0.0
	[[ $REPLY == device_dax || $REPLY == kmem* ]]
	settled
	daxbus_says 0 reconfigure --mode=devdax dax0.0
}

@test "offline, online: --size: part of the blocks, from the high end" {
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	first=$(first_block dax0.0)
	daxbus_says 0 offline --size=512M dax0.0
	is "kmem 4 movable 4 offline" dax0.0
	# From the high end.
	[ "$(cat $memory/memory$((first + 3))/state) $(cat $memory/memory$((first + 4))/state)" = "online offline" ]
	settled
	daxbus_says 0 offline --size=512M dax0.0 --json
	[ "$(result .result)" = unchanged ]
	daxbus_says 0 online --size=768M dax0.0
	is "kmem 6 movable 2 offline" dax0.0
	daxbus_says 0 online dax0.0
	is "kmem 8 movable" dax0.0
	daxbus_says 0 offline dax0.0
	is "kmem 8 offline" dax0.0
	settled
	daxbus_says 0 online --size=128M dax0.0
	is "kmem 1 movable 7 offline" dax0.0
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	is "kmem 8 movable" dax0.0
	refuses bad-size offline --size=100M dax0.0
	refuses bad-size offline --size=2G dax0.0
	is "kmem 8 movable" dax0.0
	refuses not-kmem offline dax1.0
	refuses not-kmem online dax1.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

@test "reconfigure: --online=no, --online=policy: memory offline, or as the policy says" {
	daxbus_says 0 reconfigure --mode=kmem --online=no dax0.0
	is "kmem 8 offline" dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	daxbus_says 0 reconfigure --mode=kmem --online=policy dax0.0
	is "kmem 8 offline" dax0.0
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	is "kmem 8 movable" dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
	policy online_movable
	daxbus_says 0 reconfigure --mode=kmem --online=policy dax0.0
	is "kmem 8 movable" dax0.0
	# --online=no overrides the policy.
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	daxbus_says 0 reconfigure --mode=kmem --online=no dax0.0
	is "kmem 8 offline" dax0.0
	grep -qx online_movable $memory/auto_online_blocks
	policy "$known_policy"
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

@test "reconfigure: empty device: refused, done once it has a size" {
	second_device dax1.0 $((896 * MiB)) 0
	remember
	refuses empty-device reconfigure --mode=kmem $second
	refuses empty-device reconfigure --mode=devdax $second
	echo $((128 * MiB)) >$devices/$second/size
	remember
	daxbus_says 0 reconfigure --mode=kmem $second
	is "kmem 1 movable" $second
	daxbus_says 0 reconfigure --mode=devdax $second
	settled
	only_device dax1.0
	"$daxbus" reconfigure --mode=devdax dax1.0
}

@test "reconfigure: device smaller than a memory block: kmem refused, devdax done" {
	second_device dax1.0 $((512 * MiB)) $((2 * MiB))
	remember
	refuses too-small reconfigure --mode=kmem $second
	refuses too-small reconfigure --mode=kmem --force $second
	daxbus_says 0 reconfigure --mode=devdax $second
	is device_dax $second
	settled
	only_device dax1.0
	"$daxbus" reconfigure --mode=devdax dax1.0
}

@test "reconfigure: memory lost to block alignment: more than half refused, less noted" {
	# From 64 MiB to 324 MiB of the region: one whole block.
	second_device dax1.0 $((64 * MiB)) $((260 * MiB))
	remember
	refuses alignment-loss reconfigure --mode=kmem $second
	daxbus_says 0 reconfigure --mode=kmem --force $second
	is "kmem 1 movable" $second
	daxbus_says 0 reconfigure --mode=devdax $second
	settled
	only_device dax1.0
	second_device dax1.0 $((64 * MiB)) $((192 * MiB))
	remember
	daxbus_says 0 reconfigure --mode=kmem $second --json
	is "kmem 1 movable" $second
	jq -e '.results[0].notes | length > 0' <<<"$output"
	daxbus_says 0 reconfigure --mode=devdax $second
	settled
	only_device dax1.0
	"$daxbus" reconfigure --mode=devdax dax1.0
}

@test "reconfigure, bind: misaligned range: refused, aligned range done" {
	second_device dax1.0 $((2 * MiB)) 0
	write 0x140201000-0x140400fff $devices/$second/mapping
	remember
	refuses misaligned reconfigure --mode=devdax $second
	refuses misaligned bind --driver=device_dax $second
	echo 0 >$devices/$second/size
	write 0x140400000-0x1405fffff $devices/$second/mapping
	remember
	daxbus_says 0 reconfigure --mode=devdax $second
	is device_dax $second
	settled
	only_device dax1.0
	"$daxbus" reconfigure --mode=devdax dax1.0
}

@test "reconfigure, bind: phantom of kernel 5.10: refused" {
	if [ "$(kernel)" = 5.10 ]; then
		refuses phantom reconfigure --mode=kmem dax2.0
		refuses phantom reconfigure --mode=devdax dax3.0
		refuses phantom bind --driver=kmem dax2.0
	else
		daxbus_says 3 reconfigure --mode=kmem dax2.0
	fi
	is device_dax dax0.0
}

@test "reconfigure: kmem blacklisted: refused, loaded with --force" {
	[ ! -e /sys/module/kmem ] || rmmod kmem
	echo "blacklist kmem" >/etc/modprobe.d/daxbus-test.conf
	refuses module-blacklisted reconfigure --mode=kmem dax0.0
	[ ! -e /sys/module/kmem ]
	daxbus_says 0 reconfigure --mode=kmem --force dax0.0
	is "kmem 8 movable" dax0.0
	rm /etc/modprobe.d/daxbus-test.conf
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

# Since kernel 6.3 the driver would bind every soft-reserved device that has no driver.
@test "reconfigure: module of the driver loaded: other devices not bound" {
	[ ! -e /sys/module/kmem ] || rmmod kmem
	unbind dax1.0
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	is "kmem 8 movable" dax0.0
	is none dax1.0
	settled
	daxbus_says 0 reconfigure --mode=devdax dax0.0 dax1.0
	settled
}

@test "reconfigure: --memmap-on-memory=yes, kernel without it: refused" {
	refuses no-memmap-on-memory reconfigure --mode=kmem --memmap-on-memory=yes dax0.0
	daxbus_says 0 reconfigure --mode=kmem --memmap-on-memory=no dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

# 200 MiB are in use on the device, and less than that is free elsewhere.
@test "offline, reconfigure: memory in use, no room elsewhere: refused, done with room" {
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	mount -t tmpfs -o mpol=prefer:1,size=210m tmpfs /mnt
	dd if=/dev/zero of=/mnt/file bs=2M count=100 status=none
	leave_free $((150 * 1024))
	remember
	refuses no-room-elsewhere offline dax0.0
	refuses no-room-elsewhere reconfigure --mode=devdax dax0.0
	is "kmem 8 movable" dax0.0
	free_all
	remember
	daxbus_says 0 offline dax0.0
	is "kmem 8 offline" dax0.0
	settled
	umount /mnt
	daxbus_says 0 reconfigure --mode=devdax dax0.0
}

@test "reconfigure: after all tests of change-hmem: devices as before" {
	is device_dax dax0.0
	is device_dax dax1.0
	[ "$(cat $devices/dax0.0/size $devices/dax1.0/size | xargs)" = "1073741824 1073741824" ]
}
