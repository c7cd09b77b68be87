#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The forecast of drain compared with what happens, over 20 mixed loads: each block alone is taken offline, and brought back.
# Prints a table, a line for each load; an exclamation mark is at each forecast that was wrong. dax0.0 and dax1.0 are soft-reserved memory of 1 GiB, in zones Movable and Normal. Runs
# in the guest; the memory in zone Normal stays there.

# names of guest.bash, paths that have no spaces, and what `run` sets
# shellcheck disable=SC2154,SC2086,SC2030,SC2031
load guest

nodes=/sys/devices/system/node

setup_file() {
	"$daxbus" reconfigure --mode=kmem --online=movable dax0.0
	"$daxbus" reconfigure --mode=kmem --online=kernel dax1.0
}

# uses KIND MIB NODE: start a process, or fill a tmpfs or a pool
uses() {
	case $1 in
	tmpfs)
		mkdir -p $BATS_TEST_TMPDIR/$3
		mount -t tmpfs -o mpol=prefer:$3,size=$2M tmpfs $BATS_TEST_TMPDIR/$3
		head -c $2M /dev/zero >$BATS_TEST_TMPDIR/$3/data || true
		;;
	huge) echo $(($2 / 2)) >$nodes/node$3/hugepages/hugepages-2048kB/nr_hugepages ;;
	*)
		hold $3 $1 $2
		holders="$holders $holder"
		;;
	esac
}

clear_all() {
	for holder in $holders; do let_go; done
	holders=""
	for node in 1 2; do
		umount $BATS_TEST_TMPDIR/$node 2>/dev/null || true
		echo 0 >$nodes/node$node/hugepages/hugepages-2048kB/nr_hugepages
	done
}

# try BLOCK: whether it goes offline within 10 s, in which an emulated processor moves a whole block; it is online again then.
# The signal ends the kernel's attempt.
try() {
	local zones word
	zones=$(<$memory/memory$1/valid_zones)
	word=online_movable
	[ "$zones" = Movable ] || word=online_kernel
	timeout -s USR1 10 bash -c "trap : USR1; echo offline >$memory/memory$1/state" 2>/dev/null || return 1
	echo $word >$memory/memory$1/state
}

@test "drain: forecast over 20 mixed loads: right for at least 95 % of blocks" {
	local kinds=(fill tmpfs huge pipes held fill tmpfs pin fill huge) load i device node kind mib block word went right n did words all=0 good=0
	RANDOM=$(seed loads)
	holders=""
	for ((load = 1; load <= 20; load++)); do
		device=dax$((load % 2)).0 node=$((load % 2 + 1)) right=0 did="" n=0 words=""
		for ((i = 0; i < 3; i++)); do
			kind=${kinds[RANDOM % ${#kinds[@]}]}
			# The kernel allocates for pipes where it may: not in zone Movable. A tmpfs is mounted once.
			[[ $kind != tmpfs || $did != *tmpfs* ]] || kind=fill
			mib=$((RANDOM % 150 + 10))
			[[ $kind != pipes ]] || mib=20
			uses $kind $mib $node
			did="$did $kind:$mib"
		done
		daxbus_says 0 drain --dry-run --json $device
		while read -r block word; do
			n=$((n + 1))
			went=yes
			try $block || went=no
			case $word-$went in
			free-yes | moves-yes | held-no | stays-no) right=$((right + 1)) words="$words $word" ;;
			*) words="$words $word!" ;;
			esac
		done < <(jq -r '.forecasts[0].blocks[] | "\(.block) \(.forecast)"' <<<"$output")
		printf '# %2d %s node %s%-35s %d of %d blocks right:%s\n' $load $device $node "$did" $right $n "$words" >&3
		all=$((all + n)) good=$((good + right))
		clear_all
	done
	echo "# $good of $all blocks right" >&3
	[ $((good * 100)) -ge $((all * 95)) ]
}
