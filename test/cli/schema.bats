#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree

load cli

readonly documentation=$BATS_TEST_DIRNAME/../../Documentation
readonly schema=$documentation/daxbus-list.schema.json
readonly trees=$BATS_TEST_DIRNAME/../sysroots

setup()
{
	python3 -c 'import jsonschema' || skip 'no python3-jsonschema here'
}

@test "schema: files in Documentation: those that the tool generates" {
	local document
	daxbus __introspect dump
	is_status 0
	for document in list change diff explain history migration monitor policy scan who; do
		jq --arg document "$document" -f "$documentation/schema.jq" <<< "$output" |
			diff -u "$documentation/daxbus-$document.schema.json" -
	done
}

@test "schema: list --json, with and without blocks and devices: valid" {
	tree_with_two
	daxbus list --json --sysroot "$tree"
	is_valid list
	daxbus list --json --blocks --sysroot "$tree"
	is_valid list
	daxbus list --json --sysroot "$tree" 'dax9.*'
	is_valid list
	rm -r "$tree/sys"
	daxbus list --json --sysroot "$tree"
	is_valid list
}

@test "schema: list --json: exactly the required keys" {
	tree_with_two
	daxbus list --json --sysroot "$tree"
	local where
	for where in daxbus regions devices; do
		local required present
		required=$(jq -c ".properties.$where | (.items // .).required | sort" "$schema")
		present=$(json ".$where | if type == \"array\" then .[0] else . end | keys")
		[[ $required == "$present" ]] || mismatch "$where: $required, $present"
	done
}

@test "schema: list --json, key missing or of the wrong type: invalid" {
	tree_with_two
	daxbus list --json --sysroot "$tree"
	local whole=$output
	output=$(jq 'del(.devices[0].size)' <<< "$whole")
	run -1 is_valid list
	output=$(jq '.devices[0].size = "1G"' <<< "$whole")
	run -1 is_valid list
}

@test "schema: reconfigure --json, planned, refused, nothing selected: valid" {
	daxbus reconfigure --mode=kmem --dry-run --json --sysroot "$trees/6.1-hmem" dax0.0
	[[ $(json '.results[0].steps | length') -gt 0 ]] || mismatch 'no steps'
	is_valid change
	daxbus reconfigure --mode=kmem --dry-run --json --sysroot "$trees/6.1-stuck" dax1.0
	is_valid change
	daxbus reconfigure --mode=kmem --dry-run --json --sysroot "$trees/6.1-hmem" 'dax9.*'
	is_valid change
}

@test "schema: reconfigure --json: exactly the required keys" {
	local change=$documentation/daxbus-change.schema.json
	daxbus reconfigure --mode=kmem --dry-run --json --sysroot "$trees/6.1-hmem" dax0.0
	[[ $(jq -c '.required | sort' "$change") == "$(json keys)" ]] || mismatch document
	[[ $(jq -c '.properties.results.items.required | sort' "$change") == \
		"$(json '.results[0] | keys')" ]] || mismatch result
	[[ $(jq -c '.properties.results.items.properties.steps.items.required | sort' "$change") == \
		"$(json '.results[0].steps[0] | keys')" ]] || mismatch step
}

@test "schema: migrate status --json, migrate apply --json: valid, exactly the required keys" {
	local migration=$documentation/daxbus-migration.schema.json
	local tree=$BATS_TEST_TMPDIR/tree where release
	cp -r "$trees/5.10-nvdimm" "$tree"
	release=$(< "$tree/proc/sys/kernel/osrelease")
	mkdir -p "$tree/etc/modprobe.d" "$tree/lib/modules/$release"
	echo 'blacklist dax_pmem_compat' > "$tree/etc/modprobe.d/a.conf"
	daxbus migrate status --json --sysroot "$tree"
	is_valid migration
	[[ $(jq -c '.required | sort' "$migration") == "$(json keys)" ]] || mismatch document
	for where in devices boots lines; do
		[[ $(jq -c ".properties.$where.items.required | sort" "$migration") == \
			"$(json ".${where}[0] | keys")" ]] || mismatch "$where"
	done
	daxbus migrate apply --dry-run --json --root "$tree"
	[[ $(json '.results[0].device') == null ]] || mismatch device
	is_valid change
	output=$(jq '.results[0].device = 7' <<< "$output")
	run -1 is_valid change
}

@test "schema: reconfigure --json, key missing: invalid" {
	daxbus reconfigure --mode=kmem --dry-run --json --sysroot "$trees/6.1-hmem" dax0.0
	output=$(jq 'del(.results[0].code)' <<< "$output")
	run -1 is_valid change
}
