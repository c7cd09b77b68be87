/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/fields.h"
#include "model/selector.h"
#include "unit.h"

/*
 * Four devices, in the order of the bits that a row below says are selected:
 *   1  dax0.0   hmem, kmem, 1 GiB, node 1, stuck and misaligned, dynamic, path of many parts
 *   2  dax0.1   no driver, empty, target node unknown, no flags
 *   4  dax1.0   pmem with a namespace, devdax, node 0, flags unknown, static
 *   8  dax10.0  under a driver that nobody knows, its size unknown; memmap_on_memory is on
 */
static struct device *add_device(struct daxbus_snapshot *s, struct region *r, const char *name,
				 uint32_t instance)
{
	struct device *d = snapshot_add_device(s, r);

	assert_int_equal(snapshot_str_set(&d->name, name), 0);
	d->region_id = r->id;
	d->instance = instance;
	d->selected = true;
	assert_int_equal(snapshot_str_set(&d->provider, r->provider.v), 0);
	return d;
}

static struct region *add_region(struct daxbus_snapshot *s, uint64_t id, const char *provider)
{
	struct region *r = snapshot_add_region(s);

	r->id = known(id);
	assert_int_equal(snapshot_str_set(&r->provider, provider), 0);
	return r;
}

static void set_driver(struct device *d, const char *driver, const char *mode)
{
	assert_int_equal(snapshot_str_set(&d->driver, driver), 0);
	if (mode)
		assert_int_equal(snapshot_str_set(&d->mode, mode), 0);
}

static struct daxbus_snapshot *make(void)
{
	struct daxbus_snapshot *s = snapshot_new();
	struct region *hmem = add_region(s, 0, "hmem"), *pmem = add_region(s, 1, "pmem");
	struct region *other = add_region(s, 10, "unknown");
	struct device *d;

	assert_int_equal(snapshot_str_set(&hmem->path, "/devices/platform/hmem.0"), 0);
	hmem->dynamic = known(1);
	assert_int_equal(snapshot_str_set(&pmem->pmem.namespace, "namespace1.0"), 0);
	assert_int_equal(snapshot_str_set(&pmem->path, "/devices/nd"), 0);
	pmem->dynamic = known(0);
	other->dynamic = unknown();
	other->path.is = DAXBUS_UNKNOWN;

	d = add_device(s, hmem, "dax0.0", 0);
	set_driver(d, "kmem", "kmem");
	d->size = known(UINT64_C(1) << 30);
	d->target_node = known(1);
	assert_int_equal(snapshot_strv_add(&d->flags, "stuck"), 0);
	assert_int_equal(snapshot_strv_add(&d->flags, "misaligned"), 0);

	d = add_device(s, hmem, "dax0.1", 1);
	d->size = known(0);
	d->target_node = unknown();
	d->flags.is = DAXBUS_KNOWN;

	d = add_device(s, pmem, "dax1.0", 0);
	set_driver(d, "device_dax", "devdax");
	d->size = known(1000);
	d->target_node = known(0);
	d->flags.is = DAXBUS_UNKNOWN;
	d->memmap_on_memory = known(0);

	d = add_device(s, other, "dax10.0", 0);
	set_driver(d, "vendor_dax", NULL);
	d->size = unknown();
	d->memmap_on_memory = known(1);
	snapshot_finish(s);
	return s;
}

static void select_words(struct selectors *s, const char *words)
{
	_cleanup_free_ char *copy = strdup(words);
	char *rest = copy, *word;

	while ((word = strsep(&rest, " ")))
		assert_int_equal(selectors_add(s, word, NULL), 0);
}

/* --- what is selected ------------------------------------------------------------------------- */

static const struct {
	const char *words; /* selectors, with blanks between them; NULL for none at all */
	unsigned int selected;
} rows[] = {
	{ NULL, 15 },
	{ "all", 15 },
	{ "dax0.0", 1 },
	{ "dax0.1", 2 },
	{ "/dev/dax1.0", 4 },
	/* Names are whole: neither dax1.0 in dax10.0 nor region1 in region10. */
	{ "dax10.0", 8 },
	{ "dax1.0", 4 },
	{ "region1", 4 },
	{ "region10", 8 },
	{ "region0", 3 },
	{ "dax0.*", 3 },
	{ "/dev/dax0.*", 3 },
	{ "dax*", 15 },
	{ "*", 15 },
	{ "*.0", 13 },
	{ "dax?.0", 5 },
	{ "dax[01].[!0]", 2 },
	{ "dax[0-1]*.0", 13 },
	{ "DAX*", 0 },
	{ "dax9.*", 0 },
	{ "region*", 0 },
	/* fields of devices: text, which is a glob */
	{ "mode=kmem", 1 },
	{ "mode=system-ram", 1 },
	{ "MODE=kmem", 1 },
	{ "mode=KMEM", 0 },
	{ "mode=*", 5 },
	{ "mode=kme", 0 },
	{ "mode=kmem2", 0 },
	{ "driver=*dax", 12 },
	{ "driver=k?em", 1 },
	{ "driver=system-ram", 0 },
	{ "device=dax1*", 12 },
	{ "device=dax0.0", 1 },
	/* a field that holds slashes */
	{ "path=/devices/platform/hmem.0", 3 },
	{ "path=/devices/*", 7 },
	{ "path=*hmem*", 3 },
	/* there is no such thing, which is not the same as unknown */
	{ "mode=none", 10 },
	{ "mode=", 10 },
	{ "driver=none", 2 },
	{ "path=none", 0 },
	{ "target_node=none", 8 },
	{ "target_node=", 8 },
	{ "size=none", 0 },
	{ "flags=none", 10 },
	{ "namespace=none", 11 },
	/* numbers, and sizes with suffixes */
	{ "target_node=1", 1 },
	{ "target_node=0", 4 },
	{ "target_node=0x1", 1 },
	{ "target_node=2", 0 },
	{ "region=0", 3 },
	{ "region=10", 8 },
	{ "size=1073741824", 1 },
	{ "size=1G", 1 },
	{ "size=1GiB", 1 },
	{ "size=1024m", 1 },
	{ "size=1000", 4 },
	{ "size=0", 2 },
	{ "size=1K", 0 },
	/* bools */
	{ "dynamic=yes", 3 },
	{ "dynamic=true", 3 },
	{ "dynamic=1", 3 },
	{ "dynamic=no", 4 },
	{ "dynamic=false", 4 },
	{ "dynamic=0", 4 },
	{ "dynamic=none", 0 },
	{ "memmap_on_memory=yes", 8 },
	{ "memmap_on_memory=no", 4 },
	{ "memmap_on_memory=none", 3 },
	/* lists: one of their texts */
	{ "flags=stuck", 1 },
	{ "flags=mis*", 1 },
	{ "flags=stuck,flags=misaligned", 1 },
	{ "flags=stuckmisaligned", 0 },
	{ "flags=phantom", 0 },
	{ "flags=*", 1 },
	/* fields of the region */
	{ "provider=pmem", 4 },
	{ "provider=?mem", 7 },
	{ "namespace=namespace1.*", 4 },
	{ "uuid=none", 15 },
	/* an equals sign in the value */
	{ "mode=a=b", 0 },
	/* commas: all must hold */
	{ "dax0.*,mode=kmem", 1 },
	{ "dax0.0,mode=devdax", 0 },
	{ "region0,size=0", 2 },
	{ "region0,region1", 0 },
	{ "all,dax0.0", 1 },
	{ "*.0,mode=none,dax1*", 8 },
	/* several: one must hold */
	{ "dax0.0 dax1.0", 5 },
	{ "dax0.0 dax0.0", 1 },
	{ "dax0.1 mode=kmem", 3 },
	{ "region1 dax0.*,mode=kmem", 5 },
	{ "dax9.* dax10.0", 8 },
};

static void test_rows(void **state _unused_)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = make();

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct selectors selection = { 0 };
		unsigned int selected = 0;

		if (rows[i].words)
			select_words(&selection, rows[i].words);
		for (size_t k = 0; k < s->n_devices; k++) {
			const struct device *d = s->devices[k];
			bool has = selectors_has(&selection, d);

			selected |= (unsigned int)has << k;
			/* What is not read at all must not be what would have been selected. */
			assert_row(i, !has || selectors_may_name(&selection, d->name.v,
								 d->region_id.v));
		}
		if (selected != rows[i].selected)
			fail_msg("row %zu, %s: %u", i, rows[i].words, selected);
		selectors_done(&selection);
		assert_row(i, !selection.selectors && !selection.n_selectors);
	}
}

/* --- what is read ----------------------------------------------------------------------------- */

static void test_may_name(void **state _unused_)
{
	static const struct {
		const char *words;
		const char *device;
		uint64_t region;
		bool may;
	} names[] = {
		{ "dax0.0", "dax0.0", 0, true },
		{ "dax0.0", "dax0.1", 0, false },
		{ "dax0.*", "dax0.7", 0, true },
		{ "dax0.*", "dax1.7", 1, false },
		{ "region1", "dax1.7", 1, true },
		{ "region1", "dax0.7", 0, false },
		{ "region4294967295", "dax0.0", 0, false },
		{ "all", "dax9.9", 9, true },
		/* A field says nothing of names, however it is put together with them. */
		{ "mode=kmem", "dax9.9", 9, true },
		{ "mode=kmem,dax0.0", "dax9.9", 9, false },
		{ "dax0.0,mode=kmem", "dax0.0", 0, true },
		{ "dax0.0 mode=kmem", "dax9.9", 9, true },
		{ "dax0.0 dax1.0", "dax1.0", 1, true },
		{ "dax0.0 dax1.0", "dax2.0", 2, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct selectors selection = { 0 };

		select_words(&selection, names[i].words);
		assert_row(i, selectors_may_name(&selection, names[i].device, names[i].region) ==
				      names[i].may);
		selectors_done(&selection);
	}
}

static void test_needs(void **state _unused_)
{
	static const struct {
		const char *words;
		unsigned int needs;
	} needs[] = {
		{ "dax0.0 region1 all dax*", 0 },
		{ "mode=kmem", NEED_DRIVER },
		{ "device=dax0.0", 0 },
		{ "size=1G,flags=none", NEED_SIZE | NEED_FLAGS },
		{ "dax0.0 uuid=x", NEED_PMEM },
		{ "dax0.0,memdevs=mem0 align=2M", NEED_CXL | NEED_ALIGN },
	};
	struct selectors none = { 0 };

	assert_int_equal(selectors_needs(&none), 0);
	for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
		struct selectors selection = { 0 };

		select_words(&selection, needs[i].words);
		assert_row(i, selectors_needs(&selection) == needs[i].needs);
		selectors_done(&selection);
	}
}

/* --- names that are not there ----------------------------------------------------------------- */

static void test_names(void **state _unused_)
{
	static const struct {
		const char *words;
		const char *message; /* NULL: nothing is missing */
	} names[] = {
		{ "dax0.0 dax1.0", NULL },
		{ "region0 region10", NULL },
		{ "dax9.9", "there is no device 'dax9.9' on the dax bus" },
		{ "/dev/dax9.9", "there is no device 'dax9.9' on the dax bus" },
		{ "region2", "there is no region 'region2' on the dax bus" },
		{ "dax0.0 dax9.9", "there is no device 'dax9.9' on the dax bus" },
		{ "dax9.9,mode=kmem", "there is no device 'dax9.9' on the dax bus" },
		{ "mode=kmem,region2", "there is no region 'region2' on the dax bus" },
		/* Each is there, though no device is both; and what is no name may match nothing.
		 */
		{ "dax0.0,region1", NULL },
		{ "dax9.*", NULL },
		{ "device=dax9.9", NULL },
		{ "region=9", NULL },
		{ "mode=kmem", NULL },
		{ "all", NULL },
	};
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = make(), *empty = snapshot_new();

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct daxbus_error error = DAXBUS_ERROR_INIT;
		struct selectors selection = { 0 };
		int r;

		select_words(&selection, names[i].words);
		r = selectors_check_names(&selection, s, &error);
		assert_row(i, r == (names[i].message ? -ENOENT : 0));
		assert_row(i, error.code == r);
		if (r < 0)
			assert_string_equal(error.message, names[i].message);
		selectors_done(&selection);
		daxbus_error_done(&error);
	}
	for (size_t i = 0; i < 2; i++) {
		struct selectors selection = { 0 };

		select_words(&selection, i ? "all dax* mode=none" : "dax0.0");
		assert_row(i, selectors_check_names(&selection, empty, NULL) == (i ? 0 : -ENOENT));
		selectors_done(&selection);
	}
}

/* --- what is no selector ---------------------------------------------------------------------- */

#define NOT_A_SELECTOR(text)                                                                       \
	"'" text "' is not a device (dax0.0), a glob (dax0.*), a region (region0), 'all' or "      \
	"FIELD=VALUE"

static void test_errors(void **state _unused_)
{
	static const struct {
		const char *word;
		const char *message;
	} errors[] = {
		{ "", NOT_A_SELECTOR("") },
		{ ",", NOT_A_SELECTOR("") },
		{ "dax0.0,", NOT_A_SELECTOR("") },
		{ ",dax0.0", NOT_A_SELECTOR("") },
		{ "dax0", NOT_A_SELECTOR("dax0") },
		{ "0x2-0x1", NOT_A_SELECTOR("0x2-0x1") },
		{ "0x1-2", NOT_A_SELECTOR("0x1-2") },
		{ "1-0x2", NOT_A_SELECTOR("1-0x2") },
		{ "0x1-0x2z", NOT_A_SELECTOR("0x1-0x2z") },
		{ "dax00.0", NOT_A_SELECTOR("dax00.0") },
		{ "dax0.0 ", NOT_A_SELECTOR("dax0.0 ") },
		{ "dax2147483648.0", NOT_A_SELECTOR("dax2147483648.0") },
		{ "region", NOT_A_SELECTOR("region") },
		{ "region-1", NOT_A_SELECTOR("region-1") },
		{ "region01", NOT_A_SELECTOR("region01") },
		{ "region4294967296", NOT_A_SELECTOR("region4294967296") },
		{ "/dev/region0", NOT_A_SELECTOR("/dev/region0") },
		{ "/dev/all", NOT_A_SELECTOR("/dev/all") },
		{ "/dev/", NOT_A_SELECTOR("/dev/") },
		{ "/dev//dev/dax0.0", NOT_A_SELECTOR("/dev//dev/dax0.0") },
		{ "ALL", NOT_A_SELECTOR("ALL") },
		{ "dax0.0/..", NOT_A_SELECTOR("dax0.0/..") },
		{ "../*", NOT_A_SELECTOR("../*") },
		{ "/sys/bus/dax/devices/dax*", NOT_A_SELECTOR("/sys/bus/dax/devices/dax*") },
		{ "=", "no field is named ''" },
		{ "=kmem", "no field is named ''" },
		{ "mod=kmem", "no field is named 'mod'" },
		{ "memory=1", "no field is named 'memory'" },
		/* fields of other kinds */
		{ "end=0", "no field is named 'end'" },
		{ "auto_online=offline", "no field is named 'auto_online'" },
		{ "dax0.0,mod=kmem", "no field is named 'mod'" },
		{ "target_node=one", "field 'target_node' cannot be 'one': it is a number" },
		{ "target_node=-1", "field 'target_node' cannot be '-1': it is a number" },
		{ "target_node=1*", "field 'target_node' cannot be '1*': it is a number" },
		{ "region=18446744073709551616",
		  "field 'region' cannot be '18446744073709551616': it is a number" },
		{ "size=1X",
		  "field 'size' cannot be '1X': it is a size such as 1073741824, 1024M or 1GiB" },
		{ "size=16777216T",
		  "field 'size' cannot be '16777216T': it is a size such as 1073741824, 1024M or 1GiB" },
		{ "SIZE=x",
		  "field 'size' cannot be 'x': it is a size such as 1073741824, 1024M or 1GiB" },
		{ "dynamic=maybe", "field 'dynamic' cannot be 'maybe': it is yes or no" },
		{ "dynamic=Yes", "field 'dynamic' cannot be 'Yes': it is yes or no" },
		{ "dynamic=2", "field 'dynamic' cannot be '2': it is yes or no" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		struct daxbus_error error = DAXBUS_ERROR_INIT;
		struct selectors selection = { 0 };

		assert_int_equal(selectors_add(&selection, "dax0.0", NULL), 0);
		if (selectors_add(&selection, errors[i].word, &error) != -EINVAL)
			fail_msg("'%s' was taken", errors[i].word);
		assert_row(i, error.code == -EINVAL);
		assert_string_equal(error.message, errors[i].message);
		/* What was there before stays, and nothing joins it. */
		assert_row(i, selection.n_selectors == 1);
		assert_row(i, selectors_add(&selection, errors[i].word, NULL) == -EINVAL);
		daxbus_error_done(&error);
		selectors_done(&selection);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),   cmocka_unit_test(test_may_name),
		cmocka_unit_test(test_needs),  cmocka_unit_test(test_names),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests_name("select", tests, NULL, NULL);
}
