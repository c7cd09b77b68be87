/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/parse.h"

#include <errno.h>
#include <limits.h>

#define NUMBER_LIST_MAX (UINT64_C(1) << 20)

/* Return: UINT_MAX if it is none of any base. */
static unsigned int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned int)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned int)(c - 'A') + 10;
	return UINT_MAX;
}

/*
 * Take the digits that *@s begins with, at least one, and move *@s behind them.
 *
 * A number too large is still taken to its last digit before it is -ERANGE, so that what follows
 * can be looked at first: text that is not of the form is -EINVAL whatever number it begins with.
 */
static int take_digits(const char **s, int base, uint64_t *ret)
{
	const char *begin = *s;
	bool is_too_large = false;
	uint64_t number = 0;
	unsigned int digit;

	for (; (digit = digit_of(**s)) < (unsigned int)base; ++*s)
		is_too_large = is_too_large ||
			       __builtin_mul_overflow(number, (unsigned int)base, &number) ||
			       __builtin_add_overflow(number, digit, &number);
	if (*s == begin)
		return -EINVAL;
	if (is_too_large)
		return -ERANGE;
	*ret = number;
	return 0;
}

/* The same with the prefix that @base allows; see parse_u64(). */
static int take_number(const char **s, int base, uint64_t *ret)
{
	if (base != 10 && starts_with(*s, "0x")) {
		*s += 2;
		base = 16;
	}
	return take_digits(s, base == 16 ? 16 : 10, ret);
}

int parse_u64(const char *s, int base, uint64_t *ret)
{
	uint64_t number = 0;
	int r = take_number(&s, base, &number);

	if (*s)
		return -EINVAL;
	if (r < 0)
		return r;
	*ret = number;
	return 0;
}

int parse_u32(const char *s, int base, uint32_t *ret)
{
	uint64_t number;
	int r = parse_u64(s, base, &number);

	if (r < 0)
		return r;
	if (number > UINT32_MAX)
		return -ERANGE;
	*ret = (uint32_t)number;
	return 0;
}

/*
 * What a size is counted in, as a shift, or -EINVAL. Lower case is for single letters only: "kib"
 * is nobody's unit.
 */
static int unit_shift(const char *unit)
{
	static const char letters[] = "KMGTP";
	char letter = *unit;
	const char *found;

	if (!letter)
		return 0;
	if (!unit[1] && letter >= 'a' && letter <= 'z')
		letter = (char)(letter - 'a' + 'A');
	found = strchr(letters, letter);
	if (!found || (unit[1] && !streq(unit + 1, "iB")))
		return -EINVAL;
	return 10 * (int)(found - letters + 1);
}

int parse_size(const char *s, uint64_t *ret)
{
	uint64_t number = 0;
	int r = take_digits(&s, 10, &number);
	int shift = unit_shift(s);

	if (shift < 0)
		return shift;
	if (r < 0)
		return r;
	if (number > UINT64_MAX >> shift)
		return -ERANGE;
	*ret = number << shift;
	return 0;
}

int parse_positive_size(const char *s, uint64_t *ret)
{
	uint64_t size;

	if (parse_size(s, &size) < 0 || !size)
		return -EINVAL;
	*ret = size;
	return 0;
}

int parse_power_of_two(const char *s, uint64_t *ret)
{
	uint64_t size;

	if (parse_size(s, &size) < 0 || !is_power_of_two(size))
		return -EINVAL;
	*ret = size;
	return 0;
}

/* Two numbers with @separator between them, each of which @take takes. */
static int parse_pair(const char *s, char separator, int (*take)(const char **s, uint64_t *ret),
		      uint64_t *ret_first, uint64_t *ret_second)
{
	int r = take(&s, ret_first), q;

	if (r == -EINVAL || *s++ != separator)
		return -EINVAL;
	q = take(&s, ret_second);
	if (q == -EINVAL || *s)
		return -EINVAL;
	return r < 0 || q < 0 ? -ERANGE : 0;
}

/* An id as the kernel prints it with %d. */
static int take_id(const char **s, uint64_t *ret)
{
	bool leads = **s == '0';
	const char *begin = *s;
	int r = take_digits(s, 10, ret);

	if (leads && *s - begin > 1)
		return -EINVAL;
	return r == 0 && *ret > INT32_MAX ? -ERANGE : r;
}

int parse_device_name(const char *s, uint32_t *ret_region, uint32_t *ret_instance)
{
	uint64_t region = 0, instance = 0;
	int r = starts_with(s, "dax") ? parse_pair(s + 3, '.', take_id, &region, &instance)
				      : -EINVAL;

	if (r < 0)
		return r;
	*ret_region = (uint32_t)region;
	*ret_instance = (uint32_t)instance;
	return 0;
}

int parse_numbered(const char *s, const char *prefix, uint64_t *ret)
{
	if (!starts_with(s, prefix))
		return -EINVAL;
	s += strlen(prefix);
	if (*s == '0' && s[1])
		return -EINVAL;
	return parse_u64(s, 10, ret);
}

static int take_address(const char **s, uint64_t *ret)
{
	return take_number(s, 16, ret);
}

int parse_range(const char *s, uint64_t *ret_start, uint64_t *ret_end)
{
	uint64_t start = 0, end = 0;
	int r = parse_pair(s, '-', take_address, &start, &end);

	if (r < 0)
		return r;
	if (start > end)
		return -EINVAL;
	*ret_start = start;
	*ret_end = end;
	return 0;
}

/*
 * "N" or "N-M" at *@s. Sets *@out_of_range instead of failing where a number is too large, for the
 * reason that take_digits() gives.
 */
static int take_number_range(const char **s, uint64_t *ret_first, uint64_t *ret_last,
			     bool *out_of_range)
{
	int r = take_digits(s, 10, ret_first);

	if (r == -EINVAL)
		return r;
	*ret_last = *ret_first;
	if (r == 0 && *ret_first > UINT32_MAX)
		r = -ERANGE;
	if (**s == '-') {
		int q;

		++*s;
		q = take_digits(s, 10, ret_last);
		if (q == -EINVAL)
			return q;
		if (q < 0 || *ret_last > UINT32_MAX)
			r = -ERANGE;
	}
	if (r < 0)
		*out_of_range = true;
	else if (*ret_first > *ret_last)
		return -EINVAL;
	return 0;
}

/*
 * Parse a list once: without @fn it only checks it, so that @fn is not called for a list that
 * turns out to be wrong.
 */
static int walk_number_list(const char *s, int (*fn)(void *data, uint32_t number), void *data)
{
	bool out_of_range = false;
	uint64_t count = 0;

	if (!*s)
		return 0;
	for (;; s++) {
		uint64_t first = 0, last = 0;
		int r = take_number_range(&s, &first, &last, &out_of_range);

		if (r < 0 || (*s && *s != ','))
			return -EINVAL;
		if (!out_of_range)
			count += last - first + 1;
		if (count > NUMBER_LIST_MAX)
			out_of_range = true;
		for (uint64_t n = first; fn && n <= last; n++) {
			r = fn(data, (uint32_t)n);
			if (r < 0)
				return r;
		}
		if (!*s)
			break;
	}
	return out_of_range ? -ERANGE : 0;
}

int parse_number_list(const char *s, int (*fn)(void *data, uint32_t number), void *data)
{
	int r = walk_number_list(s, NULL, NULL);

	return r < 0 ? r : walk_number_list(s, fn, data);
}
