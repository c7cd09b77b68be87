/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/state.h"

#include <errno.h>
#include <inttypes.h>

#include "base/array.h"
#include "base/parse.h"
#include "model/request.h"

static void device_done(struct state_device *d)
{
	free(d->name);
	free(d->driver);
	free(d->memmap_on_memory);
	range_list_done(&d->ranges);
	block_runs_done(&d->runs);
}

void state_region_done(struct state_region *region)
{
	ARRAY_FREE(region->devices, region->n, device_done);
	free(region->provider);
	free(region->path);
	free(region->identity);
}

void state_done(struct state *state)
{
	ARRAY_FREE(state->regions, state->n, state_region_done);
	*state = (struct state){ 0 };
}

struct state_region *state_add_region(struct state *state)
{
	if (ARRAY_PUSH(state->regions, state->n, (struct state_region){ 0 }) < 0)
		return NULL;
	return &state->regions[state->n - 1];
}

struct state_device *state_add_device(struct state_region *region)
{
	if (ARRAY_PUSH(region->devices, region->n, (struct state_device){ 0 }) < 0)
		return NULL;
	return &region->devices[region->n - 1];
}

/* --- text ------------------------------------------------------------------------------------- */

#define NONE_WORD    "-"
#define UNKNOWN_WORD "?"

/* Something else than a word could not be read again. */
static bool is_plain_word(const char *s)
{
	if (!s || streq(s, NONE_WORD) || streq(s, UNKNOWN_WORD))
		return false;
	for (const char *c = s; *c; c++)
		if (*c <= ' ' || *c > '~')
			return false;
	return *s;
}

static void put_word(struct string *text, const char *word)
{
	string_add(text, " %s", is_plain_word(word) ? word : NONE_WORD);
}

static void print_device(const struct state_device *d, struct string *text)
{
	_cleanup_free_ char *ranges = d->ranges_known ? range_list_print(&d->ranges) : NULL;

	string_add(text, "device");
	put_word(text, d->name);
	put_word(text, d->driver);
	string_add(text, " %" PRIu64, d->align);
	put_word(text, d->memmap_on_memory);
	string_add(text, " %s ", ranges ?: UNKNOWN_WORD);
	if (d->runs_known)
		block_runs_print(&d->runs, text);
	else
		string_add(text, UNKNOWN_WORD);
	string_add(text, "\n");
}

void state_print(const struct state *state, struct string *add_to)
{
	for (size_t i = 0; i < state->n; i++) {
		const struct state_region *region = &state->regions[i];

		string_add(add_to, "region %" PRIu64, region->id);
		put_word(add_to, region->provider);
		put_word(add_to, region->path);
		put_word(add_to, region->identity);
		string_add(add_to, "\n");
		for (size_t k = 0; k < region->n; k++)
			print_device(&region->devices[k], add_to);
	}
}

/* Set *@ret to a copy of the next word; "-" is NULL. */
static int take_state_word(char **line, char **ret)
{
	const char *word = strsep(line, " ");

	if (word && streq(word, NONE_WORD))
		return 0;
	return is_plain_word(word) ? string_copy(ret, word) : -EINVAL;
}

static int take_state_number(char **line, uint64_t *ret)
{
	const char *word = strsep(line, " ");

	return word && parse_u64(word, 10, ret) == 0 ? 0 : -EINVAL;
}

static int parse_region(char *line, struct state *add_to)
{
	struct state_region *region = state_add_region(add_to);
	int r = region ? take_state_number(&line, &region->id) : -ENOMEM;

	return r
		?: take_state_word(&line, &region->provider)
		?: take_state_word(&line, &region->path)
		?: take_state_word(&line, &region->identity)
		?: (line ? -EINVAL : 0);
}

static int take_ranges(char **line, struct state_device *d)
{
	const char *word = strsep(line, " ");

	d->ranges_known = word && !streq(word, UNKNOWN_WORD);
	return !word ? -EINVAL : d->ranges_known ? range_list_parse(word, &d->ranges) : 0;
}

static int take_runs(char **line, struct state_device *d)
{
	char *word = strsep(line, " ");

	d->runs_known = word && !streq(word, UNKNOWN_WORD);
	return !word ? -EINVAL : d->runs_known ? block_runs_parse(word, &d->runs) : 0;
}

static int check_state_device(const struct state_device *d)
{
	uint32_t region, instance;

	if (!d->name || parse_device_name(d->name, &region, &instance) < 0)
		return -EINVAL;
	if (d->memmap_on_memory && !streq(d->memmap_on_memory, "0") &&
	    !streq(d->memmap_on_memory, "1"))
		return -EINVAL;
	return d->driver && strchr(d->driver, '/') ? -EINVAL : 0;
}

static int parse_state_device(char *line, struct state *add_to)
{
	struct state_device *d =
		add_to->n ? state_add_device(&add_to->regions[add_to->n - 1]) : NULL;

	if (!d)
		return add_to->n ? -ENOMEM : -EINVAL;
	return take_state_word(&line, &d->name)
		?: take_state_word(&line, &d->driver)
		?: take_state_number(&line, &d->align)
		?: take_state_word(&line, &d->memmap_on_memory)
		?: take_ranges(&line, d)
		?: take_runs(&line, d)
		?: (line ? -EINVAL : check_state_device(d));
}

int state_parse_line(char *line, struct state *add_to)
{
	const char *kind = strsep(&line, " ");

	if (!line)
		return -EINVAL;
	if (streq(kind, "region"))
		return parse_region(line, add_to);
	return streq(kind, "device") ? parse_state_device(line, add_to) : -EINVAL;
}

/* --- words ------------------------------------------------------------------------------------ */

const char *state_online(const struct state_device *d)
{
	bool in[_ZONE_MAX] = { false };

	if (!d->runs_known || !d->driver || !streq(d->driver, "kmem"))
		return d->online;
	for (size_t i = 0; i < d->runs.n; i++)
		in[d->runs.items[i].zone] = true;
	if (in[ZONE_MOVABLE] + in[ZONE_KERNEL] + in[ZONE_OFFLINE] > 1)
		return "mixed";
	return in[ZONE_MOVABLE] ? "movable" : in[ZONE_KERNEL] ? "kernel" : "no";
}

const char *state_mode(const struct state_device *d)
{
	enum mode mode = d->driver ? request_mode_of_driver(d->driver) : MODE_NONE;

	return mode == MODE_NONE ? d->driver : request_mode_name(mode);
}

/* --- comparing -------------------------------------------------------------------------------- */

static bool is_same_text(const char *a, const char *b)
{
	return a && b ? streq(a, b) : a == b;
}

/* Their identities are the same, or if one is unknown, number and path. */
static bool is_same_region(const struct state_region *a, const struct state_region *b)
{
	if (a->identity && b->identity)
		return streq(a->identity, b->identity);
	return a->id == b->id && is_same_text(a->path, b->path);
}

const struct state_region *state_find_region(const struct state *state,
					     const struct state_region *region)
{
	for (size_t i = 0; i < state->n; i++)
		if (is_same_region(&state->regions[i], region))
			return &state->regions[i];
	return NULL;
}

bool state_is_empty(const struct state_device *d)
{
	return d->ranges_known && !d->ranges.n && !d->driver;
}

static bool is_same_runs(const struct block_runs *a, const struct block_runs *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->items[i].first != b->items[i].first ||
		    a->items[i].last != b->items[i].last || a->items[i].zone != b->items[i].zone)
			return false;
	return true;
}

/* Whatever their names. */
static bool is_same_device(const struct state_device *a, const struct state_device *b)
{
	return a->ranges_known && b->ranges_known && a->runs_known && b->runs_known &&
	       a->align == b->align && is_same_text(a->driver, b->driver) &&
	       is_same_text(a->memmap_on_memory, b->memmap_on_memory) &&
	       range_list_is_same(&a->ranges, &b->ranges) && is_same_runs(&a->runs, &b->runs);
}

static size_t count_devices(const struct state_region *region)
{
	size_t n = 0;

	for (size_t i = 0; i < region->n; i++)
		n += !state_is_empty(&region->devices[i]);
	return n;
}

static bool knows_device(const struct state_region *region, const struct state_device *d)
{
	for (size_t i = 0; i < region->n; i++)
		if (is_same_device(&region->devices[i], d))
			return true;
	return false;
}

/* Ranges do not overlap: a device is the same as one other at most. */
bool state_has_same_devices(const struct state_region *a, const struct state_region *b)
{
	if (count_devices(a) != count_devices(b))
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!state_is_empty(&a->devices[i]) && !knows_device(b, &a->devices[i]))
			return false;
	return true;
}

bool state_is_same(const struct state *a, const struct state *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct state_region *region = state_find_region(b, &a->regions[i]);

		if (!region || !state_has_same_devices(&a->regions[i], region))
			return false;
	}
	return true;
}
