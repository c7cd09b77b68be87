#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Random reconfigure, online, offline, bind and unbind commands: 8, and 200 with DAXBUS_LONG=1. DAXBUS_SEED sets the
# seed, which is printed. Runs in the guest; see the script `random-commands`.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

@test "reconfigure, online, offline, bind, unbind: random sequence: result matches the device, machine whole" {
	count=8
	[ ! "${DAXBUS_LONG-}" ] || count=200
	echo "# $count commands, DAXBUS_SEED $DAXBUS_SEED" >&3
	"$BATS_TEST_DIRNAME/random-commands" $count "$(seed)"
}
