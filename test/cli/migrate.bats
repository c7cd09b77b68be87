#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree
#
# migrate status, apply and revert on systems that are installed in a directory. test/vm/migrate-config.bats compares the
# predictions with what the kernel does.

load cli

readonly file=/etc/modprobe.d/daxbus-migrate.conf

setup()
{
	root=$BATS_TEST_TMPDIR/root
	mkdir -p "$root"/etc/modprobe.d "$root"/boot
	kernel_with_compat 5.10.0-test
}

teardown()
{
	[[ -z ${public-} ]] || rm -rf "$public"
}

# modules RELEASE PATTERN-AND-MODULE MODULE-FILE...: a kernel with that alias and those modules
modules()
{
	local directory=$root/lib/modules/$1
	mkdir -p "$directory"
	echo "alias $2" > "$directory/modules.alias"
	printf '%s: kernel/drivers/nvdimm/libnvdimm.ko\n' "${@:3}" > "$directory/modules.dep"
	echo kernel/fs/ext4/ext4.ko > "$directory/modules.builtin"
}

kernel_with_compat()
{
	local pmem=kernel/drivers/dax/pmem
	modules "$1" 'nd:t7* dax_pmem_compat' $pmem/dax_pmem.ko $pmem/dax_pmem_core.ko $pmem/dax_pmem_compat.ko
}

kernel_with_bus_only()
{
	modules "$1" 'nd:t7* dax_pmem' kernel/drivers/dax/dax_pmem.ko.xz
}

# conf [DIRECTORY/]NAME LINE...: write lines to a file, by default in /etc/modprobe.d
conf()
{
	local path=$root/etc/modprobe.d/$1
	[[ $1 != /* ]] || path=$root$1
	mkdir -p "${path%/*}"
	printf '%s\n' "${@:2}" > "$path"
}

migrate()
{
	daxbus migrate "$@" --root="$root"
}

# predicts TEXT: the predicted model and the line that decides it: "class -", "bus /etc/modprobe.d/a.conf:1"
predicts()
{
	migrate status --json
	is_status 0
	local prediction
	prediction=$(json '.boots[0] | "\(.model) " + if .file then "\(.file):\(.line)" else "-" end')
	[[ $prediction == "\"$1\"" ]] || mismatch "expected: $1, predicted: $prediction"
}

is_refused()
{
	is_status 5
	is_output ''
	[[ ${stderr_lines[0]} == "daxbus: $file: refused ($1): "?* ]] || mismatch "expected refusal: $1"
}

# Names, types, modes, sizes and contents of all files below the root
fingerprint()
{
	(cd "$root" && find . -printf '%p %y %m %l %s\n' | sort && find . -type f -exec sha256sum {} + | sort)
}

# --- status ---------------------------------------------------------------------------------------

@test "migrate status: --root, kernel with both models: text output" {
	echo CONFIG_DEV_DAX_PMEM_COMPAT=m > "$root/boot/config-5.10.0-test"
	migrate status
	is_status 0
	is_stderr ''
	is_output "Next boot of Linux 5.10.0-test: class
  because: it is the kernel's own choice
  drivers: bus, class; CONFIG_DEV_DAX_PMEM_COMPAT is m
  initramfs: none
Lines of modprobe.d:
  none
The class, from the next boot on.
Next: 'daxbus migrate apply' makes the bus the model."
}

@test "migrate status: daxctl.conf as a file or a link: writer is daxctl" {
	conf /usr/share/daxctl/daxctl.conf 'blacklist dax_pmem_compat' 'alias nd:t7* dax_pmem'
	ln -s /usr/share/daxctl/daxctl.conf "$root/etc/modprobe.d/zz.conf"
	predicts 'bus /etc/modprobe.d/zz.conf:2'
	[[ $(json '[.lines[].writer]') == '["daxctl","daxctl"]' ]] || mismatch writer
	mv "$root/usr/share/daxctl/daxctl.conf" "$root/etc/modprobe.d"
	predicts 'bus /etc/modprobe.d/daxctl.conf:2'
	[[ $(json '[.lines[].writer]') == '["daxctl","daxctl"]' ]] || mismatch writer
	[[ $(json .file_state) == '"absent"' ]] || mismatch state
}

@test "migrate status: alias, blacklist, install and softdep lines: model and the line that decides" {
	predicts 'class -'
	# Only a blacklist: no module is loaded.
	conf a.conf '# because' 'blacklist dax-pmem-compat'
	predicts 'none /etc/modprobe.d/a.conf:2'
	# An alias in modprobe.d replaces the kernel's.
	conf a.conf 'alias nd:t7* dax_pmem'
	predicts 'bus /etc/modprobe.d/a.conf:1'
	# Of several aliases the first one counts,
	conf b.conf 'alias nd:t[67] dax_pmem_compat'
	predicts 'bus /etc/modprobe.d/a.conf:1'
	conf 00.conf 'alias nd:* dax_pmem_compat'
	predicts 'class /etc/modprobe.d/00.conf:1'
	# unless any line blacklists its module.
	conf z.conf 'blacklist dax_pmem_compat'
	predicts 'bus /etc/modprobe.d/a.conf:1'
	conf z.conf 'softdep dax_pmem pre: libnvdimm dax_pmem_compat post: kmem'
	conf 00.conf
	predicts 'class /etc/modprobe.d/z.conf:1'
	# When the first cannot be loaded, modprobe tries the next.
	conf z.conf 'install dax_pmem /bin/false'
	predicts 'class /etc/modprobe.d/b.conf:1'
	rm "$root/etc/modprobe.d/b.conf"
	predicts 'none /etc/modprobe.d/z.conf:1'
	conf z.conf 'install dax_pmem /usr/local/bin/choose' 'options dax_pmem x=1'
	predicts 'unknown /etc/modprobe.d/z.conf:1'
	# A name of a module may be a pattern, and of several lines for a module only the first counts.
	conf z.conf 'install dax-p*m /bin/false' 'install dax_pmem /bin/choose'
	predicts 'none /etc/modprobe.d/z.conf:1'
	conf z.conf 'softdep dax_p* pre: libnvdimm' 'softdep dax_pmem pre: dax_pmem_compat'
	predicts 'bus /etc/modprobe.d/a.conf:1'
	conf z.conf 'softdep dax_p* pre: dax-pmem-compat' 'softdep dax_pmem pre: libnvdimm'
	predicts 'class /etc/modprobe.d/z.conf:1'
	conf z.conf 'blacklist dax_p*'
	predicts 'bus /etc/modprobe.d/a.conf:1'
	# modprobe ignores the line without a command; a blank is a command that does nothing.
	conf z.conf 'install dax_pmem'
	predicts 'bus /etc/modprobe.d/a.conf:1'
	conf z.conf 'install dax_pmem  '
	predicts 'none /etc/modprobe.d/z.conf:1'
	# Lines about other modules are ignored.
	conf z.conf 'blacklist pcspkr' 'alias nd:t6* nd_blk'
	predicts 'bus /etc/modprobe.d/a.conf:1'
	[[ $(json '.lines | length') == 1 ]] || mismatch lines
}

@test "migrate status: order of modprobe.d files, files that hide others: line that counts" {
	conf /lib/modprobe.d/m.conf 'alias nd:t7* dax_pmem_compat'
	conf /run/modprobe.d/m.conf 'alias nd:t7* dax_pmem'
	predicts 'bus /run/modprobe.d/m.conf:1'
	[[ $(json '[.lines[] | select(.hidden) | .file]') == '["/lib/modprobe.d/m.conf"]' ]] || mismatch hidden
	conf /usr/local/lib/modprobe.d/a.conf 'alias nd:t7* dax_pmem_compat'
	predicts 'class /usr/local/lib/modprobe.d/a.conf:1'
	# An empty file masks it, and so does a link to /dev/null, even if that does not exist below the root.
	conf /etc/modprobe.d/a.conf
	predicts 'bus /run/modprobe.d/m.conf:1'
	ln -sf /dev/null "$root/etc/modprobe.d/a.conf"
	predicts 'bus /run/modprobe.d/m.conf:1'
	# libkmod reads *.conf and *.alias.
	conf a.alias 'alias nd:t7* dax_pmem_compat'
	predicts 'class /etc/modprobe.d/a.alias:1'
	rm "$root/etc/modprobe.d/a.alias"
	# modprobe does not read these.
	conf 0.conf.bak 'alias nd:t7* dax_pmem_compat'
	conf .0.conf 'alias nd:t7* dax_pmem_compat'
	predicts 'bus /run/modprobe.d/m.conf:1'
	migrate status
	[[ $output == *'/lib/modprobe.d/m.conf, line 1: '*'(ignored: another file of the same name hides it)'* ]]
}

@test "migrate status: /lib is a link to /usr/lib: each line once" {
	mkdir "$root/usr"
	mv "$root/lib" "$root/usr/lib"
	ln -s usr/lib "$root/lib"
	conf /usr/lib/modprobe.d/m.conf 'alias nd:t7* dax_pmem'
	predicts 'bus /usr/lib/modprobe.d/m.conf:1'
	[[ $(json '.lines | length') == 1 ]] || mismatch lines
}

@test "migrate status: continued line: number of its first line" {
	# shellcheck disable=SC1003 # backslashes, and no quotes
	conf a.conf '# a comment \' 'alias nd:t7* dax_pmem_compat' 'alias \' ' nd:t7* \' ' dax_pmem'
	predicts 'bus /etc/modprobe.d/a.conf:3'
}

@test "migrate status: several kernels: a boot for each, with its models" {
	kernel_with_bus_only 6.1.0-test
	modules 4.19.0-test 'nd:t7* dax_pmem' kernel/drivers/dax/dax_pmem.ko
	mkdir "$root/lib/modules/5.4-empty"
	modules 5.4.0-builtin 'x y' kernel/drivers/dax/kmem.ko
	echo kernel/drivers/dax/pmem/dax_pmem.ko >> "$root/lib/modules/5.4.0-builtin/modules.builtin"
	migrate status --json
	is_status 0
	[[ $(json '[.boots[] | [.kernel, .model, (.models | join("+"))] | join(" ")]') == \
		'["4.19.0-test class class","5.10.0-test class bus+class","5.4-empty unknown ","5.4.0-builtin bus bus","6.1.0-test bus bus"]' ]] ||
		mismatch boots
}

@test "migrate status: initramfs older than modprobe.d: told, with the command to rebuild it" {
	mkdir -p "$root/usr/sbin"
	touch "$root/usr/sbin/update-initramfs"
	conf a.conf 'alias nd:t7* dax_pmem'
	touch -d '2020-01-01' "$root/boot/initrd.img-5.10.0-test"
	migrate status --json
	[[ $(json '.boots[0] | [.initramfs, .initramfs_is_old, .rebuild]') == \
		'["/boot/initrd.img-5.10.0-test",true,"update-initramfs -u -k 5.10.0-test"]' ]] || mismatch old
	[[ $(json .next) == *'update-initramfs -u -k 5.10.0-test'* ]] || mismatch next
	touch "$root/boot/initrd.img-5.10.0-test"
	migrate status --json
	[[ $(json '.boots[0].initramfs_is_old') == false && $(json .next) == null ]] || mismatch new
	rm "$root/boot/initrd.img-5.10.0-test" "$root/usr/sbin/update-initramfs"
	touch "$root/boot/initramfs-5.10.0-test.img"
	mkdir -p "$root/usr/bin" && touch "$root/usr/bin/dracut"
	migrate status --json
	[[ $(json '.boots[0].rebuild') == '"dracut -f --kver 5.10.0-test"' ]] || mismatch dracut
}

@test "migrate status: --sysroot: devices and kernel command line of the captured machine" {
	cp -r "$BATS_TEST_DIRNAME/../sysroots/5.10-nvdimm" "$BATS_TEST_TMPDIR/tree"
	tree=$BATS_TEST_TMPDIR/tree
	daxbus -s "$tree" migrate status --json
	is_status 0
	[[ $(json '[.active, .devices[0].device, .devices[0].model]') == '["class","dax0.0","class"]' ]] || mismatch device
	[[ $(json '.boots[0].model') == '"unknown"' ]] || mismatch 'no modules'
	# The same with the modules of that kernel.
	kernel_with_compat "$(< "$tree/proc/sys/kernel/osrelease")"
	cp -r "$root/." "$tree"
	daxbus -s "$tree" migrate status
	is_status 0
	[[ $output == *'  dax0.0: class; nd device dax0.0, driver '*'The class, at the next boot too.'* ]] || mismatch text
	echo 'quiet modprobe.blacklist=pcspkr,dax_pmem_compat' > "$tree/proc/cmdline"
	daxbus -s "$tree" migrate status --json
	[[ $(json '.boots[0] | [.running, .model, .file]') == '[true,"none","/proc/cmdline"]' ]] || mismatch cmdline
	echo 'quiet module_blacklist=pcspkr,dax_pmem_compat' > "$tree/proc/cmdline"
	daxbus -s "$tree" migrate status --json
	[[ $(json '.boots[0] | [.running, .model, .file]') == '[true,"none","/proc/cmdline"]' ]] || mismatch kernel
	daxbus -s "$tree" migrate status --root="$root"
	is_usage_error 'options --root and --sysroot cannot be combined' 'migrate status'
}

@test "migrate status: malformed names and files: no control character printed, nothing outside the root read" {
	conf $'\e[2J.conf' $'alias nd:t7* dax_pmem\e[31m'
	mkdir "$root/etc/modprobe.d/directory.conf"
	mkfifo "$root/etc/modprobe.d/fifo.conf"
	ln -s loop.conf "$root/etc/modprobe.d/loop.conf"
	ln -s ../../../../../../../../../../../etc/passwd "$root/etc/modprobe.d/out.conf"
	printf 'alias nd:t7* dax_pmem\0' > "$root/etc/modprobe.d/nul.conf"
	# shellcheck disable=SC1003 # a backslash
	head -c 100000 /dev/zero | tr '\0' '\\' > "$root/etc/modprobe.d/backslashes.conf"
	ln -s /etc/shadow "$root/boot/config-5.10.0-test"
	migrate status
	is_status 0
	[[ $output != *$'\e'* ]] || mismatch escape
	[[ $output == *'class'* && $output == *'/etc/modprobe.d/?[2J.conf, line 1: alias nd:t7* dax_pmem?[31m'* ]] || mismatch line
	migrate status --json
	is_status 0
	[[ $(json '.lines | length') == 1 && $(json '.boots[0].compat') == null ]] || mismatch lines
}

@test "migrate status: root does not exist or is a file, extra operand: exit 3 or 2" {
	daxbus migrate status --root="$root/none"
	is_status 3
	daxbus migrate status --root=
	is_status 3
	is_stderr "daxbus: cannot open the directory '': No such file or directory"
	touch "$root/file"
	daxbus migrate status --root="$root/file"
	is_status 2
	daxbus migrate status more
	is_usage_error "unexpected argument 'more'" 'migrate status'
	daxbus migrate
	is_status 2
	[[ $stderr == *"'migrate' requires a subcommand: "*status* ]] || mismatch group
}

# --- apply and revert -----------------------------------------------------------------------------

@test "migrate apply, migrate revert: no other configuration: file written, unchanged, removed" {
	local before
	before=$(fingerprint)
	migrate apply
	is_status 0
	is_stderr ''
	[[ $output == "$file: changed: class -> bus; the file is written"* ]] || mismatch text
	[[ $(stat -c %a "$root$file") == 644 ]] || mismatch mode
	[[ $(ls -A "$root/etc/modprobe.d") == daxbus-migrate.conf ]] || mismatch directory
	[[ $(head -n 1 "$root$file") == "# Written by 'daxbus migrate apply'"* ]] || mismatch head
	grep -q "'daxbus migrate revert'" "$root$file"
	[[ $(grep -v '^#' "$root$file") == $'blacklist dax_pmem_compat\nalias nd:t7* dax_pmem' ]] || mismatch lines
	predicts "bus $file:6"
	[[ $(json '[.file_state, .lines[0].writer]') == '["written","daxbus"]' ]] || mismatch state
	local written
	written=$(fingerprint)
	migrate apply --json
	is_status 0
	[[ $(json '[.changed, .results[0].result, .results[0].file, .results[0].device]') == \
		"[false,\"unchanged\",\"$file\",null]" ]] || mismatch again
	[[ $(fingerprint) == "$written" ]] || mismatch 'touched'
	migrate revert --json
	is_status 0
	[[ $(json '[.changed, .results[0].from, .results[0].to]') == '[true,"bus","class"]' ]] || mismatch reverted
	[[ $(fingerprint) == "$before" ]] || mismatch 'not as before'
	migrate revert
	is_status 0
	is_output "$file: unchanged: class; it is the kernel's own choice"
}

@test "migrate apply: users of /sys/class/dax: refused (class-users), done with --force" {
	mkdir -p "$root/usr/local/bin"
	printf '#!/bin/sh\nls /sys/class/dax\n' > "$root/usr/local/bin/daxstat"
	local before
	before=$(fingerprint)
	for dry in '' --dry-run; do
		# shellcheck disable=SC2086
		migrate apply --json $dry
		is_status 5
		[[ $(json '[.changed, (.results | length), .results[0].file, .results[0].result, .results[0].code]') == \
			"[false,1,\"$file\",\"refused\",\"class-users\"]" ]] || mismatch refused
		[[ $(json '.results[0].message') == *'1 user of /sys/class/dax was found, the first: /usr/local/bin/daxstat"' ]] ||
			mismatch message
		[[ $(fingerprint) == "$before" ]] || mismatch touched
	done
	migrate revert
	is_status 0
	migrate apply --force
	is_status 0
	# When nothing has to change, users are not looked for.
	migrate apply
	is_status 0
	migrate revert
	is_status 0
	[[ $(fingerprint) == "$before" ]] || mismatch touched
	rm "$root/usr/local/bin/daxstat"
	migrate apply
	is_status 0
}

@test "migrate apply, migrate revert: --now with --root: exit 2" {
	migrate apply --now
	is_usage_error "options --now and --root cannot be combined" "migrate apply"
	daxbus migrate revert --root="$root" --now
	is_usage_error "options --root and --now cannot be combined" "migrate revert"
}

@test "migrate apply, migrate revert: --dry-run: file and lines shown, nothing changed" {
	local before
	before=$(fingerprint)
	migrate apply --dry-run
	is_status 0
	local shown
	shown=$(sed -n 's/^     //p' <<< "$output")
	[[ $output == "$file: planned: class -> bus; "*"  1. write the file $file"* ]] || mismatch plan
	migrate apply --dry-run --json
	[[ $(json '.results[0].steps[0].value' | jq -r .) == "$shown" ]] || mismatch value
	[[ $(fingerprint) == "$before" ]] || mismatch touched
	migrate apply
	[[ $(< "$root$file") == "$shown" ]] || mismatch 'other lines than shown'
	before=$(fingerprint)
	migrate revert --dry-run
	is_status 0
	[[ $output == *"1. remove the file $file"* ]] || mismatch plan
	[[ $(fingerprint) == "$before" ]] || mismatch touched
}

@test "migrate apply, migrate revert: file edited or not written by daxbus: refused, with --force too" {
	local what
	for what in foreign edited cut link directory; do
		rm -rf "${root:?}$file"
		case $what in
		foreign) conf "$file" 'options kmem x=1' ;;
		edited)
			migrate apply
			sed -i 's/^alias.*/alias nd:t7* dax_pmem_compat/; s/^blacklist/# blacklist/' "$root$file"
			;;
		cut)
			migrate apply
			truncate -s 30 "$root$file"
			;;
		link) ln -s /nowhere "$root$file" ;;
		directory) mkdir "$root$file" ;;
		esac
		local before
		before=$(fingerprint)
		migrate apply
		is_refused file-not-ours
		migrate apply --force
		is_refused file-not-ours
		migrate revert
		is_refused file-not-ours
		migrate status
		[[ $output == *"$file was "* ]] || mismatch "$what"
		[[ $(fingerprint) == "$before" ]] || mismatch "$what was touched"
	done
}

@test "migrate apply, migrate revert: another line of modprobe.d decides: refused, line named" {
	conf z.conf 'install dax_pmem /bin/true'
	migrate apply
	is_refused modprobe-conflict
	[[ ${stderr_lines[0]} == *'/etc/modprobe.d/z.conf, line 1, says "install dax_pmem /bin/true"'* ]] || mismatch line
	migrate apply --force
	is_status 0
	migrate apply
	is_refused modprobe-conflict
	rm "$root/etc/modprobe.d/z.conf"
	predicts "bus $file:6"
	conf a.conf 'alias nd:t7* dax_pmem'
	migrate revert --json
	[[ $(json '[.changed, .results[0].to]') == '[true,"bus"]' ]] || mismatch 'removed all the same'
	migrate revert
	is_refused modprobe-conflict
	migrate apply
	is_status 0
	is_output "$file: unchanged: bus; /etc/modprobe.d/a.conf, line 1, says so already"
	[[ ! -e $root$file ]]
}

@test "migrate apply, migrate revert: kernels with one model: refused, reason told" {
	rm -r "$root/lib/modules"
	kernel_with_bus_only 6.1.0-test
	migrate apply
	is_refused no-compat-driver
	[[ ${stderr_lines[0]} == *'Linux 6.1.0-test has only the bus: there is nothing to switch'* ]] || mismatch text
	migrate revert
	is_refused no-compat-driver
	# A file that was written for an older kernel can be removed.
	rm -r "$root/lib/modules"
	kernel_with_compat 5.10.0-test
	migrate apply
	is_status 0
	rm -r "$root/lib/modules"
	kernel_with_bus_only 6.1.0-test
	migrate revert
	is_status 0
	[[ ! -e $root$file ]]
	rm -r "$root/lib/modules"
	modules 4.19.0-test 'nd:t7* dax_pmem' kernel/drivers/dax/dax_pmem.ko
	migrate apply
	is_refused no-bus-driver
	rm -r "$root/lib/modules"
	migrate apply
	is_refused no-modules
	[[ $stderr == *'no modules of any Linux are below'*'or use another root directory'* ]] || mismatch text
}

@test "migrate apply: several kernels: those with both models count" {
	kernel_with_bus_only 6.1.0-test
	migrate apply --json
	is_status 0
	[[ $(json '[.results[0].from, .results[0].to]') == '["class","bus"]' ]] || mismatch models
	# The initramfs of the other kernel does not matter.
	[[ $(json '.results[0].notes | length') == 1 && $(json '.results[0].notes[0]') == *'Linux 5.10.0-test'* ]] ||
		mismatch notes
}

@test "migrate revert: several kernels, one keeps the bus: refused, kernel named" {
	kernel_with_compat 5.16.0-test
	echo 'alias nd:t7* dax_pmem' > "$root/lib/modules/5.10.0-test/modules.alias"
	migrate revert
	is_refused modprobe-conflict
	[[ ${stderr_lines[0]} == *'Linux 5.10.0-test: '* ]] || mismatch kernel
}

@test "migrate apply: initramfs exists: note with the command to rebuild it" {
	touch "$root/boot/initrd.img-5.10.0-test"
	mkdir -p "$root/usr/sbin"
	touch "$root/usr/sbin/update-initramfs"
	migrate apply --json
	[[ $(json '.results[0].notes[0]') == *'/boot/initrd.img-5.10.0-test may have a copy'*'update-initramfs -u -k 5.10.0-test"' ]] ||
		mismatch note
}

@test "migrate apply: modprobe.d does not exist or is a link: created, not followed out of the root" {
	rmdir "$root/etc/modprobe.d"
	(umask 077 && migrate apply && is_status 0)
	[[ $(stat -c %a "$root/etc/modprobe.d" "$root$file") == $'755\n644' ]] || mismatch modes
	rm -r "$root/etc/modprobe.d"
	ln -s nowhere "$root/etc/modprobe.d"
	migrate apply
	is_status 1
	[[ ${stderr_lines[0]} == "daxbus: $file: undone (write-failed): cannot write $file: "* ]] || mismatch nowhere
	[[ $stderr != *initramfs* ]] || mismatch 'a note on what was not done'
	migrate apply --json
	[[ $(json '.results[0] | [.from, .to]') == '["class","class"]' ]] || mismatch models
	mkdir "$BATS_TEST_TMPDIR/outside"
	ln -sfn "../../outside" "$root/etc/modprobe.d"
	migrate apply
	is_status 1
	[[ -z $(ls -A "$BATS_TEST_TMPDIR/outside") && ! -e $root/outside ]]
	# A link that stays below the root is followed.
	mkdir "$root/real"
	ln -sfn /real "$root/etc/modprobe.d"
	migrate apply
	is_status 0
	[[ -f $root/real/daxbus-migrate.conf ]]
}

@test "migrate apply: not root or no write permission: exit 5 or 1, nothing written" {
	copy_for_everybody
	chmod -R a+rX "$BATS_TEST_TMPDIR" "$root"
	cp -r "$root" "$public/root"
	chmod -R a-w "$public/root"
	run --separate-stderr as_nobody migrate apply --root="$public/root"
	is_status 1
	[[ ${stderr_lines[0]} == "daxbus: $file: undone (write-failed): cannot write $file: Permission denied" ]] || mismatch denied
	[[ -z $(ls -A "$public/root/etc/modprobe.d") ]]
	chmod -R u+w "$public/root"
	run --separate-stderr as_nobody migrate apply
	is_status 5
	[[ ${stderr_lines[0]} == "daxbus: 'daxbus migrate apply' requires root; "* ]] || mismatch root
	run --separate-stderr as_nobody migrate status --root="$public/root"
	is_status 0
}

@test "migrate status, migrate apply: file of modprobe.d cannot be read: model unknown, refused" {
	copy_for_everybody
	conf secret.conf 'alias nd:t7* dax_pmem'
	cp -r "$root" "$public/root"
	chmod -R a+rX "$public/root"
	chmod 0 "$public/root/etc/modprobe.d/secret.conf"
	[[ $(id -u) -eq 0 ]] || skip 'only root can be somebody else'
	run --separate-stderr as_nobody migrate status --json --root="$public/root"
	is_status 0
	[[ $(json '.boots[0] | [.model, .file, .line]') == '["unknown","/etc/modprobe.d/secret.conf",null]' ]] ||
		mismatch unknown
	run --separate-stderr as_nobody migrate apply --dry-run --root="$public/root"
	is_refused modprobe-conflict
	# An unreadable file that another file hides does not matter.
	mkdir -p "$public/root/lib/modprobe.d"
	mv "$public/root/etc/modprobe.d/secret.conf" "$public/root/lib/modprobe.d"
	touch "$public/root/etc/modprobe.d/secret.conf"
	chmod a+r "$public/root/etc/modprobe.d/secret.conf"
	run --separate-stderr as_nobody migrate status --json --root="$public/root"
	[[ $(json '.boots[0].model') == '"class"' ]] || mismatch hidden
}

@test "migrate apply: captured tree: exit 5" {
	daxbus -s "$root" migrate apply
	is_status 5
	[[ $stderr == *'a captured tree cannot be changed'* ]] || mismatch tree
}
