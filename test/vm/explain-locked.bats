#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# explain on a CXL memory device whose decoders firmware has committed and locked: this test is the firmware. No driver of CXL is
# loaded yet. Runs in the guest as its only file.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest
load explain

cxl=/sys/bus/cxl/devices

# Program decoder 0 of the host bridge and of the first memory device with 1 GiB, and lock them. The table CEDT says where
# registers and addresses are; behind a component's capability 5 are its decoders (CXL 3.0, 8.2.4).
setup_file() {
	local card
	card=$(grep -l 0x050210 /sys/bus/pci/devices/*/class | sort | head -n 1)
	card=${card%/class}
	echo 1 >$card/enable
	python3 - "$(head -n 1 $card/resource | cut -d' ' -f1)" <<-'END'
		import mmap, os, struct, sys

		HOST_BRIDGE, WINDOW = 0, 1
		HDM = 5
		ENABLE, LOCK, COMMIT, COMMITTED, HOST_ONLY = 1 << 1, 1 << 8, 1 << 9, 1 << 10, 1 << 12

		def program(registers, start, size):
		    fd = os.open("/dev/mem", os.O_RDWR | os.O_SYNC)
		    memory = memoryview(mmap.mmap(fd, 0x10000, offset=registers)).cast("I")
		    table = 0x1000 // 4
		    header = [memory[table + i] for i in range(1 + (memory[table] >> 24))]
		    hdm = table + next(h >> 20 for h in header[1:] if h & 0xffff == HDM) // 4
		    for register, value in ((1, ENABLE), (4, start & 0xffffffff), (5, start >> 32), (6, size & 0xffffffff),
		                            (7, size >> 32), (9, 0), (10, 0), (8, HOST_ONLY | LOCK | COMMIT)):
		        memory[hdm + register] = value
		    assert memory[hdm + 8] & (COMMITTED | LOCK) == COMMITTED | LOCK, hex(memory[hdm + 8])

		table = open("/sys/firmware/acpi/tables/CEDT", "rb").read()
		at, found = 36, {}
		while at < len(table):
		    kind, _, length = struct.unpack_from("<BBH", table, at)
		    found[kind] = at
		    at += length
		start = struct.unpack_from("<Q", table, found[WINDOW] + 8)[0]
		program(struct.unpack_from("<Q", table, found[HOST_BRIDGE] + 16)[0], start, 1 << 30)
		program(int(sys.argv[1], 16), start, 1 << 30)
	END
	modprobe -a cxl_acpi cxl_pci cxl_mem cxl_port dax_cxl kmem
	"$daxbus" monitor --until=all --timeout=60 dax0.0
}

@test "explain: region that was disabled, its decoder locked: region, decoder, settings of firmware" {
	local decoder
	"$daxbus" reconfigure --mode=devdax dax0.0
	echo region0 >/sys/bus/cxl/drivers/cxl_region/unbind
	first cxl-region-inactive region0 $cxl/region0/driver
	decoder=$("$daxbus" explain --json | jq -r '.findings[0].evidence[] | select(.file | endswith("/locked")).file')
	[ "$(<$decoder)" = 1 ]
	"$daxbus" explain | grep 'next: Change the CXL settings of firmware'
}
