#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# /proc/kpageflags says NOPAGE of memory that is offline, but on Linux 7.3 it
# says 0, as of a page in use that has no flags.
#
# Guess, before it was run: all kernels say NOPAGE (bit 20, "no page frame
# exists at the requested address") of each page of a memory block that is
# offline, so that one read of 8 bytes tells whether a block is online.
#
# Seen: 6.1 and 6.12 do. 7.3 says 0, of a block that never was online and of one
# that was. There 0 is no sign of being offline either: pages of the kernel's own
# have no flags, too. Only the counts of the zones (/proc/zoneinfo) or the file
# `state` of the block can tell.
#
# Versions: Linux 6.1.192, 6.12.95, 7.3.4.
#
# Output:
#   6.1: block online, all pages free: 0x400
#   6.1: block offline after it was online: 0x100000
#   6.1: block never online: 0x100000
#   6.1: block 0, online: 0 among others
#   6.12: block online, all pages free: 0x400
#   6.12: block offline after it was online: 0x100000
#   6.12: block never online: 0x100000
#   6.12: block 0, online: 0 among others
#   7.3: block online, all pages free: 0x400
#   7.3: block offline after it was online: 0
#   7.3: block never online: 0
#   7.3: block 0, online: 0 among others

set -euo pipefail
# shellcheck source=machine.bash source-path=SCRIPTDIR
source "$(dirname "$0")/machine.bash"

guest() {
	cat <<-'EOG'
	# flags BLOCK: the different words that /proc/kpageflags has on its 32768 pages
	flags() {
		dd if=/proc/kpageflags bs=262144 skip=$1 count=1 2>/dev/null |
			hexdump -v -e '1/4 "%x" 1/4 " %x\n"' | sort -u | sed 's/\(.*\) 0$/0x\1/; s/^0x0$/0/' | tr '\n' ' '
	}
	kmem dax0.0
	set -- $(blocks 1)
	set_blocks online_movable $1 $2
	set_blocks offline $2
	echo "block online, all pages free: $(flags $1)"
	echo "block offline after it was online: $(flags $2)"
	echo "block never online: $(flags $3)"
	case " $(flags 0)" in *" 0 "*) echo "block 0, online: 0 among others" ;; esac
	EOG
}

observe() {
	local kernel
	soft_reserved 1
	for kernel in 6.1 6.12 7.3; do
		guest | run_machine "$kernel" | sed "s/^/$kernel: /; s/ *$//"
	done
}

verify observe
