#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr, tree_new() sets tree
#
# monitor: what needs no kernel. See test/vm/monitor.bats for the rest.

load cli

@test "monitor: captured tree: exit 1" {
	tree_with_two
	daxbus monitor --sysroot "$tree"
	is_status 1
	is_output ''
	is_stderr 'daxbus: cannot monitor a captured tree: nothing in it changes'
}

@test "monitor: expression that is no selector: exit 2, names a similar field" {
	daxbus monitor --until=moode=kmem
	is_status 2
	[[ ${stderr_lines[0]} == *"'moode'"*'mode'* ]] || mismatch
	daxbus monitor '--until=!'
	is_status 2
}

@test "monitor: word that is no selector: exit 2" {
	local word
	for word in online dax0 dax0.0.0 '!mode' ''; do
		daxbus monitor --timeout=1 --until="$word"
		is_usage_error "'${word#!}' is not a device (dax0.0), a glob (dax0.*), a region (region0), 'all' or FIELD=VALUE" monitor
	done
}

@test "monitor: range of memory without a device: exit 2" {
	local range=0x100000000-0x13fffffff selector
	for selector in "$range" "!$range" "$range,mode=kmem"; do
		daxbus monitor --timeout=1 --until="$selector"
		is_usage_error "'${selector#!}' is memory without a device, which cannot be monitored: see 'daxbus list --orphans'" monitor
	done
	daxbus monitor --timeout=1 dax0.0 "$range"
	is_usage_error "'$range' is memory without a device, which cannot be monitored: see 'daxbus list --orphans'" monitor
}

@test "monitor: timeout that is no number, zero, too large: exit 2" {
	local timeout
	for timeout in 0 -1 1s '' 99999999999 1.5; do
		daxbus monitor --timeout="$timeout"
		is_status 2
		[[ ${stderr_lines[0]} == *"from 1 to"* ]] || mismatch "$timeout"
	done
}

@test "monitor: help: statuses and events in the manual page are those of the tool" {
	daxbus monitor --help
	is_status 0
	[[ $output == *'--until'* && $output == *'exit status is 8'* ]] || mismatch
}
