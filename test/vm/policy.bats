#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Policies for two soft-reserved devices of 1 GiB; new memory stays offline. test/cli/policy.bats has what requires no
# device. Runs in the guest, and restores both devices.

# names of guest.bash
# shellcheck disable=SC2154,SC2034,SC2030,SC2031
load guest

directory=/etc/daxbus/policy.d

setup_file() {
	"$daxbus" reconfigure --mode=devdax dax0.0 dax1.0
}

setup() {
	holder=""
	remember
	rm -rf /etc/daxbus
	mkdir -p $directory
}

teardown() {
	let_go
	[ ! -e /sys/kernel/debug/notifier-error-inject ] || inject online 0
	"$daxbus" recover || true
	rm -rf /etc/daxbus
	local device
	for device in dax0.1 dax0.2; do
		[ ! -e "$devices/$device" ] || "$daxbus" destroy $device || true
	done
	"$daxbus" resize --size=max dax0.0 || true
	"$daxbus" reconfigure --mode=devdax dax0.0 dax1.0 || true
}

# conf NAME LINE...: a policy
conf() { printf '%s\n' "${@:2}" >"$directory/$1"; }

# drift: the differences, "DEVICE KEY IS WANTED" each
drift() { jq -r '.differences[] | "\(.device) \(.key) \(.is) \(.wanted)"' <<<"$output"; }

@test "policy apply: mode and zone of a device: changed, then unchanged" {
	conf 50-a.conf '[Match]' Provider=hmem Node=1 '[Device]' Mode=kmem Online=movable
	daxbus_says 7 policy check --json
	[ "$(drift)" = "dax0.0 Mode devdax kmem" ]
	daxbus_says 0 policy apply --json
	jq -e '[.results[] | "\(.device) \(.result)"] == ["dax0.0 changed"]' <<<"$output"
	is "kmem 8 movable" dax0.0
	is device_dax dax1.0
	daxbus_says 0 policy check
	daxbus_says 0 policy apply --json
	jq -e '[.results[] | "\(.device) \(.result)"] == ["dax0.0 unchanged"]' <<<"$output"
}

@test "policy apply: mode and zone changed by hand: check reports a line, apply restores" {
	conf 50-a.conf '[Match]' Provider=hmem Node=2 '[Device]' Mode=kmem Online=movable
	daxbus_says 0 policy apply
	is "kmem 8 movable" dax1.0
	"$daxbus" offline --size=256M dax1.0
	daxbus_says 7 policy check --json
	[ "$(drift)" = "dax1.0 Online mixed movable" ]
	daxbus_says 0 policy apply
	is "kmem 8 movable" dax1.0
	"$daxbus" reconfigure --mode=devdax dax1.0
	daxbus_says 7 policy check
	[ "$output" = "$directory/50-a.conf:5: dax1.0: Mode is devdax instead of kmem" ]
	daxbus_says 0 policy apply dax1.0
	is "kmem 8 movable" dax1.0
	daxbus_says 0 policy check
}

@test "policy apply: Mode=none from kmem: memory goes offline first" {
	"$daxbus" reconfigure --mode=kmem dax1.0
	conf 50-a.conf '[Match]' Node=2 '[Device]' Mode=none
	daxbus_says 0 policy apply
	[ "$(device dax1.0 .driver)" = null ]
	daxbus_says 0 policy check
	settled
}

@test "policy apply: device in use: refused as by reconfigure" {
	hold dax1.0
	conf 50-a.conf '[Match]' Node=2 '[Device]' Mode=kmem
	daxbus_says 5 policy apply --json
	[ "$(result .code)" = device-held ]
	is device_dax dax1.0
}

@test "policy save: three devices in one region: apply restores them after they were one again" {
	"$daxbus" resize --size=512M dax0.0
	"$daxbus" create --region=0 --size=256M --mode=kmem
	"$daxbus" create --region=0 --mode=none
	local before
	before=$(json '[.devices[] | select(.region == 0) | [.mode, .align, .mappings, .memory.movable]]')
	daxbus_says 0 policy save region0 --json
	jq -e '[.results[].result] == ["changed"]' <<<"$output"
	daxbus_says 0 policy check
	daxbus_says 0 policy save region0 --json
	jq -e '[.results[].result] == ["unchanged"]' <<<"$output"

	"$daxbus" destroy dax0.1 dax0.2
	"$daxbus" resize --size=max dax0.0
	daxbus_says 7 policy check
	daxbus_says 0 policy apply
	[ "$before" = "$(json '[.devices[] | select(.region == 0) | [.mode, .align, .mappings, .memory.movable]]')" ]
	daxbus_says 0 policy check
	daxbus_says 0 policy apply --json
	jq -e 'all(.results[]; .result == "unchanged")' <<<"$output"
}

@test "policy apply: sizes: devices are created in the order of addresses" {
	conf 50-a.conf '[Match]' Node=1 '[Device]' Size=256M Mode=devdax '[Device]' Size=512M Mode=none '[Device]' Mode=kmem
	daxbus_says 0 policy apply
	[ "$(json '[.devices[] | select(.region == 0) | "\(.mode) \(.size / 1048576)"] | join(",")')" = "devdax 256,null 512,kmem 256" ]
	daxbus_says 0 policy check
}

@test "policy apply: device created while it waits for the lock: no second one" {
	conf 50-a.conf '[Match]' Node=1 '[Device]' Size=256M Mode=devdax '[Device]' Size=256M Mode=devdax
	"$daxbus" resize --size=256M dax0.0
	local locker applying
	flock --no-fork /run/daxbus/lock sleep 60 3>&- &
	locker=$!
	until ! flock --nonblock /run/daxbus/lock true; do sleep 0.1; done
	"$daxbus" policy apply --wait=60 3>&- &
	applying=$!
	until readlink /proc/$applying/fd/* | grep -qx /run/daxbus/lock; do sleep 0.1; done
	echo 1 >"$devices/dax0.0/../dax_region/create"
	echo $((256 << 20)) >"$devices/dax0.1/size"
	kill $locker
	wait $applying
	[ "$(json '[.devices[] | select(.region == 0) | "\(.mode) \(.size / 1048576)"] | join(",")')" = "devdax 256,devdax 256" ]
	daxbus_says 0 policy check
}

@test "policy apply: owner, group, access mode, link: set, also after a mode change" {
	conf 50-a.conf '[Match]' Node=2 '[Device]' Mode=devdax Owner=65534 Group=12 Permissions=0640 Link=fast
	daxbus_says 7 policy check --json
	[ "$(jq -c '[.differences[].key]' <<<"$output")" = '["Owner","Group","Permissions","Link"]' ]
	daxbus_says 0 policy apply --json
	jq -e '[.results[].result] == ["unchanged", "changed"]' <<<"$output"
	[ "$(stat -c '%u %g %a' /dev/dax1.0)" = '65534 12 640' ]
	[ /dev/dax/fast -ef /dev/dax1.0 ]
	daxbus_says 0 policy check
	rm -r $directory
	daxbus_says 0 policy save dax1.0
	grep -q '^Owner=65534$' $directory/*.conf
	grep -q '^Permissions=0640$' $directory/*.conf
	grep -q '^Link=fast$' $directory/*.conf
	"$daxbus" reconfigure --mode=kmem dax1.0
	"$daxbus" reconfigure --mode=devdax dax1.0
	daxbus_says 0 policy apply
	[ "$(stat -c '%u %g %a' /dev/dax1.0)" = '65534 12 640' ]
	daxbus_says 0 policy apply --json
	jq -e 'all(.results[]; .result == "unchanged")' <<<"$output"
	rm -f $directory/*
	conf 50-a.conf '[Match]' Node=2 '[Device]' Owner=nobody-has-this-name
	daxbus_says 1 policy apply --json
	[ "$(result .code)" = node-failed ]
	rm -r /dev/dax
	chown 0:0 /dev/dax1.0
	chmod 600 /dev/dax1.0
}

@test "policy save: another process changes devices: refused, --wait waits" {
	local locker saving
	flock --no-fork /run/daxbus/lock sleep 60 3>&- &
	locker=$!
	until ! flock --nonblock /run/daxbus/lock true; do sleep 0.1; done
	daxbus_says 5 policy save dax1.0
	[[ $stderr == *'another process is changing devices'* ]]
	daxbus_says 0 policy save --dry-run dax1.0
	"$daxbus" policy save --wait dax1.0 3>&- &
	saving=$!
	until readlink /proc/$saving/fd/* | grep -qx /run/daxbus/lock; do sleep 0.1; done
	[ "$(find $directory -name '*.conf' | wc -l)" = 0 ]
	kill $locker
	wait $saving
	[ "$(find $directory -name '*.conf' | wc -l)" = 1 ]
}

@test "policy remove: saved policy: the file is gone, the device stays" {
	daxbus_says 0 policy save dax1.0
	[ "$(find $directory -name '*.conf' | wc -l)" = 1 ]
	daxbus_says 0 policy remove "$(basename $directory/*.conf)"
	[ "$(find $directory -name '*.conf' | wc -l)" = 0 ]
	is device_dax dax1.0
}

# saved FILTER: the file results in $output
saved() { jq -r "[.results[] | select(.file)] | $1" <<<"$output"; }

@test "reconfigure, resize, create, destroy: --save: the policy of the region follows" {
	daxbus_says 0 reconfigure --mode=kmem dax1.0 --save --json
	[ "$(saved 'map(.result) | join(",")')" = changed ]
	grep -q '^Mode=kmem$' "$(saved '.[0].file')"
	daxbus_says 0 policy check dax1.0
	daxbus_says 0 resize --size=512M dax0.0 --save
	daxbus_says 0 create --region=0 --mode=none --save
	[[ $output == *'.conf: changed: the file is replaced'* ]]
	[ "$(find $directory -name '*.conf' | wc -l)" = 2 ]
	daxbus_says 0 policy check
	daxbus_says 0 destroy dax0.1 --save
	daxbus_says 0 policy check
	daxbus_says 0 reconfigure --mode=kmem dax1.0 --save --json
	[ "$(saved 'map(.result) | join(",")')" = unchanged ]
	# Refused: the device and the policy stay. A file of somebody else: the device is changed, and the file stays.
	hold dax0.0
	daxbus_says 5 reconfigure --mode=kmem dax0.0 --save
	let_go
	daxbus_says 0 policy check
	echo '# mine' >"$(find $directory -name '*0x1000*')"
	daxbus_says 4 unbind dax0.0 --save --json
	[ "$(saved '.[0].code')" = policy-not-ours ]
	[ "$(device dax0.0 .driver)" = null ]
}

# --- together, and on trial -----------------------------------------------------------------------

# everything: devices, zones, settings and character devices
everything() {
	json '.devices[] | [.device, .mode, .align, .mappings, .memory]'
	cat "$memory/auto_online_blocks" /sys/bus/dax/drivers_autoprobe
	stat -c '%n %u:%g %a %N' /dev/dax* /dev/dax/* 2>/dev/null || true
}

# trial_files: two policies, not installed, that change modes, sizes, zones, owners and links of both regions
trial_files() {
	"$daxbus" reconfigure --mode=kmem --online=movable dax1.0
	"$daxbus" offline --size=256M dax1.0
	chown 0:12 /dev/dax0.0
	a=$BATS_TEST_TMPDIR/a.conf b=$BATS_TEST_TMPDIR/b.conf
	printf '%s\n' '[Match]' Node=1 '[Device]' Size=512M Mode=kmem Permissions=0660 '[Device]' Mode=devdax Link=new Owner=65534 >"$a"
	printf '%s\n' '[Match]' Node=2 '[Device]' Mode=devdax Link=second >"$b"
	before=$(everything)
}

# start_trial: begin to try both files, until they wait; the process in $trial, its output in $said
start_trial() {
	said=$BATS_TEST_TMPDIR/said
	"$daxbus" policy try --timeout=600 "$a" "$b" --json >"$said" 2>"$said.2" 3>&- </dev/null &
	trial=$!
	until grep -q 'policy confirm' "$said.2"; do
		[ -e /proc/$trial ] || wrong "$(cat "$said.2")"
		pause 0.05
	done
	[ "$(everything)" != "$before" ]
	is "kmem 4 movable" dax0.0
	is device_dax dax1.0
}

# ended STATUS: the trial ends with it
ended() {
	local status=0
	wait $trial || status=$?
	[ "$status" = "$1" ] || wrong "exit status $status: $(cat "$said" "$said.2")"
}

@test "policy apply: sizes, one change fails: the region is as it was" {
	before=$(everything)
	conf 50-a.conf '[Match]' Node=1 '[Device]' Size=512M Mode=devdax '[Device]' Mode=kmem
	inject online -12
	daxbus_says 4 policy apply --json
	inject online 0
	[ "$(jq -c '[.results[] | [.result, .code]]' <<<"$output")" = \
		'[["unchanged",null],["undone","others-failed"],["undone","online-refused"]]' ] || wrong "$output"
	[ "$(everything)" = "$before" ]
	settled
	daxbus_says 0 policy apply
}

@test "policy try: not confirmed: everything is as before" {
	trial_files
	daxbus_says 1 policy try --timeout=1 "$a" "$b" --json
	jq -e '.changed == false and ([.results[].result] | unique - ["unchanged"]) == ["undone"]' <<<"$output"
	jq -e 'any(.results[]; .code == "not-confirmed")' <<<"$output"
	[ "$(everything)" = "$before" ] || diff <(echo "$before") <(everything)
	settled
}

@test "policy try: confirmed by another process: the changes stay, and are refused until then" {
	trial_files
	start_trial
	daxbus_says 5 reconfigure --mode=kmem dax1.0
	daxbus_says 5 policy save dax1.0
	[[ $stderr == *'policies are on trial'* ]]
	daxbus_says 0 policy confirm
	ended 0
	jq -e '.changed and all(.results[]; .result == "changed" or .result == "unchanged")' "$said"
	is "kmem 4 movable" dax0.0
	[ "$(stat -c %u /dev/dax0.1)" = 65534 ]
	[ /dev/dax/second -ef /dev/dax1.0 ]
	daxbus_says 5 policy confirm
	daxbus_says 0 recover
	[ ! -e /run/daxbus/confirmed ]
	rm -r /dev/dax
}

@test "policy try: SIGTERM, SIGHUP, recover by another process: everything is as before" {
	trial_files
	local how
	for how in TERM HUP recover; do
		start_trial
		if [ $how = recover ]; then
			daxbus_says 0 recover
		else
			kill -$how $trial
		fi
		ended 1
		[ "$(everything)" = "$before" ] || diff <(echo "$before") <(everything)
	done
	settled
}

# answer LINE: type it at the terminal of a trial when it asks, with the escapes of printf
answer() {
	: >"$BATS_TEST_TMPDIR/typescript"
	{
		until grep -q 'Enter, or' "$BATS_TEST_TMPDIR/typescript"; do pause 0.05; done
		printf '%b\n' "$1"
	} | script -qefc "$daxbus policy try --timeout=600 $b" "$BATS_TEST_TMPDIR/typescript" >/dev/null
}

@test "policy try: at a terminal: n undoes, a NUL byte is no answer, Enter keeps" {
	type -P script >/dev/null || skip "no script(1)"
	trial_files
	local status=0
	answer n || status=$?
	[ $status = 1 ] || wrong "$status: $(cat "$BATS_TEST_TMPDIR/typescript")"
	[ "$(everything)" = "$before" ]
	status=0
	answer '\0y\nn' || status=$?
	[ $status = 1 ] || wrong "$status: $(cat "$BATS_TEST_TMPDIR/typescript")"
	[ "$(everything)" = "$before" ]
	answer ''
	is device_dax dax1.0
	[ /dev/dax/second -ef /dev/dax1.0 ]
	rm -r /dev/dax
}

@test "policy try: killed: recover restores everything, confirm refuses" {
	trial_files
	start_trial
	kill -KILL $trial
	wait $trial || true
	daxbus_says 5 policy confirm
	[[ $stderr == *"run 'daxbus recover'"* ]]
	daxbus_says 0 recover --dry-run --json
	[ "$(jq '.results | length' <<<"$output")" -ge 4 ]
	daxbus_says 0 recover
	[ "$(everything)" = "$before" ] || diff <(echo "$before") <(everything)
	settled
}

@test "policy try: one change fails, a file is broken: nothing is left" {
	trial_files
	hold dax0.0
	daxbus_says 1 policy try --timeout=600 "$b" "$a" --json
	jq -e '[.results[].code] | contains(["memory-held", "others-failed"])' <<<"$output" || wrong "$output"
	let_go
	[ "$(everything)" = "$before" ]
	daxbus_says 0 history --json --limit=1
	[ "$(jq -r '.history[0].result' <<<"$output")" = undone ]
	echo Mode=nonsense >>"$a"
	daxbus_says 5 policy try "$b" "$a"
	chmod o+w "$b"
	daxbus_says 5 policy try "$b"
	[ "$(everything)" = "$before" ]
}
