# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2086
#
# For the tests of explain in a guest (`load explain`, after guest).

# first CODE SUBJECT [FILE [LINE]]: explain begins with this cause and evidence, and so does a captured tree. Kernel 5.10 has
# phantoms, whatever else is wrong.
first() {
	local tree expected wanted but=phantom
	[ "$1" != phantom ] || but=
	tree=$(mktemp -d)
	run -7 --separate-stderr "$daxbus" explain --json
	expected=$output
	wanted="$1 $2${3:+ $3}${4:+ $4}"
	run jq -r --arg but "$but" '[.findings[] | select(.code != $but)][0] | "\(.code) \(.subject)" +
		if .evidence == [] then "" else
		.evidence[0] | " \(.file)" + if .line then " \(.line)" else "" end end' <<<"$expected"
	[[ "$output " == "$wanted "* ]] || { echo "$expected"; false; }
	"$daxbus" capture $tree
	run -7 --separate-stderr "$daxbus" --sysroot $tree explain --json
	diff <(echo "$expected") <(echo "$output")
	rm -r $tree
}

# nothing: explain finds nothing, but phantoms
nothing() {
	run --separate-stderr "$daxbus" "$@" explain --json
	[ "$(jq -c '.findings | map(select(.code != "phantom"))' <<<"$output")" = '[]' ] || { echo "$output"; false; }
}

# says CODE COMMAND...: this is all that explain finds in another way, but phantoms
says() {
	local code=$1
	shift
	run -7 --separate-stderr "$@" explain --json
	[ "$(jq -r '.findings | map(select(.code != "phantom").code) | join(" ")' <<<"$output")" = $code ] || { echo "$output"; false; }
}

# Everything as it should be: each device in kmem, offline.
healthy() {
	rm -f /etc/modprobe.d/broken.conf
	modprobe dax_hmem
	modprobe device_dax
	modprobe kmem
	"$daxbus" reconfigure --mode=kmem --online=no dax0.0 dax1.0
}
