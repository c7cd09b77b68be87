#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# explain: what the kernel's command line does to soft-reserved memory. The kernel has the parameters
# modprobe.blacklist=dax_hmem,kmem,device_dax memhp_default_state=online_kernel, and no driver is loaded. Runs in the guest as
# its only file.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest
load explain

# sources FILE...: the first finding has evidence in these files, in this order, before others
sources() {
	local wanted=$*
	[[ $("$daxbus" explain --json | jq -r '[.findings[] | select(.code != "phantom")][0].evidence | map(.file) | join(" ")') == "$wanted"* ]]
}

setup_file() {
	printf 'GRUB_TIMEOUT=1\nGRUB_CMDLINE_LINUX="%s"\n' "$(</proc/cmdline)" >/etc/default/grub
}

@test "explain: provider blacklisted on the command line: word, line of the boot loader's configuration" {
	first module-blacklisted dax_hmem /proc/cmdline
	sources /proc/cmdline /etc/default/grub
}

@test "explain: driver of devices blacklisted on the command line: word" {
	modprobe dax_hmem
	if kernel_at_least 6.3; then module=kmem; else module=device_dax; fi
	first module-blacklisted $module /proc/cmdline
}

@test "explain: memory in zone Normal by a boot parameter: policy, word, line of the boot loader's configuration" {
	modprobe kmem
	echo dax0.0 >$drivers/kmem/new_id || true
	[ -e $drivers/kmem/dax0.0 ]
	modprobe device_dax
	first zone-normal dax0.0 $memory/auto_online_blocks
	sources $memory/auto_online_blocks /proc/cmdline /etc/default/grub
}
