/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_RECORD_H
#define DAXBUS_MODEL_RECORD_H

#include "base/strv.h"
#include "model/snapshot.h"
#include "model/state.h"
#include "model/step.h"

/*
 * The record of a run that changed devices, as the history keeps it: when, by whom, how it ended,
 * what the devices of the regions concerned were before and after it, and its steps.
 */

/*
 * RECORD_CHANGED: devices are in the requested state
 * RECORD_UNDONE: a step failed, and everything was undone
 * RECORD_FAILED: a step failed, and not everything was undone
 * RECORD_RECOVERED: it undid what another run had left or had on trial; there is no state before it
 */
enum record_result {
	RECORD_CHANGED,
	RECORD_UNDONE,
	RECORD_FAILED,
	RECORD_RECOVERED,
	_RECORD_MAX,
};

/* A step of a device. */
struct record_step {
	char *device;
	char *line; /* see step_print() */
};

/*
 * struct record - a record
 * @number: from 1; not part of the text
 * @time: when the run began, in seconds since 1970
 * @duration: how long it took, in milliseconds
 * @boot: ID of the boot in which it ran (/proc/sys/kernel/random/boot_id), or NULL
 * @uid: the user of the process
 * @login: the user who logged in (/proc/self/loginuid)
 * @sudo_user: what sudo(8) says who called it, or NULL; a claim of the environment
 * @command: the command line of the process
 * @undoes: the number of the record whose state before it the run restored; 0: none
 * @result: how it ended
 * @code: a word of daxbus-codes(7), or NULL
 * @before, @after: the devices of the regions concerned
 * @steps: the @n_steps steps that were begun
 */
struct record {
	uint64_t number;
	uint64_t time;
	uint64_t duration;
	char *boot;
	uint64_t uid;
	struct opt_u64 login;
	char *sudo_user;
	struct strv command;
	uint64_t undoes;
	enum record_result result;
	char *code;
	struct state before;
	struct state after;
	struct record_step *steps;
	size_t n_steps;
};

void record_done(struct record *record);
/* Add steps of a device. Return: 0; -ENOMEM. */
int record_add_steps(struct record *record, const char *device,
		     const struct steps *steps) _must_check_;

/* "changed", "undone", "failed", "recovered" */
const char *record_result_word(enum record_result result);
/* Whether the run left a difference that can be compared, and is no recovery. */
bool record_has_change(const struct record *record);
/* Whether the regions that the run changed are in @now as they were before it. */
bool record_is_restored(const struct record *record, const struct state *now);
/* Whether both have changed devices of a region. */
bool record_shares_region(const struct record *a, const struct record *b);

/* The text of a record. Return: the text, owned by the caller; NULL if memory ran out. */
char *record_print(const struct record *record) _must_check_;
/*
 * Parse such a text, which is changed. Return: 0; -EBADMSG: it is incomplete, or another text;
 * -ENOMEM.
 */
int record_parse(char *text, struct record *ret) _must_check_;

#endif
