#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others
#
# drain: what needs no device. See test/vm/drain.bats for the rest.

load cli

trees=$BATS_TEST_DIRNAME/../sysroots

@test "drain: no selector, bad option values: exit 2" {
	daxbus drain
	is_status 2
	[[ $stderr == *'SELECTOR'* ]] || mismatch selector
	daxbus drain --huge-pages=keep dax0.0
	is_status 2
	[[ $stderr == *"'huge-pages' cannot be 'keep': it is shrink or move"* ]] || mismatch word
	daxbus drain --timeout=0 dax0.0
	is_status 2
	daxbus offline --huge-pages=move dax0.0 --dry-run
	is_status 2
	[[ $stderr == *"'huge-pages' requires 'make-room'"* ]] || mismatch requires
	daxbus offline --drop-caches dax0.0 --dry-run
	is_status 2
	daxbus offline --make-room --huge-pages=shrink --sysroot "$trees/7.3-hmem" dax7.0 --dry-run
	is_status 3
}

@test "drain: unknown device: exit 3" {
	daxbus drain --sysroot "$trees/7.3-hmem" dax7.0 --dry-run
	is_status 3
	is_output ''
}

@test "drain: captured tree: plan without a forecast, says why" {
	daxbus drain --sysroot "$trees/7.3-hmem" mode=kmem --dry-run --json
	[[ $stderr == *'daxbus: no forecast: a captured tree has no flags of pages'* ]] || mismatch reason
	[[ $(json .forecasts) == '[]' ]] || mismatch forecasts
	[[ $(json '.results[0].steps | map(.kind)') == *'"migrate","offline"'* ]] || mismatch steps
	daxbus offline --sysroot "$trees/7.3-hmem" mode=kmem --dry-run --json
	[[ $(json .forecasts) == null ]] || mismatch null
}

@test "drain: captured tree, without --dry-run: refused" {
	daxbus drain --sysroot "$trees/7.3-hmem" mode=kmem
	is_status 5
}
