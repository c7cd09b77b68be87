#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Random histories of changes, undone to the first state: see the script `random-undo`. 6 histories, and 300 with DAXBUS_LONG=1, then
# some memory goes online in zone Normal, too. Soft-reserved memory, of which new memory stays offline; the less of it, the faster.
# Runs in the guest.

load guest

@test "undo: random histories: first state, and each state on the way" {
	count=6 zones=""
	[ ! "${DAXBUS_LONG-}" ] || count=300 zones=kernel
	echo "# $count histories, DAXBUS_SEED $DAXBUS_SEED" >&3
	"$BATS_TEST_DIRNAME/random-undo" $count "$(seed)" $zones >&3
}
