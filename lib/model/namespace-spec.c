/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/namespace-spec.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/parse.h"
#include "base/string.h"

static void add_word(struct string *t, const char *name, const char *value)
{
	if (*value)
		string_add(t, "%s%s=%s", t->length ? "," : "", name, value);
}

static void add_number(struct string *t, const char *name, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	add_word(t, name, value ? text : "");
}

char *namespace_spec_print(const struct namespace_spec *spec)
{
	struct string t = { 0 };

	add_word(&t, "uuid", spec->uuid);
	add_word(&t, "info", spec->info);
	add_number(&t, "size", spec->size);
	add_number(&t, "align", spec->align);
	add_word(&t, "map", !spec->align ? "" : spec->memmap_in_ram ? "mem" : "dev");
	add_word(&t, "name", spec->name);
	return string_take(&t);
}

bool namespace_spec_is_uuid(const char *s)
{
	for (size_t i = 0; i < UUID_LENGTH; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s[i] != '-' : !s[i] || !strchr("0123456789abcdef", s[i]))
			return false;
	}
	return !s[UUID_LENGTH];
}

static int take_uuid(char *to, const char *value)
{
	if (!namespace_spec_is_uuid(value))
		return -EINVAL;
	memcpy(to, value, UUID_LENGTH + 1);
	return 0;
}

static int parse_name_word(struct namespace_spec *spec, const char *value)
{
	size_t length = strlen(value);

	if (!length || length >= sizeof(spec->name))
		return -EINVAL;
	memcpy(spec->name, value, length + 1);
	return 0;
}

static int take_word(struct namespace_spec *spec, const char *word, const char *value)
{
	if (streq(word, "uuid"))
		return take_uuid(spec->uuid, value);
	if (streq(word, "info"))
		return take_uuid(spec->info, value);
	if (streq(word, "size"))
		return parse_u64(value, 10, &spec->size);
	if (streq(word, "align"))
		return parse_u64(value, 10, &spec->align);
	if (streq(word, "name"))
		return parse_name_word(spec, value);
	if (!streq(word, "map") || (!streq(value, "mem") && !streq(value, "dev")))
		return -EINVAL;
	spec->memmap_in_ram = streq(value, "mem");
	return 0;
}

int namespace_spec_parse(const char *text, struct namespace_spec *ret)
{
	_cleanup_free_ char *copy = strdup(text);
	struct namespace_spec spec = { 0 };
	char *rest = copy, *value;
	int r = 0;

	if (!copy)
		return -ENOMEM;
	while (r == 0 && (value = strsep(&rest, ","))) {
		const char *word = strsep(&value, "=");

		r = value ? take_word(&spec, word, value) : -EINVAL;
	}
	if (r < 0)
		return -EINVAL;
	*ret = spec;
	return 0;
}
