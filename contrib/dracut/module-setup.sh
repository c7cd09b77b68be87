#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# dracut: where there are policies, no driver of the initramfs takes a DAX device, as daxbus-policy-hold.service does it
# later. The policies are applied when the root file system is there. Run `dracut --force` after writing the first policy and
# after removing the last one.

check() {
	[[ $(ls -A "${dracutsysrootdir-}"/etc/daxbus/policy.d "${dracutsysrootdir-}"/usr/lib/daxbus/policy.d 2>/dev/null) == *.conf* ]] || return 255
}

depends() { :; }

install() { inst_hook pre-udev 10 "${moddir:?}/hold.sh"; }
