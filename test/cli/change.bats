#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree
#
# The commands that change devices, as far as this needs no kernel: command lines, permissions, and plans on captured
# trees. The tests in test/vm run the commands on real devices.

load cli

readonly trees=$BATS_TEST_DIRNAME/../sysroots

# Each command with the options that it requires; selectors follow.
readonly changing=('reconfigure --mode=kmem' online offline bind unbind)

teardown()
{
	[[ -z ${public-} ]] || rm -rf "$public"
}

# plan TREE WORD...: the plan for a captured tree (--dry-run)
plan()
{
	daxbus --sysroot "$trees/$1" "${@:2}" --dry-run
}

# is_refused DEVICE CODE: status 5, nothing on stdout, and stderr begins with "daxbus: DEVICE: refused (CODE): "
is_refused()
{
	is_status 5
	is_output ''
	[[ ${stderr_lines[0]} == "daxbus: $1: refused ($2): "?* ]] || mismatch "expected refusal: $1 $2"
}

# --- the command line -----------------------------------------------------------------------------

@test "reconfigure, online, offline, bind, unbind, recover: missing or extra operand: exit 2" {
	local line
	for line in "${changing[@]}"; do
		# shellcheck disable=SC2086 # words
		daxbus $line
		is_usage_error "'${line%% *}' requires an argument: SELECTOR..." "${line%% *}"
	done
	daxbus recover all
	is_usage_error "unexpected argument 'all'" recover
}

@test "reconfigure: missing mode: exit 2" {
	daxbus reconfigure all
	is_usage_error '--mode is required: devdax, kmem, famfs or compat' reconfigure
	daxbus reconfigure all --mode
	is_usage_error "option '--mode' requires an argument: devdax|kmem|famfs|compat" reconfigure
}

# are_wrong COMMAND OPTION=VALUE...: each value is invalid, and the message names the option or the value
are_wrong()
{
	local command=$1 option mode=()

	# Of two --mode the last one counts.
	[[ $command != reconfigure ]] || mode=(--mode=kmem)
	for option in "${@:2}"; do
		daxbus "$command" "${mode[@]}" "$option" --dry-run all
		is_status 2
		is_output ''
		[[ ${stderr_lines[0]} == *"'${option%%=*}'"* || ${stderr_lines[0]} == *"'${option#--}'"* ||
			${stderr_lines[0]} == *"'${option#*=}'"* ]] || mismatch "$option"
		[[ ${stderr_lines[1]} == "Try 'daxbus $command --help'." ]] || mismatch "$option"
	done
}

@test "reconfigure, online, offline, bind, unbind: invalid option value: exit 2" {
	are_wrong reconfigure --mode=pmem --mode=KMEM --mode= --online=yes --memmap-on-memory=1 --wait=soon
	are_wrong online --online=policy --online=no --size=0 --size=1X --size=1Gx --size=-1 \
		--size=99999999999999999999 --wait=
	are_wrong offline --size= --size=none --wait=-1 --timeout=0 --timeout=1s --timeout=
	are_wrong bind --driver=../kmem --driver=a/b --driver=
	are_wrong unbind --wait=1s
}

@test "reconfigure, online, offline, bind, unbind, recover: option of another command: exit 2" {
	local line
	for line in 'reconfigure --size=1G' 'offline --online=movable' 'bind --mode=kmem' 'unbind --driver=kmem' \
		'recover --force' 'online --forget'; do
		# shellcheck disable=SC2086 # words
		daxbus $line all
		is_status 2
		[[ ${stderr_lines[0]} == "daxbus: unknown option '--"* ]] || mismatch "$line"
	done
}

@test "unbind, reconfigure: word after --wait: taken as a selector, not as the argument" {
	# 5 is an operand here, and no device has that name.
	daxbus unbind --sysroot "$trees/6.1-hmem" --dry-run --wait 5
	is_status 2
	[[ ${stderr_lines[0]} == *"'5'"* ]] || mismatch 'the operand'
	plan 6.1-hmem reconfigure --mode=devdax --wait dax0.0
	is_status 0
	plan 6.1-hmem reconfigure --mode=devdax --wait=5 dax0.0
	is_status 0
}

@test "unbind: argument to --force or --progress: exit 2" {
	daxbus unbind --force=yes all
	is_usage_error "option '--force' takes no argument" unbind
	daxbus unbind --progress=1 all
	is_usage_error "option '--progress' takes no argument" unbind
}

@test "recover: --forget with --dry-run: exit 2" {
	daxbus recover --forget --dry-run
	is_usage_error 'options --forget and --dry-run cannot be combined' recover
}

@test "reconfigure, online, offline, bind, unbind: unknown field or unknown device: exit 2 or 3" {
	daxbus unbind --dry-run mdoe=kmem
	is_usage_error "no field is named 'mdoe'; did you mean 'mode'?" unbind
	local line
	for line in "${changing[@]}"; do
		# shellcheck disable=SC2086 # words
		plan 6.1-hmem $line dax0.0 dax7.0
		is_status 3
		is_output ''
		[[ $stderr == *"'dax7.0'"* ]] || mismatch "$line"
	done
}

@test "reconfigure, unbind: error with --json: document with the error code" {
	daxbus reconfigure --json --mode=ram all
	is_status 2
	[[ $(json .error.code) == '"usage"' ]]
	plan 6.1-hmem unbind --json dax7.0
	is_status 3
	[[ $(json .error.code) == '"not-found"' ]]
}

# --- permissions ----------------------------------------------------------------------------------

@test "reconfigure, online, offline, bind, unbind, recover: captured tree: exit 5" {
	local line
	for line in "${changing[@]}"; do
		# shellcheck disable=SC2086 # words
		daxbus --sysroot "$trees/6.1-hmem" $line all
		is_status 5
		is_output ''
		is_stderr 'daxbus: a captured tree cannot be changed; use --dry-run to print the planned steps'
	done
	daxbus --sysroot "$trees/6.1-hmem" recover
	is_status 5
	daxbus --sysroot "$trees/6.1-hmem" recover --forget
	is_status 5
	daxbus --sysroot "$trees/6.1-hmem" unbind --json all
	is_status 5
	[[ $(json .error.code) == '"refused"' ]]
}

@test "reconfigure, online, offline, bind, unbind, recover: not root: exit 5 before anything is read" {
	copy_for_everybody
	local line
	for line in 'reconfigure --mode=kmem dax7.0' 'online dax7.0' 'offline dax7.0' 'bind dax7.0' 'unbind dax7.0' \
		recover 'recover --forget'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr as_nobody $line
		is_status 5
		is_output ''
		# Planning to recover requires root, too.
		local hint='; --dry-run prints the planned steps without it'
		[[ $line != recover* ]] || hint=
		is_stderr "daxbus: 'daxbus ${line%% *}' requires root$hint"
	done
	run --separate-stderr as_nobody unbind --json dax7.0
	is_status 5
	[[ $(json .error.code) == '"refused"' ]]
}

@test "reconfigure: not root, --dry-run: plan is shown" {
	copy_for_everybody
	cp -r "$trees/6.1-hmem" "$public/tree"
	chmod -R a+rX "$public"
	run --separate-stderr as_nobody --sysroot "$public/tree" reconfigure --mode=kmem dax0.0 --dry-run
	is_status 0
	[[ ${lines[0]} == 'dax0.0: planned: devdax -> kmem'* ]] || mismatch 'no plan'
}

# Where the ranges of a device cannot be read, no path stands for all blocks of the machine.
@test "reconfigure, offline: not root, ranges unreadable, --dry-run: blocks described, no file" {
	[[ $(id -u) -eq 0 ]] || skip 'requires root, to run as another user'
	local line
	copy_for_everybody
	cp -r "$trees/6.1-hmem" "$public/tree"
	chmod -R a+rX "$public"
	chmod 600 "$public"/tree/sys/devices/platform/hmem.1/dax1.0/mapping0/*
	for line in 'reconfigure --mode=devdax' offline 'offline --size=256M'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr as_nobody --sysroot "$public/tree" $line dax1.0 --dry-run
		is_status 0
		[[ $output == *'take memory of dax1.0 offline (only root can read which memory blocks these are)'* ]] ||
			mismatch 'not described'
		[[ $output != *memory/memory* ]] || mismatch 'a path of memory blocks'
		# shellcheck disable=SC2086 # words
		run --separate-stderr as_nobody --sysroot "$public/tree" $line dax1.0 --dry-run --json
		[[ $(json '.results[0].steps[] | select(.kind == "offline") | [.file, .value]') == '[null,"offline"]' ]] ||
			mismatch document
	done
}

@test "online: --online=ZONE, memory in the other zone: refused (wrong-zone), hint with the commands" {
	local copy=$BATS_TEST_TMPDIR/tree
	cp -r "$trees/6.1-hmem" "$copy"
	plan 6.1-hmem online --online=kernel dax1.0
	is_refused dax1.0 wrong-zone
	[[ ${stderr_lines[1]} == *"'daxbus offline dax1.0', then 'daxbus online --online=kernel dax1.0'." ]] || mismatch hint
	plan 6.1-hmem online --online=movable --force dax1.0
	is_refused dax1.0 wrong-zone
	# Without a zone, or with the one that it has, the rest comes online.
	plan 6.1-hmem online dax1.0
	is_status 0
	[[ $output == *'128 MiB of dax1.0 stays online in zone Normal'* ]] || mismatch 'no note'
	for block in "$copy"/sys/devices/system/memory/memory4[0-7]/valid_zones; do
		[[ $(<"$block") != Normal ]] || echo Movable > "$block"
	done
	daxbus --sysroot "$copy" online --online=movable dax1.0 --dry-run
	is_status 0
}

@test "unbind: broken or closed standard output: exit 1 before any change" {
	[[ $(id -u) -eq 0 ]] || skip 'an ordinary user is refused before this check'
	# The device does not exist: without the check the status would be 3.
	# shellcheck disable=SC2016 # expanded inside
	run bash -c 'exec 3> >(exit); wait $!; "$DAXBUS" unbind dax99999.0 2>&1 >&3'
	[[ $status -eq 1 && $output == 'daxbus: cannot write: Broken pipe' ]] || mismatch pipe
	# shellcheck disable=SC2016 # expanded inside
	run bash -c '"$DAXBUS" unbind dax99999.0 2>&1 >&-'
	[[ $status -eq 1 && $output == 'daxbus: cannot write: Bad file descriptor' ]] || mismatch closed
}

# --- plans ----------------------------------------------------------------------------------------

@test "reconfigure: devdax to kmem, --dry-run: steps with the values written" {
	plan 6.1-hmem reconfigure --mode=kmem dax0.0
	is_status 0
	is_stderr ''
	[[ ${lines[0]} == 'dax0.0: planned: devdax -> kmem'* ]] || mismatch 'first line'
	grep -qx '  1\. .*' <<< "$output" || mismatch 'no step 1'
	grep -qx '     dax0.0 > /sys/bus/dax/drivers/device_dax/unbind' <<< "$output" || mismatch 'no unbind'
	grep -qx '     dax0.0 > /sys/bus/dax/drivers/kmem/bind' <<< "$output" || mismatch 'no bind'
	grep -q '^     undo: ' <<< "$output" && mismatch 'undo without --verbose'
	plan 6.1-hmem reconfigure --mode=kmem dax0.0 --verbose
	grep -q '^     after: ' <<< "$output" || mismatch 'no read-back'
	grep -q '^     undo: ' <<< "$output" || mismatch 'no undo'
}

@test "reconfigure: devdax to kmem, --dry-run --json: document with the steps" {
	plan 6.1-hmem reconfigure --mode=kmem dax0.0 --json
	is_status 0
	is_stderr ''
	[[ $(json '[.dry_run, .changed, (.results | length)]') == '[true,false,1]' ]] || mismatch head
	[[ $(json '.results[0] | [.device, .result, .code, .from, .to, .kernel]') == \
		'["dax0.0","planned",null,"devdax","kmem",[]]' ]] || mismatch result
	[[ $(json '[.results[0].steps[] | select(.file == "/sys/bus/dax/drivers/kmem/bind") | .value]') == \
		'["dax0.0"]' ]] || mismatch bind
	[[ $(json 'all(.results[0].steps[]; (.file == null) != (.module == null))') == true ]] ||
		mismatch 'a step is a write or a module'
}

@test "reconfigure: --mode=system-ram: same plan as --mode=kmem" {
	plan 6.1-hmem reconfigure --mode=system-ram dax0.0
	is_status 0
	local expected=$output
	plan 6.1-hmem reconfigure --mode=kmem dax0.0
	is_output "$expected"
}

@test "reconfigure, unbind: device already in the requested state: unchanged, no step" {
	plan 6.1-hmem reconfigure --mode=devdax dax0.0
	is_status 0
	[[ ${lines[0]} == 'dax0.0: unchanged: devdax'* && ${#lines[@]} -eq 1 ]] || mismatch 'more than a line'
	plan 6.1-hmem reconfigure --mode=devdax dax0.0 --json
	[[ $(json '.results[0] | [.result, .steps]') == '["unchanged",[]]' ]] || mismatch 'document'
	plan 6.1-stuck unbind dax1.0
	[[ ${lines[0]} == 'dax1.0: unchanged: no driver'* ]] || mismatch 'no driver'
}

@test "reconfigure, online, offline, unbind: device in a state that forbids it: exit 5 with code and hint" {
	plan 6.1-stuck reconfigure --mode=kmem dax1.0
	is_refused dax1.0 stuck-until-reboot
	[[ $stderr == *$'\ndaxbus: dax1.0: Reboot; '* ]] || mismatch 'no hint'
	plan 6.1-hmem unbind dax1.0
	is_refused dax1.0 memory-online
	plan 6.1-hmem online dax0.0
	is_refused dax0.0 not-kmem
	plan 6.1-hmem offline dax0.0
	is_refused dax0.0 not-kmem
	plan 5.10-hmem reconfigure --mode=kmem dax2.0
	is_refused dax2.0 phantom
	plan 5.10-pmem unbind dax0.0
	is_refused dax0.0 class-device
	plan 6.1-hmem offline --size=1M dax1.0
	is_refused dax1.0 bad-size
	plan 6.1-hmem reconfigure --mode=compat dax0.0
	is_refused dax0.0 no-compat-driver
}

@test "reconfigure: kmem, device without a whole memory block or a target node: exit 5" {
	tree_with_two
	local device=$tree/sys/devices/platform/hmem.0/dax0.0
	echo $((64 << 20)) > "$device/size"
	printf '0x%x\n' $(((1 << 32) + (64 << 20) - 1)) > "$device/mapping0/end"
	rm "$tree/sys/devices/platform/hmem.1/dax1.0/target_node"
	daxbus --sysroot "$tree" reconfigure --mode=kmem dax0.0 --dry-run
	is_refused dax0.0 too-small
	daxbus --sysroot "$tree" reconfigure --mode=kmem dax1.0 --dry-run
	is_refused dax1.0 no-target-node
	daxbus --sysroot "$tree" reconfigure --mode=kmem all --dry-run
	is_status 5
	is_output ''
}

@test "reconfigure: refused, --json: document on stdout, sentence on stderr" {
	plan 6.1-stuck reconfigure --mode=kmem dax1.0 --json
	is_status 5
	[[ $(json '.results[0] | [.result, .code, .steps]') == '["refused","stuck-until-reboot",[]]' ]] ||
		mismatch document
	[[ ${stderr_lines[0]} == 'daxbus: dax1.0: refused (stuck-until-reboot): '?* ]] || mismatch stderr
}

@test "reconfigure, unbind: memory stuck or online, --force: exit 5 all the same" {
	plan 6.1-stuck reconfigure --mode=kmem --force dax1.0
	is_refused dax1.0 stuck-until-reboot
	plan 6.1-hmem unbind --force dax1.0
	is_refused dax1.0 memory-online
}

@test "reconfigure: two devices, one refused: exit 4, a result for each" {
	plan 6.1-stuck reconfigure --mode=kmem all
	is_status 4
	[[ ${lines[0]} == 'dax0.0: planned: '* ]] || mismatch 'the planned one'
	[[ ${stderr_lines[0]} == 'daxbus: dax1.0: refused (stuck-until-reboot): '* ]] || mismatch 'the refused one'
	plan 6.1-stuck reconfigure --mode=kmem all --json
	is_status 4
	[[ $(json '[.results[].result]') == '["planned","refused"]' ]] || mismatch document
}

@test "unbind: no device selected: exit 0, nothing to do" {
	plan 6.1-hmem unbind 'dax9.*'
	is_status 0
	is_output ''
	is_stderr 'daxbus: no device selected, nothing to do'
	plan 6.1-hmem unbind 'dax9.*' --json
	is_status 0
	[[ $(json '[.changed, .results]') == '[false,[]]' ]] || mismatch document
}

@test "reconfigure: --dry-run: tree unchanged" {
	cp -r "$trees/6.1-hmem" "$BATS_TEST_TMPDIR/tree"
	daxbus --sysroot "$BATS_TEST_TMPDIR/tree" reconfigure --mode=kmem all --dry-run
	[[ $output == *planned* ]] || mismatch 'no plan'
	diff -r --no-dereference "$trees/6.1-hmem" "$BATS_TEST_TMPDIR/tree"
}

@test "reconfigure: --dry-run into a closed pipe or a full disk: exit 1 with the reason" {
	# shellcheck disable=SC2016 # expanded inside
	run bash -c 'exec 3> >(exit); wait $!; "$DAXBUS" -s "$1" reconfigure --mode=devdax dax0.0 --dry-run 2>&1 >&3' \
		- "$trees/6.1-hmem"
	[[ $status -eq 1 && $output == 'daxbus: cannot write: Broken pipe' ]] || mismatch pipe
	# shellcheck disable=SC2016 # expanded inside
	run bash -c '"$DAXBUS" -s "$1" reconfigure --mode=devdax dax0.0 --dry-run 2>&1 > /dev/full' - "$trees/6.1-hmem"
	[[ $status -eq 1 && $output == 'daxbus: cannot write: No space left on device' ]] || mismatch disk
}

@test "reconfigure: 20 open files allowed: exit 5 before a device is read" {
	unshare -m true 2>/dev/null || skip 'mounting needs root'
	# A private /run: the lock of the machine is not touched.
	# shellcheck disable=SC2016 # expanded inside
	run --separate-stderr unshare -m bash -c 'mount -t tmpfs none /run && ulimit -n 20 && "$DAXBUS" reconfigure --mode=kmem dax9999.0'
	is_status 5
	[[ $stderr == *RLIMIT_NOFILE* ]] || mismatch 'no reason'
}
