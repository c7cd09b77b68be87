#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Memory that is set aside for DAX is in /proc/iomem as "Soft Reserved" up to
# Linux 6.12, and on 7.3 in no line at all until a driver takes it.
#
# Guess, before it was run: a machine has such memory if and only if /proc/iomem
# has a line "Soft Reserved", whether a driver is loaded or not; so a script can
# tell that dax_hmem should be loaded.
#
# Seen: on 6.1 and 6.12, the line is there before and after dax_hmem is loaded.
# On 7.3 it is not there, neither before nor after: /proc/iomem shows the range
# only while kmem or device_dax holds it. Without a driver, the platform device
# hmem_platform.0 is what tells that there is such memory.
#
# Versions: Linux 6.1.192, 6.12.95, 7.3.4.
#
# Output:
#   6.1: no driver: 1 Soft Reserved, lines of the range: 2, platform: hmem.0
#   6.1: dax_hmem: 1 Soft Reserved, lines of the range: 2, platform: hmem.0
#   6.1: kmem: 1 Soft Reserved, lines of the range: 4, platform: hmem.0
#   6.12: no driver: 1 Soft Reserved, lines of the range: 1, platform: hmem_platform.0
#   6.12: dax_hmem: 1 Soft Reserved, lines of the range: 1, platform: hmem.0 hmem_platform.0
#   6.12: kmem: 1 Soft Reserved, lines of the range: 3, platform: hmem.0 hmem_platform.0
#   7.3: no driver: 0 Soft Reserved, lines of the range: 0, platform: hmem_platform.0
#   7.3: dax_hmem: 0 Soft Reserved, lines of the range: 0, platform: hmem.0 hmem_platform.0
#   7.3: kmem: 0 Soft Reserved, lines of the range: 2, platform: hmem.0 hmem_platform.0

set -euo pipefail
# shellcheck source=machine.bash source-path=SCRIPTDIR
source "$(dirname "$0")/machine.bash"

guest() {
	cat <<-'EOG'
	# look WHEN: lines of the range, which begins at 4 GiB
	look() {
		echo "$1: $(grep -c 'Soft Reserved' /proc/iomem) Soft Reserved, lines of the range: $(grep -c '^ *1[0-3][0-9a-f]*-13fffffff' /proc/iomem), platform: $(ls /sys/bus/platform/devices | grep '^hmem' | tr '\n' ' ')"
	}
	look "no driver"
	modprobe dax_hmem
	look "dax_hmem"
	kmem dax0.0
	look "kmem"
	EOG
}

observe() {
	local kernel
	soft_reserved 1
	for kernel in 6.1 6.12 7.3; do
		guest | run_machine "$kernel" | sed "s/^/$kernel: /; s/ *$//"
	done
}

verify observe
