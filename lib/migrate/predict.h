/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MIGRATE_PREDICT_H
#define DAXBUS_MIGRATE_PREDICT_H

#include "base/strv.h"
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

enum predicted {
	PROMISED_UNKNOWN,
	PROMISED_NONE, /* no driver takes them */
	PROMISED_CLASS,
	PROMISED_BUS,
	_PROMISED_MAX,
};

/*
 * struct predict_line - a line that says something of these modules, or of what asks for them
 * @file: where it stands
 * @writer: whose file that is, as far as it is one of those known to write such; or NULL
 * @text: the line in its words, with one space between them
 * @hidden: it does not count, because the file is hidden by another one
 */
struct predict_line {
	char *file;
	unsigned int number;
	enum modprobe_command command;
	char *name;
	char *rest;
	char *text;
	const char *writer;
	bool hidden;
};

/* @unreadable: a file or directory of which is not known what it says; NULL when all were read. */
struct predict_config {
	struct predict_line **items;
	size_t n;
	char *unreadable;
};

/*
 * predict_config_add() - add what a text of modprobe.d says of the model
 * @file: its name
 * @text: is written into
 *
 * Return: 0; -ENOMEM.
 */
int predict_config_add(struct predict_config *config, const char *file, char *text,
		       const char *writer, bool hidden) _must_check_;
void predict_config_done(struct predict_config *config);

/*
 * struct predict_modules - what a kernel has
 * @release: its release
 * @known: the rest could be read
 * @compat: the driver of the class
 * @bus: the driver of the bus; on kernels that know no bus, it is one of the class
 * @core: what both of them share, on kernels that have, or could have had, both
 * @builtin: that driver is part of the kernel
 * @aliases: the modules that the kernel itself names for ND_DAX_ALIAS
 */
struct predict_modules {
	char *release;
	bool known;
	bool compat;
	bool bus;
	bool core;
	bool builtin;
	struct strv aliases;
};

bool predict_offers_class(const struct predict_modules *kernel);
bool predict_offers_bus(const struct predict_modules *kernel);
void predict_modules_done(struct predict_modules *kernel);

/*
 * struct prediction - the answer
 * @line: the line that decides; NULL where none does
 * @file: its file, or the one that could not be read; NULL where none decides
 * @reason: why, for people
 */
struct prediction {
	enum predicted model;
	const struct predict_line *line;
	const char *file;
	const char *reason;
};

/* Lines count in the order of @config. */
struct prediction predict_model(const struct predict_modules *kernel,
				const struct predict_config *config);

/* "class", "bus", "none", "unknown" */
const char *predict_word(enum predicted model);

#endif
