#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr and others
# shellcheck disable=SC2016 # texts of scripts, whose variables are theirs

# migrate scan on installed files. Processes need a kernel with /sys/class/dax: see test/vm/migrate-scan.bats.

load cli

# put PATH [MODE]: write standard input to a file of the system in $root
put()
{
	mkdir -p "$(dirname "$root/$1")"
	cat > "$root/$1"
	chmod "${2-644}" "$root/$1"
}

# compile PATH [FLAG...]: compile C from standard input to a program of the system in $root
compile()
{
	local path=$1
	shift
	mkdir -p "$(dirname "$root/$path")"
	"${CC:-cc}" -x c "$@" -o "$root/$path" -
}

# Twenty files that use the class, each in another way
make_users()
{
	put etc/udev/rules.d/60-a.rules <<< 'SUBSYSTEM=="dax", DEVPATH=="*/class/dax/*", MODE="0660"'
	put usr/lib/udev/rules.d/61-b.rules <<< $'# size\nPROGRAM="/bin/sh -c \'cat /sys/class/dax/%k/size\'"'
	put usr/lib/udev/rules.d/62-c.rules <<< 'KERNEL=="dax*", DEVPATH=="/devices/*/dax/dax*", GROUP="db"'
	put etc/systemd/system/a.service <<< $'[Unit]\nConditionPathExists=/sys/class/dax'
	put etc/systemd/system/b.path <<< $'[Path]\nPathExistsGlob=/sys/class/dax/dax*'
	put usr/lib/systemd/system/c.service <<< $'[Unit]\nAfter=sys-class-dax-dax0.0.device'
	put etc/modprobe.d/d.conf <<< 'alias nd:t7* dax_pmem_compat'
	put etc/modprobe.d/e.conf <<< $'# the bus was new then\nblacklist dax_pmem'
	put etc/modules-load.d/f.conf <<< 'dax_pmem_compat'
	put etc/default/daxd <<< 'DAXD_DEVICES=/sys/class/dax'
	put usr/bin/ls-dax 755 <<< $'#!/bin/sh\nfor d in /sys/class/dax/*; do echo "$d"; done'
	put usr/bin/braces 755 <<< $'#!/bin/bash\nls -d /sys/class/{nd,dax}/*'
	put usr/bin/joined 755 <<< $'#!/usr/bin/python3\nimport os\nprint(os.listdir(os.path.join("/sys", "class", "dax")))'
	put usr/lib/python3/dist-packages/daxtools.py <<< $'from pathlib import Path\nCLASS = Path("/sys/class") / "dax"'
	put usr/bin/opened 755 <<< $'#!/usr/bin/perl\nopendir(my $d, "/sys/class/dax") or die;'
	put usr/bin/align 755 <<< $'#!/bin/sh\n[ -e /dev/dax0.0 ] && cat "/sys/dev/char/$1/device/align"'
	put usr/sbin/region 755 <<< $'#!/bin/sh\ncat "/sys/dev/char/$1/device/dax_region/id"'
	compile usr/bin/program <<< '#include <stdio.h>
int main(int n, char **v) { return printf("/sys/class/dax/%s/size\n", v[n - 1]) < 0; }'
	compile usr/lib/libold.so.1 -shared -fPIC <<< '#include <stdio.h>
#include <string.h>
int is_dax(char *to, const char *link)
{
	sprintf(to, "/sys/dev/char/%d:%d/subsystem", 1, 2);
	return strcmp(link, "/sys/class/dax") == 0;
}'
	# With -O2 the path is an immediate operand of instructions, and no string.
	compile usr/bin/copied -O2 <<< '#include <string.h>
#include <unistd.h>
int main(int n, char **v) { char s[64]; strcpy(s, "/sys/class/dax"); return access(s + n - 1, R_OK) + !v; }'
}

users='/etc/default/daxd
/etc/modprobe.d/d.conf
/etc/modprobe.d/e.conf
/etc/modules-load.d/f.conf
/etc/systemd/system/a.service
/etc/systemd/system/b.path
/etc/udev/rules.d/60-a.rules
/usr/bin/align
/usr/bin/braces
/usr/bin/copied
/usr/bin/joined
/usr/bin/ls-dax
/usr/bin/opened
/usr/bin/program
/usr/lib/libold.so.1
/usr/lib/python3/dist-packages/daxtools.py
/usr/lib/systemd/system/c.service
/usr/lib/udev/rules.d/61-b.rules
/usr/lib/udev/rules.d/62-c.rules
/usr/sbin/region'

# More than twenty files that look like users and are none
make_look_alikes()
{
	put usr/bin/comment 755 <<< $'#!/bin/sh\n# was /sys/class/dax\nls /sys/bus/dax/devices # not /sys/class/dax'
	put usr/bin/daxtra 755 <<< $'#!/bin/sh\nls /sys/class/daxtra'
	put usr/bin/dax-foo 755 <<< $'#!/bin/sh\nls /sys/class/dax_foo /sys/class/dax-foo'
	put usr/bin/unrelated 755 <<< $'#!/bin/sh\nls foo/class/dax/bar /srv/class/dax'
	put usr/bin/disk-align 755 <<< $'#!/bin/sh\ncat /sys/block/sda/device/align'
	put usr/bin/docstring 755 <<< $'#!/usr/bin/python3\n"""Before, this was in\n/sys/class/dax."""\nprint(1)'
	put usr/bin/pod 755 <<< $'#!/usr/bin/perl\n=head1 FILES\n\n/sys/class/dax\n\n=cut\nprint 1;'
	put usr/bin/unload 755 <<< $'#!/bin/sh\nmodprobe -r dax_pmem_compat && modprobe dax_pmem'
	put usr/share/doc/x/notes <<< 'It used to be in /sys/class/dax.'
	put usr/share/man/man1/x.1 <<< '/sys/class/dax'
	put usr/share/x/README <<< '/sys/class/dax'
	put usr/share/x/howto.md <<< '/sys/class/dax'
	put usr/share/x/list <<< '/sys/class/dax'
	put usr/share/x/x.c <<< 'const char *s = "/sys/class/dax";'
	put opt/x/.git/hooks/pre-commit 755 <<< $'#!/bin/sh\nls /sys/class/dax'
	put etc/modprobe.d/options.conf <<< $'options dax_hmem region_idle=1\noptions dax_pmem_compat x=1'
	put etc/modprobe.d/daxctl.conf <<< $'blacklist dax_pmem_compat\nalias nd:t7* dax_pmem'
	put etc/udev/rules.d/70-dax.rules <<< 'SUBSYSTEM=="dax", KERNEL=="dax*", GROUP="db", TAG+="systemd"'
	put etc/udev/rules.d/71-dax.rules <<< '# DEVPATH=="*/class/dax/*"'
	put etc/systemd/system/x.service <<< $'[Unit]\n; ConditionPathExists=/sys/class/dax\nAfter=sys-class-daxtra.device'
	put usr/share/x/data 644 <<< $'\x7f\x01/sys/class/dax'
	head -c 100 /dev/zero >> "$root/usr/share/x/data"
	ln -s ls-dax "$root/usr/bin/link"
	ln "$root/usr/bin/comment" "$root/usr/bin/comment2"
	make_safe
}

make_safe()
{
	put usr/bin/both 755 <<< $'#!/bin/sh\nls -d /sys/bus/dax/devices/* /sys/class/dax/* 2> /dev/null'
	compile usr/bin/both-too <<< '#include <stdio.h>
int main(int n, char **v) { (void)v; return puts(n > 1 ? "/sys/class/dax" : "/sys/bus/dax/devices") < 0; }'
	compile usr/lib/libnew.so.1 -shared -fPIC <<< '#include <stdio.h>
#include <string.h>
int is_dax(char *to, const char *link)
{
	sprintf(to, "/sys/dev/char/%d:%d/subsystem", 1, 2);
	return strcmp(link, "dax") == 0 || strncmp(link, "/dev/dax", 8) == 0;
}'
}

safe='/usr/bin/both
/usr/bin/both-too
/usr/lib/libnew.so.1'

setup()
{
	root=$BATS_TEST_TMPDIR/root
	mkdir "$root"
}

teardown()
{
	[[ -z ${public-} ]] || rm -r "$public"
	[[ -z ${busy-} ]] || { kill "$busy" && wait "$busy"; } || true
}

# files [false]: the paths in $output that depend on the class, or with "false" those that need no change
files()
{
	jq -r ".users[] | select((.safe == null) == ${1-true}) | .path" <<< "$output" | sort -u
}

# --- results --------------------------------------------------------------------------------------

@test "migrate scan: 20 users and as many look-alikes: only the users reported" {
	make_users
	make_look_alikes
	[[ $(wc -l <<< "$users") -eq 20 ]]
	daxbus migrate scan --root "$root" --json
	is_status 7
	is_stderr ''
	[[ $(files) == "$users" ]] || mismatch "$(diff <(files) - <<< "$users")"
	[[ $(files false) == "$safe" ]] || mismatch "$(files false)"
}

@test "migrate scan: look-alikes only: exit 0" {
	make_look_alikes
	daxbus migrate scan --root "$root"
	is_status 0
	[[ ${stderr_lines[0]} == 'daxbus: nothing depends on /sys/class/dax' ]]
	[[ ${lines[0]} == 'Need no change:' && ${#lines[@]} -eq 4 ]] || mismatch 'other lines'
}

@test "migrate scan: line and offset: point to the words found" {
	make_users
	daxbus migrate scan --root "$root" --json
	local path line offset
	while read -r path line offset; do
		[[ $line == null ]] || sed -n "${line}p" "$root/$path" | grep -qE 'dax|device/align' || mismatch "$path:$line"
		tail -c +$((offset + 1)) "$root/$path" | head -c 12 | grep -qaE '^(dax|device/align)' || mismatch "$path+$offset"
	done < <(jq -r '.users[] | "\(.path) \(.line) \(.offset)"' <<< "$output")
	[[ $(json '[.users[] | select(.path == "/etc/modules-load.d/f.conf") | .offset, .pid]') == '[0,null]' ]]
	[[ $(json '[.users[] | select(.path == "/etc/modprobe.d/e.conf") | .line, .code]') == '[2,"bus-kept-out"]' ]]
	[[ $(json '[.users[] | select(.path == "/usr/lib/libold.so.1") | .kind, .line, .code]') == \
		'["library",null,"class-compared"]' ]]
	[[ $(json '[.users[] | .code] | unique') == \
		'["bus-kept-out","class-compared","class-directory","class-path","compat-module","device-align","device-region"]' ]]
}

@test "migrate scan: text output: what breaks and what to use instead, once for each way" {
	put usr/bin/a 755 <<< $'#!/bin/sh\nls /sys/class/dax\nls /sys/class/dax/dax0.0\nls x/device/dax_region/id'
	daxbus migrate scan --root "$root"
	is_status 7
	is_output '/usr/bin/a (script)
  line 2: ls /sys/class/dax
  line 3: ls /sys/class/dax/dax0.0
    breaks: a device on the bus is not in /sys/class/dax, and since kernel 5.17 none is
    use instead: /sys/bus/dax/devices/daxX.Y, or /sys/dev/char/MAJOR:MINOR/ of the device node
  line 4: ls x/device/dax_region/id
    breaks: a device on the bus has no link '\''device'\''
    use instead: ../dax_region of the real directory of /sys/bus/dax/devices/daxX.Y'
	[[ $stderr == "daxbus: scanned 1 file ($(stat -c %s "$root/usr/bin/a") B) and 0 processes" ]]
}

# dpkg_knows PACKAGE[:ARCHITECTURE] FILE...: add a package with these files to the database of dpkg below the root
dpkg_knows()
{
	local dpkg=$root/var/lib/dpkg
	mkdir -p "$dpkg/info"
	echo 1 > "$dpkg/info/format"
	printf '%s\n' "Package: ${1%:*}" 'Status: install ok installed' 'Maintainer: none' 'Version: 1' 'Architecture: amd64' \
		'Description: for a test' >> "$dpkg/status"
	[[ $1 != *:* ]] || echo 'Multi-Arch: same' >> "$dpkg/status"
	echo >> "$dpkg/status"
	printf '%s\n' "${@:2}" > "$dpkg/info/$1.list"
}

@test "migrate scan: database of dpkg: package of a file, /lib as /usr/lib" {
	type -P dpkg-query >/dev/null || skip 'no dpkg-query here'
	make_users
	dpkg_knows libold1:amd64 /. /lib /lib/libold.so.1
	dpkg_knows old-tools /usr/bin /usr/bin/program /usr/bin/programme
	daxbus migrate scan --root "$root" --json
	[[ $(json '[.users[] | select(.package) | .path, .package]') == \
		'["/usr/bin/program","old-tools","/usr/lib/libold.so.1","libold1"]' ]] || mismatch packages
	daxbus migrate scan --root "$root"
	[[ $output == *'/usr/lib/libold.so.1 (library, package libold1)'* ]]
	# The caller ignores signals, has no descriptor 3, and has an empty environment.
	run --separate-stderr env -i DAXBUS="$DAXBUS" \
		bash -c 'trap "" CHLD PIPE; exec 3<&- 7</; "$DAXBUS" migrate scan --json --root="$0" </dev/null' "$root"
	[[ $(json '[.users[] | select(.package) | .package]') == '["old-tools","libold1"]' ]] || mismatch 'from an odd caller'
}

@test "migrate scan: database of dpkg is a link out of the root: not followed" {
	type -P dpkg-query >/dev/null || skip 'no dpkg-query here'
	put usr/bin/first 755 <<< $'#!/bin/sh\nls /sys/class/dax'
	dpkg_knows outside /usr/bin/first
	mv "$root/var/lib/dpkg" "$BATS_TEST_TMPDIR/outside"
	ln -s "$BATS_TEST_TMPDIR/outside" "$root/var/lib/dpkg"
	daxbus migrate scan --root "$root" --json
	is_status 7
	[[ $(json '[.users[].package]') == '[null]' ]] || mismatch packages
}

@test "migrate scan: SIGKILL while dpkg-query waits for a database: no process left behind" {
	type -P dpkg-query >/dev/null || skip 'no dpkg-query here'
	put usr/bin/first 755 <<< $'#!/bin/sh\nls /sys/class/dax'
	dpkg_knows some /usr/bin/first
	rm "$root/var/lib/dpkg/info/some.list"
	mkfifo "$root/var/lib/dpkg/info/some.list"
	"$DAXBUS" migrate scan --root "$root" 3>&- >/dev/null 2>&1 &
	local pid=$! child='' n
	for ((n = 0; n < 100; n++)); do
		child=$(pgrep -P "$pid" dpkg-query) && break
		sleep 0.1
	done
	[[ $child ]] || mismatch 'no dpkg-query'
	# It waits for a writer of the FIFO.
	for ((n = 0; n < 100; n++)); do
		[[ $(< "/proc/$child/wchan") != *fifo* ]] || break
		sleep 0.1
	done
	kill -KILL "$pid"
	wait "$pid" || true
	for ((n = 0; n < 100; n++)); do
		[[ -e /proc/$child ]] || break
		sleep 0.1
	done
	[[ ! -e /proc/$child ]] || mismatch "$child is left"
}

# rpm_knows PACKAGE FILE...: add a package with these files to the database of rpm below the root
rpm_knows()
{
	local work=$BATS_TEST_TMPDIR/rpm file
	{
		printf '%s\n' "Name: $1" 'Version: 1' 'Release: 1' 'Summary: for a test' 'License: none' 'BuildArch: noarch' \
			'%description' 'For a test.' '%install'
		for file in "${@:2}"; do printf 'install -D /dev/null "%%{buildroot}%s"\n' "$file"; done
		printf '%s\n' '%files' "${@:2}"
	} > "$BATS_TEST_TMPDIR/$1.spec"
	rpmbuild --quiet -bb --define "_topdir $work" "$BATS_TEST_TMPDIR/$1.spec"
	mkdir -p "$root/var/lib/rpm"
	rpm --dbpath "$root/var/lib/rpm" --justdb --nodeps -i "$work/RPMS/noarch/$1-1-1.noarch.rpm" 2>/dev/null
}

@test "migrate scan: database of rpm below --root: not used, and unchanged" {
	[[ -x /usr/bin/rpm ]] && type -P rpmbuild >/dev/null || skip 'no rpm here'
	put usr/bin/first 755 <<< $'#!/bin/sh\nls /sys/class/dax'
	rpm_knows from-rpm /usr/bin/first
	local before
	before=$(cd "$root" && find . -printf '%p %s %T@ %C@\n' | sort)
	daxbus migrate scan --root "$root" --json
	[[ $(json '[.users[].package]') == '[null]' ]] || mismatch packages
	[[ $(cd "$root" && find . -printf '%p %s %T@ %C@\n' | sort) == "$before" ]] || mismatch 'changed files'
}

@test "migrate scan: running system: package from rpm" {
	[[ -x /usr/bin/rpm ]] && type -P rpmbuild >/dev/null || skip 'no rpm here'
	unshare -m true 2>/dev/null || skip 'mounting needs root'
	put opt/second 755 <<< $'#!/bin/sh\nls /sys/class/dax'
	rpm_knows from-rpm /opt/second
	# Debian's rpm has its database in the home directory.
	put macros/macros.test <<< '%_dbpath /mnt'
	run --separate-stderr unshare -m bash -c 'mount --bind "$0/opt" /opt && mount --bind "$0/macros" /usr/lib/rpm/macros.d &&
		mount --bind "$0/var/lib/rpm" /mnt && exec "$DAXBUS" migrate scan --json /opt' "$root"
	[[ $(json '[.users[] | select(.path) | .package]') == '["from-rpm"]' ]] || mismatch packages
}

@test "migrate scan: daxbus and libdaxbus: need no change" {
	local library=("${DAXBUS%/*}"/../lib/.libs/libdaxbus.so.*.*)
	[[ -e ${library[0]} ]] || skip 'not in a build directory'
	daxbus migrate scan --json "$DAXBUS" "${library[0]}"
	is_status 0
	[[ $(json '[.users[] | .safe | length > 0] | all and length > 0') == true ]] || mismatch 'not safe'
}

# --- paths ----------------------------------------------------------------------------------------

@test "migrate scan: PATH is a file, a directory or a link: scanned, whatever its name" {
	make_users
	make_look_alikes
	cd "$root"
	for path in usr/bin/ls-dax ./usr/bin/../bin/ls-dax "$root/usr/bin/ls-dax" usr/bin/link; do
		daxbus migrate scan --json "$path"
		is_status 7
		[[ $(json '[.users[].path]') == "[\"$(realpath "$root")/usr/bin/ls-dax\"]" ]] || mismatch "$path"
	done
	daxbus migrate scan --json etc/modprobe.d
	[[ $(json '.users | length') == 2 ]]
	# A full scan skips these; a PATH that is named is always scanned.
	daxbus migrate scan --json opt/x/.git/hooks
	is_status 7
	for path in usr/share/x/{README,howto.md,list,x.c}; do
		daxbus migrate scan --json "$path"
		is_status 7
		[[ $(json '[.users[] | .path, .kind]') == "[\"$(realpath "$path")\",\"script\"]" ]] || mismatch "$path"
	done
	daxbus migrate scan --json usr/share/x
	is_status 0
}

@test "migrate scan: PATH with --root: resolved below the root, links too" {
	make_users
	ln -s /usr/bin "$root/bin"
	ln -s /../../../../usr/bin/ls-dax "$root/away"
	for path in usr/bin/ls-dax /usr/bin/ls-dax /bin/ls-dax /away; do
		daxbus migrate scan --json --root="$root" "$path"
		[[ $(json '[.users[].path]') == '["/usr/bin/ls-dax"]' ]] || mismatch "$path"
	done
}

@test "migrate scan: PATH with .. after a link: resolved as by the kernel" {
	put deep/script 755 <<< $'#!/bin/sh\nls /sys/class/dax'
	put script 755 <<< $'#!/bin/sh\ntrue'
	mkdir "$root/deep/er"
	ln -s deep/er "$root/link"
	ln -s link/../script "$root/there"
	for path in link/../script deep/er/../script deep/./script there deep//script; do
		daxbus migrate scan --json "$root/$path"
		is_status 7
		[[ $(json '[.users[].path]') == "[\"$(realpath "$root/deep/script")\"]" ]] || mismatch "$path"
	done
	daxbus migrate scan "$root/script/.."
	is_usage_error "$root/script/.. is neither a directory nor a file" 'migrate scan'
}

@test "migrate scan: file named twice or linked twice: read once" {
	make_users
	ln "$root/usr/bin/ls-dax" "$root/usr/bin/ls-dax2"
	daxbus migrate scan --json --root="$root" /usr/bin/ls-dax /usr /usr/bin
	[[ $(json '[.users[] | select(.path | contains("ls-dax"))] | length') == 1 ]] || mismatch twice
}

@test "migrate scan: PATH does not exist, is no file, or is the kernel's: exit 3, 2 or 1" {
	daxbus migrate scan "$root/none"
	is_status 3
	is_stderr "daxbus: cannot look into $root/none: No such file or directory"
	mkfifo "$root/fifo"
	ln -s self "$root/self"
	daxbus migrate scan "$root/fifo"
	is_usage_error "$root/fifo is neither a directory nor a file" 'migrate scan'
	daxbus migrate scan "$root/self"
	is_status 1
	for path in /proc /proc/self/status /sys/kernel; do
		daxbus migrate scan "$path"
		is_usage_error "$path is the kernel's, and nothing that is installed" 'migrate scan'
	done
	daxbus migrate scan ''
	is_usage_error "a path must not be empty" 'migrate scan'
	daxbus migrate scan --root="$root/fifo"
	is_status 2
	daxbus migrate scan --root="$root/none" --json
	is_status 3
	[[ $(json '.error.code') == '"not-found"' ]]
}

# --- unusual and malformed input ------------------------------------------------------------------

@test "migrate scan: empty root: exit 0, no output" {
	daxbus migrate scan --root="$root"
	is_status 0
	is_output ''
}

@test "migrate scan: file name with newline, escape or invalid UTF-8: no control character printed" {
	local name=$'a\nb\e[31m\xff\'"$x'
	put "usr/bin/$name" 755 <<< $'#!/bin/sh\nls /sys/class/dax \e[2J \xff'
	daxbus migrate scan --root="$root"
	is_status 7
	LC_ALL=C run -1 grep -q $'[\x01-\x08\x0b-\x1f\x7f]' <<< "$output"
	daxbus migrate scan --root="$root" --json
	[[ $(json '.users | length') == 1 ]] || mismatch json
	[[ $(json '.users[0].path | contains("a\nb\u001b[31m")') == true ]] || mismatch name
}

@test "migrate scan: FIFOs, sockets, link loops, dangling links: not opened" {
	make_users
	mkfifo "$root/usr/bin/fifo" "$root/etc/udev/rules.d/f.rules"
	ln -s . "$root/usr/bin/loop"
	ln -s loop2 "$root/usr/bin/loop2"
	ln -s /none "$root/usr/bin/dangling"
	python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$root/usr/s"
	run --separate-stderr timeout 20 "$DAXBUS" migrate scan --root "$root" --json
	is_status 7
	[[ $(files) == "$users" ]] || mismatch users
	[[ $(json .looked_at.unreadable) == 0 ]]
}

@test "migrate scan: file cannot be read: counted, named with --verbose" {
	make_users
	copy_for_everybody
	cp -r "$root/usr/bin" "$public/scanned"
	chmod 755 "$public/scanned"
	chmod 000 "$public/scanned/ls-dax"
	mkdir -m 000 "$public/scanned/closed"
	run --separate-stderr as_nobody migrate scan "$public/scanned"
	is_status 7
	[[ $output != *ls-dax* && $output == *braces* ]] || mismatch users
	[[ $stderr == *'daxbus: 2 files and 0 processes could not be read; run as root to read all'* ]] || mismatch stderr
	run --separate-stderr as_nobody migrate scan -v "$public/scanned"
	[[ $stderr == *'skipped ls-dax in '*'Permission denied'* && $stderr == *'skipped closed'* ]] || mismatch log
	chmod -R u+rwX "$public/scanned"
}

@test "migrate scan: random, empty and truncated files: exit 0" {
	for i in 1 2 3; do
		head -c 1000000 /dev/urandom > "$root/noise$i"
		chmod 755 "$root/noise$i"
		{ printf '#!/bin/sh\n'; head -c 1000000 /dev/urandom; } > "$root/script$i"
		{ head -c 64 "$DAXBUS"; head -c 5000000 /dev/urandom; } > "$root/elf$i"
	done
	: > "$root/empty"
	printf '\177ELF' > "$root/short"
	daxbus migrate scan --json "$root"
	is_status 0
	[[ $(json .looked_at.files) == 11 ]] || mismatch files
}

@test "migrate scan: file of 1 TiB: read in part, counted" {
	put script 755 <<< $'#!/bin/sh\nls /sys/class/dax'
	truncate -s 1T "$root/script"
	cp "$DAXBUS" "$root/program"
	truncate -s 1T "$root/program"
	run --separate-stderr timeout 60 "$DAXBUS" migrate scan --json "$root"
	is_status 7
	[[ $(json .looked_at.cut) == 1 ]] || mismatch cut
	[[ $(files) == "$(realpath "$root")/script" ]] || mismatch users
	run --separate-stderr timeout 60 "$DAXBUS" migrate scan "$root"
	[[ $stderr == *'only the start of 1 huge file was read'* ]]
	# 16 MiB are read completely.
	truncate -s 16M "$root/script"
	daxbus migrate scan --json "$root/script"
	[[ $(json .looked_at.cut) == 0 ]] || mismatch 'cut at its end'
	truncate -s 17M "$root/script"
	daxbus migrate scan --json "$root/script"
	[[ $(json .looked_at.cut) == 1 ]] || mismatch 'not cut'
}

@test "migrate scan: line of 2 MB: found, text shortened" {
	{ printf '#!/bin/sh\nls '; head -c 2000000 /dev/zero | tr '\0' x; echo ' /sys/class/dax'; } > "$root/long"
	daxbus migrate scan --json "$root"
	is_status 7
	[[ $(json '[.users[] | .line, (.text | length) <= 160]') == '[2,true]' ]] || mismatch line
}

@test "migrate scan: file grows while it is read: scan ends" {
	put growing 755 <<< $'#!/bin/sh\nls /sys/class/dax'
	(while echo '# and on' >> "$root/growing"; do :; done) 3>&- &
	busy=$!
	for i in 1 2 3 4 5; do
		run --separate-stderr timeout 20 "$DAXBUS" migrate scan --json "$root"
		is_status 7
		[[ $(json '.users | length') == 1 ]] || mismatch users
	done
}

@test "migrate scan: files vanish during the scan: scan ends" {
	put stays 755 <<< $'#!/bin/sh\nls /sys/class/dax'
	(while :; do
		mkdir -p "$root/gone"
		touch "$root"/gone/{1..40}
		rm -r "$root/gone"
	done) 3>&- 2> /dev/null &
	busy=$!
	for i in {1..5}; do
		run --separate-stderr timeout 20 "$DAXBUS" migrate scan --json "$root"
		is_status 7
		[[ $(json '.users | length') == 1 ]] || mismatch users
	done
}

@test "migrate scan: 200 nested directories: counted as unreadable, others scanned" {
	put top 755 <<< $'#!/bin/sh\nls /sys/class/dax'
	local path=$root
	for i in {1..200}; do path+=/d; done
	mkdir -p "$path"
	daxbus migrate scan --json "$root"
	is_status 7
	[[ $(json '[(.users | length), .looked_at.unreadable]') == '[1,1]' ]] || mismatch deep
}

# --- JSON, --sysroot, completion ------------------------------------------------------------------

@test "schema: migrate scan --json: valid, exactly the required keys" {
	local schema=$BATS_TEST_DIRNAME/../../Documentation/daxbus-scan.schema.json
	python3 -c 'import jsonschema' || skip 'no python3-jsonschema here'
	make_users
	make_safe
	daxbus migrate scan --json --root="$root"
	python3 -c 'import json, sys, jsonschema
jsonschema.validate(json.load(sys.stdin), json.load(open(sys.argv[1])))' "$schema" <<< "$output"
	[[ $(json '.users[0] | keys') == "$(jq -c '.properties.users.items.required | sort' "$schema")" ]]
	[[ $(json '.looked_at | keys') == "$(jq -c '.properties.looked_at.required | sort' "$schema")" ]]
	[[ $(json keys) == "$(jq -c '.required | sort' "$schema")" ]]
}

@test "migrate scan: --sysroot: no processes, files of --root or PATH" {
	make_users
	tree_with_two
	daxbus migrate scan --json --sysroot "$tree" --root "$root"
	[[ $(files) == "$users" ]] || mismatch users
	daxbus migrate scan --json --sysroot "$tree" "$root/usr/bin/ls-dax"
	[[ $(json .looked_at.processes) == 0 ]]
}

@test "completion: migrate scan: command, files and directories" {
	daxbus __introspect complete -- migrate s
	[[ $'\n'$output$'\n' == *$'\nscan\n'* ]]
	daxbus __introspect complete -- migrate scan /et
	is_output :files
	daxbus __introspect complete -- migrate scan --root=
	is_output :directories
}
