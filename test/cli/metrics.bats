#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154,SC2030,SC2031 # run sets stderr, complete_tree() sets tree; each test is a subshell
#
# metrics: the text format of Prometheus. test/vm/boot.bats has node_exporter read it.

load cli

# sample TREE NAME FILTER: the values of the samples whose labels contain all words of FILTER
sample()
{
	"$DAXBUS" --sysroot "$1" metrics | awk -v name="daxbus_$2{" -v filter="$3" '
		index($0, name) == 1 { n = split(filter, words); ok = 1
			for (i = 1; i <= n; i++) ok = ok && index($0, words[i])
			if (ok) print $NF }'
}

@test "metrics: captured tree: same values as list --json" {
	local name device size lost movable kernel offline missing
	for name in 5.10-big 6.12-cxl 7.3-hmem 7.3-nvdimm; do
		complete_tree $name
		daxbus --sysroot "$tree" list --json
		jq -r '.devices[] | "\(.device) \(.size) \(.memory.lost) \(.memory.movable) \(.memory.kernel) \(.memory.offline) \(.memory.missing)"' <<<"$output" >"$BATS_TEST_TMPDIR/list"
		[[ -s $BATS_TEST_TMPDIR/list ]]
		while read -r device size lost movable kernel offline missing; do
			[[ $(sample "$tree" device_size_bytes "device=\"$device\"") == "$size" ]]
			[[ $(sample "$tree" device_lost_bytes "device=\"$device\"") == "${lost#null}" ]]
			[[ $(sample "$tree" device_blocks "device=\"$device\" movable") == "${movable#null}" ]]
			[[ $(sample "$tree" device_blocks "device=\"$device\" kernel") == "${kernel#null}" ]]
			[[ $(sample "$tree" device_blocks "device=\"$device\" offline") == "${offline#null}" ]]
			[[ $(sample "$tree" device_blocks "device=\"$device\" missing") == "${missing#null}" ]]
		done <"$BATS_TEST_TMPDIR/list"
	done
}

@test "metrics: flags, orphans: a sample for each flag, bytes without a device" {
	complete_tree 5.10-big
	[[ $(sample "$tree" device_flag 'device="dax0.2" flag="wasteful"') == 1 ]]
	[[ $(sample "$tree" device_flag 'device="dax0.0"') == '' ]]
	run "$DAXBUS" --sysroot "$(dirname "$BATS_TEST_DIRNAME")/sysroots/7.3-orphan" metrics
	grep -qx "daxbus_orphaned_bytes $((1 << 30))" <<<"$output"
}

@test "metrics: every tree: each family once, each series once, no empty value" {
	local tree
	for tree in "$BATS_TEST_DIRNAME"/../sysroots/*/; do
		daxbus --sysroot "$tree" metrics
		is_status 0
		[[ -z $(grep '^# TYPE' <<<"$output" | sort | uniq -d) ]]
		[[ -z $(grep -v '^#' <<<"$output" | sed 's/ [0-9]*$//' | sort | uniq -d) ]]
		! grep -vE '^# (HELP daxbus_[a-z_]+ .*\.|TYPE daxbus_[a-z_]+ gauge)$|^daxbus_[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9]+$' <<<"$output" ||
			mismatch "$tree"
	done
}

@test "metrics: driver named with quotes, backslash or escape: quoted, harmless" {
	complete_tree 7.3-hmem
	sed -i '/^DRIVER=/d' "$tree/sys/bus/dax/devices/dax0.0/uevent"
	printf 'DRIVER=a"b\\c\e[1m\n' >>"$tree/sys/bus/dax/devices/dax0.0/uevent"
	daxbus --sysroot "$tree" metrics
	is_status 0
	[[ $output == *'driver="a\"b\\c?[1m"'* ]] || mismatch quoted
}

@test "metrics: selector: samples of these devices only; unknown device: exit 3" {
	complete_tree 7.3-hmem
	daxbus --sysroot "$tree" metrics dax1.0
	[[ $output == *'device="dax1.0"'* && $output != *'device="dax0.0"'* ]] || mismatch selected
	daxbus --sysroot "$tree" metrics dax7.0
	is_status 3
}

@test "metrics: --output: file replaced as a whole, readable for all, no other file left" {
	complete_tree 7.3-hmem
	local dir=$BATS_TEST_TMPDIR/textfile
	mkdir "$dir"
	echo old >"$dir/daxbus.prom"
	(umask 077 && "$DAXBUS" --sysroot "$tree" metrics --output="$dir/daxbus.prom")
	[[ $(ls -A "$dir") == daxbus.prom && $(stat -c %a "$dir/daxbus.prom") == 644 ]]
	diff "$dir/daxbus.prom" <("$DAXBUS" --sysroot "$tree" metrics)
	cd "$dir"
	"$DAXBUS" --sysroot "$tree" metrics --output=second.prom
	cmp daxbus.prom second.prom
}

@test "metrics: --output cannot be written: exit 1, 2 or 3 with the reason, old file stays" {
	complete_tree 7.3-hmem
	local dir=$BATS_TEST_TMPDIR/textfile
	mkdir "$dir"
	echo old >"$dir/daxbus.prom"
	daxbus --sysroot "$tree" metrics --output="$dir/missing/daxbus.prom"
	is_status 3
	is_stderr "daxbus: cannot write $dir/missing/daxbus.prom: No such file or directory"
	daxbus --sysroot "$tree" metrics --output="$dir/"
	is_status 2
	mkdir "$dir/directory"
	daxbus --sysroot "$tree" metrics --output="$dir/directory"
	is_status 1
	mkfifo "$dir/pipe"
	daxbus --sysroot "$tree" metrics --output="$dir/pipe"
	is_usage_error "cannot replace $dir/pipe: it is not a regular file; redirect standard output to it" metrics
	[[ -p $dir/pipe ]]
	rm "$dir/pipe"
	# No space for it: a limit of the size of a file does the same as a full disk.
	# shellcheck disable=SC2016 # for the other bash
	run --separate-stderr bash -c 'trap "" XFSZ; ulimit -f 1; "$1" --sysroot "$2" metrics --output="$3"' - "$DAXBUS" "$tree" "$dir/daxbus.prom"
	is_status 1
	[[ $stderr == *"cannot write $dir/daxbus.prom: File too large" ]] || mismatch stderr
	[[ $(<"$dir/daxbus.prom") == old && $(ls -A "$dir") == $'daxbus.prom\ndirectory' ]]
}

@test "metrics: dashboard for Grafana: valid, each metric of it exists, panels do not overlap" {
	local dashboard=$BATS_TEST_DIRNAME/../../contrib/prometheus/daxbus-dashboard.json
	daxbus __introspect dump
	comm -23 <(grep -o 'daxbus_[a-z_]*' "$dashboard" | sort -u) <(jq -r '.objects.metric[] | "daxbus_" + .key' <<<"$output" | sort) >"$BATS_TEST_TMPDIR/unknown"
	[[ ! -s $BATS_TEST_TMPDIR/unknown ]] || mismatch "unknown: $(<"$BATS_TEST_TMPDIR/unknown")"
	# And none is missing.
	comm -13 <(grep -o 'daxbus_[a-z_]*' "$dashboard" | sort -u) <(jq -r '.objects.metric[] | "daxbus_" + .key' <<<"$output" | sort) >"$BATS_TEST_TMPDIR/missing"
	[[ ! -s $BATS_TEST_TMPDIR/missing ]] || mismatch "missing: $(<"$BATS_TEST_TMPDIR/missing")"
	jq -e '(.title | type == "string") and (.schemaVersion | type == "number") and
		([.panels[].id] | length == (unique | length)) and
		([.panels[] | .gridPos | select(.x + .w > 24)] == []) and
		([.panels[] | .gridPos as $p | range($p.x; $p.x + $p.w) as $x | range($p.y; $p.y + $p.h) as $y | [$x, $y]] |
			length == (unique | length)) and
		all(.panels[].targets[]; .expr | test("instance=~"))' "$dashboard" >/dev/null
	type -P promtool >/dev/null || return 0
	# Each expression as a rule, with all machines.
	jq '{ groups: [ { name: "dashboard", rules: [ .panels[].targets[].expr | gsub("\\$instance"; ".*") |
		{ record: "dashboard:panel", expr: . } ] } ] }' "$dashboard" >"$BATS_TEST_TMPDIR/rules.yml"
	promtool check rules --lint=none "$BATS_TEST_TMPDIR/rules.yml"
}
