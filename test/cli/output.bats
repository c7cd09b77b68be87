#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree

load cli

setup()
{
	tree_with_two
}

# Run the tool with its standard output on a full disk.
daxbus_full()
{
	run bash -c '"$DAXBUS" "$@" 2>&1 > /dev/full' - "$@"
}

@test "a full disk: status 1, and the reason" {
	local line
	for line in "list -s $tree" "list -s $tree --json" "list -s $tree --tree" --help version
	do
		# shellcheck disable=SC2086 # words
		daxbus_full $line
		[[ $status -eq 1 ]] || mismatch "$line"
		[[ $output == 'daxbus: cannot write: No space left on device' ]] || mismatch "$line"
	done
}

@test "a document that says what failed, on a full disk" {
	daxbus_full list --json dax9.9 -s "$tree"
	[[ $status -eq 1 ]]
	[[ ${lines[-1]} == 'daxbus: cannot write: No space left on device' ]]
}

@test "a closed pipe: status 1, and the reason" {
	# The reader is gone before the tool starts.
	# shellcheck disable=SC2016 # expanded inside
	run bash -c 'exec 3> >(exit); wait $!; "$DAXBUS" list -s "$1" 2>&1 >&3' - "$tree"
	[[ $status -eq 1 ]]
	[[ $output == 'daxbus: cannot write: Broken pipe' ]]
}

@test "a closed standard output: status 1, and the reason" {
	run bash -c '"$DAXBUS" list -s "$1" 2>&1 >&-' - "$tree"
	[[ $status -eq 1 ]]
	[[ $output == 'daxbus: cannot write: Bad file descriptor' ]]
}

@test "nothing to print is no failure on a full disk" {
	daxbus_full list -s "$tree" 'dax9.*'
	[[ $status -eq 0 ]]
	[[ $output == '' ]]
}

@test "a failed run prints no half of its results" {
	daxbus list -s "$tree" dax0.0 dax9.9
	is_status 3
	is_output ''
}

@test "a missing libsmartcols is named with its package" {
	mkdir "$BATS_TEST_TMPDIR/lib"
	: > "$BATS_TEST_TMPDIR/lib/libsmartcols.so.1"
	LD_LIBRARY_PATH=$BATS_TEST_TMPDIR/lib:${LD_LIBRARY_PATH-} daxbus list -s "$tree"
	is_status 1
	is_output ''
	[[ $stderr == 'daxbus: cannot open libsmartcols.so.1 '* ]]
	[[ $stderr == *'(install the package libsmartcols1): '* ]]
	# JSON does without it.
	LD_LIBRARY_PATH=$BATS_TEST_TMPDIR/lib:${LD_LIBRARY_PATH-} daxbus list -s "$tree" --json
	is_status 0
}

@test "a missing json-c is named with its package" {
	mkdir "$BATS_TEST_TMPDIR/lib"
	: > "$BATS_TEST_TMPDIR/lib/libjson-c.so.5"
	LD_LIBRARY_PATH=$BATS_TEST_TMPDIR/lib:${LD_LIBRARY_PATH-} daxbus list -s "$tree" --json
	is_status 1
	is_output ''
	[[ $stderr == 'daxbus: cannot open libjson-c.so.5 '* ]]
	[[ $stderr == *'(install the package libjson-c5): '* ]]
	# Tables do without it.
	LD_LIBRARY_PATH=$BATS_TEST_TMPDIR/lib:${LD_LIBRARY_PATH-} daxbus list -s "$tree"
	is_status 0
}
