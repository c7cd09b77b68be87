/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/utf8.h"

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

unsigned int utf8_code_point(const char *s, size_t length)
{
	const unsigned char *u = (const unsigned char *)s;
	unsigned int c = length > 1 ? u[0] & (0x7fU >> length) : u[0];

	for (size_t i = 1; i < length; i++)
		c = c << 6 | (u[i] & 0x3f);
	return c;
}

bool utf8_is_control(const char *s, size_t length)
{
	static const struct {
		unsigned int first, last;
	} controls[] = {
		{ 0, 0x1f },
		{ 0x7f, 0x9f },	  /* DEL; C1, which terminals obey as ESC and a letter */
		{ 0x61c, 0x61c }, /* marks of direction */
		{ 0x200e, 0x200f },
		{ 0x2028, 0x202e }, /* line and paragraph; embedded and overridden direction */
		{ 0x2066, 0x2069 }, /* isolated direction */
	};
	unsigned int c = utf8_code_point(s, length);

	if (c >= ' ' && c <= '~')
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(controls); i++)
		if (c >= controls[i].first && c <= controls[i].last)
			return true;
	return false;
}

bool utf8_has_control(const char *s)
{
	while (*s) {
		size_t length = utf8_length(s);

		if (!length || utf8_is_control(s, length))
			return true;
		s += length;
	}
	return false;
}

char *utf8_hide_controls(char *s)
{
	char *from = s, *to = s;

	while (from && *from) {
		size_t length = utf8_length(from);

		if (!length || utf8_is_control(from, length)) {
			*to++ = '?';
		} else {
			memmove(to, from, length);
			to += length;
		}
		from += length ? length : 1;
	}
	if (to)
		*to = '\0';
	return s;
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
