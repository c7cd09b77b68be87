/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/class-scan.h"
#include "output/json.h"

#define USER(member)  offsetof(struct class_consumer, member)
#define COUNT(member) offsetof(struct class_scan_counts, member)

/* clang-format off */
const struct change_key class_scan_json_user_keys[] = {
	{ "kind", KEY_TEXT, false, USER(kind), 0,
	  "kind: process, program, library, script, udev-rule, systemd-unit, modprobe or configuration" },
	{ "path", KEY_TEXT, true, USER(path), 0,
	  "absolute path of the file; for a process, its executable, null if unknown" },
	{ "line", KEY_COUNT, true, USER(line), 0,
	  "line number in the file; null for executables, libraries and processes" },
	{ "offset", KEY_COUNT, true, USER(offset), 0,
	  "offset in the file, in bytes; null for a process" },
	{ "pid", KEY_COUNT, true, USER(pid), 0, "process ID; null for a file" },
	{ "process", KEY_TEXT, true, USER(process), 0, "name of the process" },
	{ "package", KEY_TEXT, true, USER(package), 0,
	  "package of the file; null if dpkg and rpm know none" },
	{ "text", KEY_TEXT, true, USER(text), 0,
	  "the line, truncated; for a process, the path that it has open, watches or maps" },
	{ "code", KEY_TEXT, false, USER(code), 0, "stable code of the kind of use" },
	{ "breaks", KEY_TEXT, false, USER(breaks), 0, "what breaks without the class, for people" },
	{ "instead", KEY_TEXT, false, USER(instead), 0, "what to use instead, for people" },
	{ "safe", KEY_TEXT, true, USER(safe), 0,
	  "why it also works with the bus, for people; null if it does not" },
	{ 0 },
};

const struct change_key class_scan_json_count_keys[] = {
	{ "files", KEY_COUNT, false, COUNT(files), 0, "files that were opened" },
	{ "bytes", KEY_COUNT, false, COUNT(bytes), 0, "bytes that were read" },
	{ "unreadable", KEY_COUNT, false, COUNT(unreadable), 0,
	  "files and directories that could not be read" },
	{ "vanished", KEY_COUNT, false, COUNT(vanished), 0,
	  "files that were deleted before they could be opened" },
	{ "cut", KEY_COUNT, false, COUNT(cut), 0,
	  "huge files of which only the start was read" },
	{ "foreign", KEY_COUNT, false, COUNT(foreign), 0,
	  "directories on other file systems, which were skipped" },
	{ "processes", KEY_COUNT, false, COUNT(processes), 0,
	  "processes that were examined; 0 if the kernel has no class" },
	{ "hidden", KEY_COUNT, false, COUNT(hidden), 0,
	  "processes of these that could not be examined completely" },
	{ 0 },
};
/* clang-format on */

int class_scan_json_print(struct session *s, const struct class_consumers *users, const char *root)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct json_object *object, *array;
	int r = json_new_document(&j, &s->error);

	if (r < 0)
		return r;
	json_set(j, json_root(j), "root", json_new_string(j, root ? root : "/"));
	array = json_set_array(j, json_root(j), "users");
	for (size_t u = 0; u < users->n; u++) {
		const struct class_consumer *user = &users->items[u];

		object = json_push_object(j, array);
		change_json_fill(j, object, user, class_scan_json_user_keys);
		/* 0 is the start of a file. */
		json_set(j, object, "offset", user->pid ? NULL : json_new_number(j, user->offset));
	}
	change_json_fill(j, json_set_object(j, json_root(j), "looked_at"), &users->count,
			 class_scan_json_count_keys);
	return json_print(j, s->out, &s->error);
}
