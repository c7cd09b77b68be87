#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Taking a node's last memory offline kills a process that has nothing to do
# with the node, while most of the memory is free.
#
# Guess, before it was run: if a process that is bound to the node (numactl
# --membind) allocates at that time, either the last block does not go offline
# (EBUSY), or the process gets its memory elsewhere; at worst the kernel kills
# that process.
#
# Seen: while the last block goes offline, the bound process finds no memory
# that its policy allows, and the kernel looks for a process to kill. A process
# without a policy may have memory on any node, so it is a candidate as well,
# and the kernel takes the largest: here one of 50 MB, bound to nothing, with
# all of it on node 0, where 1.8 GB are free. This frees nothing on node 1, so
# that the bound process is next. In the end the block is offline, and the write
# of "offline" has succeeded. A look for processes bound to the node, before
# taking it offline, finds the cause and not the victim.
#
# Versions: Linux 6.1.192, 6.12.95, 7.3.4; numactl 2.0.16.
#
# Output:
#   6.1: 7 of 8 blocks offline: bystander alive
#   6.1: 8 of 8 blocks offline: bystander killed
#   6.1: bystander on nodes: N0; free on node 0: more than 1.7 GB
#   6.1: first killed: bystander, by CONSTRAINT_MEMORY_POLICY,nodemask=1
#   6.12: 7 of 8 blocks offline: bystander alive
#   6.12: 8 of 8 blocks offline: bystander killed
#   6.12: bystander on nodes: N0; free on node 0: more than 1.7 GB
#   6.12: first killed: bystander, by CONSTRAINT_MEMORY_POLICY,nodemask=1
#   7.3: 7 of 8 blocks offline: bystander alive
#   7.3: 8 of 8 blocks offline: bystander killed
#   7.3: bystander on nodes: N0; free on node 0: more than 1.7 GB
#   7.3: first killed: bystander, by CONSTRAINT_MEMORY_POLICY,nodemask=1

set -euo pipefail
# shellcheck source=machine.bash source-path=SCRIPTDIR
source "$(dirname "$0")/machine.bash"

guest() {
	cat <<-'EOF'
	kmem dax0.0
	set_blocks online_movable $(blocks 1)
	mkfifo /run/wait
	sh -c 'a=$(head -c 50000000 /dev/zero | tr "\0" x); : >/run/ready; read end; :' <>/run/wait &
	bystander=$!
	numactl --membind=1 sh -c 'while :; do a=$(head -c 1000000 /dev/zero | tr "\0" x); done' &
	until [ -e /run/ready ]; do sleep 1; done
	nodes=$(grep -o ' N[0-9]*=' /proc/$bystander/numa_maps | tr -d ' =' | sort -u | xargs)
	fate() { if [ -e /proc/$bystander/exe ]; then echo alive; else echo killed; fi; }
	set -- $(blocks 1)
	first=$1
	shift
	set_blocks offline $*
	echo "7 of 8 blocks offline: bystander $(fate)"
	free=$(sed -n 's/.*MemFree: *\([0-9]*\) kB/\1/p' $NODE/node0/meminfo)
	[ $free -lt 1660156 ] || free="more than 1.7 GB"
	set_blocks offline $first
	sleep 1
	echo "8 of 8 blocks offline: bystander $(fate)"
	echo "bystander on nodes: $nodes; free on node 0: $free"
	kill=$(dmesg | grep -m 1 oom-kill:)
	who=${kill##*,pid=} who=${who%%,*}
	[ $who != $bystander ] || who=bystander
	kill=${kill##*constraint=}
	echo "first killed: $who, by ${kill%%,cpuset*}"
	EOF
}

observe() {
	local kernel
	install_numactl
	soft_reserved 1
	for kernel in 6.1 6.12 7.3; do
		guest | run_machine "$kernel" | sed "s/^/$kernel: /"
	done
}

verify observe
