#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The files of contrib for initramfs-tools and dracut, in images that these build. Runs in the guest.

load guest

contrib=$BATS_TEST_DIRNAME/../../contrib

setup_file() {
	mkdir -p /etc/daxbus/policy.d
	# mkinitramfs looks there for the formats that the kernel can unpack.
	[ -e "/boot/config-$(uname -r)" ] || printf '%s\n' CONFIG_RD_GZIP=y CONFIG_RD_ZSTD=y >"/boot/config-$(uname -r)"
}

# image DIRECTORY COMMAND...: unpack the image that the command builds in DIRECTORY.img
image() {
	local directory=$1
	shift
	"$@" >&2
	mkdir "$directory"
	(cd "$directory" && cpio -idm --quiet <"$directory.img")
}

# with_policy YES|"": whether there is a policy
with_policy() {
	rm -f /etc/daxbus/policy.d/*
	[ ! "$1" ] || printf '%s\n' '[Match]' Provider=hmem '[Device]' Mode=kmem >/etc/daxbus/policy.d/50-hmem.conf
}

@test "initramfs-tools: image built while there is a policy: drivers are kept from taking devices" {
	type -P mkinitramfs || skip 'the package initramfs-tools-core is missing'
	local conf=$BATS_TEST_TMPDIR/conf dir=$BATS_TEST_TMPDIR
	cp -r /etc/initramfs-tools "$conf"
	cp -r "$contrib"/initramfs-tools/* "$conf"
	printf '%s\n' MODULES=list COMPRESS=gzip >>"$conf/initramfs.conf"
	with_policy ""
	image "$dir/none" sh -c "mkinitramfs -d '$conf' -o '$dir/none.gz' && gzip -dc '$dir/none.gz' >'$dir/none.img'"
	[ ! -e "$dir/none/conf/conf.d/daxbus" ]
	with_policy yes
	image "$dir/policy" sh -c "mkinitramfs -d '$conf' -o '$dir/policy.gz' && gzip -dc '$dir/policy.gz' >'$dir/policy.img'"
	grep -q '/scripts/init-bottom/daxbus' "$dir/policy/scripts/init-bottom/ORDER"
	# What its init does with it.
	sh "$dir/policy/conf/conf.d/daxbus"
	[ "$(cat /sys/bus/dax/drivers_autoprobe)" = 0 ]
	echo 1 >/sys/bus/dax/drivers_autoprobe
}

@test "dracut: image built while there is a policy: drivers are kept from taking devices" {
	type -P dracut || skip 'the package dracut-core is missing'
	local dir=$BATS_TEST_TMPDIR module=/usr/lib/dracut/modules.d/90daxbus
	mkdir -p $module
	cp "$contrib"/dracut/* $module
	local build=(dracut --no-hostonly --no-compress --no-kernel --modules 'base daxbus')
	with_policy ""
	# Which modules it takes by itself; the list of --modules is one that it takes.
	run -255 bash -c ". $module/module-setup.sh && check"
	with_policy yes
	run -0 bash -c ". $module/module-setup.sh && check"
	image "$dir/policy" "${build[@]}" "$dir/policy.img"
	local hook
	hook=$(find "$dir/policy" -path '*/hooks/pre-udev/10-hold.sh')
	sh "$hook"
	[ "$(cat /sys/bus/dax/drivers_autoprobe)" = 0 ]
	[ -d /run/daxbus/hold ]
	echo 1 >/sys/bus/dax/drivers_autoprobe
}
