/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is done to a device, row by row: the device, the request, the facts, and exactly these
 * steps, or this refusal. A row that is refused has a neighbour that is not.
 */
#include "plan.h"

#include <inttypes.h>
#include <stdio.h>

#include "parse.h"
#include "unit.h"

#define GIB UINT64_C(0x40000000)

/* --- words ------------------------------------------------------------------------------------ */

/*
 * A world in words, with one blank between them. Without any: dax0.0 of hmem, without driver, 1 GiB
 * at 4 GiB (memory blocks 32 to 39 of 128 MiB); a policy for new memory of "offline"; kernel 6.12,
 * root, every fact known, and nothing in the way. "?" is unknown.
 */
struct world {
	struct daxbus_snapshot *s;
	struct device *d;
	struct facts facts;
	struct daxbus_request *request;
};

static void world_done(struct world *w)
{
	daxbus_snapshot_unref(w->s);
	daxbus_request_unref(w->request);
	strv_done(&w->facts.holders.v);
	free(w->facts.range_holder.v);
	free(w->facts.autoprobe.v);
}

static void set_str(struct opt_str *o, const char *value)
{
	free(o->v);
	*o = (struct opt_str){ DAXBUS_NONE, NULL };
	if (streq(value, "?"))
		o->is = DAXBUS_UNKNOWN;
	else if (!streq(value, "none"))
		assert_int_equal(opt_str_set(o, value), 0);
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
		assert_int_equal(opt_strv_add(o, value), 0);
}

static void set_driver(struct device *d, const char *driver)
{
	set_str(&d->driver, driver);
	set_str(&d->mode, "none");
	if (d->driver.is == DAXBUS_UNKNOWN)
		d->mode.is = DAXBUS_UNKNOWN;
	else if (mode_of_driver(d->driver.v) != MODE_NONE)
		set_str(&d->mode, mode_name(mode_of_driver(d->driver.v)));
}

/* "100000000-13fffffff", behind those that it has */
static void add_range(struct device *d, const char *value)
{
	struct mapping *m = device_add_mapping(d);

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
	struct block *b = device_add_block(d);

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

static void device_word(struct world *w, const char *word)
{
	struct device *d = w->d;
	const char *value;

	if (streq(word, "class"))
		d->is_class = true;
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
	else if (take(word, "range", &value))
		set_str(&f->range_holder, value);
	else if (take(word, "stale", &value))
		set_u64(&f->stale_page_map, value);
	else if (take(word, "available", &value))
		set_u64(&f->memory_available, value);
	else if (take(word, "used", &value))
		set_u64(&f->node_used, value);
	else if (take(word, "free", &value))
		set_u64(&f->node_free, value);
	else if (take(word, "autoprobe", &value))
		set_str(&f->autoprobe, value);
	else if (take(word, "neighbours", &value))
		set_u64(&f->neighbours, value);
	else
		fail_msg("fact '%s'", word);
}

static void request_word(struct world *w, const char *word)
{
	static const char *const actions[] = { "reconfigure", "online", "offline", "bind",
					       "unbind" };
	char name[64];
	const char *equals = strchr(word, '=');

	for (size_t i = 0; !equals && i < ARRAY_SIZE(actions); i++)
		if (streq(actions[i], word)) {
			assert_int_equal(daxbus_request_new((enum daxbus_action)i, &w->request), 0);
			return;
		}
	assert_true(equals && (size_t)(equals - word) < sizeof(name));
	snprintf(name, sizeof(name), "%.*s", (int)(equals - word), word);
	if (daxbus_request_set(w->request, name, equals + 1, NULL) < 0)
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

static void make_world(struct world *w, const char *device, const char *request, const char *facts)
{
	static const char device_words[] =
		"driver=none at=100000000-13fffffff state=none node=1 size=1G align=2M provider=hmem "
		"memmap=0 policy=offline param=N block_size=128M";
	static const char fact_words[] =
		"kernel=6.12.107 driver=1 module=none compat=none range=none stale=0 available=64G "
		"used=0 free=1G autoprobe=1 neighbours=0";
	struct region *region;

	*w = (struct world){ .s = snapshot_new(), .facts.root = true };
	assert_non_null(w->s);
	region = snapshot_add_region(w->s);
	assert_non_null(region);
	w->d = snapshot_add_device(w->s, region);
	assert_non_null(w->d);
	set_str(&w->d->name, "dax0.0");
	w->d->flags.is = DAXBUS_KNOWN;
	each_word(w, device_words, device_word);
	each_word(w, device, device_word);
	each_word(w, fact_words, fact_word);
	each_word(w, facts, fact_word);
	each_word(w, request, request_word);
}

/* --- plans in words --------------------------------------------------------------------------- */

static void say_runs(struct text *t, const struct step *step)
{
	for (size_t i = 0; i < step->n_runs; i++)
		text_add(t, "%s%" PRIu64 "-%" PRIu64 "%c", i ? "," : " ", step->runs[i].first,
			 step->runs[i].last, "oMK"[step->runs[i].zone]);
	if (!step->n_runs)
		text_add(t, " *");
}

static const char *setting_of(const struct step *step)
{
	static const struct {
		const char *file;
		const char *name;
	} names[] = {
		{ "/sys/devices/system/memory/auto_online_blocks", "policy" },
		{ "/sys/bus/dax/drivers_autoprobe", "autoprobe" },
		{ "/sys/bus/dax/devices/dax0.0/memmap_on_memory", "memmap" },
		{ "/sys/bus/dax/devices/dax0.0/state", "state" },
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

static void say_step(struct text *t, const struct step *step)
{
	static const char *const of_driver[_STEP_MAX] = {
		[STEP_LOAD] = "load",	  [STEP_ID] = "id",	[STEP_FORGET] = "forget",
		[STEP_UNBIND] = "unbind", [STEP_BIND] = "bind",
	};

	switch (step->kind) {
	case STEP_SET:
		text_add(t, "%s=%s<%s", setting_of(step), step->value, or_unknown(step->before));
		break;
	case STEP_RESET:
		text_add(t, "%s>%s", setting_of(step), or_unknown(step->value));
		break;
	case STEP_UNPLUG:
		text_add(t, "%s=%s<%s", setting_of(step), step->value, step->before);
		say_runs(t, step);
		break;
	case STEP_PLUG:
		text_add(t, "%s=%s", setting_of(step), step->value);
		assert_null(step->before);
		break;
	case STEP_OFFLINE:
	case STEP_ONLINE:
		text_add(t, "%s", step->value);
		say_runs(t, step);
		break;
	case STEP_PROBE:
		text_add(t, "probe");
		break;
	default:
		text_add(t, "%s %s", of_driver[step->kind], step->driver);
		break;
	}
}

static char *say_plan(const struct plan *plan)
{
	_cleanup_(text_done) struct text t = { 0 };

	if (plan->verdict == DAXBUS_REFUSED)
		text_add(&t, "!%s", code_word(plan->code));
	else if (plan->verdict == DAXBUS_UNCHANGED)
		text_add(&t, "=");
	for (size_t i = 0; i < plan->steps.n; i++) {
		text_add(&t, "%s", i ? "; " : "");
		say_step(&t, &plan->steps.items[i]);
	}
	return text_take(&t);
}

/* Every plan, whatever it is. */
static void check_plan(const struct plan *plan)
{
	assert_true(plan->verdict == DAXBUS_PLANNED || plan->verdict == DAXBUS_UNCHANGED ||
		    plan->verdict == DAXBUS_REFUSED);
	assert_true((plan->verdict == DAXBUS_REFUSED) == (plan->code != CODE_NONE));
	assert_true((plan->verdict == DAXBUS_PLANNED) == !plan->message);
	assert_true((plan->verdict == DAXBUS_PLANNED) == !!plan->steps.n);
	if (plan->verdict == DAXBUS_REFUSED)
		assert_true(starts_with(plan->message, "cannot "));
}

struct row {
	const char *device;
	const char *request;
	const char *facts;
	const char *expected; /* steps; "=": unchanged; "!code" */
	const char *note;     /* part of a note; NULL: there is none */
};

static void check_notes(size_t i, const struct row *row, const struct strv *notes)
{
	bool found = false;

	for (size_t k = 0; k < notes->n; k++)
		found |= row->note && strstr(notes->items[k], row->note);
	if (row->note ? !found : notes->n > 0)
		fail_msg("row %zu (%s; %s; %s): note '%s'", i, row->device, row->request,
			 row->facts, notes->n ? notes->items[0] : "");
}

static void check_rows(const struct row *rows, size_t n)
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
		if (plan.verdict != DAXBUS_REFUSED)
			check_notes(i, row, &plan.notes);
	}
}
#define CHECK_ROWS(rows) check_rows(rows, ARRAY_SIZE(rows))

/* --- the rows --------------------------------------------------------------------------------- */

#define DEVDAX		 "driver=device_dax "
#define KMEM		 "driver=kmem "
#define FAMFS		 "driver=fsdev_dax "
#define FOREIGN		 "driver=foo "
#define ALL_M		 KMEM "blocks=~MMMMMMMM "
#define ALL_K		 KMEM "blocks=~KKKKKKKK "
#define ALL_O		 KMEM "blocks=~oooooooo "
#define MIXED		 KMEM "blocks=MMKKoooo "
#define GONE		 KMEM "blocks=~........ state=unplugged "

#define TO_KMEM		 "reconfigure mode=kmem "
#define TO_KERNEL	 "reconfigure mode=kmem online=kernel "
#define TO_POLICY	 "reconfigure mode=kmem online=policy "
#define TO_NO		 "reconfigure mode=kmem online=no "
#define TO_DEVDAX	 "reconfigure mode=devdax "
#define TO_FAMFS	 "reconfigure mode=famfs "

#define HOLD		 "policy=online_movable<offline; "
#define RELEASE		 "; policy>offline"
#define ONLINE_M	 "online_movable 32-39o"

static void test_into_kmem(void **state _unused_)
{
	static const struct row rows[] = {
		/* without driver */
		{ "", TO_KMEM, "", HOLD "bind kmem; " ONLINE_M RELEASE, NULL },
		{ "", TO_KERNEL, "",
		  "policy=online_kernel<offline; bind kmem; online_kernel 32-39o" RELEASE, NULL },
		{ "", TO_NO, "", "bind kmem", NULL },
		{ "policy=online", TO_NO, "", "policy=offline<online; bind kmem; policy>online",
		  NULL },
		{ "", TO_POLICY, "", "bind kmem", NULL },
		{ "policy=online", TO_POLICY, "", "bind kmem", NULL },
		{ "policy=online_movable", TO_KMEM, "", "bind kmem; " ONLINE_M, NULL },
		{ "policy=none", TO_KMEM, "", "bind kmem; " ONLINE_M, NULL },
		{ "policy=?", TO_KMEM, "",
		  "policy=online_movable<?; bind kmem; " ONLINE_M "; policy>?", NULL },
		/* under another driver, which kmem matches by itself */
		{ DEVDAX, TO_KMEM, "",
		  HOLD "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M RELEASE, NULL },
		{ FAMFS, TO_KMEM, "",
		  HOLD "forget fsdev_dax; unbind fsdev_dax; bind kmem; " ONLINE_M RELEASE, NULL },
		{ DEVDAX, TO_POLICY, "", "forget device_dax; unbind device_dax; bind kmem", NULL },
		{ DEVDAX "policy=online", TO_NO, "",
		  "policy=offline<online; forget device_dax; unbind device_dax; bind kmem; "
		  "policy>online",
		  NULL },
		/* by its name: while it is bound */
		{ DEVDAX, TO_KMEM, "kernel=6.1.176",
		  "id kmem; " HOLD "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M
		  "; forget kmem" RELEASE,
		  NULL },
		{ DEVDAX "provider=pmem", TO_KMEM, "",
		  "id kmem; " HOLD "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M
		  "; forget kmem" RELEASE,
		  NULL },
		{ DEVDAX "provider=cxl", TO_KMEM, "kernel=?",
		  HOLD "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M RELEASE, NULL },
		{ DEVDAX, TO_KMEM, "kernel=6.3.0",
		  HOLD "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M RELEASE, NULL },
		{ DEVDAX, TO_KMEM, "kernel=6.2.99",
		  "id kmem; " HOLD "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M
		  "; forget kmem" RELEASE,
		  NULL },
		/* which others hear too: their memory stays offline */
		{ DEVDAX "provider=pmem policy=online", TO_KMEM, "neighbours=1",
		  "policy=offline<online; id kmem; policy=online_movable<offline; "
		  "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M
		  "; forget kmem; policy>online",
		  NULL },
		{ DEVDAX "provider=pmem policy=online", TO_KMEM, "neighbours=?",
		  "policy=offline<online; id kmem; policy=online_movable<offline; "
		  "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M
		  "; forget kmem; policy>online",
		  NULL },
		{ DEVDAX "provider=pmem policy=online", TO_KMEM, "neighbours=0",
		  "id kmem; policy=online_movable<online; "
		  "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M
		  "; forget kmem; policy>online",
		  NULL },
		{ DEVDAX "provider=pmem policy=online", TO_POLICY, "neighbours=2",
		  "policy=offline<online; id kmem; policy>online; "
		  "forget device_dax; unbind device_dax; bind kmem; forget kmem",
		  NULL },
		{ DEVDAX "provider=pmem policy=online", TO_NO, "neighbours=2",
		  "policy=offline<online; id kmem; "
		  "forget device_dax; unbind device_dax; bind kmem; forget kmem; policy>online",
		  NULL },
		/* without driver: the bind writes the name if it must */
		{ "provider=pmem policy=online", TO_KMEM, "neighbours=1",
		  "policy=offline<online; bind kmem; " ONLINE_M "; forget kmem; policy>online",
		  NULL },
		{ "provider=pmem policy=online", TO_KMEM, "neighbours=0",
		  "policy=online_movable<online; bind kmem; " ONLINE_M
		  "; forget kmem; policy>online",
		  NULL },
		{ "provider=pmem policy=online", TO_POLICY, "neighbours=1",
		  "bind kmem; forget kmem", NULL },
		/* several ranges, in the order of the blocks */
		{ "at=130000000-137ffffff+100000000-10fffffff size=384M", TO_KMEM, "",
		  HOLD "bind kmem; online_movable 32-33o,38-38o" RELEASE, NULL },
	};

	CHECK_ROWS(rows);
}

static void test_modules(void **state _unused_)
{
	static const struct row rows[] = {
		{ "", TO_DEVDAX, "driver=0 module=1",
		  "autoprobe=0<1; load device_dax; autoprobe>1; bind device_dax; forget device_dax",
		  NULL },
		{ "", TO_DEVDAX, "driver=0 module=1 autoprobe=0",
		  "load device_dax; bind device_dax; forget device_dax", NULL },
		{ "", TO_DEVDAX, "driver=0 module=1 autoprobe=?",
		  "autoprobe=0<?; load device_dax; autoprobe>?; bind device_dax; "
		  "forget device_dax",
		  NULL },
		{ "", TO_DEVDAX, "driver=0 module=0", "!no-driver", NULL },
		{ "", TO_DEVDAX, "driver=0 module=3", "!no-driver", NULL },
		{ "", TO_DEVDAX, "driver=0 module=4", "!no-driver", NULL },
		{ "", TO_DEVDAX, "driver=0 module=2", "!module-blacklisted", NULL },
		{ "", TO_DEVDAX "force=yes", "driver=0 module=2",
		  "autoprobe=0<1; load device_dax; autoprobe>1; bind device_dax; forget device_dax",
		  "though it is blacklisted" },
		{ "", TO_DEVDAX "force=yes", "driver=0 module=0", "!no-driver", NULL },
		{ "", TO_DEVDAX, "driver=0 module=?",
		  "autoprobe=0<1; load device_dax; autoprobe>1; bind device_dax; forget device_dax",
		  "whether there is a module for the driver device_dax" },
		{ "", TO_DEVDAX, "driver=?", "bind device_dax; forget device_dax",
		  "whether the kernel has the driver device_dax" },
		{ "", TO_FAMFS, "driver=0 module=0", "!no-driver", NULL },
		{ ALL_O, TO_DEVDAX, "driver=0 module=1",
		  "autoprobe=0<1; load device_dax; autoprobe>1; id device_dax; forget kmem; "
		  "unbind kmem; bind device_dax; forget device_dax",
		  NULL },
		/* what is there already needs no driver */
		{ DEVDAX, TO_DEVDAX, "driver=0 module=0", "=", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_memmap(void **state _unused_)
{
	static const struct row rows[] = {
		{ "param=Y", TO_KMEM "memmap-on-memory=yes", "",
		  "memmap=1<0; " HOLD "bind kmem; " ONLINE_M RELEASE, NULL },
		{ DEVDAX "param=force", TO_KMEM "memmap-on-memory=yes", "",
		  "memmap=1<0; " HOLD
		  "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M RELEASE,
		  NULL },
		{ "param=1 memmap=1", TO_KMEM "memmap-on-memory=yes", "",
		  HOLD "bind kmem; " ONLINE_M RELEASE, NULL },
		{ "param=N", TO_KMEM "memmap-on-memory=yes", "", "!no-memmap-on-memory", NULL },
		{ "param=none", TO_KMEM "memmap-on-memory=yes", "", "!no-memmap-on-memory", NULL },
		{ "param=Y memmap=none", TO_KMEM "memmap-on-memory=yes", "", "!no-memmap-on-memory",
		  NULL },
		{ "param=N memmap=1", TO_KMEM "memmap-on-memory=no", "",
		  "memmap=0<1; " HOLD "bind kmem; " ONLINE_M RELEASE, NULL },
		{ "memmap=none", TO_KMEM "memmap-on-memory=no", "",
		  HOLD "bind kmem; " ONLINE_M RELEASE, NULL },
		{ "memmap=?", TO_KMEM "memmap-on-memory=no", "",
		  "memmap=0<?; " HOLD "bind kmem; " ONLINE_M RELEASE, NULL },
		/* in kmem: only by way out */
		{ ALL_M "param=Y", TO_KMEM "memmap-on-memory=yes", "",
		  "offline 32-39M; unbind kmem; memmap=1<0; " HOLD "bind kmem; " ONLINE_M RELEASE,
		  NULL },
		{ ALL_M "param=Y state=online policy=online_movable provider=pmem",
		  TO_KMEM "memmap-on-memory=yes", "",
		  "policy=offline<online_movable; "
		  "state=unplugged<online_movable 32-39M; id kmem; unbind kmem; memmap=1<0; "
		  "policy=online_movable<offline; bind kmem; " ONLINE_M
		  "; forget kmem; policy>online_movable",
		  NULL },
		{ ALL_M "param=Y memmap=1", TO_KMEM "memmap-on-memory=yes", "", "=", NULL },
		{ ALL_M, TO_KMEM "memmap-on-memory=no", "", "=", NULL },
		{ ALL_M "param=N", TO_KMEM "memmap-on-memory=yes", "", "!no-memmap-on-memory",
		  NULL },
		{ ALL_M "memmap=?", TO_KMEM "memmap-on-memory=no", "", "!unknown-state", NULL },
		{ ALL_M "memmap=?", TO_KMEM "memmap-on-memory=no", "user", "=",
		  "memmap_on_memory" },
		{ ALL_M "param=Y", TO_KMEM "memmap-on-memory=yes", "used=1G free=0 available=1023M",
		  "!no-room-elsewhere", NULL },
		{ KMEM "blocks=MMMMMMM. flags=partial param=Y", TO_KMEM "memmap-on-memory=yes",
		  "kernel=6.12.106", "!partial", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_within_kmem(void **state _unused_)
{
	static const struct row rows[] = {
		{ ALL_M, TO_KMEM, "", "=", NULL },
		{ ALL_K, TO_KERNEL, "", "=", NULL },
		{ ALL_M, TO_POLICY, "", "=", NULL },
		{ ALL_O, TO_POLICY, "", "=", NULL },
		{ ALL_K, TO_NO, "", "=", NULL },
		{ ALL_O, TO_KMEM, "", ONLINE_M, NULL },
		{ ALL_K, TO_KMEM, "", "offline 32-39K; " ONLINE_M, NULL },
		{ ALL_M, TO_KERNEL, "", "offline 32-39M; online_kernel 32-39o", NULL },
		{ MIXED, TO_KMEM, "", "offline 34-35K; online_movable 34-39o", NULL },
		{ MIXED, TO_KERNEL, "", "offline 32-33M; online_kernel 32-33o,36-39o", NULL },
		{ KMEM "blocks=MMMMggMo", TO_KMEM, "", "online_movable 39-39o", NULL },
		{ KMEM "blocks=MMMMMM.. flags=partial", TO_KMEM, "kernel=6.1.0", "=",
		  "2 memory blocks of dax0.0 were never added" },
		{ KMEM "blocks=~........ ", TO_KMEM, "", "=", "8 memory blocks" },
		/* blocks in no order, and one that is told twice */
		{ KMEM "blocks=ooM blocks=ooM", TO_KMEM, "", "online_movable 32-33o", NULL },
		/* moving needs room in between */
		{ ALL_K, TO_KMEM, "used=1G free=0 available=1023M", "!no-room-elsewhere", NULL },
		{ ALL_K, TO_KMEM, "used=1G free=0 available=1G", "offline 32-39K; " ONLINE_M,
		  NULL },
		/* as far as can be read */
		{ KMEM "blocks=MMM?oooo", TO_KMEM, "", "!unknown-state", NULL },
		{ KMEM "blocks=~MMoooooo", TO_KMEM, "", "!unknown-state", NULL },
		{ KMEM "at=?", TO_KMEM, "", "!unknown-state", NULL },
		{ KMEM "at=?", TO_KMEM, "user", "online_movable *", "which of its memory blocks" },
		{ KMEM "at=?", TO_POLICY, "", "=", NULL },
		/* unplugged */
		{ GONE, TO_KMEM, "", "state=online_movable", NULL },
		{ GONE, TO_KERNEL, "", "state=online_kernel", NULL },
		{ GONE, TO_POLICY, "", "=", NULL },
		{ GONE, TO_NO, "", "=", NULL },
		{ GONE, TO_KMEM, "available=16M", "!no-room-for-page-map", NULL },
	};

	CHECK_ROWS(rows);
}

#define LEAVE "forget kmem; unbind kmem"

static void test_out_of_kmem(void **state _unused_)
{
	static const struct row rows[] = {
		{ ALL_M, TO_DEVDAX, "",
		  "offline 32-39M; id device_dax; " LEAVE "; bind device_dax; forget device_dax",
		  NULL },
		{ ALL_M, TO_DEVDAX, "kernel=6.1.176", "offline 32-39M; " LEAVE "; bind device_dax",
		  NULL },
		{ ALL_M "provider=pmem", TO_DEVDAX, "",
		  "offline 32-39M; " LEAVE "; bind device_dax", NULL },
		{ ALL_K, TO_FAMFS, "",
		  "offline 32-39K; id fsdev_dax; " LEAVE "; bind fsdev_dax; forget fsdev_dax",
		  NULL },
		{ ALL_O, TO_DEVDAX, "",
		  "id device_dax; " LEAVE "; bind device_dax; forget device_dax", NULL },
		{ MIXED "policy=online provider=pmem", TO_DEVDAX, "",
		  "policy=offline<online; offline 32-33M,34-35K; " LEAVE
		  "; bind device_dax; policy>online",
		  NULL },
		{ ALL_O "provider=pmem", TO_DEVDAX, "neighbours=3", LEAVE "; bind device_dax",
		  NULL },
		{ ALL_O, TO_DEVDAX, "neighbours=3",
		  "id device_dax; " LEAVE "; bind device_dax; forget device_dax", NULL },
		/* kernel 7.3: its memory goes as one */
		{ ALL_M "state=online provider=pmem", TO_DEVDAX, "kernel=7.3.0",
		  "state=unplugged<online_movable 32-39M; " LEAVE "; bind device_dax", NULL },
		{ ALL_K "state=online_kernel provider=pmem", TO_DEVDAX, "kernel=7.3.0",
		  "state=unplugged<online_kernel 32-39K; " LEAVE "; bind device_dax", NULL },
		{ ALL_O "state=offline provider=pmem", TO_DEVDAX, "kernel=7.3.0",
		  "state=unplugged<online_movable 32-39o; " LEAVE "; bind device_dax", NULL },
		{ MIXED "state=online provider=pmem", TO_DEVDAX, "kernel=7.3.0",
		  "state=unplugged<online_movable 32-33M,34-35K,36-39o; " LEAVE "; bind device_dax",
		  NULL },
		{ GONE "provider=pmem policy=online", TO_DEVDAX, "kernel=7.3.0",
		  "policy=offline<online; " LEAVE "; bind device_dax; policy>online", NULL },
		/* room for what is in it */
		{ ALL_M "provider=pmem", TO_DEVDAX, "used=512M free=512M available=512M",
		  "offline 32-39M; " LEAVE "; bind device_dax", NULL },
		{ ALL_M "provider=pmem", TO_DEVDAX, "used=512M free=512M available=511M",
		  "!no-room-elsewhere", NULL },
		/* of a node with more memory, part goes onto what is left of it */
		{ ALL_M "provider=pmem", TO_DEVDAX, "used=3G free=1G available=0",
		  "offline 32-39M; " LEAVE "; bind device_dax", NULL },
		{ ALL_M "provider=pmem", TO_DEVDAX, "used=3G free=1023M available=0",
		  "!no-room-elsewhere", NULL },
		{ ALL_M "provider=pmem", TO_DEVDAX, "used=4M free=? available=4M",
		  "offline 32-39M; " LEAVE "; bind device_dax", NULL },
		{ ALL_M "provider=pmem", TO_DEVDAX, "used=4M free=? available=3M",
		  "!no-room-elsewhere", NULL },
		{ ALL_M "provider=pmem", TO_DEVDAX, "used=?",
		  "offline 32-39M; " LEAVE "; bind device_dax", "fits elsewhere" },
		{ ALL_M "provider=pmem", TO_DEVDAX, "available=?",
		  "offline 32-39M; " LEAVE "; bind device_dax", "fits elsewhere" },
		{ ALL_M, TO_DEVDAX "force=yes", "used=1G free=0 available=0", "!no-room-elsewhere",
		  NULL },
		{ ALL_O "provider=pmem", TO_DEVDAX, "used=1G free=0 available=0",
		  LEAVE "; bind device_dax", NULL },
		/* partial */
		{ KMEM "blocks=MMMMMM.. flags=partial provider=pmem", TO_DEVDAX, "kernel=6.12.106",
		  "!partial", NULL },
		{ KMEM "blocks=MMMMMM.. flags=partial provider=pmem", TO_DEVDAX, "kernel=6.12.107",
		  "offline 32-37M; " LEAVE "; bind device_dax", NULL },
		{ KMEM "blocks=MMMMMM.. flags=partial provider=pmem", TO_DEVDAX, "kernel=6.13.0",
		  "!partial", NULL },
		{ KMEM "blocks=MMMMMM.. flags=partial provider=pmem", TO_DEVDAX, "kernel=6.19.200",
		  "!partial", NULL },
		{ KMEM "blocks=MMMMMM.. flags=partial provider=pmem", TO_DEVDAX, "kernel=7.0.0",
		  "offline 32-37M; " LEAVE "; bind device_dax", NULL },
		{ KMEM "blocks=MMMMMM.. flags=partial provider=pmem", TO_DEVDAX "force=yes",
		  "kernel=?", "!partial", NULL },
		/* as far as can be read */
		{ KMEM "at=? flags=?", TO_DEVDAX, "", "!unknown-state", NULL },
		{ KMEM "at=? provider=pmem", TO_DEVDAX, "", "!unknown-state", NULL },
		{ KMEM "at=? flags=? provider=pmem", TO_DEVDAX, "user",
		  "offline *; " LEAVE "; bind device_dax", "which of its memory blocks" },
		{ KMEM "at=? flags=? provider=pmem state=online", TO_DEVDAX, "user",
		  "state=unplugged<online_movable *; " LEAVE "; bind device_dax",
		  "what may be wrong" },
	};

	CHECK_ROWS(rows);
}

static void test_between_others(void **state _unused_)
{
	static const struct row rows[] = {
		{ DEVDAX, TO_DEVDAX, "", "=", NULL },
		{ FAMFS, TO_FAMFS, "", "=", NULL },
		{ DEVDAX, TO_FAMFS, "",
		  "id fsdev_dax; forget device_dax; unbind device_dax; bind fsdev_dax; "
		  "forget fsdev_dax",
		  NULL },
		/* others that hear the name become no memory */
		{ DEVDAX "policy=online", TO_FAMFS, "neighbours=1",
		  "id fsdev_dax; forget device_dax; unbind device_dax; bind fsdev_dax; "
		  "forget fsdev_dax",
		  NULL },
		{ FAMFS "provider=pmem", TO_DEVDAX, "",
		  "forget fsdev_dax; unbind fsdev_dax; bind device_dax", NULL },
		{ "provider=pmem", TO_DEVDAX, "", "bind device_dax", NULL },
		{ "", TO_DEVDAX, "kernel=5.10.0", "bind device_dax", NULL },
		{ "", TO_FAMFS, "", "bind fsdev_dax; forget fsdev_dax", NULL },
		{ "policy=online", TO_DEVDAX, "neighbours=1", "bind device_dax; forget device_dax",
		  NULL },
		/* held */
		{ DEVDAX, TO_FAMFS, "holder=a(1)", "!device-held", NULL },
		{ FAMFS, TO_KMEM, "holder=a(1)", "!device-held", NULL },
		{ DEVDAX, "unbind", "holder=a(1)", "!device-held", NULL },
		{ DEVDAX, "unbind force=yes", "holder=a(1)", "forget device_dax; unbind device_dax",
		  "dax0.0 is in use: a(1)" },
		{ DEVDAX, "unbind", "holder=?", "!unknown-state", NULL },
		{ DEVDAX, "unbind", "holder=? user", "forget device_dax; unbind device_dax",
		  "who has it open or mapped" },
		{ DEVDAX, TO_DEVDAX, "holder=a(1)", "=", NULL },
		/* a driver that daxbus does not know */
		{ FOREIGN, TO_KMEM, "", "!foreign-driver", NULL },
		{ FOREIGN, TO_KMEM "force=yes", "",
		  HOLD "forget foo; unbind foo; bind kmem; " ONLINE_M RELEASE,
		  "taken from the driver foo" },
		{ FOREIGN, "unbind", "", "!foreign-driver", NULL },
		{ FOREIGN, "unbind force=yes", "", "forget foo; unbind foo", "driver foo" },
		{ FOREIGN, "bind driver=kmem", "", "!foreign-driver", NULL },
		{ FOREIGN, "bind driver=foo", "", "=", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_bind(void **state _unused_)
{
	static const struct row rows[] = {
		{ "", "bind", "", "probe", NULL },
		{ DEVDAX, "bind", "", "=", NULL },
		{ DEVDAX, "bind driver=device_dax", "", "=", NULL },
		{ KMEM "at=?", "bind driver=kmem", "", "=", NULL },
		{ "", "bind driver=kmem", "", "bind kmem", NULL },
		{ "policy=online", "bind driver=kmem", "neighbours=1", "bind kmem", NULL },
		{ DEVDAX, "bind driver=kmem", "", "forget device_dax; unbind device_dax; bind kmem",
		  NULL },
		{ "", "bind driver=bar", "", "bind bar; forget bar", NULL },
		{ DEVDAX, "bind driver=bar", "",
		  "id bar; forget device_dax; unbind device_dax; bind bar; forget bar", NULL },
		{ "", "bind driver=bar", "driver=0 module=0", "!no-driver", NULL },
		/* memory is not taken offline for it */
		{ ALL_M, "bind driver=bar", "", "!memory-online", NULL },
		{ ALL_M, "bind driver=bar force=yes", "", "!memory-online", NULL },
		{ ALL_O, "bind driver=bar", "", "id bar; " LEAVE "; bind bar; forget bar", NULL },
		{ ALL_M, "unbind", "", "!memory-online", NULL },
		{ KMEM "blocks=Mooooooo", "unbind", "", "!memory-online", NULL },
		{ KMEM "at=?", "unbind", "", "!memory-online", NULL },
		{ KMEM "at=?", "unbind", "user", "offline *; " LEAVE,
		  "which of its memory blocks" },
		{ ALL_O, "unbind", "", LEAVE, NULL },
		{ ALL_O "policy=online", "unbind", "",
		  "policy=offline<online; " LEAVE "; policy>online", NULL },
		{ ALL_O "state=offline", "unbind", "",
		  "state=unplugged<online_movable 32-39o; " LEAVE, NULL },
		{ GONE, "unbind", "", LEAVE, NULL },
		{ KMEM "blocks=oooooo.. flags=partial", "unbind", "kernel=5.10.0", "!partial",
		  NULL },
		{ KMEM "blocks=oooooo.. flags=partial", "unbind", "kernel=7.1.0", LEAVE, NULL },
		{ "", "unbind", "", "=", NULL },
		{ "flags=stuck", "unbind", "", "=", NULL },
		{ DEVDAX, "unbind", "", "forget device_dax; unbind device_dax", NULL },
		{ DEVDAX "at=? flags=?", "unbind", "", "forget device_dax; unbind device_dax",
		  NULL },
	};

	CHECK_ROWS(rows);
}

/* What a device is, whatever is asked. */
static void test_devices(void **state _unused_)
{
	static const struct row rows[] = {
		{ "class", TO_KMEM, "", "!class-device", NULL },
		{ "class", "online", "", "!class-device", NULL },
		{ "class", "offline", "", "!class-device", NULL },
		{ "class", "bind", "", "!class-device", NULL },
		{ "class", "bind driver=kmem", "", "!class-device", NULL },
		{ "class", "unbind", "", "!class-device", NULL },
		{ "class", "reconfigure mode=compat", "", "=", NULL },
		{ "driver=?", TO_KMEM, "", "!unknown-state", NULL },
		{ "driver=?", "unbind", "user", "!unknown-state", NULL },
		{ "driver=?", "online", "user", "!unknown-state", NULL },
		{ "size=0", TO_DEVDAX, "", "!empty-device", NULL },
		{ "size=0", "bind", "", "!empty-device", NULL },
		{ "size=4K", "bind", "", "probe", NULL },
		{ "flags=phantom", TO_DEVDAX, "", "!phantom", NULL },
		{ "flags=phantom", "bind", "", "!phantom", NULL },
		{ "flags=stuck", TO_KMEM, "", "!stuck-until-reboot", NULL },
		{ "flags=stuck", TO_DEVDAX "force=yes", "", "!stuck-until-reboot", NULL },
		{ "flags=stuck", "bind", "", "!stuck-until-reboot", NULL },
		{ FOREIGN "flags=stuck", "unbind force=yes", "", "!stuck-until-reboot", NULL },
		{ "flags=misaligned align=1G at=108000000-147ffffff", TO_DEVDAX, "", "!misaligned",
		  NULL },
		{ "flags=misaligned", TO_FAMFS "force=yes", "", "!misaligned", NULL },
		{ "flags=misaligned", TO_KMEM, "", "!misaligned", NULL },
		{ "flags=misaligned", "bind", "", "!misaligned", NULL },
		{ ALL_O "flags=misaligned", TO_DEVDAX, "", "!misaligned", NULL },
		{ DEVDAX "flags=misaligned", "unbind", "", "forget device_dax; unbind device_dax",
		  NULL },
		{ ALL_M "flags=misaligned", TO_KMEM, "", "=", NULL },
		{ "flags=?", TO_DEVDAX, "", "!unknown-state", NULL },
		{ "flags=?", TO_DEVDAX, "user", "bind device_dax; forget device_dax",
		  "what may be wrong" },
		/* what is in its place */
		{ "", TO_DEVDAX, "range=x", "!range-held", NULL },
		{ "", "bind", "range=x", "!range-held", NULL },
		{ "", TO_KMEM, "range=x", "!range-held", NULL },
		{ "", TO_DEVDAX, "range=?", "!unknown-state", NULL },
		{ "", TO_DEVDAX, "range=? user", "bind device_dax; forget device_dax",
		  "/proc/iomem" },
		{ DEVDAX "provider=pmem", TO_KMEM, "range=x neighbours=0",
		  "id kmem; " HOLD "forget device_dax; unbind device_dax; bind kmem; " ONLINE_M
		  "; forget kmem" RELEASE,
		  NULL },
		{ "", TO_DEVDAX, "stale=1", "!stale-page-map", NULL },
		{ "", TO_FAMFS, "stale=1", "!stale-page-map", NULL },
		{ "", TO_DEVDAX, "stale=?", "bind device_dax; forget device_dax", NULL },
		{ "", "bind driver=kmem", "stale=1", "bind kmem", NULL },
		{ FAMFS "provider=pmem", TO_DEVDAX, "stale=1",
		  "forget fsdev_dax; unbind fsdev_dax; bind device_dax", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_kmem_guards(void **state _unused_)
{
	static const struct row rows[] = {
		{ "node=none", "bind driver=kmem", "", "!no-target-node", NULL },
		{ "node=none", TO_DEVDAX, "", "bind device_dax; forget device_dax", NULL },
		{ "node=?", "bind driver=kmem", "", "!unknown-state", NULL },
		{ "node=?", "bind driver=kmem", "user", "bind kmem", "its target node" },
		{ "node=0", "bind driver=kmem", "", "bind kmem", NULL },
		{ "at=?", "bind driver=kmem", "", "!unknown-state", NULL },
		{ "at=?", TO_KMEM, "user", HOLD "bind kmem; online_movable *" RELEASE,
		  "where it is" },
		{ "block_size=?", "bind driver=kmem", "", "!unknown-state", NULL },
		{ "block_size=96M", "bind driver=kmem", "", "!unknown-state", NULL },
		/* whole blocks */
		{ "at=100200000-10fdfffff size=252M", "bind driver=kmem", "", "!too-small", NULL },
		{ "at=100200000-10fdfffff size=252M", "bind driver=kmem force=yes", "",
		  "!too-small", NULL },
		{ "at=100200000-10fffffff size=254M", TO_KMEM, "",
		  HOLD "bind kmem; online_movable 33-33o" RELEASE,
		  "126 MiB of 254 MiB of dax0.0 cannot be used" },
		{ "at=100200000-1101fffff size=256M", "bind driver=kmem", "", "bind kmem",
		  "128 MiB of 256 MiB" },
		{ "at=100200000-1103fffff size=258M", "bind driver=kmem", "", "!alignment-loss",
		  NULL },
		{ "at=100200000-1103fffff size=258M", "bind driver=kmem force=yes", "", "bind kmem",
		  "130 MiB of 258 MiB" },
		/* 64 bytes for each page of 4 KiB */
		{ "", "bind driver=kmem", "available=16M", "!no-room-for-page-map", NULL },
		{ "", "bind driver=kmem force=yes", "available=16M", "!no-room-for-page-map",
		  NULL },
		{ "", "bind driver=kmem", "available=16385K", "bind kmem", NULL },
		{ "", "bind driver=kmem", "available=?", "bind kmem",
		  "page map of dax0.0, 16 MiB" },
		{ "memmap=1 param=Y", "bind driver=kmem", "available=0", "bind kmem", NULL },
		{ "memmap=1 param=N", "bind driver=kmem", "available=0", "!no-room-for-page-map",
		  NULL },
		{ "memmap=0 param=Y", "bind driver=kmem", "available=0", "!no-room-for-page-map",
		  NULL },
		{ "memmap=0 param=Y", TO_POLICY "memmap-on-memory=yes", "available=0",
		  "memmap=1<0; bind kmem", NULL },
		{ "memmap=1 param=Y", TO_POLICY "memmap-on-memory=no", "available=0",
		  "!no-room-for-page-map", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_compat(void **state _unused_)
{
#define COMPAT "reconfigure mode=compat"
	static const struct row rows[] = {
		{ "provider=pmem", COMPAT, "compat=0", "!no-compat-driver", NULL },
		{ "provider=pmem", COMPAT, "compat=?", "!no-compat-driver", NULL },
		{ "provider=pmem", COMPAT, "compat=1", "!use-migrate", NULL },
		{ "provider=pmem", COMPAT, "compat=2", "!use-migrate", NULL },
		{ "provider=pmem", COMPAT, "compat=3", "!use-migrate", NULL },
		{ "provider=pmem", COMPAT, "compat=4", "!use-migrate", NULL },
		{ "provider=hmem", COMPAT, "compat=3", "!no-compat-driver", NULL },
		{ "provider=cxl", COMPAT, "compat=3", "!no-compat-driver", NULL },
	};

	CHECK_ROWS(rows);
}

static void test_online(void **state _unused_)
{
	static const struct row rows[] = {
		{ "", "online", "", "!not-kmem", NULL },
		{ DEVDAX, "online", "", "!not-kmem", NULL },
		{ DEVDAX, "offline", "", "!not-kmem", NULL },
		{ ALL_O, "online", "", ONLINE_M, NULL },
		{ ALL_O, "online online=kernel", "", "online_kernel 32-39o", NULL },
		{ ALL_M, "online", "", "=", NULL },
		{ ALL_K, "online", "", "=", "1 GiB of dax0.0 are online as kernel and stay so" },
		{ MIXED, "online", "", "online_movable 36-39o",
		  "256 MiB of dax0.0 are online as kernel" },
		{ MIXED, "online online=kernel", "", "online_kernel 36-39o",
		  "256 MiB of dax0.0 are online as movable" },
		/* a size, from the low end */
		{ ALL_O, "online size=256M", "", "online_movable 32-33o", NULL },
		{ KMEM "blocks=oMoooooo", "online size=384M", "", "online_movable 32-32o,34-34o",
		  NULL },
		{ ALL_M, "online size=256M", "", "=", NULL },
		{ ALL_M, "online size=1G", "", "=", NULL },
		{ ALL_O, "online size=100M", "", "!bad-size", NULL },
		{ ALL_M, "online size=100M", "", "!bad-size", NULL },
		{ ALL_O, "online size=1152M", "", "!bad-size", NULL },
		{ ALL_M, "online size=1152M", "", "!bad-size", NULL },
		{ ALL_O, "online size=1G", "", ONLINE_M, NULL },
		{ KMEM "blocks=oooooo..", "online size=1G", "", "!bad-size", NULL },
		/* unplugged */
		{ GONE, "online", "", "state=online_movable", NULL },
		{ GONE, "online online=kernel", "", "state=online_kernel", NULL },
		{ GONE, "online size=256M", "", "!unplugged", NULL },
		/* as far as can be read */
		{ KMEM "at=?", "online", "", "!unknown-state", NULL },
		{ KMEM "at=?", "online", "user", "online_movable *", "which of its memory blocks" },
		{ KMEM "at=?", "online size=100M", "user", "!bad-size", NULL },
		{ MIXED "block_size=?", "online size=128M", "user", "online_movable *",
		  "which of its memory blocks" },
	};

	CHECK_ROWS(rows);
}

static void test_offline(void **state _unused_)
{
	static const struct row rows[] = {
		{ "", "offline", "", "!not-kmem", NULL },
		{ ALL_M, "offline", "", "offline 32-39M", NULL },
		{ ALL_K, "offline", "", "offline 32-39K", NULL },
		{ ALL_O, "offline", "", "=", NULL },
		{ MIXED, "offline", "", "offline 32-33M,34-35K", NULL },
		/* a size, from the high end */
		{ ALL_M, "offline size=256M", "", "offline 38-39M", NULL },
		{ KMEM "blocks=MMMKMoMo", "offline size=512M", "", "offline 36-36M,38-38M", NULL },
		{ KMEM "blocks=MMMKMoMo", "offline size=640M", "", "offline 35-35K,36-36M,38-38M",
		  NULL },
		{ MIXED, "offline size=512M", "", "=", NULL },
		{ MIXED, "offline size=640M", "", "offline 35-35K", NULL },
		{ ALL_M, "offline size=100M", "", "!bad-size", NULL },
		{ ALL_M, "offline size=1152M", "", "!bad-size", NULL },
		{ ALL_M, "offline size=1G", "", "offline 32-39M", NULL },
		{ GONE, "offline", "", "=", NULL },
		{ GONE, "offline size=256M", "", "=", NULL },
		/* room for what is in it */
		{ ALL_M, "offline", "used=1G free=0 available=1023M", "!no-room-elsewhere", NULL },
		{ ALL_M, "offline", "used=1G free=0 available=1G", "offline 32-39M", NULL },
		{ ALL_M, "offline size=256M", "used=768M free=256M available=0", "offline 38-39M",
		  NULL },
		{ ALL_M, "offline size=384M", "used=768M free=256M available=127M",
		  "!no-room-elsewhere", NULL },
		{ ALL_M, "offline", "used=?", "offline 32-39M", "fits elsewhere" },
		/* as far as can be read */
		{ KMEM "at=?", "offline", "", "!unknown-state", NULL },
		{ KMEM "at=?", "offline", "user", "offline *", "which of its memory blocks" },
	};

	CHECK_ROWS(rows);
}

/* --- words and goals -------------------------------------------------------------------------- */

static const struct {
	const char *device;
	const char *request;
	const char *facts;
	const char *message;
} messages[] = {
	{ "node=none", TO_KMEM, "", "cannot bring dax0.0 into kmem: it has no target node" },
	{ "size=0", TO_DEVDAX, "", "cannot bring dax0.0 into devdax: it has no memory" },
	{ DEVDAX, "online", "",
	  "cannot bring the memory of dax0.0 online: it is bound to device_dax, not to kmem" },
	{ "", "online size=256M", "", "cannot bring 256 MiB of dax0.0 online: it is not in kmem" },
	{ ALL_M, "offline size=129M", "",
	  "cannot take 129 MiB of dax0.0 offline: "
	  "that is not a multiple of the size of memory blocks, 128 MiB" },
	{ ALL_M, "offline size=2G", "",
	  "cannot take 2 GiB of dax0.0 offline: it has 1 GiB of memory" },
	{ ALL_M, "offline", "used=1G free=0 available=1000",
	  "cannot take the memory of dax0.0 offline: "
	  "1 GiB in use would have to move, and 1000 bytes are available elsewhere" },
	{ ALL_M, "unbind", "", "cannot unbind dax0.0: 8 of its memory blocks are online" },
	{ "flags=phantom", "bind", "", "cannot bind dax0.0: its memory is that of another device" },
	{ "", "bind driver=bar", "driver=0 module=0",
	  "cannot bind dax0.0 to bar: the running kernel has no driver bar" },
	{ "", TO_FAMFS, "driver=0 module=0",
	  "cannot bring dax0.0 into famfs: the running kernel has no driver fsdev_dax; "
	  "kernels from 7.1 have it" },
	{ "flags=misaligned align=1G at=108000000-147ffffff", TO_DEVDAX, "",
	  "cannot bring dax0.0 into devdax: its range at 0x108000000 does not begin on a multiple "
	  "of its alignment, 1 GiB" },
	{ DEVDAX, "unbind", "holder=a(1) holder=b(2)",
	  "cannot unbind dax0.0: it is in use: a(1), b(2)" },
	{ "", TO_KMEM, "range=x", "cannot bring dax0.0 into kmem: its range is held by 'x'" },
	{ "", TO_KMEM, "available=1M",
	  "cannot bring dax0.0 into kmem: its page map takes 16 MiB of memory, "
	  "and 1 MiB are available" },
	{ "at=?", TO_KMEM, "",
	  "cannot bring dax0.0 into kmem: where it is, or how large memory blocks are, "
	  "cannot be read" },
	{ ALL_M, TO_KMEM, "", "dax0.0 is in kmem already, with 1 GiB online as movable" },
	{ DEVDAX, TO_DEVDAX, "", "dax0.0 is in devdax already" },
	{ FOREIGN, "bind", "", "dax0.0 is bound to foo already" },
	{ "", "unbind", "", "dax0.0 has no driver" },
	{ MIXED, "offline size=128M", "", "512 MiB of dax0.0 are offline already" },
	{ "class", "reconfigure mode=compat", "", "dax0.0 is in compat already" },
};

static void test_messages(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
		_cleanup_(plan_done) struct plan plan = { 0 };
		_cleanup_(world_done) struct world w;

		make_world(&w, messages[i].device, messages[i].request, messages[i].facts);
		assert_int_equal(plan_make(w.s, w.d, &w.facts, w.request, &plan), 0);
		assert_row(i, plan.message);
		assert_string_equal(plan.message, messages[i].message);
	}
}

/* What apply() compares with: "DRIVER BLOCKS ONLINE ZONE", with "=" where both are exact. */
static char *say_goal(const struct plan *plan)
{
	const struct goal *goal = &plan->goal;
	_cleanup_(text_done) struct text t = { 0 };

	text_add(&t, "%s>%s", plan->to ? plan->to : "-",
		 goal->any_driver ? "any"
		 : goal->driver	  ? goal->driver
				  : "-");
	text_add(&t, " %s%" PRIu64 " %" PRIu64, goal->counted ? "=" : "", goal->blocks,
		 goal->online);
	if (goal->in_zone)
		text_add(&t, " %s", zone_name(goal->zone));
	else
		assert_int_equal(goal->zone, ZONE_OFFLINE);
	return text_take(&t);
}

static void test_goals(void **state _unused_)
{
	static const struct {
		const char *device;
		const char *request;
		const char *facts;
		const char *goal;
	} rows[] = {
		{ "", TO_KMEM, "", "kmem>kmem =8 8 movable" },
		{ "", TO_KERNEL, "", "kmem>kmem =8 8 kernel" },
		{ "", TO_POLICY, "", "kmem>kmem 8 0" },
		{ "", TO_NO, "", "kmem>kmem =8 0" },
		{ "", "bind driver=kmem", "", "kmem>kmem 8 0" },
		{ "at=?", TO_KMEM, "user", "kmem>kmem 0 0 movable" },
		{ "", "bind", "", "->any 0 0" },
		{ "", "bind driver=bar", "", "bar>bar 0 0" },
		{ ALL_M, TO_DEVDAX, "", "devdax>device_dax 0 0" },
		{ DEVDAX, "unbind", "", "->- 0 0" },
		{ ALL_K, TO_KMEM, "", "kmem>kmem =8 8 movable" },
		{ GONE, TO_KMEM, "", "kmem>kmem =8 8 movable" },
		{ ALL_O, "online size=256M", "", "kmem>kmem =8 2 movable" },
		{ MIXED, "online", "", "kmem>kmem =8 8" },
		{ MIXED, "offline size=640M", "", "kmem>kmem =8 3" },
		{ KMEM "blocks=oooooo..", "online", "", "kmem>kmem =6 6 movable" },
		/* left as it is */
		{ DEVDAX, TO_DEVDAX, "", "devdax>- 0 0" },
		{ FOREIGN, TO_DEVDAX, "", "foo>- 0 0" },
		{ "class", TO_DEVDAX, "", "compat>- 0 0" },
		{ "flags=stuck", TO_DEVDAX, "", "->- 0 0" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(plan_done) struct plan plan = { 0 };
		_cleanup_(world_done) struct world w;
		_cleanup_free_ char *said = NULL;

		make_world(&w, rows[i].device, rows[i].request, rows[i].facts);
		assert_int_equal(plan_make(w.s, w.d, &w.facts, w.request, &plan), 0);
		said = say_goal(&plan);
		if (!said || !streq(said, rows[i].goal))
			fail_msg("row %zu (%s; %s): %s, not %s", i, rows[i].device, rows[i].request,
				 said, rows[i].goal);
	}
}

static void test_driver(void **state _unused_)
{
	static const struct {
		struct daxbus_request request;
		const char *driver;
	} rows[] = {
		{ { .action = DAXBUS_RECONFIGURE, .mode = MODE_FAMFS }, "fsdev_dax" },
		{ { .action = DAXBUS_RECONFIGURE, .mode = MODE_COMPAT }, NULL },
		{ { .action = DAXBUS_BIND, .driver = (char *)"bar" }, "bar" },
		{ { .action = DAXBUS_BIND }, NULL },
		{ { .action = DAXBUS_UNBIND }, NULL },
		{ { .action = DAXBUS_ONLINE }, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *driver = plan_driver(&rows[i].request);

		assert_row(i, rows[i].driver ? driver && streq(driver, rows[i].driver) : !driver);
	}
}

static void test_needs_blocks(void **state _unused_)
{
	static const struct {
		const char *device;
		bool needs;
	} rows[] = {
		{ "", false },
		{ DEVDAX, false },
		{ ALL_M, false },
		{ ALL_K, false },
		{ ALL_O, false },
		{ GONE, false },
		{ KMEM "blocks=~........", false },
		{ KMEM "blocks=~MMMMMMMo", true },
		{ KMEM "blocks=~MMMMMMMK", true },
		{ KMEM "blocks=~MMMMMMM.", true },
		{ KMEM "blocks=~oooooo..", true },
		{ ALL_M "online=?", true },
		{ ALL_M "zones=?", true },
		{ KMEM "at=?", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(world_done) struct world w;

		make_world(&w, rows[i].device, "online", "");
		assert_row(i, plan_needs_blocks(w.d) == rows[i].needs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_into_kmem),   cmocka_unit_test(test_modules),
		cmocka_unit_test(test_memmap),	    cmocka_unit_test(test_within_kmem),
		cmocka_unit_test(test_out_of_kmem), cmocka_unit_test(test_between_others),
		cmocka_unit_test(test_bind),	    cmocka_unit_test(test_devices),
		cmocka_unit_test(test_kmem_guards), cmocka_unit_test(test_compat),
		cmocka_unit_test(test_online),	    cmocka_unit_test(test_offline),
		cmocka_unit_test(test_messages),    cmocka_unit_test(test_goals),
		cmocka_unit_test(test_driver),	    cmocka_unit_test(test_needs_blocks),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
