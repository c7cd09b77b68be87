#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Random create, resize, destroy and reconfigure commands, compared with a model: 6 commands, and 300 with DAXBUS_LONG=1.
# DAXBUS_SEED sets the seed, which is printed. Runs in the guest; see the script `model-test`.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

@test "create, resize, destroy, reconfigure: random sequence: devices and free memory as in the model" {
	count=6
	[ ! "${DAXBUS_LONG-}" ] || count=300
	echo "# $count commands, DAXBUS_SEED $DAXBUS_SEED" >&3
	"$daxbus" reconfigure --mode=devdax dax0.0 dax1.0
	remember
	run "$BATS_TEST_DIRNAME/model-test" $count "$(seed)"
	printf '%s\n' "$output"
	[ "$status" -eq 0 ]
	echo "# $(grep 'commands:' <<<"$output")" >&3
	settled
}
