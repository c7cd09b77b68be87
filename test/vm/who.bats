#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# who: each way to use a device, or memory on its node, on a real kernel. Soft-reserved memory. Runs in the guest.

# names of guest.bash, paths that have no spaces, and what `run` sets
# shellcheck disable=SC2154,SC2086,SC2030,SC2031,SC2046
load guest

bind_memory=$PWD/test/vm/bind-memory

setup_file() { "$daxbus" reconfigure --mode=devdax dax0.0 dax1.0; }

# unshare blocks SIGTERM while its child lives.
teardown() {
	local pid
	for pid in ${pids-}; do
		kill -KILL $pid || true
		wait $pid || true
	done
}

# start WORD COMMAND...: run a command in the background until it prints the word
start() {
	local word=$1 out
	shift
	out=$(mktemp)
	"$@" >$out 3>&- &
	pids="${pids-} $!"
	for _ in {1..100}; do
		! grep -q $word $out || return 0
		sleep 0.1
	done
	false
}

# who DEVICE FILTER: the users that a filter of jq selects, as "WAY NAME", by line
who() { "$daxbus" who --json $1 | jq -r ".users[] | select($2) | \"\(.way) \(.name)\""; }

@test "who: nobody: nothing but the kernel" {
	run -0 --separate-stderr "$daxbus" who dax0.0
	[ "$output$stderr" = "" ]
}

@test "who: open, and mapped after the file was closed: each process in its way" {
	start mapped $map_device /dev/dax0.0
	sleep 100 3<>/dev/dax0.0 &
	pids="$pids $!"
	run -0 who dax0.0 true
	[ "$output" = "open sleep
mapped map-device" ]
	[ "$("$daxbus" who --json dax0.0 | jq .incomplete)" = false ]
	# The other device is not concerned.
	run -0 who dax1.0 true
	[ "$output" = "" ]
}

@test "who: mapped in a mount and PID namespace, under another path: found from outside" {
	mkdir -p /tmp/dev
	mknod /tmp/dev/x c $(stat -c '0x%t 0x%T' /dev/dax0.0)
	start mapped unshare -mpf --kill-child --mount-proc $map_device /tmp/dev/x
	run -0 who dax0.0 '.way == "mapped"'
	[ "$output" = "mapped map-device" ]
	rm -r /tmp/dev
}

@test "who: cgroup of a service, hostile name: unit, no control characters" {
	mkdir -p /tmp/cg
	mountpoint -q /sys/fs/cgroup || mount -t cgroup2 none /sys/fs/cgroup
	mkdir -p /sys/fs/cgroup/system.slice/holder.service
	cp "$(type -P sleep)" $'/tmp/cg/x\e[2J'
	$'/tmp/cg/x\e[2J' 100 3<>/dev/dax0.0 &
	pids="$!"
	echo $! >/sys/fs/cgroup/system.slice/holder.service/cgroup.procs
	run -0 "$daxbus" who dax0.0
	[[ $output == *"x?[2J"*"holder.service"* && $output != *$'\e'* ]]
}

@test "who: memory on the node of a device in kmem: process with its kind, kernel" {
	"$daxbus" reconfigure --mode=kmem dax0.0
	start ready $use_memory "$(device dax0.0 .target_node)" fill 64
	run -0 "$daxbus" who --json dax0.0
	[ "$(jq -r '.users[] | select(.way == "memory" and .name == "use-memory") | .anon >= 67108864' <<<"$output")" = true ]
	[ "$(jq '[.users[] | select(.way == "kernel")] | length' <<<"$output")" = 1 ]
	kill $pids
	wait $pids || true
	pids=""
	"$daxbus" reconfigure --mode=devdax dax0.0
}

@test "who: bound to the node by a policy, by a cpuset: process, by what" {
	local node
	"$daxbus" reconfigure --mode=kmem dax0.0
	node=$(device dax0.0 .target_node)
	start ready $bind_memory bind $node task
	run -0 "$daxbus" who --json dax0.0
	[ "$(jq -r '.users[] | select(.way == "bound") | "\(.name) \(.detail)"' <<<"$output")" = "bind-memory bind:$node" ]
	kill $pids
	wait $pids || true
	pids=""
	mountpoint -q /sys/fs/cgroup || mount -t cgroup2 none /sys/fs/cgroup
	echo +cpuset >/sys/fs/cgroup/cgroup.subtree_control
	mkdir -p /sys/fs/cgroup/far
	echo $node >/sys/fs/cgroup/far/cpuset.mems
	sleep 100 &
	pids="$!"
	echo $! >/sys/fs/cgroup/far/cgroup.procs
	run -0 "$daxbus" who --json dax0.0
	[ "$(jq -r '.users[] | select(.way == "bound") | "\(.name) \(.detail)"' <<<"$output")" = "sleep cpuset of /far" ]
	kill $pids
	wait $pids || true
	pids=""
	rmdir /sys/fs/cgroup/far
	"$daxbus" reconfigure --mode=devdax dax0.0
}

@test "who: 1000 processes: the one that has the device open" {
	local i start end
	for ((i = 0; i < 1000; i++)); do
		sleep 1000 3>&- &
		pids="${pids-} $!"
	done
	sleep 1000 3<>/dev/dax0.0 &
	pids="$pids $!"
	start=${EPOCHREALTIME/./}
	run -0 who dax0.0 true
	end=${EPOCHREALTIME/./}
	echo "# 1000 processes: $(((end - start) / 1000)) ms" >&3
	[ "$output" = "open sleep" ]
}
