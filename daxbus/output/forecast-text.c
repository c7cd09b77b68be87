/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>

#include "base/string.h"
#include "output/forecast.h"
#include "output/table.h"

/* Columns of bytes, each the sum of kinds of pages; the first of @kinds that is FREE ends them. */
static const struct {
	const char *header;
	enum page_kind kinds[5];
} columns[] = {
	{ "FREE", { PAGE_FREE } },     { "FILE", { PAGE_CLEAN, PAGE_DIRTY } },
	{ "ANON", { PAGE_ANON } },     { "SHMEM", { PAGE_SHMEM } },
	{ "HUGETLB", { PAGE_HUGE } },  { "HELD", { PAGE_HELD } },
	{ "KERNEL", { PAGE_KERNEL } }, { "OTHER", { PAGE_OTHER, PAGE_BROKEN, PAGE_MEMMAP } },
};

/* Blocks that follow each other, with the same zone and forecast, are one line. */
static size_t count_alike(const struct forecast *f, size_t i)
{
	const struct forecast_block *first = &f->blocks[i];
	size_t n = 1;

	while (i + n < f->n_blocks && f->blocks[i + n].id == first->id + n &&
	       f->blocks[i + n].zone == first->zone && f->blocks[i + n].fate == first->fate)
		n++;
	return n;
}

static uint64_t sum_kinds(const struct forecast_block *blocks, size_t n,
			  const enum page_kind *kinds)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k == 0 || kinds[k] != PAGE_FREE; k++)
			sum += blocks[i].bytes[kinds[k]];
	return sum;
}

static void add_block_line(struct table *t, const struct forecast *f, size_t i, size_t n)
{
	const struct forecast_block *b = &f->blocks[i];

	TABLE_ADD(t, "%s", f->device);
	TABLE_ADD(t, n > 1 ? "%" PRIu64 "-%" PRIu64 : "%" PRIu64, b->id, b->id + n - 1);
	TABLE_ADD(t, "%s", b->zone_word);
	TABLE_ADD(t, "%s", b->fate_word);
	for (size_t c = 0; c < ARRAY_SIZE(columns); c++)
		table_add_bytes(t, sum_kinds(b, n, columns[c].kinds));
}

static void add_part(struct string *text, uint64_t bytes, const char *what)
{
	if (!bytes)
		return;
	string_add(text, ", ");
	string_add_size(text, bytes);
	string_add(text, "%s", what);
}

/* "dax0.0: 300 MiB must move from node 1; other nodes have room for 1826 MiB: it fits" */
static void print_sum(struct session *s, const struct forecast *f)
{
	struct string text = { 0 };

	string_add(&text, "%s: ", f->device);
	string_add_size(&text, f->to_move);
	string_add(&text, " must move from node %" PRIu64, f->node);
	add_part(&text, f->huge, " more in huge pages");
	add_part(&text, f->droppable, " of files can be dropped");
	string_add(&text, "; other nodes have room for ");
	string_add_size(&text, f->room);
	string_add(&text, ": %s", f->fits ? "it fits" : "it does not fit");
	session_print_line(s->out, &text);
	if (!f->stays)
		return;
	string_add(&text, "%s: ", f->device);
	string_add_size(&text, f->stays);
	string_add(&text, " cannot move, or may not");
	session_print_line(s->out, &text);
}

int forecast_text_print(struct session *s, const struct forecasts *all)
{
	static const char *const headers[] = { "DEVICE", "BLOCK", "ZONE", "FORECAST" };
	_cleanup_(table_free_p) struct table *t = NULL;
	int r = table_new(&t, TABLE_ALIGNED, true, &s->error);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		table_add_column(t, headers[i], 0);
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		table_add_column(t, columns[i].header, TABLE_RIGHT);
	for (size_t d = 0; d < all->n; d++)
		for (size_t i = 0, n; i < all->items[d].n_blocks; i += n) {
			n = count_alike(&all->items[d], i);
			add_block_line(t, &all->items[d], i, n);
		}
	r = table_print(t, s->out, &s->error);
	for (size_t d = 0; r == 0 && d < all->n; d++)
		print_sum(s, &all->items[d]);
	return r;
}
