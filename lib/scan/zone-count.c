/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/zone-count.h"

#include <errno.h>

#include "base/array.h"
#include "model/page-flags.h"

enum answer {
	ANSWER_KERNEL = KIND_KERNEL, /* online in a zone of this kind */
	ANSWER_MOVABLE = KIND_MOVABLE,
	ANSWER_OFFLINE,
	ANSWER_ONLINE,	   /* in which zone is not told */
	ANSWER_OPEN,	   /* not told yet */
	ANSWER_UNREADABLE, /* only a file can tell */
};

/* --- which zones a block may be in ------------------------------------------------------------ */

/* Bits of enum zone_kind. *@ret_is_online is set if the zone has no holes. */
static unsigned int find_kinds(const struct zone_count *c, uint64_t id, bool *ret_is_online)
{
	uint64_t start, end;
	unsigned int kinds = 0;

	*ret_is_online = false;
	if (__builtin_mul_overflow(id, c->pages, &start) ||
	    __builtin_add_overflow(start, c->pages, &end))
		return 0;
	for (size_t i = 0; i < c->zones->n; i++) {
		const struct zone_span *z = &c->zones->zones[i];
		unsigned int kind = 1U << (z->is_movable ? KIND_MOVABLE : KIND_KERNEL);

		if (z->start >= end || z->end <= start)
			continue;
		if (z->present == z->end - z->start && z->start <= start && end <= z->end) {
			*ret_is_online = true;
			return kind;
		}
		kinds |= kind;
	}
	return kinds;
}

void zone_count_init(struct zone_count *c, const struct sysfs_dir *memory,
		     const struct node_zones *zones, const struct block_set *blocks, uint64_t pages,
		     const struct log *log)
{
	bool ignored;

	*c = (struct zone_count){
		.log = log,
		.memory = memory,
		.zones = zones,
		.pages = pages,
		.fd = -1,
	};
	for (size_t i = 0; i < zones->n; i++)
		c->left[zones->zones[i].is_movable ? KIND_MOVABLE : KIND_KERNEL] +=
			zones->zones[i].present;
	for (size_t i = 0; i < blocks->n; i++) {
		unsigned int kinds = find_kinds(c, blocks->ids[i], &ignored);

		for (unsigned int kind = 0; kind < N_KINDS; kind++)
			c->n_open[kind] += kinds >> kind & 1;
	}
}

void zone_count_done(struct zone_count *c)
{
	close_p(&c->fd);
	free(c->open);
	free(c->devices);
}

/* --- counting a block ------------------------------------------------------------------------- */

static void close_block(struct zone_count *c, unsigned int kinds)
{
	for (unsigned int kind = 0; kind < N_KINDS; kind++)
		c->n_open[kind] -= kinds >> kind & 1;
}

static void count_offline(struct zone_count *c, struct tally *tally, unsigned int kinds)
{
	close_block(c, kinds);
	tally->offline++;
}

static void count_online(struct zone_count *c, struct tally *tally, unsigned int kinds,
			 enum zone_kind kind)
{
	close_block(c, kinds);
	tally_add_online(tally, kind == KIND_MOVABLE);
	if (c->left[kind] < c->pages || !(kinds >> kind & 1))
		c->disagrees = true;
	else
		c->left[kind] -= c->pages;
}

static int count_by_file(struct zone_count *c, struct tally *tally, unsigned int kinds, uint64_t id)
{
	struct tally one = { 0 };
	int r = tally_read_block(&one, c->memory, id);

	if (one.offline)
		count_offline(c, tally, kinds);
	else if (one.movable || one.kernel)
		count_online(c, tally, kinds, one.movable ? KIND_MOVABLE : KIND_KERNEL);
	else
		c->disagrees = true;
	return r;
}

static int add_open_block(struct zone_count *c, struct tally *tally, uint64_t id,
			  unsigned int kinds)
{
	bool is_other = !c->n || c->open[c->n - 1].tally != tally;
	const struct open_device next = { .begin = c->n };

	if (is_other && ARRAY_PUSH(c->devices, c->n_devices, next) < 0)
		return -ENOMEM;
	if (ARRAY_PUSH(c->open, c->n, (struct open_block){ tally, id, kinds }) < 0)
		return -ENOMEM;
	c->devices[c->n_devices - 1].end = c->n;
	return 0;
}

int zone_count_add(struct zone_count *c, struct tally *tally, uint64_t id)
{
	bool is_online;
	unsigned int kinds = find_kinds(c, id, &is_online);

	if (kinds && !is_online)
		return add_open_block(c, tally, id, kinds);
	if (is_online)
		count_online(c, tally, kinds,
			     kinds == 1U << KIND_MOVABLE ? KIND_MOVABLE : KIND_KERNEL);
	else
		tally->offline++;
	return 0;
}

/* --- looking up a block ----------------------------------------------------------------------- */

static void open_page_flags(struct zone_count *c)
{
	int r = sysfs_open_numbers(c->memory->fs, &c->fd, "kpageflags");

	c->is_opened = true;
	if (r < 0)
		log_debug(c->log, "cannot open /proc/kpageflags: %s", strerror(-r));
}

static enum answer look_up_page(struct zone_count *c, uint64_t page)
{
	uint64_t flags;
	ssize_t n;

	if (!c->is_opened)
		open_page_flags(c);
	if (c->fd < 0)
		return ANSWER_UNREADABLE;
	n = sysfs_read_numbers(c->fd, page, &flags, 1);
	if (n < 0) {
		log_debug(c->log, "cannot read /proc/kpageflags: %s", strerror((int)-n));
		close_p(&c->fd);
		c->fd = -1;
		return ANSWER_UNREADABLE;
	}
	if (!flags)
		return ANSWER_OPEN;
	if (!(flags & KPF_NOPAGE))
		return ANSWER_ONLINE;
	c->has_nopage = true;
	return ANSWER_OFFLINE;
}

/* What the zones leave for a block. */
static enum answer ask_zones(const struct zone_count *c, unsigned int kinds)
{
	bool is_left = false;

	for (unsigned int kind = 0; kind < N_KINDS; kind++) {
		if (!(kinds >> kind & 1) || !c->left[kind])
			continue;
		if (c->left[kind] % c->pages == 0 && c->left[kind] / c->pages == c->n_open[kind])
			return (enum answer)kind;
		is_left = true;
	}
	return is_left ? ANSWER_OPEN : ANSWER_OFFLINE;
}

/* The zone of a block that is online, if only one kind is possible that has pages left. */
static enum answer find_zone(const struct zone_count *c, unsigned int kinds)
{
	bool kernel = kinds & 1U << KIND_KERNEL && c->left[KIND_KERNEL];
	bool movable = kinds & 1U << KIND_MOVABLE && c->left[KIND_MOVABLE];

	if (kernel == movable)
		return ANSWER_UNREADABLE;
	return movable ? ANSWER_MOVABLE : ANSWER_KERNEL;
}

static int count_answer(struct zone_count *c, struct open_block *b, enum answer answer)
{
	struct tally *tally = b->tally;

	if (answer == ANSWER_OPEN)
		return 0;
	b->tally = NULL;
	if (answer == ANSWER_ONLINE)
		answer = find_zone(c, b->kinds);
	if (answer == ANSWER_UNREADABLE)
		return count_by_file(c, tally, b->kinds, b->id);
	if (answer == ANSWER_OFFLINE)
		count_offline(c, tally, b->kinds);
	else
		count_online(c, tally, b->kinds, (enum zone_kind)answer);
	return 0;
}

static int look_up(struct zone_count *c, struct open_block *b)
{
	enum answer answer = ask_zones(c, b->kinds);

	if (answer == ANSWER_OPEN)
		answer = look_up_page(c, (b->id + 1) * c->pages - 1);
	return count_answer(c, b, answer);
}

/* Of each device, the block that comes after @n others: the last, the first, the last but one... */
static int look_up_round(struct zone_count *c, size_t n, bool *ret_more)
{
	int r = 0;

	*ret_more = false;
	for (size_t i = 0; r == 0 && i < c->n_devices; i++) {
		const struct open_device *d = &c->devices[i];

		if (n >= d->end - d->begin)
			continue;
		*ret_more = true;
		r = look_up(c, &c->open[n % 2 ? d->begin + n / 2 : d->end - 1 - n / 2]);
	}
	return r;
}

/* Blocks whose page had no flags. */
static int decide_rest(struct zone_count *c)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->n; i++) {
		struct open_block *b = &c->open[i];
		enum answer answer = ask_zones(c, b->kinds);

		if (answer == ANSWER_OPEN)
			answer = c->has_nopage ? ANSWER_ONLINE : ANSWER_UNREADABLE;
		if (b->tally)
			r = count_answer(c, b, answer);
	}
	return r;
}

/* Whether the other blocks of the node can contain the pages that were not found. */
static bool agrees(const struct zone_count *c)
{
	for (unsigned int kind = 0; kind < N_KINDS; kind++)
		if (c->left[kind] / c->pages + (c->left[kind] % c->pages != 0) > c->n_open[kind])
			return false;
	return !c->disagrees;
}

int zone_count_finish(struct zone_count *c)
{
	bool more = true;
	int r = 0;

	for (size_t n = 0; r == 0 && more; n++)
		r = look_up_round(c, n, &more);
	if (r == 0)
		r = decide_rest(c);
	return r == 0 ? agrees(c) : r;
}
