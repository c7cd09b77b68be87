/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/json.h"
#include "output/who.h"

#define ROW(member) offsetof(struct who_row, member)

/* clang-format off */
const struct change_key who_json_keys[] = {
	{ "device", KEY_TEXT, false, ROW(device), 0, "name of the device" },
	{ "way", KEY_TEXT, false, ROW(way), 0,
	  "open, mapped, may-hold (files through which pages can be held unseen), mounted, memory (on the node), bound (to the node), hugetlb, kernel, brings-online" },
	{ "pid", KEY_NUMBER, true, ROW(pid), 0, "number of the process; of a mount, of one that sees it; null if it is no process" },
	{ "name", KEY_TEXT, true, ROW(name), 0,
	  "name of the process, of the rule or agent, or directory of the mount" },
	{ "unit", KEY_TEXT, true, ROW(unit), 0, "service or scope of systemd that the process is in" },
	{ "container", KEY_TEXT, true, ROW(container), 0, "ID or name of the container that the process is in" },
	{ "bytes", KEY_COUNT, true, ROW(bytes), 0, "memory on the node, in bytes; null if there is none to count" },
	{ "anon", KEY_COUNT, true, ROW(anon), 0, "of that, anonymous memory" },
	{ "file", KEY_COUNT, true, ROW(file), 0, "of that, of files" },
	{ "shmem", KEY_COUNT, true, ROW(shmem), 0, "of that, shared memory" },
	{ "hugetlb", KEY_COUNT, true, ROW(huge), 0, "of that, huge pages" },
	{ "detail", KEY_TEXT, true, ROW(detail), 0,
	  "what binds the process, which files may hold pages, what is mounted, the word that is written; for people" },
	{ 0 },
};
/* clang-format on */

int who_json_print(struct session *s, const struct who *who)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	int r = json_new_document(&j, &s->error);

	if (r < 0)
		return r;
	json_set(j, json_root(j), "incomplete", json_new_bool(j, who->incomplete));
	change_json_set_array(j, json_root(j), "users", who->items, who->n, sizeof(*who->items),
			      who_json_keys);
	return json_print(j, s->out, &s->error);
}
