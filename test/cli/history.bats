#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others
#
# The history of an installed system. See test/vm/history.bats for what changes leave there.

load cli

setup()
{
	root=$(mktemp -d)
	records=$root/var/lib/daxbus/history
	mkdir -p "$records"
	chmod 755 "$root/var/lib/daxbus"
	chmod 700 "$records"
	export TZ=UTC
}

teardown()
{
	rm -rf "$root"
}

# record NUMBER LINE...: a change of dax0.0 from devdax to kmem, with more lines in its head
record()
{
	local number=$1

	shift
	printf '%s\n' 'daxbus-history 1' 'time 1700000000' 'duration 1500' 'uid 0' "$@" before \
		'region 0 hmem /devices/hmem.0 range=0x100000000-0x13fffffff' \
		'device dax0.0 device_dax 2097152 - 100000000-13fffffff -' after \
		'region 0 hmem /devices/hmem.0 range=0x100000000-0x13fffffff' \
		'device dax0.0 kmem 2097152 0 100000000-13fffffff 32-39:movable' steps \
		'step dax0.0 bind kmem - - - -' end > "$records/$number"
	chmod 600 "$records/$number"
}

@test "history: no record: says so, exit 0" {
	daxbus history --root "$root"
	is_status 0
	is_output ''
	is_stderr 'daxbus: the history has no change'
	rm -r "$root/var/lib/daxbus"
	daxbus history --root "$root"
	is_status 0
	is_stderr 'daxbus: the history has no change'
}

@test "history: records: a line for each, the newest last, control characters hidden" {
	record 9 'argument daxbus' 'argument online' 'result changed'
	record 10 'login 1000' 'sudo \x1b[2J' 'argument daxbus' 'argument a\x0ab' 'result failed' 'code block-busy'
	daxbus history --root "$root"
	is_status 0
	is_output \
'NUMBER TIME                USER RESULT              CHANGE                      COMMAND
     9 2023-11-14 22:13:20 0    changed             dax0.0: mode devdax -> kmem daxbus online
    10 2023-11-14 22:13:20 ?[2J failed (block-busy) dax0.0: mode devdax -> kmem daxbus a?b'
	daxbus history --root "$root" --limit=1
	[[ ${#lines[@]} -eq 2 && ${lines[1]} == *' 10 '* ]] || mismatch 'the newest'
}

@test "history: --json: as the schema says, the newest first" {
	record 1 'argument daxbus' 'result changed'
	record 2 'argument daxbus' 'undoes 1' 'result changed'
	record 3 'result recovered'
	daxbus history --root "$root" --json
	is_status 0
	[[ $(json '[.history[] | [.number, .result, .can_undo, .undoes, (.changes | length)]]') == \
		'[[3,"recovered",false,null,0],[2,"changed",false,1,1],[1,"changed",false,null,1]]' ]] || mismatch rows
	[[ $(json '.history[1] | [.duration_ms, .command, .steps, .changes[0].key, .changes[0].after]') == \
		'[1500,["daxbus"],["dax0.0 bind kmem - - - -"],"mode","kmem"]' ]] || mismatch values
	python3 -c 'import jsonschema' || skip 'no python3-jsonschema here'
	is_valid history
}

@test "history: change that was recovered afterwards: undo does not come to it" {
	record 1 'result changed'
	record 2 'result changed'
	record 3 'result recovered'
	daxbus history --root "$root" --json
	[[ $(json '[.history[].can_undo]') == '[false,true,true]' ]] || mismatch 'recovered to another state'
	# The region is as it was before both.
	sed -i 's/^device dax0.0 kmem .*/device dax0.0 device_dax 2097152 - 100000000-13fffffff -/' "$records/3"
	daxbus history --root "$root" --json
	[[ $(json '[.history[].can_undo]') == '[false,false,false]' ]] || mismatch 'recovered'
}

@test "history: incomplete record, link: skipped, says so" {
	record 1 'result changed'
	echo 'daxbus-history 1' > "$records/2"
	ln -s 1 "$records/3"
	daxbus history --root "$root"
	is_status 0
	is_stderr 'daxbus: 2 records of the history are incomplete or corrupt, and skipped'
	[[ ${#lines[@]} -eq 2 ]] || mismatch 'one record'
}

@test "history: directory that others can write to: exit 1" {
	chmod 777 "$root/var/lib/daxbus"
	daxbus history --root "$root"
	is_status 1
	[[ $stderr == *'others can write to it'* ]] || mismatch
}

@test "history: invalid --limit, root or operand: exit 2" {
	daxbus history --limit=0
	is_usage_error "--limit: '0' is not a number above 0" history
	daxbus history --root "$root/none"
	is_status 2
	daxbus history 1
	is_status 2
}

@test "history: captured tree: exit 1, says that it has none" {
	daxbus history --sysroot "$root"
	is_status 1
	is_stderr 'daxbus: a captured tree has no history'
}

@test "undo: malformed number, two operands: exit 2; not root, captured tree: exit 5" {
	daxbus undo nonsense
	is_usage_error "'nonsense' is not the number of a change; see 'daxbus history'" undo
	daxbus undo 0
	is_status 2
	daxbus undo 1 2
	is_status 2
	daxbus undo --sysroot "$root" 1
	is_status 5
}
