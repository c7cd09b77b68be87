/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/block-pages.h"

#include <errno.h>
#include <unistd.h>

#include "base/util.h"
#include "io/sysfs.h"

/* Bits of /proc/kpageflags. */
#define KPF_BUDDY    10
#define KPF_HWPOISON 19
#define KPF_NOPAGE   20
#define KPF_OFFLINE  23
#define KPF_RESERVED 32
/* Free, not there, or of the memory block itself. */
#define UNUSED                                                                                     \
	(UINT64_C(1) << KPF_BUDDY | UINT64_C(1) << KPF_HWPOISON | UINT64_C(1) << KPF_NOPAGE |      \
	 UINT64_C(1) << KPF_OFFLINE | UINT64_C(1) << KPF_RESERVED)
/* Pages that one system call reads. */
#define CHUNK 8192

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
