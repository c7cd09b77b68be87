/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/rules.h"

#include <ctype.h>
#include <string.h>

#include "base/util.h"

/*
 * A run of this length is no string of C: Go and Rust keep their texts in one piece without NULs
 * between them.
 */
#define BLOB_MIN 200

/* --- paths, of which "dax" at @p is a part ---------------------------------------------------- */

/*
 * Whether the folder that ends in front of the slash before @p can be where sysfs is: "/sys/", a
 * variable, a glob, a format, or nothing at all; not the name of another folder.
 */
static bool is_below_sysfs(const struct span *t, size_t p)
{
	size_t end, begin;

	if (span_begins_name(t, p) && (p == 0 || t->s[p - 1] != '/'))
		return true;
	if (p == 0 || t->s[p - 1] != '/')
		return false;
	end = begin = p - 1;
	while (begin && !span_char_is_one_of(t->s[begin - 1], "/\"'` \t=:,(;<>|&"))
		begin--;
	if (end == begin || (end - begin == 3 && memcmp(t->s + begin, "sys", 3) == 0))
		return true;
	for (size_t i = begin; i < end; i++)
		if (span_char_is_one_of(t->s[i], "$%{})*?@"))
			return true;
	return false;
}

/* "/sys/class/dax", and for @folder "bus/" the other one. */
static bool is_path(const struct span *t, size_t p, const char *folder)
{
	size_t n = strlen(folder);

	if (!span_is_before(t, p, folder) || !is_below_sysfs(t, p - n))
		return false;
	return span_ends_name(t, p + 3) ||
	       (!t->line && t->n >= BLOB_MIN && span_is_before(t, p - n, "/sys/"));
}

/* "/sys/class", "dax"; '/sys/class' + '/dax'; Path("/sys/class") / "dax" */
static bool is_joined_path(const struct span *t, size_t p, const char *folder)
{
	size_t q = p, n = strlen(folder) - 1;

	if (!t->line || p + 3 >= t->n || !(span_char_is_quote(t->s[p + 3]) || t->s[p + 3] == '/'))
		return false;
	if (q && t->s[q - 1] == '/')
		q--;
	if (!q || !span_char_is_quote(t->s[q - 1]))
		return false;
	q = span_skip_spaces_back(t, q - 1);
	if (!q || !span_char_is_one_of(t->s[q - 1], ",/+."))
		return false;
	q = span_skip_spaces_back(t, q - 1);
	if (q && t->s[q - 1] == ')')
		q--;
	if (!q || !span_char_is_quote(t->s[q - 1]))
		return false;
	q--;
	if (q && t->s[q - 1] == '/')
		q--;
	if (q < n + 1 || memcmp(t->s + q - n, folder, n) != 0)
		return false;
	q -= n;
	return span_is_before(t, q, "sys/") ||
	       (span_char_is_quote(t->s[q - 1]) && span_is_anywhere(t, q, "sys"));
}

/* "/sys/class/{dax,nd}" */
static bool is_in_braces(const struct span *t, size_t p, const char *folder)
{
	size_t q = p;

	if (!p || !span_char_is_one_of(t->s[p - 1], "{,") || p + 3 >= t->n ||
	    !span_char_is_one_of(t->s[p + 3], ",}*"))
		return false;
	while (q && (span_char_is_name(t->s[q - 1]) || span_char_is_one_of(t->s[q - 1], ",*?.")))
		q--;
	return q && t->s[q - 1] == '{' && span_is_before(t, q - 1, folder) &&
	       is_below_sysfs(t, q - 1 - strlen(folder));
}

/* "sys-class-dax-dax0.0.device": as systemd names the unit of a path. */
static bool is_unit_of_class(const struct span *t, size_t p)
{
	static const char before[] = "sys-class-";

	if (!span_is_before(t, p, before) || !span_begins_name(t, p - strlen(before)))
		return false;
	return p + 3 >= t->n || span_char_is_one_of(t->s[p + 3], "-.*") ||
	       !span_char_is_name(t->s[p + 3]);
}

static bool is_any_path(const struct span *t, size_t p, const char *folder)
{
	return is_path(t, p, folder) || is_joined_path(t, p, folder) || is_in_braces(t, p, folder);
}

bool rules_names_bus(const struct span *t, size_t p)
{
	return is_any_path(t, p, "bus/") && !span_is_behind(t, p + 3, "/drivers");
}

/* The level that a class device has more: ".../dax0.0/dax/dax0.0", and as a unit of systemd. */
static bool is_class_folder(const struct span *t, size_t p)
{
	size_t q;

	if (p + 3 >= t->n ||
	    !(isdigit((unsigned char)t->s[p + 3]) || span_char_is_one_of(t->s[p + 3], "*?%$[{\\")))
		return false;
	if (span_is_before(t, p, "-dax-"))
		return span_is_anywhere(t, p, "sys-devices-");
	if (!span_is_before(t, p, "/dax/"))
		return false;
	q = p - 5;
	while (q && t->s[q - 1] != '/' && !span_char_is_quote(t->s[q - 1]))
		q--;
	return span_is_behind(t, q, "dax") && span_is_anywhere(t, q, "/");
}

/* DEVPATH=="*" "/dax/" "*": the same level, in a rule of udev. */
static bool is_udev_folder(const struct span *t, size_t p)
{
	size_t q = p;

	if (!p || t->s[p - 1] != '/' || !span_is_behind(t, p + 3, "/") ||
	    span_is_before(t, p, "bus/"))
		return false;
	while (q && t->s[q - 1] != '"')
		q--;
	if (q < 3 || t->s[q - 2] != '=' || !span_char_is_one_of(t->s[q - 3], "=!"))
		return false;
	q = span_skip_spaces_back(t, q - 3);
	return span_is_before(t, q, "DEVPATH") || span_is_before(t, q, "KERNEL") ||
	       span_is_before(t, q, "KERNELS");
}

static bool is_device_region(const struct span *t, size_t p)
{
	static const char before[] = "device/", behind[] = "dax_region";

	return span_is_before(t, p, before) && span_begins_name(t, p - strlen(before)) &&
	       span_is_behind(t, p, behind) && span_ends_name(t, p + strlen(behind));
}

bool rules_is_in_instructions(const char *s, size_t n, size_t p)
{
	size_t back = p < 40 ? p : 40;

	if (p < 4 || memcmp(s + p - 4, "ass/", 4) != 0 || p + 3 >= n || s[p + 3] != '\0')
		return false;
	if (p >= 6 && memcmp(s + p - 6, "cl", 2) == 0)
		return false;
	return memmem(s + p - back, back, "/sys/cla", 8);
}

/* --- modules ---------------------------------------------------------------------------------- */

static bool is_first_word(const struct span *t, const char *word)
{
	size_t n = strlen(word);

	return span_is_behind(t, 0, word) && t->n > n && isspace((unsigned char)t->s[n]);
}

/* modprobe takes "-" for "_". Return: bytes of the name at @p, 0 when it is another. */
static size_t module_at(const struct span *t, size_t p, const char *name)
{
	size_t n = strlen(name);

	if (t->n - p < n || (p && span_char_is_name(t->s[p - 1])))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (t->s[p + i] != name[i] && !(name[i] == '_' && t->s[p + i] == '-'))
			return 0;
	return p + n < t->n && span_char_is_name(t->s[p + n]) ? 0 : n;
}

/* Whether the module at @p is loaded there: a word of its own, or an operand of modprobe. */
static bool is_loaded(const struct span *t, size_t p, size_t n)
{
	if (!t->line)
		return span_is_before(t, p, "modprobe ");
	if (p == 0)
		return p + n == t->n;
	if (span_is_anywhere(t, p, " -r") || span_is_anywhere(t, p, "--remove"))
		return false;
	return span_is_anywhere(t, p, "modprobe") || span_is_anywhere(t, p, "insmod") ||
	       span_is_anywhere(t, p, "kmod load") || span_is_anywhere(t, p, "drivers+=");
}

/* What is said of modules at @p; _USE_MAX when it is nothing. */
static enum finding find_module(const struct span *t, size_t p, enum syntax syntax)
{
	size_t n = module_at(t, p, "dax_pmem_compat");

	if (syntax != SYNTAX_MODPROBE)
		return n && is_loaded(t, p, n) ? USE_COMPAT_MODULE : _USE_MAX;
	if (n && (is_first_word(t, "alias") || is_first_word(t, "softdep") ||
		  span_is_anywhere(t, p, "modprobe")))
		return USE_COMPAT_MODULE;
	if (module_at(t, p, "dax_pmem") &&
	    (is_first_word(t, "blacklist") ||
	     (is_first_word(t, "install") && span_skip_spaces_back(t, p) == strlen("install"))))
		return USE_BUS_KEPT_OUT;
	return _USE_MAX;
}

/* --- both ------------------------------------------------------------------------------------- */

enum finding rules_finding(const struct span *t, size_t p, enum syntax syntax)
{
	if (is_any_path(t, p, "class/") || is_unit_of_class(t, p))
		return USE_CLASS_PATH;
	if (is_device_region(t, p))
		return USE_DEVICE_REGION;
	if (is_class_folder(t, p) || (syntax == SYNTAX_UDEV && is_udev_folder(t, p)))
		return USE_CLASS_FOLDER;
	return find_module(t, p, syntax);
}
