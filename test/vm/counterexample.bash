# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For the tests that `test/model/explore -b FILE` writes: a path of the model, on a real kernel with soft-reserved memory.
# FILE belongs into this directory, and runs as `vm bats -k KERNEL -m hmem --append memhp_default_state=offline FILE`.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

# begin MODE POLICY [ZONE...]: bring dax0.0 into the start state, with four memory blocks; its state in $before
begin() {
	local mode=$1 policy=$2 block zone driver=device_dax
	shift 2
	[[ $mode != kmem && $mode != unplugged ]] || driver=kmem
	policy offline
	"$daxbus" reconfigure --mode=devdax dax0.0
	unbind dax0.0
	echo $((512 << 20)) >$devices/dax0.0/size
	if [[ $mode != none ]]; then
		bind dax0.0 $driver
		echo dax0.0 >$drivers/$driver/remove_id
	fi
	block=$(first_block dax0.0)
	for zone; do
		[[ $zone == offline ]] || online $block online_$zone
		block=$((block + 1))
	done
	[[ $mode != unplugged ]] || echo unplugged >$devices/dax0.0/state
	policy "$policy"
	before=$(state)
	echo "# start: $before" >&3
}

# state: driver, memory blocks and policy
state() {
	local block file
	if [[ -e $devices/dax0.0/driver ]]; then
		basename "$(readlink $devices/dax0.0/driver)"
	else
		echo "no driver"
	fi
	for ((block = 32; block < 36; block++)); do
		file=$memory/memory$block
		[[ ! -e $file ]] || echo "$block $(<$file/state)$([[ $(<$file/state) == offline ]] || echo " $(<$file/valid_zones)")"
	done
	echo "policy $(<$memory/auto_online_blocks)"
} 2>/dev/null

# file NAME: the path of device/NAME or region/NAME, or a path
file() {
	case $1 in
	device/*) echo "$(readlink -f $devices/dax0.0)/${1#*/}" ;;
	region/*) echo "$(readlink -f $devices/dax0.0/..)/dax_region/${1#*/}" ;;
	*) echo "$1" ;;
	esac
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

# stopped_after WHEN FILE COMMAND ARG...: daxbus stops after the write, while a shell command acts on the process $pid
stopped_after() {
	local tracer trace=$BATS_TEST_TMPDIR/trace pid="" path when=$1 command=$3
	path=$(file "$2")
	shift 3
	: >"$trace"
	strace -f -P "$path" -e trace=write -e signal=STOP -e inject=write:signal=STOP:when="$when" -o "$trace" \
		"$daxbus" "$@" >"$BATS_TEST_TMPDIR/output" 2>&1 3>&- &
	tracer=$!
	while [[ -e /proc/$tracer && ! $pid ]]; do
		pause 0.05
		pid=$(sed -n 's/^\([0-9]*\) .*stopped by SIGSTOP.*/\1/p' "$trace")
	done
	[[ $pid ]] || wrong "the write was not reached" || return
	eval "$command"
	kill -CONT "$pid" 2>/dev/null || :
	status=0
	wait "$tracer" || status=$?
	echo "# daxbus $* (stopped after $path, $command): status $status" >&3
}

# shellcheck disable=SC2016 # stopped_after expands it
killed_after() { stopped_after "$1" "$2" 'kill -KILL $pid' "${@:3}"; }

# says ARG...: daxbus, without a fault
says() {
	run "$daxbus" "$@"
	echo "# daxbus $*: status $status" >&3
}

is_before() { [[ $(state) == "$before" ]] || wrong "the state is not the one of before: $(state)"; }
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
