/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CMD_CHANGE_COMMON_H
#define DAXBUS_CMD_CHANGE_COMMON_H

/*
 * What the changing commands (COMMAND_CHANGES) share. What may be changed, and how, is the
 * library's to say.
 */

#include "cli/change-options.h"
#include "cmd/commands.h"
#include "output/change.h"

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

#endif
