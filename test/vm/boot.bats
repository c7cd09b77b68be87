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
	# Fails if a unit failed.
	systemctl is-system-running --wait
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

@test "vm: disk: state of the boot before" {
	if [ "$boot" = 1 ]; then
		[ ! -e /etc/of-boot-1 ]
		cat /proc/sys/kernel/random/boot_id >/etc/of-boot-1
	else
		[ "$(cat /etc/of-boot-1)" != "$(cat /proc/sys/kernel/random/boot_id)" ]
	fi
}
