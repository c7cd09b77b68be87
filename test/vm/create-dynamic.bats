#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# create, resize and destroy on dynamic regions: soft-reserved memory and CXL. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

setup_file() {
	cat $memory/auto_online_blocks >"$BATS_FILE_TMPDIR/policy"
	policy offline
	"$daxbus" reconfigure --mode=devdax dax0.0
}

teardown_file() { policy "$(cat "$BATS_FILE_TMPDIR/policy")"; }

# Each test begins and ends with one device in devdax that has all of the region.
setup() {
	remember
	region=$(readlink -f $devices/dax0.0)/../dax_region
	start=$(cat $devices/dax0.0/mapping0/start)
}

teardown() {
	let_go
	is device_dax dax0.0
	settled
}

whole_again() {
	daxbus_says 0 resize --size=max dax0.0
	[ "$(<$devices/dax0.0/size)" = "$(<$region/size)" ]
	[ ! -e $devices/dax0.0/mapping1 ]
}

# ranges DEVICE: its ranges in the order of their page offsets, as "START+SIZE", in MiB from where the region starts
ranges() {
	local mapping first last
	for mapping in "$devices/$1"/mapping[0-9]*; do
		first=$(($(<"$mapping/start") - start)) last=$(($(<"$mapping/end") - start))
		echo "$(($(<"$mapping/page_offset"))) $((first >> 20))+$(((last + 1 - first) >> 20))"
	done | sort -n | cut -d' ' -f2 | paste -sd' '
}

# walk NAME WAY DEVICE: run `fault-injection`, and print its summary
walk() {
	run "$BATS_TEST_DIRNAME/fault-injection" "$1" "$3" "$2"
	if [ "$status" -ne 0 ]; then
		printf '%s\n' "$output"
		return 1
	fi
	echo "# $2, $1: ${lines[-1]} (DAXBUS_SEED $DAXBUS_SEED)" >&3
}

@test "create, destroy: region divided in three: devices in kmem, devdax and without driver" {
	daxbus_says 0 resize --size=256M dax0.0
	is device_dax dax0.0
	[ "$(ranges dax0.0)" = 0+256 ]
	daxbus_says 0 create --region=0 --size=256M --mode=kmem --json
	[ "$(result '"\(.device) \(.result) \(.from) \(.to)"')" = "dax0.1 changed null kmem" ]
	is "kmem 2 movable" dax0.1
	daxbus_says 0 create --region=0 --mode=none
	is none dax0.2
	[ "$(ranges dax0.1) $(ranges dax0.2)" = "256+256 512+512" ]
	[ "$(<$region/available_size)" = 0 ]
	daxbus_says 5 create --region=0 --json
	[ "$(result .code)" = no-room ]
	daxbus_says 0 destroy dax0.1
	is gone dax0.1
	daxbus_says 0 destroy dax0.2
	is gone dax0.2
	whole_again
}

@test "destroy: several devices, a whole region: memory free again" {
	daxbus_says 0 resize --size=256M dax0.0
	daxbus_says 0 create --region=0 --count=3 --json
	[ "$(jq -r '[.results[] | .device] | join(" ")' <<<"$output")" = "dax0.1 dax0.2 dax0.3" ]
	[ "$(ranges dax0.1) $(ranges dax0.2) $(ranges dax0.3)" = "256+256 512+256 768+256" ]
	is device_dax dax0.3
	daxbus_says 0 destroy dax0.3 dax0.1 dax0.2
	whole_again
	daxbus_says 0 destroy region=0
	is none dax0.0
	[ "$(<$devices/dax0.0/size)" = 0 ]
	whole_again
	daxbus_says 0 reconfigure --mode=devdax dax0.0
}

# as_in_files: `list` shows of all devices what it shows where it reads the files of each, as in a captured tree
as_in_files() {
	local columns=DEVICE,PROVIDER,MODE,DRIVER,STATE,SIZE,TARGET_NODE,BLOCKS,FLAGS fast files
	fast=$("$daxbus" list --verbose --output=$columns 2>"$BATS_TEST_TMPDIR/log")
	diff <(echo "$fast") <("$daxbus" list --sysroot=/. --output=$columns)
	# The free memory follows from the ranges. Where /proc/iomem does not show the region, only a cache in /run has its start.
	columns=REGION,SIZE,AVAILABLE_SIZE,LARGEST_FREE
	files=$("$daxbus" list --sysroot=/. --regions --output=$columns)
	[[ $files == *\?* ]] || [ "$("$daxbus" list --regions --output=$columns)" = "$files" ]
}

@test "list: forty devices in all modes: as the files of each say" {
	local mapping=$((start + (1 << 29))) holes
	daxbus_says 0 resize --size=128M dax0.0
	daxbus_says 0 create --region=0 --size=128M --mode=kmem
	daxbus_says 0 create --region=0 --size=4M --count=40
	as_in_files
	# one of two ranges, and one without a driver
	for device in dax0.3 dax0.5; do
		holes+=" --mapping=$(<$devices/$device/mapping0/start)-$(<$devices/$device/mapping0/end)"
	done
	daxbus_says 0 destroy dax0.3 dax0.5
	daxbus_says 0 create --region=0 $holes
	daxbus_says 0 create --region=0 --size=4M --mode=none
	[ -e $devices/dax0.3/mapping1 ]
	as_in_files
	! grep "do not agree" "$BATS_TEST_TMPDIR/log" || false
	# The kernel adds a range to a bound device, which its driver has not reserved.
	printf '%x-%x' $mapping $((mapping + (4 << 20) - 1)) >$devices/dax0.9/mapping
	[ "$(<$devices/dax0.9/size)" = 8388608 ]
	as_in_files
	grep "devices and /proc/iomem do not agree" "$BATS_TEST_TMPDIR/log"
	daxbus_says 0 destroy region=0
	whole_again
	daxbus_says 0 reconfigure --mode=devdax dax0.0
}

@test "create: region with holes: filled in order of address, or as --mapping says" {
	daxbus_says 0 resize --size=128M dax0.0
	for _ in 1 2 3; do daxbus_says 0 create --region=0 --size=128M --mode=none; done
	daxbus_says 0 create --region=0 --mode=none
	daxbus_says 0 destroy dax0.1 dax0.3
	daxbus_says 0 create --region=0 --mode=none
	[ "$(ranges dax0.1)" = "128+128 384+128" ]
	[ "$(device dax0.1 '[.mappings[] | .start] | join(" ")')" = "$(printf '%d %d' $((start + (128 << 20))) $((start + (384 << 20))))" ] ||
		[ "$(device dax0.1 '.mappings | length')" = 2 ]
	daxbus_says 0 destroy dax0.1
	daxbus_says 0 create --region=0 --mode=kmem \
		--mapping="$(printf '%x-%x' $((start + (384 << 20))) $((start + (512 << 20) - 1)))" \
		--mapping="$(printf '%x-%x' $((start + (128 << 20))) $((start + (256 << 20) - 1)))"
	[ "$(ranges dax0.1)" = "384+128 128+128" ]
	is "kmem 2 movable" dax0.1
	daxbus_says 0 resize --size=128M dax0.1
	is "kmem 1 movable" dax0.1
	[ "$(ranges dax0.1)" = "384+128" ]
	daxbus_says 0 destroy region=0
	whole_again
	daxbus_says 0 reconfigure --mode=devdax dax0.0
}

@test "resize: device in kmem: grows and shrinks in place, mode and zone kept" {
	daxbus_says 0 resize --size=256M dax0.0
	daxbus_says 0 reconfigure --mode=kmem --online=movable dax0.0
	is "kmem 2 movable" dax0.0
	daxbus_says 0 resize --size=+256M dax0.0
	is "kmem 4 movable" dax0.0
	[ "$(ranges dax0.0)" = 0+512 ]
	daxbus_says 0 resize --size=-128M dax0.0
	is "kmem 3 movable" dax0.0
	daxbus_says 0 resize --size=384M dax0.0
	both_say already
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	whole_again
	is device_dax dax0.0
}

@test "create, resize: sizes and ranges that the kernel would mishandle: refused" {
	daxbus_says 0 resize --size=128M dax0.0
	known=$(ranges dax0.0)
	for size in 0 -1 18446744073709551616 1G1 ""; do daxbus_says 2 create --region=0 --size="$size"; done
	for size in 1 4096 3M 129M; do
		daxbus_says 5 create --region=0 --size="$size" --json
		[ "$(result .code)" = bad-size ]
	done
	daxbus_says 5 create --region=0 --size=1G --json
	[ "$(result .code)" = no-room ]
	daxbus_says 5 create --region=0 --align=1G --json
	[ "$(result .code)" = no-room ]
	for range in 0-1fffff "$(printf '%x-%x' $((start + (128 << 20) + 4096)) $((start + (130 << 20) + 4095)))" \
		"$(printf '%x-%x' $((start)) $((start + (2 << 20) - 1)))" \
		"$(printf '%x-%x' $((start + (128 << 20))) $((start + (129 << 20) - 1)))"; do
		daxbus_says 5 create --region=0 --mapping="$range" --json
		[ "$(result .code)" = bad-mapping ]
	done
	daxbus_says 2 create --region=0 --mapping=2-1
	[ ! -e $devices/dax0.1 ]
	[ "$(ranges dax0.0)" = "$known" ]
	whole_again
}

@test "create, resize: --align 4K, 2M and 1G: alignment set, device in devdax" {
	daxbus_says 0 resize --size=128M dax0.0
	daxbus_says 0 create --region=0 --size=128M --align=4K
	[ "$(<$devices/dax0.1/align)" = 4096 ]
	is device_dax dax0.1
	daxbus_says 0 resize --align=2M dax0.1
	[ "$(<$devices/dax0.1/align)" = 2097152 ]
	is device_dax dax0.1
	daxbus_says 5 resize --align=1G dax0.1 --json
	daxbus_says 0 destroy dax0.1
	whole_again
	if ((start % (1 << 30) == 0)); then
		daxbus_says 0 resize --align=1G dax0.0
		[ "$(<$devices/dax0.0/align)" = 1073741824 ]
		(exec 3<>/dev/dax0.0)
		daxbus_says 0 resize --align=2M dax0.0
	fi
}

# layout: what create --from restores, of the devices that have memory
layout() {
	"$daxbus" list --json | jq -c '[.devices[] | select(.region == 0 and .size > 0) |
		{device, mode, align, size, mappings, memory: (.memory | if . then {online, movable, kernel, offline} else . end)}]'
}

# in_mib FIRST SIZE: the option --mapping for a range, in MiB from where the region starts
in_mib() { printf -- '--mapping=%x-%x' $((start + ($1 << 20))) $((start + (($1 + $2) << 20) - 1)); }

@test "create --from: holes, modes, alignments and zones: restored" {
	saved=$BATS_TEST_TMPDIR/layout.json
	daxbus_says 0 resize --size=128M dax0.0
	daxbus_says 0 create --region=0 --mode=kmem --online=no "$(in_mib 512 128)"
	daxbus_says 0 create --region=0 --mode=devdax --align=4K "$(in_mib 384 128)" "$(in_mib 128 128)"
	daxbus_says 0 create --region=0 --mode=none "$(in_mib 768 256)"
	is "kmem 1 offline" dax0.1
	"$daxbus" list --json >"$saved"
	before=$(layout)
	daxbus_says 0 create --from="$saved"
	[ "$(grep -c unchanged <<<"$output")" -eq "$("$daxbus" list --json | jq '[.devices[] | select(.flags != ["phantom"])] | length')" ]
	daxbus_says 0 destroy region=0
	[ "$(<$region/available_size)" = "$(<$region/size)" ]
	# On 7.3, without a device that has memory, only the empty device shows where the region begins.
	daxbus_says 0 create --from="$saved" --dry-run --json
	[ "$(jq -c '[.results[] | select(.result == "planned") | .device]' <<<"$output")" = '["dax0.0","dax0.1","dax0.2","dax0.3"]' ]
	[ "$(jq .changed <<<"$output")" = false ]
	[ "$(<$region/available_size)" = "$(<$region/size)" ]
	[ ! -e $devices/dax0.1 ]
	daxbus_says 0 create --from="$saved" --json
	[ "$(jq .changed <<<"$output")" = true ]
	[ "$(layout)" = "$before" ]
	is "kmem 1 offline" dax0.1
	daxbus_says 0 create --from=- --json <"$saved"
	[ "$(jq -c '[.changed, ([.results[].result] | unique)]' <<<"$output")" = '[false,["unchanged"]]' ]
	# dax0.1 is missing, and the kernel gives its number to the next device.
	daxbus_says 0 destroy dax0.1
	daxbus_says 0 create --from="$saved"
	[ "$(layout)" = "$before" ]
	daxbus_says 0 destroy dax0.1 dax0.2
	jq 'del(.devices[] | select(.device == "dax0.1"))' "$saved" >"$saved.less"
	daxbus_says 0 create --from="$saved.less"
	[ "$(ranges dax0.1)" = "384+128 128+128" ]
	both_say 'this was dax0.2 when the layout was saved'
	daxbus_says 0 destroy region=0
	whole_again
	daxbus_says 0 reconfigure --mode=devdax dax0.0
}

@test "create --from: memory is in use otherwise: refused, nothing changed; with --force the rest" {
	saved=$BATS_TEST_TMPDIR/layout.json
	daxbus_says 0 resize --size=128M dax0.0
	daxbus_says 0 create --region=0 --mode=none "$(in_mib 128 128)"
	daxbus_says 0 create --region=0 --mode=none "$(in_mib 512 128)"
	"$daxbus" list --json >"$saved"
	daxbus_says 0 destroy dax0.1 dax0.2
	daxbus_says 0 create --region=0 --mode=devdax "$(in_mib 192 128)"
	hold dax0.1 mapped
	daxbus_says 4 create --from="$saved" --json
	[ "$(jq -c '[.changed, [.results[] | select(.result == "refused") | [.device, .code]]]' <<<"$output")" = \
		'[false,[["dax0.1","memory-held"],["dax0.2","layout-refused"]]]' ]
	[ ! -e $devices/dax0.2 ]
	[ "$(<$region/available_size)" = $((768 << 20)) ]
	daxbus_says 4 create --from="$saved" --force
	[ "$(ranges dax0.1) $(ranges dax0.2)" = "192+128 512+128" ]
	let_go
	daxbus_says 0 create --from="$saved"
	[ "$(ranges dax0.1) $(ranges dax0.2)" = "128+128 512+128" ]
	is none dax0.1
	daxbus_says 0 destroy dax0.1 dax0.2
	whole_again
}

@test "resize, destroy: device mapped: refused (memory-held), with --force too" {
	hold dax0.0 mapped
	for force in "" --force; do
		refuses memory-held resize --size=128M $force dax0.0
		refuses memory-held destroy $force dax0.0
	done
	let_go
}

# held_at N ARG...: run a daxbus that stops after its Nth write
held_at() {
	local when=$1
	shift
	trace=$BATS_TEST_TMPDIR/trace$when
	: >"$trace"
	strace -f -e trace=write -e signal=STOP -e inject=write:signal=STOP:when=$when -o "$trace" \
		"$daxbus" "$@" --json >"$trace.out" 2>/dev/null 3>&- &
	tracer=$!
	until grep -q 'stopped by SIGSTOP' "$trace"; do
		[ -e /proc/$tracer ]
		pause 0.02
	done
}

# let_on: continue it; its exit status in $status, the first result in $result
let_on() {
	kill -CONT "$(awk '/stopped by SIGSTOP/ { print $1 }' "$trace")"
	status=0
	wait $tracer || status=$?
	result=$(jq -r '.results[0] | "\(.device) \(.result) \(.code)"' "$trace.out")
	[ ! -e /run/daxbus/journal ]
}

@test "create: others create the device meanwhile: undone (raced), their device kept" {
	daxbus_says 0 resize --size=256M dax0.0
	# After the write that begins the journal, and after the one that records the step.
	for when in 1 2; do
		held_at $when create --region=0 --size=256M --mode=none
		echo 1 >"$region/create"
		echo $((128 << 20)) >$devices/dax0.1/size
		let_on
		[ "$status $result" = "1 dax0.1 undone raced" ]
		[ "$(<$devices/dax0.1/size)" = $((128 << 20)) ]
		is gone dax0.2
		daxbus_says 0 destroy dax0.1
	done
	whole_again
}

@test "create --from: region whole again after its provider was reloaded: shrunk, created, moved to the modes" {
	[ "$(json '.regions[0].provider')" = hmem ] || skip 'a region of soft-reserved memory is reloaded here'
	saved=$BATS_TEST_TMPDIR/layout.json
	daxbus_says 0 resize --size=512M dax0.0
	daxbus_says 0 create --region=0 --mode=kmem --size=256M
	"$daxbus" list --json >"$saved"
	before=$(layout)
	daxbus_says 0 destroy dax0.1
	modprobe -r dax_hmem
	modprobe dax_hmem
	[ "$(<$devices/dax0.0/size)" = "$(<$region/size)" ]
	daxbus_says 0 create --from="$saved" --dry-run --json
	jq -e '.changed == false and ([.results[].result] | index("refused")) == null' <<<"$output"
	[ "$(<$devices/dax0.0/size)" = "$(<$region/size)" ]
	daxbus_says 0 create --from="$saved"
	[ "$(layout)" = "$before" ]
	is "kmem 2 movable" dax0.1
	is device_dax dax0.0
	daxbus_says 0 create --from="$saved" --json
	[ "$(jq -c '[.changed, ([.results[].result] | unique)]' <<<"$output")" = '[false,["unchanged"]]' ]
	# A device that is not in the layout has memory of it, and dax0.0 has other memory.
	daxbus_says 0 destroy region=0
	daxbus_says 0 resize --size=128M dax0.0
	daxbus_says 0 create --region=0 --mode=devdax "$(in_mib 256 640)"
	hold dax0.1 mapped
	daxbus_says 4 create --from="$saved" --json
	[ "$(jq -r '[.results[] | select(.device == "dax0.1") | .code][0]' <<<"$output")" = memory-held ]
	[ "$(ranges dax0.1)" = 256+640 ]
	let_go
	daxbus_says 0 create --from="$saved"
	[ "$(layout)" = "$before" ]
	daxbus_says 0 destroy dax0.1
	whole_again
}

@test "create --from: same ranges in another mode or zone: switched; in use: refused" {
	saved=$BATS_TEST_TMPDIR/layout.json
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	"$daxbus" list --json >"$saved"
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	hold dax0.0 mapped
	daxbus_says 4 create --from="$saved" --json
	[ "$(jq -r '[.results[] | select(.device == "dax0.0") | .code][0]' <<<"$output")" = device-held ]
	let_go
	daxbus_says 0 create --from="$saved"
	all_blocks dax0.0 movable
	is "$REPLY" dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
}

# A layout that was saved on kernel 6.12, where the regions are below other devices than since 7.1.
@test "create --from: layout of another kernel, path and identity missing: same devices" {
	[ "$(json '.regions[0].provider')" = hmem ] || skip 'the layout has soft-reserved memory'
	other=$BATS_TEST_DIRNAME/../sysroots/6.12-hmem.json
	saved=$BATS_TEST_TMPDIR/layout.json
	for change in . 'del(.regions[].path)' 'del(.devices[].identity)' 'del(.devices[].identity, .regions[].path)'; do
		jq "$change"' | .devices[0] *= {mode: "devdax", driver: "device_dax", memory: null} | del(.devices[1])' "$other" >"$saved"
		daxbus_says 0 create --from="$saved" --json
		[ "$(jq -c '[.results[] | [.device, .result]]' <<<"$output")" = '[["dax0.0","unchanged"]]' ]
	done
}

@test "create: others take the free memory meanwhile: undone (write-failed)" {
	daxbus_says 0 resize --size=128M dax0.0
	# Three holes of 128 MiB: at 128, 384 and 896.
	for range in 256+128 512+384; do
		first=$((start + (${range%+*} << 20)))
		daxbus_says 0 create --region=0 --mode=none \
			--mapping="$(printf '%x-%x' $first $((first + (${range#*+} << 20) - 1)))"
	done
	# After the first of two ranges.
	held_at 5 create --region=0 --size=256M --mode=none
	[ "$(ranges dax0.3)" = 128+128 ]
	echo 1 >"$region/create"
	echo $((256 << 20)) >$devices/dax0.4/size
	let_on
	[ "$status $result" = "1 dax0.3 undone write-failed" ]
	is gone dax0.3
	[ "$(<"$region/available_size")" = $((128 << 20)) ]
	daxbus_says 0 destroy dax0.1 dax0.2 dax0.4
	whole_again
}

@test "create: provider unbound meanwhile: undone, region does not exist" {
	parent=$(cd "$region/.." && pwd -P)
	drivers=$(readlink -f "$parent/driver")
	[[ $drivers == */hmem ]] || skip "a region of hmem is unbound here"
	daxbus_says 0 resize --size=256M dax0.0
	held_at 2 create --region=0 --size=256M --mode=none
	echo "${parent##*/}" >"$drivers/unbind"
	let_on
	[ "$status" = 1 ]
	[[ $result == "dax0.1 undone "* ]]
	daxbus_says 3 create --region=0 --size=256M
	echo "${parent##*/}" >"$drivers/bind"
	# The device comes back as after the boot, with the driver that the kernel prefers.
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	[ "$(ranges dax0.0)" = 0+1024 ]
	whole_again
}

# The kernel would let both wait for each other, but seldom: so what is tested is the lock.
@test "resize: another daxbus reads ranges: waits for it; list: ranges change: unknown" {
	daxbus_says 0 resize --size=256M dax0.0
	flock --no-fork --shared /run/daxbus/ranges sleep 2 3>&- &
	pause 0.5
	daxbus_says 0 resize --size=512M dax0.0
	# It would still be there.
	cannot kill -0 $!
	flock --no-fork /run/daxbus/ranges sleep 60 3>&- &
	pause 0.5
	run -0 "$daxbus" list --raw --noheadings --output DEVICE,START dax0.0
	[ "$output" = "dax0.0 ?" ]
	kill $!
	wait $! || true
	run -0 "$daxbus" list --raw --noheadings --output DEVICE,START dax0.0
	[[ $output == "dax0.0 0x"* ]]
	whole_again
}

@test "create, destroy: error or kill at each write: undone or recovered" {
	daxbus_says 0 resize --size=256M dax0.0
	walk errors create dax0.1
	walk kills create dax0.1
	[ ! "${DAXBUS_LONG-}" ] || walk signals create dax0.1
	is gone dax0.1 || daxbus_says 0 destroy dax0.1
	whole_again
}

@test "resize: error or kill at each write: undone or recovered" {
	daxbus_says 0 resize --size=256M dax0.0
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	walk errors resize dax0.0
	walk kills resize dax0.0
	[ ! "${DAXBUS_LONG-}" ] || walk twice resize dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	whole_again
}
