#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Devices with 1 GiB alignment behind one of 128 MiB, in a region of 16 GiB. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

gib=$((1 << 30)) mib=$((1 << 20))

setup() { remember; }
teardown() { settled; }

# notes: those of the first result in $output
notes() { result '.notes | join("; ")'; }

@test "create: --align=1G in a region of 16 GiB: ranges start on 1 GiB, unused memory noted" {
	local unused='896 MiB of region 0 stays unused: it is not in multiples of 1 GiB'
	daxbus_says 0 resize --size=128M dax0.0
	start=$(($(<$devices/dax0.0/mapping0/start)))
	[ $((start % gib)) -eq 0 ]
	daxbus_says 0 create --align=1G --dry-run --json
	[[ $(notes) == *"$unused"* ]]
	[ ! -e $devices/dax0.1 ]
	daxbus_says 0 create --align=1G
	both_say "$unused"
	is device_dax dax0.1
	[ "$(<$devices/dax0.1/align)" = $gib ]
	[ "$(<$devices/dax0.1/size)" = $((15 * gib)) ]
	# The kernel would start at the first free byte.
	[ $(($(<$devices/dax0.1/mapping0/start))) -eq $((start + gib)) ]
	[ ! -e $devices/dax0.1/mapping1 ]
	[ "$(<$devices/dax0.0/../dax_region/available_size)" = $((896 * mib)) ]
	[ "$(device dax0.1 '.flags | length')" = 0 ]
	hold dax0.1 mapped
	let_go
	# A device with a smaller alignment can have the memory left over.
	daxbus_says 5 create --align=1G --json
	[ "$(result .code)" = no-room ]
	[[ $(result .message) == *'it requires 1 GiB; region 0 has 896 MiB free, 0 bytes of it in multiples of 1 GiB'* ]]
	daxbus_says 0 create --mode=none
	[ "$(<$devices/dax0.2/size)" = $((896 * mib)) ]
	daxbus_says 0 destroy dax0.1 dax0.2
	daxbus_says 0 resize --size=max dax0.0
	[ "$(<$devices/dax0.0/size)" = $((16 * gib)) ]
	is device_dax dax0.0
}

@test "create: --align=1G with --size or --count: refused with figures, whole multiples of 1 GiB" {
	daxbus_says 0 resize --size=128M dax0.0
	daxbus_says 5 create --align=1G --size=16G --json
	[ "$(result .code)" = no-room ]
	[[ $(result .message) == *'it requires 16 GiB; region 0 has 16256 MiB free, 15 GiB of it in multiples of 1 GiB'* ]]
	daxbus_says 0 create --align=1G --count=4 --mode=none --json
	[ "$(jq -c '[.results[].device]' <<<"$output")" = '["dax0.1","dax0.2","dax0.3","dax0.4"]' ]
	for d in 1 2 3 4; do
		for mapping in "$devices/dax0.$d"/mapping[0-9]*; do
			[ $(($(<"$mapping/start") % gib)) -eq 0 ]
		done
	done
	[ "$(cat $devices/dax0.[1-4]/size | paste -sd' ')" = "$((3 * gib)) $((4 * gib)) $((4 * gib)) $((4 * gib))" ]
	daxbus_says 0 destroy region=0
	daxbus_says 0 resize --size=max dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	is device_dax dax0.0
}
