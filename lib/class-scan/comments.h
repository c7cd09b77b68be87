/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_COMMENTS_H
#define DAXBUS_CLASS_SCAN_COMMENTS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * enum syntax - the syntax of a file, which says what a comment is
 * @SYNTAX_PROGRAM: ELF and other binary files: strings of printable characters, no comments
 * @SYNTAX_HASH: "#" begins a comment, outside quotes, at the start of a word
 * @SYNTAX_PYTHON: as SYNTAX_HASH; docstrings are comments, too
 * @SYNTAX_PERL: as SYNTAX_HASH; lines from "=word" to "=cut" or "=end" are comments, too
 * @SYNTAX_SLASHES: "//" begins a comment
 * @SYNTAX_DASHES: "--" begins a comment
 * @SYNTAX_LINES: "#" and ";" begin a comment at the start of a line only (systemd, ini)
 * @SYNTAX_UDEV: "#" begins a comment at the start of a line only; keys that match paths are uses
 * @SYNTAX_MODPROBE: as SYNTAX_UDEV, but commands of modprobe.d are uses
 */
enum syntax {
	SYNTAX_PROGRAM,
	SYNTAX_HASH,
	SYNTAX_PYTHON,
	SYNTAX_PERL,
	SYNTAX_SLASHES,
	SYNTAX_DASHES,
	SYNTAX_LINES,
	SYNTAX_UDEV,
	SYNTAX_MODPROBE,
	_SYNTAX_MAX,
};

/*
 * struct comments - what the lines so far say about the next one; zero before the first line
 * @quotes: in Python, the quotes that end the docstring that has begun; NULL outside a docstring
 * @pod: in Perl, whether documentation has begun
 */
struct comments {
	const char *quotes;
	bool pod;
};

/*
 * comments_cut() - find the comment of a line
 * @syntax: syntax of the file
 * @comments: state, which the function updates
 * @line: the line
 * @s: @line without the spaces at its start
 * @n: bytes from @s to the end of the line, without the spaces there
 *
 * Return: bytes from @s to the comment; 0 if the whole line is one.
 */
size_t comments_cut(enum syntax syntax, struct comments *comments, const char *line, const char *s,
		    size_t n);

#endif
