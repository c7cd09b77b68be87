/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>

/* --- jobs ------------------------------------------------------------------------------------- */

unsigned int scenario_count_jobs(void)
{
	return N_MODEL_RELEASES * n_starts * (unsigned int)n_request_cases;
}

bool scenario_get_job(unsigned int job, struct start *ret_start,
		      const struct request_case **ret_request)
{
	unsigned int start = job / (unsigned int)n_request_cases;

	*ret_request = &request_cases[job % n_request_cases];
#ifdef __SANITIZE_ADDRESS__
	/* A path costs four times as much: the oldest kernel and the newest. */
	if (start / n_starts != MODEL_5_10 && start / n_starts != MODEL_7_3)
		return false;
#endif
	return start_get(start / n_starts, start % n_starts, ret_start);
}

/* --- paths ------------------------------------------------------------------------------------ */

/* An event outweighs writes, and a run outweighs events. */
static unsigned long weigh(const struct run *run)
{
	return 10000 + (run->event.kind != EVENT_NONE) * 1000 + (run->event.second != 0) * 1000 +
	       run->n_writes;
}

void scenario_add(struct scenario *s, const struct run *run)
{
	if (s->n == SCENARIO_RUNS_MAX)
		abort();
	s->events[s->n++] = run->event;
	s->length += weigh(run);
	s->has_other |= run->event.kind == EVENT_OTHER;
}

static void print_state(const char *what, const struct model_kernel *k)
{
	printf("    %s: policy %s", what, model_word(k->policy));
	for (unsigned int i = 0; i < MODEL_DEVICES; i++) {
		const struct model_device *d = &k->devices[i];

		printf("; dax%u.0 %s", i, model_driver(d->driver));
		for (unsigned int j = 0; j < MODEL_BLOCKS; j++)
			printf(" %s%s", !d->blocks[j].present ? "-" : zone_name(d->blocks[j].zone),
			       d->blocks[j].present && !d->blocks[j].owned ? "(stuck)" : "");
		printf(" ids %d%d%s%s", d->has_id[MODEL_DEVICE_DAX], d->has_id[MODEL_KMEM],
		       d->stale_memmap ? " stale" : "",
		       d->state == WORD_UNPLUGGED ? " unplugged" : "");
	}
	putchar('\n');
}

/* Repeat the run @i of it. */
static void repeat(struct runner *x, const struct scenario *s, unsigned int i,
		   const struct request_case *request, struct run *run)
{
	if (i == 0)
		run_change(x, run, &request->request, s->events[i]);
	else
		run_recovery(x, run, s->events[i]);
}

void scenario_print(const struct scenario *s)
{
	const struct request_case *request;
	static struct run run;
	struct runner x;
	struct start start;
	char what[128];

	if (!scenario_get_job(s->job, &start, &request))
		abort();
	runner_init(&x, false);
	runner_set(&x, &start.kernel, NULL);
	printf("%s\n  %s: %s\n", s->what, model_kernels[start.kernel.release].release, start.name);
	print_state("before", &start.kernel);
	for (unsigned int i = 0; i < s->n; i++) {
		repeat(&x, s, i, request, &run);
		snprintf(what, sizeof(what), "daxbus %s%s", i ? "recover" : request->name,
			 i ? "" : " dax0.0");
		run_print(what, &run);
		print_state("after", &x.kernel);
	}
	runner_done(&x);
}
