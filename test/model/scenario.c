/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* --- jobs ------------------------------------------------------------------------------------- */

bool scenario_has_all;

unsigned int scenario_count_jobs(void)
{
	return N_MODEL_RELEASES * n_starts * (unsigned int)n_request_cases;
}

bool scenario_get_job(unsigned int job, struct start *ret_start,
		      const struct request_case **ret_request)
{
	unsigned int start = job / (unsigned int)n_request_cases;

	*ret_request = &request_cases[job % n_request_cases];
	return start_get(start / n_starts, start % n_starts, ret_start) &&
	       start_fits(ret_start, *ret_request, !scenario_has_all);
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

static void print_device(const struct model_kernel *k, unsigned int i)
{
	const struct model_device *d = &k->devices[i];

	printf("; dax%u.%u %s", i / MODEL_INSTANCES, i % MODEL_INSTANCES, model_driver(d->driver));
	for (unsigned int j = 0; j < d->n_ranges; j++)
		printf(" %" PRIx64 "-%" PRIx64, d->ranges[j].start, d->ranges[j].end);
	printf(" ids %d%d%s%s", d->has_id[MODEL_DEVICE_DAX], d->has_id[MODEL_KMEM],
	       d->stale_memmap ? " stale" : "", d->state == WORD_UNPLUGGED ? " unplugged" : "");
}

static void print_state(const char *what, const struct model_kernel *k)
{
	printf("    %s: policy %s", what, model_word(k->policy));
	for (unsigned int i = 0; i < MODEL_DEVICES; i++)
		if (k->devices[i].exists)
			print_device(k, i);
	for (unsigned int i = 0; i < MODEL_REGIONS; i++) {
		printf("; blocks");
		for (unsigned int j = 0; j < MODEL_BLOCKS; j++) {
			const struct model_block *b = &k->regions[i].blocks[j];

			printf(" %s%s", !b->present ? "-" : zone_name(b->zone),
			       b->present && !b->owned ? "(stuck)" : "");
		}
	}
	putchar('\n');
}

/* Repeat the run @i of it. */
static void repeat(struct runner *x, const struct scenario *s, unsigned int i,
		   const struct request_case *request, const char *device, struct run *run)
{
	if (i == 0)
		run_change(x, run, request, device, s->events[i]);
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
	printf("found: %s\n  %s: %s\n", s->what, model_kernels[start.kernel.release].release,
	       start.name);
	print_state("before", &start.kernel);
	for (unsigned int i = 0; i < s->n; i++) {
		repeat(&x, s, i, request, start.device, &run);
		snprintf(what, sizeof(what), "daxbus %s %s", i ? "recover" : request->name,
			 i || request->request.action == DAXBUS_CREATE ? "" : start.device);
		run_print(what, &run);
		print_state("after", &x.kernel);
	}
	runner_done(&x);
}

/* --- a test for a machine --------------------------------------------------------------------- */

static void write_start(FILE *f, const struct start *start)
{
	fprintf(f, "\tbegin %s %s", start_mode_name(start->mode), model_word(start->kernel.policy));
	for (unsigned int i = 0; start->mode == START_KMEM && i < MODEL_BLOCKS; i++)
		fprintf(f, " %s",
			start->zones[i] == ZONE_MOVABLE	 ? "movable"
			: start->zones[i] == ZONE_KERNEL ? "kernel"
							 : "offline");
	fputc('\n', f);
}

/* "dax0.1 kmem 108000000-117ffffff", as state() of test/vm/counterexample.bash says it. */
static void write_device(FILE *f, const struct model_kernel *k, unsigned int instance)
{
	const struct model_device *d = &k->devices[instance];

	if (!d->exists)
		return;
	fprintf(f, "dax0.%u %s", instance, model_driver(d->driver));
	for (unsigned int i = 0; i < d->n_ranges; i++)
		fprintf(f, " %" PRIx64 "-%" PRIx64, d->ranges[i].start, d->ranges[i].end);
	fputc('\n', f);
}

static void write_state(FILE *f, const struct model_kernel *k)
{
	for (unsigned int i = 0; i < MODEL_INSTANCES; i++)
		write_device(f, k, i);
	for (unsigned int i = 0; i < MODEL_BLOCKS; i++) {
		const struct model_block *b = &k->regions[0].blocks[i];
		uint64_t id = model_region_start(0) / MODEL_BLOCK_SIZE + i;

		if (b->present)
			fprintf(f, "%" PRIu64 " %s\n", id,
				b->zone == ZONE_MOVABLE	 ? "online Movable"
				: b->zone == ZONE_KERNEL ? "online Normal"
							 : "offline");
	}
	fprintf(f, "policy %s", model_word(k->policy));
}

/* As file() there wants it: kernels have the providers in different places. */
static void write_file_name(FILE *f, const struct model_kernel *k, const char *write)
{
	const char *path = strchr(write, '>') + 2;
	const char *provider = model_provider(k, 0);

	if (starts_with(path, provider))
		fprintf(f, "region%s", path + strlen(provider));
	else
		fprintf(f, "%s", path);
}

static bool is_same_file(const struct run *run, unsigned int a, unsigned int b)
{
	return streq(strchr(run->writes[a - 1], '>'), strchr(run->writes[b - 1], '>'));
}

/* Which of the writes to its file, or to that and another, the write @at is: strace counts these.
 */
static unsigned int count_writes(const struct run *run, unsigned int at, unsigned int other)
{
	unsigned int n = 0;

	for (unsigned int i = 1; i <= at; i++)
		n += is_same_file(run, i, at) || (other && is_same_file(run, i, other));
	return n;
}

static void write_fault(FILE *f, const struct model_kernel *k, const struct run *run,
			const char *function, unsigned int at)
{
	fprintf(f, "\t%s %u ", function, count_writes(run, at, 0));
	write_file_name(f, k, run->writes[at - 1]);
}

/* Of the same error in both: strace has one for a system call. */
static void write_two_faults(FILE *f, const struct model_kernel *k, const struct run *run,
			     const char *error)
{
	unsigned int at = run->event.at, second = run->event.second;

	fprintf(f, "\tfail_twice %s %u %u ", error, count_writes(run, at, second),
		count_writes(run, second, at));
	write_file_name(f, k, run->writes[at - 1]);
	fputc(' ', f);
	write_file_name(f, k, run->writes[second - 1]);
}

/* daxbus reads right before it writes: somebody else acts after the write before. */
static void write_other(FILE *f, const struct model_kernel *k, const struct run *run)
{
	const char *command = others[run->event.other].command;

	if (run->event.at == 1) {
		fprintf(f, "\t%s\n\tsays", command);
		return;
	}
	write_fault(f, k, run, "stopped_after", run->event.at - 1);
	fprintf(f, " '%s'", command);
}

static void write_run(FILE *f, const struct model_kernel *k, const struct run *run,
		      const char *arguments)
{
	const char *error = strerrorname_np(run->event.error) ?: "EIO";
	char fails[32];

	snprintf(fails, sizeof(fails), "fails %s", error);
	switch (run->event.kind) {
	case EVENT_NONE:
		fprintf(f, "\tsays");
		break;
	case EVENT_FAIL:
		if (run->event.second)
			write_two_faults(f, k, run, error);
		else
			write_fault(f, k, run, fails, run->event.at);
		break;
	case EVENT_KILL_BEFORE:
		write_fault(f, k, run, "killed_before", run->event.at);
		break;
	case EVENT_KILL_AFTER:
		write_fault(f, k, run, "killed_after", run->event.at);
		break;
	case EVENT_OTHER:
		write_other(f, k, run);
		break;
	}
	fprintf(f, " %s\n", arguments);
}

/* What has to hold in the end. */
static void write_check(FILE *f, const struct scenario *s, const char *arguments, bool of_region,
			const struct model_kernel *after)
{
	if (s->has_other) {
		fprintf(f, "\tis_finished\n");
	} else if (s->n == 1 && s->events[0].kind == EVENT_NONE) {
		fprintf(f, "\tis_finished\n\tis_refused_or_done\n");
	} else if (!of_region && s->n > 1) {
		fprintf(f, "\tis_finished\n\tis_before\n");
	} else if (!of_region) {
		fprintf(f, "\tagrees %s\n", arguments);
	} else {
		fprintf(f, "\t%s '", s->n > 1 ? "is_before_or" : "agrees_with");
		write_state(f, after);
		fprintf(f, "'\n");
	}
}

/* Where the request leads if nothing happens. */
static void find_after(struct runner *x, const struct start *start,
		       const struct request_case *request, struct model_kernel *ret)
{
	static struct run run;

	runner_set(x, &start->kernel, NULL);
	run_change(x, &run, request, start->device, (struct event){ 0 });
	*ret = x->kernel;
}

static void write_test(FILE *f, struct runner *x, const struct scenario *s,
		       const struct start *start, const struct request_case *request)
{
	const bool of_region = request->kind == CASE_REGION;
	struct model_kernel after;
	static struct run run;
	char arguments[128];

	snprintf(arguments, sizeof(arguments), "%s %s", request->name,
		 request->request.action == DAXBUS_CREATE ? "" : start->device);
	find_after(x, start, request, &after);
	runner_set(x, &start->kernel, NULL);
	write_start(f, start);
	for (unsigned int i = 0; i < s->n; i++) {
		repeat(x, s, i, request, start->device, &run);
		write_run(f, &start->kernel, &run, i ? "recover" : arguments);
	}
	write_check(f, s, arguments, of_region, &after);
}

int scenario_write_bats(const struct scenario *s, const char *file)
{
	const struct request_case *request;
	struct runner x;
	struct start start;
	FILE *f;

	/* Of groups, CXL and persistent memory there are no start states in machines. */
	if (!scenario_get_job(s->job, &start, &request) ||
	    (request->kind != CASE_DEVICE && request->kind != CASE_REGION))
		return -EOPNOTSUPP;
	f = fopen(file, "we");
	if (!f)
		return -errno;
	runner_init(&x, false);
	fprintf(f,
		"#!/usr/bin/env bats\n# Written by test/model/explore, for Linux %s.\n"
		"load counterexample\n\n@test \"model: %s\" {\n",
		model_kernels[start.kernel.release].release, s->what);
	write_test(f, &x, s, &start, request);
	fprintf(f, "}\n");
	runner_done(&x);
	return fclose(f) ? -errno : 0;
}
