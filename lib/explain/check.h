/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXPLAIN_CHECK_H
#define DAXBUS_EXPLAIN_CHECK_H

#include "model/cause.h"
#include "model/fields.h"
#include "model/surroundings.h"

/* What the checks need of a snapshot: bits of enum need. */
#define EXPLAIN_NEEDS                                                                              \
	(NEED_DRIVER | NEED_SIZE | NEED_ALIGN | NEED_TARGET_NODE | NEED_RANGES | NEED_MEMORY |     \
	 NEED_FLAGS | NEED_REGION | NEED_POLICY | NEED_ORPHANS)

/*
 * struct explain_input - what the checks go by
 * @s: the devices, with EXPLAIN_NEEDS
 * @around: what decides what they are
 * @everything: no selector was given, so that what is missing matters, too
 */
struct explain_input {
	const struct daxbus_snapshot *s;
	const struct surroundings *around;
	bool everything;
};

/* The functions of the rows of model/cause.h. Each adds the causes of its code. */
#define CHECK_DECLARATION(name, word, check, next)                                                 \
	void check(const struct explain_input *in, struct causes *causes);
CAUSES(CHECK_DECLARATION)

/* Whether a provider has devices. */
bool explain_drivers_has_provider(const struct daxbus_snapshot *s, const char *provider);
/* Add a line as evidence of the last cause, if there is one. */
void explain_drivers_add_line(struct causes *causes, const struct source_line *line);
/* The same of the last messages of the kernel with a text, "dax0.0: ". */
void explain_drivers_add_messages(const struct explain_input *in, struct causes *causes,
				  const char *text);
/* The same of the ranges of a device, and of a file of it with a number. */
void explain_device_add_ranges(struct causes *causes, const struct device *d);

/*
 * The driver that a device without one should have by the rules of the kernel: since Linux 6.3
 * (e9ee9fe3a9d4), the region decides.
 */
enum surroundings_driver explain_drivers_default(const struct explain_input *in,
						 const struct device *d);

#endif
