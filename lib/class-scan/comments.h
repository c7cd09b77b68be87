/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_COMMENTS_H
#define DAXBUS_CLASS_SCAN_COMMENTS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * enum syntax - how a file is read
 * @SYNTAX_PROGRAM: ELF and other bytes: strings of printable characters
 * @SYNTAX_HASH: "#" begins a comment, outside quotes, at the beginning of a word
 * @SYNTAX_PYTHON: the same, and texts in three quotes that are statements are comments
 * @SYNTAX_PERL: the same, and what is between "=word" and "=cut" or "=end"
 * @SYNTAX_SLASHES: "//" begins a comment
 * @SYNTAX_DASHES: "--" does
 * @SYNTAX_LINES: "#" and ";" do, only at the beginning of a line (systemd, ini)
 * @SYNTAX_UDEV: "#" does, only there; and keys that match paths count
 * @SYNTAX_MODPROBE: the same, and commands of modprobe.d count
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
 * struct comments - what a line needs to know of those before it; all zero at the beginning
 * @quotes: Python: inside a text that ends so
 * @pod: Perl: inside documentation
 */
struct comments {
	const char *quotes;
	bool pod;
};

/*
 * What counts of a line of text: its bytes up to a comment, 0 when all of it is one. @s are the @n
 * bytes of @line without the spaces around them.
 */
size_t comments_cut(enum syntax syntax, struct comments *comments, const char *line, const char *s,
		    size_t n);

#endif
