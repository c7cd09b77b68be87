#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree

load cli

readonly schema=$BATS_TEST_DIRNAME/../../Documentation/daxbus-list.schema.json

# Check the document in $output against the schema.
is_valid()
{
	python3 - "$schema" "$output" << 'END' || mismatch "not valid"
import json, sys
import jsonschema

schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.validate(json.loads(sys.argv[2]), schema)
END
}

setup()
{
	python3 -c 'import jsonschema' || skip 'no python3-jsonschema here'
}

@test "the schema is what the tool says it is ('make update-schema')" {
	daxbus __introspect schema
	is_status 0
	diff -u "$schema" - <<< "$output"
}

@test "documents are valid: devices, with blocks, and none at all" {
	tree_with_two
	daxbus list --json --sysroot "$tree"
	is_valid
	daxbus list --json --blocks --sysroot "$tree"
	is_valid
	daxbus list --json --sysroot "$tree" 'dax9.*'
	is_valid
	rm -r "$tree/sys"
	daxbus list --json --sysroot "$tree"
	is_valid
}

@test "every key that the schema requires is in a document, and no other" {
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

@test "a document with a key missing, or a text for a number, is not valid" {
	tree_with_two
	daxbus list --json --sysroot "$tree"
	local whole=$output
	output=$(jq 'del(.devices[0].size)' <<< "$whole")
	run -1 is_valid
	output=$(jq '.devices[0].size = "1G"' <<< "$whole")
	run -1 is_valid
}
