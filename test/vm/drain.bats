#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# drain: the forecast of memory blocks, and room made for what is in them, on a real kernel. dax0.0 is soft-reserved memory of
# 1 GiB, node 1; new memory stays offline. Runs in the guest, and restores the device.

# names of guest.bash, paths that have no spaces, and what `run` sets
# shellcheck disable=SC2154,SC2086,SC2030,SC2031
load guest

nodes=/sys/devices/system/node

setup_file() {
	"$daxbus" reconfigure --mode=devdax dax0.0
	"$daxbus" resize --size=max dax0.0
	"$daxbus" reconfigure --mode=kmem dax0.0
}

teardown_file() {
	"$daxbus" reconfigure --mode=devdax dax0.0
}

setup() {
	holder=""
	remember
}

teardown() {
	let_go
	umount $BATS_TEST_TMPDIR/tmpfs $BATS_TEST_TMPDIR/disk 2>/dev/null || true
	rmdir /sys/fs/cgroup/far 2>/dev/null || true
	for node in 0 1; do pool $node 0 >/dev/null; done
}

# disk: a file system on a disk of its own in $disk, with 192 MiB
disk() {
	disk=$BATS_TEST_TMPDIR/disk
	mkdir $disk
	modprobe -a loop ext4
	truncate -s 192M $BATS_TEST_TMPDIR/image
	mkfs.ext4 -q -E nodiscard $BATS_TEST_TMPDIR/image
	mount -o loop $BATS_TEST_TMPDIR/image $disk
}

# cached FILE: MiB of it in the caches
cached() { echo $(($(fincore -nb -o RES "$1") >> 20)); }

# pool NODE [NUMBER]: the number of huge pages of a node, or set it
pool() {
	local file=$nodes/node$1/hugepages/hugepages-2048kB/nr_hugepages
	if [ $# = 2 ]; then echo "$2" >$file; fi 2>/dev/null
	cat $file 2>/dev/null || echo 0
}

begin() { begun=$SECONDS; }
within() { [ $((SECONDS - begun)) -lt "$1" ] || wrong "it took $((SECONDS - begun)) s"; }

# forecast FILTER: the result of a filter on the first forecast in $output
forecast() { jq -r ".forecasts[0] | $1" <<<"$output"; }

# drained ARG...: it goes offline, and comes online again
drained() {
	daxbus_says 0 drain dax0.0 --json "$@"
	is "kmem 8 offline" dax0.0
}

restored() {
	daxbus_says 0 online dax0.0
	settled
}

# undone CODE: the last command was, for that reason, and named a block that the forecast has
undone() {
	[ "$(result '"\(.result) \(.code)"')" = "undone $1" ] || wrong "$(result .)"
	result '.notes[]' | grep -q '^memory block 3[2-9] (zone .*) has '
	settled
}

@test "drain: --dry-run: bytes by kind, what must move, where it fits, nothing changed" {
	hold 1 fill 100
	daxbus_says 0 drain dax0.0 --dry-run --json
	[ "$(forecast '.blocks | length')" = 8 ]
	[ "$(forecast '[.blocks[].anon] | add >= 100 * 1048576 and add < 110 * 1048576')" = true ]
	[ "$(forecast '.blocks | all(.forecast == (if .anon + .clean + .dirty + .shmem > 0 then "moves" else "free" end))')" = true ]
	[ "$(forecast '.blocks | all(.free + .anon + .clean + .dirty + .shmem + .other + .kernel == 134217728)')" = true ]
	[ "$(forecast '[.node, .fits, .to_move >= 104857600, .nodes[0].node] | join(" ")')" = "1 true true 0" ]
	[[ $(result '[.steps[].kind] | join(" ")') == *"migrate offline" ]]
	is "kmem 8 movable" dax0.0
	settled
	daxbus_says 0 drain dax0.0 --dry-run
	[[ $output == "DEVICE BLOCK "*$'\n'"dax0.0: 1"*" must move from node 1"*": it fits"$'\n'* ]]
}

@test "drain: memory of a process, tmpfs: offline, the data is kept" {
	hold 1 fill 500
	mkdir $BATS_TEST_TMPDIR/tmpfs
	mount -t tmpfs -o mpol=prefer:1,size=200M tmpfs $BATS_TEST_TMPDIR/tmpfs
	head -c 50M /dev/urandom >$BATS_TEST_TMPDIR/tmpfs/data
	sum=$(cksum <$BATS_TEST_TMPDIR/tmpfs/data)
	drained
	[ "$(forecast '.to_move >= 550 * 1048576')" = true ]
	[ "$(cksum <$BATS_TEST_TMPDIR/tmpfs/data)" = "$sum" ]
	[ -e /proc/$holder ]
	restored
}

# With nodeN/reclaim (Linux 6.17) the caches of the node are dropped, without it those of all nodes with --drop-caches.
@test "drain: clean cache of a file: dropped if it can be, otherwise moved, the file is kept" {
	local sum has_reclaim=""
	disk
	pushd $disk >/dev/null
	hold 1 cache 100
	popd >/dev/null
	sum=$(cksum <$disk/data)
	[ "$(cached $disk/data)" = 100 ]
	[ ! -e $nodes/node1/reclaim ] || has_reclaim=yes
	daxbus_says 0 drain dax0.0 --dry-run --json
	[ "$(forecast '.droppable >= 100 * 1048576')" = true ]
	[ "$(forecast '.blocks | all(.clean == 0 or .forecast == "moves")')" = true ]
	[[ $(result '[.steps[].kind] | join(" ")') == *"${has_reclaim:+drop }migrate offline" ]]
	if [ ! "$has_reclaim" ]; then
		drained
		[ "$(cached $disk/data)" = 100 ]
		restored
		pushd $disk >/dev/null
		let_go
		hold 1 cache 100
		popd >/dev/null
		daxbus_says 0 drain dax0.0 --dry-run --json --drop-caches
		[[ $(result '[.steps[].kind] | join(" ")') == *"drop migrate offline" ]]
	fi
	drained --drop-caches
	# Some of it may be in use, and moves.
	[ "$(cached $disk/data)" -le 10 ]
	[ "$(cksum <$disk/data)" = "$sum" ]
	restored
}

@test "drain: --huge-pages=move, 300 of them: as many huge pages on another node; undone: pools as before" {
	[ "$(pool 1 300)" = 300 ]
	daxbus_says 0 drain dax0.0 --dry-run --json --huge-pages=move
	[[ $(result '[.steps[].kind] | join(" ")') == *"compact resize-pool resize-pool migrate offline" ]]
	[ "$(forecast '[.blocks[].hugetlb] | add')" = 629145600 ]
	hold 1 pin 0
	daxbus_says 1 drain dax0.0 --json --huge-pages=move --timeout=3
	undone block-pinned
	[ "$(pool 0) $(pool 1)" = "0 300" ]
	let_go
	drained --huge-pages=move
	[ "$(pool 0)" = 300 ]
	restored
}

@test "drain: --huge-pages=move, no room for them elsewhere: refused, pools unchanged" {
	[ "$(pool 1 100)" = 100 ]
	leave_free 100000
	before=$(pool 0)
	refuses no-room-elsewhere drain dax0.0 --huge-pages=move
	[ "$(pool 0) $(pool 1)" = "$before 100" ]
	free_all
}

@test "drain: --huge-pages=move, too few huge pages elsewhere: undone (no-room-elsewhere), pools as before" {
	[ "$(pool 1 20)" = 20 ]
	# The pool of the other node grows by none.
	strace -f -qq --seccomp-bpf -o /dev/null -P $nodes/node0/hugepages/hugepages-2048kB/nr_hugepages \
		-e inject=write:retval=2 "$daxbus" drain --huge-pages=move dax0.0 --json >"$BATS_TEST_TMPDIR/out" && false
	output=$(<"$BATS_TEST_TMPDIR/out")
	[ "$(result '"\(.result) \(.code)"')" = "undone no-room-elsewhere" ]
	[[ $(result .message) == "only 0 of 20 huge pages could be allocated: "* ]]
	[ "$(pool 0) $(pool 1)" = "0 20" ]
	settled
}

@test "drain: pinned page: undone (block-pinned) within the time, block, kind of page and process named" {
	hold 1 pin 0
	begin
	daxbus_says 1 drain --timeout=3 dax0.0 --json
	within 15
	undone block-pinned
	result '.notes[]' | grep -q "^use-memory ($holder).* has 4 KiB of memory block 3[2-9] mapped$"
	is "kmem 8 movable" dax0.0
}

@test "drain: page that is pinned for a while: offline when it is released" {
	hold 1 pin 0
	(pause 4 && kill $holder) 3>&- &
	drained --timeout=30
	restored
}

@test "drain: page that only a pipe holds: forecast held" {
	hold 1 held 0
	daxbus_says 0 drain --dry-run dax0.0 --json
	[ "$(forecast '[.blocks[] | select(.forecast == "held") | .held] | join(" ")')" = 4096 ]
}

@test "drain: process that allocates as fast as memory moves: ends by the deadline, offline or undone" {
	hold 1 churn 200
	begin
	run --separate-stderr "$daxbus" drain --timeout=10 dax0.0
	within 25
	[ -e /proc/$holder ]
	let_go
	case $status in
	0) is "kmem 8 offline" dax0.0 ;;
	1) is "kmem 8 movable" dax0.0 ;;
	*) wrong "exit status $status" ;;
	esac
	restored
}

# Only --force consents to that: the memory goes where the cpuset does not allow it.
@test "drain: process whose cpuset has this node only: refused (node-bound), named; --force: moved, cpuset unchanged" {
	mountpoint -q /sys/fs/cgroup || mount -t cgroup2 none /sys/fs/cgroup
	echo +cpuset >/sys/fs/cgroup/cgroup.subtree_control
	mkdir /sys/fs/cgroup/far
	echo 1 >/sys/fs/cgroup/far/cpuset.mems
	hold 1 fill 50
	echo $holder >/sys/fs/cgroup/far/cgroup.procs
	refuses node-bound drain dax0.0
	[[ $(result .message) == *"use-memory ($holder): cpuset of /far"* ]]
	is "kmem 8 movable" dax0.0
	drained --force
	[[ $(result '.notes[]') == *"use-memory ($holder): cpuset of /far"*"--force"* ]]
	[ -e /proc/$holder ]
	[ "$(cat /sys/fs/cgroup/far/cpuset.mems)" = 1 ]
	let_go
	restored
}

@test "offline: --make-room: as drain; without it, its options: exit 2" {
	daxbus_says 2 offline --drop-caches dax0.0
	daxbus_says 2 offline --huge-pages=move dax0.0
	daxbus_says 0 offline --make-room --size=256M dax0.0 --json
	is "kmem 6 movable 2 offline" dax0.0
	[ "$(forecast '.blocks | length')" = 8 ]
	daxbus_says 0 online dax0.0
	daxbus_says 0 offline --size=256M dax0.0 --json
	[ "$(jq .forecasts <<<"$output")" = null ]
	restored
}

@test "recover: drain killed at a step: memory, zones and pools as before" {
	local points point step at
	[ "${DAXBUS_LONG-}" ] || skip "only with --long"
	[ "$(pool 1 60)" = 60 ]
	strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -y -e trace=write "$daxbus" drain --huge-pages=move dax0.0
	daxbus_says 0 online dax0.0
	mapfile -t points < <(grep -nE '/(journal|state|nr_hugepages|reclaim|compact)>' "$BATS_TEST_TMPDIR/trace" | cut -d: -f1)
	# The last ones are after the change.
	[ ${#points[@]} -ge 12 ]
	step=$((${#points[@]} / 6))
	# Not i, which `run` of bats changes.
	for ((at = 2; at < ${#points[@]} - 2; at += step)); do
		point=${points[at]}
		pool 0 0
		[ "$(pool 1 60)" = 60 ]
		strace -f -qq -o /dev/null -e trace=write -e inject=write:signal=KILL:when=$point \
			"$daxbus" drain --huge-pages=move dax0.0 || true
		[ ! -e /run/daxbus/journal ] || daxbus_says 0 recover
		is "kmem 8 movable" dax0.0
		[ "$(pool 0) $(pool 1)" = "0 60" ] || wrong "killed at write $point: pools $(pool 0) and $(pool 1)"
		settled
	done
}

# The last test: what the kernel has allocated there may stay for good.
@test "drain: memory of the kernel in zone Normal: forecast, undone (block-busy) within the time, kind named" {
	daxbus_says 0 reconfigure --mode=kmem --online=kernel dax1.0
	hold 2 pipes 20
	begin
	daxbus_says 1 drain --timeout=3 dax1.0 --json
	within 15
	[ "$(result '"\(.result) \(.code)"')" = "undone block-busy" ]
	# Another note may come before it, such as that it cannot drop the caches of one node.
	[[ $(result '.notes[]') =~ "memory block 4"[0-7]" (zone Normal) has ".*" of other pages of the kernel" ]]
	block=$(result .message | grep -o 'block 4[0-7]' | cut -d' ' -f2)
	[ "$(forecast ".blocks[] | select(.block == $block) | .forecast")" = stays ]
	is "kmem 8 kernel" dax1.0
	settled
}
