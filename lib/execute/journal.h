/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_JOURNAL_H
#define DAXBUS_EXECUTE_JOURNAL_H

#include "base/error.h"
#include "model/step.h"

#define JOURNAL_NAME "journal"

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
 * A line without its newline is incomplete; its step was not begun. Changes that are undone
 *together have one such record each, one after the other: a record stays until all of them are
 *done.
 */
struct journal {
	int directory;	/* borrowed */
	int fd;		/* -1: none is open */
	uint64_t start; /* of the record, in bytes */
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

/* The changes of a device that a journal holds. */
struct journal_record {
	char *device; /* NULL: the run ended before it had touched anything */
	struct journal_before before;
	struct steps steps;
	uint64_t start; /* in the file */
};

struct journal_records {
	struct journal_record *items;
	size_t n;
};
void journal_records_done(struct journal_records *records);

/* Whether there is one in @directory, an open directory. */
bool journal_is_pending(int directory);
/*
 * Begin one, or with @after_others a record after those that are there. Return: 0; -EEXIST when
 * there is one; errno of open(2) and write(2).
 */
int journal_begin(struct journal *journal, int directory, const char *device,
		  const struct journal_before *before, bool after_others) _must_check_;
/* Write down a step that is about to be done. */
int journal_add(struct journal *journal, const struct step *step) _must_check_;
/* All is done, or undone: remove the record. */
int journal_end(struct journal *journal) _must_check_;
/* Close it and leave it where it is. */
void journal_close(struct journal *journal);

/*
 * Read the one that is pending. Return: 0; -ENOENT; -EACCES when another user owns the file or can
 * write to it; -EBADMSG when it makes no sense, or has a step that no plan has; -ENOMEM.
 */
int journal_read(int directory, struct journal_records *ret, struct daxbus_error *err) _must_check_;
/* The same of a file with another name. */
int journal_read_file(int directory, const char *name, struct journal_records *ret,
		      struct daxbus_error *err) _must_check_;
/* Parse its text, which is changed. */
int journal_parse(char *text, struct journal_records *ret) _must_check_;
int journal_forget(int directory) _must_check_;
/* Remove the record at @start, which is the last one. */
int journal_drop(int directory, uint64_t start) _must_check_;

#endif
