/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "base/array.h"
#include "base/fd.h"
#include "base/error.h"
#include "base/log.h"
#include "base/string.h"
#include "base/strv.h"
#include "base/util.h"
#include "unit.h"

/*
 * AddressSanitizer ends the program where malloc() would return NULL, which is what some tests
 * here are about.
 */
_public_ const char *__asan_default_options(void);
_public_ const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/* --- util --- */

static void test_array_grow(void **state _unused_)
{
	uint32_t *array = NULL, *before;

	/* Memory checkers see each element that there is no room for. */
	for (uint32_t n = 0; n < 1000; n++) {
		assert_int_equal(array_grow(&array, n, sizeof(*array)), 0);
		array[n] = n;
	}
	for (uint32_t n = 0; n < 1000; n++)
		assert_int_equal(array[n], n);
	before = array;
	assert_int_equal(array_grow(&array, SIZE_MAX / 4 + 1, sizeof(*array)), -ENOMEM);
	assert_ptr_equal(array, before);
	free(array);
}

static void test_strv(void **state _unused_)
{
	static const char *const words[] = { "dax1.0", "dax0.1", "dax0.0", "" };
	struct strv v = { 0 };

	strv_sort(&v);
	assert_false(strv_has(&v, ""));
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		assert_int_equal(strv_push(&v, words[i]), 0);
	assert_int_equal(strv_push_take(&v, strdup("dax0.10")), 0);
	assert_int_equal(strv_push_take(&v, NULL), -ENOMEM);
	assert_int_equal(v.n, 5);
	assert_true(strv_has(&v, "dax0.1"));
	assert_true(strv_has(&v, ""));
	assert_false(strv_has(&v, "dax0"));
	strv_sort(&v);
	assert_string_equal(v.items[0], "");
	assert_string_equal(v.items[1], "dax0.0");
	assert_string_equal(v.items[4], "dax1.0");
	strv_done(&v);
	assert_null(v.items);
	assert_int_equal(v.n, 0);
	strv_done(&v);
}

static void test_strv_equal(void **state _unused_)
{
	static const struct {
		const char *a[3];
		const char *b[3];
		bool equal;
	} rows[] = {
		{ { NULL }, { NULL }, true },
		{ { "Movable" }, { "Movable" }, true },
		{ { "Normal", "Movable" }, { "Normal", "Movable" }, true },
		{ { "Normal", "Movable" }, { "Movable", "Normal" }, false },
		{ { "Normal", "Movable" }, { "Normal" }, false },
		{ { "Movable" }, { NULL }, false },
		{ { "Movable" }, { "Normal" }, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(strv_done) struct strv a = { 0 }, b = { 0 };

		for (size_t k = 0; rows[i].a[k]; k++)
			assert_int_equal(strv_push(&a, rows[i].a[k]), 0);
		for (size_t k = 0; rows[i].b[k]; k++)
			assert_int_equal(strv_push(&b, rows[i].b[k]), 0);
		assert_row(i, strv_equal(&a, &b) == rows[i].equal);
		assert_row(i, strv_equal(&b, &a) == rows[i].equal);
	}
}

static void test_text(void **state _unused_)
{
	struct string text = { 0 };
	char *s;

	s = string_take(&text);
	assert_string_equal(s, "");
	free(s);

	string_add(&text, "%s=%d", "a", 1);
	string_add(&text, "%s", "");
	for (int i = 0; i < 1000; i++)
		string_add(&text, ",%d", i % 10);
	assert_int_equal(text.length, 3 + 2000);
	s = string_take(&text);
	assert_int_equal(strlen(s), 3 + 2000);
	assert_true(starts_with(s, "a=1,0,1,2"));
	assert_null(text.s);
	assert_int_equal(text.length, 0);
	free(s);

	string_add(&text, "x");
	string_done(&text);
	assert_null(text.s);
}

static void test_text_fails(void **state _unused_)
{
	struct string text = { 0 };

	/* A string with holes is worse than none: one failure spoils it until it is taken. */
	string_add(&text, "before");
	text.failed = true;
	string_add(&text, "after");
	assert_null(string_take(&text));
	assert_false(text.failed);
	assert_null(text.s);
}

static char *make_string(void)
{
	_cleanup_free_ char *s = strdup("kept");

	return TAKE_PTR(s);
}

static void test_cleanup(void **state _unused_)
{
	_cleanup_free_ char *s = make_string();
	int fd = memfd_create("unit", MFD_CLOEXEC);
	int kept;

	assert_string_equal(s, "kept");
	assert_true(fd >= 0);
	kept = TAKE_FD(fd);
	assert_int_equal(fd, -1);
	close_p(&fd);
	assert_int_equal(write(kept, "x", 1), 1);
	close_p(&kept);
	assert_int_equal(write(kept, "x", 1), -1);
	assert_int_equal(errno, EBADF);
}

static void test_strings(void **state _unused_)
{
	assert_true(streq("", ""));
	assert_false(streq("a", "A"));
	assert_true(starts_with("dax0.0", "dax"));
	assert_true(starts_with("dax", ""));
	assert_false(starts_with("da", "dax"));
}

/* --- error --- */

static void test_error(void **state _unused_)
{
	struct daxbus_error error = DAXBUS_ERROR_INIT;

	assert_int_equal(error_set(NULL, -EIO, "nobody hears %s", "this"), -EIO);
	assert_int_equal(error_set(&error, -ENOENT, "device '%s' does not exist", "dax9.9"),
			 -ENOENT);
	assert_int_equal(error.code, -ENOENT);
	assert_string_equal(error.message, "device 'dax9.9' does not exist");
	/* A second failure replaces the first, which leak checkers would miss otherwise. */
	assert_int_equal(error_oom(&error), -ENOMEM);
	assert_int_equal(error.code, -ENOMEM);
	assert_string_equal(error.message, "out of memory");
	daxbus_error_done(&error);
	assert_int_equal(error.code, 0);
	assert_null(error.message);
	daxbus_error_done(&error);
	daxbus_error_done(NULL);
}

/* --- log --- */

static void test_log_level(void **state _unused_)
{
	static const struct {
		const char *wanted;
		int level;
	} rows[] = {
		{ NULL, -1 },	      { "", -1 },	  { "debug", LOG_DEBUG },
		{ "info", LOG_INFO }, { "err", LOG_ERR }, { "0", LOG_EMERG },
		{ "7", LOG_DEBUG },   { "8", -1 },	  { "-1", -1 },
		{ "DEBUG", -1 },      { "debug ", -1 },	  { "99999999999999999999", -1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct log log;

		if (rows[i].wanted)
			assert_int_equal(setenv("DAXBUS_LOG", rows[i].wanted, 1), 0);
		else
			assert_int_equal(unsetenv("DAXBUS_LOG"), 0);
		log_init(&log);
		assert_row(i, log.level == rows[i].level);
		assert_row(i, log.fn);
	}
	unsetenv("DAXBUS_LOG");
}

struct heard {
	int n;
	int level;
	char function[64];
	char text[64];
};

static void _format_(6, 0) listen(void *data, int level, const char *file, int line,
				  const char *function, const char *format, va_list args)
{
	struct heard *heard = data;

	heard->n++;
	heard->level = level;
	assert_true(strstr(file, "test-util.c") && line > 0);
	snprintf(heard->function, sizeof(heard->function), "%s", function);
	vsnprintf(heard->text, sizeof(heard->text), format, args);
}

static void test_log_debug(void **state _unused_)
{
	struct heard heard = { 0 };
	struct log log = { .fn = listen, .data = &heard, .level = LOG_INFO };
	int evaluated = 0;

	log_debug(NULL, "%d", ++evaluated);
	log_debug(&log, "%d", ++evaluated);
	assert_int_equal(evaluated, 0);
	assert_int_equal(heard.n, 0);
	log.level = LOG_DEBUG;
	log_debug(&log, "%s is %d", "this", ++evaluated);
	assert_int_equal(evaluated, 1);
	assert_int_equal(heard.n, 1);
	assert_int_equal(heard.level, LOG_DEBUG);
	assert_string_equal(heard.function, "test_log_debug");
	assert_string_equal(heard.text, "this is 1");
}

static void test_log_stderr(void **state _unused_)
{
	/* A log that only has a level speaks on standard error. */
	const struct log log = { .level = LOG_DEBUG };
	int memory = memfd_create("stderr", MFD_CLOEXEC);
	int saved = dup(STDERR_FILENO);
	char text[128] = "";

	assert_true(memory >= 0 && saved >= 0);
	fflush(stderr);
	assert_true(dup2(memory, STDERR_FILENO) >= 0);
	log_debug(&log, "cannot read %s", "size\033[2J\302\233");
	fflush(stderr);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	assert_true(pread(memory, text, sizeof(text) - 1, 0) > 0);
	close_p(&memory);
	close_p(&saved);
	assert_string_equal(text, "libdaxbus: test_log_stderr: cannot read size?[2J?\n");
}

/* Descriptors that a change needs must be there before it begins. */
static void test_check_room(void **state _unused_)
{
	int next = dup(STDERR_FILENO), again;
	struct rlimit old, few;

	assert_true(next >= 0);
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	few = old;
	few.rlim_cur = (rlim_t)next + 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(fd_check_room(0), 0);
	assert_int_equal(fd_check_room(1), 0);
	assert_int_equal(fd_check_room(2), -EMFILE);
	again = dup(STDERR_FILENO);
	assert_int_equal(again, next);
	close(again);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
}

static void test_add_size(void **state _unused_)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} sizes[] = {
		{ 0, "0 B" },
		{ 1, "1 B" },
		{ 1023, "1023 B" },
		{ 1024, "1 KiB" },
		{ 1025, "1025 B" },
		{ 10239, "10239 B" },
		{ 10241, "10 KiB" },
		{ UINT64_C(512) << 20, "512 MiB" },
		{ UINT64_C(1536) << 20, "1536 MiB" },
		{ UINT64_C(1) << 30, "1 GiB" },
		{ (UINT64_C(15) << 30) + 12345, "15 GiB" },
		{ UINT64_C(1) << 60, "1 EiB" },
		{ UINT64_MAX, "15 EiB" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		_cleanup_(string_done) struct string t = { 0 };

		string_add_size(&t, sizes[i].bytes);
		if (!streq(t.s, sizes[i].text))
			fail_msg("row %zu: '%s'", i, t.s);
	}
}

static void test_copy(void **state _unused_)
{
	_cleanup_free_ char *copy = NULL;
	char s[] = "dax0.0";

	assert_int_equal(string_copy(&copy, s), 0);
	s[0] = '?';
	assert_string_equal(copy, "dax0.0");
	free(copy);
	assert_int_equal(string_copy(&copy, NULL), 0);
	assert_null(copy);
	assert_int_equal(string_replace(&copy, s), 0);
	assert_string_equal(copy, s);
	assert_int_equal(string_replace(&copy, "2"), 0);
	assert_string_equal(copy, "2");
	assert_int_equal(string_replace(&copy, NULL), 0);
	assert_null(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_array_grow), cmocka_unit_test(test_strv),
		cmocka_unit_test(test_text),	   cmocka_unit_test(test_text_fails),
		cmocka_unit_test(test_check_room), cmocka_unit_test(test_add_size),
		cmocka_unit_test(test_cleanup),	   cmocka_unit_test(test_strings),
		cmocka_unit_test(test_error),	   cmocka_unit_test(test_log_level),
		cmocka_unit_test(test_log_debug),  cmocka_unit_test(test_log_stderr),
		cmocka_unit_test(test_copy),	   cmocka_unit_test(test_strv_equal),
	};

	return cmocka_run_group_tests_name("util", tests, NULL, NULL);
}
