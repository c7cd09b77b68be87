/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "base/parse.h"
#include "base/string.h"
#include "unit.h"

/* What a result holds before a parser ran, and after one failed. */
#define UNTOUCHED UINT64_C(0x5555555555555555)

static void test_u64(void **state _unused_)
{
	static const struct {
		const char *s;
		int base;
		int r;
		uint64_t number;
	} rows[] = {
		{ "0", 10, 0, 0 },
		{ "1073741824", 10, 0, 1073741824 },
		{ "007", 10, 0, 7 },
		{ "010", 0, 0, 10 },
		{ "0x10", 0, 0, 16 },
		{ "0x10", 16, 0, 16 },
		{ "10", 16, 0, 16 },
		{ "aBcDeF", 16, 0, 0xabcdef },
		{ "18446744073709551615", 10, 0, UINT64_MAX },
		{ "0xffffffffffffffff", 0, 0, UINT64_MAX },
		{ "000000000000000000000000000001", 10, 0, 1 },
		{ "18446744073709551616", 10, -ERANGE, 0 },
		/* Ten times the largest that fits: wraps to something that looks fine. */
		{ "184467440737095516150", 10, -ERANGE, 0 },
		{ "0x10000000000000000", 0, -ERANGE, 0 },
		{ "99999999999999999999999", 0, -ERANGE, 0 },
		{ "99999999999999999999999x", 0, -EINVAL, 0 },
		{ "", 0, -EINVAL, 0 },
		{ "0x", 0, -EINVAL, 0 },
		{ "0x", 16, -EINVAL, 0 },
		{ "0X10", 0, -EINVAL, 0 },
		{ "0x0x1", 0, -EINVAL, 0 },
		{ "0x10", 10, -EINVAL, 0 },
		{ "ff", 0, -EINVAL, 0 },
		{ "ff", 10, -EINVAL, 0 },
		{ "fg", 16, -EINVAL, 0 },
		{ "-1", 10, -EINVAL, 0 },
		{ "+1", 10, -EINVAL, 0 },
		{ " 1", 10, -EINVAL, 0 },
		{ "1 ", 10, -EINVAL, 0 },
		{ "1\n", 10, -EINVAL, 0 },
		{ "1.5", 10, -EINVAL, 0 },
		{ "1k", 10, -EINVAL, 0 },
		/* Arabic digits, and a byte that a signed char makes negative. */
		{ "\xd9\xa1", 10, -EINVAL, 0 },
		{ "\xff", 16, -EINVAL, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t number = UNTOUCHED;
		int r = parse_u64(rows[i].s, rows[i].base, &number);

		assert_row(i, r == rows[i].r);
		assert_row(i, number == (r < 0 ? UNTOUCHED : rows[i].number));
	}
}

static void test_u32(void **state _unused_)
{
	uint32_t number = 7;

	assert_int_equal(parse_u32("4294967295", 10, &number), 0);
	assert_int_equal(number, UINT32_MAX);
	assert_int_equal(parse_u32("0x10", 0, &number), 0);
	assert_int_equal(number, 16);
	assert_int_equal(parse_u32("4294967296", 10, &number), -ERANGE);
	assert_int_equal(parse_u32("18446744073709551616", 10, &number), -ERANGE);
	assert_int_equal(parse_u32("-1", 10, &number), -EINVAL);
	assert_int_equal(parse_u32("", 10, &number), -EINVAL);
	assert_int_equal(number, 16);
}

static void test_size(void **state _unused_)
{
	static const struct {
		const char *s;
		int r;
		uint64_t size;
	} rows[] = {
		{ "0", 0, 0 },
		{ "4096", 0, 4096 },
		{ "1K", 0, UINT64_C(1) << 10 },
		{ "1k", 0, UINT64_C(1) << 10 },
		{ "2m", 0, UINT64_C(2) << 20 },
		{ "3G", 0, UINT64_C(3) << 30 },
		{ "4t", 0, UINT64_C(4) << 40 },
		{ "5P", 0, UINT64_C(5) << 50 },
		{ "1KiB", 0, UINT64_C(1) << 10 },
		{ "1MiB", 0, UINT64_C(1) << 20 },
		{ "128GiB", 0, UINT64_C(128) << 30 },
		{ "1TiB", 0, UINT64_C(1) << 40 },
		{ "1PiB", 0, UINT64_C(1) << 50 },
		{ "16383P", 0, UINT64_C(16383) << 50 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "16384P", -ERANGE, 0 },
		{ "18014398509481984K", -ERANGE, 0 },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "18446744073709551616x", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
		{ "K", -EINVAL, 0 },
		{ "1E", -EINVAL, 0 },
		{ "1B", -EINVAL, 0 },
		{ "1KB", -EINVAL, 0 },
		{ "1Ki", -EINVAL, 0 },
		{ "1iB", -EINVAL, 0 },
		{ "1kiB", -EINVAL, 0 },
		{ "1kib", -EINVAL, 0 },
		{ "1KiBs", -EINVAL, 0 },
		{ "1KK", -EINVAL, 0 },
		{ "1 K", -EINVAL, 0 },
		{ "1.5G", -EINVAL, 0 },
		{ "0x10", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "1G ", -EINVAL, 0 },
		{ "1\xcb", -EINVAL, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t size = UNTOUCHED;
		int r = parse_size(rows[i].s, &size);

		assert_row(i, r == rows[i].r);
		assert_row(i, size == (r < 0 ? UNTOUCHED : rows[i].size));
	}
}

static void test_device_name(void **state _unused_)
{
	static const struct {
		const char *s;
		int r;
		uint32_t region, instance;
	} rows[] = {
		{ "dax0.0", 0, 0, 0 },
		{ "dax1.20", 0, 1, 20 },
		{ "dax2147483647.2147483647", 0, INT32_MAX, INT32_MAX },
		{ "dax2147483648.0", -ERANGE, 0, 0 },
		{ "dax0.2147483648", -ERANGE, 0, 0 },
		{ "dax99999999999999999999.0", -ERANGE, 0, 0 },
		{ "dax99999999999999999999.x", -EINVAL, 0, 0 },
		{ "dax00.0", -EINVAL, 0, 0 },
		{ "dax0.01", -EINVAL, 0, 0 },
		{ "dax0", -EINVAL, 0, 0 },
		{ "dax0.", -EINVAL, 0, 0 },
		{ "dax.0", -EINVAL, 0, 0 },
		{ "dax0.0.0", -EINVAL, 0, 0 },
		{ "dax0.0 ", -EINVAL, 0, 0 },
		{ "dax-1.0", -EINVAL, 0, 0 },
		{ "dax0.-1", -EINVAL, 0, 0 },
		{ "dax0x1.0", -EINVAL, 0, 0 },
		{ "dax0.0/../dax1.0", -EINVAL, 0, 0 },
		{ "/dev/dax0.0", -EINVAL, 0, 0 },
		{ "DAX0.0", -EINVAL, 0, 0 },
		{ "da", -EINVAL, 0, 0 },
		{ "dax", -EINVAL, 0, 0 },
		{ "", -EINVAL, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint32_t region = 77, instance = 78;
		int r = parse_device_name(rows[i].s, &region, &instance);

		assert_row(i, r == rows[i].r);
		assert_row(i, region == (r < 0 ? 77 : rows[i].region));
		assert_row(i, instance == (r < 0 ? 78 : rows[i].instance));
	}
}

static void test_numbered(void **state _unused_)
{
	static const struct {
		const char *s;
		int r;
		uint64_t number;
	} rows[] = {
		{ "memory0", 0, 0 },
		{ "memory10", 0, 10 },
		{ "memory18446744073709551615", 0, UINT64_MAX },
		{ "memory18446744073709551616", -ERANGE, 0 },
		/* One number has one name. */
		{ "memory00", -EINVAL, 0 },
		{ "memory01", -EINVAL, 0 },
		{ "memory0x1", -EINVAL, 0 },
		{ "memory", -EINVAL, 0 },
		{ "memory ", -EINVAL, 0 },
		{ "memory+1", -EINVAL, 0 },
		{ "memory-1", -EINVAL, 0 },
		{ "memory1 ", -EINVAL, 0 },
		{ "memory1\n", -EINVAL, 0 },
		{ "memory_tier1", -EINVAL, 0 },
		{ "Memory1", -EINVAL, 0 },
		{ "mem", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t number = 77;
		int r = parse_numbered(rows[i].s, "memory", &number);

		assert_row(i, r == rows[i].r);
		assert_row(i, number == (r < 0 ? 77 : rows[i].number));
	}
}

static void test_range(void **state _unused_)
{
	static const struct {
		const char *s;
		int r;
		uint64_t start, end;
	} rows[] = {
		{ "100000000-13fffffff", 0, 0x100000000, 0x13fffffff },
		{ "0x100-0x1ff", 0, 0x100, 0x1ff },
		{ "00000000-00000fff", 0, 0, 0xfff },
		{ "0-0", 0, 0, 0 },
		{ "0-ffffffffffffffff", 0, 0, UINT64_MAX },
		{ "0-10000000000000000", -ERANGE, 0, 0 },
		{ "10000000000000000-0", -ERANGE, 0, 0 },
		{ "10000000000000000-0 ", -EINVAL, 0, 0 },
		{ "2-1", -EINVAL, 0, 0 },
		{ "1-", -EINVAL, 0, 0 },
		{ "-1", -EINVAL, 0, 0 },
		{ "1", -EINVAL, 0, 0 },
		{ "1--2", -EINVAL, 0, 0 },
		{ "1-2-3", -EINVAL, 0, 0 },
		{ "1-2 ", -EINVAL, 0, 0 },
		{ "1 - 2", -EINVAL, 0, 0 },
		{ "0x-0x1", -EINVAL, 0, 0 },
		{ "", -EINVAL, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t start = UNTOUCHED, end = UNTOUCHED;
		int r = parse_range(rows[i].s, &start, &end);

		assert_row(i, r == rows[i].r);
		assert_row(i, start == (r < 0 ? UNTOUCHED : rows[i].start));
		assert_row(i, end == (r < 0 ? UNTOUCHED : rows[i].end));
	}
}

struct numbers {
	struct string text;
	unsigned int n;
	uint32_t last;
	uint32_t stop_at;
};

static int take_number(void *data, uint32_t number)
{
	struct numbers *numbers = data;

	numbers->n++;
	numbers->last = number;
	if (numbers->n <= 8)
		string_add(&numbers->text, "%s%u", numbers->n > 1 ? " " : "", number);
	return numbers->stop_at && numbers->n == numbers->stop_at ? -ECANCELED : 0;
}

static void test_number_list(void **state _unused_)
{
	static const struct {
		const char *s;
		int r;
		const char *numbers;
	} rows[] = {
		{ "", 0, "" },
		{ "0", 0, "0" },
		{ "0-2,5", 0, "0 1 2 5" },
		{ "5,0-2", 0, "5 0 1 2" },
		{ "3-3", 0, "3" },
		{ "4294967295", 0, "4294967295" },
		{ "4294967294-4294967295", 0, "4294967294 4294967295" },
		{ "4294967296", -ERANGE, "" },
		{ "0,4294967296", -ERANGE, "" },
		{ "0-4294967296", -ERANGE, "" },
		{ "0-4294967295", -ERANGE, "" },
		{ "0-1048576", -ERANGE, "" },
		{ "0-1048575,0", -ERANGE, "" },
		{ "99999999999999999999-0,x", -EINVAL, "" },
		{ "2-1", -EINVAL, "" },
		/* Nothing is called before the whole list is known to be good. */
		{ "1,2,", -EINVAL, "" },
		{ "1,2,x", -EINVAL, "" },
		{ ",1", -EINVAL, "" },
		{ "1,,2", -EINVAL, "" },
		{ "1-", -EINVAL, "" },
		{ "-1", -EINVAL, "" },
		{ "1-2-3", -EINVAL, "" },
		{ "1 ,2", -EINVAL, "" },
		{ "0x1", -EINVAL, "" },
		{ "1\n", -EINVAL, "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct numbers numbers = { .n = 0 };
		int r = parse_number_list(rows[i].s, take_number, &numbers);
		_cleanup_free_ char *text = string_take(&numbers.text);

		assert_row(i, r == rows[i].r);
		assert_string_equal(text, rows[i].numbers);
	}
}

static void test_number_list_ends(void **state _unused_)
{
	struct numbers all = { .n = 0 }, some = { .stop_at = 3 };

	assert_int_equal(parse_number_list("0-1048575", take_number, &all), 0);
	assert_int_equal(all.n, 1 << 20);
	assert_int_equal(all.last, (1 << 20) - 1);
	string_done(&all.text);

	assert_int_equal(parse_number_list("7,10-20", take_number, &some), -ECANCELED);
	assert_int_equal(some.n, 3);
	assert_int_equal(some.last, 11);
	string_done(&some.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_u64),	    cmocka_unit_test(test_u32),
		cmocka_unit_test(test_size),	    cmocka_unit_test(test_device_name),
		cmocka_unit_test(test_numbered),    cmocka_unit_test(test_range),
		cmocka_unit_test(test_number_list), cmocka_unit_test(test_number_list_ends),
	};

	return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
