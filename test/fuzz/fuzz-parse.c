/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every parser on any text: what it accepts must be what its result says, and what it refuses must
 * leave no trace.
 */
#include <errno.h>
#include <inttypes.h>

#include "base/parse.h"
#include "fuzz.h"

#define UNTOUCHED UINT64_C(0x5555555555555555)

static void check_result(int r)
{
	fuzz_check(r == 0 || r == -EINVAL || r == -ERANGE);
}

/* Digits without leading zeros, as printf() writes the number. */
static bool says(const char *s, bool hex, uint64_t number)
{
	char text[32];

	if (hex)
		snprintf(text, sizeof(text), "%" PRIx64, number);
	else
		snprintf(text, sizeof(text), "%" PRIu64, number);
	while (*s == '0' && s[1])
		s++;
	return strcasecmp(s, text) == 0;
}

static void fuzz_u64(const char *s)
{
	static const int bases[] = { 0, 10, 16 };

	for (size_t i = 0; i < ARRAY_SIZE(bases); i++) {
		uint64_t number = UNTOUCHED;
		uint32_t small = 77;
		int r = parse_u64(s, bases[i], &number), q = parse_u32(s, bases[i], &small);
		bool prefix = starts_with(s, "0x") && bases[i] != 10;

		check_result(r);
		if (r < 0) {
			fuzz_check(number == UNTOUCHED && q == r && small == 77);
			continue;
		}
		fuzz_check(says(s + (prefix ? 2 : 0), prefix || bases[i] == 16, number));
		fuzz_check(q == (number > UINT32_MAX ? -ERANGE : 0));
		fuzz_check(small == (q < 0 ? 77 : number));
	}
}

static void fuzz_size(const char *s)
{
	size_t digits = strspn(s, "0123456789");
	uint64_t size = UNTOUCHED, number = 0;
	int r = parse_size(s, &size);
	char *text;

	check_result(r);
	if (r < 0) {
		fuzz_check(size == UNTOUCHED);
		return;
	}
	text = strndup(s, digits);
	fuzz_check(text && parse_u64(text, 10, &number) == 0);
	free(text);
	/* A suffix multiplies by its power of 1024 and loses nothing. */
	for (const char *unit = s[digits] ? "KMGTP" : ""; *unit; unit++) {
		number *= 1024;
		if (*unit == (s[digits] & ~0x20))
			break;
	}
	fuzz_check(number == size);
	fuzz_check(!s[digits] || !s[digits + 1] || streq(s + digits + 1, "iB"));
}

static void fuzz_device_name(const char *s)
{
	uint32_t region = 77, instance = 78;
	int r = parse_device_name(s, &region, &instance);
	char text[64];

	check_result(r);
	if (r < 0) {
		fuzz_check(region == 77 && instance == 78);
		return;
	}
	/* One device has one name. */
	snprintf(text, sizeof(text), "dax%" PRIu32 ".%" PRIu32, region, instance);
	fuzz_check(streq(s, text));
}

static void fuzz_numbered(const char *s)
{
	uint64_t number = UNTOUCHED;
	int r = parse_numbered(s, "m", &number);
	char text[32];

	check_result(r);
	if (r < 0) {
		fuzz_check(number == UNTOUCHED);
		return;
	}
	snprintf(text, sizeof(text), "m%" PRIu64, number);
	fuzz_check(streq(s, text));
}

static void fuzz_range(const char *s)
{
	uint64_t start = UNTOUCHED, end = UNTOUCHED;
	int r = parse_range(s, &start, &end);

	check_result(r);
	if (r < 0)
		fuzz_check(start == UNTOUCHED && end == UNTOUCHED);
	else
		fuzz_check(start <= end);
}

static int count(void *data, uint32_t number _unused_)
{
	++*(uint64_t *)data;
	return 0;
}

static void fuzz_number_list(const char *s)
{
	uint64_t n = 0;
	int r = parse_number_list(s, count, &n);

	check_result(r);
	fuzz_check(r < 0 ? n == 0 : n <= UINT64_C(1) << 20);
	fuzz_check(r < 0 || (n == 0) == (*s == '\0'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);

	fuzz_u64(s);
	fuzz_size(s);
	fuzz_device_name(s);
	fuzz_numbered(s);
	fuzz_range(s);
	fuzz_number_list(s);
	free(s);
	return 0;
}
