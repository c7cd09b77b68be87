/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/memory-blocks.h"

#include <errno.h>
#include <time.h>

#include "execute/bounded-write.h"
#include "execute/evacuate.h"
#include "execute/last-block.h"
#include "execute/settle.h"
#include "base/array.h"
#include "base/parse.h"
#include "scan/node-usage.h"
#include "scan/node-users.h"

#define MEMORY_PATH "/sys/devices/system/memory"

/* Pages can be pinned for a moment; the kernel itself gives up after some attempts. */
#define TRIES	    3

struct blocks {
	struct executor *p;
	struct sysfs_dir dir;
	struct bounded_write write;
	uint64_t *poisoned;
	size_t n_poisoned;
	uint64_t done;
	uint64_t total;
	const char *what;
};

static int blocks_open(struct blocks *b, struct executor *p, const struct block_runs *runs,
		       const char *what, struct failure *failure)
{
	int r;

	*b = (struct blocks){ .p = p, .dir = SYSFS_DIR_INIT, .what = what };
	b->total = block_runs_count(runs);
	bounded_write_start(&b->write, p);
	r = sysfs_dir_open(p->fs, &b->dir, MEMORY_PATH);
	if (r < 0)
		return failure_set(failure, REASON_WRITE_FAILED, r,
				   "cannot open " MEMORY_PATH ": %s", strerror(-r));
	return 0;
}

static void blocks_done(struct blocks *b)
{
	if (b->write.p)
		bounded_write_done(&b->write);
	free(b->poisoned);
	sysfs_dir_done(&b->dir);
}

/* The zone of a block. Return: 0; -ENOENT when it does not exist; errno. */
static int read_zone(struct blocks *b, uint64_t id, enum zone *ret)
{
	_cleanup_free_ char *state = NULL, *zones = NULL;
	int r = sysfs_read_str(&b->dir, &state, "memory%" PRIu64 "/state", id);

	if (r < 0)
		return r;
	*ret = ZONE_OFFLINE;
	if (streq(state, "offline"))
		return 0;
	r = sysfs_read_str(&b->dir, &zones, "memory%" PRIu64 "/valid_zones", id);
	if (r == -ENOMEM)
		return r;
	*ret = r == 0 && streq(zones, "Movable") ? ZONE_MOVABLE : ZONE_KERNEL;
	return 0;
}

/* Return: 0; -ETIMEDOUT: something holds its memory; -EINTR: stopped; errno. */
static int write_file(struct blocks *b, uint64_t id, const char *word)
{
	struct block_run run = { id, id, ZONE_OFFLINE };
	const struct block_runs runs = { &run, 1 };
	_cleanup_(sysfs_file_close) struct sysfs_file file = SYSFS_FILE_INIT;
	int r = sysfs_open_to_write(&b->dir, &file, "memory%" PRIu64 "/state", id)
			?: bounded_write(&b->write, &file, word, &runs);

	log_debug(b->p->log, "wrote %s to memory%" PRIu64 "/state: %s", word, id,
		  r < 0 ? strerror(-r) : "done");
	return r;
}

/*
 * Bring a block where it shall be. The kernel says EINVAL for what is so already, and for much
 * else: what counts is what is read then. If it is online then and should be offline, others may
 * have brought it online since the kernel answered, so the kernel is asked again.
 */
static int write_state(struct blocks *b, uint64_t id, const char *word, enum zone zone)
{
	int r = -EINVAL;

	for (unsigned int i = 0; r == -EINVAL && i < TRIES; i++) {
		enum zone now;

		r = write_file(b, id, word);
		if (r != -EINVAL || read_zone(b, id, &now) < 0)
			return r;
		if (now == zone)
			return 0;
		if (zone != ZONE_OFFLINE)
			return r;
	}
	return r;
}

static int write_state_patiently(struct blocks *b, uint64_t id, const char *word, enum zone zone)
{
	const struct timespec pause = { .tv_nsec = 100 * 1000000L };
	int r = -EBUSY;

	for (unsigned int i = 0; i < TRIES; i++) {
		if (i)
			nanosleep(&pause, NULL);
		r = write_state(b, id, word, zone);
		/* A second signal must not end what undoes the work of the first. */
		if (r != -EBUSY && !(r == -EINTR && b->p->undoing))
			break;
	}
	return r;
}

/*
 * kernel >= 6.2: a block with a page that has a hardware error does not come online. It is no
 * reason to keep the others offline. Return: 0; -ENOMEM.
 */
static int skip_poisoned(struct blocks *b, uint64_t id)
{
	char *note;
	int r = string_format(&note,
			      "memory block %" PRIu64 " of %s stays offline: a page of it has a "
			      "hardware error",
			      id, b->p->device);

	if (r == 0)
		r = strv_push_take(&b->p->notes, note);
	if (r == 0)
		r = ARRAY_PUSH(b->poisoned, b->n_poisoned, id);
	b->p->poisoned = b->n_poisoned;
	return r;
}

static bool is_poisoned(const struct blocks *b, uint64_t id)
{
	for (size_t i = 0; i < b->n_poisoned; i++)
		if (b->poisoned[i] == id)
			return true;
	return false;
}

/* Before each block, and once after all. Return: whether to go on. */
static bool go_on(struct blocks *b)
{
	return executor_tell(b->p, b->what, b->done++, b->total);
}

/* --- order ------------------------------------------------------------------------------------ */

/*
 * After each block the kernel looks whether its zone is contiguous, page block by page block until
 * it meets a hole (set_zone_contiguous() in mm/). In order of address that is the square of the
 * size, and more than all the rest of the work. So the hole comes first and goes last: the second
 * block of the device is the first to go offline and the last to come online. The first block
 * stays as long as any, and below the hole there is hardly anything to look through.
 */
#define HOLE 1

/* Which of @total blocks is the @i-th to go offline: the hole, from the high end, the lowest. */
static uint64_t offline_order(uint64_t i, uint64_t total)
{
	if (total <= HOLE)
		return i;
	if (i == 0)
		return HOLE;
	return i < total - 1 ? total - i : 0;
}

static uint64_t online_order(uint64_t i, uint64_t total)
{
	return offline_order(total - 1 - i, total);
}

/* The @n-th block, from the low end. */
static uint64_t find_block(const struct block_runs *runs, uint64_t n, enum zone *ret_zone)
{
	const struct block_run *run = runs->items;

	while (n > run->last - run->first) {
		n -= run->last - run->first + 1;
		run++;
	}
	*ret_zone = run->zone;
	return run->first + n;
}

/* --- offline ---------------------------------------------------------------------------------- */

static const char *cause_of(int r, enum zone zone)
{
	switch (-r) {
	case EBUSY:
		return zone == ZONE_KERNEL ? "it is in a zone where the kernel keeps memory that "
					     "cannot move"
					   : "some of its memory is pinned or cannot be moved";
	case EPERM:
		return "a part of the kernel has vetoed it";
	case ENOMEM:
		return "there is no room to move its memory to";
	default:
		return "see the kernel's messages";
	}
}

/* So many page frames are named. */
#define FRAMES_MAX 4

/* "; the kernel could not move page frame 0x108000", of those in the block. */
static void add_frames(const struct executor *p, uint64_t id, struct string *text)
{
	uint64_t pages = p->block_size / (uint64_t)sysconf(_SC_PAGESIZE), frame;
	unsigned int n = 0;

	for (size_t i = 0; i < p->said.n && n < FRAMES_MAX; i++)
		if (kmsg_find_frame(p->said.items[i], &frame) && pages && frame / pages == id)
			string_add(text, "%s 0x%" PRIx64,
				   n++ ? "," : "; the kernel could not move page frame", frame);
}

/* For a message: what the kernel answered, or why it was not waited for any more. */
static const char *describe(int r)
{
	return r == -ETIMEDOUT ? "its memory is pinned" : strerror(-r);
}

static int add_pinners(struct executor *p)
{
	struct node_users users;

	if (!is_known(&p->node))
		return 0;
	return node_users_read(p->fs, &p->progress_fn, p->node.v, &users)
		       ?: node_users_explain_pinners(&users, &p->notes);
}

/* Something holds pages of it, and nothing else was left to move for as long as is waited. */
static int fail_pinned(struct blocks *b, uint64_t id, enum zone zone, struct failure *failure)
{
	struct executor *p = b->p;
	struct string text = { 0 };
	_cleanup_free_ char *frames = NULL;

	if (executor_hear(p) < 0)
		return failure_oom(failure);
	add_frames(p, id, &text);
	frames = string_take(&text);
	if (!frames || add_pinners(p) < 0)
		return failure_oom(failure);
	if (executor_has_deadline(p))
		return failure_set(
			failure, REASON_BLOCK_PINNED, -ETIMEDOUT,
			"cannot take memory block %" PRIu64
			" of %s (zone %s) offline within the time of --timeout: something "
			"has pinned its memory, or allocates memory as fast as it moves%s",
			id, p->device, zone_title(zone), frames);
	return failure_set(failure, REASON_BLOCK_PINNED, -ETIMEDOUT,
			   "cannot take memory block %" PRIu64
			   " of %s (zone %s) offline: something has pinned its memory, none of "
			   "which moved for %" PRIu64 " s%s",
			   id, p->device, zone_title(zone), p->timeout, frames);
}

#define POLICY_PATH MEMORY_PATH "/auto_online_blocks"

/* Whether the kernel itself brings new memory online where it may not go offline again. */
static char *read_kernel_policy(const struct executor *p)
{
	_cleanup_free_ char *policy = NULL;

	if (executor_read(p, POLICY_PATH, &policy) < 0 ||
	    !(streq(policy, "online") || streq(policy, "online_kernel")))
		return NULL;
	return TAKE_PTR(policy);
}

static int fail_busy(struct blocks *b, uint64_t id, enum zone zone, int r, struct failure *failure)
{
	_cleanup_free_ char *policy = NULL;

	if (zone == ZONE_KERNEL && r == -EBUSY)
		policy = read_kernel_policy(b->p);
	memory_blocks_explain(b->p);
	failure_set(failure, REASON_BLOCK_BUSY, r,
		    "cannot take memory block %" PRIu64 " of %s (zone %s) offline: %s; %s%s%s%s",
		    id, b->p->device, zone_title(zone), strerror(-r), cause_of(r, zone),
		    policy ? ", and " POLICY_PATH " is '" : "", policy ?: "",
		    policy ? "', which puts new memory there" : "");
	if (policy)
		failure->hint =
			"Boot with memhp_default_state=offline or online_movable, so that the "
			"kernel does not bring new memory online in that zone.";
	return r;
}

/* What made no room costs a look at the page tables of processes. */
static int explain_block(struct blocks *b, uint64_t id, enum zone zone)
{
	return executor_has_deadline(b->p) ? evacuate_explain(b->p, id, zone) : 0;
}

static int fail_offline(struct blocks *b, uint64_t id, enum zone zone, int r,
			struct failure *failure)
{
	switch (r) {
	case -EINTR:
		return executor_fail_stopped(failure);
	case -ETIMEDOUT:
		return explain_block(b, id, zone) < 0 ? failure_oom(failure)
						      : fail_pinned(b, id, zone, failure);
	}
	if (explain_block(b, id, zone) < 0)
		return failure_oom(failure);
	return fail_busy(b, id, zone, r, failure);
}

/* What is in the way may go: a change that makes room tries until its deadline. */
static int write_offline(struct blocks *b, uint64_t id, enum zone zone)
{
	struct evacuate e;
	int r;

	evacuate_start(&e, b->p, id, zone);
	do
		r = write_state_patiently(b, id, "offline", ZONE_OFFLINE);
	while ((r == -EBUSY || r == -ENOMEM || r == -EAGAIN) && evacuate_again(&e));
	return r < 0 && executor_is_stopped(b->p) ? -EINTR : r;
}

/* Return: 0; -EAGAIN and such of the kernel; the block may have gone offline by other hands. */
static int take_offline(struct blocks *b, uint64_t id, enum zone zone, struct failure *failure)
{
	int r;

	if (!go_on(b))
		return executor_fail_stopped(failure);
	r = write_offline(b, id, zone);
	if (r == 0)
		return 0;
	if (r == -ENOENT)
		return failure_set(failure, REASON_RACED, r,
				   "memory block %" PRIu64 " of %s has gone: something else "
				   "removed it",
				   id, b->p->device);
	return fail_offline(b, id, zone, r, failure);
}

/* The last block that is not offline: something else brought it back. Return: whether
 * there is one. */
static bool find_online(struct blocks *b, const struct block_runs *runs, uint64_t *ret)
{
	bool found = false;

	for (size_t i = 0; i < runs->n; i++)
		for (uint64_t id = runs->items[i].first; id <= runs->items[i].last; id++) {
			_cleanup_free_ char *state = NULL;
			int r = sysfs_read_str(&b->dir, &state, "memory%" PRIu64 "/state", id);

			if (r == 0 && !streq(state, "offline")) {
				found = true;
				*ret = id;
			}
		}
	return found;
}

static int take_all_offline(struct blocks *b, const struct block_runs *runs,
			    struct failure *failure)
{
	int r = 0;

	b->done = 0;
	for (uint64_t i = 0; r == 0 && i < b->total; i++) {
		enum zone zone;
		uint64_t id = find_block(runs, offline_order(i, b->total), &zone);

		if (i == b->total - 1)
			r = last_block_check(b->p, failure);
		if (r == 0)
			r = take_offline(b, id, zone, failure);
	}
	if (r == 0)
		go_on(b);
	return r;
}

/* By the counts of the node's zones, which one read gives for all blocks together. */
static bool all_is_offline(const struct executor *p)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct device *d = executor_look(p, NEED_MEMORY, &s);

	return d && is_known(&d->memory.online) && d->memory.online.v == 0;
}

int memory_blocks_offline(struct executor *p, const struct block_runs *runs,
			  struct failure *failure)
{
	_cleanup_(blocks_done) struct blocks b = { .dir = SYSFS_DIR_INIT };
	int r = blocks_open(&b, p, runs, "taking memory offline", failure);
	uint64_t id = 0;

	/* Others may bring blocks back as they go; who does it again and again means it. */
	for (unsigned int i = 0; r == 0 && i < TRIES; i++) {
		r = take_all_offline(&b, runs, failure);
		if (r == 0 && i > 0)
			settle_dwell();
		if (r == 0 && (all_is_offline(p) || !find_online(&b, runs, &id)))
			return 0;
	}
	if (r < 0)
		return r;
	return settle_fail(p, failure, REASON_RACED, -EBUSY,
			   "memory block %" PRIu64 " of %s went offline, and is online again", id,
			   p->device);
}

/* --- online ----------------------------------------------------------------------------------- */

/* It is online where it should not be. Zones are joined when a block goes online, and at no other
 * time. */
static int move_to(struct blocks *b, uint64_t id, const char *word, enum zone zone)
{
	int r = -EINVAL;

	/* EINVAL: something else was faster, again. */
	for (unsigned int i = 0; r == -EINVAL && i < TRIES; i++) {
		r = write_state_patiently(b, id, "offline", ZONE_OFFLINE);
		if (r == 0)
			r = write_state_patiently(b, id, word, zone);
	}
	return r;
}

static int bring_online(struct blocks *b, uint64_t id, const char *word, enum zone zone,
			struct failure *failure)
{
	enum zone now;
	int r;

	if (!go_on(b))
		return executor_fail_stopped(failure);
	if (is_poisoned(b, id))
		return 0;
	r = write_state_patiently(b, id, word, zone);
	if (r == -EINVAL && read_zone(b, id, &now) == 0 && now != ZONE_OFFLINE) {
		r = move_to(b, id, word, zone);
		if (r < 0 && r != -EINTR && r != -EHWPOISON)
			return settle_fail(b->p, failure, REASON_WRONG_ZONE, r,
					   "memory block %" PRIu64
					   " of %s is online in zone %s instead of %s, and cannot "
					   "be moved: %s",
					   id, b->p->device, zone_title(now), zone_title(zone),
					   describe(r));
	}
	if (r == -EINTR)
		return executor_fail_stopped(failure);
	if (r == -EHWPOISON)
		return skip_poisoned(b, id) < 0 ? failure_oom(failure) : 0;
	if (r == -ENOENT)
		return failure_set(failure, REASON_RACED, r,
				   "memory block %" PRIu64 " of %s does not exist", id,
				   b->p->device);
	if (r < 0)
		return failure_set(failure, REASON_ONLINE_REFUSED, r,
				   "cannot bring memory block %" PRIu64 " of %s online (%s): %s",
				   id, b->p->device, word, strerror(-r));
	return 0;
}

/* Whether all of the device is as wanted already: bound under the right policy, it is. */
static bool all_is_in(const struct executor *p, enum zone zone)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct device *d = executor_look(p, NEED_MEMORY, &s);
	uint64_t all = block_runs_count(&p->blocks);

	if (!d || !all || !is_known(&d->memory.blocks) || d->memory.blocks.v != all)
		return false;
	return zone == ZONE_MOVABLE ? is_known(&d->memory.movable) && d->memory.movable.v == all
				    : is_known(&d->memory.kernel) && d->memory.kernel.v == all;
}

static int check_online(struct blocks *b, const struct block_runs *runs, enum zone zone,
			struct failure *failure)
{
	for (size_t i = 0; i < runs->n; i++)
		for (uint64_t id = runs->items[i].first; id <= runs->items[i].last; id++) {
			enum zone now;
			int r = read_zone(b, id, &now);

			if (r == 0 && now != ZONE_OFFLINE && now != zone)
				return settle_fail(b->p, failure, REASON_RACED, -EBUSY,
						   "memory block %" PRIu64
						   " of %s went online, and is in zone %s now",
						   id, b->p->device, zone_title(now));
			if ((r < 0 || now != zone) && !is_poisoned(b, id))
				return failure_set(failure, REASON_RACED, r < 0 ? r : -EBUSY,
						   "memory block %" PRIu64
						   " of %s went online, and is %s now: something "
						   "else changed it",
						   id, b->p->device, r < 0 ? "gone" : "offline");
		}
	return 0;
}

static int bring_all_online(struct blocks *b, const struct block_runs *runs, const char *word,
			    enum zone zone, struct failure *failure)
{
	int r = 0;

	b->done = 0;
	for (uint64_t i = 0; r == 0 && i < b->total; i++) {
		enum zone was;
		uint64_t id = find_block(runs, online_order(i, b->total), &was);

		r = bring_online(b, id, word, zone, failure);
	}
	if (r == 0 && b->total && b->n_poisoned == b->total)
		return failure_set(failure, REASON_BLOCK_POISONED, -EHWPOISON,
				   "cannot bring memory of %s online: %s", b->p->device,
				   strerror(EHWPOISON));
	if (r == 0)
		go_on(b);
	return r;
}

int memory_blocks_online(struct executor *p, const struct block_runs *runs, const char *word,
			 struct failure *failure)
{
	_cleanup_(blocks_done) struct blocks b = { .dir = SYSFS_DIR_INIT };
	enum zone zone = zone_of_word(word);
	int r;

	if (all_is_in(p, zone))
		return 0;
	r = blocks_open(&b, p, runs, "bringing memory online", failure);
	/* What others take elsewhere meanwhile is moved back. */
	for (unsigned int i = 0; r == 0 && i < TRIES; i++) {
		failure_done(failure);
		r = bring_all_online(&b, runs, word, zone, failure);
		if (r < 0 || all_is_in(p, zone))
			return r;
		if (check_online(&b, runs, zone, failure) == 0)
			return 0;
	}
	return r < 0 ? r : -EBUSY;
}

/* --- restoring -------------------------------------------------------------------------------- */

/* What could not be restored. */
struct remains {
	uint64_t n;
	uint64_t first;
	int first_errno;
};

static void note_remains(struct remains *remains, uint64_t id, int r)
{
	if (r < 0 && !remains->n++) {
		remains->first = id;
		remains->first_errno = r;
	}
}

/* Take it offline, unless it is so or in its zone. */
static int clear_block(struct blocks *b, uint64_t id, enum zone zone)
{
	enum zone now;
	int r = read_zone(b, id, &now);

	if (r == -ENOENT || (r == 0 && (now == zone || now == ZONE_OFFLINE)))
		return 0;
	return r < 0 ? r : write_state_patiently(b, id, "offline", ZONE_OFFLINE);
}

static int fill_block(struct blocks *b, uint64_t id, enum zone zone)
{
	enum zone now;
	int r = read_zone(b, id, &now);

	if (r == -ENOENT || (r == 0 && now == zone))
		return 0;
	if (r == 0)
		r = write_state_patiently(b, id, zone_word(zone), zone);
	/* Something else was faster. */
	if (r == -EINVAL)
		r = move_to(b, id, zone_word(zone), zone);
	return r == -EHWPOISON ? skip_poisoned(b, id) : r;
}

/* All that is in the way first: each direction has an order of its own. */
static void clear_blocks(struct blocks *b, const struct block_runs *runs, struct remains *remains)
{
	for (uint64_t i = 0; i < b->total; i++) {
		enum zone zone;
		uint64_t id = find_block(runs, offline_order(i, b->total), &zone);
		int r = clear_block(b, id, zone);

		/* A program that has pinned one has pinned others, too: one is waited for, and all
		 * are tried. */
		if (r == -ETIMEDOUT)
			b->write.timeout = 1;
		/* A block that stays in a wrong zone is found again when its zone is restored. */
		if (zone != ZONE_OFFLINE)
			continue;
		go_on(b);
		note_remains(remains, id, r);
	}
}

static void fill_blocks(struct blocks *b, const struct block_runs *runs, struct remains *remains)
{
	for (uint64_t i = 0; i < b->total; i++) {
		enum zone zone;
		uint64_t id = find_block(runs, online_order(i, b->total), &zone);

		if (zone == ZONE_OFFLINE)
			continue;
		go_on(b);
		note_remains(remains, id, fill_block(b, id, zone));
	}
}

int memory_blocks_restore(struct executor *p, const struct block_runs *runs,
			  struct failure *failure)
{
	_cleanup_(blocks_done) struct blocks b = { .dir = SYSFS_DIR_INIT };
	struct remains remains = { 0 };
	int r = blocks_open(&b, p, runs, "restoring memory", failure);

	if (r < 0)
		return r;
	clear_blocks(&b, runs, &remains);
	fill_blocks(&b, runs, &remains);
	if (!remains.n)
		return 0;
	return failure_set(failure, REASON_WRITE_FAILED, remains.first_errno,
			   "%" PRIu64 " memory block%s of %s could not be brought back as before, "
			   "the first of them memory block %" PRIu64 ": %s",
			   remains.n, plural(remains.n), p->device, remains.first,
			   describe(remains.first_errno));
}

void memory_blocks_explain(struct executor *p)
{
	if (is_known(&p->node) &&
	    node_usage_explain(p->fs, &p->progress_fn, p->node.v, &p->notes) < 0)
		log_debug(p->log, "cannot determine the users of memory on node %" PRIu64,
			  p->node.v);
}
