# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Part of the script vm: builds the Debian 12 that `vm --boot` boots, in $cache/root. It has systemd and udev as Debian ships
# them, the libraries that daxbus opens, and bats. With --no-install it also has what tests of packages need, which takes
# long to install. Needs neither KVM nor root.

root_suite=bookworm
root_packages=(systemd-sysv udev kmod libkmod2 libinih1 libndctl6 libdaxctl1 libjson-c5 libsmartcols1 ndctl bats jq strace procps
	prometheus-node-exporter)
# for Ansible, in a machine without daxbus
managed_packages=(openssh-server python3-apt)

# root_wants: all packages that it has, with commas
root_wants() {
	local IFS=, wanted=("${root_packages[@]}")
	# shellcheck disable=SC2154 # of the script vm
	[[ $daxbus ]] || wanted+=("${managed_packages[@]}")
	echo "${wanted[*]}"
}

# root_name: the name of the image in the cache; it follows from what determines its content
root_name() {
	local sum
	sum=$({ declare -p root_suite; root_wants; declare -f pack_root fetch_root; } | sha256sum)
	echo "$root_suite-${sum:0:12}.ext4"
}

# pack_root DIRECTORY TAR IMAGE: complete the root file system and write it into an image; as root, or under fakeroot
pack_root() {
	tar -x -C "$1" --exclude='./dev/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' \
		--exclude='./usr/share/doc/*' <"$2"
	# Without a machine ID, systemd would treat each boot as the first.
	echo 0123456789abcdef0123456789abcdef >"$1/etc/machine-id"
	echo daxbus-vm >"$1/etc/hostname"
	echo '127.0.0.1 localhost daxbus-vm' >"$1/etc/hosts"
	# What takes seconds or fails in a machine and has nothing to do with its tests: file systems on LVM, six more consoles,
	# a monitor of NVDIMMs that report their health.
	ln -s /dev/null "$1/etc/systemd/system/e2scrub_reap.service"
	ln -s /dev/null "$1/etc/systemd/system/getty-static.service"
	ln -s /dev/null "$1/etc/systemd/system/ndctl-monitor.service"
	# Tests start them.
	ln -s /dev/null "$1/etc/systemd/system/prometheus-node-exporter.service"
	ln -s /dev/null "$1/etc/systemd/system/ssh.service"
	printf '%s\n' '[Match]' 'Name=e*' '[Network]' DHCP=ipv4 >"$1/etc/systemd/network/80-vm.network"
	rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/* "$1"/etc/apt/apt.conf.d/99mmdebstrap
	rm -f "$3"
	truncate -s 512M "$3"
	mke2fs -q -t ext4 -O ^has_journal -E root_owner=0:0 -d "$1" "$3"
}

# fetch_root NAME: build the image. Mirror and settings of downloads come from the apt of this machine, as for kernels.
fetch_root() {
	local uri dir=$cache/root/new packages fake=() begin=$SECONDS
	type -P mmdebstrap >/dev/null || die "mmdebstrap is missing here: run test/setup vm"
	uri=$(mirror "$root_suite")
	[[ $uri ]] || die "no mirror for $root_suite in this machine's apt sources"
	say "root: installing $root_suite with mmdebstrap"
	# Another checkout may need another one: remove only those that are a week old.
	rm -rf "$dir"
	find "$cache/root" -maxdepth 1 -name '*.ext4' -mtime +7 -delete
	mkdir -p "$dir/tree"
	{
		apt-config dump | grep '^Acquire::' || true
		echo 'Acquire::Languages "none"; Acquire::GzipIndexes "true";'
	} >"$dir/apt.conf"
	packages=$(root_wants)
	# The hook makes the links of a merged /usr. Otherwise a script in Perl would, which needs all of Perl. With a path-exclude
	# of dpkg, mmdebstrap would start Python for each package.
	mmdebstrap --quiet --variant=minbase --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --include="$packages" \
		--aptopt="$dir/apt.conf" --dpkgopt=force-unsafe-io "$root_suite" "$dir/root.tar" \
		"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $root_suite main" \
		>&2 || die "root: mmdebstrap failed"
	((EUID == 0)) || fake=(fakeroot)
	"${fake[@]}" bash -euc "$(declare -f pack_root); pack_root \"\$@\"" bash "$dir/tree" "$dir/root.tar" "$dir/image"
	mv "$dir/image" "$cache/root/$1"
	rm -rf "$dir"
	say "root: $1 ($((SECONDS - begin)) s)"
}
