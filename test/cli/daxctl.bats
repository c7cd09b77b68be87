#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree
#
# The command line of daxctl, on captured trees. test/vm/daxctl-front.bats compares it with daxctl itself.

load cli

readonly trees=$BATS_TEST_DIRNAME/../sysroots

setup()
{
	front=$BATS_TEST_TMPDIR/daxctl
	ln -s "$(readlink -f "$DAXBUS")" "$front"
}

# front TREE ARG...
front()
{
	run --separate-stderr env DAXBUS_SYSROOT="$1" "$front" "${@:2}"
}

@test "daxctl: list, captured tree: keys in the order of daxctl, exact text" {
	tree_with_two
	front "$tree" list
	is_status 0
	is_stderr ''
	is_output '[
  {
    "chardev":"dax0.0",
    "size":1073741824,
    "target_node":1,
    "align":2097152,
    "mode":"devdax"
  },
  {
    "chardev":"dax1.0",
    "size":1073741824,
    "target_node":2,
    "align":2097152,
    "mode":"devdax"
  }
]'
}

@test "daxctl: list --human: one object is no array, sizes with units, addresses in hexadecimal" {
	tree_with_two
	front "$tree" list -u -M -d dax1.0
	is_status 0
	is_output '{
  "chardev":"dax1.0",
  "size":"1024.00 MiB (1073.74 MB)",
  "target_node":2,
  "align":2097152,
  "mode":"devdax",
  "mappings":[
    {
      "page_offset":"0",
      "start":"0x200000000",
      "end":"0x23fffffff",
      "size":"1024.00 MiB (1073.74 MB)"
    }
  ]
}'
	front "$tree" list -uR
	[[ $(json 'type') == '"array"' ]] || mismatch 'two regions'
	front "$tree" list -uRr 1
	[[ $(json '[.path, .id, .size, .align]') == '["/platform/hmem.1",1,"1024.00 MiB (1073.74 MB)",2097152]' ]] ||
		mismatch 'one region'
}

@test "daxctl: list --human: units by size, small sizes are numbers" {
	local size text
	tree_with_two
	while read -r size text; do
		echo "$size" > "$tree/sys/devices/platform/hmem.0/dax0.0/size"
		front "$tree" list -u -d dax0.0
		[[ $(json .size) == "$text" ]] || mismatch "$size: expected $text"
	done <<- 'END'
		5119999 5119999
		5120000 "4.88 MiB (5.12 MB)"
		2147483647 "2048.00 MiB (2147.48 MB)"
		2147483648 "2.00 GiB (2.15 GB)"
		1649267441664 "1536.00 GiB (1649.27 GB)"
		2199023255552 "2.00 TiB (2.20 TB)"
	END
}

@test "daxctl: help of a command: shows the manual page of the front" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\necho "man $*"\n' > "$BATS_TEST_TMPDIR/bin/man"
	chmod +x "$BATS_TEST_TMPDIR/bin/man"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH front / list --help
	is_output 'man daxbus-daxctl'
	PATH=$BATS_TEST_TMPDIR/bin:$PATH front / help reconfigure-device
	is_output 'man daxbus-daxctl'
}

@test "daxctl: list, each captured tree: devices, modes and counts of daxbus list" {
	local path expected
	for path in "$trees"/*-*/; do
		expected=$("$DAXBUS" --sysroot "$path" list --json | jq -c '[.devices[] | select(.size > 0) | {chardev: .device, size,
			mode: (if .mode == "kmem" then "system-ram" elif .mode == "famfs" then .mode else "devdax" end),
			online: (if .mode == "kmem" then .memory.online else null end),
			total: (if .mode == "kmem" and .memory.blocks != null then .memory.blocks - .memory.missing else null end),
			disabled: (.driver == null)}]')
		front "$path" list
		is_status 0
		[[ $output ]] || output='[]'
		[[ $(json '[.[] | {chardev, size, mode, online: .online_memblocks, total: .total_memblocks, disabled: (.state == "disabled")}]') == "$expected" ]] ||
			mismatch "$path: expected $expected"
	done
}

@test "daxctl: list, no device: nothing, exit 0" {
	tree_new
	front "$tree" list
	is_status 0
	is_output ''
	is_stderr ''
	front "$tree" list -R
	is_output ''
	tree_with_two
	front "$tree" list -d dax7.7
	is_status 0
	is_output ''
	front "$tree" list -r 7
	is_output ''
}

@test "daxctl: list, device without memory: only with --idle" {
	tree_with_two
	echo 0 > "$tree/sys/devices/platform/hmem.0/dax0.0/size"
	front "$tree" list
	[[ $(json '[.[].chardev]') == '["dax1.0"]' ]] || mismatch 'without --idle'
	front "$tree" list --idle
	[[ $(json '[.[].chardev]') == '["dax0.0","dax1.0"]' ]] || mismatch 'with --idle'
}

@test "daxctl: --list-cmds, --list-opts, version, no command: words and status of daxctl" {
	front / --list-cmds
	is_status 0
	is_output 'version
list
help
split-acpi
migrate-device-model
create-device
destroy-device
reconfigure-device
online-memory
offline-memory
disable-device
enable-device'
	front / reconfigure-device --list-opts
	is_status 130
	is_output '--region --human --verbose --size --align --input --mode --no-online --force --check-config --no-movable '
	front / --version
	is_status 0
	is_output 85
	front /
	is_status 1
	[[ $output == *'usage: daxctl'* ]] || mismatch 'no command'
	front / help
	is_status 0
	front / nonsense
	is_status 1
	is_stderr "Unknown command: 'nonsense'"
	front / split-acpi -d /tmp
	is_status 1
	[[ $stderr == *'daxbus-daxctl(1)'* ]] || mismatch 'no pointer'
}

@test "daxctl: abbreviated and reset options: accepted if unique" {
	tree_with_two
	front "$tree" list --hum --dev dax0.0 --no-human
	is_status 0
	[[ $(json '.[0].size') == 1073741824 ]] || mismatch 'reset'
	front "$tree" list --regi 0
	is_status 129
	[[ $stderr == *'Ambiguous option: regi (could be --region or --regions)'* ]] || mismatch 'two'
	front "$tree" list --region=0
	[[ $(json '.[0].id') == 0 ]] || mismatch 'the whole name'
	front "$tree" reconfigure-device --m=devdax dax7.7
	[[ $status != 129 ]] || mismatch 'a value excludes --movable'
	front "$tree" reconfigure-device --m devdax dax0.0
	is_status 129
	front "$tree" list --region
	is_status 129
	front "$tree" list --human=yes
	is_status 129
	front "$tree" list -- -u
	is_status 129
}

@test "daxctl: wrong command lines: exit 129, nothing on stdout" {
	local line
	tree_with_two
	for line in 'list -x' 'list extra' 'list -h' 'reconfigure-device' 'reconfigure-device dax0.0' 'create-device extra' \
		'create-device -m devdax' 'reconfigure-device -m devdax -N dax0.0' 'reconfigure-device -m devdax dax0.0 dax1.0' \
		'destroy-device' 'online-memory -f dax0.0' --nonsense; do
		# shellcheck disable=SC2086 # words
		front "$tree" $line
		[[ $status == 129 && ! $output && $stderr ]] || mismatch "$line"
	done
}

@test "daxctl: changes of a captured tree: refused, nothing changed" {
	local line
	[[ $(id -u) -eq 0 ]] || skip 'requires root'
	tree_with_two
	cp -r "$tree" "$BATS_TEST_TMPDIR/before"
	for line in 'reconfigure-device -m system-ram dax0.0' 'disable-device dax0.0' 'destroy-device -f dax0.0'; do
		# shellcheck disable=SC2086 # words
		front "$tree" $line
		[[ $status == 161 && $stderr == *'a captured tree cannot be changed'*'0 devices' ]] || mismatch "$line"
	done
	diff -r "$tree" "$BATS_TEST_TMPDIR/before"
}

@test "daxctl: create-device --input: file that is not what list -M printed: exit 129 and the reason" {
	local file=$BATS_TEST_TMPDIR/input.json text
	tree_with_two
	while IFS='|' read -r reason text; do
		echo "$text" > "$file"
		front "$tree" create-device --input "$file"
		[[ $status == 129 && $stderr == *"$reason"*'error: failed to parse device file: Invalid argument'* ]] ||
			mismatch "$text"
	done <<- 'END'
		not an object|[]
		'align' is missing|{"chardev":"dax0.0","size":2097152}
		'size' is missing or not a number|{"chardev":"dax0.0","size":"2.00 MiB","align":2097152}
		'chardev' is missing|{"size":2097152,"align":2097152}
		'mappings' is missing|{"chardev":"dax0.0","size":2097152,"align":2097152}
		'size' is 2097152|{"chardev":"dax0.0","size":2097152,"align":2097152,"mappings":[{"page_offset":0,"start":0,"end":4095}]}
		ends before|{"chardev":"dax0.0","size":2097152,"align":2097152,"mappings":[{"page_offset":0,"start":1,"end":0}]}
	END
	front "$tree" create-device --input /nonexistent
	is_status 129
}

@test "daxctl: another user: list works, changes exit 255" {
	tree_with_two
	chmod -R a+rX "$tree" "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR"
	copy_for_everybody
	ln -s daxbus "$public/daxctl"
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups "$public/daxctl" reconfigure-device -m devdax dax0.0
	is_status 255
	[[ $stderr == *'error reconfiguring devices: Operation not permitted'* ]] || mismatch 'message'
	rm -rf "$public"
}

@test "daxctl: every option and command of the front: in its manual page or that of daxctl" {
	local page=$BATS_TEST_DIRNAME/../../Documentation/daxbus-daxctl.1.adoc command
	for command in $("$front" --list-cmds); do
		grep -q "\*$command\*" "$page" || mismatch "$command is not in the page"
	done
}
