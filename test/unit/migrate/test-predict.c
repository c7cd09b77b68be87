/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/strv.h"
#include "migrate/predict.h"
#include "unit.h"

/* What a kernel has, and what it names for the alias itself. */
enum kernel {
	UNKNOWN,  /* its modules are not installed */
	OLD,	  /* no bus */
	BACKPORT, /* as old by its release, and has both */
	BOTH,	  /* 5.10 with CONFIG_DEV_DAX_PMEM_COMPAT */
	NO_COMPAT,
	BUILTIN,
	LATER, /* 6.1 */
	MODULE_LESS,
};

static const struct predict_modules kernels[] = {
	[UNKNOWN] = { .release = (char *)"5.10.0" },
	[OLD] = { .release = (char *)"5.0.21", .known = true, .bus = true },
	[BACKPORT] = { .release = (char *)"4.18.0-553.el8",
		       .known = true,
		       .bus = true,
		       .core = true,
		       .compat = true },
	[BOTH] = { .release = (char *)"5.10.0",
		   .known = true,
		   .bus = true,
		   .core = true,
		   .compat = true },
	[NO_COMPAT] = { .release = (char *)"5.10.0", .known = true, .bus = true, .core = true },
	[BUILTIN] = { .release = (char *)"5.10.0", .known = true, .bus = true, .builtin = true },
	[LATER] = { .release = (char *)"6.1.0", .known = true, .bus = true },
	[MODULE_LESS] = { .release = (char *)"6.1.0", .known = true },
};

static const struct {
	enum kernel kernel;
	const char *own; /* modules of its own alias, one or two */
	const char *config;
	enum predicted model;
	unsigned int line; /* that decides; 0: none */
} rows[] = {
	/* the kernel's own choice */
	{ UNKNOWN, "", "", PROMISED_UNKNOWN, 0 },
	{ UNKNOWN, "", "alias nd:t7* dax_pmem", PROMISED_UNKNOWN, 0 },
	{ OLD, "dax_pmem", "", PROMISED_CLASS, 0 },
	{ BACKPORT, "dax_pmem_compat", "", PROMISED_CLASS, 0 },
	{ BOTH, "dax_pmem_compat", "", PROMISED_CLASS, 0 },
	{ BOTH, "dax_pmem", "", PROMISED_BUS, 0 },
	{ BOTH, "", "", PROMISED_NONE, 0 },
	{ NO_COMPAT, "dax_pmem", "", PROMISED_BUS, 0 },
	{ BUILTIN, "", "", PROMISED_BUS, 0 },
	{ LATER, "dax_pmem", "", PROMISED_BUS, 0 },
	{ MODULE_LESS, "", "", PROMISED_NONE, 0 },
	/* the lines that daxbus and daxctl write */
	{ BOTH, "dax_pmem_compat", "blacklist dax_pmem_compat\nalias nd:t7* dax_pmem", PROMISED_BUS,
	  2 },
	{ BACKPORT, "dax_pmem_compat", "blacklist dax_pmem_compat\nalias nd:t7* dax_pmem",
	  PROMISED_BUS, 2 },
	{ LATER, "dax_pmem", "blacklist dax_pmem_compat\nalias nd:t7* dax_pmem", PROMISED_BUS, 2 },
	{ OLD, "dax_pmem", "blacklist dax_pmem_compat\nalias nd:t7* dax_pmem", PROMISED_CLASS, 2 },
	/* a part of them */
	{ BOTH, "dax_pmem_compat", "blacklist dax-pmem-compat", PROMISED_NONE, 1 },
	{ BOTH, "dax_pmem_compat", "alias nd:t7* dax_pmem", PROMISED_BUS, 1 },
	{ BOTH, "dax_pmem_compat dax_pmem", "blacklist dax_pmem_compat", PROMISED_BUS, 0 },
	/* several aliases */
	{ BOTH, "dax_pmem_compat", "alias nd:t7* dax_pmem\nalias nd:t7 dax_pmem_compat",
	  PROMISED_BUS, 1 },
	{ BOTH, "dax_pmem_compat", "alias nd:t7* dax_pmem_compat\nalias nd:t7 dax_pmem",
	  PROMISED_CLASS, 1 },
	{ BOTH, "dax_pmem_compat", "alias nd:t7* off", PROMISED_NONE, 1 },
	{ BOTH, "dax_pmem_compat", "alias nd:t7* off\nalias nd:t7* dax_pmem", PROMISED_BUS, 2 },
	{ LATER, "dax_pmem", "alias nd:t7* dax_pmem_compat", PROMISED_NONE, 1 },
	{ BOTH, "dax_pmem_compat", "alias nd:t6* dax_pmem", PROMISED_CLASS, 0 },
	/* commands in place of a module, and modules before another */
	{ BOTH, "dax_pmem", "install dax_pmem /bin/false", PROMISED_NONE, 1 },
	{ BOTH, "dax_pmem", "install dax_pmem /bin/false x", PROMISED_UNKNOWN, 1 },
	{ BOTH, "dax_pmem", "install dax_pmem true", PROMISED_NONE, 1 },
	{ BOTH, "dax_pmem", "install dax_pmem_compat true", PROMISED_BUS, 0 },
	{ BOTH, "dax_pmem", "install dax_pmem true\nsoftdep dax_pmem pre: x", PROMISED_BUS, 0 },
	{ BOTH, "dax_pmem", "softdep dax_pmem pre: dax_pmem_compat", PROMISED_CLASS, 1 },
	{ BOTH, "dax_pmem", "blacklist dax_pmem_compat\nsoftdep dax_pmem pre: dax_pmem_compat",
	  PROMISED_CLASS, 2 },
	{ BOTH, "dax_pmem", "softdep dax_pmem post: dax_pmem_compat", PROMISED_BUS, 0 },
	{ BOTH, "dax_pmem_compat", "softdep dax_pmem_compat pre: dax_pmem", PROMISED_BUS, 1 },
	{ LATER, "dax_pmem", "softdep dax_pmem pre: dax_pmem_compat", PROMISED_BUS, 0 },
	/* what is part of the kernel */
	{ BUILTIN, "", "blacklist dax_pmem\nalias nd:t7* dax_pmem_compat", PROMISED_BUS, 0 },
};

static void read_words(const char *text, struct strv *ret)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *word;

	while ((word = strsep(&rest, " ")))
		if (*word)
			assert_int_equal(strv_push(ret, word), 0);
}

static void test_rows(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(predict_config_done) struct predict_config config = { 0 };
		_cleanup_(strv_done) struct strv aliases = { 0 };
		_cleanup_free_ char *text = strdup(rows[i].config);
		struct predict_modules kernel = kernels[rows[i].kernel];
		struct prediction promise;

		read_words(rows[i].own, &aliases);
		kernel.aliases = aliases;
		assert_row(i, predict_config_add(&config, "a.conf", text, NULL, false) == 0);
		promise = predict_model(&kernel, &config);
		assert_row(i, promise.model == rows[i].model);
		assert_row(i, (promise.line ? promise.line->number : 0) == rows[i].line);
		assert_row(i, promise.reason && *promise.reason);
	}
}

static void test_offers(void **state _unused_)
{
	static const struct {
		bool bus, class;
	} offers[] = {
		[UNKNOWN] = { false, false },  [OLD] = { false, true },
		[BACKPORT] = { true, true },   [BOTH] = { true, true },
		[NO_COMPAT] = { true, false }, [BUILTIN] = { true, false },
		[LATER] = { true, false },     [MODULE_LESS] = { false, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(offers); i++) {
		assert_row(i, predict_offers_bus(&kernels[i]) == offers[i].bus);
		assert_row(i, predict_offers_class(&kernels[i]) == offers[i].class);
	}
}

static void add(struct predict_config *config, const char *file, const char *line, bool hidden)
{
	_cleanup_free_ char *text = strdup(line);

	assert_int_equal(predict_config_add(config, file, text, NULL, hidden), 0);
}

/* What was not read may say anything; what is part of the kernel does not ask it. */
static void test_unreadable(void **state _unused_)
{
	_cleanup_(predict_config_done) struct predict_config config = { .unreadable =
										strdup("a.conf") };
	struct prediction promise;

	add(&config, "b.conf", "alias nd:t7* dax_pmem", false);
	promise = predict_model(&kernels[BOTH], &config);
	assert_int_equal(promise.model, PROMISED_UNKNOWN);
	assert_string_equal(promise.file, "a.conf");
	assert_null(promise.line);
	assert_int_equal(predict_model(&kernels[BUILTIN], &config).model, PROMISED_BUS);
}

/* What is hidden is kept, to be shown, and does not count. */
static void test_hidden(void **state _unused_)
{
	_cleanup_(predict_config_done) struct predict_config config = { 0 };
	struct predict_modules kernel = kernels[BOTH];
	struct prediction promise;

	add(&config, "a", "alias nd:t7* dax_pmem\nblacklist dax_pmem_compat", true);
	add(&config, "b", "alias nd:t7* dax_pmem_compat", false);
	add(&config, "c", "install dax_pmem_compat true\nsoftdep dax_pmem_compat pre: dax_pmem",
	    true);
	assert_int_equal(config.n, 5);
	promise = predict_model(&kernel, &config);
	assert_int_equal(promise.model, PROMISED_CLASS);
	assert_string_equal(promise.line->file, "b");
}

static void test_what_matters(void **state _unused_)
{
	static const struct {
		const char *line;
		bool matters;
	} lines[] = {
		{ "blacklist pcspkr", false },
		{ "alias nd:t6* nd_blk", false },
		{ "softdep a pre: b", false },
		{ "install kmem true", false },
		{ "options nd_pmem x=1", false },
		{ "blacklist dax-pmem", true },
		{ "alias x dax_pmem", true },
		{ "alias nd:t* x", true },
		{ "softdep a post: dax_pmem", true },
		{ "install dax_pmem true", true },
		{ "options dax_pmem_compat x=1", true },
		{ "remove dax_pmem true", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		_cleanup_(predict_config_done) struct predict_config config = { 0 };

		add(&config, "a", lines[i].line, false);
		assert_row(i, config.n == lines[i].matters);
		assert_row(i, !config.n || streq(config.items[0].text, lines[i].line));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),	     cmocka_unit_test(test_offers),
		cmocka_unit_test(test_hidden),	     cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_what_matters),
	};

	return cmocka_run_group_tests_name("promise", tests, NULL, NULL);
}
