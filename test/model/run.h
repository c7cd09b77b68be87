/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEST_MODEL_RUN_H
#define TEST_MODEL_RUN_H

#include "cases.h"
#include "execute/apply.h"

/* Runs of daxbus on the model: a change, and the recoveries after it, each with one event. */

#define MODEL_JOURNAL_MAX 4096
/* Longer than any change: it does not end. */
#define RUN_WRITES_MAX	  400
#define RUN_WRITE_TEXT	  112

enum event_kind {
	EVENT_NONE,
	EVENT_FAIL,
	EVENT_KILL_BEFORE, /* the write is not done */
	EVENT_KILL_AFTER,
	EVENT_OTHER, /* somebody else acts before the write */
};

struct event {
	enum event_kind kind;
	unsigned int at;     /* the write of the run at which it happens, from 1 */
	int error;	     /* of EVENT_FAIL */
	unsigned int second; /* of EVENT_FAIL: another write that fails; 0: none */
	unsigned int other;  /* of EVENT_OTHER: row of others[] */
};

struct model_journal {
	char text[MODEL_JOURNAL_MAX];
	ssize_t length; /* -1: there is none */
};

/* A change or a recovery, as it went. */
struct run {
	struct event event;
	unsigned int n_writes;
	char writes[RUN_WRITES_MAX][RUN_WRITE_TEXT];
	enum daxbus_status status;
	char message[256];
};

/* Where runs happen. */
struct runner {
	struct model_kernel kernel;
	struct model_tree tree;
	struct sysfs *fs;
	int directory;
	char path[64];		     /* of the directory */
	struct model_journal killed; /* the journal when the process was killed */
	struct run *now;	     /* that goes on */
};

/* What somebody else does. */
struct other {
	const char *name;
	/* shell commands that do the same on a real kernel, with the functions of test/vm */
	const char *command;
	void (*act)(struct model_kernel *k);
	int of;	    /* enum case_kind: only there; -1: everywhere */
	bool takes; /* memory that a device may have had */
};
extern const struct other others[];
extern const size_t n_others;
bool other_fits(size_t other, const struct request_case *request);

void runner_init(struct runner *x, bool trace);
void runner_done(struct runner *x);

/* Begin with this state and this journal. */
void runner_set(struct runner *x, const struct model_kernel *kernel,
		const struct model_journal *journal);
void runner_get_journal(const struct runner *x, struct model_journal *ret);
bool runner_is_pending(const struct runner *x);

/* Return: whether the process was killed. */
bool run_change(struct runner *x, struct run *run, const struct request_case *request,
		const char *device, struct event event);
bool run_recovery(struct runner *x, struct run *run, struct event event);

/* The run as text: writes, the event, the result. */
void run_print(const char *what, const struct run *run);

#endif
