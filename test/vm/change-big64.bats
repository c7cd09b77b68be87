#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One device of 64 GiB or more, several hundred memory blocks, which switch for seconds: progress, and what becomes of a
# switch that ends on the way. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

setup_file() {
	blocks=$(($(<$devices/dax0.0/size) / 16#$(<$memory/block_size_bytes)))
	export blocks
	"$daxbus" reconfigure --mode=devdax dax0.0
}

setup() { remember; }

# counts WHAT: the numbers of blocks that lines of progress in $stderr show, one a line
counts() { sed -nE "s,.*: $1: ([0-9]+)/$blocks blocks.*,\1,p" <<<"$stderr"; }

# moves MODE WHAT: a change to this mode shows numbers that never decrease, about one a second, up to the last block
moves() {
	local begin=$SECONDS
	daxbus_says 0 reconfigure --mode="$1" --progress dax0.0
	counts "$2" >"$BATS_TEST_TMPDIR/counts"
	sort -nc "$BATS_TEST_TMPDIR/counts"
	[ "$(tail -n 1 "$BATS_TEST_TMPDIR/counts")" -eq $blocks ]
	((SECONDS - begin < 6)) || [ "$(sort -u "$BATS_TEST_TMPDIR/counts" | wc -l)" -ge 2 ]
}

# stop_at MODE BLOCK STATE SIGNAL: a change to this mode gets the signal once the state of that block of the device, counted
# from 0, is no longer STATE; its exit status in $ended, what it says in the file $said. No process runs in the meantime.
stop_at() {
	local file state=$3 waited=0 pid
	said=$BATS_TEST_TMPDIR/said
	# A shell lets its background processes ignore SIGINT.
	env --default-signal=INT "$daxbus" reconfigure --mode="$1" dax0.0 --progress >"$said" 2>&1 3>&- &
	pid=$!
	file=$memory/memory$(($(first_block dax0.0) + $2))/state
	until { read -r state <"$file"; } 2>/dev/null && [[ $state != "$3" ]]; do
		kill -0 $pid 2>/dev/null || break
		pause 0.01
		((++waited < 6000))
	done
	# The last block may have been the end of the work.
	kill -"$4" $pid 2>/dev/null || true
	ended=0
	wait $pid || ended=$?
}

# whole MODE: `daxbus recover` has nothing to do, and the device is in this mode with all of its memory
whole() {
	case $1 in
	kmem) is "kmem $blocks movable" dax0.0 ;;
	devdax) is device_dax dax0.0 ;;
	esac
	settled
}

@test "reconfigure: 64 GiB device: progress of the memory blocks, to kmem and back" {
	moves kmem "bringing memory online"
	whole kmem
	moves devdax "taking memory offline"
	whole devdax
}

@test "reconfigure: 64 GiB device, SIGINT half-way: undone" {
	stop_at kmem $((blocks / 2)) offline INT
	[ "$ended" -eq 1 ]
	grep -q "undone (interrupted)" "$said"
	whole devdax
}

@test "recover: 64 GiB device, killed half-way there and back: as before" {
	stop_at kmem $((blocks / 2)) offline KILL
	[ "$ended" -eq 137 ]
	[ -e /run/daxbus/journal ]
	daxbus_says 0 recover
	whole devdax
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	stop_at devdax $((blocks / 2)) online KILL
	[ "$ended" -eq 137 ]
	daxbus_says 0 recover
	whole kmem
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	whole devdax
}

@test "reconfigure, recover: 64 GiB device, ten random moments: as before, or changed" {
	[ "${DAXBUS_LONG-}" ] || skip "only with --long"
	RANDOM=$(seed moments)
	for moment in {1..10}; do
		from=devdax to=kmem state=offline signal=INT
		((RANDOM % 2 == 0)) || signal=KILL
		if ((RANDOM % 2)); then
			from=kmem to=devdax state=online
			daxbus_says 0 reconfigure --mode=kmem dax0.0
		fi
		block=$((RANDOM % blocks))
		note "$moment: to $to, SIG$signal at block $block"
		stop_at $to $block $state $signal
		echo "to $to, SIG$signal at block $block: exit status $ended"
		cat "$said"
		daxbus_says 0 recover
		# The signal can come after the last step.
		if [ "$ended" -eq 0 ]; then whole $to; else whole $from; fi
		daxbus_says 0 reconfigure --mode=devdax dax0.0
	done
}
