/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/utf8.h"

#include "base/string.h"
#include "base/util.h"

#define REPLACEMENT "\xef\xbf\xbd"

static bool continues(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* The second byte reveals overlong forms, surrogates and code points above U+10FFFF. */
static bool second_is_valid(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0 && second <= 0xbf;
	case 0xed:
		return second >= 0x80 && second <= 0x9f;
	case 0xf0:
		return second >= 0x90 && second <= 0xbf;
	case 0xf4:
		return second >= 0x80 && second <= 0x8f;
	default:
		return continues(second);
	}
}

size_t utf8_length(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	if (u[0] > 0 && u[0] < 0x80)
		return 1;
	if (u[0] < 0xc2 || u[0] > 0xf4 || !second_is_valid(u[0], u[1]))
		return 0;
	if (u[0] < 0xe0)
		return 2;
	if (!continues(u[2]))
		return 0;
	if (u[0] < 0xf0)
		return 3;
	return continues(u[3]) ? 4 : 0;
}

char *utf8_repair(const char *s)
{
	struct string text = { 0 };

	while (*s) {
		size_t n = 0, length;

		while ((length = utf8_length(s + n)))
			n += length;
		string_add(&text, "%.*s", (int)n, s);
		s += n;
		if (*s) {
			string_add(&text, REPLACEMENT);
			s++;
		}
	}
	return string_take(&text);
}
