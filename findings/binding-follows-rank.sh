#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A process bound to node 2 is bound to node 1 once node 1 gets memory.
#
# Guess, before it was run: a process that numactl has bound to node 2 stays
# bound to node 2 as long as node 2 has memory, whatever comes and goes on
# other nodes. When the memory of node 2 goes and comes back, the process is
# bound to node 2 again.
#
# Seen: the kernel keeps the rank of a bound node among the nodes with memory,
# not its number. With memory on nodes 0 and 2, node 2 is the second. When
# memory of node 1 comes online, which has nothing to do with the process, node
# 1 is the second, and the process gets its new pages there. When the memory of
# node 2 goes offline, the process is bound to node 0, and stays so when the
# memory is back. The kernel spares policies with MPOL_F_STATIC_NODES, but
# numactl sets no such flag. If an administrator brings two memory devices
# online in the other order than that of their node numbers, and starts a
# process between, the process gets the memory of the wrong one.
#
# Versions: Linux 6.1.192, 6.12.95, 7.3.4; numactl 2.0.16.
#
# Output:
#   6.1: memory on 0,2: bind:2, interleave:0,2
#   6.1: memory on 0-2: bind:1, interleave:0-1; new pages on N1
#   6.1: memory on 0,2: bind:2, interleave:0,2
#   6.1: memory on 0: bind:0, interleave:0
#   6.1: memory on 0,2: bind:0, interleave:0
#   6.12: memory on 0,2: bind:2, interleave:0,2
#   6.12: memory on 0-2: bind:1, interleave:0-1; new pages on N1
#   6.12: memory on 0,2: bind:2, interleave:0,2
#   6.12: memory on 0: bind:0, interleave:0
#   6.12: memory on 0,2: bind:0, interleave:0
#   7.3: memory on 0,2: bind:2, interleave:0,2
#   7.3: memory on 0-2: bind:1, interleave:0-1; new pages on N1
#   7.3: memory on 0,2: bind:2, interleave:0,2
#   7.3: memory on 0: bind:0, interleave:0
#   7.3: memory on 0,2: bind:0, interleave:0

set -euo pipefail
# shellcheck source=machine.bash source-path=SCRIPTDIR
source "$(dirname "$0")/machine.bash"

guest() {
	cat <<-'EOF'
	policy() { sed -n 's/^[^ ]* \([^ ]*\) .*/\1/p' /proc/$1/numa_maps | sort -u; }
	state() {
		sleep 2
		echo "memory on $(cat $NODE/has_memory): $(policy $bound), $(policy $interleaved)$1"
	}
	kmem dax0.0 dax1.0
	set_blocks online_movable $(blocks 2)
	mkfifo /run/go
	numactl --membind=2 sh -c 'read go; new=$(head -c 9000000 /dev/zero | tr "\0" x); : >/run/new; read end; :' </run/go &
	bound=$!
	numactl --interleave=0,2 sleep 600 &
	interleaved=$!
	exec 9>/run/go
	state
	set_blocks online_movable $(blocks 1)
	sleep 2
	echo >&9
	until [ -e /run/new ]; do sleep 1; done
	state "; new pages on$(grep -o ' N[0-9]*=[0-9]\{4,\}' /proc/$bound/numa_maps | sed 's/=.*//')"
	set_blocks offline $(blocks 1)
	state
	set_blocks offline $(blocks 2)
	state
	set_blocks online_movable $(blocks 2)
	state
	EOF
}

observe() {
	local kernel
	install_numactl
	soft_reserved 1 1
	for kernel in 6.1 6.12 7.3; do
		guest | run_machine "$kernel" | sed "s/^/$kernel: /"
	done
}

verify observe
