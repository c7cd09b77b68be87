#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command line of daxctl, answered by daxbus, compared with daxctl itself: each line runs with both from the same
# state, and must have the same results on stdout, exit status and state of the devices afterwards. Two soft-reserved
# devices of 1 GiB; new memory stays offline. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086,SC2030,SC2031
load guest

real=$(type -P daxctl)
front=/opt/daxbus/front/daxctl
MiB=$((1 << 20))
region=$devices/dax0.0/../dax_region

setup_file() {
	modprobe kmem
	mkdir -p ${front%/*}
	ln -sf ../daxbus $front
}

teardown() {
	let_go
	policy offline
	[ ! -e /sys/kernel/debug/notifier-error-inject ] || { inject online 0 && inject offline 0; }
	[ -n "${stays-}" ] || untraced enter devdax
}

# --- states ---------------------------------------------------------------------------------------

# Every device without a driver, its memory offline; dax0.0 as large as its region
release_all() {
	local path name n
	for path in "$devices"/dax*; do
		name=${path##*/}
		blocks_of "$name"
		for n in "${REPLY_BLOCKS[@]}"; do
			[ ! -e $memory/memory$n ] || [ "$(<$memory/memory$n/state)" = offline ] || echo offline >$memory/memory$n/state || return
		done
		unbind "$name"
		[[ $name == *.0 ]] || { echo 0 >$path/size && echo "$name" >$region/delete; }
	done
	[ "$(<$devices/dax0.0/size)" = $((1024 * MiB)) ] || { echo 0 >$devices/dax0.0/size && echo $((1024 * MiB)) >$devices/dax0.0/size; }
	echo $((2 * MiB)) >$devices/dax0.0/align
	for name in device_dax kmem; do echo dax0.0 >$drivers/$name/remove_id 2>/dev/null || true; done
}

# enter STATE: bring dax0.0 into a state; dax1.0 is in devdax
enter() {
	local n count=8
	release_all || return
	# On old kernels, this offers dax0.0 to the driver, too.
	bind dax1.0 device_dax
	unbind dax0.0
	case $1 in
	devdax) bind dax0.0 device_dax ;;
	disabled) ;;
	offline | movable | partial)
		bind dax0.0 kmem
		blocks_of dax0.0
		[ "$1" != offline ] || count=0
		[ "$1" != partial ] || count=3
		for n in "${REPLY_BLOCKS[@]:0:count}"; do online $n online_movable; done
		;;
	empty) echo 0 >$devices/dax0.0/size ;;
	half) echo $((512 * MiB)) >$devices/dax0.0/size ;;
	room)
		echo $((512 * MiB)) >$devices/dax0.0/size
		bind dax0.0 device_dax
		;;
	ranges)
		# 256 MiB, other memory, 256 MiB
		echo $((256 * MiB)) >$devices/dax0.0/size
		echo 1 >$region/create
		echo $((256 * MiB)) >$devices/dax0.1/size
		echo $((512 * MiB)) >$devices/dax0.0/size
		bind dax0.0 kmem
		# The write to new_id may have offered it to kmem, too.
		unbind dax0.1
		;;
	two)
		echo $((512 * MiB)) >$devices/dax0.0/size
		bind dax0.0 device_dax
		echo 1 >$region/create
		echo $((256 * MiB)) >$devices/dax0.1/size
		;;
	esac
}

# The state that `enter` promises, as a pattern for `look`
promised() {
	local all="$((1024 * MiB)) aligned to $((2 * MiB)); dax1.0: device_dax, *"
	case $1 in
	devdax) REPLY="dax0.0: device_dax, $all" ;;
	disabled) REPLY="dax0.0: none, $all" ;;
	offline) REPLY="dax0.0: kmem 8 offline, $all" ;;
	movable) REPLY="dax0.0: kmem 8 movable, $all" ;;
	partial) REPLY="dax0.0: kmem 3 movable 5 offline, $all" ;;
	empty) REPLY="dax0.0: none, 0 aligned to *" ;;
	half) REPLY="dax0.0: none, $((512 * MiB)) aligned to *" ;;
	room) REPLY="dax0.0: device_dax, $((512 * MiB)) aligned to * dax1.0: *" ;;
	ranges) REPLY="dax0.0: kmem 4 offline, $((512 * MiB)) aligned to * dax0.1: none, $((256 * MiB)) *" ;;
	two) REPLY="dax0.0: device_dax, $((512 * MiB)) aligned to * dax0.1: none, $((256 * MiB)) *" ;;
	esac
}

# The devices: state, size and alignment, into REPLY
look() {
	local path text="" size align
	for path in "$devices"/dax*; do
		find_state ${path##*/}
		read -r size <$path/size
		read -r align <$path/align
		text+="${path##*/}: $REPLY, $size aligned to $align; "
	done
	REPLY=$text
}

# --- comparison -----------------------------------------------------------------------------------

# prepare STATE: enter a state unless the last program left the devices in it
entered=none before="" after=none
prepare() {
	[ "$1 $after" != "$entered $before" ] || return 0
	untraced enter "$1" || wrong "cannot enter state $1"
	untraced look
	entered=$1 before=$REPLY after=$REPLY
	promised "$1"
	# shellcheck disable=SC2053 # a pattern
	[[ $before == $REPLY ]] || wrong "state $1 is $before"
}

# outcome STATE PROGRAM ARG...: run a program from a state; sets code, printed, said, after
outcome() {
	local program=$2
	prepare "$1"
	shift 2
	code=0
	printed=$("$program" "$@" 2>$BATS_TEST_TMPDIR/said) || code=$?
	said=$(<$BATS_TEST_TMPDIR/said)
	untraced look
	after=$REPLY
}

# The same JSON with another order of keys is not the same; of devices it is.
canonical() { jq -c 'def order: if type == "array" then sort_by(.chardev // .id) | map(order)
	elif type == "object" then map_values(order) else . end; order | [paths(scalars)], .' <<<"$1"; }

# same STATE ARG...: both do the same
same() {
	local code1 printed1 said1 after1
	outcome "$1" $real "${@:2}"
	code1=$code printed1=$printed said1=$said after1=$after
	outcome "$1" $front "${@:2}"
	[ "$code1 $after1" = "$code $after" ] && { [ "$printed1" = "$printed" ] ||
		[ "$(canonical "$printed1")" = "$(canonical "$printed")" ]; } && return
	printf '# %s, in state %s:\n# exit status %s, %s\n# %s\n# %s\n# front: exit status %s, %s\n# %s\n# %s\n' "${*:2}" "$1" \
		"$code1" "$after1" "${printed1//$'\n'/}" "$said1" "$code" "$after" "${printed//$'\n'/}" "$said" >&2
	return 1
}

# all_same: the lines of stdin, each with a state in front: all with DAXBUS_LONG=1, otherwise every third
all_same() {
	local state line bad=0 n
	n=$(seed "$BATS_TEST_NAME")
	while read -r state line; do
		[ -n "$state" ] || continue
		[ "${DAXBUS_LONG-}" ] || ((++n % 3 == 0)) || continue
		same $state $line || bad=1
	done
	return $bad
}

# front STATE CODE ARG...: the status of the front, in that state
front() {
	outcome "$1" $front "${@:3}"
	[ "$code" -eq "$2" ] || wrong "daxctl ${*:3}: exit status $code, not $2: $said"
}

# real STATE CODE ARG...: the same for daxctl
real() {
	outcome "$1" $real "${@:3}"
	[ "$code" -eq "$2" ] || wrong "the real daxctl ${*:3}: exit status $code, not $2: $said"
}

@test "daxctl: list: same JSON as daxctl" {
	all_same <<-'END'
		devdax    list
		movable   list
		movable   list -u
		partial   list
		offline   list
		disabled  list
		empty     list
		empty     list -i
		two       list -D -R
		two       list -DRMu
		two       list -R
		two       list -Ru
		devdax    list -r 0
		devdax    list -r region1 -D
		devdax    list -r all
		devdax    list -r 7
		devdax    list -d dax0.0
		devdax    list -d 1.0 -u
		devdax    list -d all
		devdax    list -d dax9.9
		movable   list -M
		devdax    list --dev=dax0.0 --human --mappings
		devdax    list --hum
		devdax    list --no-human --no-region
		devdax    list -d dax0.0 -R
	END
}

@test "daxctl: wrong command lines: same exit status as daxctl" {
	all_same <<-'END'
		devdax    nonsense
		devdax    --nonsense
		devdax    --list-cmds
		devdax    list -x
		devdax    list -h
		devdax    list --nonsense
		devdax    list extra
		devdax    list --reg
		devdax    list --regi=0
		devdax    list --dev
		devdax    list --human=1
		devdax    list --list-opts
		devdax    reconfigure-device --list-opts
		devdax    online-memory --list-opts
		devdax    reconfigure-device
		devdax    reconfigure-device dax0.0
		devdax    reconfigure-device -m devdax
		devdax    reconfigure-device -m devdax dax0.0 dax1.0
		devdax    reconfigure-device -m nonsense dax0.0
		devdax    reconfigure-device -N -m devdax dax0.0
		devdax    reconfigure-device -m devdax dax9.9
		devdax    enable-device
		devdax    disable-device --force dax0.0
		devdax    destroy-device dax0.0
		devdax    destroy-device dax9.9
		devdax    online-memory dax9.9
		devdax    migrate-device-model extra
	END
}

@test "daxctl: reconfigure-device: same results and states as daxctl" {
	all_same <<-'END'
		devdax    reconfigure-device -m system-ram dax0.0
		devdax    reconfigure-device -N -m system-ram dax0.0
		devdax    reconfigure-device -u --mode=system-ram /dev/dax0.0
		disabled  reconfigure-device --mod system-ram 0.0
		devdax    reconfigure-device -r 0 -m system-ram all
		devdax    reconfigure-device -r 1 -m system-ram dax0.0
		movable   reconfigure-device -m system-ram dax0.0
		offline   reconfigure-device -m system-ram dax0.0
		partial   reconfigure-device -m system-ram dax0.0
		offline   reconfigure-device -N -m system-ram dax0.0
		movable   reconfigure-device -m devdax dax0.0
		movable   reconfigure-device -f -m devdax dax0.0
		offline   reconfigure-device -m devdax dax0.0
		disabled  reconfigure-device -m devdax dax0.0
		devdax    reconfigure-device -m devdax dax0.0
		disabled  reconfigure-device -s 512M dax0.0
		disabled  reconfigure-device -s 0x10000000 dax0.0
		half      reconfigure-device -s 1g dax0.0
		devdax    reconfigure-device -s 512M dax0.0
		disabled  reconfigure-device -s 100 dax0.0
		disabled  reconfigure-device -s 2G dax0.0
		disabled  reconfigure-device -s 0 dax0.0
		two       reconfigure-device -s 0 dax0.1
		empty     reconfigure-device -s 0 dax0.0
		empty     reconfigure-device -s 256M dax0.0
		disabled  reconfigure-device -s nonsense dax0.0
		disabled  reconfigure-device -a 2M -s 512M -v dax0.0
	END
}

@test "daxctl: create, destroy, enable, disable: same results and states as daxctl" {
	all_same <<-'END'
		devdax    create-device -r 0
		devdax    create-device -r 0 -s 256M
		devdax    create-device -r 7
		room      create-device -r 0
		room      create-device -r region0 -s 256M
		room      create-device -r 0 -s 256M -a 2M -u
		two       destroy-device dax0.1
		two       destroy-device 0.1
		devdax    disable-device dax0.0
		disabled  disable-device dax0.0
		disabled  enable-device dax0.0
		devdax    enable-device dax0.0
		movable   disable-device dax0.0
		movable   enable-device dax0.0
		two       enable-device dax0.1
		empty     enable-device dax0.0
	END
}

@test "daxctl: online-memory, offline-memory: same results and states as daxctl" {
	all_same <<-'END'
		offline   online-memory dax0.0
		offline   online-memory --movable dax0.0
		partial   online-memory dax0.0
		movable   online-memory dax0.0
		devdax    online-memory dax0.0
		movable   offline-memory dax0.0
		partial   offline-memory dax0.0
		offline   offline-memory dax0.0
		devdax    offline-memory dax0.0
		movable   offline-memory -r 0 all
	END
}

# --- the differences of daxbus-daxctl(1) ----------------------------------------------------------

# value FILTER: of what was printed
value() { jq -c "$1" <<<"$printed"; }

@test "daxctl: list: devices without a node in /dev, counts of all ranges" {
	front devdax 0 list
	mv /dev/dax0.0 /dev/hidden
	printed=$($front list)
	mv /dev/hidden /dev/dax0.0
	[ "$(value 'map(.chardev)')" = '["dax0.0","dax1.0"]' ]
	# daxctl looks for blocks in the first 512 MiB from the start of the device.
	real ranges 0 list -d dax0.0
	[ "$(value '.[0].total_memblocks')" = 2 ]
	front ranges 0 list -d dax0.0
	[ "$(value '.[0].total_memblocks')" = 4 ]
}

@test "daxctl: create-device: other devices without a driver stay so" {
	# Linux before 6.3 offers them to the driver, too, when daxctl adds an ID.
	if ! kernel_at_least 6.3; then
		real half 0 create-device -r 0
		[[ $after == *"dax0.0: device_dax, "* ]]
	fi
	front half 0 create-device -r 0
	[[ $after == *"dax0.0: none, "* ]]
}

@test "daxctl: sizes with other suffixes: understood or refused, where daxctl takes all memory" {
	real room 0 create-device -r 0 -s 128Mi
	[[ $after == *"dax0.1: device_dax, $((512 * MiB)) "* ]]
	front room 234 create-device -r 0 -s 128Mi
	[ "$after" = "$before" ]
	front room 0 create-device -r 0 -s 128MiB
	[[ $after == *"dax0.1: device_dax, $((128 * MiB)) "* ]]
	front disabled 234 reconfigure-device -a nonsense -s 512M dax0.0
	[ "$after" = "$before" ]
}

@test "daxctl: create-device: options without effect refused, nothing remains of a failure, all devices printed" {
	real room 0 create-device -r 0 -m system-ram
	[[ $after == *"dax0.1: device_dax, "* ]]
	front room 129 create-device -r 0 -m system-ram
	[ "$after" = "$before" ]
	real room 250 create-device -r 0 -s 1G
	[[ $after == *"dax0.1: none, 0 "* ]]
	front room 250 create-device -r 0 -s 1G
	[ "$after" = "$before" ]
	[[ $said == *"daxbus: "*"no-room"*"error creating devices: No such device or address"*"created 0 devices"* ]]
	# Region 1 has no free memory.
	front room 228 create-device
	[ "$(value 'map(.chardev)')" = '["dax0.1"]' ]
	[[ $said == *"created 1 device" ]]
}

@test "daxctl: reconfigure-device: all devices printed, alignment alone" {
	real devdax 0 reconfigure-device -m system-ram all
	[ "$(value length)" = 1 ]
	front devdax 0 reconfigure-device -m system-ram all
	[ "$(value 'map(.chardev)')" = '["dax0.0","dax1.0"]' ]
	[[ $said == *"reconfigured 2 devices" ]]
	real disabled 234 reconfigure-device -a 4k dax0.0
	[[ $after == *"$((1024 * MiB)) aligned to 4096; "* ]]
	front disabled 0 reconfigure-device -a 4k dax0.0
	[[ $after == *"$((1024 * MiB)) aligned to 4096; "* ]]
	[ -z "$printed" ]
}

@test "daxctl: all devices: any failure counts, a device that was online already does not" {
	front devdax 0 reconfigure-device -N -m system-ram all
	$front online-memory dax0.0
	run $front online-memory all
	[ "$status" -eq 0 ]
	[[ $output == *"onlined memory for 1 device" ]]
	run $front online-memory all
	[ "$status" -eq 1 ]
	$front reconfigure-device -f -m devdax dax0.0
	# The second one is online already.
	run $front online-memory all
	[ "$status" -eq 250 ]
	[[ $output == *"error onlining memory: No such device or address"*"onlined memory for 0 devices" ]]
}

@test "daxctl: kernel refuses to bring memory online or to take it offline: as before" {
	[ "$(kernel)" != 5.10 ] || skip 'see change-zone.bats'
	prepare devdax
	inject online -12
	front devdax 250 reconfigure-device -m system-ram dax0.0
	inject online 0
	[ "$after" = "$before" ]
	[[ $said == *"daxbus: dax0.0: undone (online-refused)"*"reconfigured 0 devices" ]]
	prepare movable
	inject offline -16
	front movable 240 offline-memory dax0.0
	inject offline 0
	[ "$after" = "$before" ]
}

@test "daxctl: kernel brings memory online itself: refused, with --force in the requested zone" {
	prepare devdax
	policy online
	same devdax reconfigure-device -N -m system-ram dax0.0
	same devdax reconfigure-device -m system-ram dax0.0
	[ "$code" = 240 ]
	front devdax 0 reconfigure-device -f -m system-ram dax0.0
	[[ $after == "dax0.0: kmem 8 movable, "* ]]
	prepare devdax
	front devdax 0 reconfigure-device -f -N -m system-ram dax0.0
	[[ $after == "dax0.0: kmem 8 offline, "* ]]
	policy offline
}

@test "daxctl: device open: refused, also with --force" {
	prepare devdax
	hold dax0.0 open
	front devdax 240 disable-device dax0.0
	[ "$after" = "$before" ]
	[[ $said == *"device-held"*"dax0.0: disable failed: Device or resource busy"*"disabled 0 devices" ]]
	front devdax 240 reconfigure-device -f -m system-ram dax0.0
	[ "$after" = "$before" ]
	let_go
}

@test "daxctl: destroy-device: first device of a region, memory online" {
	real disabled 240 destroy-device dax0.0
	[[ $after == "dax0.0: none, 0 "* ]]
	front disabled 0 destroy-device dax0.0
	[[ $after == "dax0.0: none, 0 "* ]]
	# daxctl would lose the memory until the next reboot.
	front movable 240 destroy-device -f dax0.0
	[ "$after" = "$before" ]
	front offline 0 destroy-device -f dax0.0
}

@test "daxctl: version, split-acpi, migrate-device-model: as documented" {
	front devdax 0 version
	[ "$printed" = 85 ]
	front devdax 1 split-acpi -d /tmp
	front devdax 0 migrate-device-model
	front devdax 0 migrate-device-model
	rm -f /etc/modprobe.d/daxbus-migrate.conf
}

# --- sequences ------------------------------------------------------------------------------------

# The commands of the tests of daxctl, with the front.

# ok ARG...: the front succeeds; what it printed in $printed
ok() { printed=$($front "$@" 2>$BATS_TEST_TMPDIR/said) || wrong "daxctl $*: exit status $?: $(<$BATS_TEST_TMPDIR/said)"; }

# create ARG...: create a device; its name in $made
create() {
	ok create-device -r 0 "$@"
	made=$(jq -er '.[].chardev' <<<"$printed")
}

remove() { ok disable-device "$1" && ok destroy-device "$1"; }

# resized DEVICE SIZE
resized() { ok disable-device "$1" && ok reconfigure-device -s "$2" "$1"; }

# available SIZE: the region has this free memory
available() {
	ok list -r 0
	[ "$(value '.[0].available_size // 0')" = "$1" ] || wrong "available: $printed"
}

# ranges DEVICE N: it has N ranges, which are all of its size
ranges() {
	ok list -M -d "$1"
	[ "$(value '.[0] | [(.mappings | length), (.size == (.mappings | map(.size) | add))]')" = "[$2,true]" ] ||
		wrong "ranges of $1: $printed"
}

@test "daxctl: sequence: region divided, devices grown, aligned and created again from a file" {
	local all=$((1024 * MiB)) file=$BATS_TEST_TMPDIR/device.json i first
	prepare devdax
	ok reconfigure-device -m devdax -f dax0.0
	ok disable-device dax0.0
	ok reconfigure-device -s 0 dax0.0
	available $all
	# All of it
	create
	ranges $made 1
	available 0
	remove $made
	available $all
	# A hole and the end
	resized dax0.0 $((all / 4))
	create -s $((all / 4))
	first=$made
	create -s $((all / 4))
	remove $first
	create -s $((all / 2))
	ranges $made 2
	available 0
	ok disable-device -r 0 all
	ok destroy-device -r 0 all
	available $all
	# Two devices that grow by turns
	resized dax0.0 $((all / 8))
	create -s $((all / 8))
	first=$made
	for i in 2 3 4; do
		resized dax0.0 $((all * i / 8))
		resized $first $((all * i / 8))
	done
	ranges dax0.0 4
	ranges $first 4
	available 0
	ok list -M -d $first
	jq '.[]' <<<"$printed" >"$file"
	remove $first
	ok create-device --input "$file"
	made=$(jq -er '.[].chardev' <<<"$printed")
	ranges $made 4
	ok list -M -d $made
	[ "$(value '.[0].mappings')" = "$(jq -c .mappings "$file")" ]
	remove $made
	# Free memory before a device and behind one
	ok reconfigure-device -s 0 dax0.0
	for i in 1 2 3 4; do create -s $((all / 4)); done
	remove dax0.1
	remove dax0.4
	resized dax0.2 $((all / 2))
	ranges dax0.2 2
	resized dax0.3 $((all / 2))
	ranges dax0.3 1
	available 0
	remove dax0.3
	remove dax0.2
	# An alignment
	create -s 1G -a 1G
	remove $made
	available $all
	ok reconfigure-device -s $all dax0.0
	ok enable-device dax0.0
	untraced is device_dax dax0.0
}

@test "daxctl: sequence: modes, memory online and offline, policy of the kernel" {
	mode() {
		ok list -d dax0.0
		[ "$(value '.[].mode')" = "\"$1\"" ]
	}
	prepare devdax
	ok reconfigure-device -N -m system-ram dax0.0
	mode system-ram
	ok online-memory dax0.0
	ok offline-memory dax0.0
	ok reconfigure-device -m devdax dax0.0
	mode devdax
	ok reconfigure-device -m system-ram dax0.0
	mode system-ram
	[ "$(value '.[].movable')" = true ]
	ok reconfigure-device -f -m devdax dax0.0
	mode devdax
	policy online
	cannot $front reconfigure-device -N -m system-ram dax0.0
	mode devdax
	policy offline
}

# The last test: memory in zone Normal may not go offline again. Each tool has a device of its own.
@test "daxctl: memory in zone Normal: same results as daxctl" {
	local facts='.[0] | del(.chardev, .target_node)'
	prepare devdax
	stays=yes
	diff <($real reconfigure-device -m system-ram --no-movable dax1.0 | jq "$facts") \
		<($front reconfigure-device -m system-ram --no-movable dax0.0 | jq "$facts")
	untraced is 'kmem 8 kernel' dax0.0
	untraced is 'kmem 8 kernel' dax1.0
	diff <($real list -u | jq -c 'sort_by(.chardev)') <($front list -u | jq -c 'sort_by(.chardev)')
	for program in $real $front; do
		run "$program" online-memory --no-m dax0.0
		[ "$status" -eq 1 ]
		[[ $output == *'all memory sections (8) already online'*'onlined memory for 0 devices' ]]
	done
}
