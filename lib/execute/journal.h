/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_JOURNAL_H
#define DAXBUS_EXECUTE_JOURNAL_H

#include "base/error.h"
#include "model/step.h"

/*
 * The steps of a run, each written before it is done: a file that exists while a device is being
 * changed, and after a run that was killed. It lies in /run, in memory: a reboot removes it along
 * with the kernel state that it describes, and a killed process cannot lose what it has written.
 *
 *	daxbus-journal 1
 *	device dax0.0
 *	before device_dax - -
 *	step ...
 *
 * A line without its newline is incomplete; its step was not begun.
 */
struct journal {
	int directory; /* borrowed */
	int fd;	       /* -1: none is open */
};
#define JOURNAL_INIT                                                                               \
	{                                                                                          \
		.directory = -1, .fd = -1                                                          \
	}

/* What a device was before a change, to compare with when it is undone. */
struct journal_before {
	char *driver; /* NULL: none */
	bool counted; /* the following are known */
	uint64_t online;
	uint64_t movable;
};
void journal_before_done(struct journal_before *before);

/* What a journal holds. */
struct journal_record {
	char *device; /* NULL: the run ended before it had touched anything */
	struct journal_before before;
	struct steps steps;
};
void journal_record_done(struct journal_record *record);

/* Whether there is one in @directory, an open directory. */
bool journal_is_pending(int directory);
/* Begin one. Return: 0; -EEXIST when there is one; errno of open(2) and write(2). */
int journal_begin(struct journal *journal, int directory, const char *device,
		  const struct journal_before *before) _must_check_;
/* Write down a step that is about to be done. */
int journal_add(struct journal *journal, const struct step *step) _must_check_;
/* All is done, or undone: remove it. */
int journal_end(struct journal *journal) _must_check_;
/* Close it and leave it where it is. */
void journal_close(struct journal *journal);

/*
 * Read the one that is pending. Return: 0; -ENOENT; -EACCES when another user owns the file or can
 * write to it; -EBADMSG when it makes no sense, or has a step that no plan has; -ENOMEM.
 */
int journal_read(int directory, struct journal_record *ret, struct daxbus_error *err) _must_check_;
/* Parse its text, which is changed. */
int journal_parse(char *text, struct journal_record *ret) _must_check_;
int journal_forget(int directory) _must_check_;

#endif
