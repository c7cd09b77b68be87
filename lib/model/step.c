/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/step.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/string.h"
#include "model/range-list.h"

#define DRIVERS_PATH "/sys/bus/dax/drivers"
#define DEVICES_PATH "/sys/bus/dax/devices"
#define MEMORY_PATH  "/sys/devices/system/memory"

/* --- steps ------------------------------------------------------------------------------------ */

static void step_done(struct step *step)
{
	free(step->driver);
	free(step->file);
	free(step->value);
	free(step->before);
	block_runs_done(&step->runs);
	*step = (struct step){ 0 };
}

void steps_done(struct steps *steps)
{
	for (size_t i = 0; i < steps->n; i++)
		step_done(&steps->items[i]);
	free(steps->items);
	*steps = (struct steps){ 0 };
}

static int copy_string(char **ret, const char *s)
{
	*ret = s ? strdup(s) : NULL;
	return s && !*ret ? -ENOMEM : 0;
}

/* Give a step away to a list, or leave it as it is. */
static struct step *steps_take(struct steps *steps, struct step *step)
{
	struct step *room;

	if (array_grow(&steps->items, steps->n, sizeof(*steps->items)) < 0)
		return NULL;
	room = &steps->items[steps->n++];
	*room = *step;
	*step = (struct step){ 0 };
	return room;
}

struct step *steps_add(struct steps *steps, enum step_kind kind, const char *driver,
		       const char *file, const char *value, const char *before)
{
	_cleanup_(step_done) struct step step = { .kind = kind };

	if (copy_string(&step.driver, driver) < 0 || copy_string(&step.file, file) < 0 ||
	    copy_string(&step.value, value) < 0 || copy_string(&step.before, before) < 0)
		return NULL;
	return steps_take(steps, &step);
}

int step_set_before(struct step *step, const char *before)
{
	char *copy;

	if (copy_string(&copy, before) < 0)
		return -ENOMEM;
	free(step->before);
	step->before = copy;
	return 0;
}

/* --- kinds ------------------------------------------------------------------------------------ */

#define NEEDS_DRIVER 1U
#define NEEDS_FILE   2U
#define NEEDS_VALUE  4U

/*
 * @word: its name in a journal
 * @needs: what must be there for it to make sense
 * @what: in words; %D is the driver, %d the device, %v the value, %f the file
 * @file: the file that is written, likewise, or NULL: that of the step
 * @check, @verify, @undo: as in struct daxbus_step
 */
static const struct kind {
	const char *word;
	unsigned int needs;
	const char *what;
	const char *file;
	const char *check;
	const char *verify;
	const char *undo;
} kinds[] = {
	[STEP_SET] = { "set", NEEDS_FILE | NEEDS_VALUE, "write %v into %f", NULL, NULL,
		       "read it back", "write what it held before" },
	[STEP_RESET] = { "reset", NEEDS_FILE, "give %f back what it held before", NULL, NULL,
			 "read it back", NULL },
	[STEP_LOAD] = { "load", NEEDS_DRIVER, "load the module %D", NULL, NULL,
			"look for its driver on its bus", NULL },
	[STEP_ID] = { "id", NEEDS_DRIVER, "let the driver %D take %d, by its name",
		      DRIVERS_PATH "/%D/new_id", "the driver is on the dax bus",
		      "the device still has the driver that it had", "write it into remove_id" },
	[STEP_FORGET] = { "forget", NEEDS_DRIVER, "let the driver %D forget the name %d",
			  DRIVERS_PATH "/%D/remove_id", NULL,
			  "the device still has the driver that it had", "write it into new_id" },
	[STEP_OFFLINE] = { "offline", 0, "take memory of %d offline", NULL,
			   "what is in the memory fits elsewhere", "every block says offline",
			   "bring the blocks online again, each in the zone that it had" },
	[STEP_UNPLUG] = { "unplug", 0, "take the memory of %d away", DEVICES_PATH "/%d/state",
			  "every block is offline", "no block is left",
			  "bring the memory back, each block in the zone that it had" },
	[STEP_PLUG] = { "plug", NEEDS_VALUE, "bring the memory of %d back",
			DEVICES_PATH "/%d/state", "the memory is unplugged",
			"every block is there, and online in the zone asked for",
			"take the memory away again" },
	[STEP_UNBIND] = { "unbind", NEEDS_DRIVER, "unbind %d from %D", DRIVERS_PATH "/%D/unbind",
			  "nobody has the device open or mapped", "the device has no driver",
			  "bind it again" },
	[STEP_BIND] = { "bind", NEEDS_DRIVER, "bind %d to %D", DRIVERS_PATH "/%D/bind",
			"its ranges are aligned, and nothing holds them",
			"the device has this driver", "unbind it again" },
	[STEP_PROBE] = { "probe", 0, "let the kernel choose a driver for %d",
			 "/sys/bus/dax/drivers_probe",
			 "its ranges are aligned, and nothing holds them",
			 "the device has a driver", "unbind it again" },
	[STEP_ONLINE] = { "online", NEEDS_VALUE, "bring memory of %d online", NULL,
			  "the blocks are there", "every block is online, in the zone asked for",
			  "take the blocks offline again" },
	[STEP_CREATE] = { "create", NEEDS_FILE, "create %d, without memory", NULL,
			  "no device has that name", "the kernel gave it that name", "delete it" },
	[STEP_LAYOUT] = { "layout", NEEDS_FILE | NEEDS_VALUE, "give %d the memory %v", NULL,
			  "the device has no driver", "these are its ranges",
			  "give it the ranges that it had" },
	[STEP_DELETE] = { "delete", NEEDS_FILE, "delete %d", NULL,
			  "the device has no driver and no memory", "the device has gone", NULL },
	[STEP_LABEL] = { "label", NEEDS_FILE | NEEDS_VALUE, "allocate a namespace for %d: %v", NULL,
			 "the namespace is empty", "it has this UUID and size",
			 "delete the namespace that has this UUID" },
	[STEP_INFO] = { "info", NEEDS_FILE | NEEDS_VALUE,
			"make the namespace of %d a devdax one: %v", NULL,
			"nothing uses the namespace", "the device is there",
			"take what has this UUID away again" },
	[STEP_MOVE] = { "move", NEEDS_DRIVER | NEEDS_FILE | NEEDS_VALUE,
			"move %d from its driver of the nd bus to %D",
			"/sys/bus/nd/drivers/%D/bind", "nobody has the device open or mapped",
			"the device is there, in the other model, with the size that it had",
			"give it back to the driver that it had" },
	[STEP_UNMAKE] = { "unmake", NEEDS_FILE | NEEDS_VALUE,
			  "delete the namespace of %d, and what it holds: %v", NULL,
			  "the device has no driver, and was made from it", "the device has gone",
			  "until it is deleted, make it a device again" },
};

/* --- lines ------------------------------------------------------------------------------------ */

/* 1900 ranges of a device. */
#define TOKEN_MAX	(UINT32_C(1) << 16)
/* 65536 runs of 16 characters: every other block of 16 TiB. */
#define LINE_MAX_LENGTH (UINT32_C(1) << 20)

/* What can stand between two blanks, and is not what NULL is written as. */
static bool is_token(const char *s)
{
	size_t length = 0;

	for (; s[length]; length++)
		if (s[length] <= ' ' || s[length] > '~' || length >= TOKEN_MAX)
			return false;
	return length && !streq(s, "-");
}

static bool is_printable(const char *s)
{
	return !s || is_token(s);
}

char *step_print(const struct step *step)
{
	const char *words[] = { step->driver, step->file, step->value, step->before };
	_cleanup_(string_done) struct string t = { 0 };

	string_add(&t, "%s", kinds[step->kind].word);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!is_printable(words[i]))
			return NULL;
		string_add(&t, " %s", words[i] ? words[i] : "-");
	}
	string_add(&t, " ");
	block_runs_print(&step->runs, &t);
	return string_take(&t);
}

static int parse_kind(const char *word, enum step_kind *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (streq(kinds[i].word, word)) {
			*ret = (enum step_kind)i;
			return 0;
		}
	return -EINVAL;
}

static int parse_string(const char *word, char **ret)
{
	if (streq(word, "-"))
		return 0;
	return is_token(word) ? copy_string(ret, word) : -EINVAL;
}

/* A driver's name becomes a part of a path. */
static bool is_driver(const char *s)
{
	return s[0] != '.' && !strchr(s, '/');
}

/* Steps write below /sys, and nowhere else. */
static bool is_sysfs_path(const char *s)
{
	size_t length = strlen(s);

	return starts_with(s, "/sys/") && !strstr(s, "/../") && !strstr(s, "/./") &&
	       !strstr(s, "//") && s[length - 1] != '/' &&
	       !(length >= 3 && streq(s + length - 3, "/..")) && !streq(s + length - 2, "/.");
}

static bool makes_sense(const struct step *step)
{
	unsigned int has = (step->driver ? NEEDS_DRIVER : 0) | (step->file ? NEEDS_FILE : 0) |
			   (step->value ? NEEDS_VALUE : 0);

	if (kinds[step->kind].needs & ~has)
		return false;
	return (!step->driver || is_driver(step->driver)) &&
	       (!step->file || is_sysfs_path(step->file));
}

static int parse_words(char *const words[6], struct step *step)
{
	int r = parse_kind(words[0], &step->kind);

	if (r == 0)
		r = parse_string(words[1], &step->driver);
	if (r == 0)
		r = parse_string(words[2], &step->file);
	if (r == 0)
		r = parse_string(words[3], &step->value);
	if (r == 0)
		r = parse_string(words[4], &step->before);
	if (r == 0)
		r = block_runs_parse(words[5], &step->runs);
	return r == 0 && !makes_sense(step) ? -EINVAL : r;
}

int step_parse(const char *line, struct steps *add_to)
{
	_cleanup_(step_done) struct step step = { 0 };
	_cleanup_free_ char *copy = NULL;
	char *words[6] = { 0 }, *rest;
	int r;

	if (strlen(line) > LINE_MAX_LENGTH)
		return -EINVAL;
	copy = strdup(line);
	if (!copy)
		return -ENOMEM;
	rest = copy;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		words[i] = strsep(&rest, " ");
		if (!words[i])
			return -EINVAL;
	}
	if (rest)
		return -EINVAL;
	r = parse_words(words, &step);
	if (r < 0)
		return r;
	return steps_take(add_to, &step) ? 0 : -ENOMEM;
}

/* --- words ------------------------------------------------------------------------------------ */

/* Settings that have words of their own; @when: for this value only. */
static const struct {
	enum step_kind kind;
	const char *name;
	const char *when;
	const char *what;
} setting_words[] = {
	{ STEP_SET, "auto_online_blocks", NULL, "hold the policy for new memory at %v" },
	{ STEP_RESET, "auto_online_blocks", NULL, "restore the policy for new memory" },
	{ STEP_SET, "drivers_autoprobe", "0", "keep drivers from taking devices by themselves" },
	{ STEP_RESET, "drivers_autoprobe", NULL, "let drivers take devices by themselves again" },
	{ STEP_SET, "memmap_on_memory", "1", "keep the page map of %d on its own memory" },
	{ STEP_SET, "memmap_on_memory", "0", "keep the page map of %d in other memory" },
	{ STEP_SET, "align", NULL, "align %d to multiples of %v bytes" },
	{ STEP_LAYOUT, "size", NULL, "give the memory of %d back to its region" },
};

static const char *find_what(const struct step *step)
{
	const char *slash = step->file ? strrchr(step->file, '/') : NULL;

	for (size_t i = 0; slash && i < ARRAY_SIZE(setting_words); i++) {
		const char *when = setting_words[i].when;

		if (setting_words[i].kind == step->kind &&
		    streq(setting_words[i].name, slash + 1) &&
		    (!when || (step->value && streq(step->value, when))))
			return setting_words[i].what;
	}
	return kinds[step->kind].what;
}

/* Put the step's words into a pattern of the tables above. */
static char *expand(const char *pattern, const struct step *step, const char *device)
{
	_cleanup_(string_done) struct string t = { 0 };

	for (const char *p = pattern; *p; p++) {
		const char *word = NULL;

		if (*p != '%') {
			string_add(&t, "%c", *p);
			continue;
		}
		switch (*++p) {
		case 'D':
			word = step->driver;
			break;
		case 'd':
			word = device;
			break;
		case 'v':
			word = step->value;
			break;
		case 'f':
			word = step->file;
			break;
		}
		string_add(&t, "%s", word ? word : "?");
	}
	return string_take(&t);
}

/* "/sys/devices/system/memory/memory{32..39}/state" */
static char *blocks_path(const struct step *step)
{
	_cleanup_(string_done) struct string t = { 0 };

	string_add(&t, MEMORY_PATH "/memory");
	block_runs_print_braces(&step->runs, &t);
	string_add(&t, "/state");
	return string_take(&t);
}

/* NULL in @ret for a module. */
static int find_file(const struct step *step, const char *device, char **ret)
{
	const char *pattern = kinds[step->kind].file;

	if (step->kind == STEP_LOAD)
		*ret = NULL;
	else if (step->kind == STEP_OFFLINE || step->kind == STEP_ONLINE)
		*ret = blocks_path(step);
	/* Of a move it is what moves, and not what is written. */
	else if (step->file && step->kind != STEP_MOVE)
		*ret = strdup(step->file);
	else
		*ret = expand(pattern ? pattern : "?", step, device);
	return *ret || step->kind == STEP_LOAD ? 0 : -ENOMEM;
}

static const char *find_value(const struct step *step, const char *device)
{
	switch (step->kind) {
	case STEP_SET:
	case STEP_PLUG:
	case STEP_ONLINE:
		return step->value;
	case STEP_LAYOUT:
		return streq(step->value, LAYOUT_NOTHING) ? "0" : step->value;
	case STEP_CREATE:
		return "1";
	case STEP_RESET:
		return step->value ? step->value : step->before;
	case STEP_OFFLINE:
		return "offline";
	case STEP_UNPLUG:
		return "unplugged";
	case STEP_ID:
	case STEP_FORGET:
	case STEP_UNBIND:
	case STEP_BIND:
	case STEP_PROBE:
	case STEP_DELETE:
		return device;
	case STEP_MOVE:
		return strrchr(step->file, '/') + 1;
	case STEP_LOAD:
	case STEP_LABEL:
	case STEP_INFO:
	case STEP_UNMAKE:
	case _STEP_MAX:
		break;
	}
	return NULL;
}

/* kmem's unbind never fails: it leaves memory behind. */
static void describe_unbind_kmem(struct daxbus_step *step)
{
	step->check = "every block is offline";
	step->verify = "the device has no driver, and no block is left";
}

int step_describe(const struct step *step, const char *device, struct daxbus_step *ret,
		  char **ret_what, char **ret_file)
{
	const struct kind *kind = &kinds[step->kind];
	_cleanup_free_ char *what = expand(find_what(step), step, device);
	_cleanup_free_ char *file = NULL;

	if (!what || find_file(step, device, &file) < 0)
		return -ENOMEM;
	*ret = (struct daxbus_step){
		.what = what,
		.file = file,
		.value = find_value(step, device),
		.module = step->kind == STEP_LOAD ? step->driver : NULL,
		.check = kind->check,
		.verify = kind->verify,
		.undo = kind->undo,
	};
	if (step->kind == STEP_UNBIND && step->driver && streq(step->driver, "kmem"))
		describe_unbind_kmem(ret);
	*ret_what = TAKE_PTR(what);
	*ret_file = TAKE_PTR(file);
	return 0;
}
