#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# who: each way to use a device, or memory on its node, on a real kernel. Soft-reserved memory. Runs in the guest.

# names of guest.bash, paths that have no spaces, and what `run` sets
# shellcheck disable=SC2154,SC2086,SC2030,SC2031,SC2046
load guest

bind_memory=$PWD/test/vm/bind-memory
crowd=$PWD/test/vm/crowd

setup_file() { "$daxbus" reconfigure --mode=devdax dax0.0 dax1.0; }

# unshare blocks SIGTERM while its child lives; a crowd is a process group.
teardown() {
	local pid
	for pid in ${pids-}; do
		kill -KILL -- -$pid 2>/dev/null || kill -KILL $pid || true
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
	for _ in {1..600}; do
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

# As a container engine does it
@test "who: mapped in a mount and PID namespace with a cgroup, under another path: found from outside, container" {
	local id cgroup
	id=$(printf '%064x' 3054)
	cgroup=/sys/fs/cgroup/machine.slice/libpod-$id.scope
	mkdir -p /tmp/dev
	mknod /tmp/dev/x c $(stat -c '0x%t 0x%T' /dev/dax0.0)
	mountpoint -q /sys/fs/cgroup || mount -t cgroup2 none /sys/fs/cgroup
	mkdir -p $cgroup
	start mapped sh -c "echo \$\$ >$cgroup/cgroup.procs; exec unshare -mpf --kill-child --mount-proc $map_device /tmp/dev/x"
	run -0 who dax0.0 '.way == "mapped"'
	[ "$output" = "mapped map-device" ]
	[ "$("$daxbus" who --json dax0.0 | jq -r '.users[] | select(.way == "mapped").container')" = $id ]
	rm -r /tmp/dev
}

@test "who: page in a fixed buffer of io_uring, neither open nor mapped: process that may hold it" {
	start mapped $map_device /dev/dax0.0 uring
	run -0 who dax0.0 true
	[ "$output" = "may-hold map-device" ]
	[ "$("$daxbus" who --json dax0.0 | jq -r '.users[].detail')" = io_uring ]
	run -0 "$daxbus" who dax0.0
	[[ $output == *may-hold*map-device*io_uring ]]
}

@test "who: ordinary user: what it may see, incomplete" {
	start mapped $map_device /dev/dax0.0
	run -0 --separate-stderr as_user "$daxbus" who --json dax0.0
	[ "$(jq -c '[.users, .incomplete]' <<<"$output")" = '[[],true]' ]
	[[ $stderr == *"not all processes could be examined"* ]]
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
	local name=$'/tmp/cg/a\nb c'
	cp "$(type -P sleep)" "$name"
	"$name" 100 3<>/dev/dax0.0 &
	pids="$pids $!"
	run -0 "$daxbus" who -- dax0.0
	[ ${#lines[@]} = 3 ]
	[[ $output == *"a?b c"* ]]
}

@test "who: memory on the node of a device in kmem: process with its kind, kernel" {
	"$daxbus" reconfigure --mode=kmem dax0.0
	start ready $use_memory "$(device dax0.0 .target_node)" fill 64
	run -0 "$daxbus" who --json dax0.0
	[ "$(jq -r '.users[] | select(.way == "memory" and .name == "use-memory") | .anon >= 67108864' <<<"$output")" = true ]
	# In zone Movable it need not have anything.
	[ "$(jq '[.users[] | select(.way == "kernel")] | length' <<<"$output")" -le 1 ]
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

# opener: a process that has the device open, which is sleep by then
opener() {
	sleep 1000 3<>/dev/dax0.0 &
	pids="${pids-} $!"
	until [ "$(</proc/$!/comm)" = sleep ]; do sleep 0.1; done
}

# crowd N: so many processes, and one that has the device open
crowd() {
	start ready setsid $crowd "$1"
	opener
}

# timed NAME: who, with the time that it takes
timed() {
	local start end
	start=${EPOCHREALTIME/./}
	run -0 who dax0.0 true
	end=${EPOCHREALTIME/./}
	echo "# $1: $(((end - start) / 1000)) ms" >&3
	[ "$output" = "open sleep" ]
}

@test "who: 1000 processes: the one that has the device open" {
	crowd 1000
	timed '1000 processes'
}

@test "who: 10000 processes: the one that has the device open" {
	[ "${DAXBUS_LONG-}" ] || skip 'with --long'
	crowd 10000
	timed '10000 processes'
}

# Each lives for a moment only.
@test "who: processes come and go: each time the one that has the device open" {
	opener
	while :; do (true); done 3>&- &
	pids="$pids $!"
	for _ in {1..20}; do
		run -0 --separate-stderr "$daxbus" who --json dax0.0
		[ "$(jq -c '[.incomplete, (.users | map("\(.way) \(.name)"))]' <<<"$output")" = '[false,["open sleep"]]' ]
	done
}
