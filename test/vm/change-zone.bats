#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Memory that is online in zone Normal, where the default policy of kernels 6.12 and later puts it: daxbus moves it to
# zone Movable if its blocks can go offline, or reports the block that cannot. Runs in a guest with two soft-reserved
# devices and the kernel's default policy.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

setup_file() {
	# On 5.10 and 6.1 the devices are in devdax.
	for device in dax0.0 dax1.0; do
		state_of $device
		[[ $REPLY == kmem* ]] || "$daxbus" reconfigure --mode=kmem --online=kernel $device
	done
}

setup() {
	holder=""
	remember
}

teardown() {
	let_go
}

# done_or_busy STATUS WANTED UNCHANGED: dax0.0 is WANTED, or it is UNCHANGED and the message names the block, its zone and
# the reason
done_or_busy() {
	case $1 in
	0) is "$2" dax0.0 ;;
	1)
		is "$3" dax0.0
		[ "$(result '"\(.result) \(.code)"')" = "undone block-busy" ]
		jq -e '.results[0].message | test("memory block 3[0-9]") and test("zone Normal") and test("busy")' <<<"$output"
		;;
	*) wrong "exit status $1: $output$stderr" ;;
	esac
}

@test "reconfigure: kmem, memory in zone Normal: moved to Movable, or undone (block-busy)" {
	is "kmem 8 kernel" dax0.0
	run --separate-stderr "$daxbus" reconfigure --mode=kmem dax0.0 --json
	done_or_busy "$status" "kmem 8 movable" "kmem 8 kernel"
	settled
}

@test "reconfigure: --online=kernel or no, memory in zone Normal: unchanged" {
	is "kmem 8 kernel" dax1.0
	daxbus_says 0 reconfigure --mode=kmem --online=kernel dax1.0 --json
	[ "$(result .result)" = unchanged ]
	daxbus_says 0 reconfigure --mode=kmem --online=no dax1.0 --json
	[ "$(result .result)" = unchanged ]
	is "kmem 8 kernel" dax1.0
	settled
}

# Pages in a pipe are the kernel's, and no counter of the node has them.
@test "offline: memory of the kernel in zone Normal: undone (block-busy), size, process and cause named" {
	local notes
	hold 2 pipes 200
	daxbus_says 1 offline dax1.0 --json
	[ "$(result '"\(.result) \(.code)"')" = "undone block-busy" ]
	notes=$(result '.notes[]')
	[[ $notes =~ ^"at least "([0-9]+)" MiB there cannot move: the kernel itself" ]]
	[ "${BASH_REMATCH[1]}" -ge 200 ]
	[ "${BASH_REMATCH[1]}" -le 260 ]
	[[ ${notes#*$'\n'} == "use-memory ($holder) may hold memory of node 2: "*"uses pipes (400)"* ]]
	if grep -qx online $memory/auto_online_blocks; then
		[[ $(result .message) == *"auto_online_blocks is 'online'"* ]]
		[[ $(result .hint) == *memhp_default_state=* ]]
	else
		[[ $(result .message) != *auto_online_blocks* && $(result .hint) != *memhp_default_state* ]]
	fi
	is "kmem 8 kernel" dax1.0
	settled
}

@test "reconfigure: devdax, memory in zone Normal: changed, or undone (block-busy)" {
	state_of dax0.0
	before=$REPLY
	run --separate-stderr "$daxbus" reconfigure --mode=devdax dax0.0 --json
	done_or_busy "$status" device_dax "$before"
	settled
	is "kmem 8 kernel" dax1.0
}

@test "reconfigure: kmem, memory in zones Normal and Movable: moved to Movable, or undone (block-busy)" {
	state_of dax0.0
	[[ $REPLY != device_dax ]] || "$daxbus" reconfigure --mode=kmem dax0.0
	is "kmem 8 *" dax0.0
	last=$(($(first_block dax0.0) + 7))
	state_of dax0.0
	[ "$REPLY" = "kmem 8 movable" ] || skip "not all of it is in zone Movable here: $REPLY"
	online $last offline
	online $last online_kernel 2>/dev/null || online $last online_movable
	run --separate-stderr "$daxbus" reconfigure --mode=kmem dax0.0 --json
	done_or_busy "$status" "kmem 8 movable" "kmem 7 movable 1 kernel"
	settled
}
