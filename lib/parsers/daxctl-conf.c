/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/daxctl-conf.h"

#include <errno.h>

#include "base/array.h"
#include "base/string.h"
#include "base/utf8.h"

#define SECTION "reconfigure-device"

int daxctl_conf_section(struct daxctl_conf *conf, unsigned int line, const char *name)
{
	const struct daxctl_conf_section section = { .line = line };
	size_t n = strlen(SECTION);

	conf->ignored =
		!starts_with(name, SECTION) || (name[n] && name[n] != ' ' && name[n] != '"');
	return conf->ignored ? 0 : ARRAY_PUSH(conf->items, conf->n, section);
}

/* The library of daxctl removes quotes. */
static int unquote(const char *value, char **ret)
{
	size_t n = strlen(value);

	if (n > 1 && *value == '"' && value[n - 1] == '"')
		return string_format(ret, "%.*s", (int)n - 2, value + 1);
	return string_copy(ret, value);
}

static int set_flag(const char *value, bool *ret)
{
	if (!streq(value, "true") && !streq(value, "false"))
		return -EINVAL;
	*ret = streq(value, "false");
	return 0;
}

int daxctl_conf_key(struct daxctl_conf *conf, const char *name, const char *value)
{
	_cleanup_free_ char *plain = NULL;
	struct daxctl_conf_section *section;

	if (conf->ignored || !conf->n)
		return 0;
	section = &conf->items[conf->n - 1];
	if (unquote(value, &plain) < 0)
		return -ENOMEM;
	if (streq(name, "nvdimm.uuid"))
		return string_replace(&section->uuid, plain);
	if (streq(name, "mode"))
		return string_replace(&section->mode, plain);
	if (streq(name, "online"))
		return set_flag(plain, &section->offline);
	if (streq(name, "movable"))
		return set_flag(plain, &section->kernel);
	return 0;
}

void daxctl_conf_done(struct daxctl_conf *conf)
{
	for (size_t i = 0; i < conf->n; i++) {
		free(conf->items[i].uuid);
		free(conf->items[i].mode);
	}
	free(conf->items);
	*conf = (struct daxctl_conf){ 0 };
}

/* A comment in one line, which has to fit into libinih. */
#define FROM_MAX 120

static void add_origin(struct string *t, const char *from, unsigned int line)
{
	size_t length = strlen(from), cut = length > FROM_MAX ? length - FROM_MAX : 0;
	_cleanup_free_ char *name = utf8_hide_controls(strdup(from + cut));

	t->failed |= !name;
	if (!name)
		return;
	string_add(t, "# From %s%s, line %u\n", cut ? "..." : "", name, line);
}

char *daxctl_conf_policy(const struct daxctl_conf_section *section, const char *from)
{
	struct string t = { 0 };
	/* Its manual page says that this is the default. */
	const char *mode = section->mode ? section->mode : "system-ram";
	bool is_kmem = streq(mode, "system-ram");

	add_origin(&t, from, section->line);
	string_add(&t, "[Match]\nProvider=pmem\nUUID=%s\n\n[Device]\nMode=%s\n", section->uuid,
		   is_kmem ? "kmem" : mode);
	if (is_kmem)
		string_add(&t, "Online=%s\n",
			   section->offline  ? "no"
			   : section->kernel ? "kernel"
					     : "movable");
	return string_take(&t);
}
