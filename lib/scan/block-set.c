/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/block-set.h"

#include "base/array.h"
#include "base/parse.h"
#include "model/range-list.h"

static int take_block(void *data, const char *name)
{
	struct block_set *set = data;
	uint64_t id;

	if (parse_numbered(name, "memory", &id) < 0)
		return 0;
	return ARRAY_PUSH(set->ids, set->n, id) ?: 1;
}

static int compare_ids(const void *a, const void *b)
{
	return compare_u64(*(const uint64_t *)a, *(const uint64_t *)b);
}

/*
 * Sort by a bit for each number, if that takes no more memory than the list: blocks of RAM follow
 * each other, and a machine has thousands of them. Return: 1; 0 if they are too far apart; -ENOMEM.
 */
static int sort_dense(struct block_set *set)
{
	_cleanup_free_ uint64_t *bits = NULL;
	uint64_t last = 0;
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++)
		last = set->ids[i] > last ? set->ids[i] : last;
	if (last / 64 >= set->n)
		return 0;
	bits = calloc(set->n, sizeof(*bits));
	if (!bits)
		return -ENOMEM;
	for (size_t i = 0; i < set->n; i++)
		bits[set->ids[i] / 64] |= UINT64_C(1) << set->ids[i] % 64;
	for (size_t i = 0; i <= last / 64; i++)
		for (; bits[i]; bits[i] &= bits[i] - 1)
			set->ids[n++] = i * 64 + (unsigned int)__builtin_ctzll(bits[i]);
	/* A number that was listed twice is there once. */
	set->n = n;
	return 1;
}

static int sort(struct block_set *set)
{
	int r = set->n ? sort_dense(set) : 1;

	if (r == 0)
		qsort(set->ids, set->n, sizeof(*set->ids), compare_ids);
	return r < 0 ? r : 0;
}

int block_set_read(struct sysfs *fs, struct block_set *ret, const char *path)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_(block_set_done) struct block_set set = { 0 };
	int r = sysfs_dir_open(fs, &dir, "%s", path) ?: sysfs_list(&dir, take_block, &set)
		?: sort(&set);

	if (r == 0)
		*ret = TAKE_STRUCT(set);
	return r;
}

void block_set_done(struct block_set *set)
{
	free(set->ids);
	*set = (struct block_set){ 0 };
}

/* Index of the first block whose number is not below @id. */
static size_t lower_bound(const struct block_set *set, uint64_t id)
{
	size_t low = 0, high = set->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (set->ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t block_set_inside(const struct block_set *set, uint64_t start, uint64_t end,
			uint64_t block_size, size_t *ret_first)
{
	uint64_t first, length = range_list_inside(start, end, block_size, &first);

	*ret_first = 0;
	if (length == 0)
		return 0;
	*ret_first = lower_bound(set, first / block_size);
	return lower_bound(set, (first + length) / block_size) - *ret_first;
}

size_t block_set_in_device(const struct block_set *set, const struct device *d, uint64_t block_size)
{
	size_t n = 0, first;

	for (size_t i = 0; i < d->n_mappings; i++)
		n += block_set_inside(set, d->mappings[i].start.v, d->mappings[i].end.v, block_size,
				      &first);
	return n;
}
