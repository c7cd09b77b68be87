# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Invariants of a machine before and after every command that changes something, for bats files and scripts in a guest.
# Uses builtins only, because starting a process is slow on an emulated processor.
#
#   remember        save the state of the machine: settings, regions, RAM
#   settled         check that the machine is as remembered, except for the mode of its devices and the memory that they add
#   state_of DEVICE the state of a device, as words, into REPLY:
#                     none | device_dax | fsdev_dax | ...     its driver or none, and no memory block exists
#                     kmem 8 movable                          all of its memory blocks, in one zone
#                     kmem 8 offline
#                     kmem 5 movable 3 offline                in several zones and states
#                     kmem unplugged                          no memory block (state of kernel 7.3)
#                     stuck 8 ...                             another driver or none, and memory blocks exist
#                     compat                                  a device of /sys/class/dax
#                     gone                                    the device does not exist
#   is STATE DEVICE check that the state of a device matches a pattern
#   all_blocks DEVICE ZONE
#                   the state of a device in kmem with all of its blocks in that zone, into REPLY

dax=/sys/bus/dax
memory_blocks=/sys/devices/system/memory

# untraced FUNCTION ARG...: run it without the DEBUG trap of bats, which makes loops 25 times slower
untraced() {
	local status=0
	case $- in
	*T*)
		set +T
		"$@" || status=$?
		set -T
		return $status
		;;
	*) "$@" ;;
	esac
}

# The interface of this file
remember() { untraced remember_all; }
settled() { untraced check_settled; }
state_of() { untraced find_state "$1"; }
is() { untraced check_state "$1" "$2"; }
all_blocks() { untraced name_all_blocks "$1" "$2"; }

wrong() {
	printf '# wrong: %s\n' "$*" >&2
	return 1
}

# blocks_of DEVICE: the numbers of its memory blocks, into the array REPLY_BLOCKS
blocks_of() {
	local mapping start end size first last n
	REPLY_BLOCKS=()
	read -r size <$memory_blocks/block_size_bytes
	size=$((0x$size))
	for mapping in "$dax/devices/$1"/mapping[0-9]* "/sys/class/dax/$1"/mapping[0-9]*; do
		# A mapping that vanishes meanwhile has no blocks.
		{ read -r start <"$mapping/start" && read -r end <"$mapping/end"; } 2>/dev/null || continue
		first=$(((start + size - 1) / size)) last=$(((end + 1) / size - 1))
		for ((n = first; n <= last; n++)); do REPLY_BLOCKS+=("$n"); done
	done
}

# count_states DEVICE: count its existing memory blocks by zone, into the map REPLY_COUNTS
count_states() {
	local n state zones
	declare -gA REPLY_COUNTS=([movable]=0 [kernel]=0 [offline]=0 [other]=0)
	blocks_of "$1"
	for n in "${REPLY_BLOCKS[@]}"; do
		{ read -r state <"$memory_blocks/memory$n/state" && read -r zones <"$memory_blocks/memory$n/valid_zones"; } 2>/dev/null ||
			continue
		case $state:$zones in
		online:Movable) ((++REPLY_COUNTS[movable])) ;;
		online:*) ((++REPLY_COUNTS[kernel])) ;;
		offline:*) ((++REPLY_COUNTS[offline])) ;;
		*) ((++REPLY_COUNTS[other])) ;;
		esac
	done
}

find_state() {
	local driver=none zone text=""
	if [[ ! -e $dax/devices/$1 ]]; then
		REPLY=gone
		[[ ! -e /sys/class/dax/$1 ]] || REPLY=compat
		return
	fi
	for driver in "$dax"/drivers/*; do
		[[ ! -e $driver/$1 ]] || break
		driver=none
	done
	driver=${driver##*/}
	count_states "$1"
	for zone in movable kernel offline other; do
		((REPLY_COUNTS[$zone] == 0)) || text+=" ${REPLY_COUNTS[$zone]} $zone"
	done
	case $driver:$text in
	kmem:) REPLY="kmem unplugged" ;;
	kmem:*) REPLY="kmem$text" ;;
	*:) REPLY=$driver ;;
	*) REPLY="stuck$text ($driver)" ;;
	esac
}

check_state() {
	find_state "$2"
	# shellcheck disable=SC2053 # a pattern
	[[ $REPLY == $1 ]] || wrong "$2 is '$REPLY', not '$1'"
}

name_all_blocks() {
	blocks_of "$1"
	REPLY="kmem ${#REPLY_BLOCKS[@]} $2"
}

# regions: each region with its size and its free memory, into REPLY
regions() {
	local device region seen=" " id size free
	REPLY=""
	for device in "$dax"/devices/dax*; do
		[[ $phantoms != *" ${device##*/} "* ]] || continue
		region=$device/../dax_region
		[[ -e $region/size ]] || region=$device/dax_region
		{ read -r id <"$region/id" && read -r size <"$region/size"; } 2>/dev/null || continue
		[[ $seen != *" $id "* ]] || continue
		seen+="$id "
		free=-
		{ read -r free <"$region/available_size"; } 2>/dev/null || true
		REPLY+="region $id: $size bytes, $free free; "
	done
}

# ram: RAM in kB into REPLY_TOTAL, and how much of it is in online blocks of dax devices into REPLY_DAX
ram() {
	local device _
	read -r _ REPLY_TOTAL _ </proc/meminfo
	REPLY_DAX=0
	for device in "$dax"/devices/dax*; do
		[[ -e $device && $phantoms != *" ${device##*/} "* ]] || continue
		count_states "${device##*/}"
		REPLY_DAX=$((REPLY_DAX + (REPLY_COUNTS[movable] + REPLY_COUNTS[kernel]) * block_kb))
	done
}

# find_phantoms: kernels before 6.1 show soft-reserved memory twice, and once more whenever memory of its node goes
# online. Adds the duplicates to $phantoms, each between blanks. A duplicate stays one, even if the first device vanishes.
phantoms=" "
find_phantoms() {
	local mapping start device seen=" "
	for mapping in "$dax"/devices/dax*/mapping0; do
		device=${mapping%/*}
		device=${device##*/}
		[[ $phantoms != *" $device "* ]] || continue
		{ read -r start <"$mapping/start"; } 2>/dev/null || continue
		[[ $seen != *" $start "* ]] || phantoms+="$device "
		seen+="$start "
	done
}

remember_all() {
	find_phantoms
	read -r block_kb <$memory_blocks/block_size_bytes
	block_kb=$((0x$block_kb / 1024))
	read -r known_policy <$memory_blocks/auto_online_blocks
	read -r known_autoprobe <$dax/drivers_autoprobe
	regions
	known_regions=$REPLY
	ram
	known_ram=$((REPLY_TOTAL - REPLY_DAX))
}

check_settled() {
	local now status=0 device
	find_phantoms
	read -r now <$memory_blocks/auto_online_blocks
	[[ $now == "$known_policy" ]] || wrong "auto_online_blocks is $now, was $known_policy" || status=1
	read -r now <$dax/drivers_autoprobe
	[[ $now == "$known_autoprobe" ]] || wrong "drivers_autoprobe is $now, was $known_autoprobe" || status=1
	[[ ! -e /run/daxbus/journal ]] || wrong "there is a journal: $(</run/daxbus/journal)" || status=1
	regions
	[[ $REPLY == "$known_regions" ]] || wrong "regions are $REPLY; were $known_regions" || status=1
	ram
	# A block may hold its own memmap, which takes 1/64 of it.
	now=$((REPLY_TOTAL - known_ram))
	((now <= REPLY_DAX && now >= REPLY_DAX - REPLY_DAX / 64)) ||
		wrong "RAM grew by $now kB; the blocks that are online have $REPLY_DAX kB" || status=1
	for device in "$dax"/devices/dax*; do
		[[ -e $device && $phantoms != *" ${device##*/} "* ]] || continue
		find_state "${device##*/}"
		[[ $REPLY != stuck* ]] || wrong "${device##*/}: $REPLY" || status=1
	done
	return "$status"
}

# pause SECONDS, without starting a process
pause() {
	[[ -v pause_fd ]] || exec {pause_fd}<> <(:)
	read -rt "$1" -u "$pause_fd" || true
}

# note TEXT: write to the kernel's log, so that its messages can be assigned to a command
note() { echo "<6>test: $*" >/dev/kmsg; }
