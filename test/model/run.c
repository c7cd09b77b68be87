/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "api/change.h"
#include "execute/group.h"
#include "execute/journal.h"
#include "execute/recovery.h"
#include "execute/trial.h"

#define REGION "region0"

/* The library waits for others between its attempts; here that would only take time. */
int nanosleep(const struct timespec *time _unused_, struct timespec *rest _unused_)
{
	return 0;
}

/* --- somebody else ---------------------------------------------------------------------------- */

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

static void create_device(struct model_kernel *k)
{
	(void)!model_create(k, 0);
}

/* A device that is created for it, or was there before. */
static void take_memory(struct model_kernel *k)
{
	uint64_t free = model_available(k, 0);
	unsigned int i = MODEL_INSTANCES - 1;

	while (i && k->devices[i].exists)
		i--;
	create_device(k);
	if (i)
		(void)!model_set_size(k, i, free);
}

/* With memory online it would stay without its device. */
static void disable_cxl(struct model_kernel *k)
{
	if (k->devices[0].driver != MODEL_KMEM)
		(void)!model_write_cxl(k, "/sys/bus/cxl/drivers/cxl_region/unbind", "region0");
}

static void enable_cxl(struct model_kernel *k)
{
	(void)!model_write_cxl(k, "/sys/bus/cxl/drivers/cxl_region/bind", "region0");
}

static void create_cxl(struct model_kernel *k)
{
	(void)!model_write_cxl(k, MODEL_CXL_ROOT "/decoder0.0/create_ram_region", "region0");
}

static void move_nd(struct model_kernel *k)
{
	if (k->devices[0].driver == MODEL_KMEM ||
	    model_write_nd(k, "/sys/bus/nd/drivers/dax_pmem/unbind", "dax0.0") < 0)
		return;
	(void)!model_write_nd(k, "/sys/bus/nd/drivers/dax_pmem_compat/bind", "dax0.0");
}

static void leave_nd(struct model_kernel *k)
{
	(void)!model_write_nd(k, "/sys/bus/nd/drivers/dax_pmem_compat/unbind", "dax0.0");
}

const struct other others[] = {
	{ "somebody brings memory block 1 online in zone Movable",
	  "echo online_movable >$memory/memory33/state || :", online_block, -1, false },
	{ "somebody brings all memory online",
	  "for n in 32 33 34 35; do echo online >$memory/memory$n/state || :; done", online_all,
	  false, false },
	{ "somebody takes memory block 3 offline",
	  "echo offline >$memory/memory35/state || :", offline_block, -1, false },
	{ "somebody sets auto_online_blocks to online", "echo online >$memory/auto_online_blocks",
	  set_policy, -1, false },
	{ "somebody creates a device in the region", "echo 1 >$provider/dax_region/create",
	  create_device, CASE_REGION, false },
	{ "somebody creates a device with all free memory of the region", "take_memory",
	  take_memory, CASE_REGION, true },
	{ "somebody disables the region of the CXL bus", ":", disable_cxl, CASE_CXL, true },
	{ "somebody enables the region of the CXL bus", ":", enable_cxl, CASE_CXL, false },
	{ "somebody creates a region of the CXL bus", ":", create_cxl, CASE_CXL, true },
	{ "somebody moves the device to /sys/class/dax", ":", move_nd, CASE_ND, true },
	{ "somebody takes the nd device from its driver", ":", leave_nd, CASE_ND, true },
};
const size_t n_others = ARRAY_SIZE(others);

bool other_fits(size_t other, const struct request_case *request)
{
	return others[other].of < 0 || others[other].of == (int)request->kind;
}

/* --- the journal ------------------------------------------------------------------------------ */

void runner_get_journal(const struct runner *x, struct model_journal *ret)
{
	int fd = openat(x->directory, "journal", O_RDONLY | O_CLOEXEC);

	ret->length = -1;
	if (fd < 0)
		return;
	ret->length = read(fd, ret->text, sizeof(ret->text));
	if (ret->length == sizeof(ret->text))
		abort();
	close(fd);
}

static void set_journal(const struct runner *x, const struct model_journal *journal)
{
	int fd;

	unlinkat(x->directory, "journal", 0);
	if (!journal || journal->length < 0)
		return;
	fd = openat(x->directory, "journal", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, journal->text, (size_t)journal->length) != journal->length)
		abort();
	close(fd);
}

bool runner_is_pending(const struct runner *x)
{
	return journal_is_pending(x->directory);
}

void runner_set(struct runner *x, const struct model_kernel *kernel,
		const struct model_journal *journal)
{
	x->kernel = *kernel;
	set_journal(x, journal);
}

/* In memory, where there is some: a path writes a journal and reads it. */
void runner_init(struct runner *x, bool trace)
{
	const char *parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	*x = (struct runner){ 0 };
	snprintf(x->path, sizeof(x->path), "%s/daxbus-model.XXXXXX", parent);
	if (!mkdtemp(x->path))
		abort();
	x->directory = open(x->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (x->directory < 0 || model_tree_open(&x->tree, &x->kernel, &x->fs) < 0)
		abort();
	x->tree.trace = trace;
}

void runner_done(struct runner *x)
{
	unlinkat(x->directory, "journal", 0);
	unlinkat(x->directory, "confirmed", 0);
	close(x->directory);
	rmdir(x->path);
	sysfs_free(x->fs);
	model_tree_done(&x->tree);
}

/* --- a run ------------------------------------------------------------------------------------ */

static void note_write(struct run *run, const struct model_event *event)
{
	if (run->n_writes == RUN_WRITES_MAX)
		abort();
	snprintf(run->writes[run->n_writes++], RUN_WRITE_TEXT, "%s > %s", event->value,
		 event->path);
}

static int kill_here(struct runner *x)
{
	runner_get_journal(x, &x->killed);
	x->tree.dead = true;
	return -EIO;
}

static int on_write(void *data, const struct model_event *event)
{
	struct runner *x = data;
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
		return kill_here(x);
	case EVENT_KILL_BEFORE:
		return kill_here(x);
	case EVENT_NONE:
		break;
	}
	return 0;
}

static void begin_run(struct runner *x, struct run *run, struct event event)
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

/* What is worst, of several. */
static unsigned int gravity(enum daxbus_status status)
{
	static const unsigned int of[] = {
		[DAXBUS_UNCHANGED] = 1, [DAXBUS_CHANGED] = 2, [DAXBUS_REFUSED] = 3,
		[DAXBUS_UNDONE] = 4,	[DAXBUS_FAILED] = 5,
	};

	return (size_t)status < ARRAY_SIZE(of) ? of[status] : 0;
}

static bool end_run(struct runner *x, const struct daxbus_results *results)
{
	const struct daxbus_result *result = NULL, *worst = NULL;

	while ((result = daxbus_results_next(results, result)))
		if (!worst || gravity(result->status) > gravity(worst->status))
			worst = result;
	if (worst) {
		x->now->status = worst->status;
		snprintf(x->now->message, sizeof(x->now->message), "%s",
			 worst->message ? worst->message : "");
	}
	if (!x->tree.dead)
		return false;
	x->tree.dead = false;
	/* Whatever the process did after that. */
	set_journal(x, &x->killed);
	return true;
}

/* Nobody confirms, or somebody does, as another process. */
static int end_trial(const struct api_run *run, enum case_end end, struct daxbus_results *results)
{
	_cleanup_(trial_done) struct trial trial = TRIAL_INIT;
	int r = trial_begin(&trial, run->apply.directory);

	/* Nothing was to be done. */
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (end == END_CONFIRMED)
		return trial_confirm(run->apply.directory);
	return group_undo(&run->apply, results, 0, REASON_NOT_CONFIRMED, "not confirmed", NULL);
}

/* As api_policy_apply() and api_policy_apply_try() do it. */
static int apply_group(const struct apply_context *apply, const struct request_case *request,
		       const char *device, struct daxbus_results *results)
{
	const struct api_change changes[] = {
		{ .device = device, .group = "group", .request = request->request },
		{ .device = request->device,
		  .region = request->region,
		  .group = "group",
		  .request = request->second },
	};
	struct api_run run = { .lock = LOCK_INIT, .apply = *apply };
	int r;

	run.apply.keep = request->end != END_DONE;
	r = api_change_each(&run, changes, ARRAY_SIZE(changes), results, NULL);
	if (r < 0 || !run.apply.keep)
		return r;
	if (!group_has_failed(results, 0))
		return end_trial(&run, request->end, results);
	if (results->items[results->n - 1]->public.status == DAXBUS_FAILED)
		return 0;
	return group_undo(&run.apply, results, 0, REASON_OTHERS_FAILED, "another one failed", NULL);
}

static int apply(const struct apply_context *apply, const struct request_case *request,
		 const char *device, struct daxbus_results *results)
{
	_cleanup_(region_space_done) struct region_space room = { 0 };

	if (request->kind == CASE_GROUP)
		return apply_group(apply, request, device, results);
	if (request->request.memdevs.n)
		return apply_create_region(apply, &request->request, results);
	if (streq(device, REGION))
		return apply_destroy_region(apply, &request->request, REGION, results);
	return request->request.action == DAXBUS_CREATE
		       ? apply_create(apply, &request->request, REGION, &room, results)
		       : apply_device(apply, &request->request, device, results);
}

bool run_change(struct runner *x, struct run *run, const struct request_case *request,
		const char *device, struct event event)
{
	_cleanup_(results_free_p) struct daxbus_results *results = results_new();
	const struct apply_context context = { .fs = x->fs,
					       .directory = x->directory,
					       .timeout = REQUEST_TIMEOUT };

	begin_run(x, run, event);
	if (!results || (apply(&context, request, device, results) < 0 && !x->tree.dead))
		abort();
	return end_run(x, results);
}

bool run_recovery(struct runner *x, struct run *run, struct event event)
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

void run_print(const char *what, const struct run *run)
{
	static const char *const kinds[] = { "", "fails", "is not done: killed",
					     "is the last: killed", "" };

	printf("    %s\n", what);
	for (unsigned int i = 0; i < run->n_writes; i++) {
		bool here = run->event.kind != EVENT_NONE && i + 1 == run->event.at;

		if (here && run->event.kind == EVENT_OTHER)
			printf("         %s\n", others[run->event.other].name);
		printf("      %2u %s%s%s", i + 1, run->writes[i],
		       here && *kinds[run->event.kind] ? "   <- "
		       : i + 1 == run->event.second    ? "   <- fails: EIO"
						       : "",
		       here ? kinds[run->event.kind] : "");
		if (here && run->event.kind == EVENT_FAIL)
			printf(": %s", strerror(run->event.error));
		putchar('\n');
	}
	printf("         status %d: %s\n", (int)run->status, run->message);
}
