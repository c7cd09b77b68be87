/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MIGRATE_PREDICT_H
#define DAXBUS_MIGRATE_PREDICT_H

#include "base/strv.h"
#include "parsers/modprobe.h"
#include "scan/nd-region.h"

/*
 * Predict the model of the devices on persistent memory when a kernel boots: that of the driver
 * that modprobe loads for an nd device of type devdax. Nothing here reads a file.
 *
 * Source: how libkmod resolves aliases and applies its blacklist; measured on 5.10 (test/vm).
 */

/* The alias that the kernel requests for a devdax namespace. */
#define ND_DAX_ALIAS  "nd:t7"
/* A module has the name of its driver. */
#define COMPAT_MODULE ND_CLASS_DRIVER
#define BUS_MODULE    ND_BUS_DRIVER

enum predicted {
	PROMISED_UNKNOWN,
	PROMISED_NONE, /* no driver binds to the devices */
	PROMISED_CLASS,
	PROMISED_BUS,
	_PROMISED_MAX,
};

/*
 * struct predict_line - a line of modprobe.d about these modules, or about ND_DAX_ALIAS
 * @file: path of its file; /proc/cmdline for a parameter of the kernel's command line
 * @number: its number in @file, starting with 1
 * @command: its command
 * @name: first argument of the command: a module, or the alias
 * @rest: the other arguments; "" without any
 * @text: the line, one space between words
 * @writer: the program that writes such a file: "daxbus", "daxctl"; a constant, NULL if unknown
 * @hidden: whether modprobe ignores the line, because an earlier directory has a file of the same
 *          name
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

/*
 * struct predict_config - the lines of modprobe.d that matter; zero at first
 * @items: the lines, in the order of their precedence
 * @n: number of @items
 * @unreadable: path of a file or directory that could not be read; NULL if all were read
 */
struct predict_config {
	struct predict_line *items;
	size_t n;
	char *unreadable;
};

/*
 * predict_config_add() - add the lines of a file that matter
 * @config: receives them; release it with predict_config_done()
 * @file: path of the file
 * @text: its text, which the function overwrites
 * @writer: a constant, or NULL
 * @hidden: whether another file hides it
 *
 * Return: 0; -ENOMEM.
 */
int predict_config_add(struct predict_config *config, const char *file, char *text,
		       const char *writer, bool hidden) _must_check_;
void predict_config_done(struct predict_config *config);

/*
 * struct predict_modules - the drivers of a kernel; all strings are owned
 * @release: release of the kernel
 * @known: whether the other members could be read
 * @compat: whether it has COMPAT_MODULE
 * @bus: whether it has BUS_MODULE, which is a driver of the class on kernels without a bus
 * @core: whether it has the module that both require
 * @builtin: whether BUS_MODULE is built in
 * @aliases: modules that modules.alias names for ND_DAX_ALIAS
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

/* Return: whether a kernel has a driver for the model. */
bool predict_offers_class(const struct predict_modules *kernel);
bool predict_offers_bus(const struct predict_modules *kernel);
void predict_modules_done(struct predict_modules *kernel);

/*
 * struct prediction - a predicted model; borrows from the configuration
 * @model: the model
 * @line: the line that determines it; NULL if no line does
 * @file: file of @line, or a file that could not be read; NULL if no file determines it
 * @reason: reason in words, a constant
 */
struct prediction {
	enum predicted model;
	const struct predict_line *line;
	const char *file;
	const char *reason;
};

/* Predict the model that @kernel uses with the lines of @config. */
struct prediction predict_model(const struct predict_modules *kernel,
				const struct predict_config *config);

/* Return: "class", "bus", "none" or "unknown". */
const char *predict_word(enum predicted model);

#endif
