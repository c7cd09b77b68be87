# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For the tests that `test/model/explore -b FILE` writes: a path of the model, on a real kernel with soft-reserved memory.
# FILE belongs into this directory, and runs as `vm bats -k KERNEL -m model --append memhp_default_state=offline FILE`.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

# size DEVICE BYTES, mapping DEVICE RANGE
size() { echo "$2" >"$devices/$1/size"; }
mapping() { echo "$2" >"$devices/$1/mapping"; }

# enter DEVICE DRIVER: bind it, with no id left behind
enter() {
	bind "$1" "$2"
	echo "$1" >"$drivers/$2/remove_id"
}

# divide MODE: the region 0, as test/model/cases.c does it
divide() {
	case $1 in
	free) size dax0.0 0 ;;
	half)
		size dax0.0 $((256 << 20))
		enter dax0.0 device_dax
		;;
	two)
		size dax0.0 $((128 << 20))
		echo 1 >$provider/dax_region/create
		mapping dax0.1 108000000-117ffffff
		enter dax0.1 kmem
		online 33 online_movable
		online 34 online_movable
		;;
	ranges)
		size dax0.0 $((128 << 20))
		echo 1 >$provider/dax_region/create
		mapping dax0.1 118000000-11fffffff
		mapping dax0.1 108000000-10bffffff
		;;
	esac
}

# begin MODE POLICY [ZONE...]: bring the region 0 into the start state; its state in $before. Linux 7.0 says where it begins
# while one device has all of it, and daxbus remembers that.
begin() {
	local mode=$1 policy=$2 block=32 zone
	shift 2
	policy offline
	"$daxbus" reconfigure --mode=devdax dax0.0
	provider=$(readlink -f $devices/dax0.0/..)
	unbind dax0.0
	case $mode in
	none) ;;
	devdax) enter dax0.0 device_dax ;;
	kmem | unplugged) enter dax0.0 kmem ;;
	*) divide "$mode" ;;
	esac
	for zone; do
		[[ $zone == offline ]] || online $block online_$zone
		block=$((block + 1))
	done
	[[ $mode != unplugged ]] || echo unplugged >$devices/dax0.0/state
	policy "$policy"
	before=$(state)
	printf '# start: %s\n' "$before" >&3
}

# ranges DEVICE: START-END of each, as `mapping` takes them
ranges() {
	local mapping
	for mapping in "$devices/$1"/mapping[0-9]*; do
		[[ ! -e $mapping ]] || printf ' %x-%x' $(($(<$mapping/start))) $(($(<$mapping/end)))
	done
}

# state: devices of the region with their drivers and ranges, memory blocks, policy
state() {
	local device block file driver
	for device in "$devices"/dax0.*; do
		driver=none
		[[ ! -e $device/driver ]] || driver=$(basename "$(readlink $device/driver)")
		echo "${device##*/} $driver$(ranges "${device##*/}")"
	done
	for ((block = 32; block < 36; block++)); do
		file=$memory/memory$block
		[[ ! -e $file ]] || echo "$block $(<$file/state)$([[ $(<$file/state) == offline ]] || echo " $(<$file/valid_zones)")"
	done
	echo "policy $(<$memory/auto_online_blocks)"
} 2>/dev/null

# file NAME: the path of region/NAME, or a path
file() {
	case $1 in
	region/*) echo "$provider/${1#*/}" ;;
	*) echo "$1" ;;
	esac
}

# take_memory: what others[] of test/model/run.c does by that name
take_memory() {
	local youngest
	echo 1 >$provider/dax_region/create || return 0
	youngest=$(<$provider/dax_region/create)
	cat $provider/dax_region/available_size >$devices/"$youngest"/size || :
}

# traced FAULT "FILE..." ARG...: daxbus, with a fault of strace in its writes to the files
traced() {
	local fault=$1 name
	local -a paths=()
	for name in $2; do paths+=(-P "$(file "$name")"); done
	shift 2
	run strace -f -qq -o "$BATS_TEST_TMPDIR/trace" "${paths[@]}" -e trace=write -e inject=write:$fault "$daxbus" "$@"
	echo "# daxbus $* ($fault, ${paths[*]}): status $status" >&3
	grep -qE 'INJECTED|killed by' "$BATS_TEST_TMPDIR/trace" || wrong "the write was not reached"
}

# fails ERROR WHEN FILE ARG...: the WHENth write to the file fails
fails() { traced "error=$1:when=$2" "${@:3}"; }

# fail_twice ERROR FIRST SECOND FILE FILE ARG...: of the writes to these files, the FIRSTth and the SECONDth fail
fail_twice() { traced "error=$1:when=$2..$3+$(($3 - $2))" "$4 $5" "${@:6}"; }

# killed_before WHEN FILE ARG...: daxbus is killed, and the write is not done
killed_before() { traced "signal=KILL:when=$1" "${@:2}"; }

# HOLD is how long strace holds daxbus in the kernel's way back from a write, in microseconds: longer than it takes to notice.
HOLD=5000000

# given_up MESSAGE: it fails, and no process that was held keeps the lock of daxbus from the next test
given_up() {
	kill -KILL $pid "$tracer" 2>/dev/null || :
	wait "$tracer" || :
	wrong "$1"
}

# held_after WHEN FILE COMMAND ARG...: a shell command acts on the process $pid, which is held by strace after the write.
# A signal that came before its end would interrupt some writes, that of "offline" for one: nothing would have been written.
held_after() {
	local tracer trace=$BATS_TEST_TMPDIR/trace pid="" path when=$1 command=$3
	path=$(file "$2")
	shift 3
	: >"$trace"
	strace -f -P "$path" -e trace=write -e signal=STOP -e inject=write:delay_exit=$HOLD:when="$when" -o "$trace" \
		"$daxbus" "$@" >"$BATS_TEST_TMPDIR/output" 2>&1 3>&- &
	tracer=$!
	while [[ -e /proc/$tracer && ! $pid ]]; do
		pause 0.05
		pid=$(sed -n 's/^\([0-9]*\) .*(DELAYED).*/\1/p' "$trace")
	done
	[[ $pid ]] || given_up "the write was not reached" || return
	! grep -q ' = -1 .*DELAYED' "$trace" || given_up "the write failed: $(<"$trace")" || return
	eval "$command" || return
	kill -CONT "$pid" 2>/dev/null || :
	status=0
	wait "$tracer" || status=$?
	echo "# daxbus $* (held after $path, $command): status $status" >&3
}

# It stops at its way out of the kernel, however long the command takes.
stop_it() {
	kill -STOP "$pid"
	while ! grep -q 'stopped by SIGSTOP' "$BATS_TEST_TMPDIR/trace"; do pause 0.05; done
}

# stopped_after WHEN FILE COMMAND ARG...: daxbus stops after the write, while a shell command acts
stopped_after() { held_after "$1" "$2" "stop_it && $3" "${@:4}"; }

# shellcheck disable=SC2016 # held_after expands it
killed_after() { held_after "$1" "$2" 'kill -KILL $pid' "${@:3}"; }

# says ARG...: daxbus, without a fault
says() {
	run "$daxbus" "$@"
	echo "# daxbus $*: status $status" >&3
}

is_before() { [[ $(state) == "$before" ]] || wrong "the state is not the one of before: $(state)"; }
# is_before_or STATE: what was carried out can stay so
is_before_or() {
	is_finished || return
	[[ $(state) == "$before" || $(state) == "$1" ]] || wrong "the state is neither the one of before nor of after: $(state)"
}

# agrees_with STATE: the state is what the exit status of the last command says, after a change STATE
agrees_with() {
	is_finished || return
	if ((status)); then
		is_before
	else
		[[ $(state) == "$1" ]] || wrong "the state is not the requested one: $(state)"
	fi
}

is_finished() { [[ ! -e /run/daxbus/journal ]] || wrong "a journal is left"; }
is_refused_or_done() { ((status == 0 || status == 5)) || wrong "$output"; }

# agrees ARG...: the state is what the exit status of the last command says
agrees() {
	local now
	is_finished || return
	if ((status)); then
		is_before
	else
		now=$(state)
		says "$@"
		[[ $status == 0 && $(state) == "$now" ]] || wrong "the state is not the requested one: $now"
	fi
}
