#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Scripts as people write them for daxctl, which run unchanged with the front of daxbus. Two soft-reserved devices of
# 1 GiB; new memory stays offline. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086,SC2016
load guest

setup_file() {
	mkdir -p /opt/daxbus/front
	ln -sf ../daxbus /opt/daxbus/front/daxctl
}

setup() {
	export PATH=/opt/daxbus/front:$PATH
	daxctl reconfigure-device -f -m devdax all 2>/dev/null
	policy offline
	remember
}

teardown() {
	policy offline
	settled
}

# script STATUS [ARG...]: run the script on stdin
script() {
	local wanted=$1
	cat >"$BATS_TEST_TMPDIR/script"
	run bash "$BATS_TEST_TMPDIR/script" "${@:2}"
	[ "$status" -eq "$wanted" ] || wrong "exit status $status, not $wanted: $output"
}

@test "daxctl script: after a boot: policy off, mode switched, memory online, blocks counted" {
	script 0 <<-'END'
		set -e
		echo offline >/sys/devices/system/memory/auto_online_blocks
		mode=$(daxctl list -d dax0.0 | jq -r '.[0].mode')
		[ "$mode" = system-ram ] || daxctl reconfigure-device --no-online --mode=system-ram dax0.0
		daxctl online-memory dax0.0
		daxctl list -d dax0.0 | jq -e '.[0] | .online_memblocks == .total_memblocks and .movable'
		grep -q 'MemTotal' /sys/devices/system/node/node1/meminfo
	END
	is "kmem 8 movable" dax0.0
}

@test "daxctl script: switch for the run of a program: mode restored by its trap" {
	script 3 <<-'END'
		set -e
		restore() {
			daxctl offline-memory dax0.0 || true
			daxctl reconfigure-device --force --mode=devdax dax0.0
		}
		trap restore EXIT
		daxctl reconfigure-device --mode=system-ram --force dax0.0
		[ "$(awk '/MemTotal/ { print $4 }' /sys/devices/system/node/node1/meminfo)" -gt 0 ]
		exit 3
	END
	is device_dax dax0.0
}

@test "daxctl script: state file of all devices: modes restored" {
	daxctl reconfigure-device -m system-ram dax1.0
	script 0 "$BATS_TEST_TMPDIR/modes" <<-'END'
		set -e
		daxctl list | jq -r '.[] | "\(.chardev) \(.mode)"' >"$1"
		daxctl reconfigure-device -f -m devdax all
		[ "$(daxctl list | jq -r '[.[].mode] | unique[]')" = devdax ]
		while read -r device mode; do
			daxctl reconfigure-device -m "$mode" "$device"
		done <"$1"
	END
	is device_dax dax0.0
	is "kmem 8 movable" dax1.0
}

@test "daxctl script: region found by its size: device with another alignment" {
	script 0 <<-'END'
		set -e
		region=$(daxctl list -R | jq -r '[.[] | select(.size == 1073741824)][0].id')
		for device in $(daxctl list -r "$region" -D | jq -r '.[].chardev'); do
			daxctl disable-device "$device"
			daxctl destroy-device "$device"
		done
		daxctl list -R -r "$region" | jq -e '.[0].available_size == 1073741824'
		new=$(daxctl create-device -r "$region" -a 1G | jq -r '.[0].chardev')
		[ "$(daxctl list -d "$new" | jq '.[0].align')" = 1073741824 ]
		# as it was
		daxctl disable-device "$new" && daxctl destroy-device "$new"
		daxctl reconfigure-device -s 1G dax0.0
		daxctl enable-device dax0.0
	END
	is device_dax dax0.0
}

@test "daxctl script: playbook: second run changes nothing" {
	script 0 <<-'END'
		set -e
		play() {
			if [ "$(daxctl list -d dax0.0 -u | jq -r .mode)" = "$1" ]; then
				echo ok
			else
				daxctl reconfigure-device --human --mode="$1" dax0.0 >/dev/null && echo changed
			fi
		}
		[ "$(play system-ram 2>/dev/null) $(play system-ram) $(daxctl offline-memory dax0.0 2>/dev/null || echo failed) $(play devdax 2>/dev/null)" = 'changed ok  changed' ]
	END
	is device_dax dax0.0
}

@test "daxctl script: change of mode: permissions set" {
	script 0 <<-'END'
		set -e
		daxctl reconfigure-device -f -m devdax dax0.0
		node=$(daxctl list -d dax0.0 | jq -r '"/dev/" + .[0].chardev')
		chmod 666 "$node"
		[ "$(stat -c %a "$node")" = 666 ]
	END
}

@test "daxctl script: names cut out of the text: all devices" {
	script 0 <<-'END'
		daxctl list | grep chardev | cut -d '"' -f 4
		daxctl list -u | sed -n 's/.*"chardev":"\(.*\)",/\1/p'
		daxctl list -d dax0.0 | grep -q '"mode":"devdax"' && echo yes
	END
	[ "${output//$'\n'/ }" = 'dax0.0 dax1.0 dax0.0 dax1.0 yes' ]
}

@test "daxctl script: wait for the device: switched at the first try" {
	script 0 <<-'END'
		for ((i = 0; i < 30; i++)); do
			daxctl list -d dax0.0 | grep -q dax0.0 && break
			sleep 1
		done
		for ((i = 0; i < 5; i++)); do
			daxctl reconfigure-device --mode=system-ram dax0.0 && exit 0
			sleep 1
		done
		exit 1
	END
	is "kmem 8 movable" dax0.0
}

@test "daxctl script: unknown device: empty list, failure" {
	script 0 <<-'END'
		if [ -z "$(daxctl list -d dax7.0)" ] && ! daxctl online-memory dax7.0 2>/dev/null; then
			echo "no such device; there are $(daxctl list -D | jq length)"
		fi
		daxctl list -r 9 -R | jq length
	END
	[ "$output" = 'no such device; there are 2' ]
}

@test "daxctl script: failures: exit status of each" {
	script 0 <<-'END'
		daxctl reconfigure-device -m system-ram dax0.0 || exit
		daxctl reconfigure-device -m devdax dax0.0 && exit 1
		[ $? = 240 ] || exit
		daxctl disable-device dax0.0 && exit 1
		[ $? = 250 ] || exit
		daxctl online-memory dax0.0 && exit 1
		[ $? = 1 ] || exit
		daxctl create-device -r 0 && exit 1
		[ $? = 228 ] || exit
		daxctl reconfigure-device && exit 1
		[ $? = 129 ] || exit
		daxctl offline-memory dax0.0 && daxctl reconfigure-device -m devdax dax0.0
	END
	is device_dax dax0.0
}
