#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command line of daxctl, answered by daxbus, on persistent memory: the configuration of daxctl, and commands that the
# region does not permit. Runs in the guest.

# names of guest.bash, and paths that have no spaces
# shellcheck disable=SC2154,SC2086
load guest

real=$(type -P daxctl)
front=/opt/daxbus/front/daxctl
config=/etc/daxctl.conf.d

setup_file() {
	mkdir -p ${front%/*} $config
	ln -sf ../daxbus $front
}

setup() {
	rm -f $config/*.conf
	bind dax0.0 device_dax
}

teardown_file() { rm -rf $config; }

# says STATUS TEXT ARG...: the front exits with that status, and prints the text on stderr
says() {
	run --separate-stderr "$front" "${@:3}"
	[ "$status" -eq "$1" ] || wrong "daxctl ${*:3}: exit status $status, not $1: $stderr"
	[[ $stderr == *"$2"* ]] || wrong "daxctl ${*:3} does not say '$2': $stderr"
}

@test "daxctl: pmem: same list as daxctl" {
	diff <($real list -DRM | jq -c 'sort_by(.id)') <($front list -DRM | jq -c 'sort_by(.id)')
}

@test "daxctl: pmem: create-device and destroy-device: refused, device as before" {
	says 228 'error creating devices: No space left on device' create-device -r 0
	says 250 'is active, specify --force' destroy-device dax0.0
	says 250 'data-loss' destroy-device -f dax0.0
	is device_dax dax0.0
	says 250 'failed to set size' reconfigure-device -s 1G dax0.0
	unbind dax0.0
	says 250 'static-region' reconfigure-device -s 1G dax0.0
	says 250 'data-loss' destroy-device dax0.0
	says 0 'enabled 1 device' enable-device dax0.0
	is device_dax dax0.0
}

@test "daxctl: pmem: reconfigure-device --check-config: section of the namespace, none, malformed" {
	local uuid program
	uuid=$(json '.regions[] | select(.region == 0).pmem.uuid')
	printf '[reconfigure-device other]\nnvdimm.uuid = 00000000-0000-0000-0000-000000000001\nmode = devdax\n' >$config/a.conf
	unbind dax0.0
	for program in $real $front; do
		run "$program" reconfigure-device -C dax0.0
		[ "$status" -eq 0 ]
		[[ $output == *'missing or malformed config section' ]]
		is none dax0.0
		run "$program" reconfigure-device -C -m devdax dax0.0
		[ "$status" -eq 129 ]
	done
	printf '[reconfigure-device this]\nnvdimm.uuid = %s\nmode = devdax\n' "$uuid" >$config/b.conf
	for program in $real $front; do
		unbind dax0.0
		run --separate-stderr "$program" reconfigure-device --check-config /dev/dax0.0
		[ "$status" -eq 0 ] || wrong "$program: $stderr"
		[ "$(jq -r '.[].mode' <<<"$output")" = devdax ]
		is device_dax dax0.0
	done
	printf '[reconfigure-device this]\nnvdimm.uuid = %s\nmode = devdax\nonline = perhaps\n' "$uuid" >$config/b.conf
	says 234 'it is not a configuration of daxctl' reconfigure-device -C dax0.0
}
