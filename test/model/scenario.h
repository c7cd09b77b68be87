/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEST_MODEL_SCENARIO_H
#define TEST_MODEL_SCENARIO_H

#include "cases.h"
#include "run.h"

/* A path, as data that can be repeated: a start state, a request, and what happened in each run. */

#define SCENARIO_RUNS_MAX 12

struct scenario {
	const char *what; /* went wrong; NULL: this is no path */
	unsigned int job;
	struct event events[SCENARIO_RUNS_MAX]; /* of the change, and of each `recover` */
	unsigned int n;
	unsigned long length; /* less is easier to understand */
	bool has_other;
};

/* Start states and requests of all kernels, by their number. Return: whether there is one. */
bool scenario_get_job(unsigned int job, struct start *ret_start,
		      const struct request_case **ret_request);
/* Set once: all policies of each start state, not only one of four. */
extern bool scenario_has_all;
unsigned int scenario_count_jobs(void);

/* The path goes on with a run. */
void scenario_add(struct scenario *s, const struct run *run);

/* Repeat it, and print its commands, writes and events. */
void scenario_print(const struct scenario *s);
/* Repeat it, and write it as a test for a machine. Return: 0; a negative errno. */
int scenario_write_bats(const struct scenario *s, const char *file);

#endif
