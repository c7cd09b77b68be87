/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/last-block.h"

#include <errno.h>
#include <inttypes.h>

#include "base/string.h"
#include "scan/node-bound.h"

static int fail_bound(const struct executor *p, const struct strv *bound, struct failure *failure)
{
	_cleanup_free_ char *text = NULL;
	struct string list = { 0 };

	for (size_t i = 0; i < bound->n; i++)
		string_add(&list, "%s%s", i ? ", " : "", bound->items[i]);
	text = string_take(&list);
	if (!text)
		return failure_oom(failure);
	return failure_set(failure, REASON_NODE_BOUND, -EBUSY,
			   "cannot take the last memory of node %" PRIu64
			   " offline: processes have been bound to the node meanwhile, and the "
			   "kernel kills them when they allocate memory: %s",
			   p->node.v, text);
}

static int fail_hidden(const struct executor *p, struct failure *failure)
{
	return failure_set(failure, REASON_HOLDERS_UNKNOWN, -EBUSY,
			   "cannot take the last memory of node %" PRIu64
			   " offline: cannot determine which processes are bound to the node",
			   p->node.v);
}

static bool is_last(const struct executor *p)
{
	struct opt_u64 online;

	/* Out of memory: it is unknown. */
	if (node_bound_read_online(p->fs, p->node.v, &online) < 0 || !is_known(&online))
		return true;
	return online.v <= p->block_size;
}

int last_block_check(struct executor *p, struct failure *failure)
{
	_cleanup_(opt_strv_done) struct opt_strv bound = { 0 };
	int r;

	if (p->force || p->undoing || !is_known(&p->node) || !is_last(p))
		return 0;
	r = node_bound_read(p->fs, &p->progress_fn, p->node.v, &bound);
	if (r == -EINTR) {
		p->stopped = true;
		return executor_fail_stopped(failure);
	}
	if (r < 0)
		return failure_oom(failure);
	if (bound.is == DAXBUS_KNOWN)
		return fail_bound(p, &bound.v, failure);
	return bound.is == DAXBUS_UNKNOWN ? fail_hidden(p, failure) : 0;
}
