#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a policy restores if the drivers are loaded in an initramfs that initramfs-tools built: boot-policy.bats in two boots with
# one disk, the second one with such an image. Runs on the host, in a build directory.

# bats sets stderr
# shellcheck disable=SC2154

bats_require_minimum_version 1.5.0

vm=$BATS_TEST_DIRNAME/vm

# build_image SOURCE FILE: in a machine, whose /lib/modules are those of its kernel
build_image() {
	local conf=/run/conf guest=$1/test/vm/guest
	cp -r /etc/initramfs-tools "$conf"
	cp -r "$1"/contrib/initramfs-tools/* "$conf"
	cp "$guest/initramfs-tools" "$conf/scripts/vm"
	cp "$guest/mount-root" "$conf/scripts/vm-functions"
	printf '%s\n' MODULES=list COMPRESS=gzip >>"$conf/initramfs.conf"
	printf '%s\n' virtio_pci virtio_blk ext4 9pnet_virtio 9p overlay kmem device_dax dax_hmem >>"$conf/modules"
	[ -e "/boot/config-$(uname -r)" ] || echo CONFIG_RD_GZIP=y >"/boot/config-$(uname -r)"
	mkdir -p /etc/daxbus/policy.d
	echo '# a policy' >/etc/daxbus/policy.d/50.conf
	mkinitramfs -d "$conf" -o "$2"
}

boot() {
	run --separate-stderr "$vm" bats --kernel 7.3 --boot --no-setup --cpus 1 --disk "$BATS_TEST_TMPDIR/disk" "$@" \
		"$BATS_TEST_DIRNAME/boot-policy.bats"
	[ "$status" = 0 ] || { echo "$output" "$stderr"; return 1; }
}

@test "policy apply: drivers loaded in an image of initramfs-tools: devices are restored" {
	type -P mkinitramfs || skip 'the package initramfs-tools-core is missing'
	"$vm" run --kernel 7.3 --memory none --cpus 1 --out "$BATS_TEST_TMPDIR" -- bash -euc \
		"$(declare -f build_image); build_image \"\$@\"" bash "$(cd "$BATS_TEST_DIRNAME/../.." && pwd)" /out/image
	boot
	boot --initramfs "$BATS_TEST_TMPDIR/image"
	[[ $output == *"# boot 2: "* ]]
	[[ $output == *"ok "*" initramfs-tools: drivers loaded in the image: no device was taken there"$'\n'* ]]
}
