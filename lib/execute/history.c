/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/history.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/fd.h"
#include "base/parse.h"
#include "io/rootfs.h"

#define PARENT	    "/var/lib/daxbus"
#define DRAFT	    ".draft"
/* Other files are no records; so many entries are searched at most. */
#define ENTRIES_MAX 100000

static int open_trusted(struct root *root, const char *path, bool make, int *ret)
{
	_cleanup_close_ int found = -1;
	int r = rootfs_open_directory(root, path, make, &found);

	if (r < 0)
		return r;
	r = rootfs_check_trusted(found);
	if (r == 0)
		/* One that can be listed: those of the root cannot. */
		r = root_open_once(found, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, ret);
	return r;
}

static int open_both(struct root *root, bool make, int *ret)
{
	_cleanup_close_ int parent = -1, fd = -1;
	int r = open_trusted(root, PARENT, make, &parent)
			?: open_trusted(root, HISTORY_DIRECTORY, make, &fd);

	if (r < 0)
		return r;
	if (make && fchmod(fd, 0700) < 0)
		return -errno;
	*ret = TAKE_FD(fd);
	return 0;
}

int history_open(const char *path, bool make, const struct log *log, int *ret,
		 struct daxbus_error *error)
{
	_cleanup_(root_close) struct root root = ROOT_INIT;
	int r = root_open(&root, path, log, error);

	/* A system without history is none without root. */
	if (r < 0)
		return r == -ENOENT ? -ENOTDIR : r;
	r = open_both(&root, make, ret);
	if (r == -EPERM)
		return error_set(error, r,
				 "the directory '" HISTORY_DIRECTORY
				 "' or its parent belongs to another user, or others can write to "
				 "it");
	return r < 0 ? error_set(error, r, "cannot open the directory '" HISTORY_DIRECTORY "': %s",
				 strerror(-r))
		     : 0;
}

/* --- the files -------------------------------------------------------------------------------- */

void history_numbers_done(struct history_numbers *numbers)
{
	free(numbers->items);
	*numbers = (struct history_numbers){ 0 };
}

static int push_number(void *data, const char *name)
{
	struct history_numbers *numbers = data;
	uint64_t number;

	if (parse_numbered(name, "", &number) < 0 || !number || number == UINT64_MAX ||
	    numbers->n >= ENTRIES_MAX)
		return 0;
	return ARRAY_PUSH(numbers->items, numbers->n, number);
}

static int compare_history_numbers(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int history_list(int directory, struct history_numbers *ret)
{
	struct history_numbers numbers = { 0 };
	int r = root_list(directory, push_number, &numbers);

	if (r < 0) {
		history_numbers_done(&numbers);
		return r;
	}
	if (numbers.n)
		qsort(numbers.items, numbers.n, sizeof(*numbers.items), compare_history_numbers);
	*ret = numbers;
	return 0;
}

struct file_name {
	char s[24];
};

static struct file_name name_record(uint64_t number)
{
	struct file_name name;

	snprintf(name.s, sizeof(name.s), "%" PRIu64, number);
	return name;
}

int history_read(int directory, uint64_t number, struct record *ret)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *text = NULL;
	size_t length;
	int r;

	fd = openat(directory, name_record(number).s,
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	r = fd < 0 ? -errno : fd_is_own(fd) ? 0 : -EPERM;
	if (r == 0)
		r = root_read_all(fd, HISTORY_RECORD_MAX, &text, &length);
	if (r == 0)
		r = memchr(text, '\0', length) ? -EBADMSG : record_parse(text, ret);
	if (r == 0)
		ret->number = number;
	return r;
}

/* --- adding ----------------------------------------------------------------------------------- */

/*
 * All of it, or a file that is no record. It is not synchronised: a record is not worth the time,
 * and one that a loss of power cuts off has no end.
 */
static int write_record(int directory, const char *name, const char *text)
{
	_cleanup_close_ int fd = -1;
	int r;

	(void)!unlinkat(directory, DRAFT, 0);
	fd = openat(directory, DRAFT, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	r = fd_write_all(fd, text, strlen(text));
	if (r == 0)
		r = fd_rename_new(directory, DRAFT, name);
	if (r < 0)
		(void)!unlinkat(directory, DRAFT, 0);
	return r;
}

static uint64_t size_of(int directory, uint64_t number)
{
	struct stat st;

	return fstatat(directory, name_record(number).s, &st, AT_SYMLINK_NOFOLLOW) == 0
		       ? (uint64_t)st.st_size
		       : 0;
}

/* From the newest on: the first that is too much, and all before it, are removed. */
static void remove_oldest(int directory, const struct history_numbers *numbers, uint64_t bytes)
{
	size_t kept = 1;

	for (size_t i = numbers->n; i-- > 0; kept++) {
		bytes += size_of(directory, numbers->items[i]);
		if (kept < HISTORY_RECORDS_MAX && bytes <= HISTORY_BYTES_MAX)
			continue;
		for (size_t k = 0; k <= i; k++)
			(void)!unlinkat(directory, name_record(numbers->items[k]).s, 0);
		return;
	}
}

static int print_record(struct record *record, char **ret)
{
	_cleanup_free_ char *text = record_print(record);

	if (text && strlen(text) > HISTORY_RECORD_MAX) {
		free(text);
		record->n_steps = 0;
		text = record_print(record);
	}
	if (!text)
		return -ENOMEM;
	if (strlen(text) > HISTORY_RECORD_MAX)
		return -EFBIG;
	*ret = TAKE_PTR(text);
	return 0;
}

int history_add(int directory, struct record *record)
{
	struct history_numbers numbers = { 0 };
	_cleanup_free_ char *text = NULL;
	int r = history_list(directory, &numbers) ?: print_record(record, &text);

	if (r == 0) {
		record->number = numbers.n ? numbers.items[numbers.n - 1] + 1 : 1;
		r = write_record(directory, name_record(record->number).s, text);
	}
	if (r == 0)
		remove_oldest(directory, &numbers, strlen(text));
	history_numbers_done(&numbers);
	return r;
}
