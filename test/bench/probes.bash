# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What is measured on a simulated machine (in-tree) or in a virtual one: functions that print lines
# "key tool value".

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# Where the programs are: `make` runs tests and benchmarks in the build directory's root.
build=$PWD
[[ -x $build/test/bench/make-tree ]] || build=$here/../..
export BENCH_BUILD=${BENCH_BUILD:-$build/test/bench}
export BENCH_DAXBUS=${BENCH_DAXBUS:-$build/daxbus/daxbus}

scratch=$(mktemp -d "${TMPDIR:-/tmp}/daxbus-bench.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

say() { printf 'bench: %s\n' "$*" >&2; }
have() { type -P "$1" >/dev/null; }

# tools: those that can be measured here
tools() {
	echo daxbus
	# daxctl looks at /sys and nowhere else.
	if have daxctl && [[ ${BENCH_PRIVATE-} ]]; then echo daxctl; fi
}

# tool NAME ARG...: fill these with the command line of a tool
words=() environment=()
tool() {
	environment=() words=("$@")
	[[ $1 == daxbus ]] || return 0
	words[0]=$BENCH_DAXBUS
	if [[ -v BENCH_TREE && ! $BENCH_PRIVATE && $2 != --version ]]; then
		words+=(--sysroot "$BENCH_TREE")
	fi
}

# The tracer, and what it takes to run it.
strace=(strace)

# count KEY TOOL ARG...: opens, system calls and shared libraries of one run
count() {
	local key=$1 name=$2
	local -a words environment
	shift
	tool "$@"
	count_words "$key" "$name"
}

# count_words KEY TOOL: of the command line in `words`
count_words() {
	local key=$1 name=$2
	local -a options=("${environment[@]/#/--env=}" -f -qq)
	"${strace[@]}" "${options[@]}" -c -U name,calls -o "$scratch/counts" "${words[@]}" >"$scratch/output" 2>&1
	awk -v key="$key" -v tool="$name" '
		$1 == "total" { print key ".calls", tool, $2 }
		$1 ~ /^open(at|at2)?$/ { opens += $2 }
		END { print key ".opens", tool, opens + 0 }' "$scratch/counts"
}

# libraries KEY TOOL ARG...: how many shared libraries one run loads, the loader left out
libraries() {
	local key=$1 name=$2
	local -a words environment
	shift
	tool "$@"
	strace "${environment[@]/#/--env=}" -f -qq -e trace=openat -e status=successful -o "$scratch/opens" \
		"${words[@]}" >"$scratch/output" 2>&1
	printf '%s.libraries %s %s\n' "$key" "$name" "$(grep -cE '\.so(\.[0-9.]+)?"' "$scratch/opens")"
}

# clock KEY SAMPLES TOOL ARG... [--- TOOL ARG...]...: median times in microseconds, and peak memory in KiB
clock() {
	local key=$1 samples=$2 name time user peak
	local -a words environment part names=() line=()
	shift 2
	while (($#)); do
		part=()
		while (($#)) && [[ $1 != --- ]]; do
			part+=("$1")
			shift
		done
		shift || true
		tool "${part[@]}"
		names+=("${part[0]}")
		((${#line[@]} == 0)) || line+=(---)
		line+=("${environment[@]}" "${words[@]}")
	done
	if ! "$BENCH_BUILD/stopwatch" -s "$samples" "${line[@]}" >"$scratch/times" 2>"$scratch/errors"; then
		sort -u "$scratch/errors" >&2
		return 1
	fi
	for name in "${names[@]}"; do
		read -r time user peak <&3
		printf '%s %s %s\n' "$key.time" "$name" "$time" "$key.user" "$name" "$user" "$key.peak" "$name" "$peak"
	done 3<"$scratch/times"
}

# clock_bare KEY SAMPLES ARG...: the time of nothing but the system calls that look at each memory block
clock_bare() {
	local key=$1 time
	"$BENCH_BUILD/stopwatch" -s "$2" "$BENCH_BUILD/bare-list" "${@:3}" >"$scratch/times" || return
	read -r time _ <"$scratch/times"
	printf '%s.time bare %s\n' "$key" "$time"
}

# measure KEY SAMPLES ARG...: everything about `TOOL ARG...` for each tool
measure() {
	local key=$1 samples=$2 name
	local -a line=()
	shift 2
	for name in $(tools); do
		count "$key" "$name" "$@"
		((${#line[@]} == 0)) || line+=(---)
		line+=("$name" "$@")
	done
	clock "$key" "$samples" "${line[@]}"
}

# A simulated machine: `list` of everything there. As a captured tree, it has no page flags.
probe_tree() {
	measure "$1" "$2" list
	if [[ $1 == @(shared|scattered) ]]; then
		local -a line=(daxbus list --sysroot "$BENCH_TREE")
		[[ $(tools) != *daxctl* ]] || line+=(--- daxctl list)
		clock "captured-$1" "$2" "${line[@]}"
		clock_bare "$1" "$2" flags "$BENCH_TREE"
		clock_bare "captured-$1" "$2" files "$BENCH_TREE"
	fi
	[[ $1 != one ]] || for_each_tool libraries one list
	if [[ ${3-} == lsmem && $BENCH_PRIVATE ]] && have lsmem; then
		count "$1" lsmem
		clock "$1" "$2" lsmem
	fi
}

# The same machine: its memory blocks, as ranges and each of them.
probe_blocks() {
	local -a lsmem=() all=()
	if [[ $BENCH_PRIVATE ]] && have lsmem; then lsmem=(--- lsmem) all=(--- lsmem --all); fi
	clock blocks "$1" daxbus list --blocks "${lsmem[@]}"
	clock split "$1" daxbus list --blocks --split "${all[@]}"
	clock document "$1" daxbus list --blocks --json
}

# for_each_tool FUNCTION KEY ARG...
for_each_tool() {
	local function=$1 key=$2 name
	shift 2
	for name in $(tools); do
		"$function" "$key" "$name" "$@"
	done
}

probe_version() {
	local -x BENCH_PRIVATE=yes
	measure version 11 --version
	for_each_tool libraries version --version
}

# A virtual machine with 16 GiB in dax0.0: shrink it to make room for a thousand devices beside it.
# time_create TOOL ARGUMENT...: microseconds that this takes
time_create() {
	local -a words environment
	tool "$@"
	run_switch
	echo "$took"
}

run_daxbus() {
	local -a words environment
	local took
	tool daxbus "$@"
	run_switch
}

# one_more KEY: by each tool in turn; it is gone again
one_more() {
	printf '%s.time daxbus %s\n' "$1" "$(time_create daxbus create --region=0 --size=4M --json)"
	run_daxbus destroy "$(sed -nE 's/.*"device": *"([^"]*)".*/\1/p' "$scratch/output")"
	have daxctl || return 0
	printf '%s.time daxctl %s\n' "$1" "$(time_create daxctl create-device --region=0 --size=4M)"
	run_daxbus destroy "$(sed -nE 's/.*"chardev":"([^"]*)".*/\1/p' "$scratch/output")"
}

# A hundred devices, and a thousand: what each of them takes, and what one more does.
probe_created() {
	local took name hundred thousand
	hundred=$(($(time_create daxbus create --region=0 --size=4M --count=100) / 100))
	printf 'created100.time daxbus %s\n' $hundred
	one_more beside100
	for name in /sys/bus/dax/devices/dax0.*; do
		[[ $name == */dax0.0 ]] || run_daxbus destroy "${name##*/}"
	done
	thousand=$(($(time_create daxbus create --region=0 --size=4M --count=1000) / 1000))
	printf 'created1000.time daxbus %s\n' $thousand
	one_more beside1000
	printf 'created1000.growth daxbus %s\n' $((thousand * 100 / hundred))
}

probe_machine() {
	local -x BENCH_PRIVATE=yes
	local bus=/sys/bus/dax
	# On an emulated machine the tracer spins until the other processor has stopped, which may
	# be waiting for this one: a hundred times slower than both on one processor.
	strace=(taskset --cpu-list 0 strace)
	echo dax0.0 >$bus/drivers/device_dax/unbind
	echo 4194304 >$bus/devices/dax0.0/size
	echo dax0.0 >$bus/drivers/device_dax/bind
	count single daxbus list
	clock single 5 daxbus list
	probe_created
	measure many 5 list
	count among daxbus list dax0.1
	count among daxctl list -d dax0.1
	clock among 5 daxbus list dax0.1 --- daxctl list -d dax0.1
}

# switch_by TOOL MODE: fill `words` and `environment` with how a tool brings dax0.0 into a mode
switch_by() {
	case $1:$2 in
	bare:*)
		environment=() words=("$BENCH_BUILD/bare-switch" "$2" dax0.0)
		;;
	hole:*)
		environment=() words=("$BENCH_BUILD/bare-switch" "$2" dax0.0 hole)
		;;
	daxctl:kmem) tool daxctl reconfigure-device -m system-ram dax0.0 ;;
	daxctl:devdax) tool daxctl reconfigure-device -f -m devdax dax0.0 ;;
	*) tool daxbus reconfigure --mode="$2" dax0.0 ;;
	esac
}

# run_switch: run that; its time in microseconds in `took`
run_switch() {
	local begin=$EPOCHREALTIME end
	if ! env "${environment[@]}" "${words[@]}" >"$scratch/output" 2>&1; then
		cat "$scratch/output" >&2
		say "failed: ${words[*]}"
		return 1
	fi
	end=$EPOCHREALTIME
	took=$((${end/./} - ${begin/./}))
}

# clock_switch: run that once; its time in microseconds and its peak memory in KiB in `took` and `peak`
clock_switch() {
	if ! "$BENCH_BUILD/stopwatch" -1 "${environment[@]}" "${words[@]}" >"$scratch/times" 2>"$scratch/errors"; then
		sort -u "$scratch/errors" >&2
		say "failed: ${words[*]}"
		return 1
	fi
	read -r took _ peak <"$scratch/times"
	took=${took%.*}
}

# The same memory in two devices of one node, and every other block offline: each of them is looked up.
probe_blocks_of_machine() {
	local i memory=/sys/devices/system/memory first
	run_daxbus resize --size=32G dax0.0
	run_daxbus reconfigure --mode=kmem dax0.0
	run_daxbus create --region=0 --mode=kmem
	first=$(($(</sys/bus/dax/devices/dax0.0/mapping0/start) / 0x$(<$memory/block_size_bytes)))
	count online512 daxbus list
	for ((i = 1; i < 512; i += 2)); do echo offline >$memory/memory$((first + i))/state; done
	measure blocks512 3 list
}

# A virtual machine with dax0.0 in 128 memory blocks or more: to kmem and back SAMPLES times, by each tool in turn. No tool
# can be faster than the bare writes in the best order.
probe_switch() {
	local -x BENCH_PRIVATE=yes
	local name mode i took peak samples=$1
	modprobe kmem
	local -a words environment tools=(bare hole daxbus)
	! have daxctl || tools+=(daxctl)
	# Newer kernels bind it to kmem at once, or to nothing.
	run_daxbus reconfigure --mode=devdax dax0.0
	strace=(taskset --cpu-list 0 strace)
	for name in "${tools[@]}"; do
		for mode in kmem devdax; do
			switch_by "$name" $mode
			count_words "$mode" "$name"
		done
	done
	for ((i = 0; i < samples; i++)); do
		for name in "${tools[@]}"; do
			for mode in kmem devdax; do
				switch_by "$name" $mode
				clock_switch
				echo "$took" >>"$scratch/$mode-$name"
				echo "$peak" >>"$scratch/peak-$name"
			done
			# there and back as one
			paste "$scratch"/{kmem,devdax}-"$name" | awk '{ print $1 + $2 }' >"$scratch/both-$name"
		done
	done
	for name in "${tools[@]}"; do
		for mode in kmem devdax both; do
			printf '%s.time %s %s\n' "$mode" "$name" \
				"$(sort -n "$scratch/$mode-$name" | head -n 1)"
		done
		printf 'both.peak %s %s\n' "$name" "$(sort -n "$scratch/peak-$name" | tail -n 1)"
	done
	(($(</sys/bus/dax/devices/dax0.0/size) < 64 << 30)) || probe_blocks_of_machine
}
