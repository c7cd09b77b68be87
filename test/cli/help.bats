#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree

load cli

setup()
{
	# Every command that help shows, one a line: some names have two words.
	commands=$("$DAXBUS" __introspect commands)
	[[ $commands == *list*version* ]]
}

@test "help: no arguments: usage on stderr, exit 2" {
	daxbus
	is_status 2
	is_output ''
	[[ ${stderr_lines[0]} == 'Usage: daxbus '* ]]
	[[ ${#stderr_lines[@]} -eq 2 ]]
}

@test "help: --help, -h and help: same text on stdout, exit 0" {
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

@test "help: --help without a command: names every command" {
	daxbus --help
	while read -r command; do
		grep -q "^  $command" <<< "$output" || mismatch "no $command"
	done <<< "$commands"
}

@test "help: --help of each command: stdout, exit 0, same as 'help COMMAND'" {
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

@test "help: --help of each command: names every option" {
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

@test "help: text of each option: verb phrase in lower case without a full stop" {
	local helps
	daxbus __introspect dump
	helps=$(jq -r '.commands[] | .name as $command | .options[] | "\($command) --\(.name): \(.help)"' <<< "$output")
	[[ $helps == *'list --help: show this help'* ]]
	# "with --mode=kmem, " may come before the verb.
	run grep -vE '^[^:]+: (with --[a-z]+=[a-z]+, )?[a-z]+ .*[^.]$' <<< "$helps"
	[[ $status -eq 1 ]] || mismatch 'not in the form'
	local noun='an?|the|its?|which|what|whether|where|how|sizes?|lines?|all|if|when|of|for|to|not|only'
	run grep -E "^[^:]+: ($noun) |unless this|as it was| without it\$" <<< "$helps"
	[[ $status -eq 1 ]] || mismatch 'not a verb phrase'
}

@test "help: --help of list: names every field as a column" {
	daxbus list --help
	for kind in region device mapping block extent orphan; do
		local fields
		fields=$("$DAXBUS" __introspect fields "$kind")
		[[ $fields == *size* ]]
		for field in $fields; do
			grep -qE "^  ${field^^}( |\$)" <<< "$output" || mismatch "$kind: no $field"
		done
	done
}

@test "help: no terminal: at most 80 columns wide, except examples" {
	local words
	unset COLUMNS
	# The empty line stands for the help without a command.
	while read -ra words; do
		daxbus "${words[@]}" --help
		sed '/^Examples:/,$d' <<< "$output" > "$BATS_TEST_TMPDIR/help"
		run grep -E '.{81}' "$BATS_TEST_TMPDIR/help"
		[[ $status -eq 1 ]] || mismatch "too wide"
	done <<< $'\n'"$commands"
}

# What is not text is not wrapped: usage, the left half of a list, and a word that is longer.
@test "help: COLUMNS: text is as wide as that, and at least 30 columns" {
	local words width
	for width in 72 59 1; do
		while read -ra words; do
			COLUMNS=$width daxbus "${words[@]}" --help
			is_status 0
			sed -n '/^Examples:/q; /^Usage:/d; /^  \{0,6\}[^ ]/d; /^ *[^ ]*$/d; p' <<< "$output" > "$BATS_TEST_TMPDIR/help"
			run grep -E ".{$(((width < 30 ? 30 : width) + 1))}" "$BATS_TEST_TMPDIR/help"
			[[ $status -eq 1 ]] || mismatch "$width: too wide"
		done <<< $'\n'"$commands"
	done
	COLUMNS=40 daxbus help
	[[ ${lines[1]} == 'Manage memory on the device-dax bus of' ]] || mismatch text
	COLUMNS=100 daxbus help
	[[ ${lines[1]} == 'Manage memory on the device-dax bus of Linux: CXL, HBM, persistent memory.' ]] || mismatch text
}

@test "help: --help with an error in the command line: help is printed" {
	daxbus list --no-such --json --raw --help
	is_status 0
	[[ $output == 'Usage: daxbus list '* ]]
}

@test "version: --version and -V: one line, with and without a command" {
	daxbus --version
	is_status 0
	[[ $output =~ ^daxbus\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	local expected=$output
	daxbus -V
	is_output "$expected"
	daxbus list --version
	is_output "$expected"
}

@test "help: hidden command __introspect: not listed" {
	[[ $commands != *__introspect* ]]
	daxbus --help
	is_status 0
	[[ $output != *__introspect* ]]
}
