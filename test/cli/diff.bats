#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others
#
# Differences between captured trees, layouts, policies and changes of the history.

load cli

trees=$BATS_TEST_DIRNAME/../sysroots

setup()
{
	root=$(mktemp -d)
	mkdir -p "$root/etc/daxbus/policy.d" "$root/var/lib/daxbus/history"
	chmod 755 "$root/var/lib/daxbus" "$root/var/lib/daxbus/history"
}

teardown()
{
	rm -rf "$root"
}

@test "diff: tree with itself, and with its layout: exit 0" {
	daxbus diff "$trees/7.3-hmem" "$trees/7.3-hmem"
	is_status 0
	is_output ''
	"$DAXBUS" list --json --sysroot "$trees/7.3-hmem" > "$root/layout.json"
	daxbus diff "$root/layout.json" "$trees/7.3-hmem"
	is_status 0
	daxbus diff --sysroot "$trees/7.3-hmem" now "$root/layout.json"
	is_status 0
	is_output ''
}

@test "diff: two trees: exit 7, a tree of values" {
	daxbus diff "$trees/6.1-hmem" "$trees/7.3-hmem"
	is_status 7
	is_output \
'NAME     BEFORE AFTER
dax0.0          
`-mode   devdax kmem
dax1.0          
`-online mixed  kernel'
}

@test "diff: layout with another range, another mode, and without a device: --json as the schema says" {
	"$DAXBUS" list --json --sysroot "$trees/7.3-hmem" |
		jq '(.devices[0].mode, .devices[0].driver) = null | .devices[0].memory = null | del(.devices[1])' > "$root/layout.json"
	daxbus diff --json "$root/layout.json" "$trees/7.3-hmem"
	is_status 7
	[[ $(json '[.differences[] | [.code, .device, .key, .before, .after]] | .[0]') == \
		'["differs","dax0.0","mode","none","kmem"]' ]] || mismatch values
	[[ $(json '.differences[-1] | [.code, .device, .key, .before]') == '["added","dax1.0",null,null]' ]] || mismatch added
	python3 -c 'import jsonschema' || skip 'no python3-jsonschema here'
	is_valid diff
}

@test "diff: policy: what differs from it; a device without a policy does not" {
	printf '[Match]\nProvider=hmem\nDevice=dax0.0\n[Device]\nMode=devdax\n' > "$root/etc/daxbus/policy.d/50.conf"
	daxbus diff --root "$root" --sysroot "$trees/7.3-hmem" now policy --json
	is_status 7
	[[ $(json '[.differences[] | [.device, .key, .before, .after]]') == '[["dax0.0","mode","kmem","devdax"]]' ]] || mismatch
	printf '[Match]\nProvider=hmem\nDevice=dax0.0\n[Device]\nMode=kmem\nOnline=policy\n' > "$root/etc/daxbus/policy.d/50.conf"
	daxbus diff --root "$root" --sysroot "$trees/7.3-hmem" now policy
	is_status 0
}

# The regions that the change did not concern are not compared.
@test "diff: change of the history: before and after it, and with a tree" {
	local file=$root/var/lib/daxbus/history/12 region

	region=$("$DAXBUS" list --json --sysroot "$trees/7.3-hmem" |
		jq -r '.regions[0] | "region 0 hmem \(.path) \(.identity)"')
	printf '%s\n' 'daxbus-history 1' 'result changed' before "$region" \
		'device dax0.0 - 2097152 - 100000000-13fffffff -' after "$region" \
		'device dax0.0 device_dax 2097152 - 100000000-13fffffff -' steps end > "$file"
	daxbus diff --root "$root" @12:before history:12 --json
	is_status 7
	[[ $(json '[.before, .after, (.differences[] | .key, .before, .after)]') == \
		'["@12:before","history:12","mode","none","devdax"]' ]] || mismatch
	daxbus diff --root "$root" @12 @12
	is_status 0
	daxbus diff --root "$root" @12 "$trees/7.3-hmem" --json
	[[ $(json '[.differences[] | .device] | unique') == '["dax0.0"]' ]] || mismatch 'one region'
	daxbus diff --root "$root" @13 @12
	is_status 3
}

@test "diff: one operand, malformed change: exit 2; unknown file: exit 3" {
	daxbus diff now
	is_status 2
	daxbus diff @1:after now
	is_usage_error "'@1:after' is not a change such as @12 or @12:before; see 'daxbus history'" diff
	daxbus diff @ now
	is_status 2
	daxbus diff "$root/none" now
	is_status 3
	echo '{}' > "$root/layout.json"
	daxbus diff "$root/layout.json" "$trees/7.3-hmem"
	is_status 2
}
