#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# systemd-udevd with rules that bring new memory online, as Red Hat and SUSE ship them, and a script that does so again
# and again: each change ends as requested, or is undone and names the rule. Soft-reserved memory; the kernel leaves new
# memory offline. Runs in the guest.

# names of guest.bash, paths that have no spaces, and what `run` sets
# shellcheck disable=SC2154,SC2086,SC2030,SC2031
load guest

rules=/run/udev/rules.d
# How often each change is tried: with the rule of the distributions, and with others
many=1 some=1
[ ! "${DAXBUS_LONG-}" ] || many=20 some=3

# udevd with the rules of this file only
setup_file() {
	mkdir -p $rules
	mount -t tmpfs none /usr/lib/udev/rules.d
	[ ! -d /etc/udev/rules.d ] || mount -t tmpfs none /etc/udev/rules.d
	/lib/systemd/systemd-udevd --daemon 3>&-
	"$daxbus" reconfigure --mode=devdax dax0.0 dax1.0
}

# The outcomes are of interest if all tests pass, too.
teardown_file() {
	udevadm control --exit
	sort /tmp/outcomes | uniq -c | sed 's/^/# /' >&3
}

setup() {
	loop=""
	rule ""
	wait_for_udev
	"$daxbus" reconfigure --mode=devdax dax0.0
	remember
}

teardown() { [ ! "$loop" ] || no_agent; }

# A connection that udevd drops says nothing of its events, and not whether it read its rules again.
wait_for_udev() { udevadm settle || udevadm settle || udevadm settle; }

# rule TEXT: the only rule of udev; it is in line 2
rule() {
	printf '# test\n%s\n' "$1" >$rules/50-test.rules
	udevadm control --reload || udevadm control --reload
}

on_add='SUBSYSTEM=="memory", ACTION=="add",'
online_rule="$on_add ATTR{state}==\"offline\", ATTR{state}=\"online\""

# kmem DEVICE ZONE: bring it into kmem, and back; ZONE: movable, kernel, no, policy
kmem() {
	local state="kmem 8 $2"
	[[ $2 != @(no|policy) ]] || state="kmem 8 offline"
	run --separate-stderr "$daxbus" reconfigure --mode=kmem --online=$2 $1 --json
	check_result $1 "$state" device_dax
	[[ $(result '.notes[]') == *"udev rule $rules/50-test.rules, line 2, "*" new memory online"* ]]
	run --separate-stderr "$daxbus" reconfigure --mode=devdax $1 --json
	check_result $1 device_dax "$state"
	settled
}

# check_result DEVICE WANTED BEFORE: it is WANTED, also after udev has handled all events; or the change was undone, and the
# message names the rule
check_result() {
	wait_for_udev
	case $status in
	0) is "$2" $1 ;;
	1)
		is "$3" $1
		# What the kernel keeps in zone Normal is no matter of the rule.
		[[ $2 == device_dax && $3 == *kernel && $(result .code) == block-busy ]] || is_named
		;;
	*) wrong "exit status $status: $output$stderr" ;;
	esac
	echo "$3 -> $2: $(result '"\(.result) \(.code)"')" >>/tmp/outcomes
}

is_named() {
	[[ $(result '"\(.result) \(.code)"') == "undone "@(raced|wrong-zone) ]] || wrong "$output"
	[[ $(result .message) == *"udev rule $rules/50-test.rules, line 2, "*" memory online"* ]] || wrong "$output"
}

# each_zone ROUNDS RULE ZONE...: with that rule, to kmem and back; in zone Normal until its memory stays. `run` of bats changes the
# variable i.
each_zone() {
	local round rounds=$1 zone
	rule "$2"
	shift 2
	for ((round = 0; round < rounds; round++)); do
		for zone; do
			if [ $zone != kernel ]; then
				kmem dax0.0 $zone
			elif state_of dax1.0 && [ "$REPLY" = device_dax ]; then
				kmem dax1.0 kernel
			fi
		done
	done
}

# The rule is a reason to wait for udev. Whether it comes first does not matter here.
@test "reconfigure: kmem, udev rule, monitor that does not read its events: does not wait for it" {
	local monitor before
	rule "$online_rule"
	"$daxbus" monitor >/dev/null 3>&- &
	monitor=$!
	until grep -q poll /proc/$monitor/wchan; do sleep 0.1; done
	kill -STOP $monitor
	before=$SECONDS
	run --separate-stderr "$daxbus" reconfigure --mode=kmem --online=no dax0.0 --json
	kill -KILL $monitor
	wait $monitor || true
	[ $status -le 1 ]
	# It would wait for two minutes.
	((SECONDS - before < 60))
}

@test "reconfigure: kmem and back, udev rule for state: as requested, or undone and the rule named" {
	each_zone $many "$online_rule" movable kernel no
}

@test "reconfigure: kmem and back, udev rule for online: as requested, or undone and the rule named" {
	each_zone $some "$on_add ATTR{online}==\"0\", ATTR{online}=\"1\"" policy
}

@test "reconfigure: kmem and back, udev rule that runs a program: as requested, or undone and the rule named" {
	each_zone $some "$on_add RUN+=\"/bin/sh -c 'echo online >/sys%p/state'\"" no
}

@test "reconfigure: kmem, udev rule for the requested zone or masked: no note" {
	rule "$on_add ATTR{state}==\"offline\", ATTR{state}=\"online_movable\""
	daxbus_says 0 reconfigure --mode=kmem --dry-run dax0.0 --json
	[ "$(result '.notes | length')" = 0 ]
	rule "$online_rule"
	daxbus_says 0 reconfigure --mode=kmem --dry-run dax0.0 --json
	[ "$(result '.notes | length')" = 1 ]
	mkdir -p /etc/udev/rules.d
	ln -s /dev/null /etc/udev/rules.d/50-test.rules
	daxbus_says 0 reconfigure --mode=kmem --dry-run dax0.0 --json
	[ "$(result '.notes | length')" = 0 ]
	rm /etc/udev/rules.d/50-test.rules
}

# Rules without ACTION act on blocks that go offline, too.
@test "offline, reconfigure: devdax, udev rule for every event: as requested, or undone (raced) and the rule named" {
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	rule 'SUBSYSTEM=="memory", ATTR{state}=="offline", ATTR{state}="online_movable"'
	run --separate-stderr "$daxbus" offline dax0.0 --json
	check_result dax0.0 "kmem 8 offline" "kmem 8 movable"
	"$daxbus" online dax0.0
	run --separate-stderr "$daxbus" reconfigure --mode=devdax dax0.0 --json
	check_result dax0.0 device_dax "kmem 8 movable"
	rule ""
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

@test "create, resize: kmem, udev rule: in the requested zone" {
	rule "$online_rule"
	daxbus_says 0 resize --size=512M dax0.0
	daxbus_says 0 create --region=0 --size=512M --mode=kmem --online=no --json
	second=$(result .device)
	wait_for_udev
	is "kmem 4 offline" $second
	daxbus_says 0 online $second
	daxbus_says 0 resize --size=256M $second
	wait_for_udev
	is "kmem 2 movable" $second
	daxbus_says 0 reconfigure --mode=devdax $second
	daxbus_says 0 destroy $second
	daxbus_says 0 resize --size=max dax0.0
	settled
}

# --- an agent ---

@test "reconfigure: kmem, process named kata-agent: note that names it" {
	cp /bin/sleep /tmp/kata-agent
	/tmp/kata-agent 600 3>&- &
	loop=$!
	daxbus_says 0 reconfigure --mode=kmem --dry-run dax0.0 --json
	[[ $(result '.notes[]') == "agent kata-agent ($loop), may bring new memory online"* ]]
	no_agent
	daxbus_says 0 reconfigure --mode=kmem --dry-run dax0.0 --json
	[ "$(result '.notes | length')" = 0 ]
}

# agent WORD: bring blocks online with that word, again and again, until no_agent
agent() {
	(
		# Blocks vanish; and no trap of bats slows it down.
		set +eT
		while :; do
			for f in "$memory"/memory*/state; do
				read -r state <$f && [ "$state" != offline ] || echo "$1" >$f
			done
		done
	) >/dev/null 2>&1 3>&- &
	loop=$!
}

no_agent() {
	kill $loop
	wait $loop 2>/dev/null || true
	loop=""
}

# agent_result DEVICE WANTED BEFORE: it is WANTED, or BEFORE and the agent is reported. What the agent does after the end of
# daxbus does not count.
agent_result() {
	no_agent
	case $status in
	0) [[ $2 == *offline ]] || is "$2" $1 ;;
	1)
		is "$3" $1
		[[ $(result '"\(.code) \(.message)"') == @(raced|wrong-zone)*"something else brings memory online"* ]] || wrong "$output"
		;;
	*) wrong "exit status $status: $output$stderr" ;;
	esac
	[[ $status != 0 || $2 != *offline || $(result .message) == "0 of 8 "* ]] || wrong "$output"
	echo "agent: $3 -> $2: $(result '"\(.result) \(.code)"')" >>/tmp/outcomes
}

@test "reconfigure: kmem, --online=no, agent: all offline, or undone (raced)" {
	local round
	for ((round = 0; round < some; round++)); do
		agent online_movable
		run --separate-stderr "$daxbus" reconfigure --mode=kmem --online=no dax0.0 --json
		agent_result dax0.0 "kmem 8 offline" device_dax
		"$daxbus" reconfigure --mode=devdax dax0.0
		settled
	done
}

# Before Linux 7.3 an agent can come between the last check and the unbinding.
@test "reconfigure: devdax, agent: as requested, or undone (raced)" {
	local round
	kernel_at_least 7.3 || skip 'memory goes away block by block on this kernel'
	for ((round = 0; round < some; round++)); do
		daxbus_says 0 reconfigure --mode=kmem dax0.0
		agent online_movable
		run --separate-stderr "$daxbus" reconfigure --mode=devdax dax0.0 --json
		agent_result dax0.0 device_dax "kmem 8 *"
		"$daxbus" reconfigure --mode=devdax dax0.0
		settled
	done
}

@test "offline: agent: all offline, or undone (raced)" {
	daxbus_says 0 reconfigure --mode=kmem dax0.0
	agent online_movable
	run --separate-stderr "$daxbus" offline dax0.0 --json
	agent_result dax0.0 "kmem 8 offline" "kmem 8 *"
	daxbus_says 0 reconfigure --mode=devdax dax0.0
	settled
}

# The last test: this agent chooses zone Normal, where memory can be in use by the kernel afterwards.
@test "reconfigure: kmem, agent: all in zone Movable, or undone" {
	local round
	for ((round = 0; round < some; round++)); do
		agent online
		run --separate-stderr "$daxbus" reconfigure --mode=kmem dax0.0 --json
		agent_result dax0.0 "kmem 8 movable" device_dax
		"$daxbus" reconfigure --mode=devdax dax0.0 || skip 'memory in zone Normal is in use'
		settled
	done
}
