# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Part of the script vm: fetches test kernels and a newer QEMU into $cache. apt
# downloads packages with a private configuration; they are unpacked, never
# installed. This needs no root and does not change the system's apt.

own_suite() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release; }

# mirror SUITE: the mirror in this machine's apt sources that should have it
mirror() {
	local kind=""
	[[ $1 == *-security ]] && kind=-security
	# shellcheck disable=SC2016 # these are apt's variables
	apt-get indextargets --format '$(COMPONENT) $(RELEASE) $(ORIGIN) $(REPO_URI)' 'Created-By: Packages' |
		awk -v own="$(own_suite)$kind" -v alias="^(old)*stable$kind\$" '
			!uri && $1 == "main" && ($2 == own || $3 == "Debian" && $2 ~ alias) { uri = $4 }
			END { print uri }'
}

# private_apt SUITE...: set up a private apt with these suites; print the name of its
# configuration file
private_apt() {
	local dir="${cache:?}/apt/$1" suite uri
	mkdir -p "$dir"/{lists,archives}/partial
	: >"$dir/sources.list"
	for suite; do
		uri=$(mirror "$suite")
		[[ $uri ]] || { say "no mirror for $suite in this machine's apt sources"; return 1; }
		echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $suite main" \
			>>"$dir/sources.list"
	done
	# Keep settings of downloads such as proxies; leave out hooks, pins and sources.
	{
		apt-config dump | grep '^Acquire::' || true
		cat <<-EOF
		Dir::Etc::Main "/dev/null";
		Dir::Etc::Parts "/dev/null";
		Dir::Etc::SourceList "$dir/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::Etc::Preferences "/dev/null";
		Dir::Etc::PreferencesParts "/dev/null";
		Dir::State::Lists "$dir/lists";
		Dir::State::status "/var/lib/dpkg/status";
		Dir::Cache "$dir";
		APT::Architecture "amd64";
		APT::Architectures { "amd64"; };
		APT::Sandbox::User "";
		APT::Update::Error-Mode "any";
		Acquire::GzipIndexes "true";
		Acquire::Languages "none";
		Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
		Acquire::IndexTargets::deb-src::Sources::DefaultEnabled "false";
		Debug::NoLocking "true";
		EOF
	} >"$dir/apt.conf"
	APT_CONFIG="$dir/apt.conf" apt-get -qq update >&2 || return 1
	echo "$dir/apt.conf"
}

# newest_release PATTERN PACKAGE...: the newest release that has all packages
newest_release() {
	local pattern=$1 release package
	local -a releases
	shift
	mapfile -t releases < <(apt-cache pkgnames "$1-" | sed "s/^$1-//" | sort -rV)
	for release in "${releases[@]}"; do
		# shellcheck disable=SC2053 # a pattern on purpose
		[[ $release == $pattern && $release != *-@(rt|cloud)-* ]] || continue
		for package; do
			apt-cache show "$package-$release" >/dev/null 2>&1 || continue 2
		done
		echo "$release"
		return
	done
}

# unpack DIR: unpack all packages in DIR/debs into DIR
unpack() {
	local deb
	# Packages disagree on whether modules are in /lib or in /usr/lib.
	mkdir -p "$1/usr/lib"
	ln -sfn usr/lib "$1/lib"
	for deb in "$1"/debs/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$1" --no-same-owner --keep-directory-symlink
	done
	rm -r "$1/debs"
}

# fetch_kernel NAME: fetch the newest release into $cache/kernel/RELEASE. The link NAME is
# made last and shows that it is complete. An older one stays: a machine may be using it.
fetch_kernel() {
	local pattern suites packages suite release dir
	read -r _ pattern suites packages < <(kernel_line "$1")
	IFS=, read -ra packages <<<"$packages"
	for suite in ${suites//,/ }; do
		APT_CONFIG=$(private_apt "$suite") || continue
		export APT_CONFIG
		release=$(newest_release "$pattern" "${packages[@]}")
		[[ $release ]] || continue
		dir=$cache/kernel/$release
		if [[ $(readlink "$cache/kernel/$1") != "$release" ]]; then
			say "kernel $1: fetching $release from $suite"
			rm -rf "$dir"
			mkdir -p "$dir/debs"
			(cd "$dir/debs" && apt-get -qq download "${packages[@]/%/-$release}" >&2) || continue
			unpack "$dir"
			depmod -b "$dir" "$release"
			ln -sfn "$release" "$cache/kernel/$1"
		fi
		say "kernel $1: $release"
		return
	done
	die "kernel $1: nothing like $pattern in $suites"
}

# fetch_qemu SUITE: fetch QEMU and those of its dependencies that are not installed here
fetch_qemu() {
	local dir=$cache/qemu/$1.dir own conf
	own=$(own_suite)
	conf=$(private_apt "$1" "$own") || die "qemu: cannot read $1"
	say "qemu: fetching from $1"
	rm -rf "$dir"
	mkdir -p "$dir"
	# Hide an installed QEMU from apt, or apt would upgrade all of its packages.
	awk -v RS= -v ORS='\n\n' '!/^Package: qemu/' /var/lib/dpkg/status >"${conf%/*}/status"
	APT_CONFIG=$conf apt-get -qq -o Dir::State::status="${conf%/*}/status" --download-only --yes \
		--no-install-recommends -t "$1" install qemu-system-x86 >&2 || die "qemu: cannot fetch it"
	mv "${conf%/*}/archives" "$dir/debs"
	unpack "$dir"
	ln -sfn "$1.dir" "$cache/qemu/$1"
}

# need KIND NAME: fetch it unless it is in the cache or NAME is empty
need() {
	[[ ! $2 || -e $cache/$1/$2 ]] || locked need_locked "$@"
}

need_locked() { [[ -e $cache/$1/$2 ]] || "fetch_$1" "$2"; }

# locked FUNCTION ARG...: run it with a lock on the cache
locked() {
	mkdir -p "$cache"/{kernel,qemu,root}
	(
		flock 9
		"$@" 9>&-
	) 9>"$cache/lock"
}
