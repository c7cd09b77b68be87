# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For bats files (`load guest`) and scripts that run in a guest, in the build directory.

if [ -n "$(type -t bats_require_minimum_version)" ]; then bats_require_minimum_version 1.5.0; fi
# shellcheck source=test/vm/invariants.bash
source "$(dirname "${BASH_SOURCE[0]}")/invariants.bash"

# A copy of the tool in the guest's memory: other users may not be able to read the checkout, and the copy starts faster.
daxbus=/opt/daxbus/daxbus
if [ -e /run/vm/boot ]; then
	# The installed one of a machine with a root of its own (vm --boot).
	daxbus=$(type -P daxbus || echo /usr/bin/daxbus)
elif [ ! -e "$daxbus" ]; then
	mkdir -p /opt/daxbus
	cp daxbus/daxbus /opt/daxbus
	chmod -R a+rX /opt/daxbus
fi
# gojq answers as jq does, but sorts the keys of objects. jq takes an emulated processor a third of a second to start, 150
# times as long as another program.
if [ ! -e /opt/jq ] && type -P gojq >/dev/null; then
	mkdir /opt/jq
	ln -s "$(type -P gojq)" /opt/jq/jq
fi
PATH=/opt/jq:$PATH
daxctl_view=$PWD/test/vm/daxctl-view
map_device=$PWD/test/vm/map-device
pattern=$PWD/test/vm/pattern
use_memory=$PWD/test/vm/use-memory
devices=/sys/bus/dax/devices
drivers=/sys/bus/dax/drivers
memory=/sys/devices/system/memory

# Random choices depend on DAXBUS_SEED and the kernel only, so that a failure can be reproduced. test/run sets another
# DAXBUS_SEED for each commit.
export DAXBUS_SEED=${DAXBUS_SEED:-1}

# seed [WORD...]: a number that follows from DAXBUS_SEED, the kernel and the words, to initialise RANDOM
seed() { cksum <<<"$DAXBUS_SEED $(kernel) $*" | cut -d' ' -f1; }

# The kernel under test, as the table test/vm/kernels names it: 6.1
kernel() { uname -r | cut -d. -f1,2; }

kernel_at_least() { [ "$(printf '%s\n' "$1" "$(kernel)" | sort -V | head -n 1)" = "$1" ]; }

# json JQ-FILTER: the result of a filter on `daxbus list --json`
json() { "$daxbus" list --json | jq -r "$1"; }

# device NAME JQ-FILTER: the same on one device
device() { json ".devices[] | select(.device == \"$1\") | $2"; }

as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }

unbind() {
	[ ! -e "$devices/$1/driver" ] || echo "$1" >"$devices/$1/driver/unbind"
}

# bind DEVICE DRIVER, from any driver. The id is written while the device is bound: new_id binds a free one at once.
bind() {
	modprobe "$2"
	[ ! -e "$drivers/$2/$1" ] || return 0
	echo "$1" >"$drivers/$2/new_id"
	[ ! -e "$drivers/$2/$1" ] || return 0
	unbind "$1"
	[ -e "$drivers/$2/$1" ] || echo "$1" >"$drivers/$2/bind"
}

# Number of the first memory block in a device
first_block() {
	echo $(($(cat "$devices/$1/mapping0/start") / 0x$(cat $memory/block_size_bytes)))
}

online() { echo "$2" >"$memory/memory$1/state"; }

# The output of daxbus list, in the form of daxctl-view.c
daxbus_view() {
	"$daxbus" list --json | jq -r '
		(.regions[] | select(.region != null) | "region \(.region) \(.size) \(.available_size // 0) \(.align)"),
		(.devices[] | .device as $name |
			(.mappings[] | "mapping \($name) \(.start) \(.end) \(.page_offset)"),
			"device \(.device) \(.region) \(.size) \(.align) \(.target_node // -1) " +
			(if .mode == "kmem" then "kmem" elif .state == "enabled" then "devdax" else "disabled" end) +
			(if (.mappings | length) > 1 then " - -"
			 else " \(.memory.blocks // 0) \(.memory.online // 0)" end))' | sort
}

# daxbus and libdaxctl must show the same; prints the differences.
assert_same_view() {
	diff <("$daxctl_view" | sort) <(daxbus_view)
}

# count_blocks DEVICE: its memory blocks, counted one by one: ONLINE MOVABLE KERNEL OFFLINE
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

# assert_counts DEVICE: the counts that daxbus shows for a device in kmem are those of its blocks
assert_counts() {
	local got want
	got=$(device "$1" '.memory | "\(.online) \(.movable) \(.kernel) \(.offline)"')
	want=$(count_blocks "$1")
	[ "$got" = "$want" ] || {
		echo "$1: daxbus counts $got, its blocks say $want"
		return 1
	}
}

# --- changes ---

# daxbus_says STATUS ARG...: run daxbus, which must end with that status; its output in $output and $stderr
daxbus_says() {
	local wanted=$1
	shift
	run --separate-stderr "$daxbus" "$@"
	[ "$status" -eq "$wanted" ] || {
		printf '# daxbus %s: exit status %s, not %s\n' "$*" "$status" "$wanted" >&2
		# shellcheck disable=SC2154 # run sets them
		printf '# stdout: %s\n# stderr: %s\n' "$output" "$stderr" >&2
		return 1
	}
}

# refuses CODE ARG...: daxbus refuses with that code and a message, and the machine does not change
refuses() {
	local code=$1
	shift
	daxbus_says 5 "$@" --json
	[ "$(jq -r '.results[0] | "\(.result) \(.code)"' <<<"$output")" = "refused $code" ] || {
		printf '# not refused as %s: %s\n' "$code" "$output" >&2
		return 1
	}
	jq -e '.changed == false and (.results[0].message | length) > 0' <<<"$output" >/dev/null
	settled
}

# result FILTER: the result of a filter on the first result in $output
result() { jq -r ".results[0] | $1" <<<"$output"; }

# both_say TEXT: daxbus printed that, to stdout or stderr
both_say() { [[ $output$stderr == *"$1"* ]] || wrong "it does not say '$1': $output$stderr"; }

# inject online|offline ERRNO: let the kernel fail to online or offline every memory block with that error; 0 ends that
inject() {
	local name=MEM_GOING_${1^^}
	local file=/sys/kernel/debug/notifier-error-inject/memory/actions/$name/error
	[ -e "$file" ] || modprobe memory-notifier-error-inject
	echo "$2" >"$file"
}

# leave_free KB: reserve the memory of node 0 as huge pages, except KB, so that memory in use can move nowhere
leave_free() { untraced fill_node "$1"; }
fill_node() {
	local pool=/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages name free wanted i
	while read -r _ _ name free _; do
		[ "$name" != MemFree: ] || break
	done </sys/devices/system/node/node0/meminfo
	wanted=$(((free - $1) / 2048))
	# Any signal ends the write early, such as SIGCHLD.
	for ((i = 0; i < 20; i++)); do
		echo $wanted >$pool
		read -r free <$pool
		[ "$free" -lt $((wanted - 2)) ] || return 0
	done
	wrong "only $free of $wanted huge pages"
}

free_all() { echo 0 >/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages; }

# policy WORD: set what the kernel does with new memory
policy() { echo "$1" >$memory/auto_online_blocks; }

# hold DEVICE open|mapped: start a process that has the device open or mapped, until let_go; its number in $holder
# hold NODE pin|held|fill|pipes|cache|churn MIB: start a process that uses memory of a node in that way
hold() {
	local ready=$BATS_TEST_TMPDIR/ready
	rm -f "$ready"
	if [ $# = 3 ]; then
		"$use_memory" "$@" >"$ready" 3>&- &
	elif [ "$2" = open ]; then
		(exec 3<>"/dev/$1" && echo open >"$ready" && exec sleep 600) 3>&- &
	else
		"$map_device" "/dev/$1" >"$ready" 3>&- &
	fi
	holder=$!
	until [ -s "$ready" ]; do
		[ -e "/proc/$holder" ] || return 1
		pause 0.02
	done
}

let_go() {
	[ -z "${holder-}" ] || kill "$holder" 2>/dev/null || true
	[ -z "${holder-}" ] || wait "$holder" 2>/dev/null || true
	holder=
}

# cannot COMMAND...: the command must fail
cannot() {
	if "$@" 2>/dev/null; then wrong "this works: $*"; fi
}

# write VALUE FILE, as a command
write() { echo "$1" >"$2"; }

# second_device DEVICE SIZE SIZE2: shrink a device to SIZE and create a second one of SIZE2 after it; its name in $second.
# Neither has a driver then.
second_device() {
	local region
	region=$(readlink -f "$devices/$1")/../dax_region
	unbind "$1"
	echo "$2" >"$devices/$1/size"
	echo 1 >"$region/create"
	read -r second <"$region/create"
	[ "$3" -eq 0 ] || echo "$3" >"$devices/$second/size"
}

# only_device DEVICE: undo second_device: DEVICE has all of its region, and no driver
only_device() {
	local region
	region=$(readlink -f "$devices/$1")/../dax_region
	unbind "$second"
	unbind "$1"
	echo 0 >"$devices/$second/size"
	echo "$second" >"$region/delete"
	cat "$region/size" >"$devices/$1/size"
}

# --- a small root file system ---

# small_system: make a root file system in $system with daxbus and its libraries only, because scanning all files of the
# host takes an emulated processor minutes. It stays until the guest ends.
small_system() {
	local library name
	system=/tmp/system
	[ ! -e $system ] || return 0
	mkdir -p $system/{dev,etc/modprobe.d,opt,proc,run,sys,tmp,usr/{bin,lib,lib64,sbin}}
	for name in bin lib lib64 sbin; do ln -s usr/$name $system/$name; done
	cp -r /opt/daxbus $system/opt
	cp "$map_device" $system/opt/map-device
	# daxbus opens the libraries of ldconfig with dlopen(), so ldd does not list them.
	for library in "$daxbus" "$map_device" $(ldconfig -p | awk '/lib(kmod|ndctl|daxctl|json-c)\.so\.[0-9]* .*x86-64/ { print $NF }'); do
		ldd "$library" | grep -o '/[^ ]*'
		echo "$library"
	done | sort -u | while read -r library; do
		[ -e "$system$library" ] || install -D "$library" "$system$library"
	done
	mkdir -p $system/lib/modules
	for name in dev proc run sys lib/modules; do mount --rbind /$name $system/$name; done
}

# in_small_system: from now on daxbus and map_device run in that root file system
in_small_system() {
	small_system
	there=$daxbus
	daxbus=in_there
	map_device=map_there
}
in_there() { chroot "$system" "$there" "$@"; }
map_there() { exec chroot "$system" /opt/map-device "$@"; }
