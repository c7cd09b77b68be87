/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/pool.h"

#include <errno.h>
#include <inttypes.h>

#include "base/parse.h"
#include "base/string.h"
#include "execute/evacuate.h"

/* A node without memory has no pools. */
static int read_pool(struct executor *p, const struct step *step, uint64_t *ret)
{
	_cleanup_free_ char *text = NULL;
	int r = executor_read(p, step->file, &text);

	*ret = 0;
	if (r == 0)
		r = parse_u64(text, 10, ret);
	return r == -ENOENT ? 0 : r;
}

int pool_prepare(struct executor *p, struct step *step, struct failure *failure)
{
	_cleanup_free_ char *text = NULL;
	uint64_t pages;
	int r = read_pool(p, step, &pages);

	if (r < 0)
		return failure_set(failure, REASON_WRITE_FAILED, r, "cannot read %s: %s",
				   step->file, strerror(-r));
	if (string_format(&text, "%" PRIu64, pages) < 0 || string_replace(&step->before, text) < 0)
		return failure_oom(failure);
	return 0;
}

static int note_pool(struct executor *p, const struct step *step, uint64_t pages, const char *what)
{
	char *text = NULL;

	return string_format(&text, "%" PRIu64 " of %s huge pages %s: %s", pages, step->before,
			     what, step->file)
		       ?: strv_push_take(&p->notes, text);
}

/*
 * Memory may be too fragmented now for as many. That is reported, and does not make the undoing
 * fail: trying again with `daxbus recover` would not help.
 */
int pool_undo(struct executor *p, const struct step *step, struct failure *failure)
{
	uint64_t before, now;

	if (!step->before || parse_u64(step->before, 10, &before) < 0)
		return 0;
	if (read_pool(p, step, &now) == 0 && now >= before)
		return 0;
	if (executor_write(p, step->file, step->before) < 0)
		log_debug(p->log, "cannot write %s to %s", step->before, step->file);
	if (read_pool(p, step, &now) == 0 && now >= before)
		return 0;
	return note_pool(p, step, now, "could be restored") < 0 ? failure_oom(failure) : 0;
}

int pool_finish(struct executor *p, const struct step *step)
{
	uint64_t before, now;

	if (!step->before || parse_u64(step->before, 10, &before) < 0 ||
	    read_pool(p, step, &now) < 0 || now >= before)
		return 0;
	return note_pool(p, step, before - now, "were dissolved by the kernel");
}

/* A signal ends the write early; what it has done so far counts. */
#define WRITES 3

static int write_pool(struct executor *p, const struct step *step, const char *value, uint64_t want,
		      uint64_t *ret)
{
	int r = 0;

	for (unsigned int i = 0; i < WRITES; i++) {
		r = evacuate_write(p, step->file, value) ?: read_pool(p, step, ret);
		if ((r < 0 && r != -EINTR) || (r == 0 && *ret >= want))
			break;
	}
	return r == -EINTR ? read_pool(p, step, ret) : r;
}

int pool_resize(struct executor *p, const struct step *step, struct failure *failure)
{
	uint64_t want, now;
	int r = parse_u64(step->value, 10, &want) ?: write_pool(p, step, step->value, want, &now);

	if (executor_is_stopped(p))
		return executor_fail_stopped(failure);
	if (r < 0)
		return failure_set(failure, REASON_WRITE_FAILED, r, "cannot write %s to %s: %s",
				   step->value, step->file, strerror(-r));
	/* Those that are in use stay until they are released, or move. */
	if (now < want)
		return failure_set(failure, REASON_NO_ROOM_ELSEWHERE, -ENOSPC,
				   "only %" PRIu64 " of %" PRIu64
				   " huge pages could be allocated: %s",
				   now, want, step->file);
	return 0;
}

/* The node has no pool as long as it has no memory. */
int pool_undo_resize(struct executor *p, const struct step *step, struct failure *failure)
{
	uint64_t before, now;
	char *text = NULL;

	if (!step->before || parse_u64(step->before, 10, &before) < 0 ||
	    (read_pool(p, step, &now) == 0 && now == before))
		return 0;
	if (write_pool(p, step, step->before, before, &now) < 0)
		return read_pool(p, step, &now) == 0 && now == before	  ? 0
		       : note_pool(p, step, now, "could be restored") < 0 ? failure_oom(failure)
									  : 0;
	if (now == before)
		return 0;
	if (now < before)
		return note_pool(p, step, now, "could be restored") < 0 ? failure_oom(failure) : 0;
	return string_format(&text,
			     "%" PRIu64 " huge pages are in use, and leave the pool when they are "
			     "released: %s",
			     now - before, step->file) < 0 ||
			       strv_push_take(&p->notes, text) < 0
		       ? failure_oom(failure)
		       : 0;
}
