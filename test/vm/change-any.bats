#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# reconfigure on every kernel with every memory: dax0.0 to kmem and back. Runs in the guest. No dax memory is online
# before the first test and after the last.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

# "online", the default of kernels 6.12 and later, puts memory into zone Normal. Set it on every kernel.
setup_file() {
	cat $memory/auto_online_blocks >"$BATS_FILE_TMPDIR/policy"
	policy online
}

teardown_file() { policy "$(cat "$BATS_FILE_TMPDIR/policy")"; }

setup() {
	remember
	# On kernel 5.10 pmem devices are in /sys/class/dax.
	class=""
	[ -e $devices/dax0.0 ] || class=yes
	[ "$class" ] || state_of dax0.0
	began=$REPLY
}

# in_kmem: dax0.0 is in kmem with all of its memory in zone Movable
in_kmem() {
	all_blocks dax0.0 movable
	is "$REPLY" dax0.0
}

opens() { (exec 3<>/dev/dax0.0) 2>/dev/null; }

@test "reconfigure: ordinary user: plan shown, change refused" {
	run --separate-stderr as_user "$daxbus" reconfigure --mode=kmem all --dry-run
	[ "$status" -eq 0 ]
	[[ $output == *dax0.0* ]]
	settled
	run --separate-stderr as_user "$daxbus" reconfigure --mode=kmem all
	[ "$status" -eq 5 ]
	[[ $stderr == *"requires root"* ]]
	settled
	[ "$class" ] || is "$began" dax0.0
}

@test "reconfigure: --dry-run: no file written or created, no module loaded" {
	run --separate-stderr strace -f -qq -o "$BATS_TEST_TMPDIR/trace" \
		-e trace=openat,openat2,open,creat,mkdir,mkdirat,unlink,unlinkat,rename,renameat,renameat2,finit_module,init_module,flock \
		"$daxbus" reconfigure --mode=kmem dax0.0 --dry-run --json
	[ "$status" -eq 0 ]
	[ "$(result .result)" = planned ]
	jq -e '.changed == false and (.results[0].steps | length) > 0' <<<"$output"
	[ "$class" ] || is "$began" dax0.0
	cannot grep -vE 'open.*O_RDONLY|/dev/null|LOCK_SH' "$BATS_TEST_TMPDIR/trace"
	settled
}

# pmem-compat.bats moves class devices to the bus.
@test "unbind, online: class device: refused (class-device)" {
	[ "$class" ] || skip 'this device is not in the class'
	refuses class-device unbind dax0.0
	refuses class-device online dax0.0
}

@test "reconfigure: devdax to kmem: all blocks in zone Movable, policy kept" {
	[ ! "$class" ] || skip 'for devices on the bus; pmem-compat.bats tests those of the class'
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	[[ $output$stderr == *dax0.0* ]]
	in_kmem
	settled
	grep -qx online $memory/auto_online_blocks
	cannot opens
	# daxbus list shows the same.
	[ "$(device dax0.0 '"\(.mode) \(.memory.online == .memory.blocks) \(.memory.online == .memory.movable) \(.memory.missing)"')" = \
		"kmem true true 0" ]
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	both_say unchanged
	in_kmem
}

@test "reconfigure: kmem to devdax: memory gone, device can be opened" {
	[ ! "$class" ] || skip 'for devices on the bus; pmem-compat.bats tests those of the class'
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	is device_dax dax0.0
	opens
	settled
	grep -qx online $memory/auto_online_blocks
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	both_say unchanged
	is device_dax dax0.0
}

@test "reconfigure: --json, to kmem and back: results match the device" {
	[ ! "$class" ] || skip 'for devices on the bus; pmem-compat.bats tests those of the class'
	daxbus_says 0 reconfigure --mode=kmem dax0.0 --json
	jq -e '.changed and (.results | length == 1)' <<<"$output"
	[ "$(result '"\(.device) \(.result) \(.code) \(.from) \(.to)"')" = "dax0.0 changed null devdax kmem" ]
	in_kmem
	daxbus_says 0 reconfigure --mode=kmem dax0.0 --json
	[ "$(jq -r .changed <<<"$output") $(result '"\(.result) \(.from) \(.to)"')" = "false unchanged kmem kmem" ]
	daxbus_says 0 reconfigure --mode=devdax dax0.0 --json
	[ "$(jq -r .changed <<<"$output") $(result '"\(.result) \(.from) \(.to)"')" = "true changed kmem devdax" ]
	is device_dax dax0.0
	settled
}

@test "reconfigure: system log: one line for each change" {
	[ ! "$class" ] || skip 'for devices on the bus; pmem-compat.bats tests those of the class'
	busybox syslogd -n -O "$BATS_TEST_TMPDIR/log" 3>&- &
	logger=$!
	for _ in {1..50}; do [ -S /dev/log ] || pause 0.1; done
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0 --dry-run
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	for _ in {1..50}; do [ "$(grep -c 'daxbus\[' "$BATS_TEST_TMPDIR/log")" = 2 ] || pause 0.1; done
	kill $logger
	sed -n 's/.*daxbus\[[0-9]*\]: //p' "$BATS_TEST_TMPDIR/log" |
		diff - <(printf 'dax0.0: %s: changed, by uid 0 (reconfigure)\n' "devdax -> kmem" "kmem -> devdax")
}

# With an id left in new_id a driver could bind the device, or the next one with its name, unasked.
@test "reconfigure: after a change: no driver has an id of the device" {
	[ ! "$class" ] || skip 'for devices on the bus; pmem-compat.bats tests those of the class'
	region=$(json '.regions[0].provider')
	unbind dax0.0
	if kernel_at_least 6.12 && [ "$region" != pmem ]; then
		cannot write dax0.0 $drivers/device_dax/bind
	else
		cannot write dax0.0 $drivers/kmem/bind
	fi
	is none dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	is device_dax dax0.0
}

@test "reconfigure: --mode=famfs: changed where the kernel has it, else refused" {
	[ ! "$class" ] || skip 'for devices on the bus; pmem-compat.bats tests those of the class'
	if kernel_at_least 7.3; then
		daxbus_says 0 reconfigure --mode=famfs dax0.0 --json
		[ "$(result '"\(.result) \(.from) \(.to)"')" = "changed devdax famfs" ]
		is fsdev_dax dax0.0
		daxbus_says 0 reconfigure --mode=kmem dax0.0
		in_kmem
		daxbus_says 0 reconfigure --mode=famfs dax0.0
		is fsdev_dax dax0.0
		daxbus_says 0 reconfigure --mode=devdax dax0.0
	else
		refuses no-driver reconfigure --mode=famfs dax0.0
	fi
	is device_dax dax0.0
	settled
}

@test "reconfigure: --mode=compat: unchanged for a class device, else refused" {
	if [ "$class" ]; then
		# It is in compat already.
		daxbus_says 0 reconfigure --mode=compat dax0.0 --json
		[ "$(result .result)" = unchanged ]
	elif [ "$(kernel)" = 5.10 ]; then
		# The kernel has the driver, but not for this kind of memory.
		daxbus_says 5 reconfigure --mode=compat dax0.0
	else
		refuses no-compat-driver reconfigure --mode=compat dax0.0
	fi
}

# Kernel 5.10: on the bus the namespace is a device like any other.
@test "reconfigure: class device moved to the bus by hand: to kmem and back" {
	[ "$class" ] || skip 'this device is not in the class'
	modprobe -a dax_pmem device_dax
	nd=$(basename "$(json '.regions[0].path')")
	echo "$nd" >/sys/bus/nd/drivers/dax_pmem_compat/unbind
	echo "$nd" >/sys/bus/nd/drivers/dax_pmem/bind
	remember
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	in_kmem
	settled
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	is device_dax dax0.0
	opens
	settled
	echo "$nd" >/sys/bus/nd/drivers/dax_pmem/unbind
	echo "$nd" >/sys/bus/nd/drivers/dax_pmem_compat/bind
}
