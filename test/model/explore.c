/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Explores what becomes of a model of the kernel when a change fails or is killed at any write, or
 * when somebody else acts before any write.
 *
 * For each start state and request: the change when nothing happens; with each of its writes failed
 * with each errno, and each write of the undo failed, too; killed before and after each of its
 * writes, then `recover`; and that recovery killed in the same way, then `recover` again. After
 *each path the machine is as before or as requested, in accordance with the result, with no memory
 *lost and no journal left. A path that ends in another way is printed and fails the test.
 *
 *	explore [-v] [-t]	-v: print the writes of each change; -t: and reads of missing files
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "execute/apply.h"
#include "execute/recovery.h"
#include "kernel.h"

#define DEVICE	    "dax0.0"
#define JOURNAL_MAX 4096
/* Longer than any change: it does not end. */
#define WRITES_MAX  400
#define WRITE_TEXT  96
/* The sanitizer makes a path cost four times as much: fewer start states then. */
#ifdef __SANITIZE_ADDRESS__
#define FIRST_POLICY WORD_ONLINE
#define LAST_POLICY  WORD_ONLINE
#else
#define FIRST_POLICY WORD_OFFLINE
#define LAST_POLICY  WORD_ONLINE_MOVABLE
#endif
/* Counterexamples that are printed for each kernel. */
#define PRINTED_MAX 8

/* The library waits for others between its attempts; here that would only take time. */
int nanosleep(const struct timespec *time _unused_, struct timespec *rest _unused_)
{
	return 0;
}

/* --- what is explored ------------------------------------------------------------------------- */

static const struct {
	const char *name;
	struct daxbus_request request;
} requests[] = {
#define REQUEST(text, ...)                                                                         \
	{                                                                                          \
		text,                                                                              \
		{                                                                                  \
			.timeout = REQUEST_TIMEOUT, .count = 1, __VA_ARGS__                        \
		}                                                                                  \
	}
	REQUEST("reconfigure --mode=devdax", .action = DAXBUS_RECONFIGURE, .mode = MODE_DEVDAX),
	REQUEST("reconfigure --mode=kmem", .action = DAXBUS_RECONFIGURE, .mode = MODE_KMEM),
	REQUEST("reconfigure --mode=kmem --online=kernel", .action = DAXBUS_RECONFIGURE,
		.mode = MODE_KMEM, .online = ONLINE_KERNEL),
	REQUEST("reconfigure --mode=kmem --online=policy", .action = DAXBUS_RECONFIGURE,
		.mode = MODE_KMEM, .online = ONLINE_POLICY),
	REQUEST("reconfigure --mode=kmem --online=no", .action = DAXBUS_RECONFIGURE,
		.mode = MODE_KMEM, .online = ONLINE_NO),
	REQUEST("online", .action = DAXBUS_ONLINE),
	REQUEST("online --online=kernel", .action = DAXBUS_ONLINE, .online = ONLINE_KERNEL),
	REQUEST("online --size=256M", .action = DAXBUS_ONLINE, .size = 2 * MODEL_BLOCK_SIZE),
	REQUEST("offline", .action = DAXBUS_OFFLINE),
	REQUEST("offline --size=256M", .action = DAXBUS_OFFLINE, .size = 2 * MODEL_BLOCK_SIZE),
	REQUEST("bind --driver=kmem", .action = DAXBUS_BIND, .driver = (char[]){ "kmem" }),
	REQUEST("bind --driver=device_dax", .action = DAXBUS_BIND,
		.driver = (char[]){ "device_dax" }),
	REQUEST("unbind", .action = DAXBUS_UNBIND),
};

/* The blocks of a device in kmem. */
static const struct {
	const char *name;
	enum zone zones[MODEL_BLOCKS];
} memories[] = {
	{ "offline", { ZONE_OFFLINE, ZONE_OFFLINE, ZONE_OFFLINE, ZONE_OFFLINE } },
	{ "movable", { ZONE_MOVABLE, ZONE_MOVABLE, ZONE_MOVABLE, ZONE_MOVABLE } },
	{ "kernel", { ZONE_KERNEL, ZONE_KERNEL, ZONE_KERNEL, ZONE_KERNEL } },
	{ "kernel, movable and offline",
	  { ZONE_KERNEL, ZONE_MOVABLE, ZONE_OFFLINE, ZONE_MOVABLE } },
};

static const int errnos[] = { EBUSY, EINVAL, ENOMEM, EPERM, ENODEV };

/* What somebody else does before a write. */
static void online_block(struct model_kernel *k)
{
	(void)model_set_block(k, 0, 1, WORD_ONLINE_MOVABLE);
}

static void online_all(struct model_kernel *k)
{
	for (unsigned int i = 0; i < MODEL_BLOCKS; i++)
		(void)model_set_block(k, 0, i, WORD_ONLINE);
}

static void offline_block(struct model_kernel *k)
{
	(void)model_set_block(k, 0, MODEL_BLOCKS - 1, WORD_OFFLINE);
}

static void set_policy(struct model_kernel *k)
{
	k->policy = WORD_ONLINE;
}

static const struct {
	const char *name;
	void (*act)(struct model_kernel *k);
} others[] = {
	{ "somebody brings memory block 1 online in zone Movable", online_block },
	{ "somebody brings all memory online", online_all },
	{ "somebody takes memory block 3 offline", offline_block },
	{ "somebody sets auto_online_blocks to online", set_policy },
};

/* --- a run ------------------------------------------------------------------------------------ */

struct journal_copy {
	char text[JOURNAL_MAX];
	ssize_t length; /* -1: there is none */
};

enum event_kind { EVENT_NONE, EVENT_FAIL, EVENT_KILL_BEFORE, EVENT_KILL_AFTER, EVENT_OTHER };

struct event {
	enum event_kind kind;
	unsigned int at;     /* the write of the run at which it happens, from 1 */
	int error;	     /* of EVENT_FAIL */
	unsigned int second; /* of EVENT_FAIL: another write that fails; 0: none */
	unsigned int other;  /* of EVENT_OTHER: row of others[] */
};

/* A change or a recovery, as it went. */
struct run {
	struct event event;
	unsigned int n_writes;
	char writes[WRITES_MAX][WRITE_TEXT];
	enum daxbus_status status;
	char message[256];
};

struct explorer {
	struct model_kernel kernel;
	struct model_tree tree;
	struct sysfs *fs;
	int directory;
	bool verbose;
	struct run *now;	    /* that goes on */
	struct journal_copy killed; /* the journal when it was killed */
	struct run change, recovery, second;
	struct counts *counts;
	unsigned int printed;
	const char *start;
	const char *request;
};

/* For each request, and shared by the processes. */
struct counts {
	unsigned long changes, paths, failed;
};

static void read_journal(int directory, struct journal_copy *ret)
{
	int fd = openat(directory, "journal", O_RDONLY | O_CLOEXEC);

	ret->length = -1;
	if (fd < 0)
		return;
	ret->length = read(fd, ret->text, sizeof(ret->text));
	close(fd);
}

/* As it was when the process was killed, whatever it did after that. */
static void write_journal(int directory, const struct journal_copy *copy)
{
	int fd;

	unlinkat(directory, "journal", 0);
	if (copy->length < 0)
		return;
	fd = openat(directory, "journal", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, copy->text, (size_t)copy->length) != copy->length)
		abort();
	close(fd);
}

static void note_write(struct run *run, const struct model_event *event)
{
	size_t n = strlen(event->path);

	if (run->n_writes == WRITES_MAX)
		abort();
	snprintf(run->writes[run->n_writes++], WRITE_TEXT, "%s > ...%s", event->value,
		 event->path + (n > 50 ? n - 50 : 0));
}

static int on_write(void *data, const struct model_event *event)
{
	struct explorer *x = data;
	struct run *run = x->now;

	note_write(run, event);
	if (run->event.second && run->n_writes == run->event.second)
		return -EIO;
	if (run->n_writes != run->event.at)
		return 0;
	switch (run->event.kind) {
	case EVENT_FAIL:
		return -run->event.error;
	case EVENT_OTHER:
		others[run->event.other].act(&x->kernel);
		return 0;
	case EVENT_KILL_AFTER:
		(void)!model_write(&x->kernel, event->path, event->value);
		read_journal(x->directory, &x->killed);
		x->tree.dead = true;
		return -EIO;
	case EVENT_KILL_BEFORE:
		read_journal(x->directory, &x->killed);
		x->tree.dead = true;
		return -EIO;
	case EVENT_NONE:
		break;
	}
	return 0;
}

static void begin_run(struct explorer *x, struct run *run, struct event event)
{
	run->event = event;
	run->n_writes = 0;
	run->status = DAXBUS_REFUSED;
	run->message[0] = '\0';
	x->now = run;
	x->tree.on_write = on_write;
	x->tree.data = x;
	model_tree_changed(&x->tree);
}

/* Return: whether the process was killed. */
static bool end_run(struct explorer *x, const struct daxbus_results *results)
{
	const struct daxbus_result *result = daxbus_results_next(results, NULL);

	if (result) {
		x->now->status = result->status;
		snprintf(x->now->message, sizeof(x->now->message), "%s",
			 result->message ? result->message : "");
	}
	if (!x->tree.dead)
		return false;
	x->tree.dead = false;
	write_journal(x->directory, &x->killed);
	return true;
}

static bool run_change(struct explorer *x, const struct daxbus_request *request, struct event event)
{
	_cleanup_(results_free_p) struct daxbus_results *results = results_new();
	const struct apply_context apply = { .fs = x->fs,
					     .directory = x->directory,
					     .timeout = REQUEST_TIMEOUT };

	begin_run(x, &x->change, event);
	if (!results || (apply_device(&apply, request, DEVICE, results) < 0 && !x->tree.dead))
		abort();
	return end_run(x, results);
}

static bool run_recovery(struct explorer *x, struct run *run, struct event event)
{
	_cleanup_(results_free_p) struct daxbus_results *results = results_new();
	const struct apply_context apply = { .fs = x->fs,
					     .directory = x->directory,
					     .timeout = REQUEST_TIMEOUT };

	begin_run(x, run, event);
	if (!results)
		abort();
	(void)!recovery_run(&apply, false, results, NULL);
	return end_run(x, results);
}

/* --- what is right ---------------------------------------------------------------------------- */

static bool is_same_device(const struct model_device *a, const struct model_device *b)
{
	return a->driver == b->driver && !memcmp(a->has_id, b->has_id, sizeof(a->has_id)) &&
	       (a->state == WORD_UNPLUGGED) == (b->state == WORD_UNPLUGGED) &&
	       a->stale_memmap == b->stale_memmap &&
	       !memcmp(a->blocks, b->blocks, sizeof(a->blocks));
}

static bool is_same(const struct model_kernel *a, const struct model_kernel *b)
{
	for (unsigned int i = 0; i < MODEL_DEVICES; i++)
		if (!is_same_device(&a->devices[i], &b->devices[i]))
			return false;
	return a->policy == b->policy && a->autoprobe == b->autoprobe;
}

static bool is_stuck(const struct model_kernel *k)
{
	for (unsigned int i = 0; i < MODEL_DEVICES; i++)
		for (unsigned int j = 0; j < MODEL_BLOCKS; j++)
			if (k->devices[i].blocks[j].present && !k->devices[i].blocks[j].owned)
				return true;
	return false;
}

static void print_run(const char *what, const struct run *run)
{
	static const char *const kinds[] = { "", "fails", "is not done: killed",
					     "is the last: killed", "" };

	printf("    %s\n", what);
	for (unsigned int i = 0; i < run->n_writes; i++) {
		bool here = run->event.kind != EVENT_NONE && i + 1 == run->event.at;

		if (here && run->event.kind == EVENT_OTHER)
			printf("      %s\n", others[run->event.other].name);
		printf("      %2u %s%s%s", i + 1, run->writes[i],
		       here			    ? "   <- "
		       : i + 1 == run->event.second ? "   <- fails: EIO"
						    : "",
		       here ? kinds[run->event.kind] : "");
		if (here && run->event.kind == EVENT_FAIL)
			printf(": %s", strerror(run->event.error));
		putchar('\n');
	}
	printf("      status %d: %s\n", (int)run->status, run->message);
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

/* A path that ends as it must not. @n_recoveries: how many runs belong to it. */
static void fail(struct explorer *x, const char *what, const struct model_kernel *before,
		 unsigned int n_recoveries)
{
	x->counts->failed++;
	if (x->printed++ >= PRINTED_MAX)
		return;
	printf("%s\n  %s: %s: %s\n", what, model_kernels[x->kernel.release].release, x->start,
	       x->request);
	print_run("the change:", &x->change);
	if (n_recoveries > 0)
		print_run("recover:", &x->recovery);
	if (n_recoveries > 1)
		print_run("recover again:", &x->second);
	print_state("before", before);
	print_state("after", &x->kernel);
}

static void check(struct explorer *x, bool is_right, const char *what,
		  const struct model_kernel *before, unsigned int n_recoveries)
{
	if (x->kernel.disaster)
		fail(x, x->kernel.disaster, before, n_recoveries);
	else if (is_stuck(&x->kernel))
		fail(x, "memory is stuck", before, n_recoveries);
	else if (!is_right)
		fail(x, what, before, n_recoveries);
}

/* --- paths ------------------------------------------------------------------------------------ */

static void set_state(struct explorer *x, const struct model_kernel *state)
{
	x->kernel = *state;
	unlinkat(x->directory, "journal", 0);
	x->counts->paths++;
}

/* A journal that the change has left, by its result. */
static void check_undone(struct explorer *x, const struct model_kernel *before,
			 const struct model_kernel *after, const char *what)
{
	bool is_old = is_same(&x->kernel, before), is_new = is_same(&x->kernel, after);
	bool pending = journal_is_pending(x->directory);

	if (x->change.status == DAXBUS_FAILED && pending) {
		run_recovery(x, &x->recovery, (struct event){ 0 });
		check(x, is_same(&x->kernel, before) && !journal_is_pending(x->directory),
		      "recover did not restore the state after a failed undo", before, 1);
		return;
	}
	check(x,
	      !pending &&
		      (x->change.status == DAXBUS_CHANGED || x->change.status == DAXBUS_UNCHANGED
			       ? is_new
			       : is_old),
	      what, before, 0);
}

static void explore_failures(struct explorer *x, const struct daxbus_request *request,
			     const struct model_kernel *before, const struct model_kernel *after,
			     unsigned int n_writes)
{
	for (unsigned int at = 1; at <= n_writes; at++) {
		unsigned int all = 0;

		for (size_t i = 0; i < ARRAY_SIZE(errnos); i++) {
			struct event event = { .kind = EVENT_FAIL, .at = at, .error = errnos[i] };

			set_state(x, before);
			run_change(x, request, event);
			check_undone(x, before, after, "a failed write left another state");
			if (x->change.status == DAXBUS_UNDONE)
				all = x->change.n_writes;
		}
		/* And a write of the undo. */
		for (unsigned int second = at + 1; second <= all; second++) {
			struct event event = { EVENT_FAIL, at, EPERM, second, 0 };

			set_state(x, before);
			run_change(x, request, event);
			check_undone(x, before, after, "two failed writes left another state");
		}
	}
}

static void explore_kill(struct explorer *x, const struct daxbus_request *request,
			 const struct model_kernel *before, struct event kill)
{
	unsigned int n_writes;

	set_state(x, before);
	if (!run_change(x, request, kill))
		abort();
	run_recovery(x, &x->recovery, (struct event){ 0 });
	check(x, is_same(&x->kernel, before) && !journal_is_pending(x->directory),
	      "recover did not restore the state", before, 1);
	n_writes = x->recovery.n_writes;
	for (unsigned int at = 1; at <= n_writes; at++) {
		set_state(x, before);
		run_change(x, request, kill);
		if (!run_recovery(x, &x->recovery,
				  (struct event){ .kind = EVENT_KILL_BEFORE, .at = at }))
			abort();
		run_recovery(x, &x->second, (struct event){ 0 });
		check(x, is_same(&x->kernel, before) && !journal_is_pending(x->directory),
		      "a killed recover, and another, did not restore the state", before, 2);
	}
}

/*
 * Somebody else's memory may be online or offline afterwards, and the policy theirs. Before Linux
 * 7.3 nothing helps if they bring memory online between the last look and the write to unbind.
 */
static void explore_others(struct explorer *x, const struct daxbus_request *request,
			   const struct model_kernel *before, unsigned int n_writes)
{
	for (unsigned int at = 1; at <= n_writes; at++)
		for (unsigned int i = 0; i < ARRAY_SIZE(others); i++) {
			bool is_unbind;

			set_state(x, before);
			run_change(x, request,
				   (struct event){ .kind = EVENT_OTHER, .at = at, .other = i });
			is_unbind = at <= x->change.n_writes &&
				    strstr(x->change.writes[at - 1], "kmem/unbind");
			if (is_unbind && is_stuck(&x->kernel) && !x->kernel.disaster)
				continue;
			if (journal_is_pending(x->directory))
				run_recovery(x, &x->recovery, (struct event){ 0 });
			check(x,
			      !journal_is_pending(x->directory) &&
				      (x->kernel.policy == before->policy ||
				       x->kernel.policy == WORD_ONLINE),
			      "somebody else's change left a journal or a setting", before,
			      x->change.status == DAXBUS_FAILED);
		}
}

static void explore(struct explorer *x, const struct daxbus_request *request,
		    const struct model_kernel *before)
{
	struct model_kernel after;
	unsigned int n_writes;

	set_state(x, before);
	x->counts->changes++;
	run_change(x, request, (struct event){ 0 });
	after = x->kernel;
	n_writes = x->change.n_writes;
	if (x->verbose)
		print_run(x->request, &x->change);
	check(x,
	      !journal_is_pending(x->directory) &&
		      (x->change.status == DAXBUS_CHANGED || is_same(&after, before)) &&
		      after.policy == before->policy,
	      "an undisturbed change left another state", before, 0);
	explore_failures(x, request, before, &after, n_writes);
	for (unsigned int at = 1; at <= n_writes; at++) {
		explore_kill(x, request, before,
			     (struct event){ .kind = EVENT_KILL_BEFORE, .at = at });
		explore_kill(x, request, before,
			     (struct event){ .kind = EVENT_KILL_AFTER, .at = at });
	}
	explore_others(x, request, before, n_writes);
}

/* --- start states ----------------------------------------------------------------------------- */

static void explore_from(struct explorer *x, const struct model_kernel *before,
			 struct counts *counts)
{
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		x->request = requests[i].name;
		x->counts = &counts[i];
		explore(x, &requests[i].request, before);
	}
}

/* The device gets its driver as daxbus, or whoever came before it, would have given it. */
static void put_into(struct model_kernel *k, enum model_driver driver)
{
	struct model_device *d = &k->devices[0];

	*d = (struct model_device){ .driver = MODEL_NONE };
	if (driver == MODEL_NONE)
		return;
	d->has_id[driver] = true;
	if (model_write(k,
			driver == MODEL_KMEM ? "/sys/bus/dax/drivers/kmem/bind"
					     : "/sys/bus/dax/drivers/device_dax/bind",
			DEVICE) < 0)
		abort();
	d->has_id[driver] = false;
}

static void explore_kernel(struct explorer *x, enum model_release release, struct counts *counts)
{
	static const char *const names[] = { "no driver", "devdax", "kmem" };
	static char start[96];
	struct model_kernel boot;

	x->start = start;
	for (unsigned int policy = FIRST_POLICY; policy <= LAST_POLICY; policy++)
		for (unsigned int driver = MODEL_NONE; driver < N_MODEL_DRIVERS; driver++)
			for (size_t m = 0; m < (driver == MODEL_KMEM ? ARRAY_SIZE(memories) : 1);
			     m++) {
				struct model_kernel before;

				model_boot(&boot, release);
				before = boot;
				put_into(&before, driver);
				for (size_t b = 0; driver == MODEL_KMEM && b < MODEL_BLOCKS; b++)
					before.devices[0].blocks[b].zone = memories[m].zones[b];
				before.policy = policy;
				snprintf(start, sizeof(start), "policy %s, " DEVICE " in %s%s%s",
					 model_word(policy), names[driver],
					 driver == MODEL_KMEM ? ", memory " : "",
					 driver == MODEL_KMEM ? memories[m].name : "");
				explore_from(x, &before, counts);
			}
}

/* In a process of its own, with a journal of its own. Return: whether something failed. */
static bool run_kernel(enum model_release release, struct counts *counts, bool verbose, bool trace)
{
	char directory[] = "/tmp/daxbus-model.XXXXXX";
	struct explorer x = { .verbose = verbose };
	bool failed = false;

	if (!mkdtemp(directory))
		abort();
	x.directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (x.directory < 0 || model_tree_open(&x.tree, &x.kernel, &x.fs) < 0)
		abort();
	x.tree.trace = trace;
	explore_kernel(&x, release, counts);
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
		failed |= counts[i].failed;
	unlinkat(x.directory, "journal", 0);
	close(x.directory);
	rmdir(directory);
	sysfs_free(x.fs);
	model_tree_done(&x.tree);
	return failed;
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

int main(int argc, char **argv)
{
	struct counts *counts =
		mmap(NULL, sizeof(*counts) * N_MODEL_RELEASES * ARRAY_SIZE(requests),
		     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool verbose = false, trace = false, failed;
	unsigned long paths = 0;
	int c;

	if (counts == MAP_FAILED)
		return EXIT_FAILURE;
	while ((c = getopt(argc, argv, "vt")) != -1) {
		verbose |= c == 'v';
		trace |= c == 't';
	}
	for (unsigned int i = 0; i < N_MODEL_RELEASES; i++) {
		fflush(stdout);
		if (fork() == 0)
			exit(run_kernel(i, counts + i * ARRAY_SIZE(requests), verbose, trace));
	}
	failed = wait_for_all(N_MODEL_RELEASES);
	printf("%-42s %8s %8s %8s\n", "request", "changes", "paths", "failed");
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		struct counts sum = { 0 };

		for (unsigned int k = 0; k < N_MODEL_RELEASES; k++) {
			const struct counts *one = counts + k * ARRAY_SIZE(requests) + i;

			sum.changes += one->changes;
			sum.paths += one->paths;
			sum.failed += one->failed;
		}
		paths += sum.paths;
		printf("%-42s %8lu %8lu %8lu\n", requests[i].name, sum.changes, sum.paths,
		       sum.failed);
	}
	printf("%lu paths\n", paths);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
