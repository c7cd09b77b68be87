#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A memory block with a bad page goes offline but does not come back, until it
# is removed and added: then the kernel has forgotten the bad page.
#
# Guess, before it was run: a page that was taken out of use stays so until the
# next boot; its block goes offline and online like others, less that page.
#
# Seen: 6.12 and 7.3 take the block offline without a message, but not online
# again: EHWPOISON. When kmem gives the memory up and gets it again, every block
# comes online, the page has lost its mark, so that the kernel allocates it like
# any other, and HardwareCorrupted is 0. On 6.1 the page loses its mark as soon
# as its block goes offline and online, and HardwareCorrupted counts it until
# the next boot. The obvious repair of a block that does not come online hands
# the bad page out again.
#
# The script takes the page out of use by soft_offline_page, as rasdaemon does
# with a page that has too many corrected errors.
#
# Versions: Linux 6.1.192, 6.12.95, 7.3.4.
#
# Output:
#   6.1: taken out of use: page marked as bad, HardwareCorrupted 4 kB
#   6.1: block offline, online: page not marked, HardwareCorrupted 4 kB
#   6.1: removed, added, online: page not marked, HardwareCorrupted 4 kB
#   6.12: taken out of use: page marked as bad, HardwareCorrupted 4 kB
#   6.12: block offline, refused: Memory page has hardware error
#   6.12: removed, added, online: page not marked, HardwareCorrupted 0 kB
#   7.3: taken out of use: page marked as bad, HardwareCorrupted 4 kB
#   7.3: block offline, refused: Memory page has hardware error
#   7.3: removed, added, online: page not marked, HardwareCorrupted 0 kB

set -euo pipefail
# shellcheck source=machine.bash source-path=SCRIPTDIR
source "$(dirname "$0")/machine.bash"

guest() {
	cat <<-'EOF'
	# page: what /proc/kpageflags (bit 19, KPF_HWPOISON) and meminfo have on it
	page() {
		local word=$(dd if=/proc/kpageflags bs=8 skip=$((address >> 12)) count=1 2>/dev/null |
			hexdump -n 4 -e '"0x" 1/4 "%x"')
		if [ $((word >> 19 & 1)) = 1 ]; then echo -n "page marked as bad"; else echo -n "page not marked"; fi
		sed -n 's/HardwareCorrupted: */, HardwareCorrupted /p' /proc/meminfo
	}
	kmem dax0.0
	set_blocks online_movable $(blocks 1)
	block=$(blocks 1 | sed -n 3p)
	address=$((block * 0x8000000 + 0x4000000))
	printf 0x%x $address >$M/soft_offline_page
	echo "taken out of use: $(page)"

	set_blocks offline $block
	error=$(echo online_movable 2>&1 >$M/memory$block/state)
	case $(cat $M/memory$block/state) in
	online) echo "block offline, online: $(page)" ;;
	offline) echo "block offline, refused:${error##*:}" ;;
	esac

	for b in $(blocks 1); do
		[ $(cat $M/memory$b/state) = offline ] || set_blocks offline $b
	done
	echo dax0.0 >$DAX/drivers/kmem/unbind
	[ ! -e $M/memory$block ] || echo "not removed"
	echo dax0.0 >$DAX/drivers/kmem/bind
	set_blocks online_movable $(blocks 1)
	echo "removed, added, $(cat $M/memory$block/state): $(page)"
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
