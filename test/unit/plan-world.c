/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/array.h"
#include "base/string.h"
#include "base/strv.h"
#include "plan-world.h"

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

static void set_str(struct opt_str *o, const char *value)
{
	free(o->v);
	*o = (struct opt_str){ DAXBUS_NONE, NULL };
	if (streq(value, "?"))
		o->is = DAXBUS_UNKNOWN;
	else if (!streq(value, "none"))
		assert_int_equal(snapshot_str_set(o, value), 0);
}

static void set_u64(struct opt_u64 *o, const char *value)
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

static void set_strv(struct opt_strv *o, const char *value)
{
	if (streq(value, "?"))
		o->is = DAXBUS_UNKNOWN;
	else
		assert_int_equal(snapshot_strv_add(o, value), 0);
}

static void set_driver(struct device *d, const char *driver)
{
	set_str(&d->driver, driver);
	set_str(&d->mode, "none");
	if (d->driver.is == DAXBUS_UNKNOWN)
		d->mode.is = DAXBUS_UNKNOWN;
	else if (request_mode_of_driver(d->driver.v) != MODE_NONE)
		set_str(&d->mode, request_mode_name(request_mode_of_driver(d->driver.v)));
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
	set_str(&b->state, what == 'o' ? "offline" : what == 'g' ? "going-offline" : "online");
	if (what == '?')
		b->zones.is = DAXBUS_UNKNOWN;
	else
		set_strv(&b->zones, what == 'M' || what == 'g' ? "Movable" : "Normal");
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

static bool take(const char *word, const char *name, const char **ret)
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

/* --- persistent memory --- */

static void add_space(struct nd_region *nd, uint32_t instance, const char *size, const char *mode)
{
	struct nd_namespace *space;

	assert_int_equal(array_grow(&nd->spaces, nd->n_spaces, sizeof(*nd->spaces)), 0);
	space = &nd->spaces[nd->n_spaces++];
	*space = (struct nd_namespace){ .instance = instance };
	assert_true(asprintf(&space->name, "namespace0.%u", instance) > 0);
	set_u64(&space->size, size);
	set_str(&space->mode, mode);
	set_str(&space->holder, streq(mode, "dax") ? "dax0.0" : "");
	set_str(&space->uuid, WORLD_OLD);
}

/* A region that has namespace0.0 in devdax mode, and 1 GiB for another one. */
static void set_labels(struct nd_region *nd)
{
	nd->nstype = known(ND_LABELS);
	nd->extent = known(UINT64_C(1) << 30);
	nd->align = known(UINT64_C(16) << 20);
	add_space(nd, 0, "1G", "dax");
	add_space(nd, 1, "0", "raw");
	set_str(&nd->seed, "namespace0.1");
}

static void set_nd(struct facts *f, bool labels)
{
	struct nd_region *nd = &f->nd;

	nd_region_done(nd);
	nd->name = strdup("region0");
	assert_non_null(nd->name);
	nd->ways = nd->target_node = known(1);
	nd->read_only = known(0);
	nd->seed_align = known(UINT64_C(2) << 20);
	set_str(&nd->dax_seed, "dax0.1");
	set_strv(&nd->alignments, "4096");
	assert_int_equal(snapshot_strv_add(&nd->alignments, "2097152"), 0);
	assert_int_equal(snapshot_strv_add(&nd->alignments, "1073741824"), 0);
	set_str(&f->uuids[0], WORLD_LABEL);
	set_str(&f->uuids[1], WORLD_INFO);
	set_str(&f->namespace, "namespace0.0");
	set_str(&f->info_uuid, WORLD_OLD);
	f->block_busy = known(0);
	if (labels) {
		set_labels(nd);
		return;
	}
	nd->nstype = known(ND_LEGACY);
	add_space(nd, 0, "1G", "raw");
	nd->spaces[0].bound = true;
}

static bool nd_word(struct facts *f, const char *word)
{
	struct nd_region *nd = &f->nd;
	struct nd_namespace *first = nd->spaces;
	const char *value;

	if (streq(word, "labels"))
		set_nd(f, true);
	else if (streq(word, "legacy"))
		set_nd(f, false);
	else if (streq(word, "disabled"))
		nd->dax_seed.is = DAXBUS_NONE;
	else if (take(word, "extent", &value))
		set_u64(&nd->extent, value);
	else if (take(word, "ways", &value))
		set_u64(&nd->ways, value);
	else if (take(word, "readonly", &value))
		set_u64(&nd->read_only, value);
	else if (take(word, "ndnode", &value))
		set_u64(&nd->target_node, value);
	else if (take(word, "busy", &value))
		set_u64(&f->block_busy, value);
	else if (take(word, "mode", &value))
		set_str(&first->mode, value);
	else if (take(word, "claim", &value))
		set_str(&first->holder, value);
	else if (take(word, "seedsize", &value))
		set_u64(&nd->spaces[nd->n_spaces - 1].size, value);
	else if (take(word, "infouuid", &value))
		set_str(&f->info_uuid, value);
	else if (take(word, "nddriver", &value))
		set_str(&f->nd_driver, value);
	else if (take(word, "ndhas", &value))
		set_u64(&f->has_nd_driver, value);
	else if (take(word, "ndmodule", &value))
		set_u64(&f->nd_module, value);
	else if (take(word, "ndautoprobe", &value))
		set_str(&f->nd_autoprobe, value);
	else
		return false;
	return true;
}

static char *copy_of(const char *s)
{
	char *copy = strdup(s);

	assert_non_null(copy);
	return copy;
}

static struct cxl_decoder *add_decoder(struct cxl_bus *bus, const char *name,
				       enum cxl_decoder_kind kind, const char *path)
{
	struct cxl_decoder d = { .kind = kind, .locked = known(0), .dpa_size = known(0) };

	assert_int_equal(sscanf(name, "decoder%" SCNu32 ".%" SCNu32, &d.port, &d.id), 2);
	d.name = copy_of(name);
	d.path = copy_of(path);
	set_str(&d.region, "");
	assert_int_equal(ARRAY_PUSH(bus->decoders, bus->n_decoders, d), 0);
	return &bus->decoders[bus->n_decoders - 1];
}

static void add_root(struct cxl_bus *bus, const char *name, uint64_t start, uint64_t granularity,
		     const char *next, const char *bridges)
{
	struct cxl_decoder *d = add_decoder(bus, name, CXL_ROOT, "/root0");

	d->start = known(start);
	d->size = known(4 * GIB);
	d->ram = known(1);
	d->granularity = known(granularity);
	set_str(&d->next, next);
	for (const char *p = bridges; *p; p++) {
		char bridge[] = { '/', *p, '\0' };

		assert_int_equal(strv_push(&d->bridges, bridge), 0);
	}
	d->ways = known(d->bridges.n);
}

static void add_card(struct cxl_bus *bus, char number, char bridge, uint64_t ram)
{
	char memdev[] = { 'm', 'e', 'm', number, '\0' };
	char path[] = { '/', bridge, '/', number, '\0' };
	char port[] = { '/', 'r', 'o', 'o', 't', '0', '/', bridge, '/', number, '\0' };
	struct cxl_memdev m = { .name = copy_of(memdev), .path = copy_of(path), .ram = known(ram) };

	assert_int_equal(ARRAY_PUSH(bus->memdevs, bus->n_memdevs, m), 0);
	for (char id = '0'; id < '2'; id++) {
		char name[] = { 'd', 'e', 'c', 'o', 'd', 'e', 'r', number, '.', id, '\0' };

		/* Ports 0 to 2 are those above. */
		name[7] = (char)(number + 3);
		add_decoder(bus, name, CXL_ENDPOINT, port)->memdev = copy_of(memdev);
	}
}

/*
 * Host bridges a and b; two cards behind a, one behind b, 1 GiB each, and one without volatile
 * memory. A window of 4 GiB leads to a, one to both in turn.
 */
static void set_cxl(struct facts *f)
{
	struct cxl_bus *bus = &f->cxl;

	add_root(bus, "decoder0.0", 8 * GIB, 256, "region0", "a");
	add_root(bus, "decoder0.1", 16 * GIB, 1024, "region1", "ab");
	add_decoder(bus, "decoder1.0", CXL_SWITCH, "/root0/a");
	add_decoder(bus, "decoder1.1", CXL_SWITCH, "/root0/a");
	add_decoder(bus, "decoder2.0", CXL_SWITCH, "/root0/b");
	add_card(bus, '0', 'a', GIB);
	add_card(bus, '1', 'a', GIB);
	add_card(bus, '2', 'b', GIB);
	add_card(bus, '3', 'a', 0);
	f->has_cxl_driver = known(1);
}

static struct cxl_decoder *find_decoder(struct facts *f, const char *name)
{
	for (size_t i = 0; i < f->cxl.n_decoders; i++)
		if (streq(f->cxl.decoders[i].name, name))
			return &f->cxl.decoders[i];
	fail_msg("no decoder %s", name);
	return NULL;
}

/* "decoder3.0:512M:region0" */
static void use_decoder(struct facts *f, const char *value)
{
	_cleanup_free_ char *copy = copy_of(value);
	char *rest = copy;
	struct cxl_decoder *d = find_decoder(f, strsep(&rest, ":"));

	set_u64(&d->dpa_size, strsep(&rest, ":"));
	set_str(&d->region, rest);
}

/* "region0:decoder0.0:8589934592:512M:decoder3.0,decoder4.0": committed */
static void add_cxl_region(struct facts *f, const char *value)
{
	_cleanup_free_ char *copy = copy_of(value);
	char *rest = copy, *target;
	struct cxl_region r = { .commit = known(1), .targets.is = DAXBUS_KNOWN };

	r.name = copy_of(strsep(&rest, ":"));
	r.root = copy_of(strsep(&rest, ":"));
	set_u64(&r.start, strsep(&rest, ":"));
	set_u64(&r.size, strsep(&rest, ":"));
	while ((target = strsep(&rest, ",")))
		assert_int_equal(strv_push(&r.targets.v, target), 0);
	r.ways = known(r.targets.v.n);
	assert_int_equal(ARRAY_PUSH(f->cxl.regions, f->cxl.n_regions, r), 0);
}

static bool cxl_word(struct facts *f, const char *word)
{
	const char *value;
	uint64_t start, end;

	if (streq(word, "cxl"))
		set_cxl(f);
	else if (take(word, "use", &value))
		use_decoder(f, value);
	else if (take(word, "lock", &value))
		find_decoder(f, value)->locked = known(1);
	else if (take(word, "noram", &value))
		find_decoder(f, value)->ram = known(0);
	else if (take(word, "area", &value))
		add_cxl_region(f, value);
	else if (take(word, "cxldriver", &value))
		set_u64(&f->has_cxl_driver, value);
	else if (take(word, "cxlmodule", &value))
		set_u64(&f->cxl_module, value);
	else if (take(word, "firmware", &value)) {
		assert_int_equal(parse_range(value, &start, &end), 0);
		assert_int_equal(range_list_add(&f->cxl.firmware, start, end), 0);
	} else
		return false;
	return true;
}

static void device_word(struct world *w, const char *word)
{
	struct device *d = w->d;
	const char *value;

	if (streq(word, "class"))
		d->is_class = true;
	else if (streq(word, "nd"))
		d->region->is_nd = true;
	else if (take(word, "driver", &value))
		set_driver(d, value);
	else if (take(word, "at", &value))
		set_ranges(d, value);
	else if (take(word, "blocks", &value))
		set_blocks(d, value);
	else if (take(word, "online", &value))
		set_u64(&d->memory.online, value);
	else if (take(word, "zones", &value))
		set_u64(&d->memory.movable, value);
	else if (take(word, "state", &value))
		set_str(&d->kernel_state, value);
	else if (take(word, "flags", &value))
		set_strv(&d->flags, value);
	else if (take(word, "node", &value))
		set_u64(&d->target_node, value);
	else if (take(word, "size", &value))
		set_u64(&d->size, value);
	else if (take(word, "align", &value))
		set_u64(&d->align, value);
	else if (take(word, "provider", &value))
		set_str(&d->provider, value);
	else if (take(word, "memmap", &value))
		set_u64(&d->memmap_on_memory, value);
	else if (take(word, "instance", &value)) {
		d->instance = (uint32_t)(*value - '0');
		d->name.v[strlen("dax0.")] = *value;
	} else if (take(word, "region", &value))
		set_free(d->region, value);
	else if (take(word, "dynamic", &value))
		set_u64(&d->region->dynamic, value);
	else if (take(word, "policy", &value))
		set_str(&w->s->bus.auto_online, value);
	else if (take(word, "param", &value))
		set_str(&w->s->bus.memmap_policy, value);
	else if (take(word, "block_size", &value))
		set_u64(&w->s->bus.block_size, value);
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
	set_str(o, streq(value, "?") ? "?" : text);
}

static void fact_word(struct world *w, const char *word)
{
	struct facts *f = &w->facts;
	const char *value;

	if (streq(word, "user"))
		f->root = false;
	else if (take(word, "kernel", &value))
		f->kernel = parse_kernel(value);
	else if (take(word, "driver", &value))
		set_u64(&f->has_driver, value);
	else if (take(word, "module", &value))
		set_u64(&f->module, value);
	else if (take(word, "compat", &value))
		set_u64(&f->compat_module, value);
	else if (take(word, "holder", &value))
		set_strv(&f->holders, value);
	else if (take(word, "nodeonline", &value))
		set_u64(&f->node_online, value);
	else if (take(word, "bound", &value))
		set_strv(&f->node_bound, value);
	else if (take(word, "range", &value))
		set_str(&f->range_holder, value);
	else if (take(word, "iomem", &value))
		set_iomem(&w->s->iomem, value);
	else if (take(word, "provider", &value))
		set_u64(&f->has_provider, value);
	else if (take(word, "stale", &value))
		set_u64(&f->stale_memmap, value);
	else if (take(word, "available", &value))
		set_u64(&f->memory_available, value);
	else if (take(word, "used", &value))
		set_u64(&f->node_used, value);
	else if (take(word, "free", &value))
		set_u64(&f->node_free, value);
	else if (take(word, "pool", &value))
		f->pools = (struct huge_pools){ .items[0] = { 2 << 20, (uint64_t)atoi(value) },
						.n = 1 };
	else if (take(word, "autoprobe", &value))
		set_str(&f->autoprobe, value);
	else if (take(word, "neighbours", &value))
		set_u64(&f->neighbours, value);
	else if (take(word, "rule", &value))
		assert_int_equal(onliner_add(&f->onliners, "rule 1", value, ONLINER_ADDED, true),
				 0);
	else if (take(word, "return", &value))
		assert_int_equal(onliner_add(&f->onliners, "rule 2", value, ONLINER_OFFLINED, true),
				 0);
	else if (take(word, "agent", &value))
		assert_int_equal(onliner_add(&f->onliners, "agent 1", value, ONLINER_ADDED, false),
				 0);
	else if (!nd_word(f, word) && !cxl_word(f, word))
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
	set_str(&region->path, "/devices/platform/hmem.0");
	w->d = snapshot_add_device(w->s, region);
	assert_non_null(w->d);
	region->n_devices = 1;
	w->d->region_id = known(0);
	set_str(&w->d->name, "dax0.0");
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

/* --- plans in words --------------------------------------------------------------------------- */

static void say_runs(struct string *t, const struct step *step)
{
	for (size_t i = 0; i < step->runs.n; i++)
		string_add(t, "%s%" PRIu64 "-%" PRIu64 "%c", i ? "," : " ",
			   step->runs.items[i].first, step->runs.items[i].last,
			   "oMK"[step->runs.items[i].zone]);
	if (!step->runs.n)
		string_add(t, " *");
}

static const char *setting_of(const struct step *step)
{
	static const struct {
		const char *file;
		const char *name;
	} names[] = {
		{ "/sys/devices/system/memory/auto_online_blocks", "policy" },
		{ "/sys/bus/dax/drivers_autoprobe", "autoprobe" },
		{ "/sys/bus/nd/drivers_autoprobe", "ndauto" },
		{ "/sys/bus/dax/devices/dax0.0/memmap_on_memory", "memmap" },
		{ "/sys/bus/dax/devices/dax0.0/state", "state" },
		{ "/sys/bus/dax/devices/dax0.0/align", "align" },
		{ "/sys/bus/dax/devices/dax0.1/align", "align" },
		{ "/sys/bus/dax/devices/dax0.1/memmap_on_memory", "memmap" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (step->file && streq(step->file, names[i].file))
			return names[i].name;
	fail_msg("what file is %s?", step->file ? step->file : "(null)");
	return NULL;
}

static const char *or_unknown(const char *s)
{
	return s ? s : "?";
}

static void say_cxl(struct string *t, const struct step *step)
{
	const char *name = step->file + strlen(CXL_DEVICES "/");

	assert_true(starts_with(step->file, CXL_DEVICES "/"));
	if (step->kind == STEP_CXL_BIND || step->kind == STEP_CXL_UNBIND)
		string_add(t, "cxl-%s %s", step->kind == STEP_CXL_BIND ? "bind" : "unbind", name);
	else
		string_add(t, "%s%s=%s%s%s", name, step->kind == STEP_CXL_TARGETS ? " targets" : "",
			   step->value, step->before ? "<" : "", step->before ? step->before : "");
}

static void say_step(struct string *t, const struct step *step)
{
	static const char *const of_driver[_STEP_MAX] = {
		[STEP_LOAD] = "load",	  [STEP_ID] = "id",	[STEP_FORGET] = "forget",
		[STEP_UNBIND] = "unbind", [STEP_BIND] = "bind",
	};

	switch (step->kind) {
	case STEP_SET:
		string_add(t, "%s=%s<%s", setting_of(step), step->value, or_unknown(step->before));
		break;
	case STEP_RESET:
		string_add(t, "%s>%s", setting_of(step), or_unknown(step->value));
		break;
	case STEP_OFFLINE:
	case STEP_ONLINE:
		string_add(t, "%s", step->value);
		say_runs(t, step);
		break;
	case STEP_POOL:
		assert_true(starts_with(step->file, "/sys/devices/system/node/node1/hugepages/"));
		string_add(t, "pool");
		break;
	case STEP_SETTLE:
		string_add(t, "settle");
		break;
	case STEP_PROBE:
		string_add(t, "probe");
		break;
	case STEP_CREATE:
		assert_string_equal(step->file, "/sys/devices/platform/hmem.0/dax_region/create");
		string_add(t, "create");
		break;
	case STEP_DELETE:
		assert_string_equal(step->file, "/sys/devices/platform/hmem.0/dax_region/delete");
		string_add(t, "delete");
		break;
	case STEP_LABEL:
	case STEP_INFO:
	case STEP_UNMAKE:
		assert_true(starts_with(step->file, "/sys/bus/nd/devices/namespace0."));
		string_add(t, "%s %c %s%s%s",
			   step->kind == STEP_LABEL  ? "label"
			   : step->kind == STEP_INFO ? "info"
						     : "unmake",
			   step->file[strlen(step->file) - 1], step->value, step->before ? "<" : "",
			   step->before ? step->before : "");
		break;
	case STEP_MOVE:
		assert_string_equal(step->file, "/sys/bus/nd/devices/hmem.0");
		assert_string_equal(step->value, WORLD_OLD);
		string_add(t, "move %s<%s", step->driver, step->before);
		break;
	case STEP_CXL:
	case STEP_CXL_CREATE:
	case STEP_CXL_TARGETS:
	case STEP_CXL_BIND:
	case STEP_CXL_UNBIND:
	case STEP_CXL_DELETE:
		say_cxl(t, step);
		break;
	case STEP_LAYOUT:
		string_add(t, "layout %s<%s", step->value, step->before);
		break;
	default:
		string_add(t, "%s %s%s%s", of_driver[step->kind], step->driver,
			   step->before ? "<" : "", step->before ? step->before : "");
		break;
	}
}

static char *say_plan(const struct plan *plan)
{
	_cleanup_(string_done) struct string t = { 0 };

	if (plan->status == DAXBUS_REFUSED)
		string_add(&t, "!%s", reason_word(plan->code));
	else if (plan->status == DAXBUS_UNCHANGED)
		string_add(&t, "=");
	for (size_t i = 0; i < plan->steps.n; i++) {
		string_add(&t, "%s", i ? "; " : "");
		say_step(&t, &plan->steps.items[i]);
	}
	return string_take(&t);
}

/* Every plan, whatever it is. */
static void check_plan(const struct plan *plan)
{
	assert_true(plan->status == DAXBUS_PLANNED || plan->status == DAXBUS_UNCHANGED ||
		    plan->status == DAXBUS_REFUSED);
	assert_true((plan->status == DAXBUS_REFUSED) == (plan->code != REASON_NONE));
	assert_true((plan->status == DAXBUS_PLANNED) == !plan->message);
	assert_true((plan->status == DAXBUS_PLANNED) == !!plan->steps.n);
	if (plan->status == DAXBUS_REFUSED)
		assert_true(starts_with(plan->message, "cannot "));
}

static void check_notes(size_t i, const struct row *row, const struct strv *notes)
{
	bool found = false;

	for (size_t k = 0; k < notes->n; k++)
		found |= row->note && strstr(notes->items[k], row->note);
	if (row->note ? !found : notes->n > 0)
		fail_msg("row %zu (%s; %s; %s): note '%s'", i, row->device, row->request,
			 row->facts, notes->n ? notes->items[0] : "");
}

void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *row = &rows[i];
		_cleanup_(plan_done) struct plan plan = { 0 };
		_cleanup_(world_done) struct world w;
		_cleanup_free_ char *said = NULL;

		make_world(&w, row->device, row->request, row->facts);
		assert_int_equal(plan_make(w.s, w.d, &w.facts, w.request, &plan), 0);
		said = say_plan(&plan);
		assert_non_null(said);
		if (!streq(said, row->expected))
			fail_msg("row %zu (%s; %s; %s):\n  is   %s\n  not  %s\n  %s", i,
				 row->device, row->request, row->facts, said, row->expected,
				 plan.message ? plan.message : "");
		check_plan(&plan);
		if (plan.status != DAXBUS_REFUSED)
			check_notes(i, row, &plan.notes);
	}
}
