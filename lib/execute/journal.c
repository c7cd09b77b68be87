/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/fd.h"
#include "base/parse.h"
#include "base/string.h"
#include "execute/lock.h"
#include "io/root.h"
#include "model/range-list.h"

#define HEAD	     "daxbus-journal 1"
/* Blocks of a device are runs, so that even a device with gaps everywhere stays below this. */
#define JOURNAL_MAX  (16UL << 20)
/* A process that can open it could lock it, as one does that waits with it: see trial.h, lease.h.
 */
#define JOURNAL_MODE 0600

void journal_before_done(struct journal_before *before)
{
	free(before->driver);
	*before = (struct journal_before){ 0 };
}

static void journal_record_done(struct journal_record *record)
{
	free(record->device);
	journal_before_done(&record->before);
	steps_done(&record->steps);
}

void journal_records_done(struct journal_records *records)
{
	ARRAY_FREE(records->items, records->n, journal_record_done);
	*records = (struct journal_records){ 0 };
}

/* --- writing ---------------------------------------------------------------------------------- */

/* In one call, so that a line is there or not; a call that took only part of it did not. */
static int write_text(int fd, struct string *text)
{
	size_t length = text->length;
	_cleanup_free_ char *s = string_take(text);
	ssize_t n;

	if (!s)
		return -ENOMEM;
	n = write(fd, s, length);
	if (n < 0)
		return -errno;
	return (size_t)n == length ? 0 : -ENOSPC;
}

bool journal_is_pending(int directory)
{
	return faccessat(directory, JOURNAL_NAME, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
	       errno != ENOENT;
}

/* Where the record begins, at the end of those that are kept. */
static int find_start(int fd, uint64_t *ret)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	*ret = (uint64_t)st.st_size;
	return fd_is_own(fd) ? 0 : -EACCES;
}

int journal_begin(struct journal *journal, int directory, const char *device,
		  const struct journal_before *before, bool after_others)
{
	struct string text = { 0 };
	int fd, r;

	fd = openat(directory, JOURNAL_NAME,
		    O_WRONLY | O_CREAT | (after_others ? 0 : O_EXCL) | O_APPEND | O_NOFOLLOW |
			    O_CLOEXEC,
		    JOURNAL_MODE);
	if (fd < 0)
		return -errno;
	r = find_start(fd, &journal->start);
	if (r < 0) {
		close(fd);
		return r;
	}
	journal->directory = directory;
	journal->fd = fd;
	string_add(&text, HEAD "\ndevice %s\nbefore %s ", device,
		   before->driver ? before->driver : "-");
	if (before->counted)
		string_add(&text, "%" PRIu64 " %" PRIu64 "\n", before->online, before->movable);
	else
		string_add(&text, "- -\n");
	r = write_text(journal->fd, &text);
	if (r < 0)
		(void)!journal_end(journal);
	return r;
}

int journal_add(struct journal *journal, const struct step *step)
{
	_cleanup_free_ char *line = step_print(step);
	struct string text = { 0 };

	if (!line)
		return -ENOMEM;
	/* What could not be read again could not be undone. */
	if (!step_is_allowed(step))
		return -EBADMSG;
	string_add(&text, "step %s\n", line);
	return write_text(journal->fd, &text);
}

int journal_end(struct journal *journal)
{
	int r = journal->fd < 0 ? 0 : journal_drop(journal->directory, journal->start);

	journal_close(journal);
	return r;
}

void journal_close(struct journal *journal)
{
	close_p(&journal->fd);
	journal->fd = -1;
}

int journal_forget(int directory)
{
	return unlinkat(directory, JOURNAL_NAME, 0) < 0 && errno != ENOENT ? -errno : 0;
}

int journal_drop(int directory, uint64_t start)
{
	_cleanup_close_ int fd = -1;

	if (!start)
		return journal_forget(directory);
	fd = openat(directory, JOURNAL_NAME, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 || ftruncate(fd, (off_t)start) < 0 ? -errno : 0;
}

/* --- reading ---------------------------------------------------------------------------------- */

static int parse_count(const char *word, uint64_t *ret)
{
	return word ? parse_u64(word, 10, ret) : -EINVAL;
}

static int parse_before(char *line, struct journal_before *ret)
{
	char *driver = strsep(&line, " "), *online = strsep(&line, " ");

	if (!driver || !*driver || strchr(driver, '/') || !online || !line)
		return -EINVAL;
	if (!streq(driver, "-")) {
		ret->driver = strdup(driver);
		if (!ret->driver)
			return -ENOMEM;
	}
	ret->counted = !streq(online, "-");
	if (!ret->counted)
		return streq(line, "-") ? 0 : -EINVAL;
	return parse_count(online, &ret->online) ?: parse_count(line, &ret->movable);
}

static int parse_device(const char *name, struct journal_record *ret)
{
	uint32_t region, instance;
	uint64_t number;
	_cleanup_(range_list_done) struct range_list range = { 0 };

	/* A region of the CXL bus has its name, memory without a device its range. */
	if (parse_device_name(name, &region, &instance) < 0 &&
	    parse_numbered(name, "region", &number) < 0 &&
	    (range_list_parse(name, &range) < 0 || range.n != 1))
		return -EINVAL;
	ret->device = strdup(name);
	return ret->device ? 0 : -ENOMEM;
}

static int parse_line(char *line, size_t number, struct journal_record *ret)
{
	if (number == 0)
		return streq(line, HEAD) ? 0 : -EINVAL;
	if (number == 1 && starts_with(line, "device "))
		return parse_device(line + strlen("device "), ret);
	if (number == 2 && starts_with(line, "before "))
		return parse_before(line + strlen("before "), &ret->before);
	if (number > 2 && starts_with(line, "step "))
		return step_parse(line + strlen("step "), &ret->steps);
	return -EINVAL;
}

/* Each record begins with its head; only the last one may have no device yet. */
static int begin_record(struct journal_records *records, size_t start)
{
	const struct journal_record new = { .start = start };

	if (records->n && !records->items[records->n - 1].device)
		return -EINVAL;
	return ARRAY_PUSH(records->items, records->n, new);
}

int journal_parse(char *text, struct journal_records *ret)
{
	_cleanup_(journal_records_done) struct journal_records records = { 0 };
	char *rest = text, *end;
	size_t number = 0;
	int r = 0;

	for (; r == 0 && (end = strchr(rest, '\n')); rest = end + 1) {
		*end = '\0';
		if (!records.n || streq(rest, HEAD)) {
			r = begin_record(&records, (size_t)(rest - text));
			number = 0;
		}
		if (r == 0)
			r = parse_line(rest, number++, &records.items[records.n - 1]);
	}
	if (r < 0)
		return r == -ENOMEM ? r : -EBADMSG;
	*ret = TAKE_STRUCT(records);
	return 0;
}

int journal_read_file(int directory, const char *name, struct journal_records *ret,
		      struct daxbus_error *err)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_close_ int fd = -1;
	size_t length;
	int r;

	fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	r = fd < 0 ? -errno : fd_is_own(fd) ? 0 : -EACCES;
	if (r == 0)
		r = root_read_all(fd, JOURNAL_MAX, &text, &length);
	if (r == 0)
		r = memchr(text, '\0', length) ? -EBADMSG : journal_parse(text, ret);
	if (r < 0 && r != -ENOENT)
		error_set(err, r, "cannot read the journal '" RUN_DIRECTORY "/%s': %s", name,
			  r == -EBADMSG	 ? "it is corrupt"
			  : r == -EACCES ? "it is not a file that only this user can write to"
					 : strerror(-r));
	return r;
}

int journal_read(int directory, struct journal_records *ret, struct daxbus_error *err)
{
	return journal_read_file(directory, JOURNAL_NAME, ret, err);
}
