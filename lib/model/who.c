/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/who.h"

#include "base/array.h"

static const char *const words[] = {
#define WHO_WORD(name, word) [name] = word,
	WHO_WAYS(WHO_WORD)
};

const char *who_word(enum who_way way)
{
	return words[way];
}

void who_row_done(struct who_row *row)
{
	free(row->device);
	free(row->name);
	free(row->unit);
	free(row->container);
	free(row->detail);
	*row = (struct who_row){ 0 };
}

int who_take(struct who *who, struct who_row *row)
{
	int r = ARRAY_PUSH(who->items, who->n, *row);

	if (r < 0)
		who_row_done(row);
	*row = (struct who_row){ 0 };
	return r;
}

void who_done(struct who *who)
{
	ARRAY_FREE(who->items, who->n, who_row_done);
	*who = (struct who){ 0 };
}
