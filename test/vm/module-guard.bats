#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# contrib/module-guard: modprobe -r while memory is online, and while it is not. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

conf=/run/modprobe.d/daxbus-module-guard.conf

setup_file() {
	local source=$BATS_TEST_DIRNAME/../../contrib/module-guard
	mkdir -p /usr/local/bin /usr/local/sbin /run/modprobe.d
	ln -sf "$daxbus" /usr/local/bin/daxbus
	cp "$source/daxbus-module-guard" /usr/local/sbin
	cp "$source/daxbus-module-guard.conf" $conf
	export PATH=$PATH:/usr/local/bin
	"$daxbus" reconfigure --mode=kmem --online=movable dax0.0
}

teardown_file() { rm -f $conf /usr/local/bin/daxbus /usr/local/sbin/daxbus-module-guard; }

# The modules without which the devices of this machine lose their memory
modules() {
	local module
	for module in kmem dax_hmem dax_cxl; do
		[ -e /sys/module/$module/refcnt ] && echo $module
	done
}

@test "modprobe: memory online, -r of each of its modules: refused, memory as before" {
	[ "$(modules | wc -l)" -ge 1 ]
	for module in $(modules); do
		run modprobe -r $module
		[ "$status" -ne 0 ]
		[[ $output == *"not unloading $module"*"daxbus offline "*dax0.0* ]]
		[ -e /sys/module/$module ]
	done
	[ "$(device dax0.0 '.memory.online == .memory.blocks')" = true ]
}

@test "modprobe: daxbus missing, -r: refused" {
	rm /usr/local/bin/daxbus
	run modprobe -r kmem
	ln -s "$daxbus" /usr/local/bin/daxbus
	[ "$status" -ne 0 ]
	[[ $output == *"not unloading kmem: cannot list its devices"* ]]
	[ -e /sys/module/kmem ]
}

# left_behind: memory without a device, and devices whose memory is stuck; tests of other files leave some
left_behind() { json '[(.orphans | length), [.devices[] | select(.flags | index("stuck")) | .device]] | tojson'; }

@test "modprobe: memory offline, -r: unloaded, no memory left behind" {
	local before
	before=$(left_behind)
	"$daxbus" offline mode=kmem
	modprobe -r kmem
	[ ! -e /sys/module/kmem/refcnt ]
	[ "$(left_behind)" = "$before" ]
	modprobe kmem
}
