# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # run sets status, output and stderr
# What the tests of the tool share: the tool, checks, and small trees that look like a machine's
# /sys.

bats_require_minimum_version 1.5.0

: "${DAXBUS:=$BATS_TEST_DIRNAME/../../daxbus/daxbus}"
export DAXBUS
if [[ ! -x $DAXBUS ]]; then
	echo "there is no $DAXBUS: build it, or name it in the variable DAXBUS" >&2
	exit 1
fi
# In a build folder the tool is a script of libtool's, which starts dozens of programs and opens their
# files.
real=${DAXBUS%/*}/.libs/${DAXBUS##*/}
if [[ -x $real ]]; then
	LD_LIBRARY_PATH=$(cd "${DAXBUS%/*}/../lib/.libs" && pwd)
	export LD_LIBRARY_PATH DAXBUS=$real
fi
# Messages and tables are compared as bytes.
export LC_ALL=C

# --- checks ---------------------------------------------------------------------------------------

# Run the tool, standard output in $output and standard error in $stderr.
daxbus()
{
	run --separate-stderr "$DAXBUS" "$@"
}

# Say what was there when a check fails.
mismatch()
{
	printf '%s\n' "$1" "--- status $status, stdout:" "$output" "--- stderr:" "$stderr" >&2
	return 1
}

is_status()
{
	[[ $status -eq $1 ]] || mismatch "expected status $1"
}

# The whole of standard output.
is_output()
{
	[[ $output == "$1" ]] || mismatch "expected output: $1"
}

# The whole of standard error.
is_stderr()
{
	[[ $stderr == "$1" ]] || mismatch "expected on stderr: $1"
}

# A wrong command line: status 2, one sentence, where to look, and no output.
is_usage_error()
{
	local sentence=$1 command=${2-list}

	is_status 2
	is_output ''
	is_stderr "daxbus: $sentence
Try 'daxbus ${command:+$command }--help'."
}

# The value of a jq filter on the output.
json()
{
	jq -c "$1" <<< "$output"
}

# --- another user ---------------------------------------------------------------------------------

# The tool where another user can get at it, in $public: the checkout may be its owner's alone.
# teardown() removes it.
copy_for_everybody()
{
	public=$(mktemp -d)
	cp "$DAXBUS" "$public/daxbus"
	[[ -z ${LD_LIBRARY_PATH-} ]] || cp -L "${LD_LIBRARY_PATH%%:*}"/libdaxbus.so* "$public"
	chmod -R a+rX "$public"
}

# Run that tool as a user who is nobody, when root runs the tests; else as who runs them.
as_nobody()
{
	local user=()

	[[ $(id -u) -ne 0 ]] || user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	LD_LIBRARY_PATH=$public:${LD_LIBRARY_PATH-} "${user[@]}" "$public/daxbus" "$@"
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

# A copy of a captured tree, made once, with what plans of shapes go by and older captures do not have: the region's
# place in /proc/iomem, and that its parent has a driver. Its path is in $tree.
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
