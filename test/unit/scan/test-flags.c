/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "scan/flags.h"
#include "tree.h"
#include "unit.h"

#define MEMORY "/sys/devices/system/memory"
#define BLOCK  UINT64_C(0x8000000)
#define MIB    UINT64_C(0x100000)
#define GIB    UINT64_C(0x40000000)

/* A device as scan leaves it. */
struct spec {
	const char *driver; /* NULL: none; "?": cannot be read */
	const char *mode;
	const char *provider;
	uint32_t region;
	uint64_t start;
	uint64_t size; /* 0: an empty device */
	struct opt_u64 align;
	struct opt_u64 missing; /* memory blocks; NONE outside kmem */
	const char *kernel_state;
	bool is_class;
	bool hidden; /* ranges cannot be read */
};

static struct region *region_of(struct daxbus_snapshot *s, const struct spec *spec)
{
	struct region *r;

	for (size_t i = 0; i < s->n_regions; i++)
		if (s->regions[i]->id.v == spec->region)
			return s->regions[i];
	r = snapshot_add_region(s);
	r->id = known(spec->region);
	assert_int_equal(snapshot_str_set(&r->provider, spec->provider), 0);
	return r;
}

static void set_word(struct opt_str *o, const char *word)
{
	if (word && streq(word, "?"))
		o->is = DAXBUS_UNKNOWN;
	else if (word)
		assert_int_equal(snapshot_str_set(o, word), 0);
}

static void set_range(struct device *d, const struct spec *spec)
{
	struct mapping *m;

	d->ranges = spec->hidden ? DAXBUS_UNKNOWN : spec->size ? DAXBUS_KNOWN : DAXBUS_NONE;
	if (!spec->size)
		return;
	m = snapshot_add_mapping(d);
	m->start = spec->hidden ? unknown() : known(spec->start);
	m->end = spec->hidden ? unknown() : known(spec->start + spec->size - 1);
}

static struct device *add(struct daxbus_snapshot *s, const struct spec *spec)
{
	struct device *d = snapshot_add_device(s, region_of(s, spec));

	d->selected = true;
	d->is_class = spec->is_class;
	d->region_id = known(spec->region);
	set_word(&d->driver, spec->driver);
	set_word(&d->mode, spec->mode);
	set_word(&d->kernel_state, spec->kernel_state);
	d->size = known(spec->size);
	d->align = spec->align;
	d->memory.missing = spec->missing;
	set_range(d, spec);
	return d;
}

/* Flags joined by commas; "?" where they are unknown. */
static void assert_flags(size_t row, const struct device *d, const char *flags)
{
	char text[64] = "";

	for (size_t i = 0; i < d->flags.v.n; i++) {
		size_t length = strlen(text);

		snprintf(text + length, sizeof(text) - length, "%s%s", i ? "," : "",
			 d->flags.v.items[i]);
	}
	if (d->flags.is == DAXBUS_UNKNOWN)
		strcpy(text, "?");
	assert_int_not_equal(d->flags.is, DAXBUS_NONE);
	if (!streq(text, flags))
		fail_msg("row %zu: '%s', not '%s'", row, text, flags);
}

/* Blocks 32 to 39: 4 GiB to 5 GiB. */
static void make_blocks(const struct tree *t)
{
	tree_write(t, "8000000", MEMORY "/block_size_bytes");
	for (unsigned int i = 32; i < 40; i++)
		tree_folder(t, MEMORY "/memory%u", i);
}

#define KMEM	"kmem", "kmem", "hmem"
#define DEVDAX	"device_dax", "devdax", "hmem"
#define UNBOUND NULL, NULL, "hmem"
#define TWO_MIB                                                                                    \
	{                                                                                          \
		DAXBUS_KNOWN, 2 * MIB                                                              \
	}
#define NUMBER(n)                                                                                  \
	{                                                                                          \
		DAXBUS_KNOWN, n                                                                    \
	}
#define UNKNOWN                                                                                    \
	{                                                                                          \
		DAXBUS_UNKNOWN, 0                                                                  \
	}
#define NONE                                                                                       \
	{                                                                                          \
		DAXBUS_NONE, 0                                                                     \
	}

/* --- one device ------------------------------------------------------------------------------- */

static const struct {
	struct spec spec;
	const char *flags;
} rows[] = {
	/* stuck: blocks in the range, and no driver that accounts for them */
	{ { UNBOUND, 0, 4 * GIB, GIB, TWO_MIB, NONE, NULL, 0, 0 }, "stuck" },
	{ { UNBOUND, 0, 5 * GIB, GIB, TWO_MIB, NONE, NULL, 0, 0 }, "" },
	{ { UNBOUND, 0, 3 * GIB, GIB, TWO_MIB, NONE, NULL, 0, 0 }, "" },
	{ { KMEM, 0, 4 * GIB, GIB, TWO_MIB, NUMBER(0), NULL, 0, 0 }, "" },
	{ { DEVDAX, 0, 4 * GIB, GIB, TWO_MIB, NONE, NULL, 0, 0 }, "" },
	{ { "fsdev_dax", "famfs", "hmem", 0, 4 * GIB, GIB, TWO_MIB, NONE, NULL, 0, 0 }, "" },
	{ { "vendor", NULL, "hmem", 0, 4 * GIB, GIB, TWO_MIB, NONE, NULL, 0, 0 }, "stuck" },
	{ { NULL, "compat", "pmem", 0, 4 * GIB, GIB, NONE, NONE, NULL, 1, 0 }, "" },
	/* one block at the end, and a byte too little of it */
	{ { UNBOUND, 0, 3 * GIB, GIB + BLOCK, TWO_MIB, NONE, NULL, 0, 0 }, "stuck" },
	{ { UNBOUND, 0, 3 * GIB, GIB + BLOCK - 2 * MIB, TWO_MIB, NONE, NULL, 0, 0 }, "" },
	{ { UNBOUND, 0, 5 * GIB - BLOCK, BLOCK, TWO_MIB, NONE, NULL, 0, 0 }, "stuck" },
	{ { UNBOUND, 0, 5 * GIB - BLOCK + 2 * MIB, GIB, TWO_MIB, NONE, NULL, 0, 0 }, "" },
	/* partial: in kmem, and blocks are missing that nobody took away on purpose */
	{ { KMEM, 0, 4 * GIB, GIB, TWO_MIB, NUMBER(1), NULL, 0, 0 }, "partial" },
	{ { KMEM, 0, 4 * GIB, GIB, TWO_MIB, NUMBER(8), "unplugged", 0, 0 }, "" },
	{ { KMEM, 0, 4 * GIB, GIB, TWO_MIB, NUMBER(8), "offline", 0, 0 }, "partial" },
	{ { KMEM, 0, 4 * GIB, GIB, TWO_MIB, NUMBER(8), "?", 0, 0 }, "partial" },
	{ { KMEM, 0, 4 * GIB, GIB, TWO_MIB, UNKNOWN, NULL, 0, 0 }, "?" },
	{ { KMEM, 0, 4 * GIB, GIB, TWO_MIB, UNKNOWN, "unplugged", 0, 0 }, "" },
	{ { DEVDAX, 0, 4 * GIB, GIB, TWO_MIB, NUMBER(1), NULL, 0, 0 }, "" },
	/* misaligned: a start that is no multiple of the alignment */
	{ { DEVDAX, 0, 4 * GIB + 4096, GIB, TWO_MIB, NONE, NULL, 0, 0 }, "misaligned" },
	{ { DEVDAX, 0, 4 * GIB + 2 * MIB, GIB, TWO_MIB, NONE, NULL, 0, 0 }, "" },
	{ { DEVDAX, 0, 4 * GIB + 2 * MIB, GIB, NUMBER(GIB), NONE, NULL, 0, 0 }, "misaligned" },
	{ { DEVDAX, 0, 5 * GIB, GIB, NUMBER(GIB), NONE, NULL, 0, 0 }, "" },
	{ { DEVDAX, 0, 4 * GIB + 4096, GIB, NUMBER(4096), NONE, NULL, 0, 0 }, "" },
	{ { UNBOUND, 0, 6 * GIB + 4096, GIB, TWO_MIB, NONE, NULL, 0, 0 }, "misaligned" },
	/* No kernel has an alignment of 0; one before 5.10 has none to be held against. */
	{ { DEVDAX, 0, 4 * GIB + 4096, GIB, NUMBER(0), NONE, NULL, 0, 0 }, "" },
	{ { DEVDAX, 0, 4 * GIB + 4096, GIB, NONE, NONE, NULL, 0, 0 }, "" },
	/* An alignment that cannot be read matters only where the start does not settle it. */
	{ { DEVDAX, 0, 4 * GIB, GIB, UNKNOWN, NONE, NULL, 0, 0 }, "" },
	{ { DEVDAX, 0, 4 * GIB + 2 * MIB, GIB, UNKNOWN, NONE, NULL, 0, 0 }, "?" },
	/* two at once, in one order */
	{ { UNBOUND, 0, 4 * GIB - 4096, GIB, TWO_MIB, NONE, NULL, 0, 0 }, "stuck,misaligned" },
	{ { KMEM, 0, 4 * GIB - 4096, GIB, TWO_MIB, NUMBER(1), NULL, 0, 0 }, "partial,misaligned" },
	/* What is not known is not "nothing wrong". */
	{ { UNBOUND, 0, 4 * GIB, GIB, TWO_MIB, NONE, NULL, 0, 1 }, "?" },
	{ { KMEM, 0, 4 * GIB, GIB, TWO_MIB, UNKNOWN, NULL, 0, 1 }, "?" },
	{ { "?", "?", "hmem", 0, 4 * GIB, GIB, TWO_MIB, NONE, NULL, 0, 0 }, "?" },
	/* An empty device has no range that anything could be wrong with. */
	{ { UNBOUND, 0, 0, 0, TWO_MIB, NONE, NULL, 0, 0 }, "" },
};

static void test_rows(void **state)
{
	const struct tree *t = *state;

	make_blocks(t);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
		const struct device *d = add(s, &rows[i].spec);

		assert_int_equal(flags_read(t->fs, s), 0);
		assert_flags(i, d, rows[i].flags);
	}
}

/* A tenth of a device in kmem mode, and what is not known of it. */
static void test_wasteful(void **state)
{
	static const struct spec kmem = { KMEM, 0, 4 * GIB, GIB, TWO_MIB, NUMBER(0), NULL, 0, 0 };
	static const struct spec devdax = { DEVDAX, 0, 4 * GIB, GIB, TWO_MIB, NONE, NULL, 0, 0 };
	static const struct {
		const struct spec *spec;
		struct opt_u64 lost;
		const char *flags;
	} losses[] = {
		{ &kmem, NUMBER(0), "" },
		{ &kmem, NUMBER(GIB / 10 - 1), "" },
		{ &kmem, NUMBER(GIB / 10), "wasteful" },
		{ &kmem, NUMBER(GIB), "wasteful" },
		{ &kmem, UNKNOWN, "?" },
		{ &devdax, NUMBER(GIB), "" },
	};
	const struct tree *t = *state;

	make_blocks(t);
	for (size_t i = 0; i < ARRAY_SIZE(losses); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
		struct device *d = add(s, losses[i].spec);

		d->memory.lost = losses[i].lost;
		assert_int_equal(flags_read(t->fs, s), 0);
		assert_flags(i, d, losses[i].flags);
	}
}

/* Where blocks stand cannot be told: neither that a device is stuck nor that it is not. */
static void test_without_memory(void **state)
{
	static const char *const sizes[] = { NULL, "0", "7ffffff", "128M", "" };
	static const struct spec free_device = {
		UNBOUND, 0, 6 * GIB, GIB, TWO_MIB, NONE, NULL, 0, 0
	};
	static const struct spec bound = { DEVDAX, 1, 4 * GIB, GIB, TWO_MIB, NONE, NULL, 0, 0 };
	const struct tree *t = *state;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
		const struct device *a = add(s, &free_device), *b = add(s, &bound);

		if (sizes[i]) {
			make_blocks(t);
			tree_write(t, sizes[i], MEMORY "/block_size_bytes");
		}
		assert_int_equal(flags_read(t->fs, s), 0);
		assert_flags(i, a, "?");
		assert_flags(i, b, "");
	}
}

/* --- duplicates ------------------------------------------------------------------------------- */

#define PLAIN(...)                                                                                 \
	{                                                                                          \
		__VA_ARGS__, TWO_MIB, NONE, NULL, false, false                                     \
	}

static const struct {
	struct spec specs[2];
	const char *flags[2];
} pairs[] = {
	/* The one that came first is the real one; a device that is bound is. */
	{ { PLAIN(UNBOUND, 0, 8 * GIB, GIB), PLAIN(UNBOUND, 1, 8 * GIB, GIB) }, { "", "phantom" } },
	{ { PLAIN(DEVDAX, 0, 8 * GIB, GIB), PLAIN(UNBOUND, 1, 8 * GIB, GIB) }, { "", "phantom" } },
	{ { PLAIN(UNBOUND, 0, 8 * GIB, GIB), PLAIN(DEVDAX, 1, 8 * GIB, GIB) }, { "phantom", "" } },
	{ { PLAIN(DEVDAX, 0, 8 * GIB, GIB), PLAIN(DEVDAX, 1, 8 * GIB, GIB) }, { "", "" } },
	/* A byte in common is enough; side by side is not. */
	{ { PLAIN(UNBOUND, 0, 8 * GIB, GIB), PLAIN(UNBOUND, 1, 9 * GIB - 2 * MIB, GIB) },
	  { "", "phantom" } },
	{ { PLAIN(UNBOUND, 0, 8 * GIB, GIB), PLAIN(UNBOUND, 1, 9 * GIB, GIB) }, { "", "" } },
	{ { PLAIN(UNBOUND, 0, 9 * GIB, GIB), PLAIN(UNBOUND, 1, 8 * GIB, GIB) }, { "", "" } },
	/* Only hmem has them. */
	{ { PLAIN(UNBOUND, 0, 8 * GIB, GIB), PLAIN(NULL, NULL, "cxl", 1, 8 * GIB, GIB) },
	  { "", "" } },
	{ { PLAIN("device_dax", "devdax", "cxl", 0, 8 * GIB, GIB),
	    PLAIN(UNBOUND, 1, 8 * GIB, GIB) },
	  { "", "phantom" } },
	/* Within a region the kernel keeps ranges apart. */
	{ { PLAIN(UNBOUND, 0, 8 * GIB, GIB), PLAIN(UNBOUND, 0, 8 * GIB, GIB) }, { "", "" } },
	/* An empty device, and one under a driver that nobody knows, are no duplicates. */
	{ { PLAIN(UNBOUND, 0, 8 * GIB, GIB), PLAIN(UNBOUND, 1, 0, 0) }, { "", "" } },
	{ { PLAIN(UNBOUND, 0, 8 * GIB, GIB), PLAIN("vendor", NULL, "hmem", 1, 8 * GIB, GIB) },
	  { "phantom", "" } },
	/* Memory blocks in a phantom's range are its original's. */
	{ { PLAIN(KMEM, 0, 4 * GIB, GIB), PLAIN(UNBOUND, 1, 4 * GIB, GIB) }, { "?", "phantom" } },
	{ { PLAIN(UNBOUND, 0, 4 * GIB, GIB), PLAIN(UNBOUND, 1, 4 * GIB, GIB) },
	  { "stuck", "phantom" } },
};

static void test_pairs(void **state)
{
	const struct tree *t = *state;

	make_blocks(t);
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		/* Whichever of the two was read first. */
		for (size_t first = 0; first < 2; first++) {
			_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
			struct device *d[2];

			d[first] = add(s, &pairs[i].specs[first]);
			d[!first] = add(s, &pairs[i].specs[!first]);
			for (size_t k = 0; k < 2; k++)
				if (known_as(&d[k]->mode, "kmem"))
					d[k]->memory.missing = unknown();
			assert_int_equal(flags_read(t->fs, s), 0);
			assert_flags(i, d[0], pairs[i].flags[0]);
			assert_flags(i, d[1], pairs[i].flags[1]);
		}
	}
}

/* --- what has to be read for it --------------------------------------------------------------- */

static void test_need_align(void **state _unused_)
{
	static const struct {
		struct spec spec;
		bool need;
	} aligns[] = {
		{ { UNBOUND, 0, 4 * GIB, GIB, UNKNOWN, NONE, NULL, 0, 0 }, false },
		{ { UNBOUND, 0, 4 * GIB + 2 * MIB, GIB, UNKNOWN, NONE, NULL, 0, 0 }, true },
		/* known already */
		{ { UNBOUND, 0, 4 * GIB + 2 * MIB, GIB, TWO_MIB, NONE, NULL, 0, 0 }, false },
		/* The largest power of two in the size is what the alignment can be at most. */
		{ { UNBOUND, 0, 4 * GIB + 2 * MIB, 6 * MIB, UNKNOWN, NONE, NULL, 0, 0 }, false },
		{ { UNBOUND, 0, 4 * GIB + MIB, 6 * MIB, UNKNOWN, NONE, NULL, 0, 0 }, true },
		{ { UNBOUND, 0, 0, 0, UNKNOWN, NONE, NULL, 0, 0 }, false },
		{ { UNBOUND, 0, 4 * GIB + MIB, GIB, UNKNOWN, NONE, NULL, 0, true }, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(aligns); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();

		assert_row(i, flags_need_align(add(s, &aligns[i].spec)) == aligns[i].need);
	}
}

/* Of several ranges none says what the alignment is. */
static void test_need_align_of_several(void **state _unused_)
{
	static const struct spec spec = { UNBOUND, 0, 4 * GIB, GIB, UNKNOWN, NONE, NULL, 0, 0 };
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	struct device *d = add(s, &spec);
	struct mapping *m = snapshot_add_mapping(d);

	m->start = known(8 * GIB);
	m->end = known(9 * GIB - 1);
	d->size = known(2 * GIB);
	assert_true(flags_need_align(d));
}

static void test_second_range(void **state)
{
	static const struct spec spec = PLAIN(UNBOUND, 0, 8 * GIB, GIB);
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	const struct tree *t = *state;
	struct device *d = add(s, &spec);
	struct mapping *m = snapshot_add_mapping(d);

	make_blocks(t);
	m->start = known(4 * GIB + MIB);
	m->end = known(5 * GIB - 1);
	assert_int_equal(flags_read(t->fs, s), 0);
	assert_flags(0, d, "stuck,misaligned");
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, tree_set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_TREE(test_rows),
		IN_TREE(test_wasteful),
		IN_TREE(test_without_memory),
		IN_TREE(test_pairs),
		cmocka_unit_test(test_need_align),
		cmocka_unit_test(test_need_align_of_several),
		IN_TREE(test_second_range),
	};

	return cmocka_run_group_tests_name("flags", tests, NULL, NULL);
}
