/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "request.h"

#include <errno.h>

#include "parse.h"

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
	[DAXBUS_UNBIND] = "unbind",
};

const char *mode_name(enum mode mode)
{
	return modes[mode].name;
}

const char *mode_driver(enum mode mode)
{
	return modes[mode].driver;
}

enum mode mode_of_driver(const char *driver)
{
	for (size_t i = 0; driver && i < ARRAY_SIZE(modes); i++)
		if (modes[i].driver && streq(modes[i].driver, driver))
			return (enum mode)i;
	return MODE_NONE;
}

/* --- settings --------------------------------------------------------------------------------- */

/* In the order of their enums, behind MODE_NONE and CHOICE_UNSET. */
static const char *const mode_words[] = { "devdax", "kmem", "famfs", "compat", NULL };
static const char *const online_words[] = { "movable", "kernel", "policy", "no", NULL };
static const char *const zone_words[] = { "movable", "kernel", NULL };
static const char *const choice_words[] = { "no", "yes", NULL };

/* Where @word stands in a list that ends with NULL, or -EINVAL. */
static int find_word(const char *const *words, const char *word)
{
	for (int i = 0; words[i]; i++)
		if (streq(words[i], word))
			return i;
	return -EINVAL;
}

static int set_mode(struct daxbus_request *request, const char *value)
{
	/* daxctl's word for the same mode */
	int i = find_word(mode_words, streq(value, "system-ram") ? "kmem" : value);

	if (i < 0)
		return i;
	request->mode = MODE_DEVDAX + (enum mode)i;
	return 0;
}

/* It becomes a part of a path, and a word on a line. */
static bool is_driver_name(const char *s)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
	size_t length = strspn(s, plain);

	return length && length < 64 && !s[length] && s[0] != '-';
}

static int set_driver(struct daxbus_request *request, const char *value)
{
	char *copy;

	if (!is_driver_name(value))
		return -EINVAL;
	copy = strdup(value);
	if (!copy)
		return -ENOMEM;
	free(request->driver);
	request->driver = copy;
	return 0;
}

static int set_online(struct daxbus_request *request, const char *value)
{
	int i = find_word(request->action == DAXBUS_RECONFIGURE ? online_words : zone_words, value);

	if (i < 0)
		return i;
	request->online = (enum online)i;
	return 0;
}

static int set_memmap(struct daxbus_request *request, const char *value)
{
	int i = find_word(choice_words, value);

	if (i < 0)
		return i;
	request->memmap_on_memory = CHOICE_NO + (enum choice)i;
	return 0;
}

static int set_size(struct daxbus_request *request, const char *value)
{
	uint64_t size;

	if (parse_size(value, &size) < 0 || size == 0)
		return -EINVAL;
	request->size = size;
	return 0;
}

static int set_force(struct daxbus_request *request, const char *value)
{
	int i = find_word(choice_words, value);

	if (i < 0)
		return i;
	request->force = i;
	return 0;
}

static int set_wait(struct daxbus_request *request, const char *value)
{
	uint64_t seconds = WAIT_FOREVER;

	if (!streq(value, "forever") && parse_u64(value, 10, &seconds) < 0)
		return -EINVAL;
	request->wait = seconds;
	return 0;
}

#define OF(action) (1U << (action))
#define OF_ALL	   (OF(_DAXBUS_ACTION_MAX) - 1)

/* @wanted says in words what else than @choices is right. */
static const struct setting {
	const char *name;
	unsigned int of;
	const char *const *choices;
	const char *wanted;
	int (*set)(struct daxbus_request *request, const char *value);
} settings[] = {
	{ "mode", OF(DAXBUS_RECONFIGURE), mode_words, NULL, set_mode },
	{ "driver", OF(DAXBUS_BIND), NULL,
	  "the name of a driver: letters, digits, '_' and '-', not first", set_driver },
	{ "online", OF(DAXBUS_RECONFIGURE), online_words, NULL, set_online },
	{ "online", OF(DAXBUS_ONLINE), zone_words, NULL, set_online },
	{ "memmap-on-memory", OF(DAXBUS_RECONFIGURE), choice_words, NULL, set_memmap },
	{ "size", OF(DAXBUS_ONLINE) | OF(DAXBUS_OFFLINE), NULL,
	  "a size above 0 such as 1073741824, 1024M or 1GiB", set_size },
	{ "force", OF_ALL, choice_words, NULL, set_force },
	{ "wait", OF_ALL, NULL, "a number of seconds, or forever", set_wait },
};

static const struct setting *find_setting(enum daxbus_action action, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		if (settings[i].of & OF(action) && streq(settings[i].name, name))
			return &settings[i];
	return NULL;
}

/* "a, b or c" out of what comes word by word; @last: this is the last one. */
static void add_word(struct text *list, const char *word, bool last)
{
	text_add(list, "%s%s", !list->length ? "" : last ? " or " : ", ", word);
}

static int no_such_setting(enum daxbus_action action, const char *name, struct daxbus_error *err)
{
	_cleanup_(text_done) struct text list = { 0 };

	/* The last row is of all actions, so that the list ends with it. */
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		if (settings[i].of & OF(action))
			add_word(&list, settings[i].name, i == ARRAY_SIZE(settings) - 1);
	if (list.failed)
		return err_oom(err);
	return err_set(err, -EINVAL, "%s has no setting '%s': it has %s", actions[action], name,
		       list.s);
}

static int no_such_value(const struct setting *setting, const char *value, struct daxbus_error *err)
{
	_cleanup_(text_done) struct text list = { 0 };

	for (size_t i = 0; setting->choices && setting->choices[i]; i++)
		add_word(&list, setting->choices[i], !setting->choices[i + 1]);
	if (list.failed)
		return err_oom(err);
	return err_set(err, -EINVAL, "'%s' cannot be '%s': it is %s", setting->name, value,
		       setting->choices ? list.s : setting->wanted);
}

/* --- request ---------------------------------------------------------------------------------- */

_public_ int daxbus_request_new(enum daxbus_action action, struct daxbus_request **ret)
{
	struct daxbus_request *request = calloc(1, sizeof(*request));

	if (!request)
		return -ENOMEM;
	request->action = action;
	*ret = request;
	return 0;
}

_public_ struct daxbus_request *daxbus_request_unref(struct daxbus_request *request)
{
	if (request)
		free(request->driver);
	free(request);
	return NULL;
}

_public_ int daxbus_request_set(struct daxbus_request *request, const char *name, const char *value,
				struct daxbus_error *error)
{
	const struct setting *setting = find_setting(request->action, name);
	int r;

	if (!setting)
		return no_such_setting(request->action, name, error);
	r = setting->set(request, value);
	if (r == -ENOMEM)
		return err_oom(error);
	return r < 0 ? no_such_value(setting, value, error) : 0;
}

_public_ const char *const *daxbus_request_choices(enum daxbus_action action, const char *name)
{
	const struct setting *setting = find_setting(action, name);

	return setting ? setting->choices : NULL;
}

int request_check(const struct daxbus_request *request, struct daxbus_error *err)
{
	if (request->action != DAXBUS_RECONFIGURE)
		return 0;
	if (request->mode == MODE_NONE)
		return err_set(err, -EINVAL,
			       "reconfigure needs a mode: devdax, kmem, famfs or compat");
	if (request->memmap_on_memory != CHOICE_UNSET && request->mode != MODE_KMEM)
		return err_set(err, -EINVAL, "'memmap-on-memory' is a setting of mode kmem, not %s",
			       mode_name(request->mode));
	return 0;
}
