#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree

load cli

setup()
{
	tree_with_two
}

# daxbus_full ARG...: run the tool with standard output on a full disk
daxbus_full()
{
	run bash -c '"$DAXBUS" "$@" 2>&1 > /dev/full' - "$@"
}

@test "list, help, version: standard output on a full disk: exit 1 with the reason" {
	local line
	for line in "list -s $tree" "list -s $tree --json" "list -s $tree --tree" --help version
	do
		# shellcheck disable=SC2086 # words
		daxbus_full $line
		[[ $status -eq 1 ]] || mismatch "$line"
		[[ $output == 'daxbus: cannot write: No space left on device' ]] || mismatch "$line"
	done
}

@test "list: --json, error document on a full disk: exit 1 with the reason" {
	daxbus_full list --json dax9.9 -s "$tree"
	[[ $status -eq 1 ]]
	[[ ${lines[-1]} == 'daxbus: cannot write: No space left on device' ]]
}

@test "list: closed pipe: exit 1 with the reason" {
	# The reader has exited before the tool starts.
	# shellcheck disable=SC2016 # expanded inside
	run bash -c 'exec 3> >(exit); wait $!; "$DAXBUS" list -s "$1" 2>&1 >&3' - "$tree"
	[[ $status -eq 1 ]]
	[[ $output == 'daxbus: cannot write: Broken pipe' ]]
}

@test "list: closed standard output: exit 1 with the reason" {
	run bash -c '"$DAXBUS" list -s "$1" 2>&1 >&-' - "$tree"
	[[ $status -eq 1 ]]
	[[ $output == 'daxbus: cannot write: Bad file descriptor' ]]
}

@test "list: nothing to print, full disk: exit 0" {
	daxbus_full list -s "$tree" 'dax9.*'
	[[ $status -eq 0 ]]
	[[ $output == '' ]]
}

@test "list: one of two devices unknown: exit 3, nothing printed" {
	daxbus list -s "$tree" dax0.0 dax9.9
	is_status 3
	is_output ''
}

@test "list: libsmartcols missing: trees exit 1, package named, plain tables and --json work" {
	mkdir "$BATS_TEST_TMPDIR/lib"
	: > "$BATS_TEST_TMPDIR/lib/libsmartcols.so.1"
	path=$BATS_TEST_TMPDIR/lib:${LD_LIBRARY_PATH-}
	for option in --tree --raw --pairs; do
		LD_LIBRARY_PATH=$path daxbus list -s "$tree" $option
		is_status 1
		is_output ''
		[[ $stderr == 'daxbus: cannot open libsmartcols.so.1 '* ]]
		[[ $stderr == *'(install the package libsmartcols1): '* ]]
	done
	# JSON does not need it, nor do columns of ASCII text.
	LD_LIBRARY_PATH=$path daxbus list -s "$tree" --json
	is_status 0
	LD_LIBRARY_PATH=$path daxbus list -s "$tree"
	is_status 0
	[[ $output == *dax0.0* ]]
}

@test "list: json-c missing, --json: exit 1, package named, tables work" {
	mkdir "$BATS_TEST_TMPDIR/lib"
	: > "$BATS_TEST_TMPDIR/lib/libjson-c.so.5"
	LD_LIBRARY_PATH=$BATS_TEST_TMPDIR/lib:${LD_LIBRARY_PATH-} daxbus list -s "$tree" --json
	is_status 1
	is_output ''
	[[ $stderr == 'daxbus: cannot open libjson-c.so.5 '* ]]
	[[ $stderr == *'(install the package libjson-c5): '* ]]
	# Tables do not need it.
	LD_LIBRARY_PATH=$BATS_TEST_TMPDIR/lib:${LD_LIBRARY_PATH-} daxbus list -s "$tree"
	is_status 0
}
