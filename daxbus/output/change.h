/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_CHANGE_H
#define DAXBUS_OUTPUT_CHANGE_H

/*
 * What the changing commands (COMMAND_CHANGES) share: their options, running them, and showing what
 * became of each device. What may be changed, and how, is the library's to say.
 */

#include "cli/command.h"

/* Options of all changing commands; each takes those that its rows name. */
struct change_options {
	const char *mode;
	const char *online;
	const char *memmap_on_memory;
	const char *size;
	const char *driver;
	const char *region;
	const char *from;
	const char *align;
	const char *count;
	const char *map;
	const char *name;
	const char *root;
	struct strv mappings;
	const char *wait;
	bool force;
	bool forget;
	bool now;
	bool dry_run;
	bool progress;
};

#define CHANGE_MEMBER(member) offsetof(struct change_options, member)

/* clang-format off */
/* A row of a command's table, for those that refuse what can be forced. */
#define CHANGE_FORCE_ROW                                                                        \
	{ .name = "force", .help = "pass over refusals that say so; never over those that "    \
				   "protect memory or the kernel",                              \
	  .type = OPTION_FLAG, .offset = CHANGE_MEMBER(force), .setting = true }

/* What the commands that change selected devices have in common. */
#define CHANGE_OF_DEVICES                                                                       \
	.operands = "SELECTOR...",                                                              \
	.min_operands = 1,                                                                      \
	.max_operands = SIZE_MAX,                                                               \
	.complete = COMPLETE_SELECTORS,                                                         \
	.options_size = sizeof(struct change_options),                                          \
	.flags = COMMAND_JSON | COMMAND_CHANGES
/* clang-format on */

/* Rows that all of them have. */
extern const struct option_row change_rows[];
extern const size_t n_change_rows;

/* The run function of commands that change the selected devices. */
enum status change_run(struct session *s, const void *options, char **operands, size_t n_operands);

/*
 * change_devices() - do, or with --dry-run plan, what the command line wants of some devices
 * @s: the session; what failed is in its error
 * @options: the options of its command
 * @query: which devices
 * @ret: receives what became of them; release with daxbus_outcome_unref()
 *
 * Return: 0; -EINVAL; -ENOMEM; what change_open() returns; what daxbus_plan() and daxbus_apply()
 * return.
 */
int change_devices(struct session *s, const struct change_options *options,
		   const struct daxbus_query *query, struct daxbus_outcome **ret);

/* The same with a request that is ready; a layout that is recreated needs no query. */
int change_apply(struct session *s, const struct change_options *options,
		 const struct daxbus_query *query, const struct daxbus_request *request,
		 struct daxbus_outcome **ret);

/*
 * change_request() - a request as the command line wants it
 * @s: the session; what is wrong is in its error
 * @options: the options of its command
 * @ret: receives the request; release with daxbus_request_unref()
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int change_request(struct session *s, const struct change_options *options,
		   struct daxbus_request **ret);

/*
 * change_open() - get ready: a context whose progress is shown and which signals stop
 * @s: the session
 * @options: the options of its command
 * @ret: receives the context; release with change_close()
 *
 * Without --dry-run this is only for root and the running kernel, which is seen to before anything
 * is read. With --root, who may write there may do it.
 *
 * Return: 0; -EPERM not root; -EOPNOTSUPP a captured tree; what session_open() returns.
 */
int change_open(struct session *s, const struct change_options *options, struct daxbus_ctx **ret);
void change_close(struct daxbus_ctx **ctx);

/*
 * change_report() - say what became of the devices: print it, log it
 * @s: the session
 * @options: the options of its command
 * @outcome: what became of them
 *
 * Return: the exit status that all results together make.
 */
enum status change_report(struct session *s, const struct change_options *options,
			  const struct daxbus_outcome *outcome);

/* The exit status of a library function that changes, or plans to. */
enum status change_status_of(int result);

/* What a result is about, for people: the device, or the file. */
static inline const char *change_subject(const struct daxbus_result *result)
{
	return result->device ? result->device : result->file;
}

/* The word of a verdict, as in JSON: "changed". */
const char *change_word(enum daxbus_verdict verdict);
/* Whether all is well with the device: it is as it was asked for, or would be. */
bool change_is_good(enum daxbus_verdict verdict);
/*
 * The same for people: "created" of a device that was changed, where the command has a word for it.
 */
const char *change_verb(const struct command *command, enum daxbus_verdict verdict);
/*
 * "devdax -> kmem", "kmem" when that stays; of a device that was not there before, or is not any
 * more, the mode that it has, or had.
 */
void change_add_modes(struct text *text, const struct command *command,
		      const struct daxbus_result *result);

/* A result as text: on standard output when all is well, else on standard error. */
void change_print(struct session *s, const struct daxbus_result *result, bool with_steps);
/* All of them as a document. */
int change_print_json(struct session *s, const struct daxbus_outcome *outcome, bool dry_run);
/* A line in the system's log when the device was touched. */
void change_log(struct session *s, const struct daxbus_result *result);

static inline void daxbus_request_unref_p(struct daxbus_request **request)
{
	daxbus_request_unref(*request);
}
static inline void daxbus_outcome_unref_p(struct daxbus_outcome **outcome)
{
	daxbus_outcome_unref(*outcome);
}

#endif
