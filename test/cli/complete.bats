#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree

load cli

readonly trees=$BATS_TEST_DIRNAME/../sysroots

setup()
{
	tree_with_two
}

# candidates WORD...: the candidates for the last word, in one line, in $output
candidates()
{
	daxbus __introspect complete -- "$@"
	is_status 0
	is_stderr ''
	output=${output//$'\n'/ }
}

# bash_offers LINE: what bash offers at the end of a command line, in one line, in $output
bash_offers()
{
	local COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=$' \t\n"\'><=;|&(:' COMPREPLY=()
	local script=$BATS_TEST_DIRNAME/../../contrib/bash-completion/daxbus

	# shellcheck source=contrib/bash-completion/daxbus disable=SC1091
	source "$script"
	# compopt works only when readline calls the function.
	compopt() { :; }
	# The completion runs daxbus, which must be the tool, not the function of cli.bash.
	unset -f daxbus
	PATH=$BATS_TEST_TMPDIR/bin:$PATH _daxbus daxbus
	output=${COMPREPLY[*]}
}

# A directory with the tool as "daxbus", for bash_offers
install_name()
{
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$(readlink -f "$DAXBUS")" "$BATS_TEST_TMPDIR/bin/daxbus"
}

@test "completion: first word: commands with that prefix" {
	candidates ''
	is_output 'list explain who reconfigure online offline drain bind unbind create resize destroy migrate policy recover history undo diff monitor metrics capture help version'
	candidates ver
	is_output version
	candidates -s / l
	is_output list
}

@test "completion: options of each command: those that its --help lists" {
	local words commands listed
	commands=$("$DAXBUS" __introspect commands)
	[[ $commands == *list* ]]
	while read -ra words; do
		daxbus "${words[@]}" --help
		listed=$(sed -nE 's/^  (-.,|   ) (--[a-z-]+).*/\2/p' <<< "$output" | paste -sd' ')
		candidates "${words[@]}" --
		is_output "$listed"
	done <<< "$commands"
}

@test "completion: option excluded by an earlier option: not offered" {
	candidates list --json --r
	is_output '--regions'
	candidates list -R --
	[[ $output != *--mappings* && $output != *--tree* && $output == *--raw* ]]
}

@test "completion: after an unknown command or after --: no option" {
	candidates nonsense ''
	is_output ''
	candidates list -- --
	is_output ''
}

@test "completion: list --output: columns of the view, in lists and after +" {
	candidates list -M -o ''
	[[ $output == 'START END PAGE_OFFSET SIZE '*' :nospace' ]]
	candidates list -o tar
	is_output 'TARGET_NODE :nospace'
	candidates list -o DEVICE,al
	is_output 'DEVICE,ALIGN :nospace'
	candidates list --output=+al
	is_output '--output=+ALIGN :nospace'
	candidates list -nbo mod
	is_output 'MODEL MODE :nospace'
}

@test "completion: list: devices and regions of the tree" {
	candidates list -s "$tree" ''
	is_output 'dax0.0 dax1.0 region0 region1 all'
	candidates --sysroot="$tree" list dax1
	is_output dax1.0
	candidates list -s "$tree" dax0.0,region
	is_output 'dax0.0,region0 dax0.0,region1 dax0.0,region= :nospace'
}

@test "completion: list, selector: names of fields and values of the devices" {
	candidates list -s "$tree" target
	is_output 'target_node= :nospace'
	candidates list -s "$tree" mode=
	is_output mode=devdax
	candidates list -s "$tree" region0,driver=d
	is_output region0,driver=device_dax
	candidates list -s "$tree" provider=
	is_output provider=hmem
	candidates list -s "$tree" identity=
	is_output 'identity=range=0x100000000-0x13fffffff+0x0 identity=range=0x200000000-0x23fffffff+0x0'
	candidates list -s "$tree" nonsense=
	is_output ''
}

@test "completion: argument is a directory: left to the shell" {
	candidates list --sysroot ''
	is_output :directories
	candidates capture ''
	is_output :directories
	candidates capture here ''
	is_output ''
}

@test "completion: argument is a file: left to the shell" {
	candidates create --from ''
	is_output :files
	candidates create --from=lay
	is_output :files
}

@test "completion: help: commands" {
	candidates help cap
	is_output capture
	candidates help capture ''
	is_output ''
}

@test "completion: sysroot cannot be read: nothing" {
	candidates list -s "$tree/none" dax
	is_output ''
	candidates list -s "$tree/none" --json dax
	is_output ''
}

@test "completion: bash: commands, options and devices" {
	install_name
	bash_offers 'daxbus li'
	is_output list
	bash_offers 'daxbus list --out'
	is_output '--output --output-all'
	bash_offers "daxbus list -s $tree dax"
	is_output 'dax0.0 dax1.0'
}

@test "completion: bash, word with an equals sign or a comma: part before it is kept" {
	install_name
	bash_offers 'daxbus list --output=DEVICE,tar'
	is_output 'DEVICE,TARGET_NODE'
	bash_offers "daxbus list -s $tree identity=range=0x2"
	is_output '0x200000000-0x23fffffff+0x0'
	bash_offers "daxbus list -s $tree mode="
	is_output devdax
	bash_offers "daxbus list --sysroot=$BATS_TEST_TMPDIR/tre"
	is_output "$tree"
}

@test "completion: --online, --memmap-on-memory, --mode: values of the setting" {
	candidates reconfigure --online=
	is_output '--online=movable --online=kernel --online=policy --online=no'
	candidates online --online k
	is_output kernel
	candidates reconfigure --memmap-on-memory y
	is_output yes
	candidates reconfigure --mode ''
	is_output 'devdax kmem famfs compat'
}

@test "completion: reconfigure --mode, devices given: modes that they can have" {
	candidates reconfigure -s "$trees/6.1-hmem" dax0.0 --mode ''
	[[ $output == *devdax*kmem* && " $output " != *' compat '* ]] || mismatch 'dax0.0'
	# Stuck until the next reboot: none.
	candidates reconfigure -s "$trees/6.1-stuck" dax1.0 --mode=
	[[ " $output " != *=kmem* ]] || mismatch 'a device that is stuck'
	# A device that does not exist: any.
	candidates reconfigure -s "$trees/6.1-hmem" dax7.0 --mode ''
	is_output 'devdax kmem famfs compat'
}

@test "completion: online, offline, bind, unbind: devices that the command applies to, if there are any" {
	candidates offline -s "$trees/6.1-hmem" ''
	is_output 'dax1.0 region0 region1 all'
	candidates online -s "$trees/6.1-hmem" dax
	is_output dax1.0
	candidates unbind -s "$trees/6.1-stuck" dax
	is_output dax0.0
	candidates bind -s "$trees/6.1-hmem" dax
	is_output 'dax0.0 dax1.0'
	# offline applies to none with this prefix: any.
	candidates offline -s "$trees/6.1-hmem" dax0
	is_output dax0.0
}

@test "completion: bind --driver: drivers of the kernel and of the devices" {
	candidates bind -s "$tree" --driver ''
	is_output 'device_dax kmem fsdev_dax'
	sed -i s/device_dax/my_dax/ "$tree/sys/devices/platform/hmem.0/dax0.0/uevent"
	candidates bind -s "$tree" --driver=
	is_output '--driver=device_dax --driver=kmem --driver=fsdev_dax --driver=my_dax'
}

@test "completion: create --region: ids of regions with free memory" {
	candidates create -s "$tree" --region ''
	is_output ''
	echo 2097152 > "$tree/sys/devices/platform/hmem.1/dax_region/available_size"
	candidates create -s "$tree" --region ''
	is_output 1
	candidates create -s "$tree" --region=
	is_output --region=1
	candidates create -s "$trees/6.1-big" --region=
	is_output --region=0
	# Persistent memory is not divided.
	candidates create -s "$trees/6.1-pmem" --region=
	is_output ''
}

@test "completion: create, resize: values of --align and --mode, no option that --mapping excludes" {
	candidates create --align ''
	is_output '4K 2M 1G'
	candidates resize --align=2
	is_output --align=2M
	candidates create --mode=
	is_output '--mode=devdax --mode=kmem --mode=famfs --mode=none'
	candidates create --mapping=0-1fffff --
	[[ " $output " == *' --mapping '* && " $output " != *' --size '* && " $output " != *' --count '* ]] ||
		mismatch 'behind --mapping'
	# No operand.
	candidates create -s "$tree" ''
	is_output ''
}

@test "completion: resize, destroy: devices of dynamic regions, if there are any" {
	candidates resize -s "$trees/6.1-big" dax
	is_output 'dax0.0 dax0.1 dax0.2 dax0.3 dax0.4'
	candidates destroy -s "$tree" dax1
	is_output dax1.0
	rm "$tree/sys/devices/platform/hmem.0/dax_region/available_size"
	candidates destroy -s "$tree" dax
	is_output dax1.0
}

@test "completion: bash, value after an equals sign: value without the option" {
	install_name
	bash_offers 'daxbus online --online=k'
	is_output kernel
}

@test "completion: bash: driver of a captured tree with shell characters: quoted" {
	install_name
	local uevent=$tree/sys/devices/platform/hmem.0/dax0.0/uevent
	sed -i "s/device_dax/x;\$(touch ${BATS_TEST_TMPDIR//\//\\\/}\/run) 'y'/" "$uevent"
	bash_offers "daxbus bind -s $tree --driver=x"
	[[ $output == 'x\;\$\(touch'* ]] || mismatch 'not quoted'
	# As typed by the user who presses Tab and Return.
	eval "set -- $output"
	# shellcheck disable=SC2016 # as it is
	[[ $# -eq 1 && $1 == 'x;$(touch'*"'y'" && ! -e $BATS_TEST_TMPDIR/run ]] || mismatch "other words: $*"
}

@test "completion: driver with control characters: not offered" {
	local uevent=$tree/sys/devices/platform/hmem.0/dax0.0/uevent
	printf 'MAJOR=252\nDRIVER=x\e[2J\n' > "$uevent"
	candidates bind -s "$tree" --driver=x
	is_output ''
	printf 'MAJOR=252\nDRIVER=x\xe2\x80\xaey\n' > "$uevent"
	candidates bind -s "$tree" --driver=x
	is_output ''
}
