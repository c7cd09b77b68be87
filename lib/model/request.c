/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/request.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/string.h"
#include "model/public-max.h"

static const struct {
	const char *name;
	const char *driver;
} modes[] = {
	[MODE_DEVDAX] = { "devdax", "device_dax" },
	[MODE_KMEM] = { "kmem", "kmem" },
	[MODE_FAMFS] = { "famfs", "fsdev_dax" },
	[MODE_COMPAT] = { "compat", NULL },
};

static const char *const actions[] = {
	[DAXBUS_RECONFIGURE] = "reconfigure", [DAXBUS_ONLINE] = "online",
	[DAXBUS_OFFLINE] = "offline",	      [DAXBUS_BIND] = "bind",
	[DAXBUS_UNBIND] = "unbind",	      [DAXBUS_CREATE] = "create",
	[DAXBUS_RESIZE] = "resize",	      [DAXBUS_DESTROY] = "destroy",
};
static_assert(ARRAY_SIZE(actions) == _DAXBUS_ACTION_MAX, "actions has a row for each action");

const char *request_mode_name(enum mode mode)
{
	return modes[mode].name;
}

const char *request_mode_driver(enum mode mode)
{
	return modes[mode].driver;
}

enum mode request_mode_of_driver(const char *driver)
{
	for (size_t i = 0; driver && i < ARRAY_SIZE(modes); i++)
		if (modes[i].driver && streq(modes[i].driver, driver))
			return (enum mode)i;
	return MODE_NONE;
}

/* --- settings --------------------------------------------------------------------------------- */

/* In the order of their enums, without MODE_NONE and CHOICE_UNSET. */
static const char *const mode_words[] = { "devdax", "kmem", "famfs", "compat", NULL };
static const char *const first_mode_words[] = { "devdax", "kmem", "famfs", "none", NULL };
static const char *const online_words[] = { "movable", "kernel", "policy", "no", NULL };
/* In the order of enum purpose, without PURPOSE_NONE. */
static const char *const purpose_words[] = { "give-back", "pin", NULL };
static const char *const zone_words[] = { "movable", "kernel", NULL };
static const char *const choice_words[] = { "no", "yes", NULL };
/* In the order of enum huge_pages, without HUGE_LEAVE. */
static const char *const huge_words[] = { "shrink", "move", NULL };
/* As in ndctl: on the media, in RAM. */
static const char *const map_words[] = { "dev", "mem", NULL };
/* Those of most machines; a kernel may support others. */
static const char *const align_words[] = { "4K", "2M", "1G", NULL };

static void choose_mode(struct daxbus_request *request, unsigned int i)
{
	request->mode = MODE_DEVDAX + i;
}

/* A new device can stay without a driver. */
static void choose_first_mode(struct daxbus_request *request, unsigned int i)
{
	request->mode = streq(first_mode_words[i], "none") ? MODE_NONE : MODE_DEVDAX + i;
}

static void choose_online(struct daxbus_request *request, unsigned int i)
{
	request->online = i;
	request->zone_is_given = true;
}

static void choose_purpose(struct daxbus_request *request, unsigned int i)
{
	request->purpose = PURPOSE_GIVE_BACK + i;
	if (!request->zone_is_given)
		request->online = request->purpose == PURPOSE_PIN ? ONLINE_KERNEL : ONLINE_MOVABLE;
}

static void choose_memmap(struct daxbus_request *request, unsigned int i)
{
	request->memmap_on_memory = CHOICE_NO + i;
}

static void choose_map(struct daxbus_request *request, unsigned int i)
{
	request->memmap_in_ram = i;
	request->has_map = true;
}

static void choose_room(struct daxbus_request *request, unsigned int i)
{
	request->make_room = i;
	if (i && !request->timeout_is_given)
		request->timeout = REQUEST_ROOM_TIMEOUT;
}

static void choose_huge(struct daxbus_request *request, unsigned int i)
{
	request->huge = HUGE_SHRINK + i;
}

static void choose_caches(struct daxbus_request *request, unsigned int i)
{
	request->drop_caches = i;
}

static void choose_force(struct daxbus_request *request, unsigned int i)
{
	request->force = i;
}

/* The name becomes a part of a path, and a word in the journal. */
static bool is_driver_name(const char *s)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
	size_t length = strspn(s, plain);

	return length && length < 64 && !s[length] && s[0] != '-';
}

static int set_driver(struct daxbus_request *request, const char *value)
{
	return is_driver_name(value) ? string_replace(&request->driver, value) : -EINVAL;
}

static int set_size(struct daxbus_request *request, const char *value)
{
	return parse_positive_size(value, &request->size);
}

/* "1G", "+1G", "-1G", "max", "none" */
static int set_new_size(struct daxbus_request *request, const char *value)
{
	enum size_as as = *value == '+' ? SIZE_MORE : *value == '-' ? SIZE_LESS : SIZE_AS_GIVEN;
	int r = 0;

	if (streq(value, "max") || streq(value, "none")) {
		as = *value == 'm' ? SIZE_ALL : SIZE_NONE;
		request->size = 0;
	} else {
		r = set_size(request, as == SIZE_AS_GIVEN ? value : value + 1);
	}
	if (r == 0)
		request->size_as = as;
	return r;
}

static int set_align(struct daxbus_request *request, const char *value)
{
	return parse_power_of_two(value, &request->align);
}

/* Each call adds a range. */
static int add_mapping(struct daxbus_request *request, const char *value)
{
	uint64_t start, end;

	if (parse_range(value, &start, &end) < 0)
		return -EINVAL;
	return range_list_add(&request->layout, start, end);
}

/* A label stores 63 bytes; a word in the journal has no spaces. */
static bool is_namespace_name(const char *s)
{
	size_t length = 0;

	for (; s[length]; length++)
		if (s[length] <= ' ' || s[length] > '~' || s[length] == ',' || length >= 63)
			return false;
	return length;
}

static int set_name(struct daxbus_request *request, const char *value)
{
	return is_namespace_name(value) ? string_replace(&request->name, value) : -EINVAL;
}

/* More than anybody needs, and few enough to plan. */
#define COUNT_MAX 100000

static int set_count(struct daxbus_request *request, const char *value)
{
	uint64_t count;

	if (parse_u64(value, 10, &count) < 0 || count == 0 || count > COUNT_MAX)
		return -EINVAL;
	request->count = count;
	return 0;
}

/* "mem0,mem1", in the order of interleaving. The names become parts of paths. */
static int set_memdev(struct daxbus_request *request, const char *value)
{
	_cleanup_(strv_done) struct strv memdevs = { 0 };
	_cleanup_free_ char *copy = strdup(value);
	char *rest = copy, *name;
	uint64_t number;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (name = strsep(&rest, ",")))
		r = parse_numbered(name, "mem", &number) < 0 || strv_has(&memdevs, name)
			    ? -EINVAL
			    : strv_push(&memdevs, name);
	if (r < 0)
		return r;
	strv_done(&request->memdevs);
	request->memdevs = TAKE_STRUCT(memdevs);
	return 0;
}

static int set_granularity(struct daxbus_request *request, const char *value)
{
	return parse_power_of_two(value, &request->granularity);
}

static int set_wait(struct daxbus_request *request, const char *value)
{
	uint64_t seconds = WAIT_FOREVER;

	if (!streq(value, "forever") && parse_u64(value, 10, &seconds) < 0)
		return -EINVAL;
	request->wait = seconds;
	return 0;
}

static int set_timeout(struct daxbus_request *request, const char *value)
{
	uint64_t seconds = WAIT_FOREVER;

	if (!streq(value, "forever") && (parse_u64(value, 10, &seconds) < 0 || !seconds))
		return -EINVAL;
	request->timeout = seconds;
	request->timeout_is_given = true;
	return 0;
}

#define OF(action) (1U << (action))
#define OF_ALL	   (OF(_DAXBUS_ACTION_MAX) - 1)

/* Either @choose takes the index of one of @choices, or @set takes a value as @wanted describes it.
 */
static const struct setting {
	const char *name;
	unsigned int of;
	const char *const *choices;
	void (*choose)(struct daxbus_request *request, unsigned int i);
	const char *wanted;
	int (*set)(struct daxbus_request *request, const char *value);
} settings[] = {
	{ "mode", OF(DAXBUS_RECONFIGURE), mode_words, .choose = choose_mode },
	{ "driver", OF(DAXBUS_BIND), .set = set_driver,
	  .wanted = "the name of a driver: letters, digits, '_' and '-', not first" },
	{ "mode", OF(DAXBUS_CREATE), first_mode_words, .choose = choose_first_mode },
	{ "online", OF(DAXBUS_RECONFIGURE) | OF(DAXBUS_CREATE), online_words,
	  .choose = choose_online },
	{ "online", OF(DAXBUS_ONLINE), zone_words, .choose = choose_online },
	{ "for", OF(DAXBUS_RECONFIGURE), purpose_words, .choose = choose_purpose },
	{ "memmap-on-memory", OF(DAXBUS_RECONFIGURE) | OF(DAXBUS_CREATE), choice_words,
	  .choose = choose_memmap },
	{ "size", OF(DAXBUS_ONLINE) | OF(DAXBUS_OFFLINE) | OF(DAXBUS_CREATE), .set = set_size,
	  .wanted = "a size above 0 such as 1073741824, 1024M or 1GiB" },
	{ "size", OF(DAXBUS_RESIZE), .set = set_new_size,
	  .wanted = "a size above 0 such as 1GiB, +512M or -2M, max or none" },
	{ "align", OF(DAXBUS_CREATE) | OF(DAXBUS_RESIZE), align_words, .set = set_align,
	  .wanted = "a power of two such as 4K, 2M or 1G" },
	{ "mapping", OF(DAXBUS_CREATE), .set = add_mapping,
	  .wanted = "a range START-END in hexadecimal, the last byte included" },
	{ "count", OF(DAXBUS_CREATE), .set = set_count, .wanted = "a number from 1 to 100000" },
	{ "map", OF(DAXBUS_CREATE), map_words, .choose = choose_map },
	{ "memdev", OF(DAXBUS_CREATE), .set = set_memdev,
	  .wanted = "CXL memory devices such as mem0,mem1, each once" },
	{ "granularity", OF(DAXBUS_CREATE), .set = set_granularity,
	  .wanted = "a power of two such as 256 or 4K" },
	{ "name", OF(DAXBUS_CREATE), .set = set_name,
	  .wanted = "1 to 63 letters, digits and punctuation characters other than ',', without "
		    "spaces" },
	{ "make-room", OF(DAXBUS_OFFLINE), choice_words, .choose = choose_room },
	{ "huge-pages", OF(DAXBUS_OFFLINE), huge_words, .choose = choose_huge },
	{ "drop-caches", OF(DAXBUS_OFFLINE), choice_words, .choose = choose_caches },
	{ "force", OF_ALL, choice_words, .choose = choose_force },
	{ "wait", OF_ALL, .set = set_wait, .wanted = "a number of seconds, or forever" },
	{ "timeout", OF_ALL, .set = set_timeout,
	  .wanted = "a number of seconds above 0, or forever" },
};

/* A program can pass any number. */
static bool is_action(enum daxbus_action action)
{
	return (unsigned int)action < _DAXBUS_ACTION_MAX;
}

static const struct setting *find_setting(enum daxbus_action action, const char *name)
{
	for (size_t i = 0; is_action(action) && i < ARRAY_SIZE(settings); i++)
		if (settings[i].of & OF(action) && streq(settings[i].name, name))
			return &settings[i];
	return NULL;
}

/* Build "a, b or c" word by word; @last: this is the last word. */
static void add_word(struct string *list, const char *word, bool last)
{
	string_add(list, "%s%s", !list->length ? "" : last ? " or " : ", ", word);
}

static int no_such_setting(enum daxbus_action action, const char *name, struct daxbus_error *err)
{
	const char *setting = daxbus_request_next_setting(action, NULL);
	_cleanup_(string_done) struct string list = { 0 };

	while (setting) {
		const char *next = daxbus_request_next_setting(action, setting);

		add_word(&list, setting, !next);
		setting = next;
	}
	if (list.failed)
		return error_oom(err);
	return error_set(err, -EINVAL, "%s has no setting '%s': it has %s", actions[action], name,
			 list.s);
}

static int no_such_value(const struct setting *setting, const char *value, struct daxbus_error *err)
{
	_cleanup_(string_done) struct string list = { 0 };

	for (size_t i = 0; !setting->wanted && setting->choices[i]; i++)
		add_word(&list, setting->choices[i], !setting->choices[i + 1]);
	if (list.failed)
		return error_oom(err);
	return error_set(err, -EINVAL, "'%s' cannot be '%s': it is %s", setting->name, value,
			 setting->wanted ? setting->wanted : list.s);
}

/* --- request ---------------------------------------------------------------------------------- */

_public_ int daxbus_request_new(enum daxbus_action action, struct daxbus_request **ret)
{
	struct daxbus_request *request;

	if (!is_action(action))
		return -EINVAL;
	request = calloc(1, sizeof(*request));
	if (!request)
		return -ENOMEM;
	request->action = action;
	request->count = 1;
	request->timeout = REQUEST_TIMEOUT;
	if (action == DAXBUS_CREATE)
		request->mode = MODE_DEVDAX;
	*ret = request;
	return 0;
}

static void saved_done(struct saved_device *saved)
{
	free(saved->name);
	free(saved->provider);
	free(saved->path);
	free(saved->identity);
	range_list_done(&saved->how.layout);
}

_public_ struct daxbus_request *daxbus_request_free(struct daxbus_request *request)
{
	if (!request)
		return NULL;
	ARRAY_FREE(request->saved, request->n_saved, saved_done);
	free(request->driver);
	free(request->name);
	strv_done(&request->memdevs);
	range_list_done(&request->layout);
	free(request);
	return NULL;
}

static int choose_word(struct daxbus_request *request, const struct setting *setting,
		       const char *value)
{
	/* the name in daxctl */
	const char *word = streq(value, "system-ram") ? "kmem" : value;

	for (unsigned int i = 0; setting->choices[i]; i++)
		if (streq(setting->choices[i], word)) {
			setting->choose(request, i);
			return 0;
		}
	return -EINVAL;
}

_public_ int daxbus_request_set(struct daxbus_request *request, const char *name, const char *value,
				struct daxbus_error *error)
{
	const struct setting *setting = find_setting(request->action, name);
	int r;

	if (!setting)
		return no_such_setting(request->action, name, error);
	r = setting->set ? setting->set(request, value) : choose_word(request, setting, value);
	if (r == -ENOMEM)
		return error_oom(error);
	return r < 0 ? no_such_value(setting, value, error) : 0;
}

_public_ int daxbus_request_set_u64(struct daxbus_request *request, const char *name,
				    uint64_t value, struct daxbus_error *error)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	return daxbus_request_set(request, name, text, error);
}

_public_ const char *daxbus_request_next_setting(enum daxbus_action action, const char *previous)
{
	const struct setting *setting = previous ? find_setting(action, previous) : NULL;
	size_t i = setting ? (size_t)(setting - settings) + 1 : 0;

	if (previous && !setting)
		return NULL;
	for (; is_action(action) && i < ARRAY_SIZE(settings); i++)
		if (settings[i].of & OF(action))
			return settings[i].name;
	return NULL;
}

_public_ const char *const *daxbus_request_choices(enum daxbus_action action, const char *name)
{
	const struct setting *setting = find_setting(action, name);

	return setting ? setting->choices : NULL;
}

static int check_mode(const struct daxbus_request *request, struct daxbus_error *err)
{
	const char *name = request_mode_name(request->mode);

	if (request->action == DAXBUS_RECONFIGURE && request->mode == MODE_NONE)
		return error_set(err, -EINVAL,
				 "reconfigure requires a mode: devdax, kmem, famfs or compat");
	if (request->purpose && request->mode != MODE_KMEM)
		return error_set(err, -EINVAL, "'for' is a setting of mode kmem, not %s", name);
	if (request->purpose && request->zone_is_given)
		return error_set(err, -EINVAL,
				 "'for' and 'online' exclude each other: the purpose determines "
				 "the zone");
	if (request->memmap_on_memory != CHOICE_UNSET && request->mode != MODE_KMEM)
		return error_set(err, -EINVAL,
				 "'memmap-on-memory' is a setting of mode kmem, not %s",
				 name ? name : "none");
	return 0;
}

static int check_shape(const struct daxbus_request *request, struct daxbus_error *err)
{
	if (request->action == DAXBUS_RESIZE && !request->size && !request->align &&
	    request->size_as != SIZE_ALL && request->size_as != SIZE_NONE)
		return error_set(err, -EINVAL, "resize requires a size or an alignment");
	if (request->layout.n && request->size)
		return error_set(
			err, -EINVAL,
			"'mapping' and 'size' exclude each other: a range has its own size");
	if (request->layout.n && request->count > 1)
		return error_set(
			err, -EINVAL,
			"'mapping' and 'count' exclude each other: each device has its own ranges");
	if (request->granularity && !request->memdevs.n)
		return error_set(err, -EINVAL, "'granularity' requires 'memdev'");
	if (request->memdevs.n && (request->layout.n || request->align || request->count > 1 ||
				   request->has_map || request->name || request->restore))
		return error_set(err, -EINVAL,
				 "'memdev' creates one device, which covers a new region: it "
				 "excludes 'mapping', 'align', 'count', 'map', 'name' and a saved "
				 "layout");
	if (request->restore && (request->size || request->align || request->layout.n ||
				 request->count > 1 || request->mode != MODE_DEVDAX))
		return error_set(err, -EINVAL,
				 "a saved layout specifies its devices, and excludes other "
				 "settings for them");
	return 0;
}

static int check_room(const struct daxbus_request *request, struct daxbus_error *err)
{
	if (request->make_room || (request->huge == HUGE_LEAVE && !request->drop_caches))
		return 0;
	return error_set(err, -EINVAL, "'%s' requires 'make-room'",
			 request->drop_caches ? "drop-caches" : "huge-pages");
}

int request_check(const struct daxbus_request *request, struct daxbus_error *err)
{
	return check_mode(request, err) ?: check_shape(request, err) ?: check_room(request, err);
}

enum reason request_held_reason(const struct daxbus_request *request)
{
	return request->action == DAXBUS_RESIZE || request->action == DAXBUS_DESTROY
		       ? REASON_MEMORY_HELD
		       : REASON_DEVICE_HELD;
}
