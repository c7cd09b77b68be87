#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# create and destroy of CXL regions of volatile memory, with their devices. Runs in a guest with two CXL memory devices of
# 1 GiB each behind one host bridge, and one window.

# names of guest.bash, paths that have no spaces, and variables that `run` and other tests set
# shellcheck disable=SC2154,SC2086,SC2231,SC2030,SC2031
load guest

cxl=/sys/bus/cxl/devices

# Every test begins and ends without a region. New memory stays offline: what the kernel would online in zone Normal
# might never go offline again.
setup_file() {
	cat $memory/auto_online_blocks >"$BATS_FILE_TMPDIR/policy"
	policy offline
	modprobe kmem
	[ ! -e $cxl/region0 ] || "$daxbus" destroy region0
}

# The files that follow need a device.
teardown_file() {
	"$daxbus" create --memdev=mem0
	policy "$(cat "$BATS_FILE_TMPDIR/policy")"
}

setup() {
	remember
	before=$(decoders)
	[ -z "$(regions_of_window)" ]
}

teardown() {
	let_go
	"$daxbus" recover >/dev/null 2>&1 || true
	for region in $(cd $cxl && ls -dr region* 2>/dev/null); do "$daxbus" destroy $region >/dev/null 2>&1 || true; done
	settled
	[ -z "$(regions_of_window)" ] || wrong "/proc/iomem: $(regions_of_window)"
	[ "$(decoders)" = "$before" ] || wrong "decoders are $(decoders); were $before"
}

# regions_of_window: what /proc/iomem has below the windows
regions_of_window() { sed -n '/CXL Window/,/^[^ ]/{/^ /p}' /proc/iomem; }

# decoders: each decoder of a memory device with its memory and its region, without the mode, which stays
decoders() {
	local decoder size region
	for decoder in $cxl/decoder*; do
		[ -e $decoder/dpa_size ] || continue
		read -r size <$decoder/dpa_size
		region=$(<$decoder/region)
		echo "${decoder##*/} $((size)) $region;"
	done
}

# first_decoder MEMDEV: the name of its first decoder
first_decoder() {
	local port
	for port in $cxl/endpoint*; do
		[[ $(readlink -f $port/uport) != */$1 ]] || echo decoder${port##*endpoint}.0
	done
}

created() {
	daxbus_says 0 create --json "$@"
	[ "$(result '"\(.device) \(.result)"')" = "dax0.0 changed" ]
}

@test "create, destroy: two CXL memory devices in kmem: 2 GiB in zone Movable, then nothing, twice" {
	for _ in 1 2; do
		created --memdev=mem0,mem1 --mode=kmem
		all_blocks dax0.0 movable
		[ "$REPLY" = "kmem 16 movable" ]
		is "$REPLY" dax0.0
		[ "$(json '.regions[0].cxl.memdevs | tojson')" = '["mem0","mem1"]' ]
		[ "$(<$cxl/region0/interleave_ways) $(<$cxl/region0/commit)" = "2 1" ]
		[ $(($(<$cxl/region0/size))) = $((2 << 30)) ]
		daxbus_says 0 destroy region0
		is gone dax0.0
		[ ! -e $cxl/region0 ]
		[ -z "$(regions_of_window)" ]
		[ "$(decoders)" = "$before" ]
		settled
	done
}

@test "create: CXL: mode, size and granularity as asked for" {
	created --memdev=mem1 --mode=none --size=512M
	is none dax0.0
	[ "$(json '.regions[0].cxl.memdevs | tojson')" = '["mem1"]' ]
	[ "$(device dax0.0 .size)" = $((512 << 20)) ]
	daxbus_says 0 destroy region0
	created --memdev=mem1,mem0 --granularity=1K
	is device_dax dax0.0
	[ "$(json '.regions[0].cxl.memdevs | tojson')" = '["mem1","mem0"]' ]
	[ "$(<$cxl/region0/interleave_granularity)" = 1024 ]
	daxbus_says 0 destroy region0 --json
	[ "$(result '"\(.device) \(.result) \(.from)"')" = "dax0.0 changed devdax" ]
}

@test "create, destroy: two CXL regions on one memory device: only the later one can go first" {
	created --memdev=mem0 --size=512M
	daxbus_says 0 create --memdev=mem0 --mode=kmem --json
	[ "$(result '"\(.device) \(.result)"')" = "dax1.0 changed" ]
	is "kmem 4 movable" dax1.0
	remember
	refuses decoder-order destroy region0
	is device_dax dax0.0
	refuses no-room create --memdev=mem0
	daxbus_says 0 destroy region1
	daxbus_says 0 create --memdev=mem1 --size=256M
	daxbus_says 0 destroy region0
	# The first decoder of the host bridge is free, and the second one is not.
	remember
	refuses decoder-order create --memdev=mem0
	daxbus_says 0 destroy region1
	is gone dax0.0
	is gone dax1.0
}

@test "create: CXL, another program takes the name of the region: tried again" {
	local create
	create=$(readlink -f $cxl/decoder0.0)/create_ram_region
	strace -f -qq --seccomp-bpf -P "$create" -e trace=write -e inject=write:error=EBUSY:when=1 \
		-o "$BATS_TEST_TMPDIR/trace" "$daxbus" create --memdev=mem0 --size=256M >"$BATS_TEST_TMPDIR/log"
	grep -q INJECTED "$BATS_TEST_TMPDIR/trace"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/log")" = 1 ]
	is device_dax dax0.0
	daxbus_says 0 destroy region0
	cannot strace -f -qq --seccomp-bpf -P "$create" -e trace=write -e inject=write:error=EBUSY \
		-o "$BATS_TEST_TMPDIR/trace" "$daxbus" create --memdev=mem0 --size=256M
	is gone dax0.0
}

@test "create, destroy: CXL, region or options that do not fit: refused" {
	refuses no-memdev create --memdev=mem9
	refuses bad-size create --memdev=mem0,mem1 --size=256M
	refuses no-room create --memdev=mem0 --size=2G
	created --memdev=mem0 --size=256M
	hold dax0.0 mapped
	remember
	refuses memory-held destroy region0
	is device_dax dax0.0
	let_go
}

@test "create: CXL, decoder that another program is setting up: refused until it is committed" {
	local decoder region
	decoder=$(first_decoder mem0)
	echo ram >$cxl/$decoder/mode
	echo $((256 << 20)) >$cxl/$decoder/dpa_size
	before=$(decoders)
	refuses uncommitted-decoder create --memdev=mem0 --size=256M
	[ "$(decoders)" = "$before" ]
	# The same decoder in a region that is not committed: the port above mem1 waits for it, too.
	region=$(<$cxl/decoder0.0/create_ram_region)
	echo $region >$cxl/decoder0.0/create_ram_region
	echo 256 >$cxl/$region/interleave_granularity
	echo 1 >$cxl/$region/interleave_ways
	echo $((256 << 20)) >$cxl/$region/size
	echo $decoder >$cxl/$region/target0
	before=$(decoders)
	refuses uncommitted-decoder create --memdev=mem0 --size=256M
	refuses uncommitted-decoder create --memdev=mem1 --size=256M
	[ "$(decoders)" = "$before" ]
	echo 1 >$cxl/$region/commit
	daxbus_says 0 create --memdev=mem1 --size=256M --json
	daxbus_says 0 destroy "region$(result '.device | ltrimstr("dax") | rtrimstr(".0")')"
	echo 0 >$cxl/$region/commit
	echo $region >$cxl/decoder0.0/delete_region
	echo 0 >$cxl/$decoder/dpa_size
	before=$(decoders)
}

# of_memdev NAME FILTER: the line of a memory device in the list of regions
of_memdev() { json ".regions[] | select(.region == null and .cxl.memdevs == [\"$1\"]) | $2"; }

completes() { "$daxbus" __introspect complete -- create "$1" | sort | tr '\n' ' '; }

@test "list: CXL memory devices with room: creatable, with decoders and interleaving; in a captured tree, too" {
	[ "$(of_memdev mem0 '"\(.provider) \(.size) \(.available_size) \(.creatable) \(.cxl.free_decoders) \(.cxl.interleave)"')" = \
		'cxl 1073741824 1073741824 true 4 ["1","2"]' ]
	[ "$(completes --memdev=)" = "--memdev=mem0 --memdev=mem1 " ]
	[ "$(completes --memdev=mem1,)" = "--memdev=mem1,mem0 " ]
	created --memdev=mem0 --size=768M
	[ "$(of_memdev mem0 '"\(.available_size) \(.creatable) \(.cxl.free_decoders)"')" = "268435456 true 3" ]
	[ "$(json '.regions[0] | "\(.region) \(.cxl.region) \(.cxl.locked)"')" = "0 region0 false" ]
	daxbus_says 0 create --memdev=mem0 --json
	[ "$(of_memdev mem0 .size)" = "" ]
	[ "$(of_memdev mem1 '"\(.creatable) \(.cxl.interleave)"')" = 'true ["1"]' ]
	[ "$(completes --memdev=m)" = "--memdev=mem1 " ]
	"$daxbus" capture "$BATS_TEST_TMPDIR/tree"
	diff <("$daxbus" list --regions) <("$daxbus" --sysroot "$BATS_TEST_TMPDIR/tree" list --regions)
	[ "$("$daxbus" list --tree -o SIZE | tail -n 1 | tr -s ' ')" = "mem1 1G" ]
	cannot "$daxbus" create --region=mem1
	daxbus_says 0 destroy region0 region1
}

@test "destroy: CXL region without a device, disabled or incomplete: decoders are free again" {
	local decoder
	decoder=$(first_decoder mem0)
	created --memdev=mem0,mem1
	echo region0 >/sys/bus/cxl/drivers/cxl_region/unbind
	[ "$("$daxbus" list --regions -n -r -o REGION,SIZE,CREATABLE,MEMDEVS region0)" = "0 2G no mem0,mem1" ]
	daxbus_says 0 destroy region0 --json
	[ "$(result '"\(.device) \(.result)"')" = "region0 changed" ]
	[ "$(decoders)" = "$before" ]
	# Without size and decoders, and with one of two.
	echo region0 >$cxl/decoder0.0/create_ram_region
	daxbus_says 0 destroy region0
	echo region0 >$cxl/decoder0.0/create_ram_region
	echo 256 >$cxl/region0/interleave_granularity
	echo 2 >$cxl/region0/interleave_ways
	echo $((512 << 20)) >$cxl/region0/size
	echo ram >$cxl/$decoder/mode
	echo $((256 << 20)) >$cxl/$decoder/dpa_size
	echo $decoder >$cxl/region0/target1
	remember
	# The last step fails: all of it is as before.
	cannot strace -f -qq --seccomp-bpf -P "$(readlink -f $cxl/decoder0.0)/delete_region" -e trace=write \
		-e inject=write:error=EIO -o "$BATS_TEST_TMPDIR/trace" "$daxbus" destroy region0
	[ "$(<$cxl/region0/target1) $(($(<$cxl/$decoder/dpa_size)))" = "$decoder $((256 << 20))" ]
	# Killed there: the journal names the region. With --seccomp-bpf, strace would lose the signal.
	cannot strace -f -qq -P "$(readlink -f $cxl/decoder0.0)/delete_region" -e trace=write \
		-e inject=write:signal=KILL -o "$BATS_TEST_TMPDIR/trace" "$daxbus" destroy region0
	daxbus_says 0 recover
	[ "$(<$cxl/region0/target1) $(($(<$cxl/$decoder/dpa_size)))" = "$decoder $((256 << 20))" ]
	daxbus_says 0 destroy region0
}

@test "destroy: CXL, device without the module dax_cxl: region goes all the same" {
	created --memdev=mem0 --mode=none
	modprobe -r dax_cxl
	[ ! -e $devices/dax0.0 ]
	[ -e $cxl/region0/driver ]
	daxbus_says 0 destroy region0
	created --memdev=mem0
	daxbus_says 0 destroy region0
}

@test "create, destroy: CXL, --save: the policy of the region is written, and removed with the region" {
	local policies=/etc/daxbus/policy.d
	mkdir -p $policies
	created --memdev=mem0 --mode=none --save
	grep -qx '\[Region\]' $policies/*.conf
	daxbus_says 0 destroy region0 --save
	[[ $output == *'.conf: changed: the file is removed'* ]]
	[ -z "$(ls $policies)" ]
	rm -r /etc/daxbus
}

@test "destroy: CXL, the last step fails: the device has its settings again" {
	local setting
	created --memdev=mem0 --mode=none
	setting=$devices/dax0.0/memmap_on_memory
	echo 0 >$setting
	remember
	cannot strace -f -qq --seccomp-bpf -P "$(readlink -f $cxl/decoder0.0)/delete_region" -e trace=write \
		-e inject=write:error=EIO -o "$BATS_TEST_TMPDIR/trace" "$daxbus" destroy region0
	is none dax0.0
	[ "$(<$setting)" = 0 ]
	daxbus_says 0 destroy region0
}

# walk NAME: run `fault-injection` on create and destroy, and print its summary
walk() {
	run "$BATS_TEST_DIRNAME/fault-injection" "$1" dax0.0 cxl
	if [ "$status" -ne 0 ]; then
		printf '%s\n' "$output"
		return 1
	fi
	echo "# CXL, $1: ${lines[-1]} (DAXBUS_SEED $DAXBUS_SEED)" >&3
}

# Without DAXBUS_LONG=1 the seed chooses one of the two.
sliced() { [ ! "${DAXBUS_LONG-}" ] && [ $(($(seed cxl) % 2)) -ne "$1" ]; }

@test "create, destroy: CXL, error at each write: undone" {
	! sliced 0 || skip 'with another seed, and with --long'
	walk errors
}

@test "create, destroy: CXL, kill at each write: recovered" {
	! sliced 1 || skip 'with another seed, and with --long'
	walk kills
}
