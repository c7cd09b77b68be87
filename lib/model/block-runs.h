/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_BLOCK_RUNS_H
#define DAXBUS_MODEL_BLOCK_RUNS_H

#include "base/string.h"
#include "model/zone.h"

/* Memory blocks @first to @last, all in the same zone. */
struct block_run {
	uint64_t first;
	uint64_t last;
	enum zone zone;
};

/* Runs of memory blocks, ascending, without overlap. */
struct block_runs {
	struct block_run *items;
	size_t n;
};

/*
 * Add a run behind the last one; where it continues that one, in the same zone, the last one
 * becomes longer. Return: 0; -ENOMEM.
 */
int block_runs_add(struct block_runs *runs, uint64_t first, uint64_t last,
		   enum zone zone) _must_check_;
/* The number of blocks in all runs. */
uint64_t block_runs_count(const struct block_runs *runs);
void block_runs_done(struct block_runs *runs);

/* Add the runs to a text: "32-39:movable,40-40:offline"; "-" where there is none. */
void block_runs_print(const struct block_runs *runs, struct string *add_to);
/*
 * Parse such a text, which is changed. A text that block_runs_print() would write differently is
 * refused. Return: 0; -EINVAL; -ENOMEM.
 */
int block_runs_parse(char *text, struct block_runs *add_to) _must_check_;

/*
 * Add the numbers of all blocks to a text, in the way a shell expands braces: "{32..39}",
 * "{32,{40..47}}"; nothing where there is no run.
 */
void block_runs_print_braces(const struct block_runs *runs, struct string *add_to);

#endif
