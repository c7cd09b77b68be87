#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The device model across boots: the guest boots three times (vm --reboots --no-setup), without the file that `migrate
# apply` writes, with it, and without it again. /etc/modprobe.d is in the directory that survives boots. Only this file
# loads drivers, in the way udev does. Runs in the guest, on an NVDIMM, in each boot.

# names of guest.bash, what `run` sets, and words
# shellcheck disable=SC2154,SC2086
load guest

disk=/run/vm/disk
file=/etc/modprobe.d/daxbus-migrate.conf

# load_drivers: what udev does at boot: load drivers for the NVDIMM's root device and for each device that appears then
load_drivers() {
	local wanted known=
	while wanted=$(cat /sys/bus/acpi/devices/ACPI0012:*/modalias /sys/bus/{nd,dax}/devices/*/modalias 2>/dev/null | sort -u) &&
		[ "$wanted" != "$known" ]; do
		known=$wanted
		# It is no error that a device has no module.
		modprobe -a -b -q $wanted || :
	done
}

setup_file() {
	export boot
	boot=$(cat $disk/boot 2>/dev/null || echo 1)
	if [ "$boot" = 1 ]; then
		mkdir $disk/modprobe.d
		# The default of this kernel.
		echo class >$disk/predicted
	fi
	# Hide the files of the host.
	mount --bind $disk/modprobe.d /etc/modprobe.d
	load_drivers
	if [ "$boot" = 1 ]; then
		ndctl create-namespace -f -e namespace0.0 -m devdax >/dev/null
		load_drivers
		"$pattern" write /dev/dax0.0 "$(seed)"
	fi
}

status_json() { "$daxbus" migrate status --json | jq -r "$1"; }

# next_boot: ask for another boot, and save its predicted model
next_boot() {
	status_json '.boots[0].model' >$disk/predicted
	echo $((boot + 1)) >$disk/boot
	touch /run/vm/again
}

@test "migrate status: each of three boots: model is the one predicted" {
	predicted=$(cat $disk/predicted)
	echo "# boot $boot: $predicted was predicted" >&3
	[ "$(json '.devices | map("\(.device) \(.model)") | join(" ")')" = "dax0.0 $predicted" ]
	[ "$(status_json .active)" = "$predicted" ]
	if [ "$predicted" = class ]; then
		[ -e /sys/class/dax/dax0.0 ] && [ ! -e /sys/module/dax_pmem ]
	else
		[ ! -e /sys/class/dax/dax0.0 ] && [ ! -e /sys/module/dax_pmem_compat ]
	fi
}

@test "migrate apply, migrate revert: each of three boots: content of the namespace kept" {
	"$pattern" check /dev/dax0.0 "$(seed)"
}

@test "migrate apply, migrate revert: first and second boot: next boot's model predicted" {
	case $boot in
	1)
		[ ! -e $file ]
		daxbus_says 0 migrate apply --force --json
		[ "$(result '"\(.result) \(.to)"')" = 'changed bus' ]
		;;
	2)
		[ -e $file ]
		daxbus_says 0 migrate revert --json
		[ "$(result '"\(.result) \(.to)"')" = 'changed class' ]
		;;
	3)
		[ ! -e $file ]
		return 0
		;;
	esac
	next_boot
	[ "$(cat $disk/predicted)" = "$(result .to)" ]
}
