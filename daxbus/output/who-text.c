/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "output/table.h"
#include "output/who.h"

/* "anon 12 MiB, file 3 MiB", and what else is known. */
static void add_detail(struct table *t, const struct who_row *row)
{
	const struct {
		const char *name;
		uint64_t bytes;
	} kinds[] = {
		{ "anon", row->anon },
		{ "file", row->file },
		{ "shmem", row->shmem },
		{ "hugetlb", row->huge },
	};
	struct string *cell = table_cell(t);
	const char *separator = "";

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!kinds[i].bytes)
			continue;
		string_add(cell, "%s%s ", separator, kinds[i].name);
		string_add_size(cell, kinds[i].bytes);
		separator = ", ";
	}
	if (row->detail)
		string_add(cell, "%s%s", separator, row->detail);
	else if (!*separator)
		string_add(cell, "-");
	table_end_cell(t);
}

/* An ID as the container engines show it; a name is whole. */
static void add_container(struct table *t, const char *container)
{
	bool is_id =
		container && strlen(container) == 64 && strspn(container, "0123456789abcdef") == 64;

	TABLE_ADD(t, is_id ? "%.12s" : "%s", container ?: "-");
}

static void add_user_line(struct table *t, const struct who_row *row)
{
	TABLE_ADD(t, "%s", row->device ?: "-");
	TABLE_ADD(t, "%s", row->way ?: "-");
	TABLE_ADD(t, row->pid ? "%u" : "-", row->pid);
	TABLE_ADD(t, "%s", row->name ?: "-");
	TABLE_ADD(t, "%s", row->unit ?: "-");
	add_container(t, row->container);
	table_add_bytes(t, row->bytes);
	add_detail(t, row);
}

int who_text_print(struct session *s, const struct who *who)
{
	static const char *const headers[] = { "DEVICE", "WAY",	      "PID",	"NAME",
					       "UNIT",	 "CONTAINER", "MEMORY", "DETAIL" };
	_cleanup_(table_free_p) struct table *t = NULL;
	int r = table_new(&t, TABLE_ALIGNED, true, &s->error);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		table_add_column(t, headers[i], i == 2 || i == 6 ? TABLE_RIGHT : 0);
	for (size_t i = 0; i < who->n; i++)
		add_user_line(t, &who->items[i]);
	return table_print(t, s->out, &s->error);
}
