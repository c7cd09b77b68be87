/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DAXCTL_RUN_H
#define DAXBUS_DAXCTL_RUN_H

/*
 * The command line of daxctl, for scripts: daxbus-daxctl(1). Its commands and options are the rows
 * of daxctl/commands.c; what they do is what the commands of daxbus do, with the same plans and
 * refusals. Functions return what daxctl exits with: 0, 1, or a negative errno value, of which the
 * lowest eight bits are the exit status.
 */

#include "cli/command.h"

/* The exit status of a wrong command line. */
#define DAXCTL_USAGE  129
/* That of --list-opts. */
#define DAXCTL_LISTED 130

/* The options of all commands. */
struct daxctl_options {
	const char *region;
	const char *dev;
	const char *size;
	const char *align;
	const char *input;
	const char *mode;
	const char *directory;
	const char *pxm;
	const char *nodes;
	bool devices;
	bool regions;
	bool mappings;
	bool idle;
	bool human;
	bool verbose;
	bool no_online;
	bool no_movable;
	bool force;
	bool check_config;
};

struct daxctl_command;

/*
 * struct daxctl_run - a run with the command line of daxctl
 * @session: receives results and errors; its command is that of the change, for the system log
 * @command: the command
 * @given: its options
 * @operands: its @n_operands operands
 * @device: the device that the command line selects, "all", or NULL
 */
struct daxctl_run {
	struct session session;
	const struct daxctl_command *command;
	struct daxctl_options given;
	char **operands;
	size_t n_operands;
	const char *device;
};

/*
 * struct daxctl_command - a command of daxctl
 * @name: its name
 * @usage: its synopsis
 * @attempt: "disable", for messages about a missing operand
 * @failed: "disabling device", for messages about a failure
 * @done: "disabled", for the number of devices
 * @options: its @n_options options, set in struct daxctl_options
 * @change: for changes, the command of daxbus that the system log and checks of rights name
 * @run: runs it
 * @change_device: for changes of every selected device, changes one device of a snapshot; returns
 *	0; 1 already so; a negative errno value
 */
struct daxctl_command {
	const char *name;
	const char *usage;
	const char *attempt;
	const char *failed;
	const char *done;
	const struct option_row *options;
	size_t n_options;
	struct command change;
	int (*run)(struct daxctl_run *run);
	int (*change_device)(struct daxctl_run *run, const struct daxbus_snapshot *snapshot,
			     const struct daxbus_object *device);
};

/* Print a line to standard error, with control characters as '?'. */
void daxctl_run_say(const char *format, ...) _format_(1, 2);

/* Print the error of the session, if there is one, and forget it. */
void daxctl_run_say_error(struct daxctl_run *run);

/* Print the usage of the command to standard error. */
void daxctl_run_print_usage(const struct daxctl_command *command);

/* Read all devices, with their memory blocks and ranges. Return: 0; errors of daxbus_scan(). */
int daxctl_run_scan(struct daxctl_run *run, struct daxbus_snapshot **ret);

/* Whether a region, a device is selected by "all", "0", "region0", "dax0.0", "0.0"; or by NULL. */
bool daxctl_run_selects_region(const char *word, const struct daxbus_object *region);
bool daxctl_run_selects_device(const char *word, const struct daxbus_object *device);

/* A number of an object, @otherwise if there is none or if it is unknown. */
uint64_t daxctl_run_number(const struct daxbus_object *object, const char *field,
			   uint64_t otherwise);
/* A string of an object, or NULL. */
const char *daxctl_run_string(const struct daxbus_object *object, const char *field);

/* Whether the memory of the device belongs to kmem. */
bool daxctl_run_is_system_ram(const struct daxbus_object *device);

#endif
