#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # run sets stderr_lines and others, tree_new() sets tree
#
# The completions for zsh and fish, each in its shell, compared with what bash offers.

load cli

readonly contrib=$BATS_TEST_DIRNAME/../../contrib

setup()
{
	tree_with_two
	mkdir "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/files" "$BATS_TEST_TMPDIR/files/directory"
	touch "$BATS_TEST_TMPDIR/files/document"
	ln -s "$(readlink -f "$DAXBUS")" "$BATS_TEST_TMPDIR/bin/daxbus"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	export HOME=$BATS_TEST_TMPDIR
	unset -f daxbus
}

# Command lines; the cursor is at their ends.
lines()
{
	cat <<- END
		daxbus l
		daxbus re
		daxbus migrate 
		daxbus policy s
		daxbus list --out
		daxbus list --json --r
		daxbus list -R --
		daxbus list -o tar
		daxbus list -o DEVICE,al
		daxbus list --output=+al
		daxbus list --output=DEVICE,tar
		daxbus list -s $tree dax
		daxbus --sysroot=$tree list dax1
		daxbus list -s $tree region0,driver=d
		daxbus list -s $tree target
		daxbus list -s $tree mode=
		daxbus reconfigure --online=
		daxbus reconfigure --mode=k
		daxbus online --online k
		daxbus create --align=
		daxbus help cap
		daxbus nonsense x
		daxbus list --sysroot=$BATS_TEST_TMPDIR/files/d
		daxbus create --from=$BATS_TEST_TMPDIR/files/d
	END
}

# Paths end with a slash in some shells.
sorted() { sed 's|/$||' | sort; }

in_bash()
{
	local COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=$' \t\n' COMPREPLY=()

	# shellcheck source=contrib/bash-completion/daxbus disable=SC1091
	source "$contrib/bash-completion/daxbus"
	# compopt works only when readline calls the function.
	compopt() { :; }
	_daxbus daxbus
	((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}" | sorted
}

in_fish()
{
	fish --no-config --command "source $contrib/fish-completion/daxbus.fish; complete --do-complete '$1'" | sorted
}

# The function as zsh calls it, with compadd and _path_files replaced by functions that print what they receive
in_zsh()
{
	# shellcheck disable=SC2016 # for zsh
	zsh -f -c '
		compadd() { print -rl -- "${(@)candidates}" }
		compset() { before=${PREFIX%%=*}=; PREFIX=${PREFIX#*=} }
		_path_files() {
			local -a found
			[[ $1 == -/ ]] && found=($PREFIX*(N/)) || found=($PREFIX*(N))
			print -rl -- $before${^found}
		}
		words=(${(z)1}) PREFIX=""
		[[ $1 == *" " ]] && words+=("") || PREFIX=$words[-1]
		CURRENT=$#words
		complete_daxbus() { source $2 }
		complete_daxbus $1 $2
		true' zsh "$1" "$contrib/zsh-completion/_daxbus" | sorted
}

# same_as_bash SHELL: a shell offers what bash offers, for every line
same_as_bash()
{
	local line bad=0 n=0
	while IFS= read -r line; do
		n=$((n + 1))
		diff <(in_bash "$line") <("in_$1" "$line") > "$BATS_TEST_TMPDIR/diff" || {
			printf '%s: bash (<) and %s (>) differ:\n%s\n' "$line" "$1" "$(cat "$BATS_TEST_TMPDIR/diff")" >&2
			bad=1
		}
	done < <(lines)
	[[ $n -gt 20 && $(in_bash 'daxbus l') == list ]]
	return "$bad"
}

@test "completion: zsh: same words as in bash" {
	type -P zsh || skip 'zsh is not installed'
	same_as_bash zsh
}

@test "completion: fish: same words as in bash" {
	type -P fish || skip 'fish is not installed'
	same_as_bash fish
}

# typed_in_zsh KEYS: the command line of an interactive zsh after these keys
typed_in_zsh()
{
	cat > "$BATS_TEST_TMPDIR/.zshrc" <<- END
		fpath=($contrib/zsh-completion \$fpath)
		autoload -Uz compinit
		compinit -u -D
		unsetopt beep
		print_line() { print -r -- "\$BUFFER" > $BATS_TEST_TMPDIR/new; mv $BATS_TEST_TMPDIR/new $BATS_TEST_TMPDIR/line }
		zle -N print_line
		bindkey '^X' print_line
		print rea\dy
	END
	# shellcheck disable=SC2016 # for zsh
	ZDOTDIR=$BATS_TEST_TMPDIR TERM=dumb timeout 60 zsh -f -c '
		zmodload zsh/zpty
		zpty shell zsh -d -i
		zpty -r -m shell text "*ready*"
		zpty -w -n shell "$1"
		for i in {1..200}; do
			zpty -r -t shell text || true
			[[ -e $2 ]] && break
			sleep 0.1
		done
		zpty -d shell' zsh "$1"$'\cX' "$BATS_TEST_TMPDIR/line" > /dev/null
	cat "$BATS_TEST_TMPDIR/line"
}

@test "completion: zsh, interactive: word completed on the command line" {
	type -P zsh || skip 'zsh is not installed'
	run typed_in_zsh $'daxbus list --output-\t'
	[[ $output == 'daxbus list --output-all ' ]] || mismatch 'not completed'
	rm "$BATS_TEST_TMPDIR/line"
	run typed_in_zsh $'daxbus list -o tar\t'
	[[ $output == 'daxbus list -o TARGET_NODE' ]] || mismatch 'a column has a space after it'
}
