# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For bats files that run inside a test machine, in the build folder: `load guest`.

bats_require_minimum_version 1.5.0

# A copy in the machine's memory of what was built: other users may not look into the checkout, it starts sooner, and
# libtool's script in front of it takes seconds on an emulated processor.
daxbus=/opt/daxbus/daxbus
if [ ! -e "$daxbus" ]; then
	mkdir -p /opt/daxbus
	cp daxbus/.libs/daxbus lib/.libs/libdaxbus.so* /opt/daxbus
	chmod -R a+rX /opt/daxbus
fi
export LD_LIBRARY_PATH=/opt/daxbus
daxctl_view=$PWD/test/vm/daxctl-view
devices=/sys/bus/dax/devices
drivers=/sys/bus/dax/drivers
memory=/sys/devices/system/memory

# The kernel under test, as the table test/vm/kernels names it: 6.1
kernel() { uname -r | cut -d. -f1,2; }

kernel_at_least() { [ "$(printf '%s\n' "$1" "$(kernel)" | sort -V | head -n 1)" = "$1" ]; }

# json JQ-FILTER: of what `daxbus list --json` prints
json() { "$daxbus" list --json | jq -r "$1"; }

# device NAME JQ-FILTER: of one device in it
device() { json ".devices[] | select(.device == \"$1\") | $2"; }

as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }

unbind() {
	[ ! -e "$devices/$1/driver" ] || echo "$1" >"$devices/$1/driver/unbind"
}

# bind DEVICE DRIVER, from wherever it is. The id is written while the device is bound: new_id takes free ones at once.
bind() {
	modprobe "$2"
	[ ! -e "$drivers/$2/$1" ] || return 0
	echo "$1" >"$drivers/$2/new_id"
	unbind "$1"
	[ -e "$drivers/$2/$1" ] || echo "$1" >"$drivers/$2/bind"
}

# Number of the first memory block in a device
first_block() {
	echo $(($(cat "$devices/$1/mapping0/start") / 0x$(cat $memory/block_size_bytes)))
}

online() { echo "$2" >"$memory/memory$1/state"; }

# What daxbus sees, in the lines of daxctl-view.c
daxbus_view() {
	"$daxbus" list --json | jq -r '
		(.regions[] | "region \(.region) \(.size) \(.available_size // 0) \(.align)"),
		(.devices[] | .device as $name |
			(.mappings[] | "mapping \($name) \(.start) \(.end) \(.page_offset)"),
			"device \(.device) \(.region) \(.size) \(.align) \(.target_node // -1) " +
			(if .mode == "kmem" then "kmem" elif .state == "enabled" then "devdax" else "disabled" end) +
			(if (.mappings | length) > 1 then " - -"
			 else " \(.memory.blocks // 0) \(.memory.online // 0)" end))' | sort
}

# daxbus and libdaxctl must say the same; both views are shown where they do not.
assert_same_view() {
	diff <("$daxctl_view" | sort) <(daxbus_view)
}

# What the blocks themselves say of a device, counted one by one: ONLINE MOVABLE KERNEL OFFLINE
count_blocks() {
	local online=0 movable=0 kernel=0 offline=0 size first last start end n mapping state zones
	size=$((0x$(cat $memory/block_size_bytes)))
	for mapping in "$devices/$1"/mapping[0-9]*; do
		read -r start <"$mapping/start"
		read -r end <"$mapping/end"
		first=$(((start + size - 1) / size)) last=$(((end + 1) / size - 1))
		for ((n = first; n <= last; n++)); do
			[ -e "$memory/memory$n" ] || continue
			read -r state <"$memory/memory$n/state"
			if [ "$state" != online ]; then
				offline=$((offline + 1))
				continue
			fi
			online=$((online + 1))
			read -r zones <"$memory/memory$n/valid_zones"
			if [ "$zones" = Movable ]; then
				movable=$((movable + 1))
			else
				kernel=$((kernel + 1))
			fi
		done
	done
	echo "$online $movable $kernel $offline"
}

# The counts of a device in kmem must be those of its blocks, whatever source they were taken from.
assert_counts() {
	local got want
	got=$(device "$1" '.memory | "\(.online) \(.movable) \(.kernel) \(.offline)"')
	want=$(count_blocks "$1")
	[ "$got" = "$want" ] || {
		echo "$1: daxbus counts $got, its blocks say $want"
		return 1
	}
}
