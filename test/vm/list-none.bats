#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# list and explain on a machine without DAX memory. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

@test "list: no DAX memory: exit 0, hint on stderr" {
	run --separate-stderr "$daxbus" list
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	[ "$(wc -l <<<"$stderr")" = 1 ]
	[[ $stderr == "daxbus: "* ]]
}

@test "list: no DAX memory, --json: empty document" {
	"$daxbus" list --json | jq -e '.daxbus.format == 1 and .regions == [] and .devices == []'
}

@test "list: no DAX memory, device named: exit 3" {
	run --separate-stderr "$daxbus" list dax0.0
	[ "$status" -eq 3 ]
	[[ $stderr == *dax0.0* ]]
}

@test "explain: no DAX memory: says so, exit 7" {
	run -7 "$daxbus" explain --json
	[ "$(jq -c '.findings | map(.code)' <<<"$output")" = '["no-dax-memory"]' ]
}
