/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_HISTORY_H
#define DAXBUS_EXECUTE_HISTORY_H

#include "base/error.h"
#include "base/log.h"
#include "model/record.h"

/*
 * The records of runs, a file each, named by its number. It lies in /var, other than the journal: a
 * reboot removes the state that the records describe, but not what happened. Only root can read it,
 * because it has physical addresses.
 */
#define HISTORY_DIRECTORY   "/var/lib/daxbus/history"
/* The oldest records are removed if there are more, or if they are larger together. */
#define HISTORY_RECORDS_MAX 256
#define HISTORY_BYTES_MAX   (UINT64_C(16) << 20)
/* A larger one is kept without its steps, or if that is not enough, not at all. */
#define HISTORY_RECORD_MAX  (UINT64_C(2) << 20)

/*
 * history_open() - open the directory
 * @root: of an installed system; NULL: the running one
 * @make: create it if it does not exist
 * @ret: receives a descriptor, to be closed
 * @error: receives the reason of a failure, or NULL
 *
 * Return: 0; -ENOENT there is none; -EPERM other users than root or the user of this process own it
 * or its parent, or others can write to them; errno of open(2) and mkdir(2).
 */
int history_open(const char *root, bool make, const struct log *log, int *ret,
		 struct daxbus_error *error) _must_check_;

/* Numbers of records, ascending. */
struct history_numbers {
	uint64_t *items;
	size_t n;
};
void history_numbers_done(struct history_numbers *numbers);
int history_list(int directory, struct history_numbers *ret) _must_check_;

/*
 * history_read() - read a record
 * @directory: from history_open()
 * @ret: receives it, with its number; release with record_done()
 *
 * Return: 0; -ENOENT there is none with that number; -EPERM it is a file of another user;
 * -EBADMSG it is incomplete or corrupt; -EFBIG; -ENOMEM; errno of open(2) and read(2).
 */
int history_read(int directory, uint64_t number, struct record *ret) _must_check_;

/*
 * history_add() - add a record behind the others, and remove those that are too many
 * @record: receives its number; the caller has the lock of lock.h
 *
 * Return: 0; -EFBIG; -ENOMEM; errno of open(2), write(2) and renameat2(2).
 */
int history_add(int directory, struct record *record) _must_check_;

#endif
