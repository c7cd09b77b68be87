#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command line of daxctl, answered by daxbus, compared with daxctl itself: each line runs with both from the same
# state, and must have the same results on stdout, exit status and state of the devices afterwards. Two soft-reserved
# devices of 1 GiB; new memory stays offline. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
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
	untraced enter devdax
}

# --- states ---------------------------------------------------------------------------------------

# Every device without a driver, its memory offline; dax0.0 as large as its region
release_all() {
	local path name n
	for path in "$devices"/dax*; do
		name=${path##*/}
		blocks_of "$name"
		for n in "${REPLY_BLOCKS[@]}"; do
			[ ! -e $memory/memory$n ] || echo offline >$memory/memory$n/state 2>/dev/null || true
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
	local n zone=online_movable count=8
	release_all
	bind dax1.0 device_dax
	case $1 in
	devdax) bind dax0.0 device_dax ;;
	disabled) ;;
	offline | movable | kernel | partial)
		bind dax0.0 kmem
		blocks_of dax0.0
		[ "$1" != offline ] || count=0
		[ "$1" != partial ] || count=3
		[ "$1" != kernel ] || zone=online_kernel
		for n in "${REPLY_BLOCKS[@]:0:count}"; do online $n $zone; done
		;;
	empty) echo 0 >$devices/dax0.0/size ;;
	half) echo $((512 * MiB)) >$devices/dax0.0/size ;;
	two)
		echo $((512 * MiB)) >$devices/dax0.0/size
		bind dax0.0 device_dax
		echo 1 >$region/create
		echo $((256 * MiB)) >$devices/dax0.1/size
		;;
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

# outcome STATE PROGRAM ARG...: run a program from a state; sets code, printed, said, after. A state that the last program
# did not change is not entered again.
entered=none before="" after=none
outcome() {
	local program=$2
	if [ "$1 $after" != "$entered $before" ]; then
		untraced enter "$1"
		untraced look
		entered=$1 before=$REPLY
	fi
	shift 2
	code=0
	printed=$("$program" "$@" 2>$BATS_TEST_TMPDIR/said) || code=$?
	said=$(<$BATS_TEST_TMPDIR/said)
	untraced look
	after=$REPLY
}

# The same JSON with another order of keys is not the same; of devices it is.
canonical() { jq -c 'def order: if type == "array" then sort_by(.chardev // .id) | map(order) else . end; order | [paths(scalars)], .' <<<"$1"; }

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

# all_same: the lines of stdin, each with a state in front
all_same() {
	local state line bad=0
	while read -r state line; do
		[ -n "$state" ] || continue
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
		kernel    list -u
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
		devdax    reconfigure-device -m system-ram --no-movable dax0.0
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
		disabled  reconfigure-device -s nonsense dax0.0
		disabled  reconfigure-device -a 2M -s 512M -v dax0.0
	END
}

@test "daxctl: create, destroy, enable, disable: same results and states as daxctl" {
	all_same <<-'END'
		devdax    create-device -r 0
		devdax    create-device -r 7
		half      create-device -r 0
		half      create-device -r region0 -s 256M
		half      create-device -r 0 -s 256M -a 2M -u
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
		offline   online-memory --no-movable dax0.0
		offline   online-memory --no-m dax0.0
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
