# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2086
#
# For the tests of explain in a guest (`load explain`, after guest).

# first CODE SUBJECT [FILE [LINE]]: explain begins with this cause and evidence, and so does a captured tree
first() {
	local tree expected wanted
	tree=$(mktemp -d)
	run -7 --separate-stderr "$daxbus" explain --json
	expected=$output
	wanted="$1 $2${3:+ $3}${4:+ $4}"
	run jq -r '.findings[0] | "\(.code) \(.subject)" + if .evidence == [] then "" else
		.evidence[0] | " \(.file)" + if .line then " \(.line)" else "" end end' <<<"$expected"
	[[ "$output " == "$wanted "* ]] || { echo "$expected"; false; }
	"$daxbus" capture $tree
	run -7 --separate-stderr "$daxbus" --sysroot $tree explain --json
	diff <(echo "$expected") <(echo "$output")
	rm -r $tree
}

# Everything as it should be: each device in kmem, offline.
healthy() {
	rm -f /etc/modprobe.d/broken.conf
	modprobe dax_hmem
	modprobe device_dax
	modprobe kmem
	"$daxbus" reconfigure --mode=kmem --online=no dax0.0 dax1.0
}
