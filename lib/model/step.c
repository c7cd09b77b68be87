/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/step.h"

#include <errno.h>
#include <fnmatch.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/string.h"
#include "model/cxl.h"
#include "model/nd-region.h"
#include "model/range-list.h"

#define DRIVERS_PATH "/sys/bus/dax/drivers"
#define MEMORY_PATH  "/sys/devices/system/memory"
#define DEVICES_PATH "/sys/bus/dax/devices"
#define NODES_PATH   "/sys/devices/system/node/node[0-9]*"

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
	ARRAY_FREE(steps->items, steps->n, step_done);
	*steps = (struct steps){ 0 };
}

/* Give a step away to a list, or leave it as it is. */
static struct step *steps_take(struct steps *steps, struct step *step)
{
	if (ARRAY_PUSH(steps->items, steps->n, *step) < 0)
		return NULL;
	*step = (struct step){ 0 };
	return &steps->items[steps->n - 1];
}

struct step *steps_add(struct steps *steps, enum step_kind kind, const char *driver,
		       const char *file, const char *value, const char *before)
{
	_cleanup_(step_done) struct step step = { .kind = kind };

	if (string_copy(&step.driver, driver) < 0 || string_copy(&step.file, file) < 0 ||
	    string_copy(&step.value, value) < 0 || string_copy(&step.before, before) < 0)
		return NULL;
	return steps_take(steps, &step);
}

/* --- kinds ------------------------------------------------------------------------------------ */

#define NEEDS_DRIVER 1U
#define NEEDS_FILE   2U
#define NEEDS_VALUE  4U

/*
 * What a kind of step is; see model/step-kinds.h for patterns.
 *
 * @word: its name in a journal
 * @needs: the members that a step of this kind must have; see step_is_allowed() for others
 * @effect: what it does to the existence of the device
 * @what: a pattern for struct daxbus_step
 * @file: a pattern for the file that is written; NULL for a module
 * @value: a constant or one pattern for what is written; NULL where that is not one value
 * @check, @verify, @undo: as in struct daxbus_step
 */
static const struct kind {
	const char *word;
	unsigned int needs;
	enum step_effect effect;
	const char *what;
	const char *file;
	const char *value;
	const char *check;
	const char *verify;
	const char *undo;
} kinds[] = {
#define MEMBERS(...)		   __VA_ARGS__
#define STEP_KIND(NAME, TEXT, OPS) [STEP_##NAME] = { MEMBERS TEXT },
#include "model/step-kinds.h"
#undef STEP_KIND
#undef MEMBERS
};

enum step_effect step_effect(const struct step *step)
{
	return kinds[step->kind].effect;
}

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

char *step_print(const struct step *step)
{
	const char *words[] = { step->driver, step->file, step->value, step->before };
	_cleanup_(string_done) struct string t = { 0 };

	string_add(&t, "%s", kinds[step->kind].word);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (words[i] && !is_token(words[i]))
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
	return is_token(word) ? string_copy(ret, word) : -EINVAL;
}

/* A driver's name becomes a part of a path. */
static bool is_driver(const char *s)
{
	return s[0] != '.' && !strchr(s, '/');
}

/* No component leads elsewhere. */
static bool is_plain_path(const char *s)
{
	return !strstr(s, "/../") && !strstr(s, "/./") && !strstr(s, "//") && !ends_with(s, "/") &&
	       !ends_with(s, "/..") && !ends_with(s, "/.");
}

#define DIGITS	"0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define SWITCH	"01"
#define WORD	LETTERS "_"
#define NAMES	LETTERS DIGITS "_.,-"
#define ANY	"*"

/*
 * What the steps of plans write, and into which files; a kind can have several rows.
 *
 * @file: a pattern of glob(7), in which only a component "*" matches several components; NULL: none
 * @value: the characters of what is written, ANY for a format of its own; NULL: there is none
 * @before: the same of what was there before
 */
static const struct allowed {
	enum step_kind kind;
	const char *file;
	const char *value;
	const char *before;
} allowed[] = {
	{ STEP_SET, MEMORY_PATH "/auto_online_blocks", WORD, WORD },
	{ STEP_RESET, MEMORY_PATH "/auto_online_blocks", WORD, WORD },
	{ STEP_SET, "/sys/bus/dax/drivers_autoprobe", SWITCH, SWITCH },
	{ STEP_RESET, "/sys/bus/dax/drivers_autoprobe", SWITCH, SWITCH },
	{ STEP_SET, ND_BUS "/drivers_autoprobe", SWITCH, SWITCH },
	{ STEP_RESET, ND_BUS "/drivers_autoprobe", SWITCH, SWITCH },
	{ STEP_SET, DEVICES_PATH "/dax[0-9]*/memmap_on_memory", SWITCH, SWITCH },
	{ STEP_SET, DEVICES_PATH "/dax[0-9]*/align", DIGITS, DIGITS },
	{ STEP_LOAD, NULL, NULL, NULL },
	{ STEP_ID, NULL, NULL, NULL },
	{ STEP_FORGET, NULL, NULL, NULL },
	{ STEP_POOL, NODES_PATH "/hugepages/hugepages-[0-9]*kB/nr_hugepages", NULL, DIGITS },
	{ STEP_DROP, NODES_PATH "/reclaim", DIGITS, NULL },
	{ STEP_DROP, "/proc/sys/vm/drop_caches", DIGITS, NULL },
	{ STEP_COMPACT, NODES_PATH "/compact", SWITCH, NULL },
	{ STEP_RESIZE_POOL, NODES_PATH "/hugepages/hugepages-[0-9]*kB/nr_hugepages", DIGITS,
	  DIGITS },
	{ STEP_MIGRATE, NULL, DIGITS, NULL },
	{ STEP_OFFLINE, NULL, WORD, NULL },
	{ STEP_UNBIND, NULL, NULL, WORD },
	{ STEP_BIND, NULL, NULL, NULL },
	{ STEP_PROBE, NULL, NULL, NULL },
	{ STEP_SETTLE, NULL, NULL, NULL },
	{ STEP_ONLINE, NULL, WORD, NULL },
	{ STEP_CREATE, "/sys/devices/*/dax_region/create", NULL, NULL },
	{ STEP_DELETE, "/sys/devices/*/dax_region/delete", NULL, NULL },
	{ STEP_LAYOUT, DEVICES_PATH "/dax[0-9]*/mapping", NAMES, NAMES },
	{ STEP_LAYOUT, DEVICES_PATH "/dax[0-9]*/size", NAMES, NAMES },
	{ STEP_LABEL, ND_DEVICES "/namespace[0-9]*", ANY, NULL },
	{ STEP_INFO, ND_DEVICES "/namespace[0-9]*", ANY, WORD },
	{ STEP_UNMAKE, ND_DEVICES "/namespace[0-9]*", ANY, NULL },
	{ STEP_MOVE, ND_DEVICES "/*", NAMES, WORD },
	{ STEP_CXL_CREATE, CXL_DEVICES "/decoder[0-9]*/create_ram_region", NAMES, NAMES },
	{ STEP_CXL_DELETE, CXL_DEVICES "/decoder[0-9]*/delete_region", NAMES, NAMES },
	{ STEP_CXL, CXL_DEVICES "/region[0-9]*/commit", SWITCH, NAMES },
	{ STEP_CXL, CXL_DEVICES "/region[0-9]*/interleave_granularity", DIGITS, NAMES },
	{ STEP_CXL, CXL_DEVICES "/region[0-9]*/interleave_ways", DIGITS, NAMES },
	{ STEP_CXL, CXL_DEVICES "/region[0-9]*/size", DIGITS, NAMES },
	{ STEP_CXL, CXL_DEVICES "/decoder[0-9]*/mode", WORD, NAMES },
	{ STEP_CXL, CXL_DEVICES "/decoder[0-9]*/dpa_size", DIGITS, NAMES },
	{ STEP_CXL_TARGETS, CXL_DEVICES "/region[0-9]*", NAMES, NAMES },
	{ STEP_CXL_KEEP, NULL, NAMES "=", NULL },
	{ STEP_CXL_BIND, CXL_DEVICES "/region[0-9]*", NULL, NULL },
	{ STEP_CXL_UNBIND, CXL_DEVICES "/region[0-9]*", NULL, NULL },
	{ STEP_NODE, "/dev/dax[0-9]*", DIGITS ":", DIGITS ":" },
	{ STEP_LINK, "/dev/dax/*", NAMES "/", NAMES "/" },
};

static bool is_allowed_text(const char *s, const char *characters)
{
	if (!s || !characters)
		return !s;
	return streq(characters, ANY) || !s[strspn(s, characters)];
}

static bool is_allowed_file(const char *file, const char *pattern)
{
	bool is_deep = pattern && strstr(pattern, "/*/");

	if (!file || !pattern)
		return !file && !pattern;
	return is_plain_path(file) &&
	       fnmatch(pattern, file, FNM_NOESCAPE | (is_deep ? 0 : FNM_PATHNAME)) == 0;
}

bool step_is_allowed(const struct step *step)
{
	unsigned int needs = kinds[step->kind].needs;

	if (!step->driver != !(needs & NEEDS_DRIVER) ||
	    (step->driver && !is_driver(step->driver)) || (needs & NEEDS_VALUE && !step->value))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++)
		if (allowed[i].kind == step->kind && is_allowed_file(step->file, allowed[i].file) &&
		    is_allowed_text(step->value, allowed[i].value) &&
		    is_allowed_text(step->before, allowed[i].before))
			return true;
	return false;
}

static int parse_words(char *const words[6], struct step *step)
{
	int r = parse_kind(words[0], &step->kind)
		?: parse_string(words[1], &step->driver)
		?: parse_string(words[2], &step->file)
		?: parse_string(words[3], &step->value)
		?: parse_string(words[4], &step->before)
		?: block_runs_parse(words[5], &step->runs);

	return r == 0 && !step_is_allowed(step) ? -EINVAL : r;
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
	{ STEP_SET, "memmap_on_memory", "1", "keep the memmap of %d on its own memory" },
	{ STEP_SET, "memmap_on_memory", "0", "keep the memmap of %d in other memory" },
	{ STEP_SET, "align", NULL, "align %d to multiples of %v bytes" },
	{ STEP_DROP, "drop_caches", NULL, "drop the clean caches of all nodes: write %f" },
	{ STEP_CXL, "commit", "1", "program the decoders of the region of %d" },
	{ STEP_CXL, "commit", "0", "take the region of %d out of its decoders" },
	{ STEP_CXL, "dpa_size", "0", "give the memory of a decoder of %d back: write %f" },
	{ STEP_CXL, "dpa_size", NULL, "allocate %v bytes of a memory device to %d: write %f" },
	{ STEP_LAYOUT, "size", NULL, "give the memory of %d back to its region" },
};

static const char *name_of_file(const struct step *step)
{
	const char *slash = step->file ? strrchr(step->file, '/') : NULL;

	return slash ? slash + 1 : NULL;
}

static const char *find_what(const struct step *step)
{
	const char *name = name_of_file(step);

	for (size_t i = 0; name && i < ARRAY_SIZE(setting_words); i++) {
		const char *when = setting_words[i].when;

		if (setting_words[i].kind == step->kind && streq(setting_words[i].name, name) &&
		    (!when || (step->value && streq(step->value, when))))
			return setting_words[i].what;
	}
	return kinds[step->kind].what;
}

/* What a letter of a pattern stands for; NULL where the step does not have it. */
static const char *find_word(char letter, const struct step *step, const char *device)
{
	switch (letter) {
	case 'D':
		return step->driver;
	case 'd':
		return device;
	case 'v':
		return step->value;
	case 'f':
		return step->file;
	case 'n':
		return name_of_file(step);
	default:
		return NULL;
	}
}

/* Put the step's words into a pattern. */
static char *expand(const char *pattern, const struct step *step, const char *device)
{
	_cleanup_(string_done) struct string t = { 0 };

	for (const char *p = pattern; *p; p++) {
		const char *word = NULL;

		if (*p != '%') {
			string_add(&t, "%c", *p);
		} else if (*++p == 'b') {
			block_runs_print_braces(&step->runs, &t);
		} else if (*p == 'r') {
			range_list_describe(step->value, &t);
		} else {
			word = find_word(*p, step, device);
			string_add(&t, "%s", word ? word : "?");
		}
	}
	return string_take(&t);
}

/* The value that is written: a constant, or borrowed from @step or @device. */
static const char *find_value(const struct step *step, const char *device)
{
	const char *pattern = kinds[step->kind].value;

	if (!pattern || *pattern != '%')
		return pattern;
	if (step->kind == STEP_LAYOUT && streq(step->value, LAYOUT_NOTHING))
		return "0";
	if (step->kind == STEP_RESET && !step->value)
		return step->before;
	return find_word(pattern[1], step, device);
}

/* kmem's unbind never fails: it leaves memory behind. */
static void describe_unbind_kmem(struct daxbus_step *step)
{
	step->check = "every block is offline";
	step->verify = "the device has no driver, and no block is left";
}

/* Only root can read which memory blocks a device has. */
static bool hides_blocks(const struct step *step)
{
	const char *file = kinds[step->kind].file;

	return file && strstr(file, "%b") && !step->runs.n;
}

static char *describe_what(const struct step *step, const char *device)
{
	_cleanup_free_ char *what = expand(find_what(step), step, device);
	char *whole;

	if (!what || !hides_blocks(step))
		return TAKE_PTR(what);
	return string_format(&whole, "%s (only root can read which memory blocks these are)",
			     what) < 0
		       ? NULL
		       : whole;
}

int step_describe(const struct step *step, const char *device, struct daxbus_step *ret,
		  char **ret_what, char **ret_file)
{
	const struct kind *kind = &kinds[step->kind];
	const char *file_pattern = hides_blocks(step) ? NULL : kind->file;
	_cleanup_free_ char *what = describe_what(step, device);
	_cleanup_free_ char *file = file_pattern ? expand(file_pattern, step, device) : NULL;

	if (!what || (file_pattern && !file))
		return -ENOMEM;
	*ret = (struct daxbus_step){
		.kind = kind->word,
		.device = device,
		.what = what,
		.file = file,
		.value = find_value(step, device),
		.module = kind->file ? NULL : step->driver,
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
