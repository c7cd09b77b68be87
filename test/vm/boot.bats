#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A Debian 12 with systemd and udev as it ships them, and daxbus as `make install` installs it; it boots twice (vm --boot
# --reboots). Runs in the guest, in each boot.

# names of guest.bash, and what `run` sets
# shellcheck disable=SC2154
load guest

setup_file() {
	export boot
	boot=$(cat /var/lib/boot 2>/dev/null || echo 1)
	# Fails if a unit failed. systemd does not wait for udev to have found all devices.
	systemctl is-system-running --wait
	udevadm settle
}

# Time of the boot, which depends on the host.
teardown_file() {
	systemd-analyze | sed 's/^/# /' >&3
	[ "$boot" = 1 ] || return 0
	echo 2 >/var/lib/boot
	touch /run/vm/again
}

@test "list: Debian with systemd: devices of the drivers that udev loads" {
	[ "$(cat /proc/1/comm)" = systemd ]
	[ "$("$daxbus" list --noheadings --raw --output=PROVIDER | sort -u)" = hmem ]
	systemctl is-active -q systemd-udevd
}

@test "udev rules: each device: link by its range, device unit of the link" {
	local device start end link n=0
	while read -r device start end; do
		link=$(printf 'dax/by-range/0x%x-0x%x' "$start" "$end")
		[ "$(readlink -f "/dev/$link")" = "/dev/$device" ] || wrong "$(ls -l /dev/dax)"
		n=$((n + 1))
		systemctl is-active -q "$(systemd-escape "dev/$link").device" || wrong "no unit of $link"
	done < <("$daxbus" list --mappings --raw --noheadings --output=DEVICE,START,END)
	[ "$n" = 2 ] || wrong "$n ranges"
}

@test "udev rules: resize: link follows the range of the device" {
	[ "$boot" = 1 ] || skip 'shown by the first boot'
	"$daxbus" reconfigure --mode=devdax dax0.0 || skip 'its memory is in use'
	"$daxbus" resize --size=512M dax0.0
	udevadm settle
	[ "$(cd /dev/dax/by-range && readlink -f 0x100000000-0x11fffffff)" = /dev/dax0.0 ] || wrong "$(ls -l /dev/dax/by-range)"
	[ ! -e /dev/dax/by-range/0x100000000-0x13fffffff ]
}

@test "vm: disk: state of the boot before" {
	if [ "$boot" = 1 ]; then
		[ ! -e /etc/of-boot-1 ]
		cat /proc/sys/kernel/random/boot_id >/etc/of-boot-1
	else
		[ "$(cat /etc/of-boot-1)" != "$(cat /proc/sys/kernel/random/boot_id)" ]
	fi
}
