/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_CHANGE_H
#define DAXBUS_API_CHANGE_H

/* The public functions that plan and perform changes of devices; see daxbus.h. */
#include "api/context.h"
#include "execute/results.h"

/* As daxbus_plan() and daxbus_apply(), but append to existing results. */
int api_change_plan(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		    const struct daxbus_request *request, struct daxbus_results *results,
		    struct daxbus_error *error) _must_check_;
int api_change_apply(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		     const struct daxbus_request *request, struct daxbus_results *results,
		     struct daxbus_error *error) _must_check_;

/* A device, and what is requested for it; or a region, in which one is to be created. */
struct api_change {
	const char *device;
	const char *region;
	struct daxbus_request request;
};

/*
 * api_change_each() - plan or carry out a request of its own for each device
 * @changes: @n devices, one after the other, under one lock
 * @how: its settings "wait" and "timeout" are used
 * @dry_run: only plan
 * @results: receives a result for each device
 *
 * Return: as daxbus_apply(), or with @dry_run daxbus_plan().
 */
int api_change_each(struct daxbus_ctx *ctx, const struct api_change *changes, size_t n,
		    const struct daxbus_request *how, bool dry_run, struct daxbus_results *results,
		    struct daxbus_error *error) _must_check_;

/*
 * Check that no killed process left a journal in @directory. Return: 0; -EUCLEAN (reason
 * "recover-first").
 */
int api_change_check_journal(int directory, struct daxbus_error *error) _must_check_;

#endif
