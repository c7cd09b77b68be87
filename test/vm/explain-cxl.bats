#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# explain on a machine with two CXL memory devices, one of them in a region: what each state of the CXL bus means for the
# device. Runs in the guest as its last file.

# names of guest.bash, paths that have no spaces, and what `run` sets
# shellcheck disable=SC2154,SC2086
load guest
load explain

cxl=/sys/bus/cxl/devices

# The memory device without a region
setup_file() {
	"$daxbus" reconfigure --mode=devdax dax0.0
	spare=$("$daxbus" list --regions --json | jq -r '.regions[] | select(.region == null) | .cxl.memdevs[0]')
	export spare
}

@test "explain: CXL memory device without a region: its name, its file" {
	first cxl-no-region $spare $cxl/$spare/ram/size
	run -0 "$daxbus" explain dax0.0
}

@test "explain: CXL region whose device driver is not loaded: module" {
	modprobe -r dax_cxl
	first module-not-loaded dax_cxl
	echo 'blacklist dax_cxl' >/etc/modprobe.d/broken.conf
	first module-blacklisted dax_cxl /etc/modprobe.d/broken.conf 1
	rm /etc/modprobe.d/broken.conf
	modprobe dax_cxl
}

@test "explain: CXL region that was disabled, that is not committed: region, its file" {
	"$daxbus" reconfigure --mode=devdax dax0.0
	echo region0 >/sys/bus/cxl/drivers/cxl_region/unbind
	first cxl-region-inactive region0 $cxl/region0/driver
	echo 0 >$cxl/region0/commit
	first cxl-region-inactive region0 $cxl/region0/commit
}
