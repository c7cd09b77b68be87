/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PARSERS_MODPROBE_H
#define DAXBUS_PARSERS_MODPROBE_H

#include "base/util.h"

/*
 * Lines of modprobe.d(5), which are also those of modules.alias, as libkmod takes them: a
 * backslash at the end of a line continues it, also in a comment; elsewhere it is dropped. Words
 * are separated by spaces and tabs. Pure: text in, statements out.
 */

enum modprobe_command {
	MODPROBE_ALIAS,
	MODPROBE_BLACKLIST,
	MODPROBE_INSTALL,
	MODPROBE_OPTIONS,
	MODPROBE_REMOVE,
	MODPROBE_SOFTDEP,
	_MODPROBE_MAX,
};

/*
 * struct modprobe_line - a statement
 * @command: what it is
 * @number: its line, the first one where it is continued
 * @name: the module; of MODPROBE_ALIAS the pattern
 * @rest: what follows, without spaces in front of it: of MODPROBE_ALIAS the module; "" when there
 * is nothing
 */
struct modprobe_line {
	enum modprobe_command command;
	unsigned int number;
	const char *name;
	const char *rest;
};

/* A text while it is read. */
struct modprobe_reader {
	char *next;
	unsigned int number;
};

/* @text is written into while it is read; what is read borrows from it. */
struct modprobe_reader modprobe_reader(char *text);
/*
 * The next statement. What is empty, a comment, of an unknown command or incomplete is skipped,
 * as modprobe does. Return: false at the end.
 */
bool modprobe_read(struct modprobe_reader *reader, struct modprobe_line *ret);

/* The word of a command: "alias". */
const char *modprobe_word(enum modprobe_command command);

/* Names of modules are the same with - and _. */
bool modprobe_same_module(const char *a, const char *b);
/*
 * Whether the @name of MODPROBE_INSTALL, MODPROBE_REMOVE or MODPROBE_SOFTDEP, which may be a
 * pattern ("dax_*"), is one for a module, which has no "-". No name of a module is as long as 255
 * bytes, and a pattern that is longer matches none.
 */
bool modprobe_name_matches(const char *pattern, const char *module);
/* Whether a list of words has the module. */
bool modprobe_list_has(const char *list, const char *module);
/* The same of what @rest of MODPROBE_SOFTDEP has behind "pre:", which is loaded before. */
bool modprobe_softdep_has_pre(const char *rest, const char *module);
/* Whether an alias, the @name of its line, is one for what the kernel asks for ("nd:t7"). */
bool modprobe_alias_matches(const char *pattern, const char *modalias);

/* Whether a command, the @rest of MODPROBE_INSTALL, is one that does nothing. */
bool modprobe_does_nothing(const char *command);

/*
 * Whether a list of files of modules, each at the beginning of a line (modules.dep,
 * modules.builtin), has one of that name.
 */
bool modprobe_list_has_file(const char *list, const char *name);

/*
 * struct modprobe_file - a file of modprobe.d(5)
 * @directory: where it is: "/etc/modprobe.d"
 * @name: "daxctl.conf"
 * @hidden: an earlier directory has a file of the same name, which counts instead
 */
struct modprobe_file {
	char *directory;
	char *name;
	bool hidden;
};

struct modprobe_files {
	struct modprobe_file *items;
	size_t n;
};

/* The directories, the one that counts most first. NULL behind the last. */
extern const char *const modprobe_directories[];
/* Whether a file of one of the directories is read, by its name. */
bool modprobe_is_file(const char *name);
/* Files have to be added in the order of their directories. Return: 0; -ENOMEM. */
int modprobe_add_file(struct modprobe_files *files, const char *directory,
		      const char *name) _must_check_;
/* Into the order in which they are read: by name. */
void modprobe_sort_files(struct modprobe_files *files);
void modprobe_files_done(struct modprobe_files *files);

#endif
