#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which device model the next boot gives: what `daxbus migrate` promises, and what the kernel and modprobe then do. A boot
# is played: no driver is loaded, and the nd device asks for one, as it does when udev hears of it. Runs inside the
# machine, on persistent memory.

# names of guest.bash, and what `run` sets
# shellcheck disable=SC2154
load guest

# apply has --force here: users are looked for in every file of the system, which takes an emulated processor minutes.

file=/etc/modprobe.d/daxbus-migrate.conf

setup_file() {
	# Lines of the host would count here, too.
	rm -f /etc/modprobe.d/*dax*.conf
	export from_the_start
	from_the_start=$(promised)
}

# Each file after this one finds what the machine was set up with.
teardown_file() { ! has_choice || "$daxbus" reconfigure --mode=compat dax0.0; }

teardown() { rm -f "$file" /etc/modprobe.d/test*.conf; }

has_choice() { [ "$(kernel)" = 5.10 ]; }

promised() { "$daxbus" migrate status --json | jq -r '.boots[0].model'; }

# boot: no driver, then the one that modprobe finds for the nd device. Prints the model that comes of it.
boot() {
	local module modalias
	for module in dax_pmem_compat dax_pmem; do
		[ ! -e "/sys/module/$module" ] || rmmod "$module"
	done
	[ "$(json '.devices | length')" = 0 ] || wrong 'there is a device without a driver'
	modalias=$(cat /sys/bus/nd/devices/dax0.0/modalias)
	[ "$modalias" = nd:t7 ] || wrong "the nd device asks for $modalias"
	# udev does not mind that there is none.
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
	[ "$(promised)" = bus ]
	# The devices that run are as they were.
	[ "$(device dax0.0 .model)" = class ]
	[ "$("$daxbus" migrate status --json | jq -r .next)" = \
		"Reboot, or have 'daxbus migrate apply --now' move the devices." ]
	[ "$(boot)" = bus ]
	[ "$("$daxbus" migrate status --json | jq -r '"\(.active) \(.next)"')" = 'bus null' ]
	assert_same_view
	# A boot later, and another one.
	[ "$(boot)" = bus ]
	daxbus_says 0 migrate apply --force --json
	[ "$(result .result)" = unchanged ]
	daxbus_says 0 migrate revert --json
	[ "$(result '[.result, .from, .to] | join(" ")')" = 'changed bus class' ]
	[ ! -e "$file" ]
	[ "$(promised)" = class ]
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

# Each a configuration, its lines separated by ';'. What is promised must be what the kernel and modprobe make of it.
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
	# Where there is no choice, some will do.
	has_choice || [ "${DAXBUS_LONG-}" ] || n=6
	for lines in "${configurations[@]:0:n}"; do
		tr ';' '\n' <<<"$lines" >/etc/modprobe.d/test.conf
		is=$(promised)
		got=$(boot)
		[ "$is" = "$got" ] || wrong "'$lines': $is is promised, and the kernel makes it $got"
	done
}

@test "migrate status: same file name in two directories of modprobe.d: first one counts" {
	has_choice || skip 'this kernel has only the bus'
	mkdir -p /run/modprobe.d
	echo 'alias nd:t7* dax_pmem' >/etc/modprobe.d/test.conf
	echo 'alias nd:t7* dax_pmem_compat' >/run/modprobe.d/test.conf
	[ "$(promised)" = bus ] && [ "$(boot)" = bus ]
	mv /run/modprobe.d/test.conf /run/modprobe.d/00.conf
	[ "$(promised)" = class ] && [ "$(boot)" = class ]
	ln -s /dev/null /etc/modprobe.d/00.conf
	[ "$(promised)" = bus ] && [ "$(boot)" = bus ]
	rm /run/modprobe.d/00.conf /etc/modprobe.d/00.conf
	echo 'alias nd:t7* dax_pmem_compat' >/etc/modprobe.d/test.alias
	[ "$(promised)" = class ] && [ "$(boot)" = class ]
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
