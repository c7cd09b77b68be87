#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A boot with policy files that cannot be used (vm --boot --reboots --no-setup): the first boot writes them. Runs in the
# guest, on hmem, in each boot.

# names of guest.bash, and what `run` sets
# shellcheck disable=SC2154
load guest

directory=/etc/daxbus/policy.d

setup_file() {
	export boot
	boot=$(cat /etc/boot 2>/dev/null || echo 1)
}

teardown_file() {
	[ "$boot" = 1 ] || return 0
	echo 2 >/etc/boot
	touch /run/vm/again
}

# file NAME TEXT: a broken file
file() { printf '%b' "$2" >"$directory/$1.conf"; }

write_broken() {
	local match='[Match]\nProvider=hmem\nNode=1\n' device='[Device]\nMode=kmem\n' long
	long=$(printf '%300s' '' | tr ' ' x)
	file 01-section-not-closed "${match}[Device\nMode=kmem\n"
	file 02-no-match "$device"
	file 03-no-device "$match"
	file 04-two-matches "$match$match$device"
	file 05-no-condition "[Match]\n$device"
	file 06-key-before-section "Mode=kmem\n$match$device"
	file 07-no-equals-sign "${match}[Device]\nMode kmem\n"
	file 08-unknown-mode "${match}[Device]\nMode=ram\n"
	file 09-unknown-zone "$match${device}Online=everywhere\n"
	file 10-bad-size "${match}[Device]\nSize=1X\n"
	file 11-huge-size "${match}[Device]\nSize=99999999999999999999G\n"
	file 12-range-backwards "${match}[Device]\nRange=0x2000-0x1000\n"
	file 13-overlap "${match}[Device]\nRange=0x100000000-0x10fffffff\n[Device]\nRange=0x108000000-0x117ffffff\n"
	file 14-rest-not-last "$match${device}[Device]\nSize=256M\n"
	file 15-long-line "$match${device}Owner=$long\n"
	file 16-null-character "$match\0$device"
	{ printf '%b' "$match$device"; yes '# comment' | head -c 1100000; } >$directory/17-too-large.conf
	ln -s /etc/policy $directory/18-link.conf
	ln -s 19-loop.conf $directory/19-loop.conf
	mkdir $directory/20-directory.conf
	mkfifo $directory/21-fifo.conf
	file 22-other-owner "$match$device"
	chown nobody $directory/22-other-owner.conf
	file 23-group-may-write "$match$device"
	chmod 664 $directory/23-group-may-write.conf
	file 24-bad-permissions "$match${device}Permissions=999\n"
	file 25-bad-link "$match${device}Link=../x\n"
	file 26-indented "[Match]\n Provider=hmem\n$device"
	file 27-utf-16 '\xff\xfe[\0M\0a\0t\0c\0h\0]\0\n\0'
	head -c 4096 /dev/urandom >$directory/28-random.conf
}

@test "policy apply: broken files: boot reaches multi-user.target" {
	if [ "$boot" = 1 ]; then
		umask 022
		mkdir -p $directory
		write_broken
		# One that is in order, for the other device.
		printf '%s\n' '[Match]' Provider=hmem Node=2 '[Device]' Mode=kmem Online=movable >$directory/50-good.conf
		return
	fi
	systemctl is-active -q multi-user.target getty.target
	systemctl is-failed -q daxbus-policy.service
	run systemctl --failed --no-legend --plain
	[ "${#lines[@]}" = 1 ] || wrong "$output"
}

@test "policy apply: broken files: one line with the reason and one with a hint for each file" {
	[ "$boot" = 2 ] || skip 'this boot has written the files'
	local path said=0
	journalctl -b -t daxbus -o cat >/run/said
	for path in "$directory"/[012]*.conf; do
		[ "$(grep -cF "$path: refused (policy-broken): " /run/said)" = 1 ] || wrong "$path: $(grep -F "$path" /run/said)"
		[ "$(grep -cF "$path" /run/said)" = 2 ] || wrong "$path: $(grep -F "$path" /run/said)"
		said=$((said + 1))
	done
	[ $said = 28 ]
}

@test "policy apply: broken files: the other file is applied" {
	[ "$boot" = 2 ] || skip 'this boot has written the files'
	"$daxbus" monitor --until=mode=kmem,movable=8 --timeout=60 target_node=2
	is "kmem 8 movable" "$(json '.devices[] | select(.target_node == 2) | .device')"
}
