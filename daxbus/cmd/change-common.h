/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CMD_CHANGE_COMMON_H
#define DAXBUS_CMD_CHANGE_COMMON_H

/*
 * Common parts of the changing commands (COMMAND_CHANGES). The library decides what may be changed,
 * and how.
 */

#include "cli/change-options.h"
#include "cmd/commands.h"
#include "model/forecast.h"
#include "output/change.h"

/* Change something, and provide the results; or set the error of the session. */
typedef int (*change_common_fn)(struct session *s, const struct change_options *options,
				struct daxbus_results **ret);

/*
 * Change something, then print and log what became of it. @nothing: what to say if there is no
 * result, or NULL. Return: the exit status.
 */
enum status change_common_finish(struct session *s, const struct change_options *options,
				 change_common_fn change, const char *nothing);

/* The run function of commands that change the selected devices. */
enum status change_common_run(struct session *s, const void *options);
/* The same of those that make room, and print a forecast first. In drain.c. */
enum status drain_run(struct session *s, const void *options);

/*
 * change_common_devices() - change devices, or with --dry-run plan it, according to the command
 * line
 * @s: the session; receives the reason of a failure
 * @options: the options of its command
 * @query: selects the devices
 * @ret: receives the results; free with daxbus_results_free()
 *
 * Return: 0; -EINVAL; -ENOMEM; errors of change_common_open(), daxbus_plan() and daxbus_apply().
 */
int change_common_devices(struct session *s, const struct change_options *options,
			  const struct daxbus_query *query, struct daxbus_results **ret);

/* The same for a request; @query may be NULL if the request has a layout. */
int change_common_apply(struct session *s, const struct change_options *options,
			const struct daxbus_query *query, const struct daxbus_request *request,
			struct daxbus_results **ret);

/*
 * change_common_request() - create a request from the command line
 * @s: the session; receives the reason of a failure
 * @options: the options of its command
 * @ret: receives the request; free with daxbus_request_free()
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int change_common_request(struct session *s, const struct change_options *options,
			  struct daxbus_request **ret);

/*
 * change_common_open() - create a context that shows progress and that signals can stop
 * @s: the session
 * @options: the options of its command
 * @ret: receives the context; free with change_common_close()
 *
 * Without --dry-run, it first checks that the user is root and that the tree is that of the running
 * kernel. With --root, any user with write access to that directory may change it.
 *
 * Return: 0; -EPERM not root; -EOPNOTSUPP a captured tree; errors of session_open().
 */
int change_common_open(struct session *s, const struct change_options *options,
		       struct daxbus_ctx **ret);
void change_common_close(struct daxbus_ctx **ctx);
/* Before lines that are printed meanwhile. */
void change_common_clear_progress(void);

/*
 * change_common_report() - print and log the results
 * @s: the session
 * @options: the options of its command
 * @results: the results; with --save, receives those of the policies
 * @forecasts: what a document contains beside them; NULL: null
 *
 * Return: the exit status of all results.
 */
enum status change_common_report(struct session *s, const struct change_options *options,
				 struct daxbus_results *results, const struct forecasts *forecasts);

/* The exit status for the return value of a library function that changes or plans. */
enum status change_common_status(int result);

#endif
