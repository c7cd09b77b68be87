/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdio.h>

#include "daxbus.h"
#include "model/public-max.h"
#include "model/snapshot.h"
#include "tree.h"
#include "unit.h"

/* Scans through the public functions alone, as programs use them. */
#define BUS   "/sys/bus/dax/devices"
#define CLASS "/sys/class/dax"
#define GIB   UINT64_C(0x40000000)

/* Device daxX.Y of hmem on the bus. */
static void make_device(const struct tree *t, unsigned int x, unsigned int y)
{
	char at[64], target[128];

	snprintf(at, sizeof(at), "/sys/devices/platform/hmem.%u", x);
	tree_folder(t, "/sys/bus/platform");
	if (y == 0) {
		tree_link(t, "../../../bus/platform", "%s/subsystem", at);
		tree_write_u64(t, x, "%s/dax_region/id", at);
		tree_write_u64(t, 2 * GIB, "%s/dax_region/size", at);
		tree_write_u64(t, 0, "%s/dax_region/available_size", at);
	}
	tree_write(t, "MAJOR=252\nMINOR=3\nDEVNAME=daxD\nDRIVER=device_dax", "%s/dax%u.%u/uevent",
		   at, x, y);
	tree_write_u64(t, GIB, "%s/dax%u.%u/size", at, x, y);
	tree_write_u64(t, 2 << 20, "%s/dax%u.%u/align", at, x, y);
	tree_write_u64(t, x + 1, "%s/dax%u.%u/target_node", at, x, y);
	tree_write_hex(t, (x * 16 + y) * GIB, "%s/dax%u.%u/mapping0/start", at, x, y);
	tree_write_hex(t, (x * 16 + y + 1) * GIB - 1, "%s/dax%u.%u/mapping0/end", at, x, y);
	tree_write_hex(t, 0, "%s/dax%u.%u/mapping0/page_offset", at, x, y);
	tree_link(t, "x", BUS "/.hidden%u.%u", x, y);
	snprintf(target, sizeof(target), "../../..%s/dax%u.%u", at + strlen("/sys"), x, y);
	tree_link(t, target, BUS "/dax%u.%u", x, y);
}

static void make_machine(const struct tree *t)
{
	tree_folder(t, BUS);
	tree_write(t, "6.1.0-test", "/proc/sys/kernel/osrelease");
	tree_write(t, "8000000", "/sys/devices/system/memory/block_size_bytes");
}

/* Return: what daxbus_scan() returns; @selectors end with NULL, @columns are fields of devices. */
static int scan(const struct tree *t, const char *const *selectors, const char *const *columns,
		struct daxbus_snapshot **ret, struct daxbus_error *error)
{
	struct daxbus_ctx *ctx = NULL;
	struct daxbus_query *query = NULL;
	int r;

	assert_int_equal(daxbus_new(&ctx), 0);
	assert_int_equal(daxbus_set_sysroot(ctx, t->folder, NULL), 0);
	assert_int_equal(daxbus_query_new(&query), 0);
	for (; selectors && *selectors; selectors++)
		assert_int_equal(daxbus_query_add_selector(query, *selectors, NULL), 0);
	for (; columns && *columns; columns++)
		assert_int_equal(daxbus_query_add_field(query, DAXBUS_DEVICE, *columns, NULL), 0);
	r = daxbus_scan(ctx, selectors || columns ? query : NULL, ret, error);
	daxbus_query_free(query);
	daxbus_free(ctx);
	return r;
}

static struct daxbus_snapshot *scan_all(const struct tree *t)
{
	struct daxbus_snapshot *s = NULL;

	assert_int_equal(scan(t, NULL, NULL, &s, NULL), 0);
	return s;
}

static struct daxbus_value get(const struct daxbus_object *o, const char *name)
{
	const struct daxbus_field *field = daxbus_field_find(daxbus_object_kind(o), name);
	struct daxbus_value value;

	assert_non_null(field);
	assert_int_equal(daxbus_get(o, field, &value), 0);
	return value;
}

static bool is_text(const struct daxbus_object *o, const char *name, const char *text)
{
	struct daxbus_value value = get(o, name);

	return value.presence == DAXBUS_KNOWN && strcmp(value.string, text) == 0;
}

/* Names of the devices, with blanks between them. */
static void assert_devices(const struct daxbus_snapshot *s, const char *names)
{
	const struct daxbus_object *d = NULL;
	char text[256] = "";

	while ((d = daxbus_snapshot_next(s, DAXBUS_DEVICE, d))) {
		size_t length = strlen(text);

		assert_int_equal(daxbus_object_kind(d), DAXBUS_DEVICE);
		snprintf(text + length, sizeof(text) - length, "%s%s", length ? " " : "",
			 get(d, "device").string);
	}
	assert_string_equal(text, names);
}

static const struct daxbus_object *bus_of(const struct daxbus_snapshot *s)
{
	return daxbus_snapshot_next(s, DAXBUS_BUS, NULL);
}

static size_t count(const struct daxbus_snapshot *s, enum daxbus_kind kind)
{
	const struct daxbus_object *o = NULL;
	size_t n = 0;

	while ((o = daxbus_snapshot_next(s, kind, o)))
		n++;
	return n;
}

/* --- which devices there are ------------------------------------------------------------------ */

/* By region and instance as numbers, whatever the order of the folder. */
static void test_order(void **state)
{
	static const unsigned int ids[][2] = { { 10, 0 }, { 2, 0 }, { 0, 0 },
					       { 0, 10 }, { 0, 2 }, { 0, 1 } };
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct daxbus_object *region = NULL;
	static const uint64_t regions[] = { 0, 2, 10 };
	size_t n = 0;

	make_machine(*state);
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		make_device(*state, ids[i][0], ids[i][1]);
	s = scan_all(*state);
	assert_devices(s, "dax0.0 dax0.1 dax0.2 dax0.10 dax2.0 dax10.0");
	while ((region = daxbus_snapshot_next(s, DAXBUS_REGION, region))) {
		assert_true(n < 3);
		assert_int_equal(get(region, "region").number, regions[n++]);
	}
	assert_int_equal(n, 3);
	assert_int_equal(get(bus_of(s), "notes").n_strings, 0);
}

static void make_class_device(const struct tree *t)
{
	const char *at = "/sys/devices/nd/ndbus0/region2/dax2.0";

	tree_folder(t, "/sys/bus/nd");
	tree_link(t, "../../../../../bus/nd", "%s/subsystem", at);
	tree_write(t, "2", "%s/dax_region/id", at);
	tree_write_u64(t, GIB, "%s/dax_region/size", at);
	tree_write(t, "MAJOR=252\nMINOR=9\nDEVNAME=dax2.0", "%s/dax/dax2.0/uevent", at);
	tree_write_u64(t, GIB, "%s/dax/dax2.0/size", at);
	tree_link(t, "../../devices/nd/ndbus0/region2/dax2.0/dax/dax2.0", CLASS "/dax2.0");
}

static void test_both_models(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct daxbus_object *a, *b, *c;
	struct daxbus_value models;

	make_machine(*state);
	make_device(*state, 0, 0);
	make_device(*state, 3, 0);
	make_class_device(*state);
	s = scan_all(*state);
	assert_devices(s, "dax0.0 dax2.0 dax3.0");
	a = daxbus_snapshot_next(s, DAXBUS_DEVICE, NULL);
	b = daxbus_snapshot_next(s, DAXBUS_DEVICE, a);
	c = daxbus_snapshot_next(s, DAXBUS_DEVICE, b);
	assert_true(is_text(a, "model", "bus") && is_text(c, "model", "bus"));
	assert_true(is_text(a, "provider", "hmem") && is_text(a, "mode", "devdax"));
	assert_true(is_text(b, "model", "class") && is_text(b, "mode", "compat"));
	assert_true(is_text(b, "state", "enabled") && is_text(b, "provider", "pmem"));
	assert_int_equal(get(b, "driver").presence, DAXBUS_NONE);
	assert_true(is_text(b, "path", "/devices/nd/ndbus0/region2/dax2.0"));
	/* Only dynamic regions say what is free. */
	assert_int_equal(get(b, "dynamic").number, 0);
	assert_int_equal(get(b, "available_size").presence, DAXBUS_NONE);
	assert_int_equal(get(a, "dynamic").number, 1);
	models = get(bus_of(s), "models");
	assert_int_equal(models.n_strings, 2);
	assert_string_equal(models.strings[0], "bus");
	assert_string_equal(models.strings[1], "class");
}

static void test_no_bus(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = scan_all(*state);

	assert_devices(s, "");
	assert_int_equal(count(s, DAXBUS_REGION), 0);
	assert_int_equal(count(s, DAXBUS_BUS), 1);
	assert_int_equal(get(bus_of(s), "models").presence, DAXBUS_KNOWN);
	assert_int_equal(get(bus_of(s), "models").n_strings, 0);
	assert_int_equal(get(bus_of(s), "kernel").presence, DAXBUS_NONE);
}

static void test_bus_is_no_folder(void **state)
{
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	struct daxbus_snapshot *s = NULL;

	tree_write(*state, "x", BUS);
	assert_int_equal(scan(*state, NULL, NULL, &s, &error), -ENOTDIR);
	assert_null(s);
	assert_string_equal(error.message, "cannot read " BUS ": Not a directory");
	daxbus_error_done(&error);
}

/* What stands among the devices and is none: said, and passed over. */
static void test_strange_entries(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	struct daxbus_value notes;

	make_machine(*state);
	make_device(*state, 0, 0);
	tree_folder(*state, BUS "/dax1.0"); /* no link */
	tree_write(*state, "x", BUS "/dax2.0");
	tree_link(*state, "../../../devices/platform/hmem.0/dax0.0", BUS "/dax3.0"); /* another */
	tree_link(*state, "/", BUS "/dax4.0");
	tree_link(*state, "dax4.0", BUS "/dax04.0");
	tree_folder(*state, BUS "/power");
	s = scan_all(*state);
	assert_devices(s, "dax0.0");
	notes = get(bus_of(s), "notes");
	assert_int_equal(notes.n_strings, 6);
	for (size_t i = 0; i < notes.n_strings; i++)
		assert_row(i, starts_with(notes.strings[i], "ignored '"));
}

/* A device that is named is found without a look at the others, on the bus and in the class. */
static void test_named(void **state)
{
	static const char *const both[] = { "dax0.1", "dax0.0,size=1G", "dax0.1", NULL };
	static const char *const glob[] = { "dax0.1", "dax0.*", NULL };
	static const char *const class[] = { "dax2.0", NULL };
	static const char *const absent[] = { "dax0.0", "dax9.0", NULL };
	_cleanup_(daxbus_error_done) struct daxbus_error error = DAXBUS_ERROR_INIT;
	struct daxbus_snapshot *s = NULL;

	make_machine(*state);
	make_device(*state, 0, 0);
	make_device(*state, 0, 1);
	make_class_device(*state);
	tree_folder(*state, BUS "/strange"); /* whoever lists the folder notes it */
	assert_int_equal(scan(*state, both, NULL, &s, NULL), 0);
	assert_devices(s, "dax0.0 dax0.1");
	assert_int_equal(get(bus_of(s), "notes").n_strings, 0);
	s = daxbus_snapshot_free(s);
	assert_int_equal(scan(*state, glob, NULL, &s, NULL), 0);
	assert_devices(s, "dax0.0 dax0.1");
	assert_int_equal(get(bus_of(s), "notes").n_strings, 1);
	s = daxbus_snapshot_free(s);
	assert_int_equal(scan(*state, class, NULL, &s, NULL), 0);
	assert_devices(s, "dax2.0");
	assert_true(is_text(daxbus_snapshot_next(s, DAXBUS_DEVICE, NULL), "model", "class"));
	s = daxbus_snapshot_free(s);
	assert_int_equal(scan(*state, absent, NULL, &s, &error), -ENOENT);
	assert_non_null(strstr(error.message, "dax9.0"));
}

/* The others are read for a device that may be a phantom, if the driver has other regions. */
static void test_named_phantom(void **state)
{
	static const char *const columns[] = { "flags", NULL };
	static const char *const named[] = { "dax1.0", NULL };
	const char *hmem = "/sys/bus/platform/drivers/hmem";
	struct daxbus_snapshot *s = NULL;
	struct daxbus_value flags;

	make_machine(*state);
	make_device(*state, 0, 0);
	make_device(*state, 1, 0);
	tree_folder(*state, "/sys/devices/system/memory/memory0");
	tree_write(*state, "MAJOR=252", "/sys/devices/platform/hmem.1/dax1.0/uevent");
	tree_write_hex(*state, 0, "/sys/devices/platform/hmem.1/dax1.0/mapping0/start");
	tree_write_hex(*state, GIB - 1, "/sys/devices/platform/hmem.1/dax1.0/mapping0/end");
	for (unsigned int i = 0; i < 3; i++) {
		/* no folder of the driver; one region in it; two */
		if (i)
			tree_folder(*state, "%s/hmem.%u", hmem, 2 - i);
		assert_int_equal(scan(*state, named, columns, &s, NULL), 0);
		assert_devices(s, "dax1.0");
		flags = get(daxbus_snapshot_next(s, DAXBUS_DEVICE, NULL), "flags");
		assert_row(i, flags.n_strings == 1 &&
				      streq(flags.strings[0], i == 1 ? "stuck" : "phantom"));
		s = daxbus_snapshot_free(s);
	}
}

/* The entry is there and the device is gone: listed with nothing known, as is its region. */
static void test_vanished(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct daxbus_object *d;

	make_machine(*state);
	make_device(*state, 0, 0);
	make_device(*state, 1, 0);
	tree_remove(*state, "/sys/devices/platform/hmem.0/dax0.0");
	tree_remove(*state, "/sys/devices/platform/hmem.1");
	s = scan_all(*state);
	assert_devices(s, "dax0.0 dax1.0");
	d = daxbus_snapshot_next(s, DAXBUS_DEVICE, NULL);
	assert_int_equal(get(d, "size").presence, DAXBUS_NONE);
	assert_int_not_equal(get(d, "flags").presence, DAXBUS_KNOWN);
	d = daxbus_snapshot_next(s, DAXBUS_DEVICE, d);
	assert_int_not_equal(get(d, "size").presence, DAXBUS_KNOWN);
	assert_int_equal(get(d, "dynamic").presence, DAXBUS_UNKNOWN);
	assert_int_equal(get(bus_of(s), "notes").n_strings, 1);
}

static void test_region_without_folder(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct daxbus_object *region;

	make_machine(*state);
	make_device(*state, 0, 0);
	tree_remove(*state, "/sys/devices/platform/hmem.0/dax_region");
	tree_remove(*state, "/sys/devices/platform/hmem.0/subsystem");
	s = scan_all(*state);
	region = daxbus_snapshot_next(s, DAXBUS_REGION, NULL);
	assert_true(is_text(region, "provider", "unknown"));
	assert_int_equal(get(region, "region").number, 0);
	assert_int_equal(get(region, "size").presence, DAXBUS_NONE);
	assert_int_equal(get(region, "align").presence, DAXBUS_NONE);
	assert_int_equal(get(daxbus_snapshot_next(s, DAXBUS_DEVICE, NULL), "size").number, GIB);
}

static void test_many(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL, *one = NULL;
	const struct daxbus_object *d = NULL;
	static const char *const last[] = { "dax1.299", NULL };
	unsigned int y = 0;

	make_machine(*state);
	for (unsigned int i = 0; i < 300; i++)
		make_device(*state, 1, i);
	s = scan_all(*state);
	while ((d = daxbus_snapshot_next(s, DAXBUS_DEVICE, d))) {
		char name[32];

		snprintf(name, sizeof(name), "dax1.%u", y++);
		assert_true(is_text(d, "device", name));
	}
	assert_int_equal(y, 300);
	assert_int_equal(count(s, DAXBUS_REGION), 1);
	assert_int_equal(count(s, DAXBUS_MAPPING), 300);
	assert_int_equal(scan(*state, last, NULL, &one, NULL), 0);
	assert_devices(one, "dax1.299");
}

/* --- what was asked for ----------------------------------------------------------------------- */

static void test_selectors(void **state)
{
	static const struct {
		const char *selectors[3];
		int r;
		const char *devices; /* or the message */
		size_t regions;
	} rows[] = {
		{ { "dax0.1" }, 0, "dax0.1", 1 },
		{ { "region0" }, 0, "dax0.0 dax0.1", 1 },
		{ { "dax1.0", "dax0.0" }, 0, "dax0.0 dax1.0", 2 },
		{ { "dax9.*" }, 0, "", 0 },
		{ { "target_node=2" }, 0, "dax1.0", 1 },
		{ { "provider=hmem,size=1G" }, 0, "dax0.0 dax0.1 dax1.0", 2 },
		{ { "flags=stuck" }, 0, "", 0 },
		{ { "online=none,dax1.*" }, 0, "dax1.0", 1 },
		{ { "dax9.0" }, -ENOENT, "there is no device 'dax9.0' on the dax bus", 0 },
		{ { "dax0.0", "region5" },
		  -ENOENT,
		  "there is no region 'region5' on the dax bus",
		  0 },
	};

	make_machine(*state);
	make_device(*state, 0, 0);
	make_device(*state, 0, 1);
	make_device(*state, 1, 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
		struct daxbus_error error = DAXBUS_ERROR_INIT;

		assert_row(i, scan(*state, rows[i].selectors, NULL, &s, &error) == rows[i].r);
		assert_row(i, (s != NULL) == (rows[i].r == 0));
		if (s) {
			assert_devices(s, rows[i].devices);
			assert_row(i, count(s, DAXBUS_REGION) == rows[i].regions);
		} else {
			assert_string_equal(error.message, rows[i].devices);
		}
		daxbus_error_done(&error);
	}
}

/* A field that the query lacks is neither none nor unknown: the scan did not look. */
static void test_presence(void **state)
{
	static const char *const none[] = { NULL }, *const size[] = { "size", NULL };
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *nothing = NULL, *asked = NULL;
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *all = NULL;
	const struct daxbus_object *d;

	make_machine(*state);
	make_device(*state, 0, 0);
	tree_write_nothing(*state, "/sys/devices/platform/hmem.0/dax0.0/align");
	assert_int_equal(scan(*state, none, NULL, &nothing, NULL), 0);
	d = daxbus_snapshot_next(nothing, DAXBUS_DEVICE, NULL);
	assert_int_equal(get(d, "device").presence, DAXBUS_KNOWN);
	assert_int_equal(get(d, "size").presence, DAXBUS_NOT_READ);
	assert_int_equal(get(d, "mode").presence, DAXBUS_NOT_READ);
	assert_int_equal(get(d, "available_size").presence, DAXBUS_NOT_READ);
	assert_int_equal(count(nothing, DAXBUS_MAPPING), 0);

	assert_int_equal(scan(*state, NULL, size, &asked, NULL), 0);
	d = daxbus_snapshot_next(asked, DAXBUS_DEVICE, NULL);
	assert_int_equal(get(d, "size").presence, DAXBUS_KNOWN);
	assert_int_equal(get(d, "size").number, GIB);
	assert_int_equal(get(d, "numa_node").presence, DAXBUS_NOT_READ);

	all = scan_all(*state);
	d = daxbus_snapshot_next(all, DAXBUS_DEVICE, NULL);
	assert_int_equal(get(d, "align").presence, DAXBUS_UNKNOWN);
	assert_int_equal(get(d, "numa_node").presence, DAXBUS_NONE);
	assert_int_equal(get(d, "memmap_on_memory").presence, DAXBUS_NONE);
	assert_int_equal(get(d, "uuid").presence, DAXBUS_NONE);
	assert_int_equal(get(d, "online").presence, DAXBUS_NONE);
	assert_int_equal(get(d, "minor").number, 3);
	assert_true(is_text(d, "chardev", "/dev/daxD"));
}

/* Each way of having no value is an errno of its own, and no name crashes. */
static void test_values_by_name(void **state)
{
	static const char *const size[] = { "size", "align", NULL };
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct daxbus_object *d;
	struct daxbus_value value;
	const char *text = NULL;
	uint64_t n = 0;

	make_machine(*state);
	make_device(*state, 0, 0);
	tree_write_nothing(*state, "/sys/devices/platform/hmem.0/dax0.0/align");
	assert_int_equal(scan(*state, NULL, size, &s, NULL), 0);
	assert_int_equal(daxbus_snapshot_find(s, DAXBUS_DEVICE, "dax0.0", &d), 0);
	assert_int_equal(daxbus_get_u64(d, "SIZE", &n), 0);
	assert_true(n == GIB);
	assert_int_equal(daxbus_get_string(d, "device", &text), 0);
	assert_string_equal(text, "dax0.0");
	assert_int_equal(daxbus_get_u64(d, "sizes", &n), -ENOENT);
	assert_int_equal(daxbus_get_u64(d, NULL, &n), -ENOENT);
	assert_int_equal(daxbus_get_u64(d, "device", &n), -EINVAL);
	assert_int_equal(daxbus_get_string(d, "size", &text), -EINVAL);
	assert_int_equal(daxbus_get_string(d, "flags", &text), -EINVAL);
	assert_int_equal(daxbus_get_u64(d, "align", &n), -EACCES);
	assert_int_equal(daxbus_get_u64(d, "numa_node", &n), -ENOKEY);
	assert_int_equal(daxbus_get_string(d, "mode", &text), -ENOKEY);
	assert_int_equal(daxbus_get(d, NULL, &value), -EINVAL);
	s = daxbus_snapshot_free(s);
	s = scan_all(*state);
	assert_int_equal(daxbus_snapshot_find(s, DAXBUS_DEVICE, "dax0.0", &d), 0);
	assert_int_equal(daxbus_get_u64(d, "numa_node", &n), -ENODATA);
}

static void test_find_objects(void **state)
{
	static const struct {
		enum daxbus_kind kind;
		const char *name;
		int result;
	} rows[] = {
		{ DAXBUS_DEVICE, "dax1.0", 0 },	       { DAXBUS_DEVICE, "dax1.1", -ENOENT },
		{ DAXBUS_DEVICE, "", -ENOENT },	       { DAXBUS_DEVICE, NULL, -EINVAL },
		{ DAXBUS_REGION, "region1", 0 },       { DAXBUS_REGION, "region2", -ENOENT },
		{ DAXBUS_REGION, "dax1.0", -ENOENT },  { DAXBUS_REGION, "region", -ENOENT },
		{ DAXBUS_BLOCK, "memory1", -ENOENT },  { DAXBUS_MAPPING, "mapping0", -EINVAL },
		{ DAXBUS_EXTENT, "extent0", -EINVAL }, { DAXBUS_BUS, "bus", -EINVAL },
	};
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct daxbus_object *found, *region;

	make_machine(*state);
	make_device(*state, 0, 0);
	make_device(*state, 1, 0);
	s = scan_all(*state);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_row(i, daxbus_snapshot_find(s, rows[i].kind, rows[i].name, &found) ==
				      rows[i].result);
	assert_int_equal(daxbus_snapshot_find(s, DAXBUS_DEVICE, "dax1.0", &found), 0);
	assert_int_equal(daxbus_snapshot_find(s, DAXBUS_REGION, "region1", &region), 0);
	assert_ptr_equal(daxbus_object_parent(found), region);
	assert_null(daxbus_object_parent(region));
	assert_null(daxbus_object_parent(NULL));
}

static void test_query_fields(void **state _unused_)
{
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	struct daxbus_query *query = NULL;

	assert_int_equal(daxbus_query_new(&query), 0);
	assert_int_equal(daxbus_query_add_field(query, DAXBUS_DEVICE, "Size", NULL), 0);
	assert_int_equal(daxbus_query_add_field(query, DAXBUS_DEVICE, "colour", &error), -ENOENT);
	assert_string_equal(error.message, "unknown field 'colour'");
	assert_int_equal(daxbus_query_add_field(query, DAXBUS_DEVICE, NULL, NULL), -ENOENT);
	assert_int_equal(daxbus_query_add_field(query, (enum daxbus_kind)99, "size", NULL),
			 -ENOENT);
	assert_int_equal(daxbus_query_add_field(NULL, DAXBUS_DEVICE, "size", NULL), -EINVAL);
	daxbus_error_done(&error);
	daxbus_query_free(query);
}

/* --- walking ---------------------------------------------------------------------------------- */

/* The figures of a node are those of the memory that is online there, whosever it is. */
static void test_whose_figures(void **state)
{
	static const char *const columns[] = { "read_latency_ns", "distance", NULL };
	static const struct {
		const char *driver;
		uint64_t node;
		struct opt_u64 latency;
		uint64_t distance;
	} rows[] = {
		{ "device_dax", 0, { DAXBUS_NONE, 0 }, 10 },
		{ "kmem", 0, { DAXBUS_KNOWN, 100 }, 10 },
		{ "device_dax", 1, { DAXBUS_KNOWN, 250 }, 20 },
		{ "kmem", 1, { DAXBUS_KNOWN, 250 }, 20 },
	};
	const char *node = "/sys/devices/system/node", *at = "/sys/devices/platform/hmem.0/dax0.0";
	char uevent[64];

	make_machine(*state);
	make_device(*state, 0, 0);
	tree_write(*state, "0-1", "%s/online", node);
	tree_write(*state, "0", "%s/has_cpu", node);
	tree_write(*state, "10 20", "%s/node0/distance", node);
	tree_write(*state, "20 10", "%s/node1/distance", node);
	tree_write(*state, "100", "%s/node0/access0/initiators/read_latency", node);
	tree_write(*state, "250", "%s/node1/access0/initiators/read_latency", node);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
		struct daxbus_value latency;

		snprintf(uevent, sizeof(uevent), "DRIVER=%s", rows[i].driver);
		tree_write(*state, uevent, "%s/uevent", at);
		tree_write_u64(*state, rows[i].node, "%s/target_node", at);
		assert_int_equal(scan(*state, NULL, columns, &s, NULL), 0);
		latency = get(daxbus_snapshot_next(s, DAXBUS_DEVICE, NULL), "read_latency_ns");
		assert_row(i, latency.presence == rows[i].latency.is);
		assert_row(i, latency.number == rows[i].latency.v);
		assert_row(i,
			   get(daxbus_snapshot_next(s, DAXBUS_DEVICE, NULL), "distance").number ==
				   rows[i].distance);
	}
}

static void test_navigation(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct daxbus_object *bus, *r0, *r1, *d00, *d01, *d10, *m;

	make_machine(*state);
	make_device(*state, 0, 0);
	make_device(*state, 0, 1);
	make_device(*state, 1, 0);
	s = scan_all(*state);
	bus = bus_of(s);
	assert_null(daxbus_snapshot_next(s, DAXBUS_BUS, bus));
	r0 = daxbus_snapshot_next(s, DAXBUS_REGION, NULL);
	r1 = daxbus_snapshot_next(s, DAXBUS_REGION, r0);
	assert_null(daxbus_snapshot_next(s, DAXBUS_REGION, r1));
	d00 = daxbus_object_next(r0, DAXBUS_DEVICE, NULL);
	d01 = daxbus_object_next(r0, DAXBUS_DEVICE, d00);
	d10 = daxbus_object_next(r1, DAXBUS_DEVICE, NULL);
	assert_true(is_text(d00, "device", "dax0.0") && is_text(d01, "device", "dax0.1"));
	assert_true(is_text(d10, "device", "dax1.0"));
	/* A region ends with its last device, though the snapshot goes on. */
	assert_null(daxbus_object_next(r0, DAXBUS_DEVICE, d01));
	assert_null(daxbus_object_next(r1, DAXBUS_DEVICE, d10));
	assert_ptr_equal(daxbus_snapshot_next(s, DAXBUS_DEVICE, d01), d10);
	m = daxbus_object_next(d01, DAXBUS_MAPPING, NULL);
	assert_int_equal(daxbus_object_kind(m), DAXBUS_MAPPING);
	assert_int_equal(get(m, "start").number, GIB);
	assert_true(is_text(m, "device", "dax0.1"));
	assert_null(daxbus_object_next(d01, DAXBUS_MAPPING, m));
	/* ... and in a walk over all of them the next device's follow. */
	m = daxbus_snapshot_next(s, DAXBUS_MAPPING, m);
	assert_true(is_text(m, "device", "dax1.0"));
	assert_null(daxbus_snapshot_next(s, DAXBUS_MAPPING, m));
	/* What does not contain the other has none of it. */
	assert_null(daxbus_object_next(r0, DAXBUS_MAPPING, NULL));
	assert_null(daxbus_object_next(d00, DAXBUS_DEVICE, NULL));
	assert_null(daxbus_object_next(d00, DAXBUS_REGION, NULL));
	assert_null(daxbus_object_next(bus, DAXBUS_REGION, NULL));
	assert_null(daxbus_object_next(m ?: bus, DAXBUS_BLOCK, NULL));
	assert_null(daxbus_snapshot_next(s, DAXBUS_BLOCK, NULL));
	assert_null(daxbus_snapshot_next(s, _DAXBUS_KIND_MAX, NULL));
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, tree_set_up, tree_tear_down)

static void test_sysroot_is_null(void **state _unused_)
{
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	struct daxbus_ctx *ctx = NULL;

	assert_int_equal(daxbus_new(&ctx), 0);
	assert_int_equal(daxbus_set_sysroot(ctx, NULL, &error), -EINVAL);
	assert_non_null(error.message);
	assert_int_equal(daxbus_set_sysroot(ctx, NULL, NULL), -EINVAL);
	daxbus_error_done(&error);
	daxbus_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sysroot_is_null),
		IN_TREE(test_order),
		IN_TREE(test_both_models),
		IN_TREE(test_no_bus),
		IN_TREE(test_bus_is_no_folder),
		IN_TREE(test_strange_entries),
		IN_TREE(test_named),
		IN_TREE(test_named_phantom),
		IN_TREE(test_vanished),
		IN_TREE(test_region_without_folder),
		IN_TREE(test_many),
		IN_TREE(test_selectors),
		IN_TREE(test_presence),
		IN_TREE(test_values_by_name),
		IN_TREE(test_find_objects),
		cmocka_unit_test(test_query_fields),
		IN_TREE(test_whose_figures),
		IN_TREE(test_navigation),
	};

	return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
