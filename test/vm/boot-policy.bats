#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What policies restore when the machine boots, with the kernel's own default for new memory (vm --boot --reboots
# --no-setup). The first boot writes the policies, the second restores the devices; with DAXBUS_LONG it saves them, too, and
# a third restores them from what was saved, with drivers loaded in the initramfs in another order. Runs in the guest, in
# each boot, on memory of hmem, an NVDIMM or CXL.

# names of guest.bash, and what `run` sets
# shellcheck disable=SC2154,SC2030,SC2031
load guest

directory=/etc/daxbus/policy.d

# Each boot is a process of its own: the number of the boot is a file.
setup_file() {
	export boot kind=hmem
	boot=$(cat /etc/boot 2>/dev/null || echo 1)
	[ ! -e /sys/firmware/acpi/tables/NFIT ] || kind=nvdimm
	[ ! -e /sys/firmware/acpi/tables/CEDT ] || kind=cxl
	if [ "$boot" = 1 ]; then "first_boot_$kind"; fi
}

teardown_file() {
	echo "# boot $boot: $(systemd-analyze | head -n 1)" >&3
	echo $((boot + 1)) >/etc/boot
	[ ! -e /run/vm/disk ] || [ "$boot" -ge $((DAXBUS_LONG ? 3 : 2)) ] || touch /run/vm/again
}

teardown() {
	! mountpoint -q /etc || umount -l /etc /usr /var
}

# until_true COMMAND...: wait for it; udev may still be finding devices when systemd has booted
until_true() {
	local i
	for ((i = 0; i < 600; i++)); do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.1
	done
	wrong "does not become true: $*"
}

# layout: the devices of policies, by address, whatever their names are
layout() {
	local start end mode zones device
	while read -r start end mode zones device; do
		[ "$mode" != devdax ] || zones="$zones $(stat -c '%U %G %a' "/dev/$device")"
		printf '%#x-%#x %s %s\n' "$start" "$end" "$mode" "$zones"
	done < <(json '.devices[] | select(.size < 1073741824 and .mappings[0] != null) | "\(.mappings[0].start) \(.mappings[0].end) \(.mode) " +
		"\(.memory.online // 0):\(.memory.movable // 0) \(.device)"' | sort -n)
}
is_layout() { [ "$(layout)" = "$(cat /etc/layout)" ]; }

# rest: the driver of a device that no policy is about, the second one of hmem
rest() { json '.devices[] | select(.mappings[0].start == 5368709120) | .driver'; }
same_rest() { [ "$(rest)" = "$(cat /etc/rest)" ]; }
has_rest() { [ "$(rest)" != null ] && [ "$(rest)" != "" ]; }

# three_devices MATCH: a policy for three devices of the first region, of 512, 256 and 256 MiB, and what it leads to
three_devices() {
	local start
	"$daxbus" monitor --until=all --timeout=60 dax0.0
	start=$(device dax0.0 '.mappings[0].start')
	mkdir -p $directory
	cat >$directory/50-three.conf <<-END
		[Match]
		$1

		[Device]
		Range=$(printf '%#x-%#x' $((start)) $((start + 0x1fffffff)))
		Mode=kmem
		Online=movable

		[Device]
		Range=$(printf '%#x-%#x' $((start + 0x20000000)) $((start + 0x2fffffff)))
		Mode=devdax
		Owner=nobody
		Group=disk
		Permissions=0640
		Link=fast

		[Device]
		Range=$(printf '%#x-%#x' $((start + 0x30000000)) $((start + 0x3fffffff)))
		Mode=none
	END
	printf '%#x-%#x %s\n' $((start)) $((start + 0x1fffffff)) "kmem 4:4" \
		$((start + 0x20000000)) $((start + 0x2fffffff)) "devdax 0:0 nobody disk 640" \
		$((start + 0x30000000)) $((start + 0x3fffffff)) "null 0:0" >/etc/layout
}

first_boot_hmem() {
	three_devices $'Provider=hmem\nNode=1'
	until_true has_rest
	rest >/etc/rest
}

# An NVDIMM without labels has one namespace, and so one device.
first_boot_nvdimm() {
	until_true test -e /sys/bus/nd/devices/namespace0.0
	udevadm settle
	ndctl create-namespace -f -e namespace0.0 -m devdax >/dev/null
	"$daxbus" monitor --until=all --timeout=60 dax0.0
	"$daxbus" reconfigure --mode=kmem dax0.0
	"$daxbus" policy save
	layout >/etc/layout
	: >/etc/rest
}

# memdev SERIAL: the memory device with that serial number, whose name may be another one at each boot
memdev() { basename "$(dirname "$(grep -lx "$1" /sys/bus/cxl/devices/mem*/serial)")"; }
has_endpoints() { [ "$(find /sys/bus/cxl/devices/ -name 'endpoint*' | wc -l)" = 2 ]; }

# The region is one that an administrator has created: after a reboot, the kernel knows nothing of it.
first_boot_cxl() {
	until_true has_endpoints
	# No policy holds drivers yet: if udev loads kmem for the new device, it takes the memory between two commands.
	modprobe -a kmem device_dax dax_cxl
	policy offline
	"$daxbus" create --memdev="$(memdev 0x2)" --size=1G --mode=none
	"$daxbus" resize --size=512M dax0.0
	"$daxbus" reconfigure --mode=kmem dax0.0
	"$daxbus" create --region=0 --size=256M
	"$daxbus" create --region=0 --mode=none
	udevadm settle
	chown nobody:disk /dev/dax0.1
	chmod 640 /dev/dax0.1
	ln -s ../dax0.1 /dev/dax/fast
	"$daxbus" policy save
	layout >/etc/layout
	: >/etc/rest
}

@test "policy apply: devices of modes kmem, devdax and none: the next boot restores them without a command" {
	[ "$boot" -gt 1 ] || skip 'this boot has written the policies'
	until_true is_layout || { diff /etc/layout <(layout); journalctl -b -t daxbus -o cat; false; }
	[ "$kind" = nvdimm ] || [ "$(readlink -f /dev/dax/fast)" = "/dev/$(json '.devices[] | select(.mode == "devdax" and .size < 1073741824) | .device')" ]
	daxbus_says 0 policy check
	[ ! -e /run/daxbus/journal ]
	# Devices of which no policy tells are in the driver that the kernel chooses.
	until_true same_rest
	run systemctl --failed --no-legend
	[ "$output" = "" ]
	# The last module that was loaded comes first.
	[ "$boot" -lt 3 ] || [ "$kind" != hmem ] || [ "$(awk '/^(kmem|dax_hmem) / { print $1; exit }' /proc/modules)" = dax_hmem ]
	[ "$boot" -lt 3 ] || [ -d /run/daxbus/hold ]
}

# See boot-initramfs.bats.
@test "initramfs-tools: drivers loaded in the image: no device was taken there" {
	[ -e /run/initramfs-modules ] || skip 'booted with another initramfs'
	[ -d /run/daxbus/hold ]
	for driver in kmem device_dax dax_hmem; do grep "^$driver " /run/initramfs-modules; done
	grep -x "$devices/dax0.0" /run/initramfs-devices
	cannot grep "$drivers" /run/initramfs-devices
}

# What it would be on a real processor: test/cli/policy.bats.
@test "units: boot with policies: processor time of the emulated machine" {
	[ "$boot" -gt 1 ] || skip 'with policies'
	local unit sum=0 n=0 ns
	for unit in daxbus-recover.service daxbus-policy-hold.service daxbus-policy.service $(systemctl list-units --all --plain --no-legend 'daxbus-policy@*' |
		cut -d' ' -f1); do
		ns=$(systemctl show -P CPUUsageNSec "$unit")
		[[ $ns == *[0-9]* ]] || continue
		sum=$((sum + ns))
		n=$((n + 1))
	done
	echo "# boot $boot: $((sum / 1000000)) ms of processor in $n units for three devices, emulated (natively: test/cli/policy.bats)" >&3
	[ $sum -gt 0 ]
}

# is_idle: no unit of daxbus waits or runs
is_idle() {
	udevadm settle
	[ "$(systemctl list-jobs --no-legend 'daxbus-*'; systemctl list-units --no-legend --state=activating 'daxbus-*')" = "" ]
}

# come_late COMMAND...: the provider of the policy's devices goes, and comes back while the command runs
come_late() {
	local provider device
	# A unit that is still about to apply a policy would bring the memory online again; systemd starts it a while after udev.
	for _ in 1 2 3; do
		until_true is_idle
		sleep 1
	done
	provider=$(basename "$(readlink -f "$devices/dax0.0/../../..")")
	[ -e "/sys/bus/platform/drivers/hmem/$provider" ] || provider=hmem.0
	for device in $(json '.devices[] | select(.size < 1073741824 and .driver != null) | .device'); do
		[ "$(device "$device" .mode)" != kmem ] || "$daxbus" offline "$device"
		"$daxbus" unbind "$device"
	done
	echo "$provider" >/sys/bus/platform/drivers/hmem/unbind
	[ ! -e "$devices"/dax0.0 ]
	udevadm settle
	"$@" &
	echo "$provider" >/sys/bus/platform/drivers/hmem/bind
	wait $! || wrong "$(journalctl -b -t daxbus -o short-monotonic | tail -n 30)"
	until_true is_layout || { diff /etc/layout <(layout); journalctl -b -t daxbus -o cat; false; }
	until_true is_idle
	daxbus_says 0 policy check
	[ ! -e /run/daxbus/journal ]
	run systemctl --failed --no-legend
	[ "$output" = "" ]
}

# in_disorder: others that make the policies be applied to the device that comes
in_disorder() {
	systemctl restart systemd-udevd
	udevadm trigger --action=add --subsystem-match=dax &
	systemctl restart daxbus-policy.service
	wait
}

@test "policy apply: device that comes after the boot: in the state of the policy without a command" {
	[ "$boot" -gt 1 ] && [ "$kind" = hmem ] || skip 'with policies, on hmem'
	come_late true
}

@test "policy apply: read-only system: device that comes late is in the state of the policy" {
	[ "$boot" = 2 ] && [ "$kind" = hmem ] && [ "${DAXBUS_LONG:-}" ] || skip 'with DAXBUS_LONG, in the second boot, on hmem'
	local directory
	for directory in /etc /usr /var; do
		mount --bind $directory $directory
		mount -o remount,bind,ro $directory
	done
	cannot touch /etc/daxbus/policy.d/new
	come_late true
}

@test "policy try: device that the trial creates: its unit does not fail, and leaves it to the trial" {
	[ "$boot" = 2 ] && [ "$kind" = hmem ] && [ "${DAXBUS_LONG:-}" ] || skip 'with DAXBUS_LONG, in the second boot, on hmem'
	local trial=$BATS_TEST_TMPDIR/trial.conf since
	# The last device gives half of its memory to a new one: memory of others may be in zone Normal for good.
	{
		printf '%s\n' '[Match]' Provider=hmem Node=1
		printf '[Device]\n%s\n' Size=512M$'\n'Mode=kmem$'\n'Online=movable Size=256M$'\n'Mode=devdax Size=128M$'\n'Mode=none Mode=devdax
	} >"$trial"
	since=$(date '+%Y-%m-%d %H:%M:%S')
	daxbus_says 1 policy try --timeout=20 "$trial"
	both_say not-confirmed
	until_true is_idle
	journalctl --since "$since" -t daxbus -o cat | grep 'on trial'
	run systemctl --failed --no-legend
	[ "$output" = "" ]
	is_layout || wrong "$(diff /etc/layout <(layout))"
	daxbus_says 0 policy check
}

# online_blocks: how many memory blocks of the whole machine are online
online_blocks() { cat "$memory"/memory*/state | grep -c '^online'; }
is_loaded() { [ ! -e /run/daxbus/kdump ]; }
is_last_count() { [ "$(tail -n 1 /run/kdump-count)" = "$(online_blocks)" ]; }

@test "kdump: memory goes offline and online: crash kernel is loaded again when that is complete" {
	[ "$boot" = 2 ] && [ "$kind" = hmem ] && [ "${DAXBUS_LONG:-}" ] || skip 'with DAXBUS_LONG, in the second boot, on hmem'
	local contrib=$BATS_TEST_DIRNAME/../../contrib device
	cp "$contrib/kdump/50-kdump-tools.rules" /etc/udev/rules.d
	cp "$contrib/kdump/daxbus-kdump.service" /etc/systemd/system
	# Instead of the program of kdump-tools, which needs memory that the kernel has reserved: one that notes what it would find.
	printf '%s\n' '#!/bin/sh' "cat $memory/memory*/state | grep -c '^online' >>/run/kdump-count" >/usr/sbin/kdump-config
	chmod +x /usr/sbin/kdump-config
	systemctl daemon-reload
	udevadm control --reload
	device=$(json '.devices[] | select(.mode == "kmem" and .size < 1073741824) | .device')
	"$daxbus" offline "$device"
	until_true is_last_count
	"$daxbus" online "$device"
	until_true is_last_count
	until_true is_idle
	# Of four blocks, twice.
	[ "$(wc -l </run/kdump-count)" -le 4 ] || wrong "$(cat /run/kdump-count)"
	# A change when the loop has ended, and the unit has not.
	mkdir -p /run/systemd/system/daxbus-kdump.service.d
	printf '%s\n' '[Service]' 'ExecStop=/bin/sh -c "[ -e /run/late ] || touch /run/late /run/daxbus/kdump"' \
		>/run/systemd/system/daxbus-kdump.service.d/late.conf
	systemctl daemon-reload
	touch /run/daxbus/kdump
	systemctl start daxbus-kdump.service
	until_true test -e /run/late
	until_true is_loaded
	rm -r /run/systemd/system/daxbus-kdump.service.d
	rm /usr/sbin/kdump-config /etc/udev/rules.d/50-kdump-tools.rules
}

# write_initramfs: the next boot loads the drivers in the initramfs, the last one first, with our files for initramfs-tools, or
# those for dracut on 6.1
write_initramfs() {
	local contrib
	contrib=$(cd "$BATS_TEST_DIRNAME/../../contrib" && pwd)
	cat >/etc/vm-initramfs <<-END
		#!/bin/sh
		set -eu
		export PATH=/usr/sbin:/usr/bin:/sbin:/bin
		if [ "$(kernel)" = 6.1 ]; then
			. "$contrib/dracut/hold.sh"
		else
			DESTDIR=/run/image sh "$contrib/initramfs-tools/hooks/daxbus"
			. /run/image/conf/conf.d/daxbus
			mkdir -p /conf
			cp -r /run/image/conf /
		fi
		modprobe kmem
		modprobe device_dax
		if [ $kind = hmem ]; then modprobe dax_hmem; fi
		[ "$(kernel)" = 6.1 ] || sh "$contrib/initramfs-tools/scripts/init-bottom/daxbus"
	END
	chmod +x /etc/vm-initramfs
}

@test "policy save: devices that a boot has restored: saved, for another boot" {
	[ "$boot" = 2 ] && [ "${DAXBUS_LONG:-}" ] || skip 'with DAXBUS_LONG, in the second boot'
	rm $directory/*
	if [ "$kind" = hmem ]; then "$daxbus" policy save region0; else "$daxbus" policy save; fi
	daxbus_says 0 policy check
	write_initramfs
}

@test "policy apply: device comes while udev starts again and the policies are applied: state of the policy" {
	[ "$boot" = 3 ] && [ "$kind" = hmem ] || skip 'in the third boot, on hmem'
	come_late in_disorder
}
