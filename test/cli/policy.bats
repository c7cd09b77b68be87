#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154,SC2030,SC2031 # run sets stderr_lines and others, tree_new() sets tree
#
# Policies in a directory, for the devices of a tree. test/vm/policy.bats applies them to real devices.

load cli

setup()
{
	root=$BATS_TEST_TMPDIR/root
	mkdir -p "$root"/etc/daxbus/policy.d
	tree_with_two
}

# conf [DIRECTORY/]NAME LINE...: write lines to a file, by default in /etc/daxbus/policy.d
conf()
{
	local path=$root/etc/daxbus/policy.d/$1
	[[ $1 != /* ]] || path=$root$1
	mkdir -p "${path%/*}"
	printf '%s\n' "${@:2}" > "$path"
}

policy()
{
	daxbus policy "$@" --root="$root" --sysroot="$tree"
}

# state NAME: the state of a policy in /etc
state()
{
	policy show --json
	json ".policies[] | select(.file == \"/etc/daxbus/policy.d/$1\") | .state" | tr -d '"'
}

# is_broken LINE MESSAGE NAME: the only difference is that file
is_broken()
{
	policy check
	is_status 7
	[[ $output == "/etc/daxbus/policy.d/$3${1:+:$1}: $2" ]] || mismatch "$3 $1"
}

readonly devdax=(Provider=hmem Node=1 '' '[Device]' Mode=devdax)

# --- check ----------------------------------------------------------------------------------------

@test "policy check: no policy: nothing" {
	policy check
	is_status 0
	is_output ''
	rm -r "${root:?}/etc"
	policy check
	is_status 0
}

@test "policy check: as wanted: nothing, exit 0" {
	conf 50-a.conf '[Match]' "${devdax[@]}"
	policy check
	is_status 0
	is_output ''
	is_stderr ''
}

@test "policy check: another mode: one line, exit 7" {
	conf 50-a.conf '[Match]' Node=2 '[Device]' Mode=kmem
	policy check
	is_status 7
	is_output '/etc/daxbus/policy.d/50-a.conf:4: dax1.0: Mode is devdax instead of kmem'
	policy check --json
	is_status 7
	[[ $(json '.differences') == '[{"code":"differs","device":"dax1.0","file":"/etc/daxbus/policy.d/50-a.conf","line":4,"key":"Mode","is":"devdax","wanted":"kmem","message":"dax1.0: Mode is devdax instead of kmem"}]' ]] ||
		mismatch difference
	policy check dax0.0
	is_status 0
	is_output ''
	policy check dax9.0
	is_status 3
}

@test "policy check: memory in kmem: Online is compared, movable by default" {
	tree=$BATS_TEST_DIRNAME/../sysroots/6.12-hmem
	conf 50-a.conf '[Match]' Provider=hmem Node=1 '[Device]' Mode=kmem Online=kernel
	policy check
	is_status 0
	conf 50-a.conf '[Match]' Provider=hmem Node=1 '[Device]' Mode=kmem
	policy check
	is_status 7
	is_output '/etc/daxbus/policy.d/50-a.conf:5: dax0.0: Online is kernel instead of movable'
	conf 50-a.conf '[Match]' Provider=hmem Node=1 '[Device]' Mode=kmem Online=policy Memmap=yes
	policy check
	is_output '/etc/daxbus/policy.d/50-a.conf:7: dax0.0: Memmap is no instead of yes'
}

@test "policy check: matches nothing: absent, exit 7" {
	conf 50-a.conf '[Match]' Provider=cxl '[Device]' Mode=kmem
	policy check
	is_status 7
	is_output '/etc/daxbus/policy.d/50-a.conf:1: it matches no device that is there'
	[[ $(state 50-a.conf) == absent ]] || mismatch state
}

@test "policy check: matches two regions: refused for both, unless Multiple=yes" {
	conf 50-a.conf '[Match]' Provider=hmem '[Device]' Mode=devdax
	policy check
	is_status 7
	[[ $output == '/etc/daxbus/policy.d/50-a.conf:1: it matches several regions, '*'; add Identity=, or Multiple=yes'* ]] ||
		mismatch ambiguous
	[[ $(state 50-a.conf) == ambiguous ]] || mismatch state
	policy apply --dry-run
	is_status 5
	[[ $stderr == *'refused (policy-ambiguous)'* ]] || mismatch refused
	conf 50-a.conf '[Match]' Provider=hmem Multiple=yes '[Device]' Mode=devdax
	policy check
	is_status 0
}

@test "policy check: sizes: missing and extra devices" {
	conf 50-a.conf '[Match]' Node=1 '[Device]' Size=512M Mode=devdax '[Device]' Mode=kmem
	policy check
	is_status 7
	is_output '/etc/daxbus/policy.d/50-a.conf:4: dax0.0: Size is 1073741824 instead of 512M
/etc/daxbus/policy.d/50-a.conf:6: region0: the device of section [Device] is missing'
	conf 50-a.conf '[Match]' Node=1 '[Device]' Range=0x140000000-0x14fffffff
	policy check
	is_output '/etc/daxbus/policy.d/50-a.conf:3: region0: the device of section [Device] with Range=0x140000000-0x14fffffff is missing
/etc/daxbus/policy.d/50-a.conf:1: dax0.0: the policy of its region has no such device'
	conf 50-a.conf '[Match]' Node=1 '[Device]' Range=100000000-11fffffff Range=120000000-13fffffff
	policy check
	is_output '/etc/daxbus/policy.d/50-a.conf:5: dax0.0: Range is 100000000-13fffffff instead of 120000000-13fffffff'
}

@test "policy check: kernel that brings memory online too early: a note, exit 0" {
	# auto_online_blocks [CMDLINE]: of the kernel
	boots_with() {
		echo "$1" > "$tree/sys/devices/system/memory/auto_online_blocks"
		mkdir -p "$tree/proc"
		echo "${2-}" > "$tree/proc/cmdline"
		policy check --json
		[[ $(json '.notes[].code') == "${3:+\"memhp-default-state\"}" ]] || mismatch "$*: $stderr"
		[[ $(json '.differences') == '[]' ]] || mismatch differences
		is_status 0
	}
	complete_tree 7.3-hmem
	conf 50-a.conf '[Match]' Node=1 '[Device]' Owner=root
	boots_with online
	daxbus list --json --sysroot="$tree" dax0.0
	conf 50-a.conf '[Match]' Node=1 '[Device]' "Mode=$(json '.devices[0].mode' | tr -d '"')" Online=kernel
	boots_with online
	boots_with online_kernel
	boots_with online_movable '' note
	[[ $stderr == *"50-a.conf:5: note: dax0.0: at boot, its memory may go online in zone Movable"*"auto_online_blocks is online_movable"*memhp_default_state=offline* ]] ||
		mismatch text
	boots_with offline
	boots_with offline 'quiet memhp_default_state=online_movable' note
	boots_with online_movable 'memhp_default_state=online_movable memhp-default-state="offline" memhp_default_state=x'
}

# --- show -----------------------------------------------------------------------------------------

@test "policy show: one policy: each value with its file and line" {
	conf 50-a.conf '[Match]' "${devdax[@]}" Owner=root
	conf /usr/lib/daxbus/policy.d/60-b.conf '[Match]' Provider=cxl '[Device]' Mode=kmem
	policy show
	is_status 0
	is_output 'DEVICE KEY   VALUE  FROM
dax0.0 Mode  devdax /etc/daxbus/policy.d/50-a.conf:6
dax0.0 Owner root   /etc/daxbus/policy.d/50-a.conf:7
/usr/lib/daxbus/policy.d/60-b.conf: absent'
}

@test "policy show: two policies for one region: the first name wins, in any directory" {
	conf 50-b.conf '[Match]' Node=1 '[Device]' Mode=kmem
	conf /usr/lib/daxbus/policy.d/40-a.conf '[Match]' Node=1 '[Device]' Mode=devdax
	policy show
	is_status 0
	[[ $output == *'Mode devdax /usr/lib/daxbus/policy.d/40-a.conf:4'* ]] || mismatch 'the first one'
	[[ $output == *'/etc/daxbus/policy.d/50-b.conf: hidden by /usr/lib/daxbus/policy.d/40-a.conf' ]] || mismatch hidden
	policy check
	is_status 0
}

@test "policy show: one name in several directories: etc before run before usr/lib" {
	local directory
	for directory in /etc /run /usr/lib; do
		conf $directory/daxbus/policy.d/50-a.conf '[Match]' Node=1 '[Device]' "Link=from$directory"
		sed -i 's|=from/|=from-|; s|usr/|usr-|' "$root$directory/daxbus/policy.d/50-a.conf"
	done
	for directory in /etc /run /usr/lib; do
		policy show
		[[ $output == *" $directory/daxbus/policy.d/50-a.conf:4" ]] || mismatch $directory
		rm "$root$directory/daxbus/policy.d/50-a.conf"
	done
}

@test "policy show: link to /dev/null, empty file: hide the others" {
	conf /usr/lib/daxbus/policy.d/50-a.conf '[Match]' "${devdax[@]}"
	conf /usr/lib/daxbus/policy.d/60-b.conf '[Match]' "${devdax[@]}"
	policy show --json
	[[ $(json '.policies | length') == 2 ]] || mismatch two
	ln -s /dev/null "$root/etc/daxbus/policy.d/50-a.conf"
	: > "$root/etc/daxbus/policy.d/60-b.conf"
	policy show --json
	[[ $(json '.policies') == '[]' ]] || mismatch none
	is_stderr ''
}

@test "policy show: other names: ignored" {
	conf 50-a.conf.bak nonsense
	conf .50-a.conf nonsense
	conf README nonsense
	policy check
	is_status 0
	is_output ''
}

# --- apply ----------------------------------------------------------------------------------------

@test "policy apply: dry-run: the steps of reconfigure, and unchanged" {
	tree=$BATS_TEST_DIRNAME/../sysroots/6.1-hmem
	daxbus list --json --sysroot "$tree"
	conf 50-a.conf '[Match]' Provider=hmem Multiple=yes '[Device]' Mode=kmem
	policy apply --dry-run --json
	[[ $(json '[.results[].device] == ["dax0.0", "dax1.0"]') == true ]] || mismatch devices
	daxbus reconfigure --mode=kmem --dry-run --json --sysroot "$tree" dax0.0 dax1.0
	local wanted=$output
	policy apply --dry-run --json
	diff <(jq .results <<< "$wanted" | grep -v fingerprint) <(jq .results <<< "$output" | grep -v fingerprint)
}

@test "policy apply: captured tree, without --dry-run: refused" {
	policy apply
	is_status 5
}

@test "policy apply: broken and absent policies: a line each, the others are used" {
	conf 10-broken.conf '[Match]' "${devdax[@]}" Mode=nonsense
	conf 20-absent.conf '[Match]' Provider=cxl '[Device]' Mode=kmem
	conf 50-good.conf '[Match]' "${devdax[@]}"
	policy apply --dry-run
	is_status 4
	is_output '/etc/daxbus/policy.d/20-absent.conf: unchanged: it matches no device that is there
dax0.0: unchanged: devdax; dax0.0 is already in devdax'
	[[ $stderr == *"10-broken.conf: refused (policy-broken): "*"Mode= cannot be 'nonsense'"* ]] || mismatch broken
	policy apply --dry-run dax0.0
	is_status 0
	is_output 'dax0.0: unchanged: devdax; dax0.0 is already in devdax'
	[[ $stderr == *"10-broken.conf:7: Mode= cannot be 'nonsense'"* ]] || mismatch line
}

@test "policy apply: dry-run, sizes: shrinks, then creates" {
	complete_tree 6.1-hmem
	conf 50-a.conf '[Match]' Provider=hmem Node=1 '[Device]' Size=512M Mode=devdax '[Device]' Mode=none
	policy apply --dry-run --json
	is_status 0
	[[ $(json '[.results[] | "\(.device) \(.result)"]') == '["dax0.0 unchanged","dax0.0 planned","region0 planned"]' ]] ||
		mismatch results
	[[ $(json '.results[1].steps | length > 0') == true ]] || mismatch steps
}

# --- try ------------------------------------------------------------------------------------------

@test "policy try: files that are not installed, dry-run: the steps of apply" {
	local file=$root/new.conf
	complete_tree 6.1-hmem
	printf '%s\n' '[Match]' Node=1 '[Device]' Size=512M Mode=devdax '[Device]' Mode=none > "$file"
	conf 50-a.conf '[Match]' Node=2 '[Device]' Mode=none
	daxbus policy try --dry-run --json --sysroot="$tree" "$file"
	is_status 0
	[[ $(json '[.results[] | "\(.device) \(.result)"]') == '["dax0.0 unchanged","dax0.0 planned","region0 planned"]' ]] ||
		mismatch results
	cd "$root"
	daxbus policy try --dry-run --sysroot="$tree" ./new.conf
	is_status 0
	daxbus policy try --sysroot="$tree" new.conf
	is_status 5
}

@test "policy try: two files for one device: the first operand applies" {
	complete_tree 6.1-hmem
	printf '%s\n' '[Match]' Node=1 '[Device]' Mode=none > "$root/z.conf"
	printf '%s\n' '[Match]' Node=1 '[Device]' Mode=devdax > "$root/a.conf"
	daxbus policy try --dry-run --json --sysroot="$tree" "$root/z.conf" "$root/a.conf"
	[[ $(json '[.results[] | "\(.device) \(.to)"]') == '["dax0.0 null"]' ]] || mismatch order
}

@test "policy try: files that cannot be used: refused, exit 5; missing: exit 3" {
	local bad=$root/bad.conf name
	complete_tree 6.1-hmem
	printf '%s\n' '[Match]' Node=1 '[Device]' Mode=none > "$root/good.conf"
	for name in malformed world link large directory; do
		rm -rf "$bad"
		case $name in
			malformed) echo nonsense > "$bad" ;;
			world) cp "$root/good.conf" "$bad" && chmod o+w "$bad" ;;
			link) ln -s good.conf "$bad" ;;
			large) head -c 10M /dev/zero | tr '\0' '#' > "$bad" ;;
			directory) mkdir "$bad" ;;
		esac
		daxbus policy try --dry-run --sysroot="$tree" "$bad"
		is_status 5
		[[ $stderr == *'bad.conf: refused (policy-broken)'* ]] || mismatch "$name"
	done
	daxbus policy try --dry-run --sysroot="$tree" "$root/none.conf"
	is_status 3
	daxbus policy try --dry-run --sysroot="$tree" "$root/good.conf/x"
	is_status 3
	rmdir "$bad"
	printf '%s\n' '[Match]' Provider=cxl '[Device]' Mode=none > "$bad"
	daxbus policy try --dry-run --sysroot="$tree" "$bad"
	is_status 0
	[[ $output == *'bad.conf: unchanged: it matches no device that is there' ]] || mismatch absent
}

@test "policy try: --timeout: a number from 1 to 86400" {
	local seconds
	for seconds in 0 -1 1.5 60s forever 86401 ''; do
		daxbus policy try --timeout="$seconds" --dry-run --sysroot="$tree"
		is_status 2
	done
	daxbus policy try --timeout=1 --dry-run --sysroot="$tree"
	is_status 0
	daxbus policy confirm x
	is_status 2
	daxbus policy confirm --sysroot="$tree"
	is_status 5
}

# --- save and remove ------------------------------------------------------------------------------

@test "policy save: regions of a tree: policies that check accepts, then unchanged" {
	local name before
	for name in 6.1-hmem 6.12-cxl 7.3-big 6.1-pmem; do
		tree=$BATS_TEST_DIRNAME/../sysroots/$name
		rm -rf "${root:?}/etc"
		policy save
		[[ $output == *': changed: the file is written'* ]] || mismatch "$name"
		policy check --json
		# Memory that is partially online cannot be described.
		[[ $(json '[.differences[] | select(.key != "Online" or .is != "mixed")]') == '[]' ]] || mismatch "$name"
		before=$(cat "$root"/etc/daxbus/policy.d/*.conf)
		# The tree of CXL has it although memory_hotplug.memmap_on_memory is off, with which 'policy apply' refuses it.
		[[ $name != *-cxl || $before == *Mode=kmem* && $before != *Memmap=* ]] || mismatch "$name Memmap"
		policy save
		[[ $output != *': changed:'* && $output == *': unchanged: '* ]] || mismatch "$name again"
		[[ $before == "$(cat "$root"/etc/daxbus/policy.d/*.conf)" ]] || mismatch "$name file"
	done
}

@test "policy save: one region, dry-run: its text, no file" {
	policy save --dry-run dax1.0
	is_status 0
	[[ $output == *': planned: the file would be written'*Range=0x200000000-0x23fffffff*Mode=devdax* ]] || mismatch text
	[[ $output != *0x100000000* ]] || mismatch 'other region'
	[[ -z $(ls "$root/etc/daxbus/policy.d") ]] || mismatch file
	policy save dax9.0
	is_status 3
}

@test "policy save: file of others, policy of another name: refused" {
	policy save dax1.0
	is_status 0
	local file
	file=$(ls "$root/etc/daxbus/policy.d")
	printf '%s\n' '[Match]' Node=2 '[Device]' Mode=kmem > "$root/etc/daxbus/policy.d/$file"
	policy save dax1.0
	is_status 5
	[[ $stderr == *'refused (policy-not-ours)'* ]] || mismatch refused
	policy save --force dax1.0
	is_status 0
	[[ $output == *': changed: the file is replaced' ]] || mismatch replaced
	mv "$root/etc/daxbus/policy.d/$file" "$root/etc/daxbus/policy.d/10-mine.conf"
	policy save dax1.0
	is_status 5
	[[ $stderr == *'refused (policy-exists): /etc/daxbus/policy.d/10-mine.conf applies'* ]] || mismatch exists
}

@test "policy save: policy of the same name in /usr/lib: hidden by the new one" {
	local vendor=$root/usr/lib/daxbus/policy.d file
	policy save dax1.0
	file=$(ls "$root/etc/daxbus/policy.d")
	mkdir -p "$vendor"
	sed 's/Mode=devdax/Mode=kmem/' "$root/etc/daxbus/policy.d/$file" > "$vendor/$file"
	rm "$root/etc/daxbus/policy.d/$file"
	policy save dax1.0
	is_status 0
	is_output "/etc/daxbus/policy.d/$file: changed: the file is written"
	policy check
	is_status 0
}

@test "reconfigure: --save: an option of the commands that change devices, of no use with --dry-run" {
	local command
	tree=$BATS_TEST_DIRNAME/../sysroots/6.1-hmem
	for command in reconfigure online offline bind unbind create resize destroy; do
		daxbus "$command" --help
		[[ $output == *'--save '*"'daxbus policy save'"* ]] || mismatch "$command"
	done
	for command in recover 'policy apply' 'migrate apply'; do
		# shellcheck disable=SC2086 # two words
		daxbus $command --save
		is_status 2
	done
	daxbus reconfigure --mode=kmem --save --dry-run --json --sysroot="$tree" dax0.0
	is_status 0
	[[ $(json '[.results[].file]') == '[null]' ]] || mismatch file
	daxbus reconfigure --mode=kmem --save --sysroot="$tree" dax0.0
	is_status 5
}

@test "policy import: sections of daxctl: a policy each, or a refusal" {
	local uuid=48d8e42c-a2f0-4312-9e70-a837faafe862
	printf '%s\n' '[reconfigure-device pmem]' "nvdimm.uuid = $uuid" 'mode = system-ram' 'movable = false' \
		'[other]' 'mode = x' '[reconfigure-device "two words"]' 'nvdimm.uuid = "u-2"' 'mode = "devdax"' \
		'[reconfigure-device none]' 'mode = devdax' > "$root/daxctl.conf"
	daxbus policy import --root="$root" "$root/daxctl.conf"
	is_status 4
	is_output "/etc/daxbus/policy.d/50-pmem-uuid-$uuid.conf: changed: the file is written
/etc/daxbus/policy.d/50-pmem-uuid-u-2.conf: changed: the file is written"
	[[ $stderr == *'daxctl.conf: refused (policy-broken): line 10: the section has no nvdimm.uuid'* ]] || mismatch none
	[[ $(cat "$root/etc/daxbus/policy.d/50-pmem-uuid-$uuid.conf") == *"UUID=$uuid"*'Mode=kmem
Online=kernel' ]] || mismatch kmem
	[[ $(cat "$root/etc/daxbus/policy.d/50-pmem-uuid-u-2.conf") == *'Mode=devdax' ]] || mismatch devdax
	policy check --json
	[[ $(json '[.differences[].code]') == '["absent","absent"]' ]] || mismatch check
	daxbus policy import --root="$root" "$root/daxctl.conf" --json
	[[ $(json '[.results[].result]') == '["unchanged","unchanged","refused"]' ]] || mismatch again
	echo nonsense > "$root/daxctl.conf"
	daxbus policy import --root="$root" "$root/daxctl.conf"
	is_status 2
}

@test "policy import: paths and values that would be lines of a policy: a comment, or refused" {
	local file=$root/a$'\n'Mode=none.conf
	file+=$(printf 'x%.0s' {1..200}).conf
	printf '%s\n' '[reconfigure-device pmem]' 'nvdimm.uuid = u-1' '[reconfigure-device other]' \
		'nvdimm.uuid = ../../../x' > "$file"
	daxbus policy import --root="$root" "$file"
	is_status 4
	[[ $stderr == *'line 3: its nvdimm.uuid has a slash'* ]] || mismatch slash
	[[ $(head -1 "$root/etc/daxbus/policy.d/50-pmem-uuid-u-1.conf") == '# From ...'*'.conf, line 1' ]] || mismatch comment
	daxbus policy verify "$root/etc/daxbus/policy.d/50-pmem-uuid-u-1.conf"
	is_status 0
	daxbus list --json --sysroot="$tree"
	jq '.devices[].identity |= "a\nMode=none\n" + .' <<< "$output" > "$root/layout.json"
	daxbus policy import --root="$root" "$root/layout.json"
	is_status 5
	[[ $stderr == *'cannot describe region0: its identity or provider has a control character'* ]] || mismatch identity
}

@test "policy import: layout from a pipe: as from a file" {
	daxbus list --json --sysroot="$tree"
	printf '%s\n' "$output" > "$root/layout.json"
	daxbus policy import --root="$root" "$root/layout.json"
	# shellcheck disable=SC2016 # for the other bash
	run --separate-stderr bash -c '"$1" policy import --json --root="$2" <(cat "$2/layout.json")' - "$DAXBUS" "$root"
	is_status 0
	[[ $(json 'all(.results[]; .result == "unchanged")') == true ]] || mismatch pipe
}

@test "policy import: layout: the policies that save writes, from files and standard input" {
	local name
	for name in 6.1-hmem 6.12-cxl 7.3-hmem 6.1-pmem; do
		tree=$BATS_TEST_DIRNAME/../sysroots/$name
		rm -rf "${root:?}/etc" "$root/imported"
		mkdir -p "$root/imported"
		daxbus list --json --sysroot="$tree"
		printf '%s\n' "$output" > "$root/layout.json"
		policy save
		daxbus policy import --root="$root/imported" "$root/layout.json"
		is_status 0
		# A layout does not tell how a region was created.
		sed -i '/^\[Region]/,/^$/d' "$root"/etc/daxbus/policy.d/*
		diff -r "$root/etc" "$root/imported/etc" || mismatch "$name"
		daxbus policy import --root="$root/imported" --json - < "$root/layout.json"
		[[ $(json 'all(.results[]; .result == "unchanged")') == true ]] || mismatch "$name again"
	done
}

@test "policy import: layout that is no policy: refused, malformed JSON: exit 2" {
	local bad
	daxbus list --json --sysroot="$tree"
	jq '.devices[].identity = null' <<< "$output" > "$root/layout.json"
	daxbus policy import --root="$root" "$root/layout.json"
	is_status 5
	[[ $stderr == *'layout.json: refused (policy-broken): cannot describe region0: the layout has no identity of its devices'* ]] ||
		mismatch identity
	for bad in '{' '{}' '{"devices": 1}' '{"daxbus": {"format": 9}}'; do
		printf '%s' "$bad" > "$root/layout.json"
		daxbus policy import --root="$root" "$root/layout.json"
		is_status 2
	done
	daxbus policy import --root="$root" "$root/none.json"
	is_status 3
	echo '[]' > "$root/layout.json"
	daxbus policy import --root="$root" "$root/layout.json"
	is_status 0
	is_stderr 'daxbus: no section and no region to import'
	[[ -z $(ls "$root/etc/daxbus/policy.d") ]] || mismatch file
}

@test "policy import: libinih cannot be opened: the message names it" {
	daxbus list --json --sysroot="$tree"
	printf '%s\n' "$output" > "$root/layout.json"
	: > "$root/libinih.so.1"
	LD_LIBRARY_PATH=$root daxbus policy import --root="$root" "$root/layout.json"
	[[ $status -ne 0 && $stderr == *'libinih.so.1 is not installed'* ]] || mismatch library
}

@test "policy remove: names with and without directory: removed, others refused" {
	conf 50-a.conf x
	conf 60-b.conf x
	daxbus policy remove --root="$root" --dry-run 50-a.conf
	is_output '/etc/daxbus/policy.d/50-a.conf: planned: the file would be removed
  1. remove the policy'
	daxbus policy remove --root="$root" 50-a.conf /etc/daxbus/policy.d/60-b.conf 70-c.conf
	is_status 0
	is_output '/etc/daxbus/policy.d/50-a.conf: changed: the file is removed
/etc/daxbus/policy.d/60-b.conf: changed: the file is removed
/etc/daxbus/policy.d/70-c.conf: unchanged: it does not exist'
	[[ -z $(ls "$root/etc/daxbus/policy.d") ]] || mismatch file
	daxbus policy remove --root="$root" ../x.conf
	is_status 2
	daxbus policy remove --root="$root" x
	is_status 2
}

# --- files ----------------------------------------------------------------------------------------

@test "policy check: unknown key, unknown section: reported with the line, ignored" {
	conf 50-a.conf '[Match]' "${devdax[@]}" Colour=red '[Fnord]' Mode=kmem
	policy check
	is_status 7
	is_output ''
	is_stderr "daxbus: /etc/daxbus/policy.d/50-a.conf:7: unknown key Colour= in section [Device], ignored
daxbus: /etc/daxbus/policy.d/50-a.conf:8: unknown section [Fnord], ignored"
	[[ $(state 50-a.conf) == used ]] || mismatch state
}

@test "policy check: key set twice, in another case: reported with the line; byte order mark: read" {
	conf 50-a.conf $'\xef\xbb\xbf[Match]' Node=1 '[Device]' Mode=kmem owner=root Mode=devdax
	policy check
	is_status 7
	is_output ''
	is_stderr "daxbus: /etc/daxbus/policy.d/50-a.conf:5: unknown key owner= in section [Device], ignored; did you mean Owner=?
daxbus: /etc/daxbus/policy.d/50-a.conf:6: Mode= is set a second time: 'devdax' counts, and not 'kmem' of line 4"
}

@test "policy check: broken files: a line each with its number" {
	local match='[Match]' device='[Device]' at
	local -a cases=(
		"1|the line is not KEY=VALUE, a section or a comment" "nonsense"
		"1|Mode= is in front of the first section" "Mode=kmem"
		"|there is no section [Match]" "$device|Mode=kmem"
		"|there is no section [Device]" "$match|Node=1"
		"1|[Match] has no condition" "$match|$device|Mode=kmem"
		"3|a second section [Match]" "$match|Node=1|$match|Node=2|$device"
		"1|the section has no ']'" "[Match|Node=1"
		"3|the line is indented" "$match|Node=1| Size=1G|$device"
		"4|Mode= cannot be 'ram': it is devdax, kmem, famfs or none" "$match|Node=1|$device|Mode=ram"
		"4|Size= cannot be '12banana': it is a size above 0 such as 1073741824, 1024M or 1GiB" "$match|Node=1|$device|Size=12banana"
		"4|Size= cannot be '': it is a size above 0 such as 1073741824, 1024M or 1GiB" "$match|Node=1|$device|Size="
		"2|Node= cannot be '-1': it is the number of a NUMA node" "$match|Node=-1|$device"
		"4|Align= cannot be '3M': it is a power of two such as 4K, 2M or 1G" "$match|Node=1|$device|Align=3M"
		"4|Align= needs Size= or Range=" "$match|Node=1|$device|Align=2M"
		"4|Permissions= cannot be '0999': it is three or four octal digits such as 0660" "$match|Node=1|$device|Permissions=0999"
		"4|Link= cannot be '../x': it is a file name of letters, digits and _-.+:" "$match|Node=1|$device|Link=../x"
		"4|Range= cannot be '5-1': it is a range START-END in hexadecimal, the last byte included" "$match|Node=1|$device|Range=5-1"
		"5|the range 0x100000000-0x1ffffffff overlaps another one" "$match|Node=1|$device|Range=1f0000000-27fffffff|Range=100000000-1ffffffff"
		"4|Size= and Range= exclude each other: a range has its own size" "$match|Node=1|$device|Size=1G|Range=100000000-1ffffffff"
		"3|[Device] needs Size= or Range=, because another section follows" "$match|Node=1|$device|Mode=kmem|$device|Mode=devdax"
		"3|Size= and Range= need a match of a region, not Device=" "$match|Device=dax0.0|$device|Size=1G"
		"3|Multiple=yes and Range= exclude each other: no other region has the same addresses" "$match|Node=1|Multiple=yes|$device|Range=100000000-1ffffffff"
		"5|Link= and Multiple=yes exclude each other: a link leads to one device" "$match|Node=1|Multiple=yes|$device|Link=a"
		"8|Link=a is that of line 5, too" "$match|Node=1|$device|Size=512M|Link=a|$device|Size=512M|Link=a"
		"4|a second section [Region]" "$match|Identity=serial=0x1@0x0|[Region]|[Region]|$device"
		"3|[Region] needs Identity=serial=... in [Match]: only regions of CXL memory devices are created" "$match|Provider=cxl|[Region]|$device"
		"3|[Region] needs Identity=serial=... in [Match]: only regions of CXL memory devices are created" "$match|Identity=serial=0x1@0x0-0x1@0x0|[Region]|$device"
		"4|Granularity= cannot be '3K': it is a power of two such as 256 or 4K" "$match|Identity=serial=0x1@0x0|[Region]|Granularity=3K|$device"
		"4|the line is too long" "$match|Node=1|$device|Link=$(printf '%0300d' 1)"
		"4|the line has control characters" "$match|Node=1|$device|Link=a"$'\e'"b"
	)
	for ((at = 0; at < ${#cases[@]}; at += 2)); do
		tr '|' '\n' <<< "${cases[at + 1]}" > "$root/etc/daxbus/policy.d/50-a.conf"
		is_broken "${cases[at]%%|*}" "${cases[at]#*|}" 50-a.conf
	done
}

@test "policy check: hostile files: a line each, the others are used" {
	local directory=$root/etc/daxbus/policy.d
	conf 50-good.conf '[Match]' "${devdax[@]}"
	cp "$directory/50-good.conf" "$directory/10-world.conf"
	chmod o+w "$directory/10-world.conf"
	cp "$directory/50-good.conf" "$directory/11-group.conf"
	chmod g+w "$directory/11-group.conf"
	ln -s 50-good.conf "$directory/12-link.conf"
	mkfifo "$directory/13-fifo.conf"
	mkdir "$directory/14-directory.conf"
	head -c 2M /dev/zero | tr '\0' '#' > "$directory/15-large.conf"
	printf '[Match]\0' > "$directory/16-binary.conf"
	ln -s /dev/zero "$directory/17-endless.conf"
	policy check
	is_status 7
	is_output '/etc/daxbus/policy.d/10-world.conf: others than root can write to it
/etc/daxbus/policy.d/11-group.conf: others than root can write to it
/etc/daxbus/policy.d/12-link.conf: it is a link; only a link to /dev/null has a meaning
/etc/daxbus/policy.d/13-fifo.conf: it is not a regular file of text
/etc/daxbus/policy.d/14-directory.conf: it is not a regular file of text
/etc/daxbus/policy.d/15-large.conf: it is larger than 1 MiB
/etc/daxbus/policy.d/16-binary.conf: it is not a regular file of text
/etc/daxbus/policy.d/17-endless.conf: it is a link; only a link to /dev/null has a meaning'
	[[ $(state 50-good.conf) == used ]] || mismatch state
}

@test "policy check: directory that others can write to: not used" {
	conf 50-a.conf '[Match]' "${devdax[@]}"
	chmod o+w "$root/etc/daxbus/policy.d"
	policy check
	is_status 7
	is_output '/etc/daxbus/policy.d: others than root can write to it'
}

@test "policy show: Device= in [Match]: works, with a warning" {
	conf 50-a.conf '[Match]' Device=dax1.0 '[Device]' Mode=devdax
	policy check
	is_status 7
	is_output ''
	is_stderr 'daxbus: /etc/daxbus/policy.d/50-a.conf:2: Device=dax1.0: names of devices do not stay the same over reboots'
	[[ $(state 50-a.conf) == used ]] || mismatch state
}

# --- regions --------------------------------------------------------------------------------------

# tree_with_card: a machine with a CXL region of mem0, with serial number 2, and a free memory device mem1, with number 1
tree_with_card()
{
	tree=$BATS_TEST_TMPDIR/cxl
	cp -r "$BATS_TEST_DIRNAME/../sysroots/7.3-cxl" "$tree"
	echo 0x1 > "$tree/sys/bus/cxl/devices/mem1/serial"
}

# region IDENTITY LINE...: a policy for a region, with lines of section [Region]
region()
{
	conf 50-a.conf '[Match]' "Identity=serial=$1" '[Region]' "${@:2}" '[Device]' Mode=kmem
}

@test "policy apply: missing CXL region: planned, with its size, before devices; with --regions nothing else" {
	tree_with_card
	region 0x1@0x0 Size=512M
	policy apply --dry-run
	is_status 0
	[[ $output == 'dax1.0: planned: '*"region1 > /sys/bus/cxl/devices/decoder0.0/create_ram_region"*"536870912 > /sys/bus/cxl/devices/region1/size"* ]] || mismatch
	conf 60-b.conf '[Match]' Identity=serial=0x2@0x0 '[Device]' Mode=devdax
	policy apply --dry-run --json
	[[ $(json '.results | map(.device // .file) | tojson') == *'dax1.0'*'dax0.0'* ]] || mismatch
	policy apply --regions --dry-run --json
	[[ $(json '.results | map(.device) | tojson') == *'dax1.0'* && $output != *dax0.0* ]] || mismatch
	policy apply --regions --dry-run dax0.0
	is_status 2
}

@test "policy apply: CXL region that exists, or whose memory device is absent: not created" {
	tree_with_card
	region 0x2@0x0
	policy apply --regions --dry-run
	is_status 0
	is_output ''
	region 0x1@0x0-0x3@0x0
	policy apply --regions --dry-run
	is_status 0
	is_output ''
	policy check
	is_status 7
	is_output '/etc/daxbus/policy.d/50-a.conf:1: it matches no device that is there'
}

@test "policy apply: CXL region that cannot get its place: refused, or planned for later" {
	tree_with_card
	region 0x2@0x10000000
	policy apply --regions --dry-run
	is_status 5
	[[ $stderr == *'(no-room)'*'something else has memory of mem0 where its region begins'* ]] || mismatch "$stderr"
	region 0x1@0x10000000
	policy apply --regions --dry-run
	is_status 0
	[[ $output == *'planned when there are regions in front of it on mem1'* ]] || mismatch
}

@test "policy save: CXL region: how to create it" {
	tree_with_card
	policy save --dry-run --json
	is_status 0
	[[ $(json '.results[0].steps[0].value') == *'[Region]\nSize=1073741824\n\n[Device]'* ]] || mismatch
}

# --- at boot --------------------------------------------------------------------------------------

# commands_of_boot PROGRAM: those of the units and of udev for two devices, and what udev runs for each event of a device: it is added, and
# bound to a driver twice
commands_of_boot()
{
	local device
	"$1" policy apply --dry-run --root="$root" --sysroot="$tree"
	for device in dax0.0 dax1.0; do
		for _ in 1 2 3; do "$1" --sysroot="$tree" udev-properties $device; done
		"$1" policy apply --dry-run --root="$root" --sysroot="$tree" $device
		"$1" policy show --root="$root" --sysroot="$tree" $device
	done
} > /dev/null 2>&1

# time_of_boot PROGRAM: milliseconds of processor for each of the two devices
time_of_boot()
{
	local user system TIMEFORMAT='%U %S'
	read -r user system < <({ time commands_of_boot "$1"; } 2>&1)
	awk -v a="$user" -v b="$system" 'BEGIN { printf "%.1f", (a + b) * 1000 / 2 }'
}

@test "policy apply: boot with two devices: processor time for each device is printed" {
	conf 50-a.conf '[Match]' Provider=hmem Multiple=yes '[Device]' Mode=kmem Online=movable
	commands_of_boot "$DAXBUS"
	echo "# $(time_of_boot "$DAXBUS") ms of processor for each device natively, of which $(time_of_boot "$(type -P true)") ms start as many" \
		"processes (emulated: boot-policy)" >&3
}

# --- verify ---------------------------------------------------------------------------------------

@test "policy verify: good file, problem, no file: exit 0, 7, 3" {
	conf 50-a.conf '[Match]' "${devdax[@]}"
	daxbus policy verify "$root/etc/daxbus/policy.d/50-a.conf"
	is_status 0
	is_output ''
	is_stderr ''
	conf 50-a.conf '[Match]' "${devdax[@]}" Online=no
	cd "$root/etc"
	daxbus policy verify daxbus/policy.d/50-a.conf
	is_status 7
	is_stderr 'daxbus: daxbus/policy.d/50-a.conf:7: Online= has no effect without Mode=kmem'
	daxbus policy verify none.conf
	is_status 3
	daxbus policy verify .
	is_status 2
	daxbus policy verify
	is_status 2
}

@test "policy: JSON: valid, exactly the required keys" {
	local schema=$BATS_TEST_DIRNAME/../../Documentation/daxbus-policy.schema.json where
	conf 50-a.conf '[Match]' Node=1 '[Device]' Mode=kmem Colour=red
	policy check --json
	python3 - "$schema" 3<<< "$output" <<- 'END'
		import json, sys, jsonschema, os
		jsonschema.validate(json.load(os.fdopen(3)), json.load(open(sys.argv[1])))
	END
	for where in policies settings differences problems; do
		[[ $(jq -c ".properties.$where.items.required | sort" "$schema") == "$(json ".${where}[0] | keys")" ]] ||
			mismatch "$where"
	done
}
