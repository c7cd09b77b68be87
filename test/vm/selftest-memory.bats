#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests of the table `memories`: the devices that each memory gives on each kernel. Runs
# on the host; boots each pair once.

bats_require_minimum_version 1.5.0

vm=$BATS_TEST_DIRNAME/vm

# shown KERNEL MEMORY [OPTION...]: a line for each device: name, size, node, mode; then /sys/class/dax or the bus,
# whichever has dax0.0; with the drivers that udev would load
shown() {
	local kernel=$1 memory=$2
	shift 2
	# shellcheck disable=SC2016 # the guest expands it
	"$vm" run --kernel "$kernel" --memory "$memory" "$@" -- bash -euo pipefail -c '
		modprobe kmem
		daxctl list | jq -r "if type == \"array\" then .[] else . end |
			[.chardev, .size, .target_node, .state // .mode] | join(\" \")" | sort
		for dir in /sys/class/dax /sys/bus/dax/devices; do
			if [[ -e $dir/dax0.0 ]]; then echo "$dir"; fi
		done'
}

# check KERNEL MEMORY LINE...: shown prints exactly those lines
check() {
	local kernel=$1 memory=$2 got want
	shift 2
	got=$(shown "$kernel" "$memory")
	want=$(printf '%s\n' "$@")
	if [[ $got != "$want" ]]; then
		printf '%s on %s shows\n%s\ninstead of\n%s\n' "$memory" "$kernel" "$got" "$want"
		return 1
	fi
}

bus=/sys/bus/dax/devices
class=/sys/class/dax
# the size of a device on 1 GiB: the namespace's metadata takes the rest
namespace=1054867456

@test "vm: 5.10 hmem: two devices in devdax, two phantoms" {
	check 5.10 hmem "dax0.0 $((1 << 30)) 1 devdax" "dax1.0 $((1 << 30)) 2 devdax" \
		"dax2.0 $((1 << 30)) 1 disabled" "dax3.0 $((1 << 30)) 2 disabled" $bus
}
@test "vm: 5.10 big: device in devdax" { check 5.10 big "dax0.0 $((16 << 30)) 1 devdax" $bus; }
@test "vm: 5.10 model: two devices in devdax" {
	check 5.10 model "dax0.0 $((512 << 20)) 1 devdax" "dax1.0 $((512 << 20)) 2 devdax" $bus
}
@test "vm: 5.10 pmem: class device" { check 5.10 pmem "dax0.0 $namespace 0 devdax" $class; }
@test "vm: 5.10 nvdimm: class device" { check 5.10 nvdimm "dax0.0 $namespace 1 devdax" $class; }

@test "vm: 6.1 hmem: two devices in devdax" {
	check 6.1 hmem "dax0.0 $((1 << 30)) 1 devdax" "dax1.0 $((1 << 30)) 2 devdax" $bus
}
@test "vm: 6.1 big: device in devdax" { check 6.1 big "dax0.0 $((16 << 30)) 1 devdax" $bus; }
@test "vm: 6.1 big64-2g: device of 64 GiB in memory blocks of 2 GiB" {
	run --separate-stderr "$vm" run --kernel 6.1 --memory big64-2g -- \
		cat $bus/dax0.0/size /sys/devices/system/memory/block_size_bytes
	[[ $output == "$((64 << 30))"$'\n80000000' ]]
}
@test "vm: 6.1 model: two devices in devdax" {
	check 6.1 model "dax0.0 $((512 << 20)) 1 devdax" "dax1.0 $((512 << 20)) 2 devdax" $bus
}
@test "vm: 6.1 pmem: device on the bus" { check 6.1 pmem "dax0.0 $namespace 0 devdax" $bus; }
@test "vm: 6.1 nvdimm: device on the bus" { check 6.1 nvdimm "dax0.0 $namespace 1 devdax" $bus; }

@test "vm: 6.12 hmem: two devices in kmem" {
	check 6.12 hmem "dax0.0 $((1 << 30)) 1 system-ram" "dax1.0 $((1 << 30)) 2 system-ram" $bus
}
@test "vm: 6.12 big: device in kmem" { check 6.12 big "dax0.0 $((16 << 30)) 1 system-ram" $bus; }
@test "vm: 6.12 model: two devices in kmem" {
	check 6.12 model "dax0.0 $((512 << 20)) 1 system-ram" "dax1.0 $((512 << 20)) 2 system-ram" $bus
}
@test "vm: 6.12 pmem: device on the bus" { check 6.12 pmem "dax0.0 $namespace 0 devdax" $bus; }
@test "vm: 6.12 nvdimm: device on the bus" { check 6.12 nvdimm "dax0.0 $namespace 1 devdax" $bus; }
@test "vm: 6.12 cxl: device in kmem" { check 6.12 cxl "dax0.0 $((1 << 30)) 1 system-ram" $bus; }

@test "vm: 7.3 hmem: two devices in kmem" {
	check 7.3 hmem "dax0.0 $((1 << 30)) 1 system-ram" "dax1.0 $((1 << 30)) 2 system-ram" $bus
}
@test "vm: 7.3 big: device in kmem" { check 7.3 big "dax0.0 $((16 << 30)) 1 system-ram" $bus; }
@test "vm: 7.3 model: two devices in kmem" {
	check 7.3 model "dax0.0 $((512 << 20)) 1 system-ram" "dax1.0 $((512 << 20)) 2 system-ram" $bus
}
@test "vm: 7.3 pmem: device on the bus" { check 7.3 pmem "dax0.0 $namespace 0 devdax" $bus; }
@test "vm: 7.3 nvdimm: device on the bus" { check 7.3 nvdimm "dax0.0 $namespace 1 devdax" $bus; }
@test "vm: 7.3 labels: no device" { [[ $(shown 7.3 labels) == "" ]]; }
@test "vm: 7.3 cxl: device in kmem" { check 7.3 cxl "dax0.0 $((1 << 30)) 1 system-ram" $bus; }

@test "vm: 7.3 hmem, memhp_default_state=offline: no block online" {
	run --separate-stderr "$vm" run --kernel 7.3 --append memhp_default_state=offline -- \
		bash -c 'modprobe kmem; daxctl list | jq -r .[].online_memblocks; cat /sys/bus/dax/devices/dax0.0/state'
	[[ $output == $'0\n0\n'* ]]
}
@test "vm: 6.1 none: no device" { [[ $(shown 6.1 none) == "" ]]; }
@test "vm: 6.1 ram: no device" { [[ $(shown 6.1 ram) == "" ]]; }
@test "vm: 5.10 efi: no device" { [[ $(shown 5.10 efi) == "" ]]; }
