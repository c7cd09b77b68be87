/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/onliner.h"

#include <errno.h>

#include "base/array.h"
#include "base/string.h"
#include "base/utf8.h"

int onliner_add(struct onliners *onliners, const char *name, const char *word,
		enum onliner_when when, bool is_certain)
{
	struct onliner new = {
		.name = strdup(name), .word = strdup(word), .when = when, .is_certain = is_certain
	};

	if (!new.name || !new.word || ARRAY_PUSH(onliners->items, onliners->n, new) < 0) {
		free(new.name);
		free(new.word);
		return -ENOMEM;
	}
	return 0;
}

int onliner_add_rule(struct onliners *onliners, const char *file, unsigned int line,
		     const char *word, enum onliner_when when, bool is_certain)
{
	/* The name of a file is anybody's. */
	_cleanup_free_ char *path = utf8_hide_controls(strdup(file)), *name = NULL;
	struct onliner *o;
	int r;

	if (!path)
		return -ENOMEM;
	r = string_format(&name, "udev rule %s, line %u", path, line)
		    ?: onliner_add(onliners, name, word, when, is_certain);
	if (r < 0)
		return r;
	o = &onliners->items[onliners->n - 1];
	o->file = TAKE_PTR(path);
	o->line = line;
	return 0;
}

void onliner_done(struct onliners *onliners)
{
	for (size_t i = 0; i < onliners->n; i++) {
		free(onliners->items[i].name);
		free(onliners->items[i].word);
		free(onliners->items[i].file);
	}
	free(onliners->items);
	*onliners = (struct onliners){ 0 };
}

const struct onliner *onliner_find(const struct onliners *onliners, enum onliner_when when,
				   enum zone zone)
{
	const struct onliner *found = NULL;

	for (size_t i = 0; i < onliners->n; i++) {
		const struct onliner *o = &onliners->items[i];

		if (o->when != when || (zone != ZONE_OFFLINE && streq(o->word, zone_word(zone))))
			continue;
		if (!found || (o->is_certain && !found->is_certain))
			found = o;
	}
	return found;
}
