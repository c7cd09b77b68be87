/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/format.h"
#include "unit.h"

static int __attribute__((format(printf, 3, 4)))
print(char *buffer, size_t size, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = format_print(buffer, size, format, args);
	va_end(args);
	return n;
}

/* What snprintf() prints into a buffer of each size up to that of the text, and one larger. */
#define assert_same(...)                                                                           \
	do {                                                                                       \
		char ours[256], libcs[256];                                                        \
		int length = snprintf(NULL, 0, __VA_ARGS__);                                       \
		for (size_t size = 0; size <= (size_t)length + 2; size++) {                        \
			memset(ours, '#', sizeof(ours));                                           \
			memset(libcs, '#', sizeof(libcs));                                         \
			assert_int_equal(print(ours, size, __VA_ARGS__), length);                  \
			assert_int_equal(snprintf(libcs, size, __VA_ARGS__), length);              \
			assert_memory_equal(ours, libcs, sizeof(ours));                            \
		}                                                                                  \
	} while (0)

static void test_simple(void **state _unused_)
{
	assert_same("plain");
	assert_same("%s", "");
	assert_same("%s/mapping%" PRIu64 "/start", "dax0.0", (uint64_t)12);
	assert_same("memory%" PRIu64 "/valid_zones", UINT64_MAX);
	assert_same("%" PRIu64, (uint64_t)0);
	assert_same("0x%" PRIx64, UINT64_MAX);
	assert_same("%zu of %zx", (size_t)7, (size_t)255);
	assert_same("%u-%x", UINT_MAX, UINT_MAX);
	assert_same("%c%s%c", 'a', "b", 'c');
	assert_same("%s%s%s", "\xff\x80", "ä", "%s");
}

/* Those that are left to vsnprintf(), at any place behind others. */
static void test_others(void **state _unused_)
{
	assert_same("%d", -1);
	assert_same("%s %5u", "a", 3U);
	assert_same("%" PRIu64 " %-8s|", (uint64_t)5, "b");
	assert_same("%s %.3s %s", "abcdef", "abcdef", "c");
	assert_same("%c %% %s", 'x', "y");
	assert_same("%s%#" PRIx64, "a", (uint64_t)16);
	assert_same("%u %*u %u", 1U, 4, 2U, 3U);
	assert_same("%hhu %hu %llu", (unsigned char)200, (unsigned short)60000, 1ULL << 40);
	assert_same("%s %ld", "l", -5L);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_simple),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
