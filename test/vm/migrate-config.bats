#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The device model of the next boot: the prediction of `daxbus migrate`, compared with what the kernel and modprobe do. A
# boot is simulated: the drivers are unloaded, and modprobe loads one for the alias of the nd device, as udev does. Runs
# in the guest, on persistent memory.

# names of guest.bash, and what `run` sets
# shellcheck disable=SC2154
load guest

# With --force, apply does not look for users of the class: scanning every file takes an emulated processor minutes.

file=/etc/modprobe.d/daxbus-migrate.conf

setup_file() {
	# The guest sees the files of the host.
	rm -f /etc/modprobe.d/*dax*.conf
	export from_the_start
	from_the_start=$(predicted)
}

# Other files of tests expect the model that the set-up of the machine chose.
teardown_file() { ! has_choice || "$daxbus" reconfigure --mode=compat dax0.0; }

teardown() { rm -f "$file" /etc/modprobe.d/test*.conf; }

has_choice() { [ "$(kernel)" = 5.10 ]; }

predicted() { "$daxbus" migrate status --json | jq -r '.boots[0].model'; }

# boot: unload the drivers, let modprobe load one for the nd device, and print the resulting model
boot() {
	local module modalias
	for module in dax_pmem_compat dax_pmem; do
		[ ! -e "/sys/module/$module" ] || rmmod "$module"
	done
	[ "$(json '.devices | length')" = 0 ] || wrong 'there is a device without a driver'
	modalias=$(cat /sys/bus/nd/devices/dax0.0/modalias)
	[ "$modalias" = nd:t7 ] || wrong "the nd device asks for $modalias"
	# Like udev, ignore that there may be no module.
	modprobe "$modalias" || :
	modprobe device_dax
	json '.devices[0].model // "none"'
}

@test "migrate status: after set-up: active model and prediction match the kernel" {
	local model answer=$BATS_TEST_TMPDIR/answer
	model=$(json '.devices[0].model')
	[ "$from_the_start" = "$model" ]
	"$daxbus" migrate status --json >"$answer"
	[ "$(jq -r .active "$answer")" = "$model" ]
	[ "$(jq -r .kernel "$answer")" = "$(uname -r)" ]
	[ "$(jq -r '.devices[0] | .device, .nd_device' "$answer" | paste -sd' ')" = 'dax0.0 dax0.0' ]
	[ "$(jq -r '.devices[0].nd_driver' "$answer")" = \
		"$(basename "$(readlink /sys/bus/nd/devices/dax0.0/driver)")" ]
	if has_choice; then
		[ "$model" = class ]
		[ "$(jq -c '.boots[0].models' "$answer")" = '["bus","class"]' ]
	else
		[ "$model" = bus ]
		[ "$(jq -c '.boots[0].models' "$answer")" = '["bus"]' ]
	fi
	"$daxbus" migrate status | grep -q "^  dax0.0: $model; nd device dax0.0, driver dax_pmem"
}

@test "migrate apply, migrate revert: next boot: bus with the file, class without" {
	has_choice || skip 'this kernel has only the bus'
	daxbus_says 0 migrate apply --force --json
	[ "$(result '[.result, .from, .to] | join(" ")')" = 'changed class bus' ]
	[ "$(predicted)" = bus ]
	# The device of the running system has not changed.
	[ "$(device dax0.0 .model)" = class ]
	[ "$("$daxbus" migrate status --json | jq -r .next)" = \
		"Reboot, or have 'daxbus migrate apply --now' move the devices." ]
	[ "$(boot)" = bus ]
	[ "$("$daxbus" migrate status --json | jq -r '"\(.active) \(.next)"')" = 'bus null' ]
	assert_same_view
	# The boot after that gives the same.
	[ "$(boot)" = bus ]
	daxbus_says 0 migrate apply --force --json
	[ "$(result .result)" = unchanged ]
	daxbus_says 0 migrate revert --json
	[ "$(result '[.result, .from, .to] | join(" ")')" = 'changed bus class' ]
	[ ! -e "$file" ]
	[ "$(predicted)" = class ]
	[ "$(boot)" = class ]
}

@test "migrate apply, migrate revert: daxctl.conf is a link in modprobe.d: unchanged, refused" {
	has_choice || skip 'this kernel has only the bus'
	[ -e /usr/share/daxctl/daxctl.conf ] || skip 'there is no daxctl.conf here'
	ln -s /usr/share/daxctl/daxctl.conf /etc/modprobe.d/test-daxctl.conf
	[ "$("$daxbus" migrate status --json | jq -r '.lines[0].writer')" = daxctl ]
	daxbus_says 0 migrate apply --force --json
	[ "$(result .result)" = unchanged ]
	[ "$(boot)" = bus ]
	remember
	refuses modprobe-conflict migrate revert
}

# Each is a configuration, with ';' between its lines. The prediction must be what the kernel and modprobe do.
configurations=(
	''
	'blacklist dax_pmem_compat'
	'blacklist dax-pmem'
	'alias nd:t7* dax_pmem'
	'alias nd:t7 dax-pmem'
	'alias nd:t7: dax_pmem'
	'alias nd:* dax_pmem_compat;alias nd:t7* dax_pmem'
	'alias nd:t7* dax_pmem;alias nd:* dax_pmem_compat'
	'alias nd:t7* dax_pmem_compat;alias nd:t7* dax_pmem;blacklist dax_pmem_compat'
	'alias nd:t7* off'
	'alias nd:t7* off;alias nd:t7* dax_pmem'
	'alias nd:t7* dax_pmem;install dax_pmem /bin/true'
	'alias nd:t7* dax_pmem;softdep dax_pmem pre: dax_pmem_compat'
	'alias nd:t7* dax_pmem;softdep dax_pmem pre: dax_pmem_compat;blacklist dax_pmem_compat'
	'alias nd:t7* dax_pmem;softdep dax_pmem post: dax_pmem_compat'
	'alias nd:t7* dax_pmem;install dax_pmem'
	'alias nd:t7* dax_pmem;install dax_pmem  '
	'alias nd:t7* dax_pmem;install dax-p*m /bin/true;install dax_pmem modprobe -i dax_pmem'
	'alias nd:t7* dax_pmem;blacklist dax_p*'
	'alias nd:t7* dax_pmem;softdep dax_p* pre: libnvdimm;softdep dax_pmem pre: dax_pmem_compat'
	'alias nd:t7* dax_pmem;softdep dax-p* pre: dax-pmem-compat;softdep dax_pmem pre: libnvdimm'
	'alias \;nd:t7* \; dax_pmem'
	'# alias nd:t7* off \;alias nd:t7* dax_pmem'
	' # comment;Alias nd:t7* dax_pmem;alias nd:t7*'
)

@test "migrate status: configurations of modprobe.d: prediction matches modprobe" {
	local lines is got n=${#configurations[@]}
	# On a kernel with one model a few are enough.
	has_choice || [ "${DAXBUS_LONG-}" ] || n=6
	for lines in "${configurations[@]:0:n}"; do
		tr ';' '\n' <<<"$lines" >/etc/modprobe.d/test.conf
		is=$(predicted)
		got=$(boot)
		[ "$is" = "$got" ] || wrong "'$lines': $is is predicted, and the boot gives $got"
	done
}

@test "migrate status: same file name in two directories of modprobe.d: first one counts" {
	has_choice || skip 'this kernel has only the bus'
	mkdir -p /run/modprobe.d
	echo 'alias nd:t7* dax_pmem' >/etc/modprobe.d/test.conf
	echo 'alias nd:t7* dax_pmem_compat' >/run/modprobe.d/test.conf
	[ "$(predicted)" = bus ] && [ "$(boot)" = bus ]
	mv /run/modprobe.d/test.conf /run/modprobe.d/00.conf
	[ "$(predicted)" = class ] && [ "$(boot)" = class ]
	ln -s /dev/null /etc/modprobe.d/00.conf
	[ "$(predicted)" = bus ] && [ "$(boot)" = bus ]
	rm /run/modprobe.d/00.conf /etc/modprobe.d/00.conf
	echo 'alias nd:t7* dax_pmem_compat' >/etc/modprobe.d/test.alias
	[ "$(predicted)" = class ] && [ "$(boot)" = class ]
	rm /etc/modprobe.d/test.alias
}

@test "migrate apply, migrate revert: kernel with the bus only: refused, nothing written" {
	if has_choice; then skip 'this kernel has both'; fi
	remember
	refuses no-compat-driver migrate apply
	refuses no-compat-driver migrate apply --force
	refuses no-compat-driver migrate revert
	[ ! -e "$file" ]
	daxbus_says 5 migrate apply
	both_say 'there is nothing to switch'
}
