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

/*
 * Check that no killed process left a journal in @directory. Return: 0; -EUCLEAN (reason
 * "recover-first").
 */
int api_change_check_journal(int directory, struct daxbus_error *error) _must_check_;

#endif
