/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MIGRATE_PREDICT_H
#define DAXBUS_MIGRATE_PREDICT_H

#include "parsers/modprobe.h"
#include "scan/nd-region.h"

/*
 * Which model the devices on persistent memory will have when a kernel boots: that of the driver
 * which is loaded for what the kernel asks for, an nd device of the type devdax. Pure: what an
 * installed system says in, the answer out.
 *
 * Source: libkmod's lookup of an alias, and its blacklist; measured on 5.10 (test/vm).
 */

/* What the kernel asks for: the alias of an nd device that has a devdax namespace. */
#define ND_DAX_ALIAS  "nd:t7"
/* Modules have the names of their drivers. */
#define COMPAT_MODULE ND_CLASS_DRIVER
#define BUS_MODULE    ND_BUS_DRIVER

enum promised {
	PROMISED_UNKNOWN,
	PROMISED_NONE, /* no driver takes them */
	PROMISED_CLASS,
	PROMISED_BUS,
	_PROMISED_MAX,
};

/*
 * struct config_line - a line that says something of these modules, or of what asks for them
 * @file: where it stands
 * @writer: whose file that is, as far as it is one of those known to write such; or NULL
 * @text: the line in its words, with one blank between these
 * @hidden: it does not count, because the file is hidden by another one
 */
struct config_line {
	char *file;
	unsigned int number;
	enum modprobe_command command;
	char *name;
	char *rest;
	char *text;
	const char *writer;
	bool hidden;
};

/* @unreadable: a file or folder of which is not known what it says; NULL when all were read. */
struct config {
	struct config_line **items;
	size_t n;
	char *unreadable;
};

/*
 * config_add() - add what a text of modprobe.d says of the model
 * @file: its name
 * @text: is written into
 *
 * Return: 0; -ENOMEM.
 */
int config_add(struct config *config, const char *file, char *text, const char *writer,
	       bool hidden) _must_check_;
void config_done(struct config *config);

/*
 * struct kernel_modules - what a kernel has
 * @release: its release
 * @known: the rest could be read
 * @compat: the driver of the class
 * @bus: the driver of the bus; on kernels that know no bus, it is one of the class
 * @core: what both of them share, on kernels that have, or could have had, both
 * @builtin: that driver is part of the kernel
 * @aliases: the modules that the kernel itself names for ND_DAX_ALIAS
 */
struct kernel_modules {
	char *release;
	bool known;
	bool compat;
	bool bus;
	bool core;
	bool builtin;
	struct strv aliases;
};

bool kernel_offers_class(const struct kernel_modules *kernel);
bool kernel_offers_bus(const struct kernel_modules *kernel);
void kernel_modules_done(struct kernel_modules *kernel);

/*
 * struct promise - the answer
 * @line: the line that decides; NULL where none does
 * @file: its file, or the one that could not be read; NULL where none decides
 * @reason: why, for people
 */
struct promise {
	enum promised model;
	const struct config_line *line;
	const char *file;
	const char *reason;
};

/* Lines count in the order of @config. */
struct promise promise_make(const struct kernel_modules *kernel, const struct config *config);

/* "class", "bus", "none", "unknown" */
const char *promised_word(enum promised model);

#endif
