#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The device model from boot to boot: the machine is booted three times, without the file that `migrate apply` writes,
# with it, and without it again (vm --reboots --no-setup). /etc/modprobe.d is on what stands in for its disk. Drivers are
# loaded as udev does, and by nobody else. Runs inside the machine, on an NVDIMM, in each of the boots.

# names of guest.bash, what `run` sets, and words
# shellcheck disable=SC2154,SC2086
load guest

disk=/run/vm/disk
file=/etc/modprobe.d/daxbus-migrate.conf

# load_drivers: what udev does for a device that is there at boot, here the NVDIMM's root, and for those that come of it
load_drivers() {
	local wanted known=
	while wanted=$(cat /sys/bus/acpi/devices/ACPI0012:*/modalias /sys/bus/{nd,dax}/devices/*/modalias 2>/dev/null | sort -u) &&
		[ "$wanted" != "$known" ]; do
		known=$wanted
		# Some ask for a module that is not there, which is no mistake of theirs.
		modprobe -a -b -q $wanted || :
	done
}

setup_file() {
	export boot
	boot=$(cat $disk/boot 2>/dev/null || echo 1)
	if [ "$boot" = 1 ]; then
		mkdir $disk/modprobe.d
		# What this kernel was built for.
		echo class >$disk/promised
	fi
	# Nothing of the host's own, whatever that has.
	mount --bind $disk/modprobe.d /etc/modprobe.d
	load_drivers
	if [ "$boot" = 1 ]; then
		ndctl create-namespace -f -e namespace0.0 -m devdax >/dev/null
		load_drivers
		"$pattern" write /dev/dax0.0 "$(seed)"
	fi
}

status_json() { "$daxbus" migrate status --json | jq -r "$1"; }

# next_boot: with the model that is promised for it
next_boot() {
	status_json '.boots[0].model' >$disk/promised
	echo $((boot + 1)) >$disk/boot
	touch /run/vm/again
}

@test "migrate status: each of three boots: model is the one predicted" {
	promised=$(cat $disk/promised)
	echo "# boot $boot: $promised was promised" >&3
	[ "$(json '.devices | map("\(.device) \(.model)") | join(" ")')" = "dax0.0 $promised" ]
	[ "$(status_json .active)" = "$promised" ]
	if [ "$promised" = class ]; then
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
	[ "$(cat $disk/promised)" = "$(result .to)" ]
}
