/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/array.h"
#include "base/string.h"
#include "base/strv.h"
#include "plan-world-words.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/parse.h"
#include "plan/cxl.h"
#include "plan/namespace.h"
#include "plan/resize.h"

#define GIB UINT64_C(0x40000000)

/* --- words ------------------------------------------------------------------------------------ */

void world_done(struct world *w)
{
	daxbus_snapshot_free(w->s);
	daxbus_request_free(w->request);
	facts_done(&w->facts);
}

void word_set_str(struct opt_str *o, const char *value)
{
	free(o->v);
	*o = (struct opt_str){ DAXBUS_NONE, NULL };
	if (streq(value, "?"))
		o->is = DAXBUS_UNKNOWN;
	else if (!streq(value, "none"))
		assert_int_equal(snapshot_str_set(o, value), 0);
}

void word_set_u64(struct opt_u64 *o, const char *value)
{
	*o = (struct opt_u64){ 0 };
	if (streq(value, "?"))
		*o = unknown();
	else if (!streq(value, "none")) {
		o->is = DAXBUS_KNOWN;
		if (parse_size(value, &o->v) < 0)
			fail_msg("'%s' is no number", value);
	}
}

void word_set_strv(struct opt_strv *o, const char *value)
{
	if (streq(value, "?"))
		o->is = DAXBUS_UNKNOWN;
	else
		assert_int_equal(snapshot_strv_add(o, value), 0);
}

static void set_driver(struct device *d, const char *driver)
{
	word_set_str(&d->driver, driver);
	word_set_str(&d->mode, "none");
	if (d->driver.is == DAXBUS_UNKNOWN)
		d->mode.is = DAXBUS_UNKNOWN;
	else if (request_mode_of_driver(d->driver.v) != MODE_NONE)
		word_set_str(&d->mode, request_mode_name(request_mode_of_driver(d->driver.v)));
}

/* "100000000-13fffffff", behind those that it has */
static void add_range(struct device *d, const char *value)
{
	struct mapping *m = snapshot_add_mapping(d);

	assert_non_null(m);
	assert_int_equal(parse_range(value, &m->start.v, &m->end.v), 0);
	m->start.is = m->end.is = DAXBUS_KNOWN;
	m->first = d->n_mappings;
}

static void set_ranges(struct device *d, const char *value)
{
	char copy[128], *rest = copy, *part;

	d->n_mappings = 0;
	d->ranges = streq(value, "?") ? DAXBUS_UNKNOWN : DAXBUS_KNOWN;
	if (d->ranges == DAXBUS_UNKNOWN) {
		d->memory = (struct memory){ unknown(), unknown(), unknown(), unknown(),
					     unknown(), unknown(), unknown(), unknown() };
		return;
	}
	assert_true((size_t)snprintf(copy, sizeof(copy), "%s", value) < sizeof(copy));
	while ((part = strsep(&rest, "+")))
		add_range(d, part);
}

static void add_block(struct device *d, uint64_t id, char what)
{
	struct block *b = snapshot_add_block(d);

	assert_non_null(b);
	b->id = known(id);
	word_set_str(&b->state, what == 'o' ? "offline" : what == 'g' ? "going-offline" : "online");
	if (what == '?')
		b->zones.is = DAXBUS_UNKNOWN;
	else
		word_set_strv(&b->zones, what == 'M' || what == 'g' ? "Movable" : "Normal");
}

/*
 * "MMKKoooo": blocks from 32 on, Movable, Normal, offline; "." is missing. With "~" in front they
 * are counted only.
 */
static void set_blocks(struct device *d, const char *value)
{
	bool count_only = *value == '~';
	struct memory m = { known(0), known(0), known(0),   known(0),
			    known(0), known(0), known(GIB), known(0) };
	uint64_t id = 32;

	for (const char *p = value + count_only; *p; p++, id++) {
		if (*p == '.') {
			m.missing.v++;
			continue;
		}
		m.blocks.v++;
		m.movable.v += *p == 'M' || *p == 'g';
		m.kernel.v += *p == 'K';
		m.offline.v += *p == 'o';
		m.online.v += *p != 'o';
		if (!count_only)
			add_block(d, id, *p);
	}
	d->memory = m;
}

bool word_take(const char *word, const char *name, const char **ret)
{
	size_t length = strlen(name);

	if (!starts_with(word, name) || word[length] != '=')
		return false;
	*ret = word + length + 1;
	return true;
}

/* "100000000-107ffffff+110000000-117ffffff"; "none" */
static void set_free(struct region *region, const char *value)
{
	_cleanup_free_ char *copy = strdup(value);
	char *rest = copy, *part;

	assert_non_null(copy);
	region->n_free = 0;
	region->free_is = streq(value, "?") ? DAXBUS_UNKNOWN : DAXBUS_KNOWN;
	if (streq(value, "?") || streq(value, "none"))
		return;
	while ((part = strsep(&rest, "+"))) {
		struct extent *e;
		uint64_t start, end;

		assert_int_equal(parse_range(part, &start, &end), 0);
		assert_int_equal(array_grow(&region->free, region->n_free, sizeof(*region->free)),
				 0);
		e = &region->free[region->n_free++];
		*e = (struct extent){ .region = region, .start = known(start), .end = known(end) };
	}
}

static void device_word(struct world *w, const char *word)
{
	struct device *d = w->d;
	const char *value;

	if (streq(word, "class"))
		d->is_class = true;
	else if (streq(word, "nd"))
		d->region->is_nd = true;
	else if (word_take(word, "driver", &value))
		set_driver(d, value);
	else if (word_take(word, "at", &value))
		set_ranges(d, value);
	else if (word_take(word, "blocks", &value))
		set_blocks(d, value);
	else if (word_take(word, "online", &value))
		word_set_u64(&d->memory.online, value);
	else if (word_take(word, "zones", &value))
		word_set_u64(&d->memory.movable, value);
	else if (word_take(word, "state", &value))
		word_set_str(&d->kernel_state, value);
	else if (word_take(word, "flags", &value))
		word_set_strv(&d->flags, value);
	else if (word_take(word, "node", &value))
		word_set_u64(&d->target_node, value);
	else if (word_take(word, "size", &value))
		word_set_u64(&d->size, value);
	else if (word_take(word, "align", &value))
		word_set_u64(&d->align, value);
	else if (word_take(word, "provider", &value))
		word_set_str(&d->provider, value);
	else if (word_take(word, "memmap", &value))
		word_set_u64(&d->memmap_on_memory, value);
	else if (word_take(word, "instance", &value)) {
		d->instance = (uint32_t)(*value - '0');
		d->name.v[strlen("dax0.")] = *value;
	} else if (word_take(word, "region", &value))
		set_free(d->region, value);
	else if (word_take(word, "dynamic", &value))
		word_set_u64(&d->region->dynamic, value);
	else if (word_take(word, "policy", &value))
		word_set_str(&w->s->bus.auto_online, value);
	else if (word_take(word, "param", &value))
		word_set_str(&w->s->bus.memmap_policy, value);
	else if (word_take(word, "block_size", &value))
		word_set_u64(&w->s->bus.block_size, value);
	else
		fail_msg("device word '%s'", word);
}

static uint64_t parse_kernel(const char *value)
{
	unsigned int major, minor, patch;

	if (streq(value, "?"))
		return 0;
	assert_int_equal(sscanf(value, "%u.%u.%u", &major, &minor, &patch), 3);
	return KERNEL(major, minor, patch);
}

/* What is held: "100000000-107ffffff"; "none" */
static void set_iomem(struct opt_str *o, const char *value)
{
	_cleanup_free_ char *text = NULL;

	assert_true(asprintf(&text, "00001000-0009fbff : System RAM\n%s : System RAM (kmem)\n",
			     streq(value, "none") ? "00100000-3fffffff" : value) > 0);
	word_set_str(o, streq(value, "?") ? "?" : text);
}

/* Memory that kmem left behind when its device went */
static void set_left(struct opt_str *o, const char *range)
{
	_cleanup_free_ char *text = NULL;

	assert_true(asprintf(&text,
			     "00001000-0009fbff : System RAM\n%s : dax9.0\n"
			     "  %s : System RAM (kmem)\n",
			     range, range) > 0);
	word_set_str(o, text);
}

static void fact_word(struct world *w, const char *word)
{
	struct facts *f = &w->facts;
	const char *value;

	if (streq(word, "user"))
		f->root = false;
	else if (word_take(word, "kernel", &value))
		f->kernel = parse_kernel(value);
	else if (word_take(word, "driver", &value))
		word_set_u64(&f->has_driver, value);
	else if (word_take(word, "module", &value))
		word_set_u64(&f->module, value);
	else if (word_take(word, "compat", &value))
		word_set_u64(&f->compat_module, value);
	else if (word_take(word, "holder", &value))
		word_set_strv(&f->holders, value);
	else if (word_take(word, "nodeonline", &value))
		word_set_u64(&f->node_online, value);
	else if (word_take(word, "bound", &value))
		word_set_strv(&f->node_bound, value);
	else if (word_take(word, "range", &value))
		word_set_str(&f->range_holder, value);
	else if (word_take(word, "iomem", &value))
		set_iomem(&w->s->iomem, value);
	else if (word_take(word, "left", &value))
		set_left(&w->s->iomem, value);
	else if (word_take(word, "provider", &value))
		word_set_u64(&f->has_provider, value);
	else if (word_take(word, "stale", &value))
		word_set_u64(&f->stale_memmap, value);
	else if (word_take(word, "available", &value))
		word_set_u64(&f->memory_available, value);
	else if (word_take(word, "used", &value))
		word_set_u64(&f->node_used, value);
	else if (word_take(word, "free", &value))
		word_set_u64(&f->node_free, value);
	else if (word_take(word, "pool", &value))
		f->pools = (struct huge_pools){ .items[0] = { 2 << 20, (uint64_t)atoi(value) },
						.n = 1 };
	else if (word_take(word, "clean", &value))
		word_set_u64(&f->node_clean, value);
	else if (word_take(word, "reclaim", &value))
		word_set_u64(&f->has_reclaim, value);
	else if (word_take(word, "other", &value)) {
		word_set_u64(&f->other.node, value);
		f->other.pools = (struct huge_pools){ .items[0] = { 2 << 20, 5 }, .n = 1 };
	} else if (word_take(word, "autoprobe", &value))
		word_set_str(&f->autoprobe, value);
	else if (word_take(word, "neighbours", &value))
		word_set_u64(&f->neighbours, value);
	else if (word_take(word, "rule", &value))
		assert_int_equal(onliner_add(&f->onliners, "rule 1", value, ONLINER_ADDED, true),
				 0);
	else if (word_take(word, "return", &value))
		assert_int_equal(onliner_add(&f->onliners, "rule 2", value, ONLINER_OFFLINED, true),
				 0);
	else if (word_take(word, "agent", &value))
		assert_int_equal(onliner_add(&f->onliners, "agent 1", value, ONLINER_ADDED, false),
				 0);
	else if (!plan_world_nd_word(f, word) && !plan_world_cxl_word(f, word))
		fail_msg("fact '%s'", word);
}

static void request_word(struct world *w, const char *word)
{
	static const char *const actions[] = { "reconfigure", "online", "offline", "bind",
					       "unbind",      "create", "resize",  "destroy" };
	char name[64];
	const char *equals = strchr(word, '=');

	for (size_t i = 0; !equals && i < ARRAY_SIZE(actions); i++)
		if (streq(actions[i], word)) {
			assert_int_equal(daxbus_request_new((enum daxbus_action)i, &w->request), 0);
			return;
		}
	assert_true(equals && (size_t)(equals - word) < sizeof(name));
	snprintf(name, sizeof(name), "%.*s", (int)(equals - word), word);
	/* What restore.c sets. */
	if (streq(name, "refill"))
		w->request->refill = streq(equals + 1, "yes");
	/* What api/change.c sets. */
	else if (streq(name, "whole"))
		w->request->whole_region = streq(equals + 1, "yes");
	else if (streq(name, "region"))
		w->d = plan_cxl_add_region(w->s, equals + 1);
	else if (daxbus_request_set(w->request, name, equals + 1, NULL) < 0)
		fail_msg("request word '%s'", word);
}

static void each_word(struct world *w, const char *words,
		      void (*fn)(struct world *w, const char *word))
{
	_cleanup_free_ char *copy = strdup(words);
	char *rest = copy, *word;

	assert_non_null(copy);
	while ((word = strsep(&rest, " ")))
		if (*word)
			fn(w, word);
}

void make_world(struct world *w, const char *device, const char *request, const char *facts)
{
	static const char device_words[] =
		"driver=none at=100000000-13fffffff state=none node=1 size=1G align=2M provider=hmem "
		"memmap=0 policy=offline param=N block_size=128M dynamic=1 region=none";
	static const char fact_words[] =
		"kernel=6.12.107 driver=1 module=none compat=none range=none stale=0 available=64G "
		"used=0 free=1G autoprobe=1 neighbours=0 iomem=none provider=1";
	struct region *region;

	*w = (struct world){ .s = snapshot_new(), .facts.root = true };
	assert_non_null(w->s);
	region = snapshot_add_region(w->s);
	assert_non_null(region);
	region->id = known(0);
	region->align = known(UINT64_C(2) << 20);
	region->target_node = known(1);
	word_set_str(&region->path, "/devices/platform/hmem.0");
	w->d = snapshot_add_device(w->s, region);
	assert_non_null(w->d);
	region->n_devices = 1;
	w->d->region_id = known(0);
	word_set_str(&w->d->name, "dax0.0");
	w->d->flags.is = DAXBUS_KNOWN;
	each_word(w, device_words, device_word);
	each_word(w, device, device_word);
	each_word(w, fact_words, fact_word);
	each_word(w, facts, fact_word);
	each_word(w, request, request_word);
	if (w->request->action != DAXBUS_CREATE || w->request->refill)
		return;
	if (w->request->memdevs.n)
		w->d = plan_cxl_add_device(w->s, &w->facts.cxl, w->request);
	else
		w->d = region->is_nd ? plan_namespace_add_device(w->s, region)
				     : plan_resize_add_device(w->s, region, 0);
	assert_non_null(w->d);
}
