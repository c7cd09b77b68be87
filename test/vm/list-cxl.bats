#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# list on a CXL region of volatile memory. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

# A file that ran before may have left the device with another driver.
setup_file() {
	modprobe kmem
	is kmem dax0.0 || "$daxbus" reconfigure --mode=kmem dax0.0
}

@test "list: CXL region: region and memory devices of the CXL bus" {
	region=$(json '.regions[0].cxl.region')
	[ -e "/sys/bus/cxl/devices/$region/uuid" ] || [ -e "/sys/bus/cxl/devices/$region/size" ]
	[ "$(json '.regions[0].provider')" = cxl ]
	[ "$(json '.regions[0].cxl.memdevs | tojson')" = '["mem0"]' ]
	[ -e /sys/bus/cxl/devices/mem0 ]
	[ "$(json '.regions[0].size')" = $(($(cat "/sys/bus/cxl/devices/$region/size"))) ]
	[ "$("$daxbus" list -n -r -o device,cxl_region,memdevs provider=cxl)" = "dax0.0 $region mem0" ]
}

@test "list: CXL device in kmem: memmap_on_memory, block counts exact" {
	[ "$(json '.devices[0] | [.mode, .memmap_on_memory] | tojson')" = '["kmem",true]' ]
	assert_counts dax0.0
}
