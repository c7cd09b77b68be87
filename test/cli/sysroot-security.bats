#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154,SC2030,SC2031 # run sets output and others; a test is a subshell of its own
#
# Trees that are damaged or made to attack the reader: whatever they contain, the tool ends within seconds without a
# crash, its document is valid, unknown values are null, it prints no control characters, and it reads nothing outside
# the tree.

load cli

canary='canary-5c1a0f of what lies outside'
canary_number=1987654321

setup()
{
	tree_with_two
	outside=$BATS_TEST_TMPDIR/outside
	mkdir "$outside"
	# Names that the tool reads, so that a link that is followed out of the tree shows.
	for name in canary uevent state valid_zones namespace distance; do
		echo "DRIVER=$canary" > "$outside/$name"
	done
	for name in size align target_node available_size; do
		echo "$canary_number" > "$outside/$name"
	done
	device=$tree/sys/devices/platform/hmem.0/dax0.0
	memory=$tree/sys/devices/system/memory
	long=$BATS_TEST_TMPDIR/long
	head -c 1048576 /dev/zero | tr '\0' 7 > "$long"
}

# --- checks -----------------------------------------------------------------------------------------------------------

# survive ARG...: the tool ends within ten seconds, without a crash, and prints nothing from outside the tree
survive()
{
	run --separate-stderr timeout 10 "$DAXBUS" --sysroot "$tree" "$@"
	[[ $status -le 3 ]] || mismatch "$*"
	[[ $output$stderr != *"$canary"* && $output$stderr != *"$canary_number"* ]] ||
		mismatch "$*: shows what is outside"
	no_controls "$output$stderr" || mismatch "$*: control characters"
}

# no_controls TEXT: it has no control characters, which a terminal would interpret
no_controls()
{
	! LC_ALL=C grep -q '[[:cntrl:]]' <<< "$1"
}

# survive() for every view of a tree and for a capture
survive_all()
{
	local view
	for view in --output-all --tree '--raw --output-all'; do
		# shellcheck disable=SC2086 # words
		survive list $view
	done
	survive_document
	rm -rf "$BATS_TEST_TMPDIR/copy"
	survive capture "$BATS_TEST_TMPDIR/copy"
	# grep -r does not follow links.
	! grep -rq -e "$canary" -e "$canary_number" "$BATS_TEST_TMPDIR/copy" || mismatch 'captured what is outside'
}

# survive() for the document with everything; it must be valid JSON
survive_document()
{
	survive list --json --blocks
	jq -e . <<< "$output" > "$BATS_TEST_TMPDIR/json" || mismatch "$*: not a document"
}

# The value of a jq filter on the document of survive_all().
json()
{
	jq -c "$1" "$BATS_TEST_TMPDIR/json"
}

# The attributes of the tree's device, region and machine, as paths.
attributes()
{
	find "$tree"/{sys/devices,proc} -type f -printf "%H/%P\n" | sed "s|^$tree/||"
	echo sys/devices/platform/hmem.0/dax0.0/{memmap_on_memory,state,resource} \
		sys/devices/system/node/{online,has_cpu,node1/distance,node1/access0/initiators/read_latency} \
		sys/module/memory_hotplug/parameters/memmap_on_memory proc/zoneinfo page_size | tr ' ' '\n'
}

# spoil KIND PATH: replace an attribute of the tree
spoil()
{
	local kind=$1 path=$tree/$2

	[[ -d ${path%/*} ]] || mkdir -p "${path%/*}"
	rm -rf "$path"
	case $kind in
	missing) ;;
	empty) : > "$path" ;;
	newline) echo > "$path" ;;
	binary) printf 'a\0b\xff\xfe\n' > "$path" ;;
	escape) printf '\e[2J\e]0;title\a\x9b31m\r\b\n' > "$path" ;;
	long) cp "$long" "$path" ;;
	fifo) mkfifo "$path" ;;
	directory) mkdir "$path" ;;
	loop) ln -s "${path##*/}" "$path" ;;
	shadow) ln -s /etc/shadow "$path" ;;
	canary) ln -s "$outside/canary" "$path" ;;
	up) ln -s ../../../../../../../../../../../../../../../.. "$path" ;;
	zero) echo 0 > "$path" ;;
	largest) echo 18446744073709551615 > "$path" ;;
	too-large) echo 18446744073709551616 > "$path" ;;
	minus) echo -1 > "$path" ;;
	word) echo garbage > "$path" ;;
	esac
}

# A second device, in kmem, with memory blocks of its own.
with_kmem()
{
	local i node=$tree/sys/devices/system/node/node2 other=$tree/sys/devices/platform/hmem.1/dax1.0

	sed -i 's/device_dax/kmem/' "$other/uevent"
	mkdir -p "$node"
	for i in 64 65; do
		mkdir "$memory/memory$i"
		echo Movable > "$memory/memory$i/valid_zones"
		echo online > "$memory/memory$i/state"
		ln -s "../../memory/memory$i" "$node/memory$i"
	done
}

# --- attributes -------------------------------------------------------------------------------------------------------

@test "list: each attribute missing, long, a FIFO or a link: valid document, nothing from outside the root" {
	with_kmem
	local kind path copy=$BATS_TEST_TMPDIR/whole
	cp -a "$tree" "$copy"
	for path in $(attributes); do
		for kind in missing long fifo canary; do
			spoil "$kind" "$path"
			survive_document "$kind $path"
		done
		rm -rf "${tree:?}/$path"
		[[ ! -e $copy/$path ]] || cp -a "$copy/$path" "$tree/$path"
	done
}

@test "list, capture: all attributes malformed: unknown values null, nothing from outside the root" {
	local kind path
	for kind in missing empty newline binary escape long fifo directory loop shadow canary up zero largest \
		too-large minus word; do
		rm -rf "$tree"
		tree_with_two
		with_kmem
		for path in $(attributes); do
			spoil "$kind" "$path"
		done
		survive_all
		[[ $(json '[.devices[].device]') == '["dax0.0","dax1.0"]' ]]
		case $kind in
		zero | largest) ;;
		missing) [[ $(json '.devices[0] | [.size, .align, .mappings]') == '[null,null,'* ]] ;;
		*) [[ $(json '.devices[0] | [.size, .align, .target_node, .flags]') == '[null,null,null,null]' ]] ;;
		esac
	done
}

@test "list, capture: directories are links out of the root: nothing from outside the root" {
	local target
	for target in /etc "$outside" ../../../../../../../../../../../../../.. . loop; do
		rm -rf "$tree"
		tree_with_two
		with_kmem
		local path
		for path in sys/devices/platform/hmem.0/dax0.0/mapping0 sys/devices/platform/hmem.0/dax_region \
			sys/devices/system/memory/memory64 sys/devices/platform/hmem.1/dax1.0 \
			sys/devices/system/node/node2; do
			rm -rf "${tree:?}/$path"
			ln -s "$target" "$tree/$path"
		done
		survive_all
	done
	for path in proc sys sys/bus sys/bus/dax sys/bus/dax/devices sys/devices; do
		rm -rf "$tree"
		tree_with_two
		rm -rf "${tree:?}/$path"
		ln -s "$outside" "$tree/$path"
		survive_all
	done
}

@test "list, capture: device links lead out of the root or elsewhere: no value read there" {
	local devices=$tree/sys/bus/dax/devices
	ln -s "$outside/dax2.0" "$devices/dax2.0"
	ln -s ../../../../../../../../../../../../etc/dax3.0 "$devices/dax3.0"
	ln -s dax4.0 "$devices/dax4.0"
	ln -s / "$devices/dax5.0"
	ln -s /dax6.0 "$devices/dax6.0"
	ln -s '' "$devices/dax7.0" 2> /dev/null || mkdir "$devices/dax7.0"
	mkfifo "$devices/dax8.0"
	ln -s ../../../devices/platform/hmem.0/dax0.0 "$devices/dax9.0"
	mkdir "$outside/dax2.0"
	cp "$outside/size" "$outside/uevent" "$outside/dax2.0"
	survive_all
	[[ $(json '[.devices[] | select(.device == "dax2.0").size]') == '[null]' ]]
	[[ $(json '[.devices[].device] | index("dax9.0")') == null ]]
}

# --- names ------------------------------------------------------------------------------------------------------------

@test "list, capture: invalid device names: left out, a note for each" {
	local devices=$tree/sys/bus/dax/devices name
	for name in 'dax 0.0' $'dax0.0\ndax1.0' $'\e[31mdax0.2' $'dax\t1.1' 'dax0.0 ' '-rf' '%s%n' $'\xff\xfe' '"' "dax00.0" \
		dax99999999999999999999.0 dax2147483648.0 dax-1.0 dax0; do
		ln -s ../../../devices/platform/hmem.0/dax0.0 "$devices/$name"
	done
	survive_all
	[[ $(json '[.devices[].device]') == '["dax0.0","dax1.0"]' ]]
	[[ $(json '.daxbus.notes | length') == 14 ]]
}

@test "list, capture: control characters in attributes: not printed" {
	printf 'MAJOR=252\nMINOR=0\nDEVNAME=\e[2Jdev\nDRIVER=\e]0;owned\a\x9b31mkmem\r\n' > "$device/uevent"
	printf '\e[31m\n' > "$device/state"
	printf '6.1\e[5m\r\n' > "$tree/proc/sys/kernel/osrelease"
	printf 'online\e[7m\n' > "$memory/auto_online_blocks"
	survive_all
	survive -v list
}

# U+009B begins a control sequence; U+202E shows all that follows from right to left.
@test "list: C1 and direction characters in attributes and names: ? on the terminal, escapes in JSON" {
	local bad name view parent
	LC_ALL=C.UTF-8 printf -v bad 'k\u009b31m\u202em\u2066e\u2028m'
	LC_ALL=C.UTF-8 printf -v name 'hmem\u202e\e[31m.0'
	parent=$tree/sys/devices/platform/$name
	printf 'MAJOR=252\nMINOR=0\nDEVNAME=dax0.0\nDRIVER=%s\n' "$bad" > "$device/uevent"
	mv "$tree/sys/devices/platform/hmem.0" "$parent"
	ln -sfn "../../../devices/platform/$name/dax0.0" "$tree/sys/bus/dax/devices/dax0.0"
	for view in '' -r --pairs --tree --map --regions --output-all '-R --output-all' '-o driver,path' --json '--json --regions' -v; do
		# shellcheck disable=SC2086 # words
		LC_ALL=C.UTF-8 run "$DAXBUS" --sysroot "$tree" list $view
		is_status 0
		LC_ALL=C.UTF-8 run -1 grep -qP '[\x00-\x08\x0b-\x1f\x7f-\x9f\x{2028}-\x{202e}\x{2066}-\x{2069}]' <<< "$output"
	done
	daxbus --sysroot "$tree" list -nr -o driver dax0.0
	is_output 'k?31m?m?e?m'
	daxbus --sysroot "$tree" list --json dax0.0
	[[ $output == *'"k\u009b31m\u202em\u2066e\u2028m"'* ]] || mismatch escapes
	[[ $(jq -r '.devices[0].driver' <<< "$output") == "$bad" ]] || mismatch value
}

@test "list, capture: control characters in directory names: not printed" {
	local parent=$tree/sys/devices/platform/$'hmem\e[31m.0'
	mv "$tree/sys/devices/platform/hmem.0" "$parent"
	ln -sfn $'../../../devices/platform/hmem\e[31m.0/dax0.0' "$tree/sys/bus/dax/devices/dax0.0"
	survive_all
	[[ $(json '.devices | length') == 2 ]]
}

# --- numbers ----------------------------------------------------------------------------------------------------------

@test "list: ranges at the ends of the address space: valid document" {
	local range size
	with_kmem
	device=$tree/sys/devices/platform/hmem.1/dax1.0
	for range in '0x0 0xffffffffffffffff' '0xffffffffffffffff 0xffffffffffffffff' '0xffffffffffffffff 0x0' '0x0 0x0' \
		'0x0 0xfffffffffffffffe' '0x10000000000000000 0x1'; do
		for size in 0 1 18446744073709551615; do
			echo "${range% *}" > "$device/mapping0/start"
			echo "${range#* }" > "$device/mapping0/end"
			echo "$size" > "$device/size"
			survive_document "$range $size"
		done
	done
}

@test "list: invalid memory block size: block size and block counts null" {
	local size
	with_kmem
	for size in 0 1 2 3 8000001 8000000000000000 ffffffffffffffff 10000000000000000 -1 garbage '' 128M; do
		echo "$size" > "$memory/block_size_bytes"
		survive_document "$size"
		case $size in
		1 | 2 | 8000000000000000) ;;
		*) [[ $(json '[.daxbus.block_size, .devices[1].memory.blocks]') == '[null,null]' ]] || mismatch "$size" ;;
		esac
	done
}

@test "list, capture: numbers of nodes and blocks out of range: valid document" {
	local node
	with_kmem
	mkdir "$memory"/memory{99999999999999999999,18446744073709551615,007,-1,4294967296}
	mkdir -p "$tree/sys/devices/system/node"
	echo 0-1048575 > "$tree/sys/devices/system/node/has_cpu"
	echo 0-1048575 > "$tree/sys/devices/system/node/online"
	for node in 18446744073709551615 18446744073709551616 4294967296 -1; do
		echo "$node" > "$tree/sys/devices/platform/hmem.1/dax1.0/target_node"
		mkdir -p "$tree/sys/devices/system/node/node$node"
		yes 10 | head -n 1000 | tr '\n' ' ' > "$tree/sys/devices/system/node/node$node/distance"
		survive_all
	done
}

# --- many devices and mappings ----------------------------------------------------------------------------------------

# many_devices N: devices 2 to N - 1, each in a region of its own, with the range of the first
many_devices()
{
	python3 - "$tree" "$1" << 'END'
import os, sys
tree, n = sys.argv[1], int(sys.argv[2])
for i in range(2, n):
    device = f"{tree}/sys/devices/platform/hmem.{i}/dax{i}.0"
    os.makedirs(device + "/mapping0")
    os.symlink("../../../bus/platform", f"{tree}/sys/devices/platform/hmem.{i}/subsystem")
    os.symlink(f"../../../devices/platform/hmem.{i}/dax{i}.0", f"{tree}/sys/bus/dax/devices/dax{i}.0")
    for name, text in {"size": "1073741824", "align": "2097152", "target_node": str(i), "mapping0/start": "0x100000000",
                       "mapping0/end": "0x13fffffff", "uevent": sys.argv[3] if len(sys.argv) > 3 else "MAJOR=1"}.items():
        with open(f"{device}/{name}", "w") as file:
            file.write(text + "\n")
END
}

@test "list: 3000 devices, most of them phantoms: all listed and flagged" {
	many_devices 3000
	survive list --json
	[[ $(jq '.devices | length' <<< "$output") == 3000 ]]
	[[ $(jq '[.devices[] | select(.flags == ["phantom"])] | length' <<< "$output") == 2998 ]]
	survive list --output-all
	survive list dax0.0 dax2999.0
}

@test "list: 2000 devices with the same memory: blocks counted for one" {
	local i
	many_devices 2000
	sed -i 's/.*/DRIVER=kmem/' "$tree"/sys/devices/platform/hmem.*/dax*.0/uevent
	for i in {32..39}; do
		mkdir "$memory/memory$i"
	done
	mkdir -p "$tree/sys/devices/system/node"
	for i in {2..1999}; do
		ln -s ../memory "$tree/sys/devices/system/node/node$i"
	done
	survive list --json --blocks
	[[ $(jq '[.devices[] | select(.memory.blocks != null)] | length' <<< "$output") == 1 ]]
	survive list
}

@test "list: 3000 mappings of a device: all listed" {
	local start
	for start in 'i << 32' 0; do
		python3 - "$device" "$start" << 'END'
import os, sys
for i in range(3000):
    start = eval(sys.argv[2])
    os.makedirs(f"{sys.argv[1]}/mapping{i}", exist_ok=True)
    for name, value in {"start": start, "end": start + (1 << 30) - 1, "page_offset": i << 18}.items():
        with open(f"{sys.argv[1]}/mapping{i}/{name}", "w") as file:
            file.write(hex(value) + "\n")
END
		survive list --json --blocks
		[[ $(jq '.devices[0].mappings | length' <<< "$output") == 3000 ]]
		survive list --mappings
		survive list
	done
	[[ $(jq -c '.devices[0].flags' <<< "$("$DAXBUS" list --json --sysroot "$tree")") == null ]]
}

# --- files that are opened --------------------------------------------------------------------------------------------

# trace ARG...: the tool's system calls that take a path, in a file; strace -y writes descriptors as paths
trace()
{
	ASAN_OPTIONS=detect_leaks=0 strace -f -y -s 4096 -e trace=%file,openat2 -o "$BATS_TEST_TMPDIR/trace" \
		"$DAXBUS" --sysroot "$tree" "$@" > "$BATS_TEST_TMPDIR/traced" 2>&1 || [[ $? -le 3 ]]
}

# The paths that were opened, as the kernel resolved them: strace -y prints them after the returned descriptor.
opened()
{
	sed -n 's/.*= [0-9]*<\(.*\)>$/\1/p' "$BATS_TEST_TMPDIR/trace" | sort -u
}

@test "list: links out of the root, opened files traced: none outside the root" {
	local kind path opened n=0
	if ! strace -o /dev/null true 2> /dev/null; then
		skip 'strace may not trace here'
	fi
	for kind in shadow canary up loop fifo; do
		rm -rf "$tree"
		tree_with_two
		with_kmem
		for path in $(attributes); do
			spoil "$kind" "$path"
		done
		ln -sfn "$outside" "$tree/sys/devices/platform/hmem.0/dax_region"
		ln -s "$outside/dax2.0" "$tree/sys/bus/dax/devices/dax2.0"
		ln -s ../../../../../../../../../../etc/dax3.0 "$tree/sys/bus/dax/devices/dax3.0"
		trace list --json --blocks
		while read -r opened; do
			case $opened in
			"$tree" | "$tree"/*) n=$((n + 1)) ;;
			# The program, its libraries and locale; what sanitizers and libc read about their own process.
			/usr/lib/* | /lib/* | /usr/share/locale/* | /etc/ld.so.cache) ;;
			/proc/[0-9]*/* | /proc/self/* | /sys/devices/system/cpu/* | /proc/meminfo | /proc/sys/vm/*) ;;
			*) mismatch "opened $opened" ;;
			esac
		done < <(opened)
	done
	[[ $n -gt 20 ]]
}
