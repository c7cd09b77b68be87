/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/format.h"

#include <limits.h>
#include <stdio.h>

/* Text that is cut off at the end of its buffer; @length counts on. */
struct output {
	char *s;
	size_t size;
	size_t length;
};

static void add_text(struct output *o, const char *text, size_t n)
{
	if (o->length < o->size) {
		size_t room = o->size - o->length;

		memcpy(o->s + o->length, text, n < room ? n : room);
	}
	o->length += n;
}

static void print_number(struct output *o, uint64_t v, unsigned int base)
{
	char digits[sizeof("18446744073709551615")];
	char *p = digits + sizeof(digits);

	do
		*--p = "0123456789abcdef"[v % base];
	while (v /= base);
	add_text(o, p, (size_t)(digits + sizeof(digits) - p));
}

/*
 * The conversion behind a '%'. "l", "ll" and "z" are as long as a uint64_t, or the format is none
 * of this function's.
 *
 * Return: the rest of the format; NULL if only vsnprintf() knows the conversion. The caller owns
 * @args, which a va_list as a parameter could not be on every architecture.
 */
static const char *add_conversion(struct output *o, const char *p, va_list *args)
{
	bool is_long = *p == 'l' || *p == 'z';
	uint64_t v;
	char c;

	if (*p == 's') {
		const char *s = va_arg(*args, const char *);

		if (!s)
			return NULL;
		add_text(o, s, strlen(s));
		return p + 1;
	}
	if (*p == 'c') {
		c = (char)va_arg(*args, int);
		add_text(o, &c, 1);
		return p + 1;
	}
	if (sizeof(unsigned long) != sizeof(v) || sizeof(size_t) != sizeof(v))
		return NULL;
	p += is_long;
	if (*p != 'u' && *p != 'x')
		return NULL;
	v = is_long ? va_arg(*args, unsigned long) : va_arg(*args, unsigned int);
	print_number(o, v, *p == 'u' ? 10 : 16);
	return p + 1;
}

/* Return: whether it could be printed. */
static bool print_simple(struct output *o, const char *format, va_list *args)
{
	while (format && *format) {
		const char *percent = strchrnul(format, '%');

		add_text(o, format, (size_t)(percent - format));
		format = *percent ? add_conversion(o, percent + 1, args) : percent;
	}
	return format && o->length <= INT_MAX;
}

int format_print(char *buffer, size_t size, const char *format, va_list args)
{
	struct output o = { buffer, size, 0 };
	va_list copy;
	bool done;

	va_copy(copy, args);
	done = print_simple(&o, format, &copy);
	va_end(copy);
	if (!done)
		return vsnprintf(buffer, size, format, args);
	if (size)
		buffer[o.length < size ? o.length : size - 1] = '\0';
	return (int)o.length;
}
