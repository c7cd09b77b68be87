#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree
#
# create, resize and destroy, as far as this needs no kernel: command lines, permissions, and plans on captured trees.
# The tests in test/vm run the commands on real devices.

load cli

readonly trees=$BATS_TEST_DIRNAME/../sysroots

# Each command with the options and operands that it requires
readonly shaping=(create 'resize --size=1G dax0.0' 'destroy dax0.0')

teardown()
{
	[[ -z ${public-} ]] || rm -rf "$public"
}

# plan TREE WORD...: the plan for a captured tree (--dry-run)
plan()
{
	complete_tree "$1"
	daxbus --sysroot "$tree" "${@:2}" --dry-run
}

# is_refused CODE: status 5, nothing on stdout, the code on stderr
is_refused()
{
	is_status 5
	is_output ''
	[[ ${stderr_lines[0]} == *": refused ($1): "?* ]] || mismatch "expected refusal: $1"
}

# written FILE: the values that the plan writes to files whose path ends with FILE, in order
written()
{
	json "[.results[].steps[] | select(.file != null and (.file | endswith(\"$1\"))) | .value]"
}

# is_order FILE...: the plan writes to these files in this order, possibly to others in between
is_order()
{
	local file line=0 next files
	files=$(jq -r '.results[].steps[].file // empty' <<< "$output")
	for file; do
		next=$(tail -n "+$((line + 1))" <<< "$files" | grep -n -m1 -e "$file\$") || mismatch "no $file, or not in order"
		line=$((line + ${next%%:*}))
	done
}

# are_placed DEVICE SIZE ALIGN: check each range that the plan gives the device, and print it as START END
are_placed()
{
	local device=$1 size=$2 align=$3 value start end total=0
	while read -r value; do
		start=$((16#$(sed 's/-.*//; s/^0x//' <<< "$value")))
		end=$((16#$(sed 's/.*-//; s/^0x//' <<< "$value")))
		((start % align == 0 && (end + 1) % align == 0)) || mismatch "$value is not aligned"
		((start >= 0x298000000 && end <= 0x4ffffffff && start < end)) || mismatch "$value is not free"
		((total += end + 1 - start))
		printf '%d %d\n' "$start" "$end"
	done < <(jq -r --arg file "/$device/mapping" '.results[].steps[] |
		select(.file != null and (.file | endswith($file))) | .value | split(",")[]' <<< "$output")
	((total == size)) || mismatch "$device gets $total bytes"
}

# --- the command line -----------------------------------------------------------------------------

@test "create, resize, destroy: missing or extra operand: exit 2" {
	daxbus create dax0.1
	is_usage_error "unexpected argument 'dax0.1'" create
	daxbus resize --size=1G
	is_usage_error "'resize' requires an argument: SELECTOR..." resize
	daxbus destroy
	is_usage_error "'destroy' requires an argument: SELECTOR..." destroy
}

@test "resize: neither --size nor --align, or no argument: exit 2" {
	daxbus resize all
	is_usage_error '--size or --align is required' resize
	daxbus resize all --size
	is_usage_error "option '--size' requires an argument: SIZE|+SIZE|-SIZE|max|none" resize
	daxbus resize all --align
	is_usage_error "option '--align' requires an argument: 4K|2M|1G" resize
}

# are_wrong COMMAND OPTION=VALUE...: each value is invalid, and the message names the option and the value
are_wrong()
{
	local command=$1 option operands=()

	[[ $command == create ]] || operands=(all)
	for option in "${@:2}"; do
		daxbus "$command" "$option" --dry-run "${operands[@]}"
		is_status 2
		is_output ''
		local name=${option%%=*} value=${option#*=}
		[[ ${stderr_lines[0]} == "daxbus: '${name#--}' cannot be '$value': it is "* ]] || mismatch "$option"
		[[ ${stderr_lines[1]} == "Try 'daxbus $command --help'." ]] || mismatch "$option"
	done
}

@test "create, resize, destroy: invalid option value: exit 2" {
	are_wrong create --size=0 --size= --size=+1G --size=-1G --size=max --size=1X --size=4Gi --size=18446744073709551616 \
		--align=0 --align=3M --align= --align=-2M --align=2Mi \
		--count=0 --count=100001 --count=-1 --count= --count=1.5 --count=two \
		--mapping= --mapping=1000 --mapping=1000- --mapping=2000-1fff --mapping=1000:1fff --mapping=0xg-0xh \
		--mapping=0-10000000000000000 \
		--mode=pmem --mode=compat --mode= --online=yes --memmap-on-memory=1 --wait=soon
	are_wrong resize --size=0 --size=+0 --size=+ --size=- --size= --size=--1 --size=+-1 --size=Max --size=+max --size=+none \
		--size=18446744073709551616 --size=+18446744073709551616 --align=3M --align=0
	are_wrong destroy --wait=1s
}

@test "resize: negative size as a word after --size: taken as the argument" {
	# As an option -2M would be a usage error, status 2.
	plan 6.1-hmem resize --size -2M dax7.0
	is_status 3
}

@test "create: --mapping and --size repeated: each mapping counts, of the sizes the last" {
	daxbus create --mapping=nonsense --mapping=100000000-1001fffff
	[[ ${stderr_lines[0]} == "daxbus: 'mapping' cannot be 'nonsense': "* ]] || mismatch 'the first one'
	daxbus create --mapping=100000000-1001fffff --mapping nonsense
	[[ ${stderr_lines[0]} == "daxbus: 'mapping' cannot be 'nonsense': "* ]] || mismatch 'the second one'
	plan 6.1-hmem create --size=nonsense --size=1G --region=hmem.7
	is_status 3
}

@test "create: --mapping with --size or --count: exit 2" {
	daxbus create --mapping=0-1fffff --size=2M
	is_usage_error 'options --mapping and --size cannot be combined' create
	daxbus create --size=2M --mapping=0-1fffff
	is_usage_error 'options --size and --mapping cannot be combined' create
	daxbus create --mapping=0-1fffff --count=2
	is_usage_error 'options --mapping and --count cannot be combined' create
	daxbus create --dry-run --count=2 --mapping=0-1fffff
	is_usage_error 'options --count and --mapping cannot be combined' create
}

@test "create: --memmap-on-memory with a mode other than kmem: exit 2" {
	plan 6.1-hmem create --memmap-on-memory=yes
	is_usage_error "'memmap-on-memory' is a setting of mode kmem, not devdax" create
	plan 6.1-hmem create --memmap-on-memory=no --mode=none
	is_usage_error "'memmap-on-memory' is a setting of mode kmem, not none" create
}

@test "create, resize, destroy, reconfigure, bind: option of another command: exit 2" {
	local line
	for line in 'create --driver=kmem' 'create --forget' 'resize --mode=kmem all' 'resize --count=2 all' \
		'resize --mapping=0-1 all' 'resize --region=0 all' 'destroy --size=1G all' 'destroy --align=2M all' \
		'reconfigure --align=2M all' 'bind --region=0 all'; do
		# shellcheck disable=SC2086 # words
		daxbus $line
		is_status 2
		[[ ${stderr_lines[0]} == "daxbus: unknown option '--"* ]] || mismatch "$line"
	done
}

@test "create, resize, destroy: --help: options with their arguments" {
	daxbus create --help
	is_status 0
	local option
	for option in '--region REGION' '--size SIZE' '--align 4K|2M|1G' '--mapping START-END' '--count N' \
		'--mode devdax|kmem|famfs|none' '--online movable|kernel|policy|no' '--dry-run' '--wait[=SECONDS]' \
		'--timeout SECONDS' '--progress' '--force' '--json'; do
		[[ $output == *" $option"* ]] || mismatch "$option"
	done
	daxbus resize --help
	[[ $output == *' --size SIZE|+SIZE|-SIZE|max|none'* && $output == *'Usage: daxbus resize [OPTION...] SELECTOR...'* ]] ||
		mismatch resize
	daxbus destroy --help
	[[ $output == *'Usage: daxbus destroy [OPTION...] SELECTOR...'* && $output == *' --force'* ]] || mismatch destroy
}

# --- regions and devices --------------------------------------------------------------------------

@test "create, resize, destroy: unknown region or device: exit 3" {
	local region
	for region in 7 region7 dax7.0 hmem.7 path=/none 99999999999; do
		plan 6.1-hmem create --region="$region"
		is_status 3
		is_output ''
		[[ ${stderr_lines[0]} == "daxbus: there is no "*"${region}'"* ]] || mismatch "$region"
	done
	plan 6.1-hmem resize --size=max dax7.0
	is_status 3
	plan 6.1-hmem destroy dax0.0 region7
	is_status 3
	[[ $stderr == *"'region7'"* ]] || mismatch 'the region'
}

@test "create: invalid value of --region: exit 2" {
	daxbus create --dry-run --region=
	is_status 2
	[[ ${stderr_lines[0]} == "daxbus: '' is not a device "* ]] || mismatch empty
	daxbus create --dry-run --region='hmem 0'
	is_status 2
	[[ ${stderr_lines[0]} == "daxbus: 'hmem 0' is not a device "* ]] || mismatch 'a blank'
	daxbus create --dry-run --region=../hmem.0
	is_status 2
	daxbus create --dry-run --region=mdoe=kmem
	is_usage_error "no field is named 'mdoe'; did you mean 'mode'?" create
}

@test "create: no region or several regions with free memory: exit 5 or 2" {
	plan 6.1-hmem create
	is_status 5
	is_output ''
	is_stderr 'daxbus: no region has free memory'
	tree_with_two
	echo 2097152 | tee "$tree"/sys/devices/platform/hmem.*/dax_region/available_size > "$BATS_TEST_TMPDIR/size"
	daxbus --sysroot "$tree" create --dry-run
	is_usage_error '2 regions have free memory: say which one' create
}

@test "create, destroy: bus without devices: exit 3, or nothing to do" {
	tree_new
	daxbus --sysroot "$tree" create --dry-run
	is_status 3
	is_output ''
	[[ $stderr == *region* ]] || mismatch 'the reason'
	daxbus --sysroot "$tree" create --dry-run --json
	is_status 3
	[[ $(json .error.code) == '"not-found"' ]] || mismatch document
	daxbus --sysroot "$tree" destroy 'dax0.*' --dry-run
	is_status 0
	is_stderr 'daxbus: no device selected, nothing to do'
}

@test "create, resize: error with --json: document with the error code" {
	daxbus create --json --size=0
	is_status 2
	[[ $(json .error.code) == '"usage"' ]] || mismatch create
	plan 6.1-hmem create --json --region=hmem.7
	is_status 3
	[[ $(json .error.code) == '"not-found"' ]] || mismatch region
	plan 6.1-hmem resize --json --size=max dax7.0
	is_status 3
	[[ $(json .error.code) == '"not-found"' ]] || mismatch resize
}

# --- permissions ----------------------------------------------------------------------------------

@test "create, resize, destroy: captured tree: exit 5" {
	local line
	for line in "${shaping[@]}"; do
		# shellcheck disable=SC2086 # words
		daxbus --sysroot "$trees/6.1-big" $line
		is_status 5
		is_output ''
		is_stderr 'daxbus: a captured tree cannot be changed; use --dry-run to print the planned steps'
	done
}

@test "create, resize, destroy: not root: exit 5 before anything is read" {
	copy_for_everybody
	local line
	for line in 'create --region=7' 'resize --size=1G dax7.0' 'destroy dax7.0'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr as_nobody $line
		is_status 5
		is_output ''
		is_stderr "daxbus: 'daxbus ${line%% *}' requires root"
	done
	run --separate-stderr as_nobody create --json
	is_status 5
	[[ $(json .error.code) == '"refused"' ]] || mismatch document
}

# --- plans ----------------------------------------------------------------------------------------
# On 6.1-big, region 0 is 0x100000000-0x4ffffffff; dax0.0 to dax0.4 have all of it below 0x298000000.

@test "create: --size: lowest free name, devdax, free and aligned ranges" {
	plan 6.1-big create --size=1G --json
	is_status 0
	is_stderr ''
	[[ $(json '.results | map([.device, .result, .code, .from, .to])') == \
		'[["dax0.5","planned",null,null,"devdax"]]' ]] || mismatch result
	are_placed dax0.5 $((1 << 30)) $((2 << 20))
	[[ $(written /dax_region/create) == '["1"]' ]] || mismatch create
	[[ $(written /drivers/device_dax/bind) == '["dax0.5"]' ]] || mismatch bind
	is_order /dax_region/create /dax0.5/mapping /device_dax/bind
	plan 6.1-big create --size=1G
	[[ ${lines[0]} == 'dax0.5: planned: create, devdax'* ]] || mismatch text
}

@test "create: no --size: all of the free memory" {
	plan 6.1-big create --json
	is_status 0
	are_placed dax0.5 10334765056 $((2 << 20))
}

@test "create: --align=1G: aligned ranges, note on the memory left over" {
	plan 6.1-big create --align=1G --json
	is_status 0
	are_placed dax0.5 $((9 << 30)) $((1 << 30))
	[[ $(written /dax0.5/align) == '["1073741824"]' ]] || mismatch align
	is_order /dax_region/create /dax0.5/mapping /dax0.5/align /device_dax/bind
	[[ $(json '.results[0] | [.message, .notes[]] | map(select(. != null)) | join(" ")') =~ 671088640|'640 MiB' ]] ||
		mismatch 'what is left over'
}

@test "create: --region by id, name, parent, device or field: same plan" {
	plan 6.1-big create --size=1G
	is_status 0
	local region expected=$output
	for region in 0 region0 hmem.0 dax0.3 /dev/dax0.0 'dax0.*' provider=hmem all; do
		plan 6.1-big create --size=1G --region="$region"
		is_status 0
		is_output "$expected"
	done
}

@test "create: --count with --size: a result for each, ranges do not overlap" {
	plan 6.1-big create --count=3 --size=1G --json
	is_status 0
	[[ $(json '[.results[].device]') == '["dax0.5","dax0.6","dax0.7"]' ]] || mismatch names
	local device
	for device in dax0.5 dax0.6 dax0.7; do
		are_placed "$device" $((1 << 30)) $((2 << 20)) >> "$BATS_TEST_TMPDIR/ranges"
	done
	sort -n "$BATS_TEST_TMPDIR/ranges" | awk '$1 <= end { exit 1 } { end = $2 }' || mismatch 'they overlap'
}

@test "create: --count without --size: equal parts of the free memory" {
	plan 6.1-big create --count=3 --json
	is_status 0
	# 4928 times 2 MiB.
	are_placed dax0.5 $((1642 << 21)) $((2 << 20))
	are_placed dax0.6 $((1643 << 21)) $((2 << 20))
	are_placed dax0.7 $((1643 << 21)) $((2 << 20))
}

@test "create: --mapping: ranges in the given order, invalid ranges refused" {
	plan 6.1-big create --mapping=0x300000000-0x30fffffff --mapping=2a0000000-2afffffff --json
	is_status 0
	[[ $(written /dax0.5/mapping) == '["300000000-30fffffff,2a0000000-2afffffff"]' ]] || mismatch order
	local bad
	for bad in 0x4f0000000-0x50fffffff 0x0-0x1fffff 0x297e00000-0x2981fffff 0x300001000-0x300200fff \
		0x300000000-0x3000fffff; do
		plan 6.1-big create --mapping="$bad"
		is_refused bad-mapping
	done
	plan 6.1-big create --mapping=300000000-3003fffff --mapping=300200000-3005fffff
	is_refused bad-mapping
}

@test "create: --mode=kmem, --mode=none: bound to kmem, not bound" {
	plan 6.1-big create --size=1G --mode=kmem --json
	is_status 0
	[[ $(written /drivers/kmem/bind) == '["dax0.5"]' && $(json '.results[0].to') == '"kmem"' ]] || mismatch kmem
	plan 6.1-big create --size=1G --mode=none --json
	is_status 0
	[[ $(json '.results[0] | [.from, .to]') == '[null,null]' && $(written /bind) == '[]' ]] || mismatch none
	plan 6.1-big create --size=1G --mode=none
	[[ ${lines[0]} == 'dax0.5: planned: create, no driver'* ]] || mismatch text
}

@test "create, resize: more memory than is free: refused (no-room) with the figures" {
	plan 6.1-big create --size=100G
	is_refused no-room
	[[ $stderr == *'100 GiB'* ]] || mismatch figures
	plan 6.1-big resize --size=100G dax0.0
	is_refused no-room
	plan 6.1-hmem create --region=0
	is_refused no-room
	plan 6.1-hmem create --region=hmem.1 --size=2M
	is_refused no-room
}

@test "create, resize: size or alignment does not fit: refused (bad-size)" {
	plan 6.1-big create --size=3M
	is_refused bad-size
	plan 6.1-big create --size=4K --align=4K
	is_refused bad-size
	plan 6.1-big resize --size=1M dax0.1
	is_refused bad-size
	plan 6.1-big resize --size=-5G dax0.0
	is_refused bad-size
	plan 6.1-big resize --align=1G dax0.1
	is_refused bad-size
}

@test "create, resize, destroy: persistent memory without free space: refused" {
	plan 6.1-pmem create
	is_refused static-region
	plan 6.1-pmem create --region=0 --size=2M
	is_refused static-region
	plan 6.1-pmem resize --size=-2M dax0.0
	is_refused static-region
	plan 6.1-pmem destroy dax0.0
	is_refused data-loss
}

@test "resize: device in devdax: unbound, ranges changed, bound again" {
	plan 6.1-big resize --size=-1G dax0.0 --json
	is_status 0
	[[ $(json '.results[0] | [.result, .from, .to]') == '["planned","devdax","devdax"]' ]] || mismatch result
	[[ $(written /dax0.0/mapping) == '["100000000-1bfffffff"]' ]] || mismatch ranges
	is_order /device_dax/unbind /dax0.0/mapping /device_dax/bind
	plan 6.1-big resize --size=3G dax0.0
	[[ ${lines[0]} == 'dax0.0: planned: resize, devdax'* ]] || mismatch text
}

@test "resize: device in kmem or without driver: memory offline first, driver kept" {
	plan 6.1-hmem resize --size=512M dax1.0 --json
	is_status 0
	[[ $(json '.results[0] | [.from, .to]') == '["kmem","kmem"]' ]] || mismatch modes
	is_order /state /kmem/unbind /dax1.0/mapping /kmem/bind
	plan 6.1-big resize --size=+1G dax0.1 --json
	is_status 0
	[[ $(json '.results[0].to') == null && $(written bind) == '[]' ]] || mismatch 'without a driver'
}

@test "resize: size or alignment is that of the device: unchanged" {
	plan 6.1-big resize --size=4G dax0.0
	is_status 0
	[[ ${lines[0]} == 'dax0.0: unchanged: devdax'* ]] || mismatch 'the size'
	plan 6.1-hmem resize --size=max dax0.0
	is_status 0
	[[ ${lines[0]} == 'dax0.0: unchanged: devdax'* ]] || mismatch 'all of it'
	plan 6.1-big resize --align=2M dax0.0
	[[ ${lines[0]} == 'dax0.0: unchanged: devdax'* ]] || mismatch 'the alignment'
}

@test "resize: --align of a misaligned device: refused, or the alignment corrected" {
	plan 6.1-big resize --align=1G dax0.4
	is_refused bad-align
	plan 6.1-big resize --align=2M dax0.4 --json
	is_status 0
	[[ $(written /dax0.4/align) == '["2097152"]' && $(written /dax0.4/mapping) == '[]' ]] || mismatch steps
}

@test "destroy: device in devdax: unbound, emptied, deleted" {
	plan 6.1-big destroy dax0.3 --json
	is_status 0
	[[ $(json '.results[0] | [.result, .from, .to]') == '["planned","devdax",null]' ]] || mismatch result
	[[ $(written /dax0.3/size) == '["0"]' && $(written /dax_region/delete) == '["dax0.3"]' ]] || mismatch steps
	is_order /device_dax/unbind /dax0.3/size /dax_region/delete
	plan 6.1-big destroy dax0.3
	[[ ${lines[0]} == 'dax0.3: planned: destroy, devdax'* ]] || mismatch text
}

@test "destroy: first device of a region: emptied, note that it remains" {
	plan 6.1-big destroy dax0.0 --json
	is_status 0
	[[ $(written /dax0.0/size) == '["0"]' && $(written /dax_region/delete) == '[]' ]] || mismatch steps
	[[ $(json '.results[0] | [.message, .notes[]] | map(select(. != null)) | join(" ")') == *'dax0.0 without memory remains'* ]] ||
		mismatch 'no note'
}

@test "destroy: two devices: a result for each" {
	plan 6.1-big destroy dax0.1 dax0.3 --json
	is_status 0
	[[ $(json '[.results[] | [.device, .result]]') == '[["dax0.1","planned"],["dax0.3","planned"]]' ]] || mismatch both
}

@test "resize, destroy: memory stuck until reboot: refused, with --force too" {
	plan 6.1-stuck resize --size=512M dax1.0
	is_refused stuck-until-reboot
	plan 6.1-stuck destroy --force dax1.0
	is_refused stuck-until-reboot
}

@test "create, resize, destroy: --dry-run: tree unchanged" {
	complete_tree 6.1-big
	cp -r "$tree" "$BATS_TEST_TMPDIR/tree"
	local line
	for line in 'create --size=1G' 'resize --size=1G dax0.0' 'destroy dax0.1'; do
		# shellcheck disable=SC2086 # words
		daxbus --sysroot "$BATS_TEST_TMPDIR/tree" $line --dry-run
		[[ $output == *planned* ]] || mismatch 'no plan'
	done
	diff -r --no-dereference "$tree" "$BATS_TEST_TMPDIR/tree"
}

@test "create: --memdev: invalid lists and other options: exit 2" {
	local words
	for words in --memdev= --memdev=mem --memdev=mem0,mem0 --memdev=mem0/.. '--memdev=mem0 --count=2' '--memdev=mem0 --align=4K' '--memdev=mem0 --region=0' \
		'--memdev=mem0 --granularity=300' --granularity=256; do
		# shellcheck disable=SC2086 # words
		plan 6.1-big create $words
		is_status 2
	done
}

@test "create: --memdev, no CXL bus: refused (no-memdev)" {
	plan 6.1-big create --memdev=mem0
	is_refused no-memdev
}
