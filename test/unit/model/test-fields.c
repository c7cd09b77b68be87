/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <strings.h>

#include "model/fields.h"
#include "model/public-max.h"
#include "unit.h"

/* Every field of every kind: what it is in the objects of make(). A new row needs its line here. */
static const struct expected {
	enum daxbus_kind kind;
	const char *name;
	const char *group;
	const char *key; /* NULL: the name; "": none */
	enum daxbus_type type;
	uint64_t number;
	const char *string; /* or all strings, joined by commas */
} expected[] = {
	{ DAXBUS_BUS, "kernel", NULL, NULL, DAXBUS_STRING, 0, "6.1.0" },
	{ DAXBUS_BUS, "models", NULL, NULL, DAXBUS_STRINGS, 0, "bus,class" },
	{ DAXBUS_BUS, "block_size", NULL, NULL, DAXBUS_SIZE, 101, NULL },
	{ DAXBUS_BUS, "auto_online", NULL, NULL, DAXBUS_STRING, 0, "offline" },
	{ DAXBUS_BUS, "memmap_on_memory", NULL, NULL, DAXBUS_STRING, 0, "force" },
	{ DAXBUS_BUS, "orphaned", NULL, NULL, DAXBUS_SIZE, 102, NULL },
	{ DAXBUS_BUS, "notes", NULL, NULL, DAXBUS_STRINGS, 0, "" },
	{ DAXBUS_REGION, "region", NULL, NULL, DAXBUS_NUMBER, 201, NULL },
	{ DAXBUS_REGION, "provider", NULL, NULL, DAXBUS_STRING, 0, "pmem" },
	{ DAXBUS_REGION, "path", NULL, NULL, DAXBUS_STRING, 0, "/devices/x" },
	{ DAXBUS_REGION, "identity", NULL, NULL, DAXBUS_STRING, 0, "uuid=1234" },
	{ DAXBUS_REGION, "start", NULL, NULL, DAXBUS_ADDRESS, 206, NULL },
	{ DAXBUS_REGION, "size", NULL, NULL, DAXBUS_SIZE, 202, NULL },
	{ DAXBUS_REGION, "available_size", NULL, NULL, DAXBUS_SIZE, 203, NULL },
	{ DAXBUS_REGION, "largest_free", NULL, NULL, DAXBUS_SIZE, 207, NULL },
	{ DAXBUS_REGION, "align", NULL, NULL, DAXBUS_SIZE, 204, NULL },
	{ DAXBUS_REGION, "dynamic", NULL, NULL, DAXBUS_BOOL, 1, NULL },
	{ DAXBUS_REGION, "creatable", NULL, NULL, DAXBUS_BOOL, 1, NULL },
	{ DAXBUS_REGION, "target_node", NULL, NULL, DAXBUS_NUMBER, 205, NULL },
	{ DAXBUS_REGION, "nd_bus", "pmem", "bus", DAXBUS_STRING, 0, "ndbus0" },
	{ DAXBUS_REGION, "nd_region", "pmem", "region", DAXBUS_STRING, 0, "region0" },
	{ DAXBUS_REGION, "namespace", "pmem", NULL, DAXBUS_STRING, 0, "namespace0.0" },
	{ DAXBUS_REGION, "namespace_name", "pmem", "name", DAXBUS_STRING, 0, "web" },
	{ DAXBUS_REGION, "uuid", "pmem", NULL, DAXBUS_STRING, 0, "1234" },
	{ DAXBUS_REGION, "cxl_region", "cxl", "region", DAXBUS_STRING, 0, "region7" },
	{ DAXBUS_REGION, "memdevs", "cxl", NULL, DAXBUS_STRINGS, 0, "mem0,mem1" },
	{ DAXBUS_REGION, "serials", "cxl", NULL, DAXBUS_STRINGS, 0, "0x1,0x2" },
	{ DAXBUS_REGION, "locked", "cxl", NULL, DAXBUS_BOOL, 1, NULL },
	{ DAXBUS_REGION, "free_decoders", "cxl", NULL, DAXBUS_NUMBER, 3, NULL },
	{ DAXBUS_REGION, "interleave", "cxl", NULL, DAXBUS_STRINGS, 0, "1,2" },
	{ DAXBUS_DEVICE, "device", NULL, NULL, DAXBUS_STRING, 0, "dax0.0" },
	{ DAXBUS_DEVICE, "region", NULL, NULL, DAXBUS_NUMBER, 301, NULL },
	{ DAXBUS_DEVICE, "provider", NULL, NULL, DAXBUS_STRING, 0, "hmem" },
	{ DAXBUS_DEVICE, "identity", NULL, NULL, DAXBUS_STRING, 0, "range=0x1-0x2+0x0" },
	{ DAXBUS_DEVICE, "model", NULL, NULL, DAXBUS_STRING, 0, "bus" },
	{ DAXBUS_DEVICE, "driver", NULL, NULL, DAXBUS_STRING, 0, "device_dax" },
	{ DAXBUS_DEVICE, "mode", NULL, NULL, DAXBUS_STRING, 0, "devdax" },
	{ DAXBUS_DEVICE, "state", NULL, NULL, DAXBUS_STRING, 0, "enabled" },
	{ DAXBUS_DEVICE, "flags", NULL, NULL, DAXBUS_STRINGS, 0, "stuck" },
	{ DAXBUS_DEVICE, "unsafe_commands", NULL, NULL, DAXBUS_STRINGS, 0, "modprobe -r kmem" },
	{ DAXBUS_DEVICE, "size", NULL, NULL, DAXBUS_SIZE, 302, NULL },
	{ DAXBUS_DEVICE, "align", NULL, NULL, DAXBUS_SIZE, 303, NULL },
	{ DAXBUS_DEVICE, "target_node", NULL, NULL, DAXBUS_NUMBER, 304, NULL },
	{ DAXBUS_DEVICE, "numa_node", NULL, NULL, DAXBUS_NUMBER, 305, NULL },
	{ DAXBUS_DEVICE, "distance", NULL, NULL, DAXBUS_NUMBER, 306, NULL },
	{ DAXBUS_DEVICE, "chardev", NULL, NULL, DAXBUS_STRING, 0, "/dev/dax0.0" },
	{ DAXBUS_DEVICE, "major", NULL, NULL, DAXBUS_NUMBER, 307, NULL },
	{ DAXBUS_DEVICE, "minor", NULL, NULL, DAXBUS_NUMBER, 308, NULL },
	{ DAXBUS_DEVICE, "memmap_on_memory", NULL, NULL, DAXBUS_BOOL, 0, NULL },
	{ DAXBUS_DEVICE, "kernel_state", NULL, NULL, DAXBUS_STRING, 0, "unplugged" },
	{ DAXBUS_DEVICE, "blocks", "memory", NULL, DAXBUS_NUMBER, 311, NULL },
	{ DAXBUS_DEVICE, "online", "memory", NULL, DAXBUS_NUMBER, 312, NULL },
	{ DAXBUS_DEVICE, "movable", "memory", NULL, DAXBUS_NUMBER, 313, NULL },
	{ DAXBUS_DEVICE, "kernel", "memory", NULL, DAXBUS_NUMBER, 314, NULL },
	{ DAXBUS_DEVICE, "offline", "memory", NULL, DAXBUS_NUMBER, 315, NULL },
	{ DAXBUS_DEVICE, "missing", "memory", NULL, DAXBUS_NUMBER, 316, NULL },
	{ DAXBUS_DEVICE, "usable", "memory", NULL, DAXBUS_SIZE, 317, NULL },
	{ DAXBUS_DEVICE, "lost", "memory", NULL, DAXBUS_SIZE, 318, NULL },
	{ DAXBUS_DEVICE, "read_latency_ns", "performance", NULL, DAXBUS_NUMBER, 321, NULL },
	{ DAXBUS_DEVICE, "write_latency_ns", "performance", NULL, DAXBUS_NUMBER, 322, NULL },
	{ DAXBUS_DEVICE, "read_bandwidth_mbs", "performance", NULL, DAXBUS_NUMBER, 323, NULL },
	{ DAXBUS_DEVICE, "write_bandwidth_mbs", "performance", NULL, DAXBUS_NUMBER, 324, NULL },
	{ DAXBUS_DEVICE, "memory_tier", NULL, NULL, DAXBUS_NUMBER, 325, NULL },
	{ DAXBUS_MAPPING, "start", NULL, NULL, DAXBUS_ADDRESS, 401, NULL },
	{ DAXBUS_MAPPING, "end", NULL, NULL, DAXBUS_ADDRESS, 402, NULL },
	{ DAXBUS_MAPPING, "page_offset", NULL, NULL, DAXBUS_NUMBER, 403, NULL },
	{ DAXBUS_MAPPING, "size", NULL, NULL, DAXBUS_SIZE, 404, NULL },
	{ DAXBUS_BLOCK, "block", NULL, NULL, DAXBUS_NUMBER, 501, NULL },
	{ DAXBUS_BLOCK, "count", NULL, "", DAXBUS_NUMBER, 1, NULL },
	{ DAXBUS_BLOCK, "start", NULL, NULL, DAXBUS_ADDRESS, 502, NULL },
	{ DAXBUS_BLOCK, "end", NULL, NULL, DAXBUS_ADDRESS, 1004, NULL },
	{ DAXBUS_BLOCK, "size", NULL, NULL, DAXBUS_SIZE, 503, NULL },
	{ DAXBUS_BLOCK, "state", NULL, NULL, DAXBUS_STRING, 0, "going-offline" },
	{ DAXBUS_BLOCK, "zones", NULL, NULL, DAXBUS_STRINGS, 0, "Normal,Movable" },
	{ DAXBUS_BLOCK, "node", NULL, NULL, DAXBUS_NUMBER, 504, NULL },
	{ DAXBUS_EXTENT, "start", NULL, NULL, DAXBUS_ADDRESS, 601, NULL },
	{ DAXBUS_EXTENT, "end", NULL, NULL, DAXBUS_ADDRESS, 602, NULL },
	{ DAXBUS_EXTENT, "size", NULL, NULL, DAXBUS_SIZE, 603, NULL },
	{ DAXBUS_EXTENT, "lost", NULL, NULL, DAXBUS_SIZE, 604, NULL },
	{ DAXBUS_ORPHAN, "start", NULL, NULL, DAXBUS_ADDRESS, 701, NULL },
	{ DAXBUS_ORPHAN, "end", NULL, NULL, DAXBUS_ADDRESS, 702, NULL },
	{ DAXBUS_ORPHAN, "size", NULL, NULL, DAXBUS_SIZE, 703, NULL },
	{ DAXBUS_ORPHAN, "former_device", NULL, NULL, DAXBUS_STRING, 0, "dax3.1" },
	{ DAXBUS_ORPHAN, "node", NULL, NULL, DAXBUS_NUMBER, 704, NULL },
	{ DAXBUS_ORPHAN, "blocks", NULL, NULL, DAXBUS_NUMBER, 705, NULL },
	{ DAXBUS_ORPHAN, "online", NULL, NULL, DAXBUS_NUMBER, 706, NULL },
	{ DAXBUS_ORPHAN, "movable", NULL, NULL, DAXBUS_NUMBER, 707, NULL },
	{ DAXBUS_ORPHAN, "kernel", NULL, NULL, DAXBUS_NUMBER, 708, NULL },
	{ DAXBUS_ORPHAN, "offline", NULL, NULL, DAXBUS_NUMBER, 709, NULL },
};

static void set(struct opt_str *o, const char *s)
{
	assert_int_equal(snapshot_str_set(o, s), 0);
}

static void add(struct opt_strv *o, const char *s)
{
	assert_int_equal(snapshot_strv_add(o, s), 0);
}

static void make_bus(struct bus *b)
{
	set(&b->kernel, "6.1.0");
	add(&b->models, "bus");
	add(&b->models, "class");
	b->block_size = known(101);
	set(&b->auto_online, "offline");
	set(&b->memmap_policy, "force");
	b->orphaned = known(102);
	b->notes.is = DAXBUS_KNOWN;
}

static void make_region(struct region *r)
{
	r->id = known(201);
	set(&r->provider, "pmem");
	set(&r->path, "/devices/x");
	set(&r->identity, "uuid=1234");
	r->size = known(202);
	r->available_size = known(203);
	r->align = known(204);
	r->dynamic = r->creatable = known(1);
	r->target_node = known(205);
	r->start = known(206);
	r->largest_free = known(207);
	set(&r->pmem.bus, "ndbus0");
	set(&r->pmem.region, "region0");
	set(&r->pmem.namespace, "namespace0.0");
	set(&r->pmem.name, "web");
	set(&r->pmem.uuid, "1234");
	set(&r->cxl.region, "region7");
	add(&r->cxl.memdevs, "mem0");
	add(&r->cxl.memdevs, "mem1");
	add(&r->cxl.serials, "0x1");
	add(&r->cxl.serials, "0x2");
	r->cxl.locked = known(1);
	r->cxl.free_decoders = known(3);
	add(&r->cxl.interleave, "1");
	add(&r->cxl.interleave, "2");
}

static void make_device(struct device *d)
{
	d->selected = true;
	set(&d->name, "dax0.0");
	d->region_id = known(301);
	set(&d->provider, "hmem");
	set(&d->identity, "range=0x1-0x2+0x0");
	set(&d->model, "bus");
	set(&d->driver, "device_dax");
	set(&d->mode, "devdax");
	set(&d->state, "enabled");
	add(&d->flags, "stuck");
	add(&d->unsafe_commands, "modprobe -r kmem");
	d->size = known(302);
	d->align = known(303);
	d->target_node = known(304);
	d->numa_node = known(305);
	d->distance = known(306);
	set(&d->chardev, "/dev/dax0.0");
	d->major = known(307);
	d->minor = known(308);
	d->memmap_on_memory = known(0);
	set(&d->kernel_state, "unplugged");
	d->memory = (struct memory){
		.blocks = known(311),
		.online = known(312),
		.movable = known(313),
		.kernel = known(314),
		.offline = known(315),
		.missing = known(316),
		.usable = known(317),
		.lost = known(318),
	};
	d->performance = (struct performance){
		.read_latency = known(321),
		.write_latency = known(322),
		.read_bandwidth = known(323),
		.write_bandwidth = known(324),
	};
	d->memory_tier = known(325);
}

static void make_orphan(struct orphan *o)
{
	o->start = known(701);
	o->end = known(702);
	o->size = known(703);
	set(&o->former_device, "dax3.1");
	o->node = known(704);
	o->memory.blocks = known(705);
	o->memory.online = known(706);
	o->memory.movable = known(707);
	o->memory.kernel = known(708);
	o->memory.offline = known(709);
}

static struct daxbus_snapshot *make(void)
{
	struct daxbus_snapshot *s = snapshot_new();
	struct region *region = snapshot_add_region(s);
	struct device *device = snapshot_add_device(s, region);
	struct mapping *mapping = snapshot_add_mapping(device);
	struct block *block = snapshot_add_block(device);
	struct extent *extent = snapshot_add_extent(region);

	make_bus(&s->bus);
	make_region(region);
	make_device(device);
	mapping->start = known(401);
	mapping->end = known(402);
	mapping->page_offset = known(403);
	mapping->size = known(404);
	block->id = known(501);
	block->start = known(502);
	block->size = known(503);
	set(&block->state, "going-offline");
	add(&block->zones, "Normal");
	add(&block->zones, "Movable");
	block->node = known(504);
	extent->start = known(601);
	extent->end = known(602);
	extent->size = known(603);
	extent->lost = known(604);
	make_orphan(snapshot_add_orphan(s));
	snapshot_finish(s);
	return s;
}

/* --- the table -------------------------------------------------------------------------------- */

static const struct daxbus_field *own_field(enum daxbus_kind kind, const char *name)
{
	const struct daxbus_field *field = daxbus_field_find(kind, name);

	if (!field || field->kind != kind)
		fail_msg("kind %d has no field '%s'", kind, name);
	return field;
}

/* "" if it has none. */
static const char *key_of(const struct daxbus_field *field)
{
	return field->key ? field->key : "";
}

/* Walking the table reaches the rows above, each once and in this order, and no other. */
static void test_walk(void **state _unused_)
{
	size_t i = 0;

	for (enum daxbus_kind kind = 0; kind < _DAXBUS_KIND_MAX; kind++) {
		const struct daxbus_field *field = NULL;

		while ((field = daxbus_field_next(kind, field))) {
			assert_true(i < ARRAY_SIZE(expected));
			assert_int_equal(field->kind, kind);
			assert_int_equal(expected[i].kind, kind);
			assert_string_equal(field->name, expected[i].name);
			assert_ptr_equal(own_field(kind, field->name), field);
			i++;
		}
	}
	assert_int_equal(i, ARRAY_SIZE(expected));
	assert_null(daxbus_field_next(_DAXBUS_KIND_MAX, NULL));
}

static void test_rows(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const struct expected *e = &expected[i];
		const struct daxbus_field *field = own_field(e->kind, e->name);

		assert_row(i, field->type == e->type);
		assert_row(i, !field->group == !e->group);
		assert_row(i, !e->group || streq(field->group, e->group));
		assert_row(i, streq(key_of(field), e->key ? e->key : e->name));
		/* A unit is a number's; help is a phrase, not a sentence. */
		assert_row(i, !field->unit || field->type == DAXBUS_NUMBER);
		assert_row(i, field->help && *field->help);
		assert_row(i, field->help[strlen(field->help) - 1] != '.');
		assert_row(i, !(fields_needs(field) & ~(unsigned int)(NEED_ALL | NEED_BLOCKS)));
	}
}

/* A name is one column, whatever its case; a key is one key of its object. */
static void test_unique(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const struct daxbus_field *a = own_field(expected[i].kind, expected[i].name);

		for (size_t k = 0; k < ARRAY_SIZE(expected); k++) {
			const struct daxbus_field *b =
				own_field(expected[k].kind, expected[k].name);
			bool same_object = a->kind == b->kind && !a->group == !b->group &&
					   (!a->group || streq(a->group, b->group));

			if (i == k || a->kind != b->kind)
				continue;
			assert_row(i, strcasecmp(a->name, b->name) != 0);
			assert_row(i, !same_object || !streq(key_of(a), key_of(b)));
			/* The group is a key of the object too. */
			assert_row(i, !a->group || b->group || !streq(a->group, key_of(b)));
		}
	}
}

/* Names are words of selectors, columns and keys at once. */
static void test_spelling(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const char *name = expected[i].name;

		assert_row(i, strspn(name, "abcdefghijklmnopqrstuvwxyz_") == strlen(name));
	}
}

static void test_find(void **state _unused_)
{
	static const struct {
		enum daxbus_kind kind;
		const char *name;
		enum daxbus_kind found; /* _DAXBUS_KIND_MAX: there is none */
	} rows[] = {
		{ DAXBUS_DEVICE, "size", DAXBUS_DEVICE },
		{ DAXBUS_DEVICE, "SIZE", DAXBUS_DEVICE },
		{ DAXBUS_DEVICE, "Target_Node", DAXBUS_DEVICE },
		{ DAXBUS_DEVICE, "uuid", DAXBUS_REGION },
		{ DAXBUS_DEVICE, "PROVIDER", DAXBUS_DEVICE },
		{ DAXBUS_DEVICE, "start", DAXBUS_REGION },
		{ DAXBUS_DEVICE, "end", _DAXBUS_KIND_MAX },
		/* The machine is nobody's parent; "kernel" of a device counts its blocks. */
		{ DAXBUS_DEVICE, "auto_online", _DAXBUS_KIND_MAX },
		{ DAXBUS_REGION, "kernel", _DAXBUS_KIND_MAX },
		{ DAXBUS_DEVICE, "kernel", DAXBUS_DEVICE },
		{ DAXBUS_BUS, "kernel", DAXBUS_BUS },
		{ DAXBUS_BUS, "device", _DAXBUS_KIND_MAX },
		{ DAXBUS_REGION, "device", _DAXBUS_KIND_MAX },
		{ DAXBUS_MAPPING, "size", DAXBUS_MAPPING },
		{ DAXBUS_MAPPING, "device", DAXBUS_DEVICE },
		{ DAXBUS_MAPPING, "provider", DAXBUS_DEVICE },
		{ DAXBUS_MAPPING, "zones", _DAXBUS_KIND_MAX },
		{ DAXBUS_BLOCK, "state", DAXBUS_BLOCK },
		{ DAXBUS_BLOCK, "mode", DAXBUS_DEVICE },
		{ DAXBUS_BLOCK, "nd_bus", DAXBUS_REGION },
		{ DAXBUS_BLOCK, "end", DAXBUS_BLOCK },
		{ DAXBUS_BLOCK, "page_offset", _DAXBUS_KIND_MAX },
		{ DAXBUS_EXTENT, "start", DAXBUS_EXTENT },
		{ DAXBUS_EXTENT, "provider", DAXBUS_REGION },
		{ DAXBUS_EXTENT, "device", _DAXBUS_KIND_MAX },
		{ DAXBUS_ORPHAN, "online", DAXBUS_ORPHAN },
		{ DAXBUS_ORPHAN, "device", _DAXBUS_KIND_MAX },
		{ DAXBUS_REGION, "end", _DAXBUS_KIND_MAX },
		{ DAXBUS_DEVICE, "siz", _DAXBUS_KIND_MAX },
		{ DAXBUS_DEVICE, "sizes", _DAXBUS_KIND_MAX },
		{ DAXBUS_DEVICE, " size", _DAXBUS_KIND_MAX },
		{ DAXBUS_DEVICE, "", _DAXBUS_KIND_MAX },
		/* Groups and keys are no names. */
		{ DAXBUS_DEVICE, "memory", _DAXBUS_KIND_MAX },
		{ DAXBUS_DEVICE, "bus", _DAXBUS_KIND_MAX },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct daxbus_field *field = daxbus_field_find(rows[i].kind, rows[i].name);

		assert_row(i, (field ? field->kind : _DAXBUS_KIND_MAX) == rows[i].found);
	}
}

/* --- values ----------------------------------------------------------------------------------- */

static void join(char *buffer, size_t size, const struct daxbus_value *value)
{
	buffer[0] = '\0';
	for (size_t i = 0; i < value->n_strings; i++) {
		size_t length = strlen(buffer);

		snprintf(buffer + length, size - length, "%s%s", i ? "," : "", value->strings[i]);
	}
}

/* Each row stands at the right member: a wrong offset or type shows as another row's value. */
static void test_get(void **state _unused_)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = make();

	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const struct expected *e = &expected[i];
		const struct daxbus_object *o = daxbus_snapshot_next(s, e->kind, NULL);
		struct daxbus_value value = { .number = 99 };
		char joined[64];

		assert_int_equal(daxbus_get(o, own_field(e->kind, e->name), &value), 0);
		assert_row(i, value.presence == DAXBUS_KNOWN);
		assert_row(i, value.type == e->type);
		assert_row(i, value.number == e->number);
		if (e->type == DAXBUS_STRING) {
			assert_string_equal(value.string, e->string);
		} else if (e->type == DAXBUS_STRINGS) {
			join(joined, sizeof(joined), &value);
			assert_string_equal(joined, e->string);
		} else {
			assert_row(i, !value.string && !value.strings && !value.n_strings);
		}
	}
}

/* A field is that of an object or of what holds it, never of what it holds or stands beside. */
static void test_get_of_parents(void **state _unused_)
{
	static const struct {
		enum daxbus_kind object;
		enum daxbus_kind field;
		int r;
	} rows[] = {
		{ DAXBUS_BUS, DAXBUS_BUS, 0 },
		{ DAXBUS_BUS, DAXBUS_REGION, -EINVAL },
		{ DAXBUS_REGION, DAXBUS_BUS, -EINVAL },
		{ DAXBUS_REGION, DAXBUS_REGION, 0 },
		{ DAXBUS_REGION, DAXBUS_DEVICE, -EINVAL },
		{ DAXBUS_DEVICE, DAXBUS_BUS, -EINVAL },
		{ DAXBUS_DEVICE, DAXBUS_REGION, 0 },
		{ DAXBUS_DEVICE, DAXBUS_DEVICE, 0 },
		{ DAXBUS_DEVICE, DAXBUS_MAPPING, -EINVAL },
		{ DAXBUS_DEVICE, DAXBUS_BLOCK, -EINVAL },
		{ DAXBUS_MAPPING, DAXBUS_BUS, -EINVAL },
		{ DAXBUS_MAPPING, DAXBUS_REGION, 0 },
		{ DAXBUS_MAPPING, DAXBUS_DEVICE, 0 },
		{ DAXBUS_MAPPING, DAXBUS_MAPPING, 0 },
		{ DAXBUS_MAPPING, DAXBUS_BLOCK, -EINVAL },
		{ DAXBUS_BLOCK, DAXBUS_REGION, 0 },
		{ DAXBUS_BLOCK, DAXBUS_DEVICE, 0 },
		{ DAXBUS_BLOCK, DAXBUS_MAPPING, -EINVAL },
		{ DAXBUS_BLOCK, DAXBUS_BLOCK, 0 },
		{ DAXBUS_REGION, DAXBUS_EXTENT, -EINVAL },
		{ DAXBUS_DEVICE, DAXBUS_EXTENT, -EINVAL },
		{ DAXBUS_EXTENT, DAXBUS_BUS, -EINVAL },
		{ DAXBUS_EXTENT, DAXBUS_REGION, 0 },
		{ DAXBUS_EXTENT, DAXBUS_DEVICE, -EINVAL },
		{ DAXBUS_EXTENT, DAXBUS_EXTENT, 0 },
		{ DAXBUS_ORPHAN, DAXBUS_BUS, -EINVAL },
		{ DAXBUS_ORPHAN, DAXBUS_REGION, -EINVAL },
		{ DAXBUS_ORPHAN, DAXBUS_ORPHAN, 0 },
	};
	/* The first field of each kind, and the number that tells whose it is. */
	static const char *const names[] = { "block_size", "target_node", "target_node", "start",
					     "block",	   "start",	  "start" };
	static const uint64_t numbers[] = { 101, 205, 304, 401, 501, 601, 701 };
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = make();

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct daxbus_field *field = own_field(rows[i].field, names[rows[i].field]);
		struct daxbus_value value = { .number = 99 };
		int r = daxbus_get(daxbus_snapshot_next(s, rows[i].object, NULL), field, &value);

		assert_row(i, r == rows[i].r);
		assert_row(i, value.number == (r < 0 ? 99 : numbers[rows[i].field]));
	}
}

static void test_presence(void **state _unused_)
{
	static const char *const names[] = { "size", "mode", "flags", "memmap_on_memory" };
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = make();
	struct device *d = s->devices[0];

	for (enum daxbus_presence is = DAXBUS_NONE; is <= DAXBUS_KNOWN; is++) {
		d->size.is = d->mode.is = d->flags.is = d->memmap_on_memory.is = is;
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			struct daxbus_value value;

			assert_int_equal(daxbus_get(&d->object, own_field(DAXBUS_DEVICE, names[i]),
						    &value),
					 0);
			assert_row(i, value.presence == is);
		}
	}
}

static void test_presence_of(void **state _unused_)
{
	assert_int_equal(presence_of(0), DAXBUS_KNOWN);
	assert_int_equal(presence_of(-ENOENT), DAXBUS_NONE);
	assert_int_equal(presence_of(-EACCES), DAXBUS_UNKNOWN);
	assert_int_equal(presence_of(-EBADMSG), DAXBUS_UNKNOWN);
	assert_int_equal(presence_of(-EISDIR), DAXBUS_UNKNOWN);
	assert_int_equal(presence_of(-ELOOP), DAXBUS_UNKNOWN);
}

/* Asking for one field must not read what only others need. */
static void test_needs(void **state _unused_)
{
	static const struct {
		enum daxbus_kind kind;
		const char *name;
		unsigned int needs;
	} rows[] = {
		{ DAXBUS_DEVICE, "device", 0 },
		{ DAXBUS_DEVICE, "region", 0 },
		{ DAXBUS_REGION, "provider", 0 },
		{ DAXBUS_DEVICE, "mode", NEED_DRIVER },
		{ DAXBUS_DEVICE, "size", NEED_SIZE },
		{ DAXBUS_DEVICE, "online", NEED_MEMORY },
		{ DAXBUS_DEVICE, "flags", NEED_FLAGS },
		{ DAXBUS_REGION, "uuid", NEED_PMEM },
		{ DAXBUS_MAPPING, "start", NEED_MAPPINGS },
		{ DAXBUS_BLOCK, "block", NEED_BLOCKS },
		{ DAXBUS_REGION, "start", NEED_START },
		{ DAXBUS_REGION, "largest_free", NEED_FREE },
		{ DAXBUS_EXTENT, "size", NEED_FREE },
		{ DAXBUS_ORPHAN, "size", NEED_ORPHANS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_row(i, fields_needs(own_field(rows[i].kind, rows[i].name)) == rows[i].needs);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_row(i, daxbus_field_is_costly(own_field(rows[i].kind, rows[i].name)) ==
				      (rows[i].needs == NEED_BLOCKS || rows[i].needs == NEED_FREE));
	/* Everything is all but the blocks, which may be a million. */
	assert_int_equal(NEED_ALL & NEED_BLOCKS, 0);
}

static void test_region_without_devices(void **state _unused_)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	struct region *empty = snapshot_add_region(s), *other = snapshot_add_region(s);
	struct device *d = snapshot_add_device(s, other);

	empty->id = known(1);
	empty->selected = true;
	other->id = known(0);
	d->selected = true;
	snapshot_finish(s);
	assert_ptr_equal(daxbus_object_next(&other->object, DAXBUS_DEVICE, NULL), &d->object);
	assert_null(daxbus_object_next(&empty->object, DAXBUS_DEVICE, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_unique),
		cmocka_unit_test(test_spelling),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_get_of_parents),
		cmocka_unit_test(test_presence),
		cmocka_unit_test(test_presence_of),
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_region_without_devices),
	};

	return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}
