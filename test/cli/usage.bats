#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree

load cli

setup()
{
	tree_with_two
}

@test "usage: mistyped command: exit 2, suggestion" {
	daxbus lsit
	is_usage_error "unknown command 'lsit'; did you mean 'list'?" ''
	daxbus captrue
	is_usage_error "unknown command 'captrue'; did you mean 'capture'?" ''
	daxbus help vresion
	is_usage_error "unknown command 'vresion'; did you mean 'version'?" help
}

# is_translated MISTAKE COMMAND WORD...: exit 2; a message that starts with MISTAKE, and what to type instead
is_translated()
{
	local mistake=$1 command=$2
	shift 2
	daxbus "$@"
	is_status 2
	is_output ''
	[[ ${stderr_lines[0]} == "daxbus: $mistake"* ]] || mismatch "expected: $mistake"
	[[ ${stderr_lines[1]} == "Try '$command'." && ${#stderr_lines[@]} -eq 2 ]] || mismatch "expected: $command"
}

@test "usage: command of daxctl or another common word: exit 2, the same command line in our words" {
	local ours theirs
	while read -r theirs ours; do
		is_translated "unknown command '$theirs'; did you mean '$ours'?" "daxbus $ours dax0.0" "$theirs" dax0.0
	done <<- END
		disable-device unbind
		enable-device bind
		destroy-device destroy
		offline-memory offline
		online-memory online
		status list
		show list
		info list
		ls list
		enable bind
		disable unbind
		remove destroy
		blocks list --blocks
	END
	is_translated "unknown command 'migrate-device-model'; did you mean 'migrate apply'?" 'daxbus migrate apply' migrate-device-model
	is_translated "unknown command 'restore'" 'daxbus create --from=layout.json' restore layout.json
	is_translated "unknown command 'status'" "daxbus list --sysroot=$tree" -s "$tree" status
}

@test "usage: options and values of daxctl: exit 2, the same command line in our words" {
	is_translated "unknown command 'reconfigure-device'" 'daxbus reconfigure --mode=kmem --online=no dax0.0' \
		reconfigure-device -m system-ram -N dax0.0
	is_translated "unknown command 'reconfigure-device'" 'daxbus reconfigure --mode=kmem --online=kernel --force dax0.0' \
		reconfigure-device --mode=system-ram --no-movable -f -u dax0.0
	is_translated "unknown command 'create-device'" 'daxbus create --region=0 --size=1G' create-device -r 0 -s 1G
	is_translated "unknown command 'create-device'" 'daxbus create --from=FILE' create-device --input=FILE
	is_translated "unknown command 'disable-device'" 'daxbus unbind region1' disable-device -r 1
	is_translated "unknown command 'online-memory'" 'daxbus online region1' online-memory --region=region1
	is_translated "unknown option '--no-online'; did you mean '--online=no'?" \
		'daxbus reconfigure --mode=kmem --online=no dax0.0' reconfigure --mode=kmem --no-online dax0.0
	is_translated "unknown option '-N'; did you mean '--online=no'?" \
		'daxbus reconfigure --mode=kmem --online=no dax0.0' reconfigure --mode=kmem -N dax0.0
	is_translated "unknown option '-u'" 'daxbus list' list -u
	is_translated "unknown option '--dev'" 'daxbus list dax0.0' list --dev dax0.0
	is_translated "'mode' cannot be 'ram'" 'daxbus reconfigure --mode=kmem --dry-run dax0.0' reconfigure --mode=ram --dry-run dax0.0
}

@test "usage: mode, zone or driver as an operand: exit 2, the same command line with the option" {
	is_translated '--mode is required' 'daxbus reconfigure --mode=kmem dax0.0' reconfigure dax0.0 system-ram
	is_translated '--mode is required' 'daxbus reconfigure --mode=devdax dax0.0' reconfigure devdax dax0.0
	is_translated "'movable' is not" 'daxbus online --dry-run --online=movable dax0.0' online --dry-run movable dax0.0
	is_translated "'kmem' is not" 'daxbus bind --dry-run --driver=kmem dax0.0' bind --dry-run kmem dax0.0
}

@test "usage: foreign words with a glob: quoted for a shell; with what no quotes hold, or a mistake: only the word" {
	is_translated "unknown command 'online-memory'" 'daxbus online "dax0.*"' online-memory 'dax0.*'
	# shellcheck disable=SC2016 # this is the word
	daxbus online-memory '$(reboot)'
	is_usage_error "unknown command 'online-memory'; did you mean 'online'?" ''
	daxbus online-memory --frobnicate dax0.0
	is_usage_error "unknown command 'online-memory'; did you mean 'online'?" ''
	daxbus reconfigure-device
	is_usage_error "unknown command 'reconfigure-device'; did you mean 'reconfigure'?" ''
	daxbus create --no-mode
	is_usage_error "unknown option '--no-mode'; did you mean '--mode'?" create
	daxbus list --no-bytes
	is_usage_error "unknown option '--no-bytes'; did you mean '--bytes'?" list
}

@test "usage: what is suggested for foreign words: a command line that exists" {
	local row
	grep -o '{ FOREIGN_COMMAND, NULL, "[^"]*", "[^"]*"' "$BATS_TEST_DIRNAME/../../daxbus/cli/foreign-words.c" |
		cut -d'"' -f4 > "$BATS_TEST_TMPDIR/rows"
	[[ -s $BATS_TEST_TMPDIR/rows ]]
	while read -r row; do
		# shellcheck disable=SC2086 # "migrate apply" is two words
		daxbus $row --help
		is_status 0
	done < "$BATS_TEST_TMPDIR/rows"
}

@test "usage: unknown command: exit 2, no suggestion" {
	daxbus frobnicate
	is_usage_error "unknown command 'frobnicate'" ''
}

@test "usage: option without a command: exit 2" {
	daxbus --verbose
	is_usage_error 'a command is required' ''
}

@test "usage: mistyped option: exit 2, suggestion" {
	daxbus list --jsno
	is_usage_error "unknown option '--jsno'; did you mean '--json'?"
	daxbus list --no-headings
	is_usage_error "unknown option '--no-headings'; did you mean '--noheadings'?"
	daxbus --sysrot=/ list
	is_usage_error "unknown option '--sysrot'; did you mean '--sysroot'?" ''
}

@test "usage: unknown option or letter: exit 2, no suggestion" {
	daxbus list --frobnicate=3
	is_usage_error "unknown option '--frobnicate'"
	daxbus list -bq
	is_usage_error "unknown option '-q'"
}

@test "usage: abbreviated long option: exit 2, suggestion" {
	daxbus -s "$tree" list --region
	is_usage_error "unknown option '--region'; did you mean '--regions'?"
}

@test "usage: argument of an option missing or not allowed: exit 2" {
	daxbus list -o
	is_usage_error "option '--output' requires an argument: COLUMN,..."
	daxbus list --sysroot
	is_usage_error "option '--sysroot' requires an argument: DIR"
	daxbus list --bytes=yes
	is_usage_error "option '--bytes' takes no argument"
}

@test "usage: operand missing or extra: exit 2" {
	daxbus capture
	is_usage_error "'capture' requires an argument: DIR" capture
	daxbus capture one two
	is_usage_error "unexpected argument 'two'" capture
	daxbus version 3
	is_usage_error "unexpected argument '3'" version
}

are_exclusive()
{
	daxbus list "--$1" "--$2"
	is_status 2
	[[ ${stderr_lines[0]} == "daxbus: options --$1 and --$2 cannot be combined" ]] ||
		mismatch "$1 and $2"
}

@test "list: options that exclude each other: exit 2" {
	local pair
	for pair in 'json raw' 'json pairs' 'raw pairs' 'tree json' 'tree raw' 'tree pairs' \
		'tree blocks' 'tree regions' 'tree mappings' 'regions mappings' 'regions blocks' \
		'mappings blocks'; do
		read -r a b <<< "$pair"
		are_exclusive "$a" "$b"
		are_exclusive "$b" "$a"
	done
	daxbus list --output-all -o SIZE
	is_usage_error 'options --output-all and --output cannot be combined'
}

@test "list: unknown column: exit 2, suggestion from the view's columns" {
	daxbus list -o DEVICE,SIZ
	is_usage_error "unknown column 'SIZ' for devices; did you mean 'SIZE'?"
	daxbus list --regions -o align,flags
	is_usage_error "unknown column 'flags' for regions"
	daxbus list -o +tagret_node
	is_usage_error "unknown column 'tagret_node' for devices; did you mean 'TARGET_NODE'?"
}

@test "list: unknown field of a selector: exit 2, suggestion" {
	daxbus list mdoe=kmem
	is_usage_error "no field is named 'mdoe'; did you mean 'mode'?"
	daxbus list 'dax0.*,Tagret_Node=1'
	is_usage_error "no field is named 'Tagret_Node'; did you mean 'target_node'?"
	daxbus list frobnicate=1
	is_usage_error "no field is named 'frobnicate'"
}

@test "list: empty name in the list of columns: exit 2" {
	for list in '' ',' 'SIZE,' ',SIZE' +; do
		daxbus list -o "$list"
		is_usage_error 'empty name in the list of columns'
	done
}

@test "usage: options common to all commands: accepted before and after the command" {
	daxbus --sysroot "$tree" list -n -o DEVICE
	is_output $'dax0.0\ndax1.0'
	daxbus list -n -o DEVICE --sysroot="$tree"
	is_output $'dax0.0\ndax1.0'
	daxbus -s"$tree" list -no DEVICE
	is_output $'dax0.0\ndax1.0'
}

@test "usage: operands between options and after --: accepted" {
	daxbus list dax1.0 -n --sysroot "$tree" dax0.0 -o DEVICE
	is_output $'dax0.0\ndax1.0'
	daxbus list --sysroot "$tree" -n -o DEVICE -- dax1.0
	is_output dax1.0
	daxbus list --sysroot "$tree" -- -n
	is_status 2
	[[ ${stderr_lines[0]} == *"'-n'"* ]]
}

@test "usage: option given twice: the last one counts" {
	daxbus list -s /nonexistent -o SIZE -o DEVICE -n -s "$tree" dax0.0
	is_output dax0.0
}

@test "usage: letters combined, argument attached to its letter: accepted" {
	daxbus list -nboSIZE -s"$tree" dax0.0
	is_output 1073741824
}

@test "usage: error with --json: document on stdout, sentence on stderr" {
	daxbus list --json --no-such
	is_status 2
	[[ ${stderr_lines[0]} == "daxbus: unknown option '--no-such'" ]]
	[[ $(json '.error.code') == '"usage"' ]]
	[[ $(json '.error.message') == "\"unknown option '--no-such'\"" ]]
	[[ $(json '.daxbus.format') == 1 ]]
}

@test "usage: --json after the erroneous option: document on stdout" {
	daxbus list --no-such --json
	is_status 2
	[[ $(json '.error.code') == '"usage"' ]]
}

@test "usage: control characters in an argument: printed as ?" {
	daxbus $'\e[2Jlist'
	is_usage_error "unknown command '?[2Jlist'" ''
	# U+009B, in UTF-8 and as a byte, means the same as ESC [. Letters beyond ASCII are kept.
	daxbus $'a\xc2\x9b31m\x9bb\xc3\xa9'
	is_status 2
	[[ $stderr == *"'a?31m?b"$'\xc3\xa9'"'"* ]] || mismatch 'C1 control characters'
}
