/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_STEP_H
#define DAXBUS_MODEL_STEP_H

#include "base/util.h"
#include "daxbus.h"
#include "model/block-runs.h"

/*
 * A step of a plan, as data: what can be shown, done, undone, and written into a journal and read
 * again. perform.h does and undoes it.
 *
 * Undoing is "make it as it was before", from whatever it is now: a step that was named in the
 * journal may have been done, half done or not begun. @before and the zones in @runs say what it
 * was.
 */
enum step_kind {
	STEP_SET,     /* write @value into the setting @file, which holds @before */
	STEP_RESET,   /* give the setting back what the STEP_SET before found there */
	STEP_LOAD,    /* load the module of @driver */
	STEP_ID,      /* let @driver match the device by its name: write new_id */
	STEP_FORGET,  /* write remove_id of @driver */
	STEP_OFFLINE, /* take the blocks of @runs offline */
	STEP_UNPLUG,  /* kmem's state (7.3): take memory away that is offline, as one */
	STEP_PLUG, /* kmem's state (7.3): bring back memory that was taken away, with word @value */
	STEP_UNBIND, /* from @driver */
	STEP_BIND,   /* to @driver */
	STEP_PROBE,  /* to the driver that the kernel chooses; @driver is NULL */
	STEP_ONLINE, /* bring the blocks of @runs online with word @value */
	STEP_CREATE, /* the device, which is not there: write the region's @file, `create` */
	STEP_LAYOUT, /* give the device the ranges @value, instead of @before: see
			range_list_print() */
	STEP_DELETE, /* the device, which is empty: write the region's @file, `delete` */
	STEP_LABEL,  /* give the namespace @file a label; @value: see namespace_spec_print() */
	STEP_INFO,   /* make it a devdax one; @before: "bound" when it had a driver */
	STEP_MOVE, /* give the nd device @file the driver @driver of the nd bus; @value: the UUID in
		      its info block; @before: the driver that it had */
	STEP_UNMAKE, /* make a devdax namespace none, and delete it where it has a label */
	_STEP_MAX,
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
int step_set_before(struct step *step, const char *before) _must_check_;
void steps_done(struct steps *steps);

/*
 * A step as a line without newline, for the journal: words with one blank between them, "-" for
 * what is NULL. Return: the line, owned by the caller; NULL when memory ran out, or when a string
 * could not be read back: it is empty, or has blanks or other than ASCII in it.
 */
char *step_print(const struct step *step) _must_check_;
/*
 * Parse such a line; one that step_print() would write differently, or whose file is not below
 * /sys, is refused. Return: 0; -EINVAL; -ENOMEM.
 */
int step_parse(const char *line, struct steps *add_to) _must_check_;

/*
 * A step of @device in words, as daxbus_step has them. All strings are constants or borrowed from
 * @step and @device, but @what and @file, which are owned by the caller. Return: 0; -ENOMEM.
 */
int step_describe(const struct step *step, const char *device, struct daxbus_step *ret,
		  char **ret_what, char **ret_file) _must_check_;

#endif
