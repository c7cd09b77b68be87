#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Processes that may use memory of one node only, while the node loses its last memory: the kernel kills them when they
# allocate. Soft-reserved memory; new memory stays offline. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

bind_memory=$PWD/test/vm/bind-memory

setup_file() {
	cat $memory/auto_online_blocks >"$BATS_FILE_TMPDIR/policy"
	policy offline
	"$daxbus" reconfigure --mode=kmem dax0.0
}

teardown_file() {
	"$daxbus" reconfigure --mode=devdax dax0.0
	policy "$(cat "$BATS_FILE_TMPDIR/policy")"
}

setup() {
	remember
	started=()
	node=$(<$devices/dax0.0/target_node)
}

teardown() { end_all; }

# start POLICY NODES SCOPE [COMMAND...]: start bind-memory, by that command; its process in $pid
start() {
	local ready=$BATS_TEST_TMPDIR/ready policy=$1 nodes=$2 scope=$3
	shift 3
	rm -f "$ready"
	"$@" "$bind_memory" "$policy" "$nodes" "$scope" >"$ready" 3>&- &
	pid=$!
	started+=("$pid")
	until [ -s "$ready" ]; do
		[ -e "/proc/$pid" ] || return 1
		pause 0.02
	done
}

end_all() {
	local process
	for process in "${started[@]}"; do
		kill -KILL "$process" 2>/dev/null || true
		wait "$process" 2>/dev/null || true
	done
	started=()
}

# alive PID...: these processes exist, and were not killed
alive() {
	local process state
	for process in "$@"; do
		state=Z
		read -r _ _ state _ <"/proc/$process/stat" || true
		[[ $state != Z ]] || wrong "process $process was killed"
	done
}

# cpuset NAME NODES: make a cgroup whose processes may use memory of these nodes only
cpuset() {
	mountpoint -q /sys/fs/cgroup || mount -t cgroup2 none /sys/fs/cgroup
	echo +cpuset >/sys/fs/cgroup/cgroup.subtree_control
	mkdir -p "/sys/fs/cgroup/$1"
	echo "$2" >"/sys/fs/cgroup/$1/cpuset.mems"
}

# enter NAME COMMAND...: run a command in a cgroup
enter() {
	echo $BASHPID >"/sys/fs/cgroup/$1/cgroup.procs"
	exec "${@:2}"
}

# start_own_tmpfs DIRECTORY: a process with a tmpfs there that is bound to the node, in a mount namespace of its own
start_own_tmpfs() {
	unshare --mount sh -c "mount -t tmpfs -o mpol=bind:$node none '$1'; echo ready; exec sleep 600" \
		>"$BATS_TEST_TMPDIR/ready" 3>&- &
	pid=$!
	started+=("$pid")
	until [ -s "$BATS_TEST_TMPDIR/ready" ]; do pause 0.02; done
}

@test "offline, reconfigure, resize, destroy: process bound to the node: refused (node-bound), process lives" {
	start bind $node task
	for command in offline "reconfigure --mode=devdax" "reconfigure --mode=kmem --online=kernel" "resize --size=512M" \
		destroy; do
		refuses node-bound $command dax0.0
		[[ $(result .message) == *"bind-memory ($pid): bind:$node"* ]]
	done
	is "kmem 8 movable" dax0.0
	alive $pid
}

@test "offline: thread or mapping bound to the node: refused (node-bound)" {
	start bind $node thread
	refuses node-bound offline dax0.0
	end_all
	start bind=static $node mapping
	refuses node-bound offline dax0.0
	[[ $(result .message) == *"bind=static:$node"* ]]
	end_all
	start bind=relative $node mapping
	refuses node-bound offline dax0.0
	alive $pid
}

@test "offline: seven processes bound: five named, two counted" {
	for _ in 1 2 3 4 5 6 7; do
		start bind $node task
		kill -STOP $pid
	done
	refuses node-bound offline dax0.0
	[ "$(result .message | grep -o 'bind-memory (' | wc -l)" = 5 ]
	[[ $(result .message) == *"and 2 more"* ]]
}

@test "offline: other policies, processes allocate meanwhile: done, processes live" {
	start default 0 task
	start prefer $node task
	start interleave $node task
	start interleave 0,$node mapping
	start bind 0,$node task
	start bind=static 0,$node mapping
	start bind 0 task
	if kernel_at_least 6.9; then start weighted $node task; fi
	daxbus_says 0 offline dax0.0
	is "kmem 8 offline" dax0.0
	alive "${started[@]}"
	daxbus_says 0 online dax0.0
	is "kmem 8 movable" dax0.0
	settled
}

@test "offline: process bound, node keeps memory: done, process lives" {
	start bind $node task
	daxbus_says 0 offline --size=512M dax0.0
	is "kmem 4 movable 4 offline" dax0.0
	alive $pid
	refuses node-bound offline dax0.0
	daxbus_says 0 online dax0.0
	alive $pid
	settled
}

@test "offline: process bound, other device of the node has memory: done, refused for the other (node-bound)" {
	daxbus_says 0 resize --size=512M dax0.0
	daxbus_says 0 create --region=0 --size=512M --mode=kmem --json
	other=$(result .device)
	start bind $node task
	daxbus_says 0 offline dax0.0
	alive $pid
	refuses node-bound offline $other
	refuses node-bound destroy $other
	alive $pid
	end_all
	daxbus_says 0 destroy $other
	daxbus_says 0 resize --size=max dax0.0
	daxbus_says 0 online dax0.0
	is "kmem 8 movable" dax0.0
	settled
}

# The process does not allocate meanwhile: otherwise the kernel would kill it, with messages that fail the run.
@test "offline: process bound, --force: done, with a note" {
	start bind $node task
	kill -STOP $pid
	daxbus_says 0 offline --force dax0.0 --json
	is "kmem 8 offline" dax0.0
	[[ $(result '.notes[]') == *"bind-memory ($pid): bind:$node"*"--force"* ]]
	kill -CONT $pid
	pause 0.2
	alive $pid
	daxbus_says 0 online dax0.0
	settled
}

@test "offline: cpuset with this node only: refused (node-bound), done after cpuset.mems changed" {
	cpuset far $node
	start default 0 task enter far
	refuses node-bound offline dax0.0
	[[ $(result .message) == *"bind-memory ($pid): cpuset of /far"* ]]
	echo 0 >/sys/fs/cgroup/far/cpuset.mems
	daxbus_says 0 offline dax0.0
	alive $pid
	daxbus_says 0 online dax0.0
	end_all
	rmdir /sys/fs/cgroup/far
	settled
}

@test "offline: cgroup v1 cpuset with this node only: refused (node-bound), done after cpuset.mems changed" {
	local group=$BATS_TEST_TMPDIR/cpuset
	mkdir "$group"
	mount -t cgroup -o cpuset none "$group" 2>/dev/null || skip "this kernel has no cpusets of version 1"
	mkdir "$group/far"
	cat "$group/cpuset.cpus" >"$group/far/cpuset.cpus"
	echo $node >"$group/far/cpuset.mems"
	start default 0 task
	echo $pid >"$group/far/tasks"
	refuses node-bound offline dax0.0
	[[ $(result .message) == *"bind-memory ($pid): cpuset of /far"* ]]
	echo 0 >"$group/far/cpuset.mems"
	daxbus_says 0 offline dax0.0
	alive $pid
	daxbus_says 0 online dax0.0
	end_all
	rmdir "$group/far"
	umount "$group"
	settled
}

@test "offline: cpuset with this node only, no process: done, process that enters it lives" {
	cpuset far $node
	daxbus_says 0 offline dax0.0
	start default 0 task enter far
	pause 0.1
	alive $pid
	end_all
	daxbus_says 0 online dax0.0
	rmdir /sys/fs/cgroup/far
	settled
}

@test "offline: tmpfs bound to the node: refused (node-bound), done with another policy" {
	local directory=$BATS_TEST_TMPDIR/tmpfs
	mkdir "$directory"
	mount -t tmpfs -o mpol=bind:$node none "$directory"
	echo data >"$directory/file"
	refuses node-bound offline dax0.0
	[[ $(result .message) == *": tmpfs on $directory, bind:$node"* ]]
	for policy in bind:0,$node prefer:$node default; do
		mount -o remount,mpol=$policy "$directory"
		daxbus_says 0 offline dax0.0
		[ "$(<"$directory/file")" = data ]
		daxbus_says 0 online dax0.0
	done
	umount "$directory"
	# In a mount namespace of its own.
	start_own_tmpfs "$directory"
	refuses node-bound offline dax0.0
	[[ $(result .message) == *" ($pid): tmpfs on $directory, bind:$node"* ]]
	end_all
	settled
}

@test "offline: bound process moved to a cpuset with another node: done, process lives" {
	cpuset near 0
	for scope in task thread mapping; do
		start bind=static $node $scope
		refuses node-bound offline dax0.0
		echo $pid >/sys/fs/cgroup/near/cgroup.procs
		daxbus_says 0 offline dax0.0
		alive $pid
		daxbus_says 0 online dax0.0
		end_all
	done
	rmdir /sys/fs/cgroup/near
	settled
}

@test "offline: own PID namespace: refused (holders-unknown), done with --force" {
	local contained=(unshare --pid --fork --mount-proc "$daxbus")
	run --separate-stderr "${contained[@]}" offline dax0.0 --json
	[ "$status" -eq 5 ]
	[ "$(result .code)" = holders-unknown ]
	run --separate-stderr "${contained[@]}" offline --force dax0.0
	[ "$status" -eq 0 ]
	is "kmem 8 offline" dax0.0
	daxbus_says 0 online dax0.0
	settled
}

# The process that reads numa_maps is delayed, as the kernel does with hundreds of gigabytes; strace waits for it.
@test "offline: SIGINT while a large process is examined: refused (interrupted) within two seconds" {
	local tracer run begun
	start default 0 sparse
	strace -f -qq -o /dev/null -P /proc/$pid/numa_maps -e trace=read -e inject=read:delay_enter=20000000 \
		env --default-signal=INT "$daxbus" offline dax0.0 --json >"$BATS_TEST_TMPDIR/says" 2>/dev/null 3>&- &
	tracer=$!
	started+=("$tracer")
	pause 4
	run=$(pgrep -P $tracer)
	[[ $(</proc/$run/cmdline) == *daxbus* ]]
	begun=$SECONDS
	kill -INT $run
	while [ -e /proc/$run ] && read -r _ _ state _ </proc/$run/stat && [ "$state" != Z ]; do pause 0.1; done
	[ $((SECONDS - begun)) -le 2 ]
	output=$(<"$BATS_TEST_TMPDIR/says")
	[ "$(result '"\(.result) \(.code)"')" = "refused interrupted" ]
	is "kmem 8 movable" dax0.0
	# Undisturbed, the large process is examined to its end.
	end_all
	start bind $node sparse
	refuses node-bound offline dax0.0
	settled
}

# strace delays the return from the first block that goes offline.
@test "offline: process bound while the blocks go: undone (node-bound), process lives" {
	local file=$memory/memory$(($(first_block dax0.0) + 1))/state state
	strace -f -o /dev/null -P $file -e trace=write -e inject=write:delay_exit=3000000 "$daxbus" offline --json dax0.0 \
		>"$BATS_TEST_TMPDIR/says" 2>/dev/null 3>&- &
	local tracer=$!
	until read -r state <$file && [ "$state" = offline ]; do
		[ -e /proc/$tracer ]
		pause 0.02
	done
	start bind $node task
	wait $tracer && wrong "daxbus succeeded"
	output=$(<"$BATS_TEST_TMPDIR/says")
	[ "$(result '"\(.result) \(.code)"')" = "undone node-bound" ]
	[[ $(result .message) == *"bind-memory ($pid): bind:$node"* ]]
	is "kmem 8 movable" dax0.0
	alive $pid
	settled
}
