#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests of the script vm: output, exit status, and failures of the machine. Runs on the host; boots kernel 6.1 a dozen
# times.

# bats sets stderr, and fails where cd does; the guest expands quoted code.
# shellcheck disable=SC2154,SC2164,SC2016

bats_require_minimum_version 1.5.0

setup() {
	load '/usr/lib/bats/bats-support/load'
	load '/usr/lib/bats/bats-assert/load'
	vm=$BATS_TEST_DIRNAME/vm
	cd "$BATS_TEST_TMPDIR"
	# teardown checks that a machine leaves nothing here.
	mkdir tmp
	export TMPDIR=$PWD/tmp
}

teardown() {
	run ls -A "$TMPDIR"
	assert_output ""
}

# bring a block of dax0.0 online in kmem, then unbind kmem: the memory is lost until reboot
leak='daxctl reconfigure-device -N -m system-ram dax0.0
	echo online >/sys/devices/system/memory/memory32/state
	echo dax0.0 >/sys/bus/dax/drivers/kmem/unbind'

@test "vm run: output of all byte values, exit 42: passed on, stdout and stderr apart" {
	script='for i in {0..255}; do printf "\\x$(printf %x $i)"; done; printf "no newline" >&2; exit 42'
	bash -c "$script" >expected 2>/dev/null || true
	status=0
	"$vm" run --memory none -- bash -c "$script" >out 2>err || status=$?
	assert_equal "$status" 42
	cmp expected out
	assert_equal "$(head -c 10 err)" "no newline"
}

@test "vm run: large output: complete" {
	"$vm" run --memory none -- seq 1000000 >out
	seq 1000000 | cmp - out
}

@test "vm run: output opened by name, process left behind: complete, ends at once" {
	run --separate-stderr "$vm" run --memory none --user --timeout 60 -- \
		bash -c 'sleep 600 & echo a; echo b >/dev/stdout; echo c | tee /dev/stderr'
	assert_success
	assert_output "$(printf 'a\nb\nc')"
	assert_equal "$stderr" c
}

@test "vm run: arguments, directory, --env: passed on, other variables not" {
	mkdir 'a b'
	cd 'a b'
	export CARRIED="x ' \" y" DROPPED=z
	run --separate-stderr "$vm" run --memory none --env CARRIED -- \
		bash -c 'printf "%s\n" "$@" "$PWD" "$CARRIED" "${DROPPED-unset}"' bash 'one  two' '*' '$HOME' ''
	assert_success
	assert_output "$(printf '%s\n' 'one  two' '*' '$HOME' '' "$PWD" "$CARRIED" unset)"
}

@test "vm run: guest writes files: host unchanged, except below --out" {
	mkdir out
	echo kept >file
	"$vm" run --memory none --out out -- \
		sh -c 'echo changed >file; cat file; mkdir /out/d; echo result >/out/d/f; uname -r >/out/kernel' >shown
	assert_equal "$(<shown)" changed
	assert_equal "$(<file)" kept
	assert_equal "$(<out/d/f)" result
	[[ $(<out/kernel) == 6.1.* ]]
}

@test "vm run: --user, --append, --no-setup: applied" {
	run --separate-stderr "$vm" run --user --no-setup --append vm.test=1 --append vm.more=2 -- \
		bash -c 'id -u; grep -o "vm.test=1 vm.more=2" /proc/cmdline; grep -c dax_hmem /proc/modules'
	assert_failure 1
	assert_line --index 0 65534
	assert_line --index 1 "vm.test=1 vm.more=2"
	assert_line --index 2 0
}

@test "vm bats: a test that fails: TAP on stdout, exit 1" {
	printf '@test "%s" { %s; }\n' is-there '[[ -c /dev/dax0.0 ]]' fails false >inside.bats
	run --separate-stderr "$vm" bats inside.bats
	assert_failure 1
	assert_line --index 0 1..2
	assert_line --index 1 "ok 1 is-there"
	assert_line --index 2 "not ok 2 fails"
}

@test "vm run: kernel warning: exit 125" {
	# Backtraces of all CPUs are harmless, and look like a warning.
	run --separate-stderr "$vm" run --memory none -- bash -c 'echo l >/proc/sysrq-trigger; sleep 1; echo done'
	assert_failure 125
	assert_output 'done'
	[[ $stderr == *"the kernel complains"*"Call Trace"* ]]
}

@test "vm run: leaked memory: exit 125" {
	run --separate-stderr "$vm" run -- bash -c "$leak; true"
	assert_failure 125
	[[ $stderr == *"the kernel complains"*"cannot be hotremoved until the next reboot"* ]]
}

@test "vm run: leaked memory, --expect: exit status of the command" {
	run --separate-stderr "$vm" run --expect 'dax0.0.*until the next reboot' -- bash -c "$leak; exit 3"
	assert_failure 3
}

@test "vm run: --expect, no such message: exit 125" {
	run --separate-stderr "$vm" run --memory none --expect 'until the next reboot' -- true
	assert_failure 125
	[[ $stderr == *"did not complain as expected: until the next reboot"* ]]
}

@test "vm run: kernel panic: exit 125" {
	run --separate-stderr "$vm" run --memory none -- bash -c 'echo before; echo c >/proc/sysrq-trigger; sleep 60'
	assert_failure 125
	assert_output before
	[[ $stderr == *"Kernel panic"* ]]
}

@test "vm run: --timeout exceeded: exit 124, console shown" {
	run --separate-stderr "$vm" run --memory none --timeout 25 --append loglevel=7 -- sleep 600
	assert_failure 124
	[[ $stderr == *"no end after 25 s"*"Run /init as init process"* ]]
}

@test "vm run: vm is killed: QEMU ends" {
	"$vm" run --memory none --keep -- sleep 600 2>kept &
	pid=$!
	for _ in {1..100}; do
		qemu=$(pgrep -f mount_tag=vm -P "$(pgrep -P "$pid" -x timeout || echo 1)") && break
		sleep 0.2
	done
	[[ $qemu ]]
	kill "$pid"
	wait "$pid" || status=$?
	assert_equal "$status" 143
	run kill -0 "$qemu"
	assert_failure
	rm -r tmp/*
}

@test "vm run: two machines at once: both complete" {
	"$vm" run -- bash -c 'sleep 2; echo one; daxctl list | jq length' >one 2>&1 &
	first=$!
	"$vm" run --memory big -- bash -c 'sleep 2; echo two; daxctl list | jq length' >two 2>&1 &
	second=$!
	wait $first
	wait $second
	assert_equal "$(<one)" "$(printf 'one\n2')"
	assert_equal "$(<two)" "$(printf 'two\n1')"
}

@test "vm run: --reboots: booted until the command asks for no more or fails" {
	count='n=$(($(cat /run/vm/disk/n || echo 0) + 1)); echo $n >/run/vm/disk/n; echo boot $n; dmesg | grep -c set-up.begins
		touch /run/vm/again; [ $n -lt 3 ] || rm /run/vm/again'
	run --separate-stderr "$vm" run --memory none --reboots -- sh -c "$count; exit 0"
	assert_success
	assert_output "$(printf '%s\n' 'boot 1' 1 'boot 2' 1 'boot 3' 1)"
	run --separate-stderr "$vm" run --memory none --reboots -- sh -c "$count; [ \$n -lt 2 ]"
	assert_failure 1
	assert_output "$(printf '%s\n' 'boot 1' 1 'boot 2' 1)"
	# Without --reboots it is an error to ask for another boot.
	run --separate-stderr "$vm" run --memory none -- touch /run/vm/again
	assert_failure 125
}

@test "vm run: set-up fails: exit 125, reason shown, command not run" {
	cp -r "$BATS_TEST_DIRNAME" copy
	echo 'echo "no such luck"; false' >>copy/guest/setup-hmem
	run --separate-stderr copy/vm run -- echo ran
	assert_failure 125
	refute_output
	[[ $stderr == *"no such luck"* ]]
}

@test "vm run: wrong usage: exit 2, valid names listed" {
	run "$vm" run --kernel 2.4 -- true
	assert_failure 2
	assert_output --partial "no kernel '2.4'; there are: 5.10 6.1 6.12 7.3"
	run "$vm" run --memory core -- true
	assert_failure 2
	assert_output --partial "no memory 'core'; there are: none hmem big pmem nvdimm cxl"
	run "$vm" run --kernel 6.1 --memory cxl -- true
	assert_failure 2
	assert_output --partial "6.12 7.3"
	run "$vm" run --frobnicate 1 -- true
	assert_failure 2
	run "$vm" run --kernel
	assert_failure 2
	run "$vm" run --timeout soon -- true
	assert_failure 2
	run "$vm" run
	assert_failure 2
	run "$vm"
	assert_failure 2
}
