/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/builder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "model/range-list.h"

void builder_done(struct plan_builder *p)
{
	free(p->asked);
	free(p->message);
	free(p->hint);
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

static int decide(struct plan_builder *p, enum daxbus_status status, enum reason code,
		  char *message)
{
	if (!message)
		return -ENOMEM;
	free(p->message);
	p->message = message;
	p->status = status;
	p->code = code;
	return 1;
}

int builder_refuse(struct plan_builder *p, enum reason code, const char *format, ...)
{
	_cleanup_free_ char *why = NULL;
	char *message;
	va_list args;

	va_start(args, format);
	why = format_text(format, args);
	va_end(args);
	if (!why)
		return -ENOMEM;
	if (reason_is_overridden(code, p->request->force))
		return builder_note(p, "%s: %s; --force overrides this", p->d->name.v, why);
	if (asprintf(&message, "cannot %s: %s", p->asked, why) < 0)
		return -ENOMEM;
	return decide(p, DAXBUS_REFUSED, code, message);
}

int builder_hint(struct plan_builder *p, int r, const char *format, ...)
{
	va_list args;

	if (r != 1)
		return r;
	free(p->hint);
	va_start(args, format);
	p->hint = format_text(format, args);
	va_end(args);
	return p->hint ? r : -ENOMEM;
}

int builder_unchanged(struct plan_builder *p, const char *format, ...)
{
	char *message;
	va_list args;

	va_start(args, format);
	message = format_text(format, args);
	va_end(args);
	return decide(p, DAXBUS_UNCHANGED, REASON_NONE, message);
}

int builder_note(struct plan_builder *p, const char *format, ...)
{
	char *note;
	va_list args;

	va_start(args, format);
	note = format_text(format, args);
	va_end(args);
	return strv_push_take(&p->notes, note);
}

int builder_unknown(struct plan_builder *p, const char *what)
{
	if (p->facts->root)
		return builder_refuse(p, REASON_UNKNOWN_STATE, "cannot read %s", what);
	return builder_note(p, "%s: cannot read %s (may require root); not checked", p->d->name.v,
			    what);
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

/* Whether the counts say where each block is: all exist, and are offline or in the same zone. */
static bool is_uniform(const struct memory *m)
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
	return known_as(&d->mode, "kmem") && !builder_is_unplugged(d) && !is_uniform(&d->memory);
}

static int compare_runs(const void *a, const void *b)
{
	const struct block_run *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* Add runs, which may be in any order and overlap: each block counts once. */
static int add_runs(struct block_runs *to, struct block_run *runs, size_t n)
{
	uint64_t behind = 0;
	int r = 0;

	if (n)
		qsort(runs, n, sizeof(*runs), compare_runs);
	for (size_t i = 0; r == 0 && i < n; i++) {
		uint64_t first = runs[i].first > behind ? runs[i].first : behind;

		if (first > runs[i].last)
			continue;
		r = block_runs_add(to, first, runs[i].last, runs[i].zone);
		behind = runs[i].last + 1;
	}
	return r;
}

static int find_expected(struct plan_builder *p)
{
	_cleanup_free_ struct block_run *runs = calloc(p->d->n_mappings + 1, sizeof(*runs));
	size_t n = 0;

	if (!runs)
		return -ENOMEM;
	for (size_t i = 0; i < p->d->n_mappings; i++) {
		const struct mapping *m = &p->d->mappings[i];
		uint64_t start = 0;
		uint64_t length = range_list_inside(m->start.v, m->end.v, p->block_size, &start);

		if (length)
			runs[n++] = (struct block_run){ start / p->block_size,
							(start + length) / p->block_size - 1,
							ZONE_OFFLINE };
	}
	return add_runs(&p->expected, runs, n);
}

static int take_blocks(struct plan_builder *p)
{
	_cleanup_free_ struct block_run *runs = calloc(p->d->n_blocks + 1, sizeof(*runs));

	if (!runs)
		return -ENOMEM;
	for (size_t i = 0; i < p->d->n_blocks; i++) {
		const struct block *block = &p->d->blocks[i];
		enum zone zone;

		if (!snapshot_find_zone(block, &zone))
			return 0;
		runs[i] = (struct block_run){ block->id.v, block->id.v, zone };
	}
	p->blocks_are_known = p->d->n_blocks;
	return add_runs(&p->blocks, runs, p->d->n_blocks);
}

static int take_uniform(struct plan_builder *p)
{
	const struct memory *m = &p->d->memory;
	enum zone zone = ZONE_OFFLINE;

	p->blocks_are_known = !m->blocks.v || p->is_placed;
	if (!m->blocks.v)
		return 0;
	if (m->online.v)
		zone = m->movable.v ? ZONE_MOVABLE : ZONE_KERNEL;
	return builder_pick(&p->blocks, &p->expected, ZONES_ALL, 0, UINT64_MAX, zone);
}

static int find_present(struct plan_builder *p)
{
	p->blocks_are_known = builder_is_unplugged(p->d);
	if (p->blocks_are_known || !p->block_size)
		return 0;
	return builder_needs_blocks(p->d) ? take_blocks(p) : take_uniform(p);
}

int builder_find_blocks(struct plan_builder *p)
{
	const struct opt_u64 *size = &p->s->bus.block_size;
	int r = 0;

	p->block_size = is_known(size) && is_power_of_two(size->v) ? size->v : 0;
	p->is_placed = p->block_size && p->d->ranges == DAXBUS_KNOWN;
	if (p->is_placed)
		r = find_expected(p);
	if (r == 0 && builder_is_in_kmem(p))
		r = find_present(p);
	for (size_t i = 0; i < p->blocks.n; i++)
		p->count[p->blocks.items[i].zone] +=
			p->blocks.items[i].last - p->blocks.items[i].first + 1;
	return r;
}

static int add_mappings(struct device *d, const struct range_list *layout)
{
	for (size_t i = 0; i < layout->n; i++) {
		struct mapping *m = snapshot_add_mapping(d);

		if (!m)
			return -ENOMEM;
		m->start = known(layout->items[i].start);
		m->end = known(layout->items[i].end);
		m->size = known(range_size(&layout->items[i]));
	}
	return 0;
}

/* Values that come from the driver end with the driver. */
int builder_shape(struct plan_builder *p, const struct range_list *layout, uint64_t align)
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
	p->d = d;
	p->is_shaped = true;
	p->from = NULL;
	block_runs_done(&p->expected);
	block_runs_done(&p->blocks);
	memset(p->count, 0, sizeof(p->count));
	return add_mappings(d, layout) ?: builder_find_blocks(p);
}

int builder_pick(struct block_runs *to, const struct block_runs *from, unsigned int zones,
		 uint64_t skip, uint64_t n, enum zone as)
{
	int r = 0;

	for (size_t i = 0; r == 0 && n && i < from->n; i++) {
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
		r = block_runs_add(to, run->first + over, run->first + over + length - 1,
				   as == _ZONE_MAX ? run->zone : as);
	}
	return r;
}

enum zone builder_wanted_zone(const struct plan_builder *p, uint64_t id)
{
	const struct block_runs *wanted = p->request->blocks;

	for (size_t i = 0; i < wanted->n; i++)
		if (wanted->items[i].first <= id && id <= wanted->items[i].last)
			return wanted->items[i].zone;
	return ZONE_OFFLINE;
}

int builder_wanted(const struct plan_builder *p, const struct block_runs *from, enum zone zone,
		   struct block_runs *to)
{
	int r = 0;

	for (size_t i = 0; i < from->n; i++) {
		const struct block_run *run = &from->items[i];

		for (uint64_t id = run->first; r == 0 && id <= run->last; id++)
			if (run->zone != zone && builder_wanted_zone(p, id) == zone)
				r = block_runs_add(to, id, id, run->zone);
	}
	return r;
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
	snprintf(text.s, sizeof(text.s), "%" PRIu64 " %s", bytes,
		 bytes == 1 && i == 0 ? "byte" : units[i]);
	return text;
}
