#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A DAX device that is deleted and created again under its name has another
# device number, unless a moment goes by in between.
#
# Guess, before it was run: the kernel gives a new device the lowest minor number
# that is free, and deleting a device frees its number, so that with nothing else
# going on the same name has the same number again.
#
# Seen: created at once, it had another number in ten of ten rounds; created a
# second later, the same. The number is freed with the inode of the device, after
# an RCU grace period (dax_free_inode() in drivers/dax/super.c). Who names the
# device by its number (the list of devices of a container, a node of mknod) means
# no device any more, or another one.
#
# Versions: Linux 6.1.192, 6.12.95, 7.3.4.
#
# Output:
#   6.1: created at once: another number in 10 of 10 rounds
#   6.1: created a second later: another number in 0 of 3 rounds
#   6.12: created at once: another number in 10 of 10 rounds
#   6.12: created a second later: another number in 0 of 3 rounds
#   7.3: created at once: another number in 10 of 10 rounds
#   7.3: created a second later: another number in 0 of 3 rounds
set -euo pipefail
# shellcheck source=machine.bash source-path=SCRIPTDIR
source "$(dirname "$0")/machine.bash"

guest() {
	cat <<-'EOF'
	region=$DAX/devices/dax0.0/../dax_region
	# again ROUNDS SECONDS: delete dax0.1, and create it again after so many seconds; counts those with another number
	again() {
		local before other=0
		for round in $(seq $1); do
			before=$(cat $DAX/devices/dax0.1/dev)
			echo dax0.1 >$region/delete
			[ $2 = 0 ] || sleep $2
			echo 1 >$region/create
			[ $before = $(cat $DAX/devices/dax0.1/dev) ] || other=$((other + 1))
		done
		echo "another number in $other of $1 rounds"
	}
	modprobe dax_hmem
	modprobe device_dax
	[ ! -e $DAX/devices/dax0.0/driver ] || echo dax0.0 >$DAX/devices/dax0.0/driver/unbind
	echo 536870912 >$DAX/devices/dax0.0/size
	echo 1 >$region/create
	echo "created at once: $(again 10 0)"
	again 1 1 >/dev/null
	echo "created a second later: $(again 3 1)"
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
