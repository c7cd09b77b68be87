#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154,SC2030,SC2031 # run sets stderr_lines and others, tree_new() sets tree
#
# Why there is no device, or one is not as it is wanted: from small trees, and from captured ones.

load cli

readonly trees=$BATS_TEST_DIRNAME/../sysroots

setup()
{
	tree_with_two
}

explain()
{
	daxbus explain --sysroot "$tree" "$@"
}

# Take the devices and the driver of soft-reserved memory away; the memory stays.
without_provider()
{
	rm -r "$tree"/sys/bus/dax/devices/* "$tree"/sys/devices/platform/*
	mkdir -p "$tree"/sys/bus/platform/{drivers,devices}
	echo '100000000-13fffffff : Soft Reserved' > "$tree/proc/iomem"
}

# modules NAME...: the kernel has these as modules
modules()
{
	local directory=$tree/lib/modules/6.1.0-test
	mkdir -p "$directory"
	printf 'kernel/drivers/dax/%s.ko.xz: kernel/drivers/dax/dax.ko.xz\n' other "$@" > "$directory/modules.dep"
	echo 'kernel/fs/ext4/ext4.ko' > "$directory/modules.builtin"
}

# found: the codes and subjects, in one line
found()
{
	json '.findings | map("\(.code) \(.subject)") | join(", ")'
}

@test "explain: nothing wrong: says so, exit 0" {
	explain
	is_status 0
	is_output 'nothing found that is wrong'
	is_stderr ''
	explain --json
	is_status 0
	[[ $(json .findings) == '[]' ]]
}

@test "explain: driver of a provider is not loaded: module, evidence, next step, exit 7" {
	without_provider
	modules dax_hmem
	explain
	is_status 7
	is_output \
"dax_hmem, the driver for memory that the firmware has set aside (Soft Reserved), is not loaded (module-not-loaded)
    /proc/iomem: 100000000-13fffffff : Soft Reserved
    next: Run 'modprobe dax_hmem'."
	is_stderr ''
}

@test "explain: soft-reserved memory that only device names show: the same name, however the directory lists them" {
	local order
	without_provider
	modules dax_hmem
	echo '100000000-13fffffff : Reserved' > "$tree/proc/iomem"
	for order in 'hmem_platform.0 hmem.1 hmem.0 acpi' 'acpi hmem.0 hmem.1 hmem_platform.0'; do
		rm -rf "$tree"/sys/bus/platform/devices/*
		for device in $order; do mkdir "$tree/sys/bus/platform/devices/$device"; done
		explain --json
		[[ $(json '.findings[0] | [.code, .evidence[0].file, .evidence[0].text]') == \
			'["module-not-loaded","/sys/bus/platform/devices","hmem.0"]' ]] || mismatch "$order"
	done
}

@test "explain: driver of a provider is blacklisted in modprobe.d: file and line" {
	without_provider
	modules dax_hmem
	mkdir -p "$tree"/etc/modprobe.d "$tree"/usr/lib/modprobe.d
	printf '# local\noptions dax_hmem region_idle=1\nblacklist dax-hmem\n' > "$tree/etc/modprobe.d/local.conf"
	explain --json
	is_status 7
	[[ $(found) == '"module-blacklisted dax_hmem"' ]] || mismatch codes
	[[ $(json '.findings[0].evidence[0]') == \
		'{"file":"/etc/modprobe.d/local.conf","line":3,"text":"blacklist dax-hmem"}' ]] || mismatch evidence
	# A file of the same name in another directory does not count, nor does a masked one.
	mv "$tree/etc/modprobe.d/local.conf" "$tree/usr/lib/modprobe.d/local.conf"
	ln -s /dev/null "$tree/etc/modprobe.d/local.conf"
	explain --json
	[[ $(found) == '"module-not-loaded dax_hmem"' ]] || mismatch masked
	# A module that is replaced by a command that does nothing.
	echo 'install dax_* /bin/true' > "$tree/etc/modprobe.d/none.conf"
	explain --json
	[[ $(json '.findings[0] | [.code, .evidence[0].line, .evidence[0].text]') == \
		'["module-blacklisted",1,"install dax_* /bin/true"]' ]] || mismatch install
}

@test "explain: driver of a provider is blacklisted on the kernel's command line: that word" {
	without_provider
	modules dax_hmem
	echo 'root=/dev/sda1 modprobe.blacklist=kvm,dax_hmem quiet' > "$tree/proc/cmdline"
	explain --json
	[[ $(found) == '"module-blacklisted dax_hmem"' ]] || mismatch codes
	[[ $(json '.findings[0].evidence[0]') == \
		'{"file":"/proc/cmdline","line":null,"text":"modprobe.blacklist=kvm,dax_hmem"}' ]] || mismatch evidence
}

@test "explain: kernel without the driver: line of its configuration" {
	without_provider
	modules
	mkdir -p "$tree/boot"
	printf 'CONFIG_DEV_DAX=m\n\n# CONFIG_DEV_DAX_HMEM is not set\n' > "$tree/boot/config-6.1.0-test"
	explain --json
	[[ $(found) == '"no-driver dax_hmem"' ]] || mismatch codes
	[[ $(json '.findings[0].evidence[0]') == \
		'{"file":"/boot/config-6.1.0-test","line":3,"text":"# CONFIG_DEV_DAX_HMEM is not set"}' ]] || mismatch evidence
}

@test "explain: parameter of the command line, and the line that it comes from: both" {
	without_provider
	rm "$tree/proc/iomem"
	mkdir -p "$tree/etc/default/grub.d"
	echo 'root=/dev/sda1 efi=nosoftreserve,debug' > "$tree/proc/cmdline"
	printf 'GRUB_TIMEOUT=1\n#GRUB_CMDLINE_LINUX="efi=nosoftreserve"\nGRUB_CMDLINE_LINUX="quiet efi=nosoftreserve,debug"\n' \
		> "$tree/etc/default/grub"
	# shellcheck disable=SC2016 # the shell of grub expands it
	echo 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX efi=runtime"' > "$tree/etc/default/grub.d/z.cfg"
	# Without UEFI, no memory is special-purpose memory.
	explain --json
	[[ $(found) == '"no-dax-memory null"' ]] || mismatch codes
	mkdir -p "$tree/sys/firmware/efi"
	echo 64 > "$tree/sys/firmware/efi/fw_platform_size"
	explain --json
	is_status 7
	[[ $(found) == '"soft-reserve-off null"' ]] || mismatch codes
	[[ $(json '.findings[0].evidence | map([.file, .line, .text])') == \
		'[["/proc/cmdline",null,"efi=nosoftreserve,debug"],["/etc/default/grub",3,"GRUB_CMDLINE_LINUX=\"quiet efi=nosoftreserve,debug\""]]' ]] ||
		mismatch evidence
}

@test "explain: node without processors, plain RAM: node and size" {
	without_provider
	rm "$tree/proc/iomem"
	mkdir -p "$tree"/sys/devices/system/node/node{0,1}
	echo 0 > "$tree/sys/devices/system/node/has_cpu"
	echo 0-1 > "$tree/sys/devices/system/node/has_memory"
	for node in 0 1; do
		echo "Node $node MemTotal:        1048576 kB" > "$tree/sys/devices/system/node/node$node/meminfo"
	done
	explain --json
	[[ $(found) == '"plain-ram node1"' ]] || mismatch codes
	[[ $(json '.findings[0].evidence[0].text') == '"Node 1 MemTotal: 1048576 kB"' ]] || mismatch evidence
}

@test "explain: memory in zone Normal: policy, parameter, rule of udev with its line" {
	local memory=$tree/sys/devices/system/memory
	sed -i s/device_dax/kmem/ "$tree"/sys/devices/platform/hmem.0/dax0.0/uevent
	for block in {32..39}; do
		mkdir -p "$memory/memory$block" "$tree/sys/devices/system/node/node1/memory$block"
		echo online > "$memory/memory$block/state"
		echo Normal > "$memory/memory$block/valid_zones"
	done
	mkdir -p "$tree"/{etc,usr/lib}/udev/rules.d
	printf '# x\n\nSUBSYSTEM=="memory", ACTION=="add", ATTR{state}="online"\n' > "$tree/usr/lib/udev/rules.d/40-vendor.rules"
	echo 'SUBSYSTEM=="net", NAME="x"' > "$tree/etc/udev/rules.d/1-net.rules"
	explain --json dax0.0
	is_status 7
	[[ $(found) == '"zone-normal dax0.0"' ]] || mismatch codes
	[[ $(json '.findings[0].evidence') == \
		'[{"file":"/usr/lib/udev/rules.d/40-vendor.rules","line":3,"text":"online"}]' ]] || mismatch rule
	# A capture has this rule, and not the others.
	daxbus capture --sysroot "$tree" "$BATS_TEST_TMPDIR/rules"
	[[ -e $BATS_TEST_TMPDIR/rules/usr/lib/udev/rules.d/40-vendor.rules ]]
	[[ ! -e $BATS_TEST_TMPDIR/rules/etc/udev/rules.d/1-net.rules ]]
	echo online > "$memory/auto_online_blocks"
	echo 'memhp_default_state=online' > "$tree/proc/cmdline"
	explain --json
	[[ $(json '.findings[0].evidence | map(.text)') == '["online","memhp_default_state=online","online"]' ]] || mismatch policy
	[[ $(json '.findings[0].evidence[0].file') == '"/sys/devices/system/memory/auto_online_blocks"' ]] || mismatch file
	# The last of them counts; if it is not the policy, somebody has written another one.
	echo 'memhp_default_state=offline memhp_default_state=online' > "$tree/proc/cmdline"
	explain --json
	[[ $(json '.findings[0].evidence | map(.text)') == '["online","memhp_default_state=online","online"]' ]] || mismatch last
	echo 'memhp_default_state=online memhp_default_state=offline' > "$tree/proc/cmdline"
	explain --json
	[[ $(json '.findings[0].evidence | map(.text)') == '["online","online"]' ]] || mismatch other
}

@test "explain: memory without a node: what SRAT has, or the parameter that ignores it" {
	rm "$tree"/sys/devices/platform/hmem.1/dax1.0/target_node
	# device_dax has it, which needs no node.
	explain
	is_status 0
	explain --json dax1.0
	[[ $(found) == '"no-target-node dax1.0"' ]] || mismatch asked
	sed -i /DRIVER/d "$tree"/sys/devices/platform/hmem.1/dax1.0/uevent
	mkdir -p "$tree"/sys/bus/dax/drivers/{kmem,device_dax} "$tree"/sys/firmware/acpi/tables
	touch "$tree"/sys/firmware/acpi/tables/SRAT
	explain --json
	[[ $(found) == '"no-target-node dax1.0, unbound dax1.0"' ]] || mismatch codes
	[[ $(json '.findings[0].evidence[1]') == \
		'{"file":"/sys/firmware/acpi/tables/SRAT","line":null,"text":"has no entry for this memory"}' ]] || mismatch table
	[[ $(json '.findings[1].next') == "\"Run 'daxbus reconfigure --mode=devdax dax1.0'.\"" ]] || mismatch next
	echo 'numa=off' > "$tree/proc/cmdline"
	explain --json
	[[ $(json '.findings[0].evidence | map(.text)') == '["numa=off",null]' ]] || mismatch parameter
	[[ $(json '.findings[0].next') == *'Remove that parameter'* ]] || mismatch next
}

@test "explain: device without driver: module that is missing, in front of what follows from it" {
	sed -i /DRIVER/d "$tree"/sys/devices/platform/hmem.1/dax1.0/uevent
	mkdir -p "$tree/sys/bus/dax/drivers/kmem"
	modules device_dax
	explain --json
	is_status 7
	[[ $(found) == '"module-not-loaded device_dax"' ]] || mismatch codes
	[[ $(json '.findings[0].message') == *'for dax1.0, is not loaded'* ]] || mismatch message
	mkdir "$tree/sys/bus/dax/drivers/device_dax"
	explain --json
	[[ $(found) == '"unbound dax1.0"' ]] || mismatch unbound
	# What the kernel said of it, and of no other; of what is old, less.
	{
		printf 'kmem dax1.0: old %s\n' {1..4} 4 4 5
		printf 'device_dax dax1.0: probe with driver device_dax failed with error -16\nkmem dax11.0: other\n'
	} > "$tree/kernel_messages"
	explain --json
	[[ $(json '.findings[0].evidence | map(select(.file == "kernel").text)') == \
		'["kmem dax1.0: old 4","kmem dax1.0: old 5","device_dax dax1.0: probe with driver device_dax failed with error -16"]' ]] ||
		mismatch messages
	# The other device is not concerned.
	explain dax0.0
	is_status 0
}

@test "explain: unknown device: exit 3" {
	explain dax7.0
	is_status 3
	is_output ''
	[[ $stderr == *dax7.0* ]] || mismatch name
}

@test "explain: hostile text in files: no control characters on the terminal" {
	without_provider
	modules dax_hmem
	mkdir -p "$tree/etc/modprobe.d"
	printf 'install dax_hmem /bin/true\n' > "$tree/etc/modprobe.d/"$'a\e]0;x\a.conf'
	printf 'a modprobe.blacklist="x\e[2J,dax_hmem"\n' > "$tree/proc/cmdline"
	explain
	is_status 7
	[[ $output == *'/proc/cmdline: '* && $output != *$'\e'* && $output != *$'\a'* ]] || mismatch controls
	rm "$tree/proc/cmdline"
	explain
	[[ $output == *'a?]0;x?.conf, line 1'* && $output != *$'\e'* ]] || mismatch name
}

@test "explain: captured trees: what each was captured for" {
	local name wanted
	while read -r name wanted; do
		tree=$trees/$name
		explain --json
		[[ $(json '.findings | map("\(.code):\(.subject)") | join(",")') == "\"$wanted\"" ]] || mismatch "$name"
	done << 'END'
5.10-hmem phantom:dax2.0,phantom:dax3.0,phantom:dax4.0,zone-normal:dax1.0
5.10-nvdimm class-device:dax0.0
6.1-big misaligned:dax0.4,too-small:dax0.1,alignment-loss:dax0.2,unbound:dax0.1,unbound:dax0.4
6.1-stuck stuck-until-reboot:dax1.0
7.3-orphan orphan:0x140000000-0x17fffffff
7.3-cxl cxl-no-region:mem1,zone-normal:dax0.0
7.3-nvdimm 
END
}

@test "capture: tree with causes: the copy explains the same" {
	without_provider
	modules dax_hmem
	mkdir -p "$tree"/etc/modprobe.d "$tree/opt" "$tree/boot"
	echo 'blacklist dax_hmem' > "$tree/opt/vendor"
	ln -s ../../opt/vendor "$tree/etc/modprobe.d/vendor.conf"
	printf 'CONFIG_A=y\nCONFIG_DEV_DAX_HMEM=m\n' > "$tree/boot/config-6.1.0-test"
	explain
	local expected=$output
	daxbus capture --sysroot "$tree" "$BATS_TEST_TMPDIR/copy"
	is_status 0
	tree=$BATS_TEST_TMPDIR/copy
	explain
	is_status 7
	is_output "$expected"
	# Of large files, only what matters; nothing at all of others.
	diff - "$tree/boot/config-6.1.0-test" <<< $'\nCONFIG_DEV_DAX_HMEM=m'
	diff - "$tree/lib/modules/6.1.0-test/modules.dep" <<< 'kernel/drivers/dax/dax_hmem.ko.xz: kernel/drivers/dax/dax.ko.xz'
}

@test "schema: explain --json: valid, exactly the required keys" {
	python3 -c 'import jsonschema' || skip 'no python3-jsonschema here'
	local schema=$BATS_TEST_DIRNAME/../../Documentation/daxbus-explain.schema.json
	without_provider
	explain --json
	is_status 7
	is_valid explain
	[[ $(jq -c '.properties.findings.items.required | sort' "$schema") == "$(json '.findings[0] | keys')" ]] || mismatch keys
}
