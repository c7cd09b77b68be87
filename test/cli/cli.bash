# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # run sets status, output and stderr
# Shared by the tests of the tool: running it, checks, and small trees that look like /sys of a
# machine.

bats_require_minimum_version 1.5.0

: "${DAXBUS:=$BATS_TEST_DIRNAME/../../daxbus/daxbus}"
export DAXBUS
if [[ ! -x $DAXBUS ]]; then
	echo "there is no $DAXBUS: build it, or name it in the variable DAXBUS" >&2
	exit 1
fi
# Messages and tables are compared as bytes.
export LC_ALL=C

# --- checks ---------------------------------------------------------------------------------------

# Run the tool, standard output in $output and standard error in $stderr.
daxbus()
{
	run --separate-stderr "$DAXBUS" "$@"
}

# mismatch TEXT: fail, and print TEXT, the status and the output
mismatch()
{
	printf '%s\n' "$1" "--- status $status, stdout:" "$output" "--- stderr:" "$stderr" >&2
	return 1
}

is_status()
{
	[[ $status -eq $1 ]] || mismatch "expected status $1"
}

# is_output TEXT: all of standard output
is_output()
{
	[[ $output == "$1" ]] || mismatch "expected output: $1"
}

# is_stderr TEXT: all of standard error
is_stderr()
{
	[[ $stderr == "$1" ]] || mismatch "expected on stderr: $1"
}

# is_usage_error SENTENCE [COMMAND]: status 2, the sentence and a hint on stderr, nothing on stdout
is_usage_error()
{
	local sentence=$1 command=${2-list}

	is_status 2
	is_output ''
	is_stderr "daxbus: $sentence
Try 'daxbus ${command:+$command }--help'."
}

# json FILTER: the result of a jq filter on the output
json()
{
	jq -c "$1" <<< "$output"
}

# is_valid NAME: the document in $output is valid by Documentation/daxbus-NAME.schema.json
is_valid()
{
	python3 - "$BATS_TEST_DIRNAME/../../Documentation/daxbus-$1.schema.json" "$output" << 'END' || mismatch 'not valid'
import json, sys
import jsonschema

schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.validate(json.loads(sys.argv[2]), schema)
END
}

# --- another user ---------------------------------------------------------------------------------

# Copy the tool to $public, which every user can read: the checkout may be readable only by its owner.
# teardown() removes it.
copy_for_everybody()
{
	public=$(mktemp -d)
	cp "$DAXBUS" "$public/daxbus"
	chmod -R a+rX "$public"
}

# Run that copy as user 65534 when root runs the tests, otherwise as the user who runs them.
as_nobody()
{
	local user=()

	[[ $(id -u) -ne 0 ]] || user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	"${user[@]}" "$public/daxbus" "$@"
}

# --- trees ----------------------------------------------------------------------------------------

# An empty machine in $tree: a dax bus without devices.
tree_new()
{
	tree=$BATS_TEST_TMPDIR/tree
	mkdir -p "$tree"/proc/sys/kernel
	mkdir -p "$tree"/sys/{bus/dax/devices,bus/platform,devices/system/memory}
	echo 6.1.0-test > "$tree/proc/sys/kernel/osrelease"
	echo 8000000 > "$tree/sys/devices/system/memory/block_size_bytes"
	echo offline > "$tree/sys/devices/system/memory/auto_online_blocks"
}

# Region ID of hmem: 1 GiB, node ID + 1.
tree_region()
{
	local id=$1
	local parent=$tree/sys/devices/platform/hmem.$id

	mkdir -p "$parent/dax_region"
	ln -s ../../../bus/platform "$parent/subsystem"
	echo "$id" > "$parent/dax_region/id"
	echo 1073741824 > "$parent/dax_region/size"
	echo 2097152 > "$parent/dax_region/align"
	echo 0 > "$parent/dax_region/available_size"
}

# Device daxID.0, all of region ID, under device_dax. Its range starts at ID + 1 times 4 GiB.
tree_device()
{
	local id=$1
	local name=dax$id.0
	local device=$tree/sys/devices/platform/hmem.$id/$name
	local start=$(((id + 1) << 32))

	mkdir -p "$device/mapping0"
	ln -s "../../../devices/platform/hmem.$id/$name" "$tree/sys/bus/dax/devices/$name"
	printf '%s\n' MAJOR=252 MINOR="$id" DEVNAME="$name" DRIVER=device_dax > "$device/uevent"
	echo 1073741824 > "$device/size"
	echo 2097152 > "$device/align"
	echo $((id + 1)) > "$device/target_node"
	echo 0 > "$device/numa_node"
	printf '0x%x\n' "$start" > "$device/mapping0/start"
	printf '0x%x\n' $((start + 1073741823)) > "$device/mapping0/end"
	echo 0x0 > "$device/mapping0/page_offset"
}

# Two regions with a device each.
tree_with_two()
{
	tree_new
	tree_region 0
	tree_device 0
	tree_region 1
	tree_device 1
}

# --- trees of captured machines -------------------------------------------------------------------

# complete_tree NAME: a copy of a captured tree, in $tree, with two things that plans of create, resize and destroy need
# and older captures lack: the range of the region in /proc/iomem, and a driver of its parent.
complete_tree()
{
	local parent
	tree=$BATS_FILE_TMPDIR/$1
	[[ ! -e $tree ]] || return 0
	cp -r "$BATS_TEST_DIRNAME/../sysroots/$1" "$tree"
	for parent in "$tree"/sys/devices/platform/hmem.*; do
		[[ -e $parent && ! -e $parent/driver ]] || continue
		mkdir -p "$tree/sys/bus/platform/drivers/hmem"
		ln -s ../../../bus/platform/drivers/hmem "$parent/driver"
	done
	[[ $1 != 6.1-big || -e $tree/proc/iomem ]] ||
		printf '100000000-4ffffffff : Soft Reserved\n  100000000-4ffffffff : hmem.0\n' > "$tree/proc/iomem"
}
