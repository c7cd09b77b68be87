#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree

load cli

setup()
{
	# Every command that help shows, a line each: some names have two words.
	commands=$("$DAXBUS" __introspect commands)
	[[ $commands == *list*version* ]]
}

@test "without arguments: short usage on stderr, status 2" {
	daxbus
	is_status 2
	is_output ''
	[[ ${stderr_lines[0]} == 'Usage: daxbus '* ]]
	[[ ${#stderr_lines[@]} -eq 2 ]]
}

@test "--help, -h and help print the same on stdout, status 0" {
	daxbus --help
	is_status 0
	is_stderr ''
	[[ $output == 'Usage: daxbus '* ]]
	local expected=$output
	daxbus -h
	is_output "$expected"
	daxbus help
	is_output "$expected"
}

@test "--help names every command" {
	daxbus --help
	while read -r command; do
		grep -q "^  $command" <<< "$output" || mismatch "no $command"
	done <<< "$commands"
}

@test "every command's --help is on stdout, status 0, and is what help prints" {
	local words expected
	while read -ra words; do
		daxbus "${words[@]}" --help
		is_status 0
		is_stderr ''
		[[ $output == "Usage: daxbus ${words[*]} "* ]]
		expected=$output
		daxbus help "${words[@]}"
		is_output "$expected"
		daxbus --help "${words[@]}"
		is_output "$expected"
	done <<< "$commands"
}

@test "every command's --help names every option of it" {
	local words options
	while read -ra words; do
		daxbus "${words[@]}" --help
		options=$("$DAXBUS" __introspect options "${words[*]}")
		[[ $options == *--help* ]]
		for option in $options; do
			grep -qE "^  (-.,|   ) $option( |\[|\$)" <<< "$output" ||
				mismatch "${words[*]}: no $option"
		done
	done <<< "$commands"
}

@test "list --help names every field as a column" {
	daxbus list --help
	for kind in region device mapping block extent; do
		local fields
		fields=$("$DAXBUS" __introspect fields "$kind")
		[[ $fields == *size* ]]
		for field in $fields; do
			grep -qE "^  ${field^^}( |\$)" <<< "$output" || mismatch "$kind: no $field"
		done
	done
}

@test "help without a terminal is at most 80 columns wide, but for examples" {
	local words
	# An empty line is no command at all.
	while read -ra words; do
		daxbus "${words[@]}" --help
		sed '/^Examples:/,$d' <<< "$output" > "$BATS_TEST_TMPDIR/help"
		run grep -E '.{81}' "$BATS_TEST_TMPDIR/help"
		[[ $status -eq 1 ]] || mismatch "too wide"
	done <<< $'\n'"$commands"
}

@test "--help counts whatever else is wrong with the command line" {
	daxbus list --no-such --json --raw --help
	is_status 0
	[[ $output == 'Usage: daxbus list '* ]]
}

@test "--version and -V print one line, with and without a command" {
	daxbus --version
	is_status 0
	[[ $output =~ ^daxbus\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	local expected=$output
	daxbus -V
	is_output "$expected"
	daxbus list --version
	is_output "$expected"
}

@test "the hidden command is in no help" {
	[[ $commands != *__introspect* ]]
	daxbus --help
	is_status 0
	[[ $output != *__introspect* ]]
}
