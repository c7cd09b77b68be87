#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A Debian 12 with systemd and udev as it ships them, and daxbus as `make install` installs it; it boots once
# (vm --boot) or twice (with --reboots). Runs in the guest, in each boot.

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
	[ "$boot" = 1 ] && [ -e /run/vm/disk ] || return 0
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
	[ "$n" -ge 2 ] || wrong "$n ranges"
}

@test "udev rules: resize: link follows the range of the device" {
	[ "$boot" = 1 ] || skip 'shown by the first boot'
	"$daxbus" reconfigure --mode=devdax dax0.0 || skip 'its memory is in use'
	"$daxbus" resize --size=512M dax0.0
	udevadm settle
	[ "$(cd /dev/dax/by-range && readlink -f 0x100000000-0x11fffffff)" = /dev/dax0.0 ] || wrong "$(ls -l /dev/dax/by-range)"
	[ ! -e /dev/dax/by-range/0x100000000-0x13fffffff ]
}

@test "units: installed: systemd-analyze verify finds nothing" {
	[ "$boot" = 1 ] || skip 'shown by the first boot'
	run systemd-analyze verify --man=no daxbus-policy.service daxbus-policy-hold.service daxbus-policy@dax0.0.service daxbus-policy.target daxbus-recover.service daxbus-metrics.service daxbus-metrics.timer
	[ "$status" = 0 ] && [ "$output" = "" ] || wrong "$output"
}

@test "units: no policy: started no process" {
	[ "$boot" = 1 ] || skip 'shown by the first boot'
	[ "$(systemctl show -P ConditionResult daxbus-policy.service)" = no ]
	[ "$(systemctl show -P ConditionResult daxbus-policy-hold.service)" = no ]
	[ "$(systemctl show -P ConditionResult daxbus-policy@dax0.0.service)" = no ]
	[ "$(cat /sys/bus/dax/drivers_autoprobe)" = 1 ]
	[ "$(systemctl show -P ExecMainStartTimestampMonotonic daxbus-policy.service)" = 0 ]
}

@test "metrics: unit of the timer, node_exporter: served without an error" {
	[ "$boot" = 1 ] || skip 'shown by the first boot'
	local dir=/var/lib/prometheus/node-exporter port=9100 i
	rm -f $dir/*.prom
	systemctl start daxbus-metrics.service
	prometheus-node-exporter --collector.disable-defaults --collector.textfile --collector.textfile.directory=$dir \
		--web.listen-address=127.0.0.1:$port 3>&- >"$BATS_TEST_TMPDIR/log" 2>&1 &
	exporter=$!
	for i in {1..100}; do
		! { exec 4<>/dev/tcp/127.0.0.1/$port; } 2>/dev/null || break
		sleep 0.2
	done
	printf 'GET /metrics HTTP/1.0\r\n\r\n' >&4
	cat <&4 >"$BATS_TEST_TMPDIR/served"
	exec 4>&-
	kill $exporter
	grep -qx 'node_textfile_scrape_error 0' "$BATS_TEST_TMPDIR/served" || wrong "$(cat "$BATS_TEST_TMPDIR/log")"
	# It sorts series and labels, and leaves empty labels as they are.
	[ "$(grep -c '^daxbus_' "$BATS_TEST_TMPDIR/served")" = "$(grep -c '^daxbus_' $dir/daxbus.prom)" ]
	[ "$(grep -c '^daxbus_device_info{' "$BATS_TEST_TMPDIR/served")" = "$(json '.devices | length')" ]
}

# layout: what must come back, with owner and permissions of the character devices
layout() {
	json '.devices[] | select(.region == 0) | "\(.device) \(.mode) \(.mappings[0].start) \(.mappings[0].end) \(.memory.movable)"'
	stat -c '%n %U %G %a' /dev/dax0.*
}

@test "policy save: devices of modes kmem, devdax and none: the next boot restores them without a command" {
	local i unit
	if [ "$boot" = 1 ]; then
		"$daxbus" reconfigure --mode=kmem dax0.0
		"$daxbus" create --region=0 --size=256M --mode=devdax
		"$daxbus" create --region=0 --mode=none
		chown nobody:disk /dev/dax0.1
		chmod 640 /dev/dax0.1
		daxbus_says 0 policy save region0
		sed -i '/^Mode=devdax/a Owner=nobody\nGroup=disk\nPermissions=0640\nLink=fast' /etc/daxbus/policy.d/*.conf
		layout >/etc/layout
		return
	fi
	# The units of the devices run beside the boot.
	for ((i = 0; i < 300; i++)); do
		[ -n "$(systemctl list-jobs --no-legend 'daxbus-*')" ] || break
		sleep 0.1
	done
	udevadm settle
	diff /etc/layout <(layout) || wrong "$(journalctl -b -t daxbus -o cat)"
	[ "$(readlink -f /dev/dax/fast)" = /dev/dax0.1 ]
	daxbus_says 0 policy check
	systemctl is-active -q daxbus-policy.target || systemctl start daxbus-policy.target
	systemctl is-active -q daxbus-policy.service
	for unit in daxbus-policy.service daxbus-policy@dax0.{0,1,2}.service; do
		echo "# $unit: $(systemctl show -P CPUUsageNSec "$unit") ns of processor" >&3
	done
}

@test "units: broken policy: a line in the journal that names it, a failed unit" {
	[ "$boot" = 2 ] || skip 'after the boot with the policy'
	echo '[Device' >/etc/daxbus/policy.d/99-broken.conf
	run ! systemctl restart daxbus-policy.service
	systemctl is-failed -q daxbus-policy.service
	journalctl -b -t daxbus -o cat | grep 99-broken.conf
	rm /etc/daxbus/policy.d/99-broken.conf
	systemctl restart daxbus-policy.service
}

@test "vm: disk: state of the boot before" {
	if [ "$boot" = 1 ]; then
		[ ! -e /etc/of-boot-1 ]
		cat /proc/sys/kernel/random/boot_id >/etc/of-boot-1
	else
		[ "$(cat /etc/of-boot-1)" != "$(cat /proc/sys/kernel/random/boot_id)" ]
	fi
}
