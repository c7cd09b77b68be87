#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Memory blocks brought online upwards cost the square of their number;
# downwards they cost one step each.
#
# Guess, before it was run: the order makes no difference to the kernel's work.
# If it does, upwards is best, as the zone then only grows at its end.
#
# Seen: for every block that goes online the kernel walks the zone from its
# start, one page block (2 MiB) after the other, up to the first that is not
# online, to find out whether the zone is without holes. It does so before it
# marks the new block online: upwards the walk goes through all blocks that are
# there, downwards it ends at its first step. N blocks of 64 page blocks take
# 64 * N * (N - 1) / 2 + N steps upwards, and N downwards: 2,147,229,696 against
# 8,192 for 1 TiB. As the walk always comes too early, a zone that is online
# from end to end counts as one with holes until a block goes offline: memory
# compaction looks up every page block that it comes to.
#
# A probe counts the calls of __pageblock_pfn_to_page().
#
# Versions: Linux 6.1.192, 6.12.95, 7.3.4.
#
# Output:
#   6.1: 16 blocks: upwards 7696 steps, downwards 16
#   6.1: 64 blocks: upwards 129088 steps, downwards 64
#   6.1: compaction, all online: thousands of look-ups; after one went offline: 0
#   6.12: 16 blocks: upwards 7696 steps, downwards 16
#   6.12: 64 blocks: upwards 129088 steps, downwards 64
#   6.12: compaction, all online: thousands of look-ups; after one went offline: 0
#   7.3: 16 blocks: upwards 7696 steps, downwards 16
#   7.3: 64 blocks: upwards 129088 steps, downwards 64
#   7.3: compaction, all online: thousands of look-ups; after one went offline: 0

set -euo pipefail
# shellcheck source=machine.bash source-path=SCRIPTDIR
source "$(dirname "$0")/machine.bash"

guest() {
	cat <<-'EOF'
	T=/sys/kernel/debug/tracing
	# steps: since the last time
	steps() {
		local now=$(awk '$1 == "walk" { print $2 }' $T/kprobe_profile)
		steps=$((now - before)) before=$now
	}
	before=0
	kmem dax0.0
	echo 'p:walk __pageblock_pfn_to_page' >$T/kprobe_events
	echo 1 >$T/events/kprobes/walk/enable
	for n in 16 64; do
		up=$(blocks 1 | head -n $n)
		down=$(blocks 1 | head -n $n | sort -rn)
		steps; set_blocks online_movable $up; steps; upwards=$steps
		set_blocks offline $down
		steps; set_blocks online_movable $down; steps
		echo "$n blocks: upwards $upwards steps, downwards $steps"
		[ $n = 64 ] || set_blocks offline $down
	done
	compact() {
		steps; echo 1 >$NODE/node1/compact; steps
		if [ $steps -gt 1000 ]; then steps="thousands of look-ups"; fi
	}
	compact; all=$steps
	set_blocks offline $(blocks 1 | tail -n 1)
	compact
	echo "compaction, all online: $all; after one went offline: $steps"
	EOF
}

observe() {
	local kernel
	soft_reserved 8
	for kernel in 6.1 6.12 7.3; do
		guest | run_machine "$kernel" | sed "s/^/$kernel: /"
	done
}

verify observe
