#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# explain: what firmware, and parameters of the kernel, do to memory before any driver sees it. Each boot has one of these
# causes: memory and command line decide which. Runs in the guest as its only file.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest
load explain

nodes=/sys/devices/system/node

# has WORD: the kernel's command line has it
has() { [[ " $(</proc/cmdline) " == *" $1 "* ]]; }

@test "explain: memory that firmware or a parameter keeps from being a device: that one" {
	modprobe -a dax_hmem kmem
	modprobe device_dax
	if has efi=nosoftreserve && [ -d /sys/firmware/efi ]; then
		first soft-reserve-off null /proc/cmdline
	elif has device_hmem.disable=1; then
		first soft-reserve-off null /proc/cmdline
	elif has numa=off; then
		# Before 6.3, device_dax has it.
		unbind dax0.0
		first no-target-node dax0.0 /proc/cmdline
		"$daxbus" explain | grep "next: Remove that parameter"
	elif [[ $(</proc/cmdline) == *"memmap=1028K%"* ]]; then
		if kernel_at_least 7.0; then
			first soft-reserved-unused null /sys/bus/platform/devices
		else
			first soft-reserved-unused null /proc/iomem
		fi
	else
		# The parameter means nothing where firmware has no special-purpose memory.
		first plain-ram node1 $nodes/node1/meminfo
	fi
}
