#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree

load cli

readonly libraries='libkmod libndctl libdaxctl libinih json-c libudev libsmartcols'

# started LINE: the libraries that a command line of the tool loads
started()
{
	# shellcheck disable=SC2086 # words
	LD_DEBUG=libs "$DAXBUS" $1 2>&1 > /dev/null | sed -n 's/.*calling init: //p'
}

@test "version: text: version and file of every library" {
	daxbus version
	is_status 0
	is_stderr ''
	for library in $libraries; do
		grep -qE "^  $library +built with [0-9.]+ +/.*\.so\.[0-9.]+\$" <<< "$output" ||
			mismatch "$library"
	done
}

@test "version: --json: same libraries, files that exist" {
	daxbus version --json
	is_status 0
	[[ $(json '[.libraries[].library] | join(" ")') == "\"$libraries\"" ]]
	[[ $(json '[.libraries[] | select(.file == null)] | length') == 0 ]]
	local file
	for file in $(jq -r '.libraries[].file' <<< "$output"); do
		[[ -f $file ]]
	done
}

@test "version: --version and --help: no library is loaded" {
	local line
	for line in --version --help list\ --help; do
		run started "$line"
		[[ $output == *libc* ]]
		for library in daxbus kmod ndctl daxctl json-c smartcols; do
			[[ $output != *"lib$library"* ]] || mismatch "$line loads $library"
		done
	done
}

@test "list: libraries loaded: none for a plain table, libsmartcols for a tree, json-c for a document" {
	tree_with_two
	run started "list -s $tree"
	[[ $output == *libc* && $output != *libsmartcols* && $output != *libjson-c* ]]
	run started "list -s $tree --tree"
	[[ $output == *libsmartcols* && $output != *libjson-c* ]]
	run started "list -s $tree --json"
	[[ $output != *libsmartcols* && $output == *libjson-c* ]]
}

# without_library DIRECTORY NAME COMMAND...: run a command in a mount namespace where no library of that name is in the
# directory
without_library()
{
	local directory=$1 name=$2
	shift 2
	# shellcheck disable=SC2016 # expanded inside
	unshare --user --map-root-user --mount bash -euc '
		directory=$1 name=$2 place=$3
		shift 3
		mkdir "$place/all" "$place/most"
		mount --bind "$directory" "$place/all"
		ln -s "$place/all/"* "$place/most"
		rm "$place/most/$name"*
		mount --bind "$place/most" "$directory"
		exec "$@"' - "$directory" "$name" "$BATS_TEST_TMPDIR" "$@"
}

@test "version: library missing: reported, exit 0" {
	unshare --user --map-root-user --mount true 2> /dev/null || skip 'no user namespaces here'
	daxbus version
	local file
	file=$(sed -n 's/^  libsmartcols .* //p' <<< "$output")
	run without_library "${file%/*}" libsmartcols.so "$DAXBUS" version
	[[ $status -eq 0 ]]
	[[ $output == *libsmartcols*'libsmartcols.so.1 is missing'* ]]
}
