#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Complete outputs of daxbus for captured trees, compared with golden files. test/sysroots/make captured the trees on the
# test kernels.

load cli

trees=$BATS_TEST_DIRNAME/../sysroots

each_tree() {
	local tree
	for tree in "$trees"/[0-9]*/; do
		"$1" "$(basename "$tree")" || {
			echo "tree $(basename "$tree")"
			return 1
		}
	done
}

# names SUFFIX: the names of the trees (/) or of the golden files (.txt, .json)
names() {
	local name
	for name in "$trees"/[0-9]*"$1"; do
		name=${name#"$trees"/}
		echo "${name%"$1"}"
	done
}

@test "sysroots: captured trees: each has a golden text and a golden document" {
	diff <(names /) <(names .txt)
	diff <(names /) <(names .json)
}

same_table() { diff -u "$trees/$1.txt" <("$trees/show" "$1"); }
@test "list: captured trees: text as in the golden file" { each_tree same_table; }

same_json() { diff -u "$trees/$1.json" <("$DAXBUS" --sysroot "$trees/$1" list --json --blocks); }
@test "list: captured trees, --json --blocks: document as in the golden file" { each_tree same_json; }

without_blocks() {
	diff <(jq '.blocks = null' "$trees/$1.json") <("$DAXBUS" --sysroot "$trees/$1" list --json | jq .)
}
@test "list: captured trees, --json without --blocks: same counts as with it" { each_tree without_blocks; }

# A line for each block, from the ranges.
split_ranges() {
	local block rest i
	while read -r block rest; do
		for ((i = ${block%-*}; i <= ${block#*-}; i++)); do echo "$i $rest"; done
	done
}
same_blocks() {
	local list=("$DAXBUS" --sysroot "$trees/$1" list --blocks -r -n --output="BLOCK,DEVICE,STATE,ZONES,NODE")
	diff <("${list[@]}" --split) <("${list[@]}" | split_ranges)
}
@test "list: captured trees, --blocks without and with --split: same blocks" { each_tree same_blocks; }

# A capture of a captured tree misses nothing and adds nothing.
recaptured() {
	local copy=$BATS_TEST_TMPDIR/$1
	"$DAXBUS" --sysroot "$trees/$1" capture "$copy"
	diff -r --no-dereference "$trees/$1" "$copy"
}
@test "capture: captured trees: copy is identical" { each_tree recaptured; }

nobody() {
	diff "$public/expected/$1" <(as_nobody --sysroot "$public/trees/$1" list)
}
root() {
	"$DAXBUS" --sysroot "$trees/$1" list > "$public/expected/$1"
}
@test "list: captured trees, ordinary user: same as root" {
	[[ $(id -u) -eq 0 ]] || skip 'an ordinary user runs this already'
	copy_for_everybody
	cp -r "$trees" "$public/trees"
	chmod -R a+rX "$public"
	mkdir "$public/expected"
	each_tree root
	each_tree nobody
}

teardown() {
	[[ -z ${public-} ]] || rm -rf "$public"
}
