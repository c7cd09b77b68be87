#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Power lost while policies are applied at boot (vm --boot --reboots --no-setup): the first boot writes a policy, the second
# measures how long it takes to apply it, ten are cut off at another moment each, and the last shows what became of it. Runs in
# the guest, on hmem, in each boot that is not cut off.

# names of guest.bash, and what `run` sets
# shellcheck disable=SC2154
load guest

directory=/etc/daxbus/policy.d
moments=10

setup_file() {
	export boot
	boot=$(cat /etc/boot 2>/dev/null || echo 1)
}

teardown_file() {
	echo "# boot $boot, cut off so far: $(cat /etc/cut 2>/dev/null || echo 0)" >&3
	[ "$boot" -lt 3 ] || return 0
	echo $((boot + 1)) >/etc/boot
	touch /run/vm/again
}

layout() { json '.devices[] | select(.region == 0) | "\(.mappings[0].start) \(.mode) \(.memory.movable)"'; }

# is_applied: wait for the state of the policy
is_applied() {
	local wanted=$'4294967296 kmem 4\n4831838208 devdax null\n5100273664 null null' at='identity=range=0x100000000-*'
	if ! { "$daxbus" monitor --until=mode=kmem,movable=4 --timeout=60 "$at+0x0" &&
		"$daxbus" monitor --until=mode=devdax --timeout=60 "$at+0x20000000" &&
		"$daxbus" monitor --until=mode=none --timeout=60 "$at+0x30000000" &&
		[ "$(layout)" = "$wanted" ]; }; then
		wrong "$(layout; journalctl -b -t daxbus -o cat)"
	fi
}

# cut_off: from now on, boots are cut off: number N at N/10 of the time that the unit took
cut_off() {
	local begin end
	begin=$(systemctl show -P ExecMainStartTimestampMonotonic daxbus-policy.service)
	end=$(systemctl show -P ExecMainExitTimestampMonotonic daxbus-policy.service)
	echo "# the policy was applied in $(((end - begin) / 1000)) ms" >&3
	cat >/etc/cut-off <<-END
		n=\$(cat /etc/cut)
		[ "\$n" -lt $moments ] || exit 0
		echo \$((n + 1)) >/etc/cut
		sync
		until [ -e /run/daxbus/lock ]; do sleep 0.01; done
		sleep \$(((n * $(((end - begin) / moments)) + 1000) / 1000000)).\$(printf %06d \$(((n * $(((end - begin) / moments)) + 1000) % 1000000)))
		echo b >/proc/sysrq-trigger
	END
	cat >/etc/systemd/system/cut-off.service <<-END
		[Unit]
		DefaultDependencies=no
		Before=sysinit.target
		[Service]
		Type=simple
		ExecStart=/bin/bash /etc/cut-off
	END
	echo 0 >/etc/cut
	systemctl add-wants sysinit.target cut-off.service
}

@test "policy apply: power lost at ten moments of the boot: the next boot is in the state of the policy" {
	case $boot in
	1)
		mkdir -p $directory
		printf '%s\n' '[Match]' Provider=hmem Node=1 '[Device]' Size=512M Mode=kmem Online=movable \
			'[Device]' Size=256M Mode=devdax Owner=nobody '[Device]' Mode=none >$directory/50-three.conf
		return
		;;
	2) is_applied && cut_off && return ;;
	esac
	[ "$(cat /etc/cut)" = $moments ]
	is_applied
	daxbus_says 0 policy check
	[ ! -e /run/daxbus/journal ]
	[ "$(cat "$memory"/auto_online_blocks)" = online ]
	[ "$(find /etc/daxbus -type f)" = $directory/50-three.conf ]
	run systemctl --failed --no-legend
	[ "$output" = "" ]
}
