# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the findings share: Debian packages of exact versions, and machines that
# run such a kernel with busybox and nothing else.
#
# Packages come from the mirrors of this machine's own apt sources, by an apt
# with a configuration of its own, and are unpacked below
# ${XDG_CACHE_HOME:-~/.cache}/daxbus-findings; nothing is installed, no root.
# Exit status of a finding: 0 as stated, 1 not as stated, 77 cannot tell here.

PATH=$PATH:/usr/sbin:/sbin
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/daxbus-findings
work=$(mktemp -d "${TMPDIR:-/tmp}/finding.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

cannot_tell() { echo "${0##*/}: cannot tell: $*" >&2; exit 77; }

need_tools() {
	local tool
	for tool; do
		type -P "$tool" >/dev/null || cannot_tell "$tool is missing here"
	done
}

# --- packages ---

# mirror SUITE: of this machine's sources for Debian, the one that has it
mirror() {
	local kind=""
	[[ $1 != *-security ]] || kind=-security
	# shellcheck disable=SC2016 # these are apt's variables
	apt-get indextargets --format '$(COMPONENT) $(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
		awk -v kind="$kind" '
			$1 == "main" && $2 ~ /^[a-z]+(-security)?$/ &&
			($2 ~ /-security$/) == (kind != "") && !uri { uri = $3 }
			END { print uri }'
}

# private_apt SUITE: the configuration file of an apt that knows this suite only
private_apt() {
	local dir=$work/apt/$1 uri
	uri=$(mirror "$1")
	[[ $uri ]] || return 1
	mkdir -p "$dir"/{lists,archives}/partial
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $1 main" >"$dir/sources"
	{
		apt-config dump | grep '^Acquire::' || true
		cat <<-EOF
		Dir::Etc::Main "/dev/null";
		Dir::Etc::Parts "/dev/null";
		Dir::Etc::SourceList "$dir/sources";
		Dir::Etc::SourceParts "/dev/null";
		Dir::Etc::Preferences "/dev/null";
		Dir::Etc::PreferencesParts "/dev/null";
		Dir::State::Lists "$dir/lists";
		Dir::State::status "/dev/null";
		Dir::Cache "$dir";
		APT::Architecture "amd64";
		APT::Architectures { "amd64"; };
		APT::Sandbox::User "";
		APT::Update::Error-Mode "any";
		Acquire::Languages "none";
		Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
		Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
		Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled "false";
		Acquire::IndexTargets::deb-src::Sources::DefaultEnabled "false";
		Debug::NoLocking "true";
		EOF
	} >"$dir/conf"
	APT_CONFIG=$dir/conf apt-get -qq update >&2 || return 1
	echo "$dir/conf"
}

# fetch NAME SUITE PACKAGE=VERSION...: unpack them all into $cache/NAME, unless it is there
fetch() {
	local name=$1 suite=$2 package conf deb
	shift 2
	[[ ! -e $cache/$name ]] || return 0
	need_tools apt-get dpkg-deb tar
	conf=$(private_apt "$suite") || cannot_tell "no access to $suite through this machine's apt sources"
	mkdir -p "$cache" "$work/debs" "$work/tree/usr/lib"
	for package; do
		(cd "$work/debs" && APT_CONFIG=$conf apt-get -qq download "$package" >&2) ||
			cannot_tell "$package cannot be fetched; most likely $suite no longer has that version"
	done
	# Packages disagree on whether modules are in /lib or in /usr/lib. Most drivers are of no use here.
	ln -s usr/lib "$work/tree/lib"
	for deb in "$work"/debs/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$work/tree" --no-same-owner --keep-directory-symlink \
			--exclude='*/kernel/drivers/'{gpu,net,media,usb,infiniband,scsi,staging,iio,hwmon,input} \
			--exclude='*/kernel/'{sound,net,fs} --exclude='*/share/doc'
	done
	rm -r "$work/debs"
	mv -T "$work/tree" "$cache/$name" 2>/dev/null || [[ -e $cache/$name ]]
	rm -rf "$work/tree"
}

# fetch_kernel NAME: into $cache/linux-VERSION; sets tree, release and image
fetch_kernel() {
	local package version
	case $1 in
	6.1) # 71 MB
		release=6.1.0-56-amd64 version=6.1.192-2
		fetch "linux-$version" bookworm-security "linux-image-$release=$version"
		;;
	6.12) # 106 MB
		release=6.12.95+deb12-amd64 version=6.12.95-1~bpo12+1
		fetch "linux-$version" bookworm-backports "linux-image-$release=$version"
		;;
	7.3) # 122 MB
		release=7.3.4+deb13-amd64 version=7.3.4-1~bpo13+1
		fetch "linux-$version" trixie-backports linux-{binary,modules,base}-"$release=$version"
		;;
	esac
	tree=$cache/linux-$version
	image=$tree/boot/vmlinuz-$release
	[[ -e $image ]] || image=$tree/lib/modules/$release/vmlinuz
}

# --- machines ---

# soft_reserved SIZE...: fills the arrays memory and append: a node 0 of 2 GiB with the
# processors, and a node without any for each size, in GiB, as soft-reserved (hmem) DAX memory
soft_reserved() {
	local node=0 size total=2 start=0x100000000
	memory=(-object "memory-backend-ram,id=ram0,size=2G" -numa "node,nodeid=0,memdev=ram0,cpus=0-1")
	append=()
	for size; do
		((++node, total += size))
		memory+=(-object "memory-backend-ram,id=ram$node,size=${size}G,reserve=off"
			-numa "node,nodeid=$node,memdev=ram$node")
		append+=("$(printf 'memmap=%dG%%0x%x-1+0xefffffff' "$size" "$start")")
		((start += size << 30))
	done
	memory=(-m "${total}G" "${memory[@]}")
}

# install_numactl: in the machine's /bin
install_numactl() {
	local name=numactl-2.0.16-1 lib=lib/x86_64-linux-gnu
	fetch $name bookworm numactl=2.0.16-1 libnuma1=2.0.16-1 libc6=2.36-9+deb12u14 # 2.9 MB
	mkdir -p "$work/files/bin" "$work/files/lib64" "$work/files/$lib"
	cp "$cache/$name/usr/bin/numactl" "$work/files/bin"
	cp -L "$cache/$name/$lib/"{libnuma.so.1,libc.so.6} "$work/files/$lib"
	cp -L "$cache/$name/$lib/ld-linux-x86-64.so.2" "$work/files/lib64"
}

# static_program NAME: compiles the C source on standard input for the machine's /bin
static_program() {
	need_tools cc
	mkdir -p "$work/files/bin"
	cc -x c -O1 -static -o "$work/files/bin/$1" - || cannot_tell "cannot compile a static program"
}

# build_initramfs FILE: busybox, the modules dax_hmem, kmem and device_dax, what is in $work/files,
# and the guest's script $work/guest
build_initramfs() {
	local root=$work/root module file
	rm -rf "$root"
	mkdir -p "$root"/{bin,proc,sys,dev,run} "$root/lib/modules/$release"
	cp "$cache/$busybox/bin/busybox" "$root/bin"
	[[ ! -d $work/files ]] || cp -a "$work/files/." "$root"
	[[ -e $tree/lib/modules/$release/modules.dep.bin ]] || depmod -b "$tree" "$release"
	modprobe -d "$tree" -S "$release" --show-depends -a dax_hmem kmem device_dax "${modules[@]}" |
		awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$work/modules"
	while read -r module; do
		file=$root/lib/modules/$release/$(basename "$module" .xz)
		if [[ $module == *.xz ]]; then xz -dc "$module" >"$file"; else cp "$module" "$file"; fi
	done <"$work/modules"
	cp "$tree/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} "$root/lib/modules/$release"
	depmod -b "$root" "$release"
	cat >"$root/init" <<-'EOF'
	#!/bin/busybox sh
	/bin/busybox --install -s /bin
	export PATH=/bin:/usr/bin:/sbin:/usr/sbin
	mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs devtmpfs /dev
	mount -t debugfs debugfs /sys/kernel/debug
	stty -F /dev/ttyS1 raw
	M=/sys/devices/system/memory NODE=/sys/devices/system/node DAX=/sys/bus/dax
	# blocks NODE: numbers of its memory blocks
	blocks() { ls "$NODE/node$1" | sed -n 's/^memory\([0-9][0-9]*\)$/\1/p' | sort -n; }
	# set_blocks WORD NUMBER...: write it to the state of each
	set_blocks() { local word=$1 b; shift; for b; do echo "$word" >"$M/memory$b/state" || echo "block $b: $word fails"; done; }
	# kmem DEVICE...: into kmem, all memory blocks offline
	kmem() {
		local d
		echo offline >$M/auto_online_blocks
		modprobe dax_hmem && modprobe kmem
		for d; do [ -e $DAX/drivers/kmem/$d ] || echo $d >$DAX/drivers/kmem/new_id; done
	}
	. /guest >/dev/ttyS1 2>&1
	echo "-- end" >/dev/ttyS1
	poweroff -f
	EOF
	chmod 755 "$root/init"
	cp "$work/guest" "$root/guest"
	(cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) >"$1"
}

# run_machine KERNEL [QEMU_ARGUMENT...]: boots it with the arrays memory, append and modules, and the
# guest's script from standard input; prints what the script prints
run_machine() {
	local kernel=$1 tree release image busybox=busybox-static-1.35.0-4+deb12u1+b1
	shift
	cat >"$work/guest"
	need_tools qemu-system-x86_64 modprobe depmod cpio xz
	fetch "$busybox" bookworm "busybox-static=1:1.35.0-4+deb12u1+b1" # 0.9 MB
	fetch_kernel "$kernel"
	build_initramfs "$work/initrd"
	: >"$work/console"
	: >"$work/result"
	timeout --foreground -k 5 "${timeout:-300}" qemu-system-x86_64 -machine "${machine:-q35}" -accel tcg -smp 2 \
		-cpu max,-hypervisor,-la57,-erms,-fsrm -nodefaults -display none -no-reboot \
		-kernel "$image" -initrd "$work/initrd" "${memory[@]}" "$@" \
		-append "console=ttyS0 panic=-1 no_timer_check nokaslr norandmaps tsc=reliable quiet loglevel=4 ${append[*]}" \
		-serial "file:$work/console" -serial "file:$work/result" </dev/null >&2 || true
	if [[ $(tail -n 1 "$work/result") != "-- end" ]]; then
		tail -n 20 "$work/console" "$work/result" >&2
		cannot_tell "the machine with $kernel did not come to its end"
	fi
	sed '$d' "$work/result"
}

# verify FUNCTION: shows what it prints, and compares that with the output in the finding's head comment
verify() {
	"$1" >"$work/seen"
	cat "$work/seen"
	sed -n '/^# Output:/,/^[^#]/ s/^#   //p' "$0" >"$work/stated"
	if diff -u --label stated --label seen "$work/stated" "$work/seen" >&2; then
		echo "${0##*/}: as stated"
	else
		echo "${0##*/}: NOT as stated" >&2
		exit 1
	fi
}

memory=() append=() modules=()
