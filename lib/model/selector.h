/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_SELECTOR_H
#define DAXBUS_MODEL_SELECTOR_H

#include "base/error.h"
#include "model/snapshot.h"

/*
 * Selectors: which devices are meant. Pure: they look at names and at a snapshot, never at the
 * kernel.
 */

enum term_kind {
	TERM_DEVICE, /* dax0.0 */
	TERM_GLOB,   /* dax0.* */
	TERM_REGION, /* region0 */
	TERM_ALL,
	TERM_FIELD, /* mode=kmem */
};

struct term {
	enum term_kind kind;
	char *text;	 /* the device's name, the glob, or the wanted value */
	uint64_t number; /* id of the region, or the wanted value where the field is a number */
	const struct daxbus_field *field;
};

struct selector {
	struct term *terms; /* all must hold */
	size_t n_terms;
};

struct selectors {
	struct selector *selectors; /* one must hold; none at all selects everything */
	size_t n_selectors;
};

int selectors_add(struct selectors *s, const char *text, struct daxbus_error *err) _must_check_;
void selectors_done(struct selectors *s);

/* What the fields in the selectors rest on (enum need). */
unsigned int selectors_needs(const struct selectors *s);
/*
 * Whether a device of this name can be selected: what must not be read at all is told by its name.
 */
bool selectors_may_name(const struct selectors *s, const char *device, uint64_t region);
/*
 * The device that the selector at @i names, or NULL behind the last. Only when each selector names
 * one: NULL for all of them otherwise, because the devices that are meant must be looked for.
 */
const char *selectors_add_name(const struct selectors *s, size_t i);
bool selectors_has(const struct selectors *s, const struct device *d);
/* Likewise a region that has no device. */
bool selectors_has_region(const struct selectors *s, const struct region *region);
/* -ENOENT when a selector names a device or region that no device of @s is or belongs to. */
int selectors_check_names(const struct selectors *selection, const struct daxbus_snapshot *s,
			  struct daxbus_error *err) _must_check_;

#endif
