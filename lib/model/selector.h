/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_SELECTOR_H
#define DAXBUS_MODEL_SELECTOR_H

#include "base/error.h"
#include "model/snapshot.h"

/* Selectors of devices. They are pure: they examine names and a snapshot, never the kernel. */

enum term_kind {
	TERM_DEVICE, /* dax0.0 */
	TERM_GLOB,   /* dax0.* */
	TERM_REGION, /* region0 */
	TERM_ALL,
	TERM_FIELD, /* mode=kmem */
	TERM_RANGE, /* 0x390000000-0x3cfffffff: memory without a device */
};

struct term {
	enum term_kind kind;
	char *text;	 /* the name of the device, the glob, the value, or the range */
	uint64_t number; /* ID of the region, or the value if the field is a number */
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
int selectors_copy(const struct selectors *from, struct selectors *ret) _must_check_;

/* What must be read for the fields in the selectors (enum need). */
unsigned int selectors_needs(const struct selectors *s);
/* Whether a device of this name can be selected; the scan skips all other devices. */
bool selectors_may_name(const struct selectors *s, const char *device, uint64_t region);
/*
 * The device that the selector at @i names, or NULL after the last one. If any selector is not the
 * name of a device, NULL for all of them: then the scan must search for devices.
 */
const char *selectors_add_name(const struct selectors *s, size_t i);
/* Whether it can select memory without a device: there is no selector, 'all', or a range. */
bool selectors_may_have_orphans(const struct selectors *s);
/* Whether a selector is a range. */
bool selectors_has_range(const struct selectors *s);
/* Whether the memory of that name, which is its range, is selected. */
bool selectors_has_orphan(const struct selectors *s, const char *name);
/* Whether a selector is the name of the region of this device, and nothing else. */
bool selectors_names_region(const struct selectors *s, uint64_t id);
bool selectors_has(const struct selectors *s, const struct device *d);
/* The same for a region without devices. */
bool selectors_has_region(const struct selectors *s, const struct region *region);
/* Return: 0; -ENOENT if a selector names a device or region that is not in @s. */
int selectors_check_names(const struct selectors *selection, const struct daxbus_snapshot *s,
			  struct daxbus_error *err) _must_check_;

#endif
