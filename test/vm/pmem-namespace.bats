#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# create and destroy on persistent memory: with labels a region has several namespaces, without labels exactly one. Runs
# in a guest whose only region of persistent memory is region0.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086,SC2030,SC2031
load guest

nd=/sys/bus/nd/devices

# Every test begins and ends without a dax device; a region without labels has the block device of its namespace then.
setup_file() {
	modprobe kmem
	cat $memory/auto_online_blocks >"$BATS_FILE_TMPDIR/policy"
	policy offline
	! grep -q . <(ls $devices) || "$daxbus" destroy --force all
}

teardown_file() { policy "$(cat "$BATS_FILE_TMPDIR/policy")"; }

setup() {
	labels=""
	[ "$(<$nd/region0/nstype)" = 4 ] || labels=yes
	remember
	regions_before=$known_regions
	before=$(whole)
}

# Remove what a failed test left behind.
teardown() {
	let_go
	umount /mnt 2>/dev/null || true
	"$daxbus" recover >/dev/null 2>&1 || true
	[ "$(echo $devices/dax*)" = "$devices/dax*" ] || "$daxbus" destroy --force all >/dev/null 2>&1
	known_regions=$regions_before
	settled
	[ "$(whole)" = "$before" ] || wrong "namespaces are $(whole); were $before"
}

# whole: the region as ndctl shows it: free memory, and namespaces that have memory, without their numbers
whole() {
	ndctl list -RNi -r region0 | jq -c '[.. | .regions? // empty | .[] |
		{available_size, n: [.namespaces[] | select(.size > 0) | {mode, size, map}]}]'
}

# sliced yes|"": whether to skip a test here, because it runs on the other kind of region; not with DAXBUS_LONG=1
sliced() { [ "$labels" = "$1" ] && [ ! "${DAXBUS_LONG-}" ]; }

# created ARG...: create a device in region0; its name in $device
created() {
	local force=--force
	[ ! "$labels" ] || force=
	daxbus_says 0 create --region=0 $force --json "$@"
	device=$(result .device)
	[ "$(result .result)" = changed ]
	[ -e $devices/$device ]
	remember
}

# ndctl_says DEVICE FILTER: a value of the namespace of a device, from ndctl
ndctl_says() { ndctl list -N | jq -r ".. | objects | select(.chardev? == \"$1\") | $2"; }

mine() { json ".regions[] | select(.path | endswith(\"/region0\")) | $1"; }

@test "list, capture: pmem region with free memory: creatable" {
	[ "$(mine '"\(.region) \(.provider) \(.dynamic) \(.creatable) \(.pmem.bus) \(.pmem.region) \(.pmem.namespace)"')" = \
		"0 pmem false true ndbus0 region0 null" ]
	if [ "$labels" ]; then
		[ "$(mine .available_size)" = "$(<$nd/region0/max_available_extent)" ]
	else
		[ "$(mine .available_size)" = "$(<$nd/namespace0.0/size)" ]
	fi
	[ "$(mine .size)" = "$(<$nd/region0/size)" ]
	[[ $("$daxbus" list --regions -n -r -o region,creatable,path creatable=yes) == "0 yes "*/region0 ]]
	"$daxbus" capture "$BATS_TEST_TMPDIR/tree"
	diff <(json .regions) <("$daxbus" --sysroot "$BATS_TEST_TMPDIR/tree" list --json | jq -r .regions)
}

@test "create, destroy: pmem: namespace as ndctl and libdaxctl show it" {
	! sliced "" || skip 'on a region with labels, and with --long'
	created
	is device_dax $device
	[ "$(ndctl_says $device '"\(.mode) \(.map) \(.align)"')" = "devdax dev 2097152" ]
	[ "$(device $device '"\(.provider) \(.mode)"')" = "pmem devdax" ]
	[ "$(json '.regions[] | select(.pmem.uuid) | .pmem.uuid')" = "$(ndctl_says $device .uuid)" ]
	[ "$(echo $nd/region0/dax0.*/$device/size)" != "$nd/region0/dax0.*/$device/size" ]
	# No memory is free now.
	[ "$(mine .creatable)" = "" ]
	refuses static-region create --region=0 --force
	daxbus_says 0 destroy --force $device --json
	[ "$(result '"\(.device) \(.result)"')" = "$device changed" ]
	is gone $device
}

@test "create --from: two namespaces of a region: unchanged" {
	[ "$labels" ] || skip 'a region without labels has one namespace'
	created --size=256M
	first=$device
	created --size=256M
	"$daxbus" list --json >"$BATS_TEST_TMPDIR/layout.json"
	for change in . 'del(.devices[].identity)'; do
		jq "$change" "$BATS_TEST_TMPDIR/layout.json" >"$BATS_TEST_TMPDIR/changed.json"
		daxbus_says 0 create --from="$BATS_TEST_TMPDIR/changed.json" --json
		[ "$(jq -c '[.changed, ([.results[].result] | unique), (.results | length)]' <<<"$output")" = '[false,["unchanged"],2]' ]
	done
	daxbus_says 0 destroy --force $device
	daxbus_says 0 destroy --force $first
}

@test "create --name, list: pmem with labels: name shown, also in a captured tree" {
	[ "$labels" ] || skip 'a region without labels has no names'
	created --size=256M --name=web-cache
	first=$device
	created --size=256M
	for tree in "" "--sysroot $BATS_TEST_TMPDIR/tree"; do
		[ -z "$tree" ] || "$daxbus" capture "$BATS_TEST_TMPDIR/tree"
		# shellcheck disable=SC2086
		names=$("$daxbus" $tree list --json | jq -c '[.regions[] | select(.pmem.namespace).pmem.name] | sort')
		[ "$names" = '[null,"web-cache"]' ] || wrong "$names"
	done
	[ "$("$daxbus" list -n -r -o device namespace_name=web-cache)" = "$first" ]
	daxbus_says 0 destroy --force $device
	daxbus_says 0 destroy --force $first
}

@test "reconfigure: pmem, to kmem and back: content kept" {
	created
	"$pattern" write /dev/$device "$(seed)"
	# The kernel writes to memory that is online: only offline memory keeps its content.
	daxbus_says 0 reconfigure --mode=kmem --online=no $device
	state_of $device
	[[ $REPLY == "kmem "*" offline" ]]
	daxbus_says 0 reconfigure --mode=devdax $device
	"$pattern" check /dev/$device "$(seed)"
	# The content belongs to the namespace.
	ndctl disable-namespace all >/dev/null 2>&1
	is gone $device
	ndctl enable-namespace all >/dev/null 2>&1
	"$pattern" check /dev/$device "$(seed)"
	daxbus_says 0 destroy --force $device
}

@test "create, destroy: pmem, --mode, --map, --align: as asked for, invalid values refused" {
	! sliced yes || skip 'on a region without labels, and with --long'
	refuses bad-align create --region=0 --force --align=8M
	refuses bad-size create --region=0 --force --align=1G
	created --mode=kmem --map=mem --align=4K
	all_blocks $device movable
	is "$REPLY" $device
	[ "$(ndctl_says $device '"\(.mode) \(.map) \(.align)"')" = "devdax mem 4096" ]
	daxbus_says 0 destroy --force $device
	is gone $device
	created --mode=none
	is none $device
	daxbus_says 0 destroy --force $device
}

@test "destroy, create: pmem, no --force: refused (data-loss)" {
	created
	refuses data-loss destroy $device
	both_say "--force"
	is device_dax $device
	refuses data-loss destroy all
	is device_dax $device
	hold $device mapped
	refuses memory-held destroy --force $device
	let_go
	daxbus_says 0 destroy --force --dry-run $device
	both_say "cannot be undone"
	is device_dax $device
	daxbus_says 0 destroy --force $device
	[ ! "$labels" ] || return 0
	remember
	refuses data-loss create --region=0
	[ "$(<$nd/namespace0.0/mode)" != dax ]
}

@test "create: pmem, options that do not fit the region: refused" {
	! sliced "" || skip 'on a region with labels, and with --long'
	refuses not-for-region create --region=0 --force --count=2
	refuses not-for-region create --region=0 --force --mapping=100000000-10fffffff
	if [ "$labels" ]; then
		refuses bad-size create --region=0 --size=200M
		refuses no-room create --region=0 --size=1T
	else
		refuses not-for-region create --region=0 --force --name=a
		refuses bad-size create --region=0 --force --size=256M
		daxbus_says 0 create --region=0 --force --dry-run --size="$(<$nd/namespace0.0/size)"
	fi
}

@test "create, destroy: pmem with labels, several namespaces: each has its content" {
	[ "$labels" ] || skip 'this region has no labels'
	created --size=256M --name=first
	first=$device
	[ "$(ndctl_says $first .name)" = first ]
	"$pattern" write /dev/$first 1
	created --size=512M --map=mem
	[ "$device" != $first ]
	"$pattern" write /dev/$device 2
	[ "$(mine .available_size)" = $((256 << 20)) ]
	# Each device has a region of its own.
	[ "$(device $first '.region')" = 0 ]
	[ "$(json '[.regions[] | select(.pmem.uuid) | .pmem.uuid] | unique | length')" = 2 ]
	refuses no-room create --region=0 --size=512M
	"$pattern" check /dev/$first 1
	daxbus_says 0 destroy --force $device
	"$pattern" check /dev/$first 1
	[ "$(mine .available_size)" = $((768 << 20)) ]
	daxbus_says 0 destroy --force $first
}

@test "create, destroy: pmem, namespace in sector mode: not touched" {
	! sliced yes || skip 'on a region without labels, and with --long'
	if [ "$labels" ]; then
		ndctl create-namespace -m sector -s 256M -r region0 >/dev/null
	else
		ndctl create-namespace -f -m sector -e namespace0.0 >/dev/null
	fi
	block=$(ndctl list -N | jq -r '.. | .blockdev? // empty' | head -n 1)
	head -c 4096 /dev/urandom >"$BATS_TEST_TMPDIR/data"
	dd if="$BATS_TEST_TMPDIR/data" of=/dev/$block bs=4096 oflag=direct status=none
	if [ "$labels" ]; then
		created
		[ "$(ndctl list -N | jq '[.. | .mode? // empty] | sort | join(" ")' -r)" = "devdax sector" ]
		daxbus_says 0 destroy --force all
	else
		[ "$(mine .creatable)" = false ]
		refuses namespace-in-use create --region=0 --force
	fi
	dd if=/dev/$block bs=4096 count=1 iflag=direct status=none | cmp - "$BATS_TEST_TMPDIR/data"
	ndctl destroy-namespace -f "$(ndctl list -N | jq -r '.. | select(.mode? == "sector") | .dev')" >/dev/null
	[ "$labels" ] || ndctl enable-namespace namespace0.0 >/dev/null
}

@test "create: pmem, block device in use: refused (namespace-in-use)" {
	[ ! "$labels" ] || skip 'the empty region has no block device'
	block=$(basename $nd/namespace0.0/block/*)
	# Swap opens the block device exclusively, as a mounted file system does.
	mkswap /dev/$block >/dev/null
	swapon /dev/$block
	refuses namespace-in-use create --region=0 --force
	swapoff /dev/$block
	created
	daxbus_says 0 destroy --force $device
}

# shellcheck disable=SC2030
@test "who: file system on another namespace of the region: directory, its type and device" {
	local made
	[ "$labels" ] || skip 'a region without labels has one namespace'
	created --size=256M
	daxbus_says 0 who --json $device
	[ "$(jq -c .users <<<"$output")" = '[]' ]
	made=$(ndctl create-namespace -r region0 -m fsdax -s 256M)
	mkfs.ext4 -q /dev/"$(jq -r .blockdev <<<"$made")"
	mount /dev/"$(jq -r .blockdev <<<"$made")" /mnt
	daxbus_says 0 who --json $device
	[ "$(jq -r '.users[] | "\(.way) \(.name) \(.detail)"' <<<"$output")" = \
		"mounted /mnt ext4 of /dev/$(jq -r .blockdev <<<"$made")" ]
	umount /mnt
	ndctl destroy-namespace -f "$(jq -r .dev <<<"$made")"
	daxbus_says 0 destroy --force $device
}

@test "create: pmem, failure after the namespace exists: undone" {
	# Less than a memory block: daxbus finds out after the device is created.
	if [ "$labels" ]; then
		daxbus_says 1 create --region=0 --size=64M --mode=kmem --json
		[ "$(result '"\(.result) \(.code)"')" = "undone too-small" ]
	fi
	strace -f -qq --seccomp-bpf -e trace=write -e inject=write:error=EIO:when=6 -o "$BATS_TEST_TMPDIR/trace" \
		"$daxbus" create --region=0 --force >"$BATS_TEST_TMPDIR/log" 2>&1 && return 1
	grep -q "the previous state is restored" "$BATS_TEST_TMPDIR/log"
	is gone dax0.0
	settled
}

# walk NAME: run `fault-injection` on create and destroy, and print its summary
walk() {
	run "$BATS_TEST_DIRNAME/fault-injection" "$1" dax0.0 namespace
	# shellcheck disable=SC2031 # run sets them
	if [ "$status" -ne 0 ]; then
		printf '%s\n' "$output"
		return 1
	fi
	# shellcheck disable=SC2031
	echo "# namespace, $1: ${lines[-1]} (DAXBUS_SEED $DAXBUS_SEED)" >&3
}

@test "create, destroy: pmem, error at each write: undone" { [ "$labels" ] || walk errors; }

@test "create, destroy: pmem, kill at each write: recovered" { [ "$labels" ] || [ ! "${DAXBUS_LONG-}" ] || walk kills; }

# kill_at N ARG...: run daxbus ARG..., and kill it at its Nth write
kill_at() {
	local when=$1
	shift
	strace -f -qq -e trace=write -e inject=write:signal=KILL:when=$when -o "$BATS_TEST_TMPDIR/trace" \
		"$daxbus" "$@" >"$BATS_TEST_TMPDIR/log" 2>&1 || [ $? -eq 137 ]
}

# points COMMAND: the writes at which to kill it: all with DAXBUS_LONG=1, otherwise one
points() {
	if [ "${DAXBUS_LONG-}" ]; then seq 2 9; else echo $((2 + $(seed "$labels" "$1") % 8)); fi
}

@test "recover: create or destroy on pmem was killed: recovered, content kept" {
	local n
	for n in $(points create); do
		untraced kill_at $n create --region=0 --force
		# The last write is that of the history, when the device is complete and the journal is gone.
		if [ ! -e /run/daxbus/journal ]; then
			[ $n -eq 9 ]
			daxbus_says 0 destroy --force "$(basename $devices/dax*)"
		fi
		daxbus_says 0 recover
		settled
		[ "$(echo $devices/dax*)" = "$devices/dax*" ]
		[ "$(whole)" = "$before" ]
	done
	created
	"$pattern" write /dev/$device 3
	for n in $(points destroy); do
		untraced kill_at $n destroy --force $device
		daxbus_says 0 recover
		# Until the namespace is deleted, recover restores the device with its content.
		[ -e $devices/$device ] || break
		is device_dax $device
		"$pattern" check /dev/$device 3
	done
	[ ! -e $devices/$device ] || daxbus_says 0 destroy --force $device
	is gone $device
}
