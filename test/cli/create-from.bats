#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, complete_tree() sets tree
#
# create --from: valid and invalid layouts, and plans on captured trees. test/vm/create-dynamic.bats restores layouts on
# real devices.

load cli

# On 6.1-big, region 0 is 0x100000000-0x4ffffffff; dax0.0 to dax0.4 have all of it below 0x298000000. dax0.4 is misaligned.
setup()
{
	complete_tree 6.1-big
	full=$tree
	layout=$BATS_TEST_TMPDIR/layout.json
	"$DAXBUS" --sysroot "$full" list --json | jq '(.devices[] | select(.device == "dax0.4") | .align) = 2097152' > "$layout"
}

# empty_region REGION: leave a region of $empty only the device that the kernel keeps, without memory
empty_region()
{
	rm -rf "$1"/dax0.[1-9] "$empty"/sys/bus/dax/devices/dax0.[1-9] "$1"/dax0.0/{mapping0,driver}
	sed -i /DRIVER=/d "$1/dax0.0/uevent"
	echo 0 > "$1/dax0.0/size"
	echo 0x100000000 > "$1/dax0.0/resource"
	cp "$1/dax_region/size" "$1/dax_region/available_size"
}

# copy_of TREE: copy it to $empty
copy_of()
{
	empty=$BATS_TEST_TMPDIR/empty
	cp -r "$1" "$empty"
}

# The tree with an empty region 0, in $empty
empty_tree()
{
	copy_of "$full"
	empty_region "$empty/sys/devices/platform/hmem.0"
	printf '100000000-4ffffffff : Soft Reserved\n' > "$empty/proc/iomem"
}

# plan TREE WORD...: the plan that restores $layout there (--dry-run)
plan()
{
	daxbus --sysroot "$1" create --from="$layout" --dry-run "${@:2}"
}

# edit FILTER: change the layout with jq
edit()
{
	jq "$1" "$layout" > "$layout.new"
	mv "$layout.new" "$layout"
}

# codes TREE STATUS CODES: the plan ends with that status, and its results have those codes, in order
codes()
{
	plan "$1" --json
	is_status "$2"
	[[ $(json '[.results[] | .code // .result]') == "$3" ]] || mismatch "expected $3"
}

# --- the command line -----------------------------------------------------------------------------

@test "create --from: with an option that describes one device: exit 2" {
	local option
	for option in --region=0 --size=1G --align=2M --mapping=0-1fffff --count=2 --mode=none --online=no \
		--memmap-on-memory=no; do
		daxbus create "$option" --from="$layout"
		is_usage_error "options ${option%%=*} and --from cannot be combined" create
		daxbus create --from="$layout" "$option"
		is_usage_error "options --from and ${option%%=*} cannot be combined" create
	done
	daxbus --sysroot "$full" create --size=1G --align=2M --mode=none --region=0 --count=2 --dry-run
	is_status 0
}

@test "create --from: file does not exist or is a directory: exit 3 or 2" {
	daxbus create --from="$BATS_TEST_TMPDIR/nowhere" --dry-run
	is_status 3
	is_stderr "daxbus: cannot read $BATS_TEST_TMPDIR/nowhere: No such file or directory"
	daxbus create --from="$BATS_TEST_TMPDIR" --dry-run
	is_usage_error "cannot read $BATS_TEST_TMPDIR: Is a directory" create
	daxbus create --from
	is_usage_error "option '--from' requires an argument: FILE" create
}

@test "create --from: captured tree, layout on standard input: exit 5, and a plan with --dry-run" {
	daxbus --sysroot "$full" create --from="$layout"
	is_status 5
	edit 'del(.devices[4])'
	run --separate-stderr "$DAXBUS" --sysroot "$full" create --from=- --dry-run < "$layout"
	is_status 0
	[[ ${#lines[@]} -eq 4 ]] || mismatch 'four devices'
}

# --- invalid files --------------------------------------------------------------------------------

# is_wrong TEXT SENTENCE: a layout of that text is a usage error, with that sentence after the name of the file
is_wrong()
{
	printf '%s' "$1" > "$layout"
	plan "$full"
	is_usage_error "$layout: $2" create
}

@test "create --from: file is not JSON: exit 2 with the line" {
	is_wrong '' 'unexpected end of the document'
	is_wrong '{"daxbus": ' 'unexpected end of the document'
	is_wrong '[]' 'not a JSON object'
	is_wrong '7' 'unexpected end of the document'
	is_wrong $'{\n"a": 1,\n}' 'line 3: unexpected character'
	is_wrong '{} x' 'line 1: unexpected character'
	is_wrong "$(printf '[%.0s' {1..40})" 'line 1: nesting too deep'
	printf '{}\0{}' > "$layout"
	plan "$full"
	is_usage_error "$layout: not a text file" create
	head -c 17000000 /dev/zero > "$layout"
	plan "$full"
	is_usage_error "$layout: larger than 16 MiB" create
	daxbus create --from=/dev/zero --dry-run
	is_usage_error '/dev/zero: larger than 16 MiB' create
}

# is_wrong_with FILTER SENTENCE: the layout that jq changed in this way is a usage error with that sentence
is_wrong_with()
{
	cp "$layout" "$layout.good"
	edit "$1"
	plan "$full"
	mv "$layout.good" "$layout"
	is_usage_error "$layout: $2" create
}

@test "create --from: JSON is not a layout: exit 2 with the path of the value" {
	local missing='missing key; save layouts with '\''daxbus list --json'\'''
	is_wrong_with '{}' "daxbus: $missing"
	is_wrong_with '.daxbus = 1' 'daxbus: expected an object, found a number'
	is_wrong_with 'del(.daxbus.format)' "daxbus.format: $missing"
	is_wrong_with '.daxbus.format = 2' 'daxbus.format: unknown format; this version reads format 1'
	is_wrong_with 'del(.devices)' "devices: $missing"
	is_wrong_with '.devices = {}' 'devices: expected an array, found an object'
	is_wrong_with '.devices[2] = null' 'devices[2]: expected an object, found null'
	is_wrong_with 'del(.regions)' "regions: $missing"
	is_wrong_with '.regions = []' 'devices[0].region: the layout does not contain this region'
	is_wrong_with '.regions[0] = []' 'regions[0]: expected an object, found an array'
	is_wrong_with '.regions[0].path = 3' 'regions[0].path: expected a string, found a number'
	local key
	for key in device region align size mode driver mappings; do
		is_wrong_with "del(.devices[1].$key)" "devices[1].$key: $missing"
	done
	for key in start end page_offset; do
		is_wrong_with "del(.devices[3].mappings[1].$key)" "devices[3].mappings[1].$key: $missing"
		is_wrong_with ".devices[3].mappings[1].$key = null" \
			"devices[3].mappings[1].$key: address is null; save layouts as root"
		is_wrong_with ".devices[3].mappings[1].$key = -1" \
			"devices[3].mappings[1].$key: expected a number, found a number that is negative, too large or not whole"
	done
}

@test "create --from: regions without a number, or with the same one, in the layout: ignored" {
	local before
	before=$(plan "$full" --json | jq .results)
	edit '.regions |= [.[0] | .region = null | .path = "/devices/mem0"] + . + [.[0] | .path = "/devices/elsewhere"]'
	[ "$(plan "$full" --json | jq .results)" = "$before" ]
}

@test "create --from: invalid value in a layout: exit 2 with the path of the value" {
	is_wrong_with '.devices[1].align = 0.5' \
		'devices[1].align: expected a number, found a number that is negative, too large or not whole'
	sed 's/"size": 67108864/"size": 99999999999999999999/' "$layout" > "$layout.large"
	run --separate-stderr "$DAXBUS" create --from="$layout.large" --dry-run
	[[ $stderr == *': expected a number, found a number that is negative, too large or not whole'* ]] || mismatch large
	is_wrong_with '.devices[1].align = 3' "dax0.1: 'align' cannot be '3': it is a power of two such as 4K, 2M or 1G"
	is_wrong_with '.devices[1].mode = "mtd"' "dax0.1: 'mode' cannot be 'mtd': it is devdax, kmem, famfs or none"
	is_wrong_with '.devices[1].mode = true' 'devices[1].mode: expected a string, found a boolean'
	is_wrong_with '.devices[1].driver = "mtd"' 'devices[1].driver: daxbus cannot bind devices to this driver'
	is_wrong_with '.devices[1].device = "../../etc"' 'devices[1].device: the name does not belong to a device of this region'
	is_wrong_with '.devices[1].device = "dax1.1"' 'devices[1].device: the name does not belong to a device of this region'
	is_wrong_with '.devices[1].device = "dax0.01"' "'dax0.01' is not a device name such as dax0.0"
	is_wrong_with '.devices[1].device = "dax0.0"' 'dax0.0 appears twice'
	is_wrong_with '.devices[1].size = 1' 'devices[1].size: 1 differs from the sum of the mappings, 67108864'
	is_wrong_with '.devices[3].mappings[1].page_offset = 0' \
		'devices[3].mappings: two mappings have the same page_offset'
	is_wrong_with '.devices[1].mappings[0].end = 7' 'devices[1].mappings[0].end: end is below start'
	is_wrong_with '.devices[1].mappings = .devices[2].mappings | .devices[1].size = .devices[2].size' \
		'0x204000000-0x243ffffff of dax0.1 and 0x204000000-0x243ffffff of dax0.2 overlap'
	is_wrong_with '.devices[2].memory.movable = "all"' \
		'devices[2].memory.movable: expected a number, found a string'
	is_wrong_with '.devices[2].flags = "phantom"' 'devices[2].flags: expected an array, found a string'
	is_wrong_with '.devices[2].flags = [null]' 'devices[2].flags: expected a string, found null'
	is_wrong_with '.devices[2].memmap_on_memory = 1' \
		'devices[2].memmap_on_memory: expected a boolean, found a number'
}

@test "create --from: invalid layout, --json: document with the error code" {
	edit 'del(.devices[1].align)'
	plan "$full" --json
	is_status 2
	[[ $(json .error.code) == '"usage"' && $(json .error.message) == *'devices[1].align: missing key'* ]] ||
		mismatch document
}

# --- plans ----------------------------------------------------------------------------------------

@test "create --from: devices are as in the layout: unchanged" {
	"$DAXBUS" --sysroot "$full" list --json > "$layout"
	codes "$full" 0 '["unchanged","unchanged","unchanged","unchanged","unchanged"]'
	[[ $(json '.results | map(.device)') == '["dax0.0","dax0.1","dax0.2","dax0.3","dax0.4"]' ]] || mismatch names
	edit '.devices |= reverse'
	codes "$full" 0 '["unchanged","unchanged","unchanged","unchanged","unchanged"]'
}

@test "create --from: empty region: first device filled, others created in order" {
	empty_tree
	plan "$empty" --json
	is_status 0
	is_stderr ''
	[[ $(json '.results | map([.device, .result, .to])') == \
		'[["dax0.0","planned","devdax"],["dax0.1","planned",null],["dax0.2","planned","kmem"],["dax0.3","planned","devdax"],["dax0.4","planned",null]]' ]] ||
		mismatch results
	[[ $(json '[.results[].steps[] | select(.file != null and (.file | endswith("/mapping"))) | .value]') == \
		'["100000000-1ffffffff","254000000-257ffffff","204000000-243ffffff","200000000-203ffffff,244000000-253ffffff","258000000-297ffffff"]' ]] ||
		mismatch ranges
	[[ $(json '[.results[] | [.steps[] | select(.file != null and (.file | endswith("/create")))] | length]') == '[0,1,1,1,1]' ]] ||
		mismatch 'what is created'
	plan "$empty"
	[[ ${lines[0]} == 'dax0.0: planned: create, devdax'* ]] || mismatch text
}

@test "create --from: kernel assigns another name: note with the saved name" {
	empty_tree
	edit 'del(.devices[1])'
	plan "$empty" --json
	is_status 0
	[[ $(json '.results | map(.device)') == '["dax0.0","dax0.1","dax0.2","dax0.3"]' ]] || mismatch names
	[[ $(json '.results | map(.notes | map(select(test("saved|without memory"))))') == \
		'[[],["this was dax0.2 when the layout was saved"],["this was dax0.3 when the layout was saved"],["this was dax0.4 when the layout was saved"]]' ]] ||
		mismatch notes
}

@test "create --from: mappings of a device in another order: page_offset decides" {
	empty_tree
	edit '.devices[3].mappings |= reverse'
	plan "$empty" --json
	is_status 0
	edit '.devices[3].mappings[0].page_offset = 0 | .devices[3].mappings[1].page_offset = 65536'
	plan "$empty" --json
	[[ $(json '[.results[3].steps[] | select(.file != null and (.file | endswith("/mapping"))) | .value]') == \
		'["244000000-253ffffff,200000000-203ffffff"]' ]] || mismatch order
}

@test "create --from: device without memory, layout without devices: nothing to do" {
	empty_tree
	"$DAXBUS" --sysroot "$empty" list --json > "$layout"
	codes "$full" 0 '["unchanged"]'
	edit '.devices = []'
	plan "$full"
	is_status 0
	is_stderr 'daxbus: the layout contains no device, nothing to do'
	codes "$full" 0 '[]'
}

@test "create --from: phantom in the layout: ignored" {
	complete_tree 5.10-hmem
	"$DAXBUS" --sysroot "$tree" list --json > "$layout"
	[[ $(jq -c '[.devices[] | select(.flags == ["phantom"]) | .device]' "$layout") == '["dax2.0","dax3.0","dax4.0"]' ]] ||
		mismatch 'phantoms'
	codes "$tree" 0 '["unchanged","unchanged"]'
	edit '.devices[].flags = []'
	plan "$tree"
	is_status 2
	edit 'del(.devices[].flags)'
	plan "$tree"
	is_status 2
	# While the device whose memory the phantom repeats is empty, no attribute shows that it is a phantom.
	"$DAXBUS" --sysroot "$tree" list --json > "$layout"
	copy_of "$tree"
	empty_region "$(dirname "$(readlink -f "$empty/sys/bus/dax/devices/dax0.0")")"
	codes "$empty" 0 '["planned","unchanged"]'
}

@test "create --from: one device refused: none created, with --force the others" {
	empty_tree
	edit '.devices[4].align = 1073741824'
	codes "$empty" 5 '["layout-refused","layout-refused","layout-refused","layout-refused","bad-mapping"]'
	[[ $(json '[.results[].steps | length] | add') == 0 && $(json .changed) == false ]] || mismatch steps
	plan "$empty" --force --json
	is_status 4
	[[ $(json '.results | map(.result)') == '["planned","planned","planned","planned","refused"]' ]] || mismatch results
}

# values FILE: what the plan writes to files of that name, in order, as JSON
values()
{
	json "[.results[].steps[] | select(.file != null and (.file | endswith(\"/$1\"))) | .value]"
}

@test "create --from: first device has memory of others: shrunk before they are created" {
	copy_of "$full"
	local parent
	parent=$(dirname "$(readlink -f "$empty/sys/bus/dax/devices/dax0.0")")
	# As after a boot: one device with all of the region.
	rm -rf "$parent"/dax0.[1-9] "$empty"/sys/bus/dax/devices/dax0.[1-9]
	cp "$parent/dax_region/size" "$parent/dax0.0/size"
	echo 0x4ffffffff > "$parent/dax0.0/mapping0/end"
	echo 0 > "$parent/dax_region/available_size"
	edit 'del(.devices[4])'
	plan "$empty" --json
	is_status 0
	[[ $(json '.results | map([.device, .result])') == \
		'[["dax0.0","planned"],["dax0.1","planned"],["dax0.2","planned"],["dax0.3","planned"]]' ]] || mismatch results
	[[ $(values mapping) == \
		'["100000000-1ffffffff","254000000-257ffffff","204000000-243ffffff","200000000-203ffffff,244000000-253ffffff"]' ]] ||
		mismatch ranges
	[[ $(json '.results[0].notes') == *'of dax0.0 is removed, with the data in it'* ]] || mismatch note
}

@test "create --from: device not in the layout has memory of it: destroyed first" {
	"$DAXBUS" --sysroot "$full" list --json > "$layout"
	# dax0.0 gets the memory of dax0.1, too.
	edit '.devices[0].mappings += [.devices[1].mappings[0] | .page_offset = 1048576] | .devices[0].size += .devices[1].size'
	edit '.devices = [.devices[0], .devices[2]]'
	plan "$full" --json
	is_status 0
	[[ $(json '.results | map([.device, .result])') == '[["dax0.2","unchanged"],["dax0.1","planned"],["dax0.0","planned"]]' ]] ||
		mismatch order
	[[ $(json '.results[1].notes') == *'it is not in the layout, and has memory of devices that are'* ]] || mismatch note
	[[ $(values delete) == '["dax0.1"]' && $(values mapping) == '["100000000-1ffffffff,254000000-257ffffff"]' ]] ||
		mismatch steps
}

@test "create --from: memory belongs to something else: refused" {
	empty_tree
	sed -i '$a 280000000-28fffffff : somebody' "$empty/proc/iomem"
	codes "$empty" 5 '["layout-refused","layout-refused","layout-refused","layout-refused","bad-mapping"]'
}

@test "create --from: device in another mode: switched" {
	edit '.devices[0].mode = "kmem" | del(.devices[4])'
	edit '.devices[0].memory = null'
	plan "$full" --json
	is_status 0
	[[ $(json '.results | map([.device, .result, .from, .to])') == \
		'[["dax0.0","planned","devdax","kmem"],["dax0.1","unchanged",null,null],["dax0.2","unchanged","kmem","kmem"],["dax0.3","unchanged","devdax","devdax"]]' ]] ||
		mismatch results
	[[ $(values mapping) == '[]' ]] || mismatch ranges
}

@test "create --from: other ID, other path or none: found by identity, or provider and addresses" {
	"$DAXBUS" --sysroot "$full" list --json > "$layout"
	edit '(.regions[0].region, .devices[].region) = 7 | .devices[].device |= sub("dax0"; "dax7")'
	codes "$full" 0 '["unchanged","unchanged","unchanged","unchanged","unchanged"]'
	edit '.regions[0].path = "/devices/elsewhere" | del(.devices[].identity)'
	codes "$full" 0 '["unchanged","unchanged","unchanged","unchanged","unchanged"]'
	edit 'del(.regions[0].path)'
	codes "$full" 0 '["unchanged","unchanged","unchanged","unchanged","unchanged"]'
	# From kernel 6.12 to 7.3, which has the regions below another device.
	"$DAXBUS" --sysroot "$BATS_TEST_DIRNAME/../sysroots/6.12-hmem" list --json > "$layout"
	complete_tree 7.3-hmem
	codes "$tree" 0 '["unchanged","unchanged"]'
}

@test "create --from: region does not exist or is another one: refused (no-region)" {
	"$DAXBUS" --sysroot "$full" list --json > "$layout"
	edit '.devices[].identity |= sub("0x1"; "0x9")'
	codes "$full" 5 '["no-region","no-region","no-region","no-region","no-region"]'
	complete_tree 6.1-pmem
	"$DAXBUS" --sysroot "$full" list --json > "$layout"
	codes "$tree" 5 '["no-region","no-region","no-region","no-region","no-region"]'
	[[ $(json '.results[0].message') == *' (hmem), which was region 0 at /devices/platform/hmem.0"' ]] || mismatch message
}

@test "create --from: persistent memory: unchanged if it exists, refused if not" {
	complete_tree 6.1-pmem
	"$DAXBUS" --sysroot "$tree" list --json > "$layout"
	codes "$tree" 0 '["unchanged"]'
	edit '.devices[0].mappings[0].end += 2097152 | .devices[0].size += 2097152'
	codes "$tree" 5 '["bad-mapping"]'
	edit '.devices[0].mappings[0].start += 2097152000 | .devices[0].mappings[0].end += 2097152000'
	codes "$tree" 5 '["static-region"]'
	complete_tree 5.10-nvdimm
	"$DAXBUS" --sysroot "$tree" list --json > "$layout"
	codes "$tree" 0 '["unchanged"]'
}
