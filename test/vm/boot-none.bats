#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Debian with systemd on a machine without DAX memory, daxbus installed (vm --boot). Runs in the guest.

load guest

@test "units: machine without DAX memory: no process of daxbus since the boot" {
	local unit
	systemctl is-active -q multi-user.target
	# Only the units and the rules of udev start processes, and those rules are for DAX devices.
	for unit in daxbus-recover.service daxbus-policy-hold.service daxbus-policy.service; do
		[ "$(systemctl show -P ExecMainStartTimestampMonotonic $unit)" = 0 ] || wrong "$unit ran"
	done
	[ "$(systemctl list-units --all --no-legend 'daxbus-policy@*')" = "" ]
	[ "$(journalctl -b -o cat -t daxbus)" = "" ]
	[ "$(find /sys/bus/dax/devices -mindepth 1)" = "" ]
}
