#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The node numbers given to QEMU are not the node numbers of the guest.
#
# Guess, before it was run: "-numa node,nodeid=2" is node 2 in the guest.
#
# Seen: nodeid is only the proximity domain in ACPI's table SRAT. Linux numbers
# nodes in the order in which it meets their domains there, and it reads the
# entries of processors before those of memory: the node with the processors
# becomes node 0, whatever its nodeid, and the others move up. Only a machine
# whose first node has the processors keeps its numbers, and most examples are
# such machines. Proximity domains, which HMAT and CEDT name, are not node
# numbers.
#
# Versions: QEMU 7.2.22 (this machine's own is used); Linux 6.1.192, 7.3.4.
#
# Output:
#   6.1: given to QEMU: node 0: 1 GiB; node 1: 2 GiB; node 2: 3 GiB, processors
#   6.1: in the guest: node 0: 3 GiB, processors; node 1: 1 GiB; node 2: 2 GiB
#   7.3: given to QEMU: node 0: 1 GiB; node 1: 2 GiB; node 2: 3 GiB, processors
#   7.3: in the guest: node 0: 3 GiB, processors; node 1: 1 GiB; node 2: 2 GiB

set -euo pipefail
# shellcheck source=machine.bash source-path=SCRIPTDIR
source "$(dirname "$0")/machine.bash"

guest() {
	cat <<-'EOF'
	echo "given to QEMU: node 0: 1 GiB; node 1: 2 GiB; node 2: 3 GiB, processors"
	text="in the guest:" end=
	for n in 0 1 2; do
		kb=$(sed -n 's/.*MemTotal: *\([0-9]*\) kB/\1/p' $NODE/node$n/meminfo)
		text="$text$end node $n: $(((kb + 524288) / 1048576)) GiB" end=";"
		[ -z "$(cat $NODE/node$n/cpulist)" ] || text="$text, processors"
	done
	echo "$text"
	EOF
}

observe() {
	local kernel node
	memory=(-m 6G)
	for node in 0 1 2; do
		memory+=(-object "memory-backend-ram,id=ram$node,size=$((node + 1))G")
	done
	memory+=(-numa "node,nodeid=0,memdev=ram0" -numa "node,nodeid=1,memdev=ram1"
		-numa "node,nodeid=2,memdev=ram2,cpus=0-1")
	for kernel in 6.1 7.3; do
		guest | run_machine "$kernel" | sed "s/^/$kernel: /"
	done
}

verify observe
