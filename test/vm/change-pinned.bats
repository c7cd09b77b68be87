#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Memory that does not go offline because something has pinned a page of it. dax0.0 is soft-reserved memory of 1 GiB, node 1;
# new memory stays offline. Runs in the guest, and restores the device.

# names of guest.bash
# shellcheck disable=SC2154
load guest

# Tests of other files leave it smaller.
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
}

# within SECONDS: less has passed since begin
begin() { begun=$SECONDS; }
within() { [ $((SECONDS - begun)) -lt "$1" ] || wrong "it took $((SECONDS - begun)) s"; }

# is_pinned: the last command was undone, and named the block, the page frame and the process
is_pinned() {
	[ "$(result '"\(.result) \(.code)"')" = "undone block-pinned" ]
	[[ $(result .message) =~ block\ 3[2-9]\ of\ dax0.0 ]]
	[[ $(result .message) =~ "could not move page frame "0x1[0-3][0-9a-f]{4} ]]
	result '.notes[]' | grep -q "^use-memory ($holder) may hold memory of node 1: it has .* there, and uses pipes (2)$"
	is "kmem 8 movable" dax0.0
	settled
}

@test "offline, reconfigure: pinned page: undone (block-pinned) after --timeout, page and process named" {
	hold 1 pin 0
	begin
	daxbus_says 1 offline --timeout=2 dax0.0 --json
	within 15
	is_pinned
	begin
	daxbus_says 1 reconfigure --mode=devdax --timeout=1 dax0.0 --json
	within 15
	is_pinned
	let_go
	daxbus_says 0 offline dax0.0
	is "kmem 8 offline" dax0.0
	daxbus_says 0 online dax0.0
	settled
}

@test "offline: pinned page, no --timeout: undone (block-pinned) after 30 seconds" {
	[ "${DAXBUS_LONG-}" ] || skip "only with --long"
	hold 1 pin 0
	begin
	daxbus_says 1 offline dax0.0 --json
	within 90
	is_pinned
}

@test "offline: pinned page, SIGINT: undone (interrupted) within two seconds" {
	local pid status=0
	hold 1 pin 0
	# Bash has commands in the background ignore SIGINT.
	env --default-signal=INT "$daxbus" offline --timeout=forever dax0.0 --json >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	pid=$!
	pause 2.5
	[ -e /proc/$pid ]
	begin
	kill -INT $pid
	wait $pid || status=$?
	[ "$status" = 1 ]
	[ "$(jq -r '.results[0] | "\(.result) \(.code)"' "$BATS_TEST_TMPDIR/out")" = "undone interrupted" ]
	within 3
	is "kmem 8 movable" dax0.0
	settled
}

@test "offline: memory in use that can move, --timeout=1: changed" {
	hold 1 fill 200
	daxbus_says 0 offline --timeout=1 dax0.0
	is "kmem 8 offline" dax0.0
	let_go
	daxbus_says 0 online dax0.0
	settled
}

# pool [NUMBER]: the number of huge pages of node 1, or set it
pool() {
	local file=/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages
	if [ $# = 1 ]; then echo "$1" >$file; fi
	cat $file 2>/dev/null || echo 0
}

@test "offline: huge pages on the node: restored if the change is undone, otherwise noted" {
	local file=node1/hugepages/hugepages-2048kB/nr_hugepages
	[ "$(pool 40)" = 40 ]
	daxbus_says 0 offline dax0.0 --dry-run --json
	[ "$(result '[.steps[].kind] | join(" ")')" = "pool offline" ]
	[[ $(result '.notes[]') == *"up to 40 huge pages of 2 MiB on node 1 "* ]]
	hold 1 pin 0
	daxbus_says 1 offline --timeout=1 dax0.0 --json
	[ "$(result '"\(.result) \(.code)"')" = "undone block-pinned" ]
	[ "$(pool)" = 40 ]
	[[ $(result '.notes[]') != *"could be restored"* ]]
	let_go
	daxbus_says 0 offline dax0.0 --json
	[[ $(result '.notes[]') == *"40 of 40 huge pages were dissolved by the kernel: "*/$file* ]]
	daxbus_says 0 online dax0.0
	[ "$(pool)" = 0 ]
	settled
}

@test "recover: run killed while it took memory offline: huge pages restored" {
	[ "$(pool 200)" = 200 ]
	strace -f -qq --seccomp-bpf -o "$BATS_TEST_TMPDIR/trace" -y -e trace=write "$daxbus" offline dax0.0
	daxbus_says 0 online dax0.0
	[ "$(pool 200)" = 200 ]
	# After the last block.
	strace -f -qq -o /dev/null -e trace=write \
		-e inject=write:signal=KILL:when="$(grep -n 'memory/memory3' "$BATS_TEST_TMPDIR/trace" | tail -1 | cut -d: -f1)" \
		"$daxbus" offline dax0.0 || true
	[ -e /run/daxbus/journal ]
	[ "$(pool)" -lt 200 ]
	daxbus_says 0 recover
	is "kmem 8 movable" dax0.0
	[ "$(pool)" = 200 ]
	[ "$(pool 0)" = 0 ]
	settled
}

# The journal of a run that was killed while it brought memory online.
@test "recover: pinned page: failed within the time limit, journal kept, done without the pin" {
	local journal=/run/daxbus/journal
	daxbus_says 0 offline dax0.0
	strace -f -qq -o /dev/null -e trace=write -e inject=write:signal=KILL:when=8 "$daxbus" online dax0.0 || true
	[ -e $journal ]
	for block in "$memory"/memory3[2-9]; do echo online_movable >"$block/state" || true; done 2>/dev/null
	hold 1 pin 0
	begin
	daxbus_says 6 recover --timeout=1
	within 15
	both_say "memory block of dax0.0 could not be brought back as before"
	[ -e $journal ]
	let_go
	daxbus_says 0 recover
	[ ! -e $journal ]
	is "kmem 8 offline" dax0.0
	daxbus_says 0 online dax0.0
	settled
}

@test "online: block with a hardware error: others online (block-poisoned), also if an offline is undone" {
	local block
	kernel_at_least 6.2 || skip "this kernel brings such a block online"
	# The first block, which goes offline last, has the pinned page.
	daxbus_says 0 offline --size=896M dax0.0
	hold 1 pin 0
	daxbus_says 0 online dax0.0
	block=$(($(first_block dax0.0) + 1))
	printf '%#x\n' $((block * 0x$(cat "$memory/block_size_bytes"))) >"$memory/hard_offline_page"
	daxbus_says 1 offline --timeout=1 dax0.0 --json
	[ "$(result '"\(.result) \(.code)"')" = "undone block-pinned" ]
	[[ $(result .message) == *"restored, except for blocks with a hardware error" ]]
	is "kmem 7 movable 1 offline" dax0.0
	let_go
	daxbus_says 0 offline dax0.0
	daxbus_says 0 online dax0.0 --json
	[ "$(result '"\(.result) \(.code)"')" = "changed block-poisoned" ]
	[[ $(result '.notes[]') == *"memory block $block of dax0.0 stays offline: "* ]]
	is "kmem 7 movable 1 offline" dax0.0
	daxbus_says 1 online dax0.0 --json
	[ "$(result '"\(.result) \(.code)"')" = "undone block-poisoned" ]
	is "kmem 7 movable 1 offline" dax0.0
	# The kernel forgets the error.
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	is "kmem 8 movable" dax0.0
	settled
}
