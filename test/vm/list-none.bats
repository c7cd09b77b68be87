#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A machine without DAX memory. Runs inside it.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

@test "nothing to list is no error, and a hint says why" {
	run --separate-stderr "$daxbus" list
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	[ "$(wc -l <<<"$stderr")" = 1 ]
	[[ $stderr == "daxbus: "* ]]
}

@test "the document is whole, and empty" {
	"$daxbus" list --json | jq -e '.daxbus.format == 1 and .regions == [] and .devices == []'
}

@test "what is named and not there is an error" {
	run --separate-stderr "$daxbus" list dax0.0
	[ "$status" -eq 3 ]
	[[ $stderr == *dax0.0* ]]
}
