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

# Command lines; the cursor is at their ends. After some that are chosen: each command of the table, the list of its options, and each
# option that has a value.
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
		daxbus reconfigure --mode=k
		daxbus online --online k
		daxbus help cap
		daxbus nonsense x
		daxbus list --sysroot=$BATS_TEST_TMPDIR/files/d
		daxbus create --from=$BATS_TEST_TMPDIR/files/d
	END
	"$DAXBUS" __introspect dump | jq -r --arg start "daxbus --sysroot=$tree" '.commands[]
		| "\($start) \(.name)", "\($start) \(.name) ", "\($start) \(.name) --",
			"\($start) \(.name) --\(.options[] | select(.argument).name)="'
}

# In each shell, one process completes all lines of stdin, and prints for each word that it offers: the line, a tab, the word.
in_bash()
{
	local line word COMP_LINE COMP_POINT COMP_WORDBREAKS=$' \t\n' COMPREPLY

	# shellcheck source=contrib/bash-completion/daxbus disable=SC1091
	source "$contrib/bash-completion/daxbus"
	# compopt works only when readline calls the function.
	compopt() { :; }
	while IFS= read -r line; do
		COMP_LINE=$line COMP_POINT=${#line} COMPREPLY=()
		_daxbus daxbus
		for word in "${COMPREPLY[@]}"; do printf '%s\t%s\n' "$line" "$word"; done
	done
}

in_fish()
{
	# shellcheck disable=SC2016 # for fish
	fish --no-config --command "source $contrib/fish-completion/daxbus.fish"'
		while read --local line
			for word in (complete --do-complete "$line")
				printf "%s\t%s\n" "$line" "$word"
			end
		end'
}

# The function as zsh calls it, with compadd and _path_files replaced by functions that print what they receive
in_zsh()
{
	# shellcheck disable=SC2016 # for zsh
	zsh -f -c '
		compadd() { print -rl -- "${(@)candidates}" }
		compset() { [[ $PREFIX != *=* ]] || { before=${PREFIX%%=*}=; PREFIX=${PREFIX#*=} } }
		_path_files() {
			local -a found
			[[ $1 == -/ ]] && found=($PREFIX*(N/)) || found=($PREFIX*(N))
			(( ! $#found )) || print -rl -- $before${^found}
		}
		complete_daxbus() { source $file }
		file=$1
		while IFS= read -r line; do
			words=(${(z)line}) PREFIX="" before=""
			[[ $line == *" " ]] && words+=("") || PREFIX=$words[-1]
			CURRENT=$#words
			complete_daxbus </dev/null | while IFS= read -r word; do printf "%s\t%s\n" "$line" "$word"; done
		done' zsh "$contrib/zsh-completion/_daxbus"
}

# words_of SHELL: what it offers. Paths end with a slash in some shells.
words_of() { lines | "in_$1" | sed 's|/$||' | sort; }

# words_of_bash: the same for bash, whose words are found once for all tests of the file; each test has a directory of its own
words_of_bash()
{
	local words=$BATS_FILE_TMPDIR/bash

	[[ -e $words ]] || { words_of bash | sed "s|$BATS_TEST_TMPDIR|TMPDIR|g" > "$words.new" && mv "$words.new" "$words"; }
	sed "s|TMPDIR|$BATS_TEST_TMPDIR|g" "$words" | sort
}

# same_as_bash SHELL: a shell offers what bash offers, for every line; the words include each option of each command
same_as_bash()
{
	cd "$BATS_TEST_TMPDIR/files" || return
	words_of_bash > "$BATS_TEST_TMPDIR/bash"
	words_of "$1" > "$BATS_TEST_TMPDIR/$1"
	diff "$BATS_TEST_TMPDIR/bash" "$BATS_TEST_TMPDIR/$1" >&2
	echo "# $(lines | wc -l) command lines, $(wc -l < "$BATS_TEST_TMPDIR/$1") words" >&3
	diff <("$DAXBUS" __introspect dump | jq -r '.commands[] | "\(.name) --\(.options[].name)"' | sort) \
		<(sed -nE "s|^daxbus --sysroot=$tree (.*) --\t(--[a-z-]+)=?$|\1 \2|p" "$BATS_TEST_TMPDIR/$1" | sort) >&2
	grep -qxF $'daxbus l\tlist' "$BATS_TEST_TMPDIR/$1"
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
