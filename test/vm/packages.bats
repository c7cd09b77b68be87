#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The Debian packages in a fresh Debian 12 (vm --boot --no-install): installed, upgraded, removed and purged, while memory is in
# use. DAXBUS_PACKAGES is a directory with the packages in `first`, the same with another version in `second`, and the real package
# daxctl in `peer`. Runs in the guest.

# names of guest.bash, and what `run` sets
# shellcheck disable=SC2154
load guest

export PATH=/opt/jq:/usr/sbin:/usr/bin:/sbin:/bin
policy=/etc/daxbus/policy.d/10-test.conf

# install DIRECTORY NAME...: with apt, which resolves conflicts; the machine has no network, so what is missing is an error
install_from() {
	local directory=/run/host$DAXBUS_PACKAGES/$1 name files=()
	shift
	for name; do files+=("$directory/${name}"_*.deb); done
	DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "${files[@]}" 2>&1
}

# memory_state: what packages must not change: drivers, memory blocks and their zones, settings of the kernel, what is used where
memory_state() {
	local device
	for device in "$devices"/dax*; do echo "${device##*/} $(readlink "$device/driver") $(cat "$device/size")"; done
	grep -r . /sys/devices/system/memory/memory*/{state,valid_zones} /sys/devices/system/memory/auto_online_blocks
	grep -h MemTotal /sys/devices/system/node/node*/meminfo
	cat /sys/bus/dax/drivers_autoprobe
}

# Starts of units of daxbus since the boot. Events of udev may start one after a change, so wait for them.
units_started() {
	udevadm settle
	systemctl is-system-running --wait >/dev/null || true
	journalctl -q -u 'daxbus*' -o cat | grep -c '^Starting' || true
}

# unchanged COMMAND...: it succeeds and starts no unit, and the memory is afterwards as it was before
unchanged() {
	local before after
	before=$(units_started; memory_state)
	"$@" || return
	after=$(units_started; memory_state)
	[ "$before" = "$after" ] || wrong "$(diff <(echo "$before") <(echo "$after"))"
}

installed_version() { dpkg-query -W -f '${db:Status-Abbrev}${Version}' "$1" 2>/dev/null; }

@test "packages: install: nothing starts, and memory is as before" {
	run ! type -P daxbus
	modprobe kmem
	# One device that the kernel uses, as on a machine that daxctl has configured
	bind dax0.0 kmem
	echo online_movable >/sys/devices/system/memory/memory"$(first_block dax0.0)"/state
	unchanged install_from first daxbus libdaxbus0 libdaxbus-dev
	[ "$(daxbus list -n -r -o DEVICE,ONLINE dax0.0)" = 'dax0.0 1' ]
	[ -d /etc/daxbus/policy.d ]
	[ "$(systemctl is-enabled daxbus-metrics.timer)" = disabled ]
	[ "$(systemctl --failed --no-legend)" = '' ]
	run systemd-analyze verify --man=no daxbus-policy.service daxbus-policy-hold.service daxbus-recover.service daxbus-metrics.timer
	[ "$status" = 0 ] && [ "$output" = '' ] || wrong "$output"
	[ -e /usr/lib/systemd/system/sysinit.target.wants/daxbus-policy.service ]
}

@test "packages: install: rules of udev, completion and library are where their users search" {
	udevadm trigger --settle --subsystem-match=dax
	[ "$(readlink -f /dev/dax/by-range/0x100000000-0x13fffffff)" = /dev/dax0.0 ] || wrong "$(ls -lR /dev/dax)"
	[ -e /usr/share/bash-completion/completions/daxbus ]
	[ -e /usr/share/zsh/vendor-completions/_daxbus ]
	[ -e /usr/share/fish/vendor_completions.d/daxbus.fish ]
	[[ $(ldconfig -p) == *libdaxbus.so.0* ]]
	[ -e /usr/include/daxbus.h ]
}

@test "demo: installed package: runs to its end" {
	run bash "$(dirname "$BATS_TEST_FILENAME")/../../contrib/demo-guest"
	[ "$status" = 0 ] || wrong "$output"
	[[ $output == *'daxbus reconfigure --mode=kmem dax0.0'*'destroy the new devices'*region0* ]] || wrong "$output"
	[ "$(daxbus list -n -r -o MODE,SIZE dax0.0)" = 'devdax 1G' ] || wrong "$(daxbus list)"
}

@test "packages: upgrade: policies, memory and its users are as before" {
	daxbus reconfigure --mode=kmem dax0.0
	units_started
	[ "$(daxbus list -n -r -o MODE,MOVABLE dax0.0)" = 'kmem 8' ]
	daxbus policy save region0 >/dev/null || wrong "$(daxbus policy save region0 2>&1)"
	cp /etc/daxbus/policy.d/*.conf /run/saved.conf
	mv /etc/daxbus/policy.d/*.conf "$policy"
	local before
	before=$(installed_version daxbus)
	unchanged install_from second daxbus libdaxbus0 libdaxbus-dev
	[ "$(installed_version daxbus)" != "$before" ]
	cmp "$policy" /run/saved.conf
	daxbus policy check
}

@test "daxbus-daxctl: daxctl is installed: takes its place, and gives it back" {
	install_from peer daxctl
	[ "$(daxctl --version)" != 85 ]
	unchanged install_from second daxbus-daxctl
	[[ $(installed_version daxctl) != ii* ]]
	[ "$(daxctl --version)" = 85 ]
	[ "$(daxctl list -d dax0.0 | jq -r '.[0].mode')" = system-ram ]
	run dpkg -i /run/host"$DAXBUS_PACKAGES"/peer/daxctl_*.deb
	[ "$status" != 0 ]
	unchanged dpkg -r daxbus-daxctl
	run ! type -P daxctl
	install_from peer daxctl
	[ "$(daxctl --version)" != 85 ]
	dpkg -r daxctl
}

@test "packages: remove: policies and memory stay" {
	unchanged dpkg -r daxbus
	run ! type -P daxbus
	cmp "$policy" /run/saved.conf
	[[ $(installed_version libdaxbus0) == ii* ]]
}

@test "packages: install again: nothing starts although there is a policy" {
	unchanged install_from second daxbus
	daxbus policy check
}

@test "packages: remove with held drivers: drivers take new devices again" {
	systemctl start daxbus-policy-hold.service
	[ "$(cat /sys/bus/dax/drivers_autoprobe)" = 0 ]
	dpkg -r daxbus
	[ "$(cat /sys/bus/dax/drivers_autoprobe)" = 1 ]
	install_from second daxbus
}

@test "packages: purge: policies and memory stay" {
	unchanged dpkg -P daxbus libdaxbus-dev libdaxbus0
	cmp "$policy" /run/saved.conf
	[ "$(cat "$devices"/dax0.0/target_node)" = 1 ]
	run find /usr /etc /var/lib/dpkg/info -name '*daxbus*' ! -path "${PWD%/build/*}/*"
	[ "$output" = /etc/daxbus ] || wrong "$output"
}

@test "packages: purge without policies: /etc/daxbus is gone" {
	rm "$policy"
	install_from second daxbus
	dpkg -P daxbus
	[ ! -e /etc/daxbus ]
}
