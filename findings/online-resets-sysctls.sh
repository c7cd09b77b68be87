#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One memory block that goes online undoes three settings of the administrator.
#
# Guess, before it was run: a value written to /proc/sys/vm stays until somebody
# writes another.
#
# Seen: when a memory block of 128 MiB on another node goes online, the kernel
# raises min_free_kbytes, user_reserve_kbytes and admin_reserve_kbytes to values
# of its own: min_free_kbytes to what it recommends for transparent huge pages,
# the other two to their defaults if they were below 128 MiB and 8 MiB. Higher
# values stay. Low values that systemd-sysctl writes at boot are gone after the
# first memory block that goes online later.
#
# Versions: Linux 6.1.192, 6.12.95, 7.3.4.
#
# Output:
#   6.1: low settings: lost min_free_kbytes, lost user_reserve_kbytes, lost admin_reserve_kbytes
#   6.1: high settings: kept min_free_kbytes, kept user_reserve_kbytes, kept admin_reserve_kbytes
#   6.12: low settings: lost min_free_kbytes, lost user_reserve_kbytes, lost admin_reserve_kbytes
#   6.12: high settings: kept min_free_kbytes, kept user_reserve_kbytes, kept admin_reserve_kbytes
#   7.3: low settings: lost min_free_kbytes, lost user_reserve_kbytes, lost admin_reserve_kbytes
#   7.3: high settings: kept min_free_kbytes, kept user_reserve_kbytes, kept admin_reserve_kbytes

set -euo pipefail
# shellcheck source=machine.bash source-path=SCRIPTDIR
source "$(dirname "$0")/machine.bash"

guest() {
	cat <<-'EOF'
	# after VALUE NAME: whether it is what was written
	after() { if [ $(cat /proc/sys/vm/$2) = $1 ]; then echo -n "kept $2"; else echo -n "lost $2"; fi; }
	# try WORD MIN_FREE USER_RESERVE ADMIN_RESERVE: write them, and have the block go online
	try() {
		echo $2 >/proc/sys/vm/min_free_kbytes
		echo $3 >/proc/sys/vm/user_reserve_kbytes
		echo $4 >/proc/sys/vm/admin_reserve_kbytes
		[ "$(cat /proc/sys/vm/min_free_kbytes /proc/sys/vm/user_reserve_kbytes /proc/sys/vm/admin_reserve_kbytes | xargs)" = "$2 $3 $4" ] || echo "not accepted"
		set_blocks online_movable $block
		sleep 1
		echo "$1 settings: $(after $2 min_free_kbytes), $(after $3 user_reserve_kbytes), $(after $4 admin_reserve_kbytes)"
		set_blocks offline $block
	}
	kmem dax0.0
	block=$(blocks 1 | head -n 1)
	try low 20000 50000 4000
	try high 200000 200000 20000
	EOF
}

observe() {
	local kernel
	soft_reserved 1
	for kernel in 6.1 6.12 7.3; do
		guest | run_machine "$kernel" | sed "s/^/$kernel: /"
	done
}

verify observe
