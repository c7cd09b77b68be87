/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Explores what becomes of a model of the kernel when a change fails or is killed at any write, or
 * when somebody else acts before any write.
 *
 * For each start state and request: the change when nothing happens; with each of its writes failed
 * with each errno, and each write of the undo failed, too; killed before and after each of its
 * writes; with somebody else acting before each of them. From each state and journal that these
 * leave, `recover`: when nothing happens, and with each of its writes failed, killed, or
 * with somebody else acting before it, and so on until no new state with a journal comes. What
 * recover does depends on nothing but these two, so that each pair is explored once.
 *
 * After each path the machine is as before or as requested, in accordance with the result, with no
 * memory lost and no journal left. The shortest path that ends in each other way is printed, and
 * the test fails.
 *
 *	explore [-vtxl] [-j N] [-r TEXT] [-b FILE]
 *
 * -v: print the writes of each change; -t: and reads of missing files; -x: stop after the first
 * start state and request with a path that fails; -l: on all kernels and with all policies, as with
 * DAXBUS_LONG in the environment; -j: in N processes (default: one for each processor); -r: only
 * requests that begin so; -b: write the shortest path as a test for a machine
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "cases.h"
#include "scenario.h"
#include "steps-seen.h"

#ifdef __SANITIZE_ADDRESS__
#define IS_SLOW true
#else
#define IS_SLOW false
#endif

static const int errnos[] = { EBUSY, EINVAL, ENOMEM, EPERM, ENODEV };

/* --- counts, shared by the processes ---------------------------------------------------------- */

#define OTHERS_MAX 16

/* What happens to a transition. Others follow each of the last two, one for each row of others[].
 */
enum fault {
	FAULT_ERRNO, /* one for each errno */
	FAULT_TWICE = FAULT_ERRNO + ARRAY_SIZE(errnos),
	FAULT_KILL_BEFORE,
	FAULT_KILL_AFTER,
	FAULT_RECOVER_FAIL,
	FAULT_RECOVER_KILL_BEFORE,
	FAULT_RECOVER_KILL_AFTER,
	FAULT_OTHER,
	FAULT_RECOVER_OTHER = FAULT_OTHER + OTHERS_MAX,
	N_FAULTS = FAULT_RECOVER_OTHER + OTHERS_MAX,
};

struct counts {
	atomic_ulong changes, paths, states, failed, beyond_help;
	atomic_ulong faults[N_FAULTS];
	atomic_bool writes, undoes, recovers; /* daxbus writes in the change, its undo, recover */
};

#define KINDS_MAX   16
#define WORKERS_MAX 64

struct shared {
	atomic_uint next_job;
	atomic_bool stop;
	struct steps_seen steps;
	/* of each process, the shortest path of each kind that fails */
	struct scenario found[WORKERS_MAX][KINDS_MAX];
	struct counts counts[]; /* N_START_MODES for each request */
};

/* --- an exploration --------------------------------------------------------------------------- */

/* Where daxbus starts after a kill or a failed undo. */
struct node {
	uint64_t hash;
	struct model_kernel kernel;
	struct model_journal journal;
	struct scenario path;
};

struct explorer {
	struct runner runner;
	struct shared *shared;
	struct scenario *found;
	struct counts *counts;
	bool verbose, stop_early;
	const char *only; /* requests that begin with this; NULL: all */
	/* of one start state and request */
	unsigned int job;
	const struct request_case *request;
	const struct start *start;
	const struct model_kernel *before; /* of @start */
	struct model_kernel after;
	struct run run;
	struct node *nodes;
	size_t n_nodes;
	uint64_t *seen; /* hashes of states and journals */
	size_t n_seen;
};

static bool is_same_device(const struct model_device *a, const struct model_device *b)
{
	return a->exists == b->exists && a->driver == b->driver &&
	       !memcmp(a->has_id, b->has_id, sizeof(a->has_id)) &&
	       (a->state == WORD_UNPLUGGED) == (b->state == WORD_UNPLUGGED) &&
	       a->stale_memmap == b->stale_memmap && a->memmap == b->memmap &&
	       a->n_ranges == b->n_ranges && !memcmp(a->ranges, b->ranges, sizeof(a->ranges));
}

/* The mode of a decoder without memory means nothing, nor do the names of regions to come. */
static bool is_same_cxl(const struct model_cxl *a, const struct model_cxl *b)
{
	for (unsigned int i = 0; i < MODEL_CARDS; i++)
		if (a->attached[i] != b->attached[i] || a->dpa_size[i] != b->dpa_size[i] ||
		    (a->dpa_size[i] && a->is_ram[i] != b->is_ram[i]))
			return false;
	return a->exists == b->exists && a->ways == b->ways && a->size == b->size &&
	       a->granularity == b->granularity && a->committed == b->committed &&
	       a->bound == b->bound;
}

static bool is_same(const struct model_kernel *a, const struct model_kernel *b)
{
	for (unsigned int i = 0; i < MODEL_DEVICES; i++)
		if (!is_same_device(&a->devices[i], &b->devices[i]))
			return false;
	for (unsigned int i = 0; i < MODEL_REGIONS; i++)
		if (memcmp(a->regions[i].blocks, b->regions[i].blocks,
			   sizeof(a->regions[i].blocks)))
			return false;
	return a->policy == b->policy && a->autoprobe == b->autoprobe &&
	       a->nd.driver == b->nd.driver && is_same_cxl(&a->cxl, &b->cxl);
}

static bool is_stuck(const struct model_kernel *k)
{
	for (unsigned int i = 0; i < MODEL_REGIONS; i++)
		for (unsigned int j = 0; j < MODEL_BLOCKS; j++)
			if (k->regions[i].blocks[j].present && !k->regions[i].blocks[j].owned)
				return true;
	return false;
}

/* A path that ends as it must not. The shortest of its kind is kept. */
static void fail(struct explorer *x, struct scenario *path, const char *what)
{
	atomic_fetch_add(&x->counts->failed, 1);
	path->what = what;
	for (unsigned int i = 0; i < KINDS_MAX; i++) {
		struct scenario *found = &x->found[i];

		if (found->what && !streq(found->what, what))
			continue;
		if (!found->what || path->length < found->length)
			*found = *path;
		break;
	}
	if (x->stop_early)
		atomic_store(&x->shared->stop, true);
}

static void check(struct explorer *x, struct scenario *path, bool is_right, const char *what)
{
	if (x->runner.kernel.disaster)
		fail(x, path, x->runner.kernel.disaster);
	else if (is_stuck(&x->runner.kernel))
		fail(x, path, "memory is stuck");
	else if (!is_right)
		fail(x, path, what);
}

/* --- states and journals ---------------------------------------------------------------------- */

static uint64_t hash_state(const struct explorer *x, const struct model_journal *journal)
{
	uint64_t hash = model_hash(&x->runner.kernel, sizeof(x->runner.kernel), 0);

	return journal->length < 0 ? hash
				   : model_hash(journal->text, (size_t)journal->length, hash);
}

static void note_state(struct explorer *x, uint64_t hash)
{
	for (size_t i = 0; i < x->n_seen; i++)
		if (x->seen[i] == hash)
			return;
	if (array_grow(&x->seen, x->n_seen, sizeof(*x->seen)) < 0)
		abort();
	x->seen[x->n_seen++] = hash;
	atomic_fetch_add(&x->counts->states, 1);
}

/* Recover has something to do here, and does the same whatever led here; what is right depends on
 * whether somebody else has acted. */
static void add_node(struct explorer *x, const struct scenario *path,
		     const struct model_journal *journal, uint64_t hash)
{
	struct node *node;

	for (size_t i = 0; i < x->n_nodes; i++)
		if (x->nodes[i].hash == hash && x->nodes[i].path.has_other == path->has_other)
			return;
	if (array_grow(&x->nodes, x->n_nodes, sizeof(*x->nodes)) < 0)
		abort();
	node = &x->nodes[x->n_nodes++];
	node->hash = hash;
	node->kernel = x->runner.kernel;
	node->journal = *journal;
	node->path = *path;
}

/* --- what is right ---------------------------------------------------------------------------- */

/*
 * Somebody else's memory may be online or offline afterwards, and the policy theirs. Before Linux
 * 7.3 nothing helps if they bring memory online between the last look and the write to unbind.
 */
static bool is_beyond_help(const struct explorer *x)
{
	const struct run *run = &x->run;

	return run->event.kind == EVENT_OTHER && run->event.at <= run->n_writes &&
	       strstr(run->writes[run->event.at - 1], "kmem/unbind") &&
	       is_stuck(&x->runner.kernel) && !x->runner.kernel.disaster;
}

/* Memory that somebody else has taken cannot come back, and only `recover --forget` helps. */
static bool is_taken(const struct explorer *x, const struct scenario *path)
{
	for (unsigned int i = 0; i < path->n; i++)
		if (path->events[i].kind == EVENT_OTHER && others[path->events[i].other].takes &&
		    x->run.status == DAXBUS_FAILED)
			return true;
	return false;
}

static bool is_others_right(const struct explorer *x, bool is_recovery)
{
	const struct model_kernel *now = &x->runner.kernel;
	bool is_new = !is_recovery && x->run.status == DAXBUS_CHANGED;
	const struct model_kernel *wanted = is_new ? &x->after : x->before;

	if ((now->policy != x->before->policy && now->policy != WORD_ONLINE) ||
	    now->autoprobe != x->before->autoprobe)
		return false;
	/* Where others take the device away, it stays away. */
	if (x->request->kind == CASE_CXL || x->request->kind == CASE_ND)
		return true;
	return now->devices[0].driver == wanted->devices[0].driver &&
	       now->devices[MODEL_INSTANCES].driver == wanted->devices[MODEL_INSTANCES].driver;
}

static bool is_result_right(const struct explorer *x, bool is_recovery)
{
	bool is_new = is_same(&x->runner.kernel, &x->after);

	/* It only forgets a destruction that was carried out. */
	if (is_recovery)
		return is_same(&x->runner.kernel, x->before) ||
		       (x->request->request.action == DAXBUS_DESTROY && is_new);
	return x->run.status == DAXBUS_CHANGED || x->run.status == DAXBUS_UNCHANGED
		       ? is_new
		       : is_same(&x->runner.kernel, x->before);
}

/* A path ends here, or goes on with `recover`. */
static void end_path(struct explorer *x, struct scenario *path, bool was_killed, bool must_end)
{
	bool is_recovery = path->n > 1;
	struct model_journal journal;
	uint64_t hash;

	runner_get_journal(&x->runner, &journal);
	hash = hash_state(x, &journal);
	if (journal.length > 0)
		steps_seen_note(&x->shared->steps, journal.text, (size_t)journal.length);
	atomic_fetch_add(&x->counts->paths, 1);
	note_state(x, hash);
	if (is_beyond_help(x) || (is_taken(x, path) && !is_stuck(&x->runner.kernel))) {
		atomic_fetch_add(&x->counts->beyond_help, 1);
		return;
	}
	if (journal.length >= 0 && must_end)
		fail(x, path, "recover left a journal, though nothing happened to it");
	else if (journal.length >= 0 && !was_killed && x->run.status != DAXBUS_FAILED)
		fail(x, path, "a journal is left, and the result does not say so");
	else if (journal.length >= 0)
		add_node(x, path, &journal, hash);
	else if (path->has_other)
		check(x, path, is_others_right(x, is_recovery),
		      "a setting or a driver is wrong after others acted");
	else
		check(x, path, is_result_right(x, is_recovery),
		      is_recovery ? "recover did not restore the state"
				  : "the state is not the one that the result says");
}

/* --- paths ------------------------------------------------------------------------------------ */

static void note_fault(struct explorer *x, unsigned int fault)
{
	atomic_fetch_add(&x->counts->faults[fault], 1);
}

static void change(struct explorer *x, struct event event, unsigned int fault)
{
	struct scenario path = { .job = x->job };
	bool was_killed;

	runner_set(&x->runner, x->before, NULL);
	was_killed = run_change(&x->runner, &x->run, x->request, x->start->device, event);
	scenario_add(&path, &x->run);
	note_fault(x, fault);
	end_path(x, &path, was_killed, false);
}

static void recover(struct explorer *x, size_t node, struct event event, unsigned int fault)
{
	struct scenario path = x->nodes[node].path;
	bool was_killed;

	runner_set(&x->runner, &x->nodes[node].kernel, &x->nodes[node].journal);
	was_killed = run_recovery(&x->runner, &x->run, event);
	scenario_add(&path, &x->run);
	if (event.kind != EVENT_NONE)
		note_fault(x, fault);
	end_path(x, &path, was_killed, event.kind == EVENT_NONE);
}

static void explore_failures(struct explorer *x, unsigned int at)
{
	unsigned int all = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(errnos); i++) {
		change(x, (struct event){ .kind = EVENT_FAIL, .at = at, .error = errnos[i] },
		       FAULT_ERRNO + i);
		if (x->run.status == DAXBUS_UNDONE)
			all = x->run.n_writes;
	}
	/* And a write of the undo. */
	if (all > at)
		x->counts->undoes = true;
	for (unsigned int second = at + 1; second <= all; second++)
		change(x, (struct event){ EVENT_FAIL, at, EPERM, second, 0 }, FAULT_TWICE);
}

static void explore_changes(struct explorer *x, unsigned int n_writes)
{
	for (unsigned int at = 1; at <= n_writes; at++) {
		explore_failures(x, at);
		change(x, (struct event){ .kind = EVENT_KILL_BEFORE, .at = at }, FAULT_KILL_BEFORE);
		change(x, (struct event){ .kind = EVENT_KILL_AFTER, .at = at }, FAULT_KILL_AFTER);
		for (unsigned int i = 0; i < n_others; i++)
			if (other_fits(i, x->request))
				change(x,
				       (struct event){ .kind = EVENT_OTHER, .at = at, .other = i },
				       FAULT_OTHER + i);
	}
}

static void explore_node(struct explorer *x, size_t node)
{
	unsigned int n_writes;

	recover(x, node, (struct event){ 0 }, 0);
	/* These are most of all paths: after others have acted, recover fails under one policy. */
	if (x->nodes[node].path.has_other &&
	    (IS_SLOW || x->request->kind == CASE_REGION || x->before->policy != WORD_ONLINE))
		return;
	n_writes = x->run.n_writes;
	if (n_writes)
		x->counts->recovers = true;
	for (unsigned int at = 1; at <= n_writes; at++) {
		recover(x, node, (struct event){ .kind = EVENT_FAIL, .at = at, .error = EPERM },
			FAULT_RECOVER_FAIL);
		recover(x, node, (struct event){ .kind = EVENT_KILL_BEFORE, .at = at },
			FAULT_RECOVER_KILL_BEFORE);
		recover(x, node, (struct event){ .kind = EVENT_KILL_AFTER, .at = at },
			FAULT_RECOVER_KILL_AFTER);
		/* Somebody else acts once. */
		for (unsigned int i = 0; i < n_others && !x->nodes[node].path.has_other; i++)
			if (other_fits(i, x->request))
				recover(x, node,
					(struct event){ .kind = EVENT_OTHER, .at = at, .other = i },
					FAULT_RECOVER_OTHER + i);
	}
}

static void check_undisturbed(struct explorer *x, struct scenario *path)
{
	check(x, path,
	      !runner_is_pending(&x->runner) &&
		      (x->run.status == DAXBUS_CHANGED ||
		       ((x->run.status == DAXBUS_UNCHANGED || x->run.status == DAXBUS_REFUSED ||
			 x->request->end == END_NOT_CONFIRMED) &&
			is_same(&x->after, x->before))) &&
		      x->after.policy == x->before->policy,
	      "an undisturbed change failed, or left another state");
}

static void explore(struct explorer *x)
{
	struct scenario path = { .job = x->job };

	x->n_nodes = x->n_seen = 0;
	runner_set(&x->runner, x->before, NULL);
	run_change(&x->runner, &x->run, x->request, x->start->device, (struct event){ 0 });
	scenario_add(&path, &x->run);
	x->after = x->runner.kernel;
	atomic_fetch_add(&x->counts->changes, 1);
	atomic_fetch_add(&x->counts->paths, 1);
	if (x->verbose)
		run_print(x->request->name, &x->run);
	check_undisturbed(x, &path);
	if (x->run.n_writes)
		x->counts->writes = true;
	explore_changes(x, x->run.n_writes);
	/* It grows meanwhile. */
	for (size_t i = 0; i < x->n_nodes; i++)
		explore_node(x, i);
}

/* --- processes -------------------------------------------------------------------------------- */

static void do_jobs(struct explorer *x)
{
	struct start start;

	while (!x->shared->stop) {
		unsigned int n = atomic_fetch_add(&x->shared->next_job, 1);

		if (n >= scenario_count_jobs())
			return;
		/* All kernels and requests soon: this number is prime. */
		x->job = n * 1009UL % scenario_count_jobs();
		if (!scenario_get_job(x->job, &start, &x->request) ||
		    (x->only && !starts_with(x->request->name, x->only)))
			continue;
		x->start = &start;
		x->before = &start.kernel;
		x->counts = &x->shared->counts[(x->request - request_cases) * N_START_MODES +
					       start.mode];
		explore(x);
	}
}

static void work(struct explorer *x, bool trace)
{
	runner_init(&x->runner, trace);
	do_jobs(x);
	free(x->nodes);
	free(x->seen);
	runner_done(&x->runner);
}

static bool wait_for_all(unsigned int n)
{
	bool failed = false;

	while (n--) {
		int status;

		if (wait(&status) < 0 || !WIFEXITED(status) || WEXITSTATUS(status))
			failed = true;
	}
	return failed;
}

/* --- the report ------------------------------------------------------------------------------- */

/* Why nothing of this kind could happen to a transition; NULL: no reason. */
static const char *why_left_out(const struct counts *c, unsigned int fault)
{
	if (!c->writes)
		return "the change writes nothing: refused, or nothing to do";
	if (fault == FAULT_TWICE && !c->undoes)
		return "its undo writes nothing";
	if (((fault >= FAULT_RECOVER_FAIL && fault < FAULT_OTHER) ||
	     fault >= FAULT_RECOVER_OTHER) &&
	    !c->recovers)
		return "recover writes nothing";
	return NULL;
}

static bool is_fault(const struct request_case *request, unsigned int fault)
{
	unsigned int other =
		fault - (fault < FAULT_RECOVER_OTHER ? FAULT_OTHER : FAULT_RECOVER_OTHER);

	if (fault < FAULT_OTHER)
		return true;
	return other < n_others && other_fits(other, request);
}

struct left_out {
	const char *why;
	unsigned long n;
};

/* Return: how many pairs are left out without a reason. */
static unsigned long count_left_out(const struct request_case *request, const struct counts *c,
				    struct left_out reasons[4], unsigned long *n_pairs)
{
	unsigned long unexplained = 0;

	for (unsigned int fault = 0; fault < N_FAULTS; fault++) {
		const char *why = why_left_out(c, fault);

		if (!is_fault(request, fault))
			continue;
		++*n_pairs;
		if (c->faults[fault])
			continue;
		if (!why)
			unexplained++;
		for (unsigned int i = 0; why && i < 4; i++)
			if (!reasons[i].why || streq(reasons[i].why, why)) {
				reasons[i].why = why;
				reasons[i].n++;
				break;
			}
	}
	return unexplained;
}

static bool print_counts(const struct shared *shared)
{
	unsigned long paths = 0, states = 0, pairs = 0, unexplained = 0, beyond_help = 0;
	struct left_out reasons[4] = { 0 };

	printf("%-10s %-42s %8s %8s %8s %8s\n", "from", "request", "changes", "paths", "states",
	       "failed");
	for (size_t i = 0; i < n_request_cases * N_START_MODES; i++) {
		const struct counts *c = &shared->counts[i];

		if (!c->changes)
			continue;
		paths += c->paths;
		states += c->states;
		beyond_help += c->beyond_help;
		unexplained +=
			count_left_out(&request_cases[i / N_START_MODES], c, reasons, &pairs);
		printf("%-10s %-42s %8lu %8lu %8lu %8lu\n",
		       start_mode_name((enum start_mode)(i % N_START_MODES)),
		       request_cases[i / N_START_MODES].name, c->changes, c->paths, c->states,
		       c->failed);
	}
	printf("%lu paths, %lu states\n", paths, states);
	printf("%lu pairs of a transition and a fault; left out: %lu without a reason\n", pairs,
	       unexplained);
	for (unsigned int i = 0; i < 4 && reasons[i].why; i++)
		printf("  left out: %lu: %s\n", reasons[i].n, reasons[i].why);
	printf("%lu paths where others took what daxbus cannot give back, or brought memory online right "
	       "before the write to unbind, which nothing can prevent\n",
	       beyond_help);
	return unexplained;
}

/* The shortest of each kind. Return: the shortest of all, or NULL. */
static const struct scenario *merge_found(struct shared *shared)
{
	struct scenario *all = shared->found[0], *shortest = NULL;

	for (unsigned int i = 0; i < WORKERS_MAX * KINDS_MAX; i++)
		for (unsigned int j = 0; j < i && all[i].what; j++)
			if (all[j].what && streq(all[i].what, all[j].what)) {
				if (all[i].length < all[j].length)
					all[j] = all[i];
				all[i].what = NULL;
			}
	for (unsigned int i = 0; i < WORKERS_MAX * KINDS_MAX; i++)
		if (all[i].what && (!shortest || all[i].length < shortest->length))
			shortest = &all[i];
	return shortest;
}

static void print_found(struct shared *shared, const char *bats)
{
	const struct scenario *shortest = merge_found(shared), *all = shared->found[0];

	for (unsigned int i = 0; i < WORKERS_MAX * KINDS_MAX; i++)
		if (all[i].what)
			scenario_print(&all[i]);
	if (shortest && bats && scenario_write_bats(shortest, bats) < 0)
		fprintf(stderr, "explore: cannot write %s\n", bats);
}

/* --- all of it -------------------------------------------------------------------------------- */

static struct shared *new_shared(void)
{
	size_t size =
		sizeof(struct shared) + sizeof(struct counts) * n_request_cases * N_START_MODES;
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static unsigned int n_processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > WORKERS_MAX ? WORKERS_MAX : (unsigned int)n;
}

int main(int argc, char **argv)
{
	struct explorer x = { .shared = new_shared() };
	unsigned int n = n_processors();
	const char *bats = NULL;
	bool trace = false, failed;
	int c;

	if (!x.shared)
		return EXIT_FAILURE;
	/* As test/run --long sets it. */
	scenario_has_all = getenv("DAXBUS_LONG") != NULL;
	while ((c = getopt(argc, argv, "vtxlj:r:b:")) != -1) {
		x.verbose |= c == 'v';
		trace |= c == 't';
		x.stop_early |= c == 'x';
		scenario_has_all |= c == 'l';
		if (c == 'j')
			n = (unsigned int)atoi(optarg);
		if (c == 'r')
			x.only = optarg;
		if (c == 'b')
			bats = optarg;
	}
	for (unsigned int i = 0; i < n && i < WORKERS_MAX; i++) {
		fflush(stdout);
		x.found = x.shared->found[i];
		if (fork() == 0) {
			work(&x, trace);
			exit(EXIT_SUCCESS);
		}
	}
	failed = wait_for_all(n);
	failed |= print_counts(x.shared) && !x.shared->stop;
	/* Some of the requests have some of the steps. */
	failed |= !x.only && steps_seen_print_others(&x.shared->steps) && !x.shared->stop;
	for (size_t i = 0; i < n_request_cases * N_START_MODES; i++)
		failed |= x.shared->counts[i].failed > 0;
	print_found(x.shared, bats);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
