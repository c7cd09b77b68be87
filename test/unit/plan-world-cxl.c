/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about the CXL bus, in words.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/array.h"
#include "base/parse.h"
#include "plan-world-words.h"
#include "plan/cxl.h"

#define GIB UINT64_C(0x40000000)

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
	word_set_str(&d.region, "");
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
	word_set_str(&d->next, next);
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

	word_set_u64(&d->dpa_size, strsep(&rest, ":"));
	word_set_str(&d->region, rest);
}

/* "region0:decoder0.0:8589934592:512M:decoder3.0,decoder4.0": committed */
static void add_cxl_region(struct facts *f, const char *value)
{
	_cleanup_free_ char *copy = copy_of(value);
	char *rest = copy, *target;
	struct cxl_region r = { .commit = known(1), .bound = true, .targets.is = DAXBUS_KNOWN };

	r.name = copy_of(strsep(&rest, ":"));
	r.root = copy_of(strsep(&rest, ":"));
	word_set_u64(&r.start, strsep(&rest, ":"));
	word_set_u64(&r.size, strsep(&rest, ":"));
	while ((target = strsep(&rest, ",")))
		assert_int_equal(strv_push(&r.targets.v, target), 0);
	r.ways = known(r.targets.v.n);
	assert_int_equal(ARRAY_PUSH(f->cxl.regions, f->cxl.n_regions, r), 0);
}

/* "region0:0": not bound, either */
static void set_commit(struct facts *f, const char *value)
{
	_cleanup_free_ char *copy = copy_of(value);
	char *rest = copy;
	const char *name = strsep(&rest, ":");

	for (size_t i = 0; i < f->cxl.n_regions; i++)
		if (streq(f->cxl.regions[i].name, name)) {
			word_set_u64(&f->cxl.regions[i].commit, rest);
			f->cxl.regions[i].bound = false;
		}
}

bool plan_world_cxl_word(struct facts *f, const char *word)
{
	const char *value;
	uint64_t start, end;

	if (streq(word, "cxl"))
		set_cxl(f);
	else if (word_take(word, "use", &value))
		use_decoder(f, value);
	else if (word_take(word, "lock", &value))
		find_decoder(f, value)->locked = known(1);
	else if (word_take(word, "noram", &value))
		find_decoder(f, value)->ram = known(0);
	else if (word_take(word, "area", &value))
		add_cxl_region(f, value);
	else if (word_take(word, "card", &value))
		add_card(&f->cxl, value[0], value[2], GIB);
	else if (word_take(word, "commit", &value))
		set_commit(f, value);
	else if (word_take(word, "cxldriver", &value))
		word_set_u64(&f->has_cxl_driver, value);
	else if (word_take(word, "cxlmodule", &value))
		word_set_u64(&f->cxl_module, value);
	else if (word_take(word, "firmware", &value)) {
		assert_int_equal(parse_range(value, &start, &end), 0);
		assert_int_equal(range_list_add(&f->cxl.firmware, start, end), 0);
	} else
		return false;
	return true;
}
