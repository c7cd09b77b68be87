#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree

load cli

setup()
{
	tree_with_two
}

@test "a mistyped command gets a suggestion" {
	daxbus lsit
	is_usage_error "unknown command 'lsit'; did you mean 'list'?" ''
	daxbus captrue
	is_usage_error "unknown command 'captrue'; did you mean 'capture'?" ''
	daxbus help vresion
	is_usage_error "unknown command 'vresion'; did you mean 'version'?" help
}

@test "a command that is like none gets no suggestion" {
	daxbus frobnicate
	is_usage_error "unknown command 'frobnicate'" ''
}

@test "options of every command without a command" {
	daxbus --verbose
	is_usage_error 'which command?' ''
}

@test "a mistyped option gets a suggestion" {
	daxbus list --jsno
	is_usage_error "unknown option '--jsno'; did you mean '--json'?"
	daxbus list --no-headings
	is_usage_error "unknown option '--no-headings'; did you mean '--noheadings'?"
	daxbus --sysrot=/ list
	is_usage_error "unknown option '--sysrot'; did you mean '--sysroot'?" ''
}

@test "options that are like none, and unknown letters" {
	daxbus list --frobnicate=3
	is_usage_error "unknown option '--frobnicate'"
	daxbus list -bq
	is_usage_error "unknown option '-q'"
}

@test "long options are not abbreviated" {
	daxbus -s "$tree" list --region
	is_usage_error "unknown option '--region'; did you mean '--regions'?"
}

@test "an option's argument is missing, or there is one too many" {
	daxbus list -o
	is_usage_error "option '--output' needs an argument, COLUMN,..."
	daxbus list --sysroot
	is_usage_error "option '--sysroot' needs an argument, DIR"
	daxbus list --bytes=yes
	is_usage_error "option '--bytes' takes no argument"
}

@test "operands missing, and too many" {
	daxbus capture
	is_usage_error "'capture' needs an operand, DIR" capture
	daxbus capture one two
	is_usage_error "'two' is an operand too many for 'capture'" capture
	daxbus version 3
	is_usage_error "'3' is an operand too many for 'version'" version
}

are_exclusive()
{
	daxbus list "--$1" "--$2"
	is_status 2
	[[ ${stderr_lines[0]} == "daxbus: options --$1 and --$2 exclude each other" ]] ||
		mismatch "$1 and $2"
}

@test "options that exclude each other" {
	local pair
	for pair in 'json raw' 'json pairs' 'raw pairs' 'tree json' 'tree raw' 'tree pairs' \
		'tree blocks' 'tree regions' 'tree mappings' 'regions mappings' 'regions blocks' \
		'mappings blocks'; do
		read -r a b <<< "$pair"
		are_exclusive "$a" "$b"
		are_exclusive "$b" "$a"
	done
	daxbus list --output-all -o SIZE
	is_usage_error 'options --output-all and --output exclude each other'
}

@test "an unknown column gets a suggestion, of the view's columns" {
	daxbus list -o DEVICE,SIZ
	is_usage_error "unknown column 'SIZ' for devices; did you mean 'SIZE'?"
	daxbus list --regions -o align,flags
	is_usage_error "unknown column 'flags' for regions"
	daxbus list -o +tagret_node
	is_usage_error "unknown column 'tagret_node' for devices; did you mean 'TARGET_NODE'?"
}

@test "a mistyped field of a selector gets a suggestion" {
	daxbus list mdoe=kmem
	is_usage_error "no field is named 'mdoe'; did you mean 'mode'?"
	daxbus list 'dax0.*,Tagret_Node=1'
	is_usage_error "no field is named 'Tagret_Node'; did you mean 'target_node'?"
	daxbus list frobnicate=1
	is_usage_error "no field is named 'frobnicate'"
}

@test "a list of columns with nothing in it" {
	for list in '' ',' 'SIZE,' ',SIZE' +; do
		daxbus list -o "$list"
		is_usage_error 'a name is missing in the list of columns'
	done
}

@test "options of every command stand before and after it" {
	daxbus --sysroot "$tree" list -n -o DEVICE
	is_output $'dax0.0\ndax1.0'
	daxbus list -n -o DEVICE --sysroot="$tree"
	is_output $'dax0.0\ndax1.0'
	daxbus -s"$tree" list -no DEVICE
	is_output $'dax0.0\ndax1.0'
}

@test "operands stand between options, and -- ends options" {
	daxbus list dax1.0 -n --sysroot "$tree" dax0.0 -o DEVICE
	is_output $'dax0.0\ndax1.0'
	daxbus list --sysroot "$tree" -n -o DEVICE -- dax1.0
	is_output dax1.0
	daxbus list --sysroot "$tree" -- -n
	is_status 2
	[[ ${stderr_lines[0]} == *"'-n'"* ]]
}

@test "of an option given twice the last counts" {
	daxbus list -s /nonexistent -o SIZE -o DEVICE -n -s "$tree" dax0.0
	is_output dax0.0
}

@test "letters together, and an argument glued to its letter" {
	daxbus list -nboSIZE -s"$tree" dax0.0
	is_output 1073741824
}

@test "a mistake with --json is a document too, and a sentence" {
	daxbus list --json --no-such
	is_status 2
	[[ ${stderr_lines[0]} == "daxbus: unknown option '--no-such'" ]]
	[[ $(json '.error.code') == '"usage"' ]]
	[[ $(json '.error.message') == "\"unknown option '--no-such'\"" ]]
	[[ $(json '.daxbus.format') == 1 ]]
}

@test "--json counts behind the mistake as well" {
	daxbus list --no-such --json
	is_status 2
	[[ $(json '.error.code') == '"usage"' ]]
}

@test "control characters of a command line do not reach the terminal" {
	daxbus $'\e[2Jlist'
	is_usage_error "unknown command '?[2Jlist'" ''
	# U+009B is what ESC [ is, in UTF-8 and as a byte; letters beyond ASCII stay.
	daxbus $'a\xc2\x9b31m\x9bb\xc3\xa9'
	is_status 2
	[[ $stderr == *"'a??31m?b"$'\xc3\xa9'"'"* ]] || mismatch 'C1 control characters'
}
