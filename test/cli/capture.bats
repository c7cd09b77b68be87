#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree

load cli

setup()
{
	tree_with_two
	copy=$BATS_TEST_TMPDIR/copy
}

@test "capture: two regions: every list view of the copy is the same" {
	daxbus --sysroot "$tree" capture "$copy"
	is_status 0
	is_output ''
	local view
	for view in '' --regions --mappings --tree --blocks --output-all --json '--json --blocks'
	do
		# shellcheck disable=SC2086 # words
		daxbus list $view --sysroot "$tree"
		is_status 0
		local expected=$output
		# shellcheck disable=SC2086 # words
		daxbus list $view --sysroot "$copy"
		is_status 0
		is_output "$expected"
	done
}

@test "capture: ordinary user: line on stderr; of a captured tree: none" {
	copy_for_everybody
	run --separate-stderr as_nobody capture "$public/copy"
	[[ $stderr == *'lack what only root can read'* ]] || mismatch
	daxbus --sysroot "$tree" capture "$copy"
	is_stderr ''
}

teardown()
{
	[[ -z ${public-} ]] || rm -rf "$public"
}

@test "capture: target is an empty directory: used" {
	mkdir "$copy"
	daxbus --sysroot "$tree" capture "$copy"
	is_status 0
	[[ -d $copy/sys/bus/dax ]]
}

@test "capture: target is a file or a non-empty directory: exit 5, target unchanged" {
	mkdir "$copy"
	touch "$copy/precious"
	daxbus --sysroot "$tree" capture "$copy"
	is_status 5
	[[ $stderr == *"$copy"* ]]
	[[ $(ls "$copy") == precious ]]
	daxbus --sysroot "$tree" capture "$copy/precious"
	is_status 5
	[[ ! -s $copy/precious ]]
}

@test "capture: parent of the target does not exist: error names the target" {
	daxbus --sysroot "$tree" capture "$BATS_TEST_TMPDIR/none/copy"
	[[ $status -ne 0 ]]
	[[ $stderr == *"$BATS_TEST_TMPDIR/none/copy"* ]]
}

# The target node is an attribute of the devices; daxbus reads it from the first device of a region.
@test "capture: two devices of one region: second device has the target node, too" {
	local parent=$tree/sys/devices/platform/hmem.0
	cp -r "$parent/dax0.0" "$parent/dax0.1"
	ln -s ../../../devices/platform/hmem.0/dax0.1 "$tree/sys/bus/dax/devices/dax0.1"
	daxbus --sysroot "$tree" capture "$copy"
	is_status 0
	daxbus --sysroot "$copy" list -nr -o TARGET_NODE dax0.1
	is_output 1
}
