#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# list on soft-reserved memory: two regions of 1 GiB on nodes 1 and 2; new memory stays offline. Runs in the guest. The
# last test leaves memory stuck on purpose.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

setup_file() { modprobe kmem; }

@test "list: soft-reserved memory: two regions with size, node and mapping" {
	json '.regions[] | select(.region < 2) | [.region, .provider, .size, .dynamic, .target_node] | @tsv' \
		>"$BATS_TEST_TMPDIR/regions"
	printf '0\thmem\t1073741824\ttrue\t1\n1\thmem\t1073741824\ttrue\t2\n' | diff - "$BATS_TEST_TMPDIR/regions"
	[ "$(json '.devices[0].mappings ==
		[{"start":4294967296,"end":5368709119,"page_offset":0,"size":1073741824}]')" = true ]
}

@test "list: duplicate devices of kernel 5.10: flag phantom" {
	if [ "$(kernel)" = 5.10 ]; then
		[ "$(json '[.devices[] | select(.flags == ["phantom"]).device] | tojson')" = '["dax2.0","dax3.0"]' ]
	else
		[ "$(json '[.devices[] | select(.flags != [])] | length')" = 0 ]
	fi
	# The flag does not depend on other devices being selected.
	[ "$("$daxbus" list -n -r -o flags dax0.0)" = - ]
	[ "$(kernel)" != 5.10 ] || [ "$("$daxbus" list -n -r -o flags dax2.0)" = phantom ]
}

@test "list: attributes of a node without and with memory online: null, then set" {
	bind dax1.0 kmem
	[ "$(device dax1.0 .performance)" = null ]
	online "$(first_block dax1.0)" online_movable
	[ "$(device dax1.0 '.performance ==
		{"read_latency_ns":400,"write_latency_ns":400,"read_bandwidth_mbs":10240,"write_bandwidth_mbs":10240}')" = true ]
	[ "$(device dax1.0 .distance)" -gt 10 ]
	if kernel_at_least 6.1; then
		[ "$(device dax1.0 .memory_tier)" -gt 4 ]
	else
		[ "$(device dax1.0 .memory_tier)" = null ]
	fi
	online "$(first_block dax1.0)" offline
}

# /proc/zoneinfo instead of the blocks: the same counts for every combination of states
@test "list: block counts from /proc/zoneinfo: exact in every state" {
	bind dax1.0 kmem
	first=$(first_block dax1.0)
	assert_counts dax1.0
	for n in 7 6 5 4 3 2 1 0; do
		online $((first + n)) online_movable
		assert_counts dax1.0
	done
	[ "$(strace -f -qq -e trace=openat,openat2 "$daxbus" list dax1.0 2>&1 | grep -c valid_zones)" = 0 ]
	for n in 7 5 3 1; do
		online $((first + n)) offline
		assert_counts dax1.0
	done
	for n in 6 4 2 0; do online $((first + n)) offline; done
	assert_counts dax1.0
}

@test "list: two devices on one node: block counts of each" {
	unbind dax0.0
	echo $((512 << 20)) >$devices/dax0.0/size
	region=$(readlink -f $devices/dax0.0)/../dax_region
	echo 1 >"$region/create"
	second=$(cat "$region/create")
	echo $((512 << 20)) >"$devices/$second/size"
	bind dax0.0 kmem
	bind "$second" kmem
	assert_counts dax0.0
	assert_counts "$second"
	online "$(first_block dax0.0)" online_movable
	assert_counts dax0.0
	assert_counts "$second"
	first=$(first_block dax0.0)
	for ((n = 1; n < 8; n++)); do online $((first + n)) online_movable; done
	assert_counts dax0.0
	assert_counts "$second"
	# All blocks of the node have the same state: only /proc/zoneinfo is read for both.
	[ "$(strace -f -qq -e trace=openat,openat2 "$daxbus" list 2>&1 | grep -c 'memory3[0-9]/valid_zones')" = 0 ]
	for ((n = 7; n >= 0; n--)); do online $((first + n)) offline; done
	assert_same_view
}

# looked_up WHAT: lines of a trace of `list` that contain it
looked_up() {
	strace -f -qq -e trace=openat,openat2,pread64 "$daxbus" list 2>&1 | grep -c "$1" || true
}

# the devices of the test before: four blocks each of the same node
find_two() {
	second=$(basename $devices/dax0.[1-9]*)
	first=$(first_block dax0.0)
}

assert_both() {
	assert_counts dax0.0
	assert_counts "$second"
}

# In these states the zones leave a question, which /proc/kpageflags answers.
@test "list: two devices on one node, some blocks online: counts from page flags exact" {
	find_two
	for word in online_movable:0 online_movable:7 online_movable:2 online_movable:5 offline:0 online_movable:4; do
		online $((first + ${word#*:})) "${word%:*}"
		assert_both
	done
	# 2, 4, 5 and 7 are online.
	[ "$(looked_up 'memory3[0-9]/valid_zones')" = 0 ]
	looked_up=$(looked_up pread64)
	[ "$looked_up" -gt 0 ]
	[ "$looked_up" -le 8 ]
}

# As in a container. The file of each block that is in question is read instead.
@test "list: page flags denied or empty: same counts from block files" {
	find_two
	: >"$BATS_TEST_TMPDIR/empty"
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	for file in /dev/null "$BATS_TEST_TMPDIR/empty" "$BATS_TEST_TMPDIR/fifo"; do
		mount --bind "$file" /proc/kpageflags
		assert_both
		[ "$(looked_up 'memory3[0-9]/valid_zones')" -gt 0 ]
		umount /proc/kpageflags
	done
}

@test "list: poisoned page: counts of its block exact, online and offline" {
	find_two
	for page in 0 $(((128 << 20) - 4096)); do
		printf '%#x' $(((first + 5) * (128 << 20) + page)) >$memory/hard_offline_page
	done
	assert_both
	online $((first + 5)) offline
	assert_both
	for n in 2 4 7; do online $((first + n)) offline; done
	assert_both
}

@test "list: blocks that vanish meanwhile: all counted or none" {
	find_two
	(for n in 1 2 3; do
		unbind "$second"
		echo "$second" >$drivers/kmem/bind
	done) &
	while kill -0 $! 2>/dev/null; do
		json '.devices[] | select(.mode == "kmem").memory | [.blocks, .online, .offline] | @tsv' \
			>>"$BATS_TEST_TMPDIR/counts"
	done
	wait $!
	awk -F '\t' '$2 != "" && ($2 != 0 || $3 != $1) { print; wrong = 1 } END { exit wrong }' "$BATS_TEST_TMPDIR/counts"
	assert_same_view
}

@test "list: state attribute of kernel 7.3: shown as kernel_state" {
	bind dax1.0 kmem
	if kernel_at_least 7.3; then
		[ "$(device dax1.0 .kernel_state)" = "$(cat $devices/dax1.0/state)" ]
		echo unplugged >$devices/dax1.0/state
		[ "$(device dax1.0 '[.kernel_state, .memory.blocks, .flags] | tojson')" = '["unplugged",0,[]]' ]
		echo online_movable >$devices/dax1.0/state
		assert_counts dax1.0
		echo unplugged >$devices/dax1.0/state
	else
		[ "$(device dax1.0 .kernel_state)" = null ]
	fi
}

@test "list: range not aligned: flag misaligned" {
	unbind dax1.0
	region=$(readlink -f $devices/dax1.0)/../dax_region
	echo $((2 << 20)) >$devices/dax1.0/size
	echo 1 >"$region/create"
	shifted=$(cat "$region/create")
	echo 0x140201000-0x140400fff >"$devices/$shifted/mapping"
	[ "$("$daxbus" list -n -r -o flags "$shifted")" = misaligned ]
	[ "$(device "$shifted" '.flags | tojson')" = '["misaligned"]' ]
	[ "$("$daxbus" list -n -r -o flags dax1.0)" = - ]
	echo 0 >"$devices/$shifted/size"
	echo "$shifted" >"$region/delete"
	echo $((1 << 30)) >$devices/dax1.0/size
}

@test "list: kmem, blocks in several zones: counts and zones" {
	bind dax1.0 kmem
	local block
	block=$(first_block dax1.0)
	online "$block" online_kernel
	online $((block + 6)) online_movable
	online $((block + 7)) online_movable
	[ "$(device dax1.0 '.memory ==
		{"blocks":8,"online":3,"movable":2,"kernel":1,"offline":5,"missing":0,"usable":1073741824,"lost":0}')" = true ]
	assert_counts dax1.0
	assert_same_view
	printf '%d 1 online Normal\n%d-%d 5 offline Normal,Movable\n%d-%d 2 online Movable\n' "$block" \
		$((block + 1)) $((block + 5)) $((block + 6)) $((block + 7)) >"$BATS_TEST_TMPDIR/wanted"
	diff "$BATS_TEST_TMPDIR/wanted" <("$daxbus" list --blocks -n -r -o block,count,state,zones dax1.0)
	"$daxbus" list --blocks --split -n -r -o block,state,zones mode=kmem,device=dax1.0 >"$BATS_TEST_TMPDIR/blocks"
	printf '%d online Normal\n' "$block" >"$BATS_TEST_TMPDIR/wanted"
	for n in 1 2 3 4 5; do printf '%d offline Normal,Movable\n' $((block + n)); done >>"$BATS_TEST_TMPDIR/wanted"
	printf '%d online Movable\n' $((block + 6)) $((block + 7)) >>"$BATS_TEST_TMPDIR/wanted"
	diff "$BATS_TEST_TMPDIR/wanted" "$BATS_TEST_TMPDIR/blocks"
}

# The block in zone Normal may hold data structures of its node, and then cannot go offline again.
@test "list: memory left online by kmem: flag stuck" {
	[ "$(device dax1.0 .memory.online)" = 3 ]
	unbind dax1.0
	[ "$(device dax1.0 '[.mode, .state, .flags] | tojson')" = '[null,"disabled",["stuck"]]' ]
	[ "$("$daxbus" list -n -r -o device flags=stuck)" = dax1.0 ]
	[ "$("$daxbus" list --blocks -n -r -o device,state dax1.0 | sort -u | grep -xc 'dax1.0 online')" = 1 ]
}

# The last test, as the one before it: zone Normal may keep its blocks.
@test "list: two devices on one node, blocks in two zones: counts exact" {
	find_two
	for word in movable:6 kernel:1 kernel:4 movable:3; do
		online $((first + ${word#*:})) "online_${word%:*}"
		assert_both
	done
}
