#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# explain: memory in the wrong zone, and memory that stays. Soft-reserved memory; the kernel leaves
# new memory offline. Runs in the guest as its last file, with --expect for the message of the kernel about memory that
# stays.

# names of guest.bash, paths that have no spaces, and what `run` sets
# shellcheck disable=SC2154,SC2086
load guest
load explain

setup() { healthy; }
teardown() { echo offline >$memory/auto_online_blocks; }

@test "explain: memory in zone Normal by the policy: its file" {
	"$daxbus" reconfigure --mode=devdax dax0.0
	echo online_kernel >$memory/auto_online_blocks
	bind dax0.0 kmem
	first zone-normal dax0.0 $memory/auto_online_blocks
	echo offline >$memory/auto_online_blocks
	"$daxbus" offline dax0.0
}

@test "explain: memory in zone Normal by a rule of udev: file and line" {
	mkdir -p /run/udev/rules.d
	printf '# test\n\nSUBSYSTEM=="memory", ACTION=="add", ATTR{state}=="offline", ATTR{state}="online"\n' \
		>/run/udev/rules.d/50-broken.rules
	mount -t tmpfs none /usr/lib/udev/rules.d
	/lib/systemd/systemd-udevd --daemon 3>&-
	"$daxbus" reconfigure --mode=devdax dax0.0
	bind dax0.0 kmem
	udevadm settle
	first zone-normal dax0.0 /run/udev/rules.d/50-broken.rules 3
	udevadm control --exit
	umount /usr/lib/udev/rules.d
	rm /run/udev/rules.d/50-broken.rules
	"$daxbus" offline dax0.0
}

@test "explain: memory whose provider went away, memory that kmem left: range, device" {
	"$daxbus" online dax0.0
	unbind dax0.0
	first stuck-until-reboot dax0.0
	echo online_movable >$memory/memory$((0x140000000 / 0x$(<$memory/block_size_bytes)))/state
	modprobe -r dax_hmem
	first module-not-loaded dax_hmem
	run -7 --separate-stderr "$daxbus" explain --json
	[[ $(jq -r '.findings | map("\(.code) \(.subject)") | join(" ")' <<<"$output") == \
		*"orphan 0x140000000-0x17fffffff"* ]]
}
