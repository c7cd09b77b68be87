#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Identities of devices and regions: the same on every kernel, whatever the names are. Runs in the guest, whose memory
# is offline or unused. Leaves the devices as a boot does.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

setup_file() {
	modprobe kmem
	cat $memory/auto_online_blocks >"$BATS_FILE_TMPDIR/policy"
	policy offline
	provider=$(json '.regions[0].provider')
	export provider
}

teardown_file() { policy "$(cat "$BATS_FILE_TMPDIR/policy")"; }

# What the machine has, in the words that this test expects on every kernel.
hmem0=range=0x100000000-0x13fffffff
hmem1=range=0x140000000-0x17fffffff

# identities: of the regions, and of the devices, in the order of the words
identities() { json '[.regions[], .devices[] | .identity | select(.)] | sort | join(" ")'; }

only() { [ "$provider" = "$1" ] || skip "memory of $provider here"; }

# reload MODULE...: remove the provider and all drivers, and load the modules in this order
reload() {
	local driver
	for driver in dax_hmem kmem device_dax; do [ ! -e /sys/module/$driver ] || modprobe -r $driver; done
	for driver; do modprobe $driver; done
}

@test "list: identity: hmem: the physical range, on every kernel and for each order of modules" {
	only hmem
	expected="$hmem0 $hmem0+0x0 $hmem1 $hmem1+0x0"
	[ "$(identities)" = "$expected" ]
	reload device_dax kmem dax_hmem
	[ "$(identities)" = "$expected" ]
	reload kmem dax_hmem device_dax
	[ "$(identities)" = "$expected" ]
	duplicates=$(json '.regions[2:][] | .region')
	# Devices of one provider change their numbers when it goes and comes.
	parent=$(readlink -f $devices/dax0.0/..)
	echo "${parent##*/}" >/sys/bus/platform/drivers/hmem/unbind
	# The duplicate that kernels before 6.1 have of this memory is not one any more.
	left="$hmem1 $hmem1+0x0"
	[ -z "$duplicates" ] || left=$expected
	[ "$(identities)" = "$left" ]
	echo "${parent##*/}" >/sys/bus/platform/drivers/hmem/bind
	[ "$(identities)" = "$expected" ]
}

@test "list: identity: devices created and destroyed: those of the others stay" {
	only hmem
	"$daxbus" reconfigure --mode=devdax dax0.0
	daxbus_says 0 resize --size=256M dax0.0
	daxbus_says 0 create --region=0 --size=256M --mode=none
	daxbus_says 0 create --region=0 --size=256M --mode=none
	three="$hmem0 $hmem0+0x0 $hmem0+0x10000000 $hmem0+0x20000000 $hmem1 $hmem1+0x0"
	[ "$(identities)" = "$three" ]
	[ "$("$daxbus" list -n -r -o DEVICE identity=$hmem0+0x20000000)" = dax0.2 ]
	daxbus_says 0 destroy dax0.1
	[ "$(identities)" = "$hmem0 $hmem0+0x0 $hmem0+0x20000000 $hmem1 $hmem1+0x0" ]
	# The second device now has the last address.
	daxbus_says 0 create --region=0 --mode=none --mapping=130000000-13fffffff
	[ "$(json '.devices[] | select(.device == "dax0.1") | .identity')" = "$hmem0+0x30000000" ]
	daxbus_says 0 create --region=0 --mode=none
	[ "$(identities)" = "$hmem0 $hmem0+0x0 $hmem0+0x10000000 $hmem0+0x20000000 $hmem0+0x30000000 $hmem1 $hmem1+0x0" ]
	[ "$("$daxbus" list -n -r -o DEVICE identity=$hmem0 | wc -l)" = 4 ]
	daxbus_says 0 destroy dax0.1 dax0.2 dax0.3
	[ "$(identities)" = "$hmem0 $hmem0+0x0 $hmem1 $hmem1+0x0" ]
	daxbus_says 0 resize --size=max dax0.0
	reload device_dax kmem dax_hmem
}

@test "list: identity: pmem: UUID of the info block, after the provider was removed, too" {
	only pmem
	uuid=$(json '.regions[0].pmem.uuid')
	[[ $uuid =~ ^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$ ]]
	[ "$(identities)" = "uuid=$uuid uuid=$uuid" ]
	[ "$("$daxbus" list -n -r -o DEVICE identity=uuid=$uuid)" = dax0.0 ]
	# The provider takes its device away, and memory that is online would stay behind.
	[ "$(json '.devices[0].mode')" != kmem ] || daxbus_says 0 offline dax0.0
	nd=$(basename "$(json '.regions[0].path')")
	driver=$(readlink -f /sys/bus/nd/devices/$nd/driver)
	echo "$nd" >"$driver/unbind"
	echo "$nd" >"$driver/bind"
	[ "$(identities)" = "uuid=$uuid uuid=$uuid" ]
}

# The kernel numbers memory devices in another order at each boot.
serial_of() { cat "/sys/bus/cxl/devices/$1/serial"; }

# The serial number of the memory device that region 0 is in.
serial_of_region() { serial_of "$(json '.regions[0].cxl.memdevs[0]')"; }

# in_order WORD...: as identities() prints them
in_order() { printf '%s\n' "$@" | LC_ALL=C sort | paste -sd ' '; }

@test "list: identity: CXL: serial numbers and places in the memory devices" {
	only cxl
	first=serial=$(serial_of_region)@0x0
	[ "$(identities)" = "$first $first+0x0" ]
	[ "$(json '.regions[0].cxl.serials | tojson')" = "[\"$(serial_of_region)\"]" ]
	"$daxbus" reconfigure --mode=devdax dax0.0
	daxbus_says 0 destroy region0
	daxbus_says 0 create --memdev=mem1,mem0 --size=512M --mode=none
	both=serial=$(serial_of mem1)@0x0-$(serial_of mem0)@0x0
	[ "$(identities)" = "$both $both+0x0" ]
	daxbus_says 0 create --memdev=mem0 --mode=none
	second=serial=$(serial_of mem0)@0x10000000
	[ "$(identities)" = "$(in_order $second $second+0x0 $both $both+0x0)" ]
	daxbus_says 0 resize --size=256M dax1.0
	daxbus_says 0 create --region=1 --size=128M --mode=none
	[ "$(json '.devices[] | select(.device == "dax1.1") | .identity')" = "$second+0x10000000" ]
	daxbus_says 0 destroy dax1.1
	daxbus_says 0 destroy region1
	daxbus_says 0 destroy region0
	daxbus_says 0 create --memdev=mem0
}

@test "list: identity: ordinary user: unknown if it is an address; captured tree: the same" {
	case $provider in
	hmem) expected='[null,null]' ;;
	cxl) expected="[\"serial=$(serial_of_region)@0x0\",null]" ;;
	pmem) expected=$(json '[.regions[0].identity, .devices[0].identity] | tojson') ;;
	esac
	[ "$(as_user "$daxbus" list --json | jq -c '[.regions[0].identity, .devices[0].identity]')" = "$expected" ]
	"$daxbus" capture "$BATS_TEST_TMPDIR/tree"
	[ "$("$daxbus" --sysroot "$BATS_TEST_TMPDIR/tree" list -R -n -r -o IDENTITY)" = "$("$daxbus" list -R -n -r -o IDENTITY)" ]
	diff <("$daxbus" list -n -o DEVICE,IDENTITY) <("$daxbus" --sysroot "$BATS_TEST_TMPDIR/tree" list -n -o DEVICE,IDENTITY)
}
