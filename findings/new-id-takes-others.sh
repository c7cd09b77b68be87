#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One device's name written to a dax driver's new_id binds other devices, and
# brings their memory online.
#
# Guess, before it was run: "echo dax0.0 >/sys/bus/dax/drivers/kmem/new_id" lets
# kmem have dax0.0 and concerns no other device; with drivers_autoprobe at 0 it
# binds nothing at all.
#
# Seen: after the write the driver tries all devices of the bus that have no
# driver, and takes each that it matches by name or by kind. On 6.12 and 7.3
# kmem matches soft-reserved and CXL memory by kind: the name of one device puts
# both into kmem, and Debian's kernel brings all of their memory online. On 6.1
# device_dax matches everything, and takes both. drivers_autoprobe keeps a
# driver from devices while it is loaded, but not here.
#
# Versions: Linux 6.1.192, 6.12.95, 7.3.4.
#
# Output:
#   6.1: drivers loaded: dax0.0 has no driver, dax1.0 has no driver
#   6.1: dax0.0 to new_id of device_dax: dax0.0 is in device_dax, dax1.0 is in device_dax
#   6.12: drivers loaded: dax0.0 has no driver, dax1.0 has no driver
#   6.12: dax0.0 to new_id of kmem: dax0.0 is in kmem, dax1.0 is in kmem
#   6.12: memory of dax1.0: online, 8 of 8 blocks
#   7.3: drivers loaded: dax0.0 has no driver, dax1.0 has no driver
#   7.3: dax0.0 to new_id of kmem: dax0.0 is in kmem, dax1.0 is in kmem
#   7.3: memory of dax1.0: online, 8 of 8 blocks

set -euo pipefail
# shellcheck source=machine.bash source-path=SCRIPTDIR
source "$(dirname "$0")/machine.bash"

guest() {
	cat <<-'EOF'
	has() {
		local driver=$(readlink $DAX/devices/$1/driver)
		if [ "$driver" ]; then echo "$1 is in ${driver##*/}"; else echo "$1 has no driver"; fi
	}
	echo 0 >$DAX/drivers_autoprobe
	modprobe dax_hmem
	modprobe device_dax
	modprobe kmem
	echo "drivers loaded: $(has dax0.0), $(has dax1.0)"
	case $(uname -r) in
	6.1.*) driver=device_dax ;;
	*) driver=kmem ;;
	esac
	echo dax0.0 >$DAX/drivers/$driver/new_id
	echo "dax0.0 to new_id of $driver: $(has dax0.0), $(has dax1.0)"
	[ $driver = kmem ] || return
	node=$(cat $DAX/devices/dax1.0/target_node)
	echo "memory of dax1.0: online, $(cat $NODE/node$node/memory[0-9]*/state | grep -c online) of $(blocks $node | wc -l) blocks"
	EOF
}

observe() {
	local kernel
	soft_reserved 1 1
	for kernel in 6.1 6.12 7.3; do
		guest | run_machine "$kernel" | sed "s/^/$kernel: /"
	done
}

verify observe
