/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/block-pages.h"

#include <errno.h>
#include <unistd.h>

#include "base/util.h"
#include "io/sysfs.h"
#include "model/page-flags.h"

/* Free, not there, or of the memory block itself. */
#define UNUSED (KPF_BUDDY | KPF_HWPOISON | KPF_NOPAGE | KPF_OFFLINE | KPF_RESERVED)
/* Pages that one system call reads. */
#define CHUNK  8192

static int count_range(int fd, uint64_t page, uint64_t end, uint64_t *flags, uint64_t *ret)
{
	while (page < end) {
		size_t n = end - page < CHUNK ? end - page : CHUNK;
		ssize_t got = sysfs_read_numbers(fd, page, flags, n);

		if (got < 0)
			return (int)got;
		for (ssize_t i = 0; i < got; i++)
			*ret += !(flags[i] & UNUSED);
		page += (uint64_t)got;
	}
	return 0;
}

int block_pages_count_used(int fd, const struct block_runs *runs, uint64_t block_size,
			   uint64_t *ret)
{
	_cleanup_free_ uint64_t *flags = calloc(CHUNK, sizeof(*flags));
	uint64_t pages = block_size / (uint64_t)sysconf(_SC_PAGESIZE), n = 0;
	int r = flags ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < runs->n; i++)
		r = count_range(fd, runs->items[i].first * pages, (runs->items[i].last + 1) * pages,
				flags, &n);
	if (r == 0)
		*ret = n;
	return r;
}

/* --- kinds ------------------------------------------------------------------------------------ */

/* @counts is only read if a page needs it: the kernel takes as long for it as for @flags. */
static ssize_t read_chunk(const struct block_pages *b, uint64_t page, size_t n)
{
	ssize_t got = sysfs_read_numbers(b->kpageflags, page, b->flags, n);
	bool needs = false;

	for (ssize_t i = 0; i < got; i++)
		needs |= forecast_needs_count(b->flags[i]);
	if (!needs)
		return got;
	if (b->kpagecount < 0)
		return -ENOENT;
	return sysfs_read_numbers(b->kpagecount, page, b->counts, (size_t)got);
}

int block_pages_classify(const struct block_pages *b, uint64_t page, uint64_t n,
			 uint64_t pages[_PAGE_KIND_MAX])
{
	enum page_kind kind = PAGE_OTHER;

	for (uint64_t end = page + n; page < end;) {
		ssize_t got = read_chunk(b, page, end - page < CHUNK ? end - page : CHUNK);

		if (got < 0)
			return (int)got;
		for (ssize_t i = 0; i < got; i++) {
			kind = forecast_kind_of(b->flags[i], b->counts[i], kind);
			pages[kind]++;
		}
		page += (uint64_t)got;
	}
	return 0;
}

int block_pages_open(struct block_pages *b, struct sysfs *fs)
{
	int r;

	b->kpageflags = b->kpagecount = -1;
	b->flags = calloc(CHUNK, sizeof(*b->flags));
	b->counts = calloc(CHUNK, sizeof(*b->counts));
	r = b->flags && b->counts ? sysfs_open_numbers(fs, &b->kpageflags, "kpageflags") : -ENOMEM;
	if (r == 0)
		r = sysfs_open_numbers(fs, &b->kpagecount, "kpagecount");
	if (r < 0)
		block_pages_close(b);
	return r;
}

void block_pages_close(struct block_pages *b)
{
	close_p(&b->kpageflags);
	close_p(&b->kpagecount);
	b->kpageflags = b->kpagecount = -1;
	free(TAKE_PTR(b->flags));
	free(TAKE_PTR(b->counts));
}
