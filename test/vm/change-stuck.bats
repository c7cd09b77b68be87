#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Memory that stays online after kmem is unbound. Runs in the guest as its last file, with --expect for the message of
# the kernel.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

setup_file() {
	state_of dax1.0
	[[ $REPLY != stuck* ]] || return 0
	"$daxbus" reconfigure --mode=kmem dax1.0
	unbind dax1.0
}

@test "reconfigure, bind: device with stuck memory: refused (stuck-until-reboot)" {
	is "stuck*" dax1.0
	for command in "reconfigure --mode=kmem" "reconfigure --mode=devdax" "reconfigure --mode=devdax --force" \
		"bind --driver=kmem" "bind --driver=device_dax" bind; do
		daxbus_says 5 $command dax1.0 --json
		[ "$(result '"\(.result) \(.code)"')" = "refused stuck-until-reboot" ]
	done
	is "stuck*" dax1.0
}

@test "reconfigure: other device has stuck memory: to kmem and back" {
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	is device_dax dax0.0
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	is "kmem * movable" dax0.0
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	is device_dax dax0.0
}
