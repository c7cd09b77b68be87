/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/class-scan.h"
#include "output/json.h"

#define USER(member)  offsetof(struct daxbus_user, member)
#define COUNT(member) offsetof(struct daxbus_users_count, member)

/* clang-format off */
const struct change_key user_keys[] = {
	{ "kind", KEY_TEXT, false, USER(kind), 0,
	  "what it is: process, program, library, script, udev-rule, systemd-unit, modprobe or configuration" },
	{ "path", KEY_TEXT, true, USER(path), 0,
	  "the file, from the root; of a process its program, null when that could not be told" },
	{ "line", KEY_COUNT, true, USER(line), 0,
	  "line of the file; null in programs and libraries, and of a process" },
	{ "offset", KEY_COUNT, true, USER(offset), 0,
	  "where it is in the file, in bytes; null of a process" },
	{ "pid", KEY_COUNT, true, USER(pid), 0, "number of the process; null of a file" },
	{ "process", KEY_TEXT, true, USER(process), 0, "name of the process" },
	{ "package", KEY_TEXT, true, USER(package), 0,
	  "package that the file belongs to, null when dpkg and rpm know of none" },
	{ "text", KEY_TEXT, true, USER(text), 0,
	  "what it says there, cut; of a process what it has open, watches or maps" },
	{ "code", KEY_TEXT, false, USER(code), 0, "stable word for how it uses the class" },
	{ "breaks", KEY_TEXT, false, USER(breaks), 0, "what breaks without the class, for people" },
	{ "instead", KEY_TEXT, false, USER(instead), 0, "what to use instead, for people" },
	{ "safe", KEY_TEXT, true, USER(safe), 0,
	  "why it works on the bus as well, for people; null when it does not" },
};

const struct change_key user_count_keys[] = {
	{ "files", KEY_COUNT, false, COUNT(files), 0, "files that were opened" },
	{ "bytes", KEY_COUNT, false, COUNT(bytes), 0, "bytes that were read of them" },
	{ "unreadable", KEY_COUNT, false, COUNT(unreadable), 0,
	  "files and folders that could not be read" },
	{ "vanished", KEY_COUNT, false, COUNT(vanished), 0,
	  "files that were gone before they could be opened" },
	{ "cut", KEY_COUNT, false, COUNT(cut), 0,
	  "huge files of which only the beginning was read" },
	{ "foreign", KEY_COUNT, false, COUNT(foreign), 0,
	  "folders of other file systems, which were passed over" },
	{ "processes", KEY_COUNT, false, COUNT(processes), 0,
	  "processes that were looked at, 0 where the kernel has no class" },
	{ "hidden", KEY_COUNT, false, COUNT(hidden), 0,
	  "processes of these that could not be looked at, or not wholly" },
};
/* clang-format on */
const size_t n_user_keys = ARRAY_SIZE(user_keys);
const size_t n_user_count_keys = ARRAY_SIZE(user_count_keys);

static struct json_object *new_value(struct json *j, const void *object,
				     const struct change_key *key)
{
	const void *member = (const char *)object + key->offset;
	const char *s;

	if (key->type == KEY_COUNT)
		return json_new_number(j, *(const uint64_t *)member);
	s = *(const char *const *)member;
	return s ? json_new_string(j, s) : NULL;
}

/* A number that this user has not. */
static bool is_none(const struct daxbus_user *user, const struct change_key *key)
{
	switch (key->offset) {
	case USER(line):
		return !user->line;
	case USER(offset):
		return user->pid;
	case USER(pid):
		return !user->pid;
	default:
		return false;
	}
}

int users_print_json(struct session *s, const struct daxbus_users *users, const char *root)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	const struct daxbus_user *user = NULL;
	struct json_object *object, *array;
	int r = json_new(&j, &s->error);

	if (r < 0)
		return r;
	json_set_head(j);
	json_set(j, json_root(j), "root", json_new_string(j, root ? root : "/"));
	array = json_set_array(j, json_root(j), "users");
	while ((user = daxbus_users_next(users, user))) {
		object = json_push_object(j, array);
		for (size_t i = 0; i < n_user_keys; i++)
			json_set(j, object, user_keys[i].key,
				 is_none(user, &user_keys[i]) ? NULL
							      : new_value(j, user, &user_keys[i]));
	}
	object = json_set_object(j, json_root(j), "looked_at");
	for (size_t i = 0; i < n_user_count_keys; i++)
		json_set(j, object, user_count_keys[i].key,
			 new_value(j, daxbus_users_count(users), &user_count_keys[i]));
	return json_print(j, s->out, &s->error);
}
