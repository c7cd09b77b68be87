#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree
#
# Who uses devices: what needs no device. See test/vm/who.bats for the rest.

load cli

setup()
{
	tree_with_two
}

@test "who: no selector: exit 2" {
	daxbus who
	is_status 2
	[[ $stderr == *'SELECTOR'* ]] || mismatch
}

@test "who: unknown device: exit 3" {
	daxbus who --sysroot "$tree" dax7.0
	is_status 3
	is_output ''
}

@test "who: captured tree: nobody, says that there are no processes" {
	daxbus who --sysroot "$tree" dax0.0
	is_status 0
	is_output ''
	is_stderr 'daxbus: not all processes could be examined: a captured tree has none'
	daxbus who --sysroot "$tree" dax0.0 --json
	is_status 0
	[[ $(json '[.incomplete, .users]') == '[true,[]]' ]] || mismatch
}

# A process of the tree with memory on node 1, under a hostile name.
@test "who: memory on the node, hostile name: kinds in bytes, no control characters" {
	sed -i s/device_dax/kmem/ "$tree"/sys/devices/platform/hmem.0/dax0.0/uevent
	mkdir -p "$tree"/proc/9/task/9
	touch "$tree"/proc/9/exe
	printf 'a\e[2J\nb' > "$tree"/proc/9/comm
	echo '0::/system.slice/evil.service' > "$tree"/proc/9/cgroup
	printf '7f00 default anon=4 N1=4 kernelpagesize_kB=4\n7f01 default huge N1=1 kernelpagesize_kB=2048\n' > "$tree"/proc/9/numa_maps
	daxbus who --sysroot "$tree" dax0.0
	is_status 0
	is_output \
'DEVICE WAY    PID NAME    UNIT         CONTAINER   MEMORY DETAIL
dax0.0 memory   9 a?[2J?b evil.service -         2064 KiB anon 16 KiB, hugetlb 2 MiB'
	daxbus who --sysroot "$tree" dax0.0 --json
	[[ $(json '.users[0] | [.pid, .bytes, .anon, .hugetlb, .file, .unit, .container]') == \
		'[9,2113536,16384,2097152,null,"evil.service",null]' ]] || mismatch numbers
	python3 -c 'import jsonschema' || skip 'no python3-jsonschema here'
	is_valid who
}
