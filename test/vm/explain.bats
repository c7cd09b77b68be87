#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# explain: each cause on a machine that is broken in this way, and nothing on a healthy one; a captured tree of each
# explains the same. Soft-reserved memory; the kernel leaves new memory offline. Runs in the guest.

# names of guest.bash, paths that have no spaces, and what `run` sets
# shellcheck disable=SC2154,SC2086
load guest
load explain

setup() { healthy; }

@test "explain: healthy machine: nothing found, in a captured tree, too" {
	run -0 "$daxbus" explain
	[ "$output" = "nothing found that is wrong" ]
	"$daxbus" capture /tmp/healthy
	run -0 "$daxbus" --sysroot /tmp/healthy explain
	[ "$output" = "nothing found that is wrong" ]
	"$daxbus" online dax0.0
	run -0 "$daxbus" explain
	"$daxbus" offline dax0.0
}

@test "explain: driver of devices is not loaded, is blacklisted: module, file and line" {
	unbind dax0.0
	unbind dax1.0
	modprobe -r kmem device_dax
	if kernel_at_least 6.3; then module=kmem; else module=device_dax; fi
	first module-not-loaded $module
	printf '# x\nblacklist %s\n' $module >/etc/modprobe.d/broken.conf
	first module-blacklisted $module /etc/modprobe.d/broken.conf 2
}

@test "explain: driver of the provider is not loaded, is blacklisted, is replaced: module, file and line" {
	modprobe -r dax_hmem
	first module-not-loaded dax_hmem
	run -0 --separate-stderr "$daxbus" list
	[[ $stderr == "daxbus: no devices: dax_hmem, "*"is not loaded (see 'daxbus explain')" ]]
	printf '\n\nblacklist dax_hmem\n' >/etc/modprobe.d/broken.conf
	first module-blacklisted dax_hmem /etc/modprobe.d/broken.conf 3
	echo 'install dax_hmem /bin/false' >/etc/modprobe.d/broken.conf
	first module-blacklisted dax_hmem /etc/modprobe.d/broken.conf 1
}

@test "explain: device without driver: device" {
	unbind dax1.0
	first unbound dax1.0 $devices/dax1.0/driver
}

@test "explain: device of size 0, smaller than a memory block: device, its file" {
	unbind dax1.0
	echo 0 >$devices/dax1.0/size
	first empty-device dax1.0 $devices/dax1.0/size
	echo $((64 << 20)) >$devices/dax1.0/size
	first too-small dax1.0 $devices/dax1.0/mapping0
	# One range that begins in the middle of a memory block.
	echo 0 >$devices/dax1.0/size
	echo 144000000-153ffffff >$devices/dax1.0/mapping
	"$daxbus" reconfigure --mode=kmem --online=no dax1.0
	first alignment-loss dax1.0 $devices/dax1.0/mapping0
	"$daxbus" reconfigure --mode=devdax dax1.0
	unbind dax1.0
	echo 0 >$devices/dax1.0/size
	echo $((1 << 30)) >$devices/dax1.0/size
}

@test "explain: device against its alignment: device" {
	unbind dax1.0
	echo 0 >$devices/dax1.0/size
	echo 140001000-140200fff >$devices/dax1.0/mapping
	first misaligned dax1.0 $devices/dax1.0/align
	echo 0 >$devices/dax1.0/size
	echo $((1 << 30)) >$devices/dax1.0/size
}
