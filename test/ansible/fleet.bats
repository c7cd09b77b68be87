#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The collection daxbus.memory against two machines, over ssh. Runs on this machine, in any directory; DAXBUS_PACKAGES is a directory
# with the Debian packages in `first`. The tests depend on the ones before them.

# bats and hosts.bash set them
# shellcheck disable=SC2030,SC2031,SC2154

bats_require_minimum_version 1.5.0
load hosts

setup_file() { start_hosts 7.3; }
teardown_file() { stop_hosts; }
setup() { cd "$BATS_FILE_TMPDIR" || return; }

# The device of region 0 belongs to the kernel, that of region 1 to programs.
policies='{"daxbus_policies": {"10-kernel": "[Match]\nIdentity=range=0x100000000-0x13fffffff\n\n[Device]\nMode=kmem\nOnline=movable\n",
	"20-programs": "[Match]\nIdentity=range=0x140000000-0x17fffffff\n\n[Device]\nMode=devdax\n"}}'

fleet() {
	run ansible-playbook "$source/contrib/ansible/playbooks/fleet.yml" -e '{"daxbus_batches": [2]}' \
		-e "daxbus_package_file=$(echo "$DAXBUS_PACKAGES"/first/daxbus_*.deb)" -e "$policies" "$@"
	# What can be compared between runs: the differences, and the counts at the end
	recap=$(sed -n '/^PLAY RECAP/,$p' <<<"$output" | tr -s ' ')
}

# module HOSTS NAME ARGUMENTS [OPTION...]: run a module, its JSON one line for each host in $output
module() {
	run ansible -o "$1" -m "daxbus.memory.$2" -a "$3" "${@:4}"
}

# result HOST JQ-FILTER: of the last module
result() { sed -nE "s/^$1 \| [A-Z!]+ => //p" <<<"$output" | jq -c "$2"; }

# state HOST: drivers, memory and policies
state() {
	# shellcheck disable=SC2016 # for the shell of the host
	on "$1" 'daxbus list -n -r -o DEVICE,MODE,SIZE,ONLINE,MOVABLE; cat /etc/daxbus/policy.d/* 2>/dev/null; true'
}

@test "ansible-doc: modules and role: shown, with the options of the argument specs" {
	local name
	for name in info device layout; do
		run ansible-doc -j "daxbus.memory.daxbus_$name"
		[ "$status" = 0 ]
		# An option that is documented and unknown, or the other way round, is refused by the module.
		diff <(jq -r '.[].doc.options | keys[]' <<<"$output" | sort) \
			<(cd "$source" && /usr/bin/python3 test/ansible/argument-spec "daxbus_$name" | sort)
	done
	run ansible-doc -t role daxbus.memory.layout
	[[ $output == *daxbus_policies* ]]
}

@test "fleet: check mode on hosts without daxbus: changed, nothing installed" {
	fleet --check --diff
	[ "$status" = 0 ] || { echo "$output"; false; }
	[[ $output == *'+Mode=kmem'* ]]
	run ! on one test -e /usr/bin/daxbus
}

@test "fleet: first run: both hosts changed, in the state of the policies" {
	fleet
	[ "$status" = 0 ] || { echo "$output"; false; }
	[[ $recap =~ one\ :\ ok=[0-9]+\ changed=[1-9] && $recap =~ two\ :\ ok=[0-9]+\ changed=[1-9] ]]
	[[ $(state one) == 'dax0.0 kmem '*' 8 8'*'dax1.0 devdax '* ]] || { state one; false; }
	[ "$(state one)" = "$(state two)" ]
}

@test "fleet: second run: nothing changes" {
	fleet
	[ "$status" = 0 ] || { echo "$output"; false; }
	[[ $recap =~ one\ :\ ok=[0-9]+\ changed=0 && $recap =~ two\ :\ ok=[0-9]+\ changed=0 ]] || { echo "$output"; false; }
}

@test "daxbus_info: two hosts: facts of each" {
	module all daxbus_info ''
	[ "$(result one '[.changed, (.devices | length), (.differences | length)]')" = '[false,2,0]' ]
	[ "$(result two '.devices[0].mode')" = '"kmem"' ]
}

# Check mode says what then happens (Ansible prints a difference in JSON with -vvv only), and the second run says that nothing is to be done.
same_in_check_mode() {
	local plan
	module one "$1" "$2" --check --diff -vvv
	plan=$(result one '[.changed, .diff]')
	[ "$(jq '.[0]' <<<"$plan")" = true ] || { echo "$output"; return 1; }
	module one "$1" "$2" --check --diff -vvv
	[ "$(result one '[.changed, .diff]')" = "$plan" ]
	module one "$1" "$2" --diff -vvv
	[ "$(result one '[.changed, .diff]')" = "$plan" ] || { echo "$plan"; echo "$output"; return 1; }
	module one "$1" "$2"
	[ "$(result one .changed)" = false ]
}

@test "daxbus_device: size, mode and zone: check mode equals what then happens, second run unchanged" {
	same_in_check_mode daxbus_device 'device=dax1.0 mode=kmem size=512M'
	[[ $(state one) == *'dax1.0 kmem '*' 4 4'* ]]
	same_in_check_mode daxbus_device 'device=dax1.1 mode=devdax size=256M'
	same_in_check_mode daxbus_device 'device=dax1.1 state=absent'
	same_in_check_mode daxbus_device 'device=dax1.0 mode=devdax'
	same_in_check_mode daxbus_device 'device=dax1.0 size=1G'
}

@test "daxbus_layout: inline policy: check mode equals what then happens" {
	same_in_check_mode daxbus_layout '{"policies": {"10-kernel": "[Match]\nIdentity=range=0x100000000-0x13fffffff\n[Device]\nMode=devdax\n"}}'
	[[ $(state one) == *'dax0.0 devdax'* ]]
}

@test "daxbus_layout: malformed policy: fails, and nothing changes" {
	local before
	before=$(state one)
	module one daxbus_layout '{"policies": {"10-kernel": "[Match]\nIdentity=range=0x100000000-0x13fffffff\n[Device]\nMode=nonsense\n"}}'
	[ "$status" != 0 ]
	[[ $output == *10-kernel.conf* ]]
	[ "$(state one)" = "$before" ]
}

@test "fleet: one host refuses: it is whole, the other one changes" {
	local before
	# A program uses the memory of host two.
	on two 'exec 9<>/dev/dax1.0; nohup sleep 100000 >/dev/null 2>&1 </dev/null & echo $! >/run/user.pid'
	before=$(state two)
	policies=${policies/Mode=devdax/Mode=kmem}
	fleet
	[ "$status" != 0 ]
	[[ $recap =~ one\ :\ ok=[0-9]+\ changed=[1-9] && $recap =~ two\ :.*failed=1 ]] || { echo "$output"; false; }
	[[ $(state one) == *'dax1.0 kmem'* ]]
	[ "$(state two)" = "$before" ]
}

@test "fleet: serial, the first host refuses: those after it are not touched" {
	local before
	before=$(state one)
	printf '%s\n' "$(grep ^two inventory)" "$(grep ^one inventory)" >inventory.new
	mv inventory.new inventory
	policies=${policies/Mode=devdax/Mode=kmem}
	policies=${policies/Mode=kmem/Mode=devdax}
	fleet -e '{"daxbus_batches": [1]}'
	[ "$status" != 0 ]
	[[ $recap == *two\ :*failed=1* && $recap != *one\ :* ]] || { echo "$output"; false; }
	[ "$(state one)" = "$before" ]
}
