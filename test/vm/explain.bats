#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# explain: each cause on a machine that is broken in this way, and nothing on a healthy one; a captured tree of each
# explains the same. Soft-reserved memory; the kernel leaves new memory offline. Runs in the guest as its last file.

# names of guest.bash, paths that have no spaces, and what `run` sets
# shellcheck disable=SC2154,SC2086
load guest
load explain

setup() { healthy; }

# All of the range of dax1.0 again
whole() {
	unbind dax1.0
	echo 0 >$devices/dax1.0/size
	echo $((1 << 30)) >$devices/dax1.0/size
}

@test "explain: healthy machine: nothing found, in a captured tree, too" {
	nothing
	"$daxbus" capture /tmp/healthy
	nothing --sysroot /tmp/healthy
	if ! "$daxbus" list -n -r -o flags | grep -q phantom; then
		run -0 "$daxbus" explain
		[ "$output" = "nothing found that is wrong" ]
	fi
	"$daxbus" online dax0.0
	nothing
	"$daxbus" offline dax0.0
}

# Registered once from HMAT and once from the map of memory
@test "explain: duplicate devices of kernel 5.10: phantom" {
	if [ "$(kernel)" = 5.10 ]; then
		first phantom dax2.0 $devices/dax2.0/mapping0
	else
		run "$daxbus" explain --json
		[[ $output != *phantom* ]]
	fi
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

@test "explain: kernel without the driver of the provider: module" {
	local list
	list=/lib/modules/$(uname -r)/modules.dep
	modprobe -r dax_hmem
	grep -v /dax_hmem.ko $list >/tmp/modules.dep
	mount --bind /tmp/modules.dep $list
	first no-driver dax_hmem
	umount $list
	first module-not-loaded dax_hmem
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
	whole
}

@test "explain: small device that a program uses: nothing, the size if it is asked for" {
	unbind dax1.0
	echo $((64 << 20)) >$devices/dax1.0/size
	"$daxbus" reconfigure --mode=devdax dax1.0
	nothing
	run -7 --separate-stderr "$daxbus" explain --json dax1.0
	[ "$(jq -r '.findings[0].code' <<<"$output")" = too-small ]
	whole
}

@test "explain: device against its alignment: device" {
	unbind dax1.0
	echo 0 >$devices/dax1.0/size
	echo 140001000-140200fff >$devices/dax1.0/mapping
	first misaligned dax1.0 $devices/dax1.0/align
	whole
}

@test "explain: container, user who is not root: says so" {
	says container unshare -m sh -c "mount -o remount,bind,ro /sys; exec $daxbus \$*" -
	says container unshare -pf --mount-proc "$daxbus"
	says not-root as_user "$daxbus"
	mkdir -m 777 /tmp/user
	as_user "$daxbus" capture /tmp/user/tree
	says not-root "$daxbus" --sysroot /tmp/user/tree
}

# The persistent store of another driver is in the second of two ranges. Last, because older kernels (seen on 5.10) do not
# survive that kmem is unbound from such a device.
@test "explain: range that kmem could not add: device, message of the kernel" {
	unbind dax1.0
	echo 0 >$devices/dax1.0/size
	echo 140000000-14fffffff >$devices/dax1.0/mapping
	echo 150000000-15fffffff >$devices/dax1.0/mapping
	modprobe ramoops mem_address=0x158000000 mem_size=0x200000
	bind dax1.0 kmem
	first partial dax1.0 $devices/dax1.0/mapping0
	"$daxbus" explain | grep 'kernel: kmem dax1.0: mapping1: 0x150000000-0x15fffffff could not reserve'
}
