/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_STEP_H
#define DAXBUS_MODEL_STEP_H

#include "base/util.h"
#include "daxbus.h"
#include "model/block-runs.h"

/*
 * A step of a plan, as data: what can be shown, done, undone, and written into a journal and read
 * again. execute/step-ops.h does and undoes it.
 *
 * Undoing restores the state before, from any present state: a step that was named in the
 * journal may have been done, half done or not begun. @before and the zones in @runs say what it
 * was.
 */
enum step_kind {
#define STEP_KIND(NAME, TEXT, OPS) STEP_##NAME,
#include "model/step-kinds.h"
#undef STEP_KIND
	_STEP_MAX,
};

/* What a kind of step does to the existence of the device. */
enum step_effect {
	STEP_KEEPS,
	STEP_CREATES,
	STEP_REMOVES,
	STEP_MOVES, /* between the dax bus and /sys/class/dax */
};

struct step {
	enum step_kind kind;
	char *driver;
	char *file; /* path from the root */
	char *value;
	char *before;		/* NULL when it is not known */
	struct block_runs runs; /* none: the location of the device could not be read */
};

struct steps {
	struct step *items;
	size_t n;
};

/*
 * Add a step; the strings are copied, NULL stays NULL. Return: the step, borrowed until the next is
 * added; NULL when memory ran out.
 */
struct step *steps_add(struct steps *steps, enum step_kind kind, const char *driver,
		       const char *file, const char *value, const char *before) _must_check_;
enum step_effect step_effect(const struct step *step);
void steps_done(struct steps *steps);

/*
 * A step as a line without newline, for the journal: words with one blank between them, "-" for
 * what is NULL. Return: the line, owned by the caller; NULL when memory ran out, or when a string
 * could not be read back: it is empty, or has blanks or other than ASCII in it.
 */
char *step_print(const struct step *step) _must_check_;
/*
 * Whether a plan can have such a step: its kind has these members, and writes such values into this
 * file. Undoing writes what a journal says, and so a journal says nothing else.
 */
bool step_is_allowed(const struct step *step);
/*
 * Parse such a line; one that step_print() would write differently, or that is not allowed, is
 * refused. Return: 0; -EINVAL; -ENOMEM.
 */
int step_parse(const char *line, struct steps *add_to) _must_check_;

/*
 * A step of @device in words, as daxbus_step has them. All strings are constants or borrowed from
 * @step and @device, but @what and @file, which are owned by the caller. Return: 0; -ENOMEM.
 */
int step_describe(const struct step *step, const char *device, struct daxbus_step *ret,
		  char **ret_what, char **ret_file) _must_check_;

#endif
