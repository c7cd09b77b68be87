/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/builder.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "model/range-list.h"

void builder_done(struct plan_builder *p)
{
	free(p->asked);
	free(p->message);
	block_runs_done(&p->expected);
	block_runs_done(&p->blocks);
	free(p->shaped.mappings);
	strv_done(&p->notes);
	steps_done(&p->steps);
	*p = (struct plan_builder){ 0 };
}

/* --- decisions -------------------------------------------------------------------------------- */

static _format_(1, 0) char *format_text(const char *format, va_list args)
{
	char *s;

	return vasprintf(&s, format, args) < 0 ? NULL : s;
}

static bool decide(struct plan_builder *p, enum daxbus_verdict verdict, enum reason code,
		   char *message)
{
	free(p->message);
	p->message = message;
	p->verdict = verdict;
	p->code = code;
	p->failed |= !message;
	return true;
}

bool builder_refuse(struct plan_builder *p, enum reason code, const char *format, ...)
{
	_cleanup_free_ char *why = NULL;
	char *message = NULL;
	va_list args;

	va_start(args, format);
	why = format_text(format, args);
	va_end(args);
	if (why && asprintf(&message, "cannot %s: %s", p->asked, why) < 0)
		message = NULL;
	return decide(p, DAXBUS_REFUSED, code, message);
}

bool builder_unchanged(struct plan_builder *p, const char *format, ...)
{
	char *message;
	va_list args;

	va_start(args, format);
	message = format_text(format, args);
	va_end(args);
	return decide(p, DAXBUS_UNCHANGED, REASON_NONE, message);
}

void builder_note(struct plan_builder *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	p->failed |= strv_push_take(&p->notes, format_text(format, args)) < 0;
	va_end(args);
}

bool builder_unknown(struct plan_builder *p, const char *what)
{
	if (p->facts->root)
		return builder_refuse(p, REASON_UNKNOWN_STATE, "%s cannot be read", what);
	builder_note(p, "%s: %s cannot be read (root can), and was not checked", p->d->name.v,
		     what);
	return false;
}

/* --- memory blocks ---------------------------------------------------------------------------- */

bool builder_is_in_kmem(const struct plan_builder *p)
{
	return is_same(p->from, "kmem");
}

bool builder_is_unplugged(const struct device *d)
{
	return known_as(&d->kernel_state, "unplugged");
}

static bool is_alike(const struct memory *m)
{
	if (!is_known(&m->blocks) || !is_known(&m->online))
		return false;
	if (m->blocks.v == 0)
		return true;
	if (!is_known(&m->missing) || m->missing.v)
		return false;
	if (m->online.v == 0)
		return true;
	return m->online.v == m->blocks.v && is_known(&m->movable) && is_known(&m->kernel) &&
	       (m->movable.v == 0 || m->kernel.v == 0);
}

bool builder_needs_blocks(const struct device *d)
{
	return known_as(&d->mode, "kmem") && !builder_is_unplugged(d) && !is_alike(&d->memory);
}

static int compare_runs(const void *a, const void *b)
{
	const struct block_run *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* Runs in any order; what two of them share counts once. */
static void add_runs(struct plan_builder *p, struct block_runs *to, struct block_run *runs,
		     size_t n)
{
	uint64_t behind = 0;

	if (n)
		qsort(runs, n, sizeof(*runs), compare_runs);
	for (size_t i = 0; i < n; i++) {
		uint64_t first = runs[i].first > behind ? runs[i].first : behind;

		if (first > runs[i].last)
			continue;
		p->failed |= block_runs_add(to, first, runs[i].last, runs[i].zone) < 0;
		behind = runs[i].last + 1;
	}
}

static void find_expected(struct plan_builder *p)
{
	_cleanup_free_ struct block_run *runs = calloc(p->d->n_mappings, sizeof(*runs));
	size_t n = 0;

	p->failed |= !runs && p->d->n_mappings;
	for (size_t i = 0; runs && i < p->d->n_mappings; i++) {
		const struct mapping *m = &p->d->mappings[i];
		uint64_t start = 0;
		uint64_t length = range_list_inside(m->start.v, m->end.v, p->block_size, &start);

		if (length)
			runs[n++] = (struct block_run){ start / p->block_size,
							(start + length) / p->block_size - 1,
							ZONE_OFFLINE };
	}
	add_runs(p, &p->expected, runs, n);
}

/* Where a block is, that was looked at. */
static bool find_zone(const struct block *block, enum zone *ret)
{
	if (block->state.is != DAXBUS_KNOWN || !is_known(&block->id))
		return false;
	*ret = ZONE_OFFLINE;
	if (streq(block->state.v, "offline"))
		return true;
	if (block->zones.is != DAXBUS_KNOWN || !block->zones.v.n)
		return false;
	*ret = strv_has(&block->zones.v, "Movable") ? ZONE_MOVABLE : ZONE_KERNEL;
	return true;
}

static bool take_blocks(struct plan_builder *p)
{
	_cleanup_free_ struct block_run *runs = calloc(p->d->n_blocks, sizeof(*runs));

	p->failed |= !runs && p->d->n_blocks;
	for (size_t i = 0; runs && i < p->d->n_blocks; i++) {
		const struct block *block = &p->d->blocks[i];
		enum zone zone;

		if (!find_zone(block, &zone))
			return false;
		runs[i] = (struct block_run){ block->id.v, block->id.v, zone };
	}
	add_runs(p, &p->blocks, runs, p->d->n_blocks);
	return p->d->n_blocks;
}

static bool take_alike(struct plan_builder *p)
{
	const struct memory *m = &p->d->memory;
	enum zone zone = ZONE_OFFLINE;

	if (!m->blocks.v)
		return true;
	if (m->online.v)
		zone = m->movable.v ? ZONE_MOVABLE : ZONE_KERNEL;
	builder_pick(p, &p->blocks, &p->expected, ZONES_ALL, 0, UINT64_MAX, zone);
	return p->is_placed;
}

static bool find_present(struct plan_builder *p)
{
	if (builder_is_unplugged(p->d))
		return true;
	if (!p->block_size)
		return false;
	return builder_needs_blocks(p->d) ? take_blocks(p) : take_alike(p);
}

void builder_find_blocks(struct plan_builder *p)
{
	const struct opt_u64 *size = &p->s->bus.block_size;

	p->block_size = is_known(size) && is_power_of_two(size->v) ? size->v : 0;
	p->is_placed = p->block_size && p->d->ranges == DAXBUS_KNOWN;
	if (p->is_placed)
		find_expected(p);
	if (!builder_is_in_kmem(p))
		return;
	p->blocks_are_known = find_present(p);
	for (size_t i = 0; i < p->blocks.n; i++)
		p->count[p->blocks.items[i].zone] +=
			p->blocks.items[i].last - p->blocks.items[i].first + 1;
}

static void add_mapping(struct plan_builder *p, const struct range *range)
{
	struct mapping *m = snapshot_add_mapping(&p->shaped);

	if (!m) {
		p->failed = true;
		return;
	}
	m->start = known(range->start);
	m->end = known(range->end);
	m->size = known(range_size(range));
}

/* Strings stay those of the device that it comes from; what kmem says is gone with kmem. */
void builder_shape(struct plan_builder *p, const struct range_list *layout, uint64_t align)
{
	struct device *d = &p->shaped;

	*d = *p->d;
	d->driver = d->mode = d->state = d->kernel_state = (struct opt_str){ 0 };
	d->flags = (struct opt_strv){ DAXBUS_KNOWN, { 0 } };
	d->size = known(range_list_bytes(layout));
	d->align = known(align);
	d->memory = (struct memory){ 0 };
	d->ranges = layout->n ? DAXBUS_KNOWN : DAXBUS_NONE;
	d->mappings = NULL;
	d->n_mappings = 0;
	d->blocks = NULL;
	d->n_blocks = 0;
	for (size_t i = 0; i < layout->n; i++)
		add_mapping(p, &layout->items[i]);
	p->d = d;
	p->is_shaped = true;
	p->from = NULL;
	block_runs_done(&p->expected);
	block_runs_done(&p->blocks);
	memset(p->count, 0, sizeof(p->count));
	builder_find_blocks(p);
}

void builder_pick(struct plan_builder *p, struct block_runs *to, const struct block_runs *from,
		  unsigned int zones, uint64_t skip, uint64_t n, enum zone as)
{
	for (size_t i = 0; n && i < from->n; i++) {
		const struct block_run *run = &from->items[i];
		uint64_t length = run->last - run->first + 1;
		uint64_t over = skip < length ? skip : length;

		if (!(zones & ZONE_BIT(run->zone)))
			continue;
		skip -= over;
		length -= over;
		if (length > n)
			length = n;
		if (!length)
			continue;
		n -= length;
		p->failed |= block_runs_add(to, run->first + over, run->first + over + length - 1,
					    as == _ZONE_MAX ? run->zone : as) < 0;
	}
}

/* --- words ------------------------------------------------------------------------------------ */

struct builder_size_string builder_size_string(uint64_t bytes)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB", "PiB" };
	struct builder_size_string text;
	size_t i = 0;

	while (bytes && bytes % 1024 == 0 && i + 1 < ARRAY_SIZE(units)) {
		bytes /= 1024;
		i++;
	}
	snprintf(text.s, sizeof(text.s), "%" PRIu64 " %s", bytes, units[i]);
	return text;
}
