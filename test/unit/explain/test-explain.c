/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "explain/explain.h"
#include "unit.h"

#define GIB UINT64_C(0x40000000)
#define MIB UINT64_C(0x100000)

/* A machine with one region and one device that nothing is wrong with; tests break it. */
struct machine {
	struct daxbus_snapshot *s;
	struct region *region;
	struct device *d;
	struct surroundings around;
};

static void set_word(struct opt_str *o, const char *word)
{
	free(o->v);
	*o = (struct opt_str){ 0 };
	if (word)
		assert_int_equal(snapshot_str_set(o, word), 0);
}

static void add_device(struct machine *m)
{
	struct mapping *range;

	m->region = snapshot_add_region(m->s);
	m->region->id = known(0);
	m->region->n_devices = 1;
	set_word(&m->region->provider, "hmem");
	m->d = snapshot_add_device(m->s, m->region);
	set_word(&m->d->name, "dax0.0");
	set_word(&m->d->provider, "hmem");
	set_word(&m->d->driver, "kmem");
	set_word(&m->d->mode, "kmem");
	m->d->size = known(GIB);
	m->d->target_node = known(1);
	m->d->ranges = DAXBUS_KNOWN;
	range = snapshot_add_mapping(m->d);
	range->start = known(4 * GIB);
	range->end = known(5 * GIB - 1);
}

static int set_up(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	m->s = snapshot_new();
	assert_int_equal(snapshot_strv_add(&m->s->bus.models, "bus"), 0);
	m->s->bus.block_size = known(128 * MIB);
	add_device(m);
	m->around.is_live = true;
	m->around.kernel = KERNEL(6, 12, 0);
	for (size_t i = 0; i < _DRIVER_MAX; i++)
		m->around.drivers[i].registered = known(1);
	*state = m;
	return 0;
}

static int tear_down(void **state)
{
	struct machine *m = *state;

	surroundings_done(&m->around);
	daxbus_snapshot_free(m->s);
	free(m);
	return 0;
}

/* What is found: "CODE SUBJECT;..." */
static void assert_found_as(const struct machine *m, bool everything, const char *wanted)
{
	_cleanup_(causes_done) struct causes causes = { 0 };
	const struct explain_input in = { m->s, &m->around, everything };
	_cleanup_free_ char *found = NULL;
	struct string t = { 0 };

	assert_int_equal(explain_run(&in, &causes), 0);
	string_add(&t, "%s", "");
	for (size_t i = 0; i < causes.n; i++)
		string_add(&t, "%s %s;", causes.items[i].word, causes.items[i].subject ?: "-");
	found = string_take(&t);
	assert_string_equal(found, wanted);
}

static void assert_found(const struct machine *m, const char *wanted)
{
	assert_found_as(m, true, wanted);
}

static void test_nothing(void **state)
{
	assert_found(*state, "");
}

/* --- drivers ---------------------------------------------------------------------------------- */

static void lose_driver(struct machine *m, enum surroundings_driver driver, enum daxbus_module is)
{
	m->around.drivers[driver].registered = known(0);
	m->around.drivers[driver].module = known(is);
}

static void test_provider(void **state)
{
	struct machine *m = *state;

	lose_driver(m, DRIVER_HMEM, DAXBUS_MODULE_AVAILABLE);
	/* It has its device: the module that made it is gone, but not missed. */
	m->around.has_soft_reserved = true;
	assert_found(m, "");
	m->region->n_devices = 0;
	assert_found(m, "module-not-loaded dax_hmem;");
	/* A device was asked for, not what is missing. */
	assert_found_as(m, false, "");
	assert_int_equal(surroundings_set_line(&m->around.drivers[DRIVER_HMEM].blacklisted,
					       "/etc/modprobe.d/a.conf", 3, "blacklist dax_hmem"),
			 0);
	assert_found(m, "module-blacklisted dax_hmem;");
	/* What is not there does not come by removing the line. */
	m->around.drivers[DRIVER_HMEM].module = known(DAXBUS_MODULE_ABSENT);
	assert_found(m, "no-driver dax_hmem;");
	m->around.has_soft_reserved = false;
	assert_found(m, "");
	m->around.has_soft_reserved = true;
	m->around.drivers[DRIVER_HMEM].registered = unknown();
	assert_found(m, "");
}

static void test_driver_of_device(void **state)
{
	struct machine *m = *state;

	set_word(&m->d->driver, NULL);
	set_word(&m->d->mode, NULL);
	assert_found(m, "unbound dax0.0;");
	/* Before 6.3, soft-reserved memory belongs to device_dax. */
	lose_driver(m, DRIVER_KMEM, DAXBUS_MODULE_AVAILABLE);
	assert_found_as(m, false, "module-not-loaded kmem;");
	m->around.kernel = KERNEL(6, 2, 16);
	assert_found(m, "unbound dax0.0;");
	lose_driver(m, DRIVER_DEVDAX, DAXBUS_MODULE_AVAILABLE);
	assert_found(m, "module-not-loaded device_dax;");
	m->d->driver.is = DAXBUS_UNKNOWN;
	assert_found(m, "");
}

/* --- firmware --------------------------------------------------------------------------------- */

static void set_setting(struct machine *m, enum surroundings_setting setting)
{
	assert_int_equal(
		surroundings_set_line(&m->around.settings[setting], "/proc/cmdline", 0, "x"), 0);
}

static void add_node(struct machine *m, uint64_t node)
{
	m->around.nodes = calloc(1, sizeof(*m->around.nodes));
	assert_non_null(m->around.nodes);
	m->around.nodes[0] = (struct node_without_cpu){ node, GIB };
	m->around.n_nodes = 1;
}

/* A machine that has lost its device, but not the driver. */
static void lose_device(struct machine *m)
{
	m->region->n_devices = 0;
	m->d->selected = m->region->selected = false;
	snapshot_finish(m->s);
	assert_int_equal(m->s->n_devices, 0);
}

static void test_no_memory(void **state)
{
	struct machine *m = *state;

	lose_device(m);
	assert_found(m, "no-dax-memory -;");
	assert_found_as(m, false, "");
	m->around.has_soft_reserved = true;
	assert_found(m, "soft-reserved-unused -;");
	set_setting(m, SETTING_NO_HMEM);
	assert_found(m, "soft-reserve-off -;");
}

static void test_plain_ram(void **state)
{
	struct machine *m = *state;

	add_node(m, 1);
	/* Its memory is that of the device. */
	assert_found(m, "");
	lose_device(m);
	assert_found(m, "plain-ram node1;");
	set_setting(m, SETTING_BUILT_SOFT_RESERVE);
	assert_found(m, "plain-ram node1;");
	m->around.is_efi = true;
	assert_found(m, "soft-reserve-off -;");
	m->around.n_nodes = 0;
	assert_found(m, "no-dax-memory -;");
	set_setting(m, SETTING_NO_SOFT_RESERVE);
	assert_found(m, "soft-reserve-off -;");
	m->around.is_efi = false;
	assert_found(m, "no-dax-memory -;");
}

/* --- CXL -------------------------------------------------------------------------------------- */

static void test_cxl_region(void **state)
{
	struct machine *m = *state;
	struct cxl_region *region = calloc(1, sizeof(*region));

	assert_non_null(region);
	m->around.cxl.regions = region;
	m->around.cxl.n_regions = 1;
	region->name = strdup("region0");
	region->commit = known(0);
	assert_found(m, "cxl-region-inactive region0;");
	assert_found_as(m, false, "");
	region->commit = known(1);
	assert_found(m, "cxl-region-inactive region0;");
	region->bound = true;
	assert_found(m, "");
	lose_driver(m, DRIVER_CXL, DAXBUS_MODULE_AVAILABLE);
	assert_found(m, "module-not-loaded dax_cxl;");
	/* That device is the region's. */
	set_word(&m->region->provider, "cxl");
	assert_found(m, "");
	region->commit = unknown();
	assert_found(m, "");
}

static void test_cxl_card(void **state)
{
	struct machine *m = *state;
	struct cxl_memdev *memdev = calloc(1, sizeof(*memdev));
	struct cxl_decoder *decoder = calloc(1, sizeof(*decoder));

	assert_true(memdev && decoder);
	m->around.cxl.memdevs = memdev;
	m->around.cxl.n_memdevs = 1;
	memdev->name = strdup("mem0");
	memdev->ram = known(GIB);
	assert_found(m, "cxl-no-region mem0;");
	memdev->ram = known(0);
	assert_found(m, "");
	memdev->ram = known(GIB);
	m->around.cxl.decoders = decoder;
	m->around.cxl.n_decoders = 1;
	decoder->name = strdup("decoder2.0");
	decoder->kind = CXL_ENDPOINT;
	decoder->memdev = strdup("mem0");
	decoder->dpa_size = known(GIB);
	assert_found(m, "");
}

/* --- memory ----------------------------------------------------------------------------------- */

/* The evidence of the first cause: "FILE:LINE=TEXT;..." */
static void assert_evidence(const struct machine *m, const char *wanted)
{
	_cleanup_(causes_done) struct causes causes = { 0 };
	const struct explain_input in = { m->s, &m->around, true };
	_cleanup_free_ char *found = NULL;
	struct string t = { 0 };

	assert_int_equal(explain_run(&in, &causes), 0);
	assert_int_equal(causes.n, 1);
	string_add(&t, "%s", "");
	for (size_t i = 0; i < causes.items[0].n_evidence; i++) {
		const struct cause_evidence *e = &causes.items[0].evidence[i];

		string_add(&t, "%s:%u=%s;", strrchr(e->file, '/') + 1, e->line, e->text ?: "-");
	}
	found = string_take(&t);
	assert_string_equal(found, wanted);
}

static void assert_message(const struct machine *m, const char *wanted)
{
	_cleanup_(causes_done) struct causes causes = { 0 };
	const struct explain_input in = { m->s, &m->around, true };

	assert_int_equal(explain_run(&in, &causes), 0);
	assert_int_equal(causes.n, 1);
	assert_string_equal(causes.items[0].message, wanted);
}

static void test_zone(void **state)
{
	struct machine *m = *state;

	m->d->memory.kernel = known(3);
	set_word(&m->s->bus.auto_online, "online");
	assert_found(m, "zone-normal dax0.0;");
	assert_evidence(m, "auto_online_blocks:0=online;");
	set_setting(m, SETTING_BUILT_ONLINE);
	assert_evidence(m, "auto_online_blocks:0=online;cmdline:0=x;");
	/* The parameter overrides what was built in. */
	assert_int_equal(surroundings_set_line(&m->around.settings[SETTING_ONLINE_AT_BOOT],
					       "/proc/cmdline", 0, "memhp_default_state=online"),
			 0);
	assert_evidence(m, "auto_online_blocks:0=online;cmdline:0=memhp_default_state=online;");
	/* Somebody has written another one since. */
	set_word(&m->s->bus.auto_online, "online_kernel");
	assert_evidence(m, "auto_online_blocks:0=online_kernel;");
	assert_int_equal(onliner_add_rule(&m->around.onliners, "/etc/a.rules", 2, "online_movable",
					  ONLINER_ADDED, true),
			 0);
	assert_int_equal(onliner_add_rule(&m->around.onliners, "/etc/b.rules", 7, "online",
					  ONLINER_ADDED, true),
			 0);
	set_word(&m->s->bus.auto_online, "offline");
	assert_evidence(m, "b.rules:7=online;");
	onliner_done(&m->around.onliners);
	assert_evidence(m, "auto_online_blocks:0=offline;");
	m->d->memory.kernel = known(0);
	assert_found(m, "");
	m->d->memory.kernel = unknown();
	assert_found(m, "");
}

static void test_loss(void **state)
{
	struct machine *m = *state;

	m->d->memory.lost = known(0);
	assert_found(m, "");
	m->d->memory.lost = known(64 * MIB);
	m->s->bus.block_size = known(2 * GIB);
	m->d->mappings[0].end = known(9 * GIB - 1);
	assert_found(m, "alignment-loss dax0.0;");
	assert_message(m,
		       "dax0.0 loses 64 MiB at the ends of its ranges, because memory blocks "
		       "have 2 GiB; with blocks of 1 GiB, as smaller machines have, it would lose "
		       "nothing");
	/* No machine has such blocks. */
	m->d->mappings[0].start = known(4 * GIB + 2 * MIB);
	assert_message(m, "dax0.0 loses 64 MiB at the ends of its ranges, because memory blocks "
			  "have 2 GiB");
	set_word(&m->d->mode, "devdax");
	assert_found(m, "");
}

static void test_container(void **state)
{
	struct machine *m = *state;

	m->around.read_only = true;
	assert_found_as(m, false, "container -;");
	m->around.own_processes = true;
	assert_evidence(m, "sys:0=mounted read-only;pid:0=not the first PID namespace;");
}

static void test_no_bus(void **state)
{
	struct machine *m = *state;

	strv_done(&m->s->bus.models.v);
	assert_found(m, "no-bus-driver -;");
}

/* --- devices ---------------------------------------------------------------------------------- */

static void test_flags(void **state)
{
	static const struct {
		const char *flag, *found;
	} rows[] = {
		{ "stuck", "stuck-until-reboot dax0.0;" },
		{ "phantom", "phantom dax0.0;" },
		{ "partial", "partial dax0.0;unbound dax0.0;" },
		{ "misaligned", "misaligned dax0.0;unbound dax0.0;" },
		{ "new-flag", "unbound dax0.0;" },
	};
	struct machine *m = *state;

	set_word(&m->d->driver, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(strv_push(&m->d->flags.v, rows[i].flag), 0);
		assert_found(m, rows[i].found);
		strv_done(&m->d->flags.v);
	}
}

static void test_size(void **state)
{
	struct machine *m = *state;
	struct mapping *range = &m->d->mappings[0];

	/* Two halves of blocks are no block. */
	range->start = known(4 * GIB + 64 * MIB);
	range->end = known(4 * GIB + 192 * MIB - 1);
	assert_found(m, "too-small dax0.0;");
	/* A program that has it needs no memory blocks. */
	set_word(&m->d->driver, "device_dax");
	assert_found(m, "");
	assert_found_as(m, false, "too-small dax0.0;");
	set_word(&m->d->driver, NULL);
	assert_found(m, "too-small dax0.0;unbound dax0.0;");
	set_word(&m->d->driver, "kmem");
	m->s->bus.block_size = known(64 * MIB);
	assert_found(m, "");
	m->s->bus.block_size = unknown();
	assert_found(m, "");
	m->d->size = known(0);
	m->d->ranges = DAXBUS_NONE;
	m->d->n_mappings = 0;
	set_word(&m->d->driver, NULL);
	assert_found(m, "empty-device dax0.0;");
}

static void test_node(void **state)
{
	struct machine *m = *state;

	m->d->target_node = (struct opt_u64){ .is = DAXBUS_NONE };
	assert_found(m, "no-target-node dax0.0;");
	assert_evidence(m, "target_node:0=-;SRAT:0=-;");
	m->around.has_srat = true;
	assert_evidence(m, "target_node:0=-;SRAT:0=has no entry for this memory;");
	set_setting(m, SETTING_NO_NUMA);
	assert_evidence(m, "cmdline:0=x;target_node:0=-;");
	m->d->target_node = unknown();
	assert_found(m, "");
}

static void test_hidden(void **state)
{
	struct machine *m = *state;

	m->d->ranges = DAXBUS_UNKNOWN;
	m->d->n_mappings = 0;
	assert_found(m, "not-root -;");
}

static void test_class(void **state)
{
	struct machine *m = *state;

	m->d->is_class = true;
	set_word(&m->d->driver, NULL);
	assert_found(m, "class-device dax0.0;");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing),   TEST(test_provider),  TEST(test_driver_of_device),
		TEST(test_no_bus),    TEST(test_flags),	    TEST(test_size),
		TEST(test_no_memory), TEST(test_plain_ram), TEST(test_cxl_region),
		TEST(test_cxl_card),  TEST(test_zone),	    TEST(test_loss),
		TEST(test_container), TEST(test_node),	    TEST(test_hidden),
		TEST(test_class),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
