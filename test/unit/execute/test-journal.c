/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "execute/journal.h"
#include "execute/lock.h"
#include "unit.h"

struct folder {
	char path[64];
	int fd;
};

static int make_folder(void **state)
{
	struct folder *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->path, sizeof(f->path), "/tmp/daxbus-journal.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	f->fd = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(f->fd >= 0);
	*state = f;
	return 0;
}

static int remove_folder(void **state)
{
	struct folder *f = *state;

	unlinkat(f->fd, "journal", 0);
	unlinkat(f->fd, "lock", 0);
	close(f->fd);
	rmdir(f->path);
	free(f);
	return 0;
}

static void put_journal(const struct folder *f, const char *text)
{
	int fd = openat(f->fd, "journal", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* --- journal --- */

static void test_round_trip(void **state)
{
	const struct journal_before before = { (char *)"device_dax", true, 8, 5 };
	const struct folder *f = *state;
	struct journal journal = JOURNAL_INIT;
	struct journal_records records = { 0 };
	struct steps steps = { 0 };
	struct stat st;

	assert_non_null(steps_add(&steps, STEP_SET, NULL,
				  "/sys/devices/system/memory/auto_online_blocks", "online_movable",
				  "offline"));
	assert_non_null(steps_add(&steps, STEP_OFFLINE, NULL, NULL, "offline", NULL));
	assert_int_equal(block_runs_add(&steps.items[1].runs, 32, 39, ZONE_MOVABLE), 0);
	assert_int_equal(block_runs_add(&steps.items[1].runs, 40, 40, ZONE_KERNEL), 0);
	assert_non_null(steps_add(&steps, STEP_UNBIND, "kmem", NULL, NULL, NULL));

	assert_false(journal_is_pending(f->fd));
	assert_int_equal(journal_begin(&journal, f->fd, "dax0.0", &before, false), 0);
	assert_true(journal_is_pending(f->fd));
	/* Who can open it could lock it, and keep others from doing so. */
	assert_int_equal(fstatat(f->fd, JOURNAL_NAME, &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	for (size_t i = 0; i < steps.n; i++)
		assert_int_equal(journal_add(&journal, &steps.items[i]), 0);
	assert_int_equal(journal_read(f->fd, &records, NULL), 0);
	assert_string_equal(records.items[0].device, "dax0.0");
	assert_string_equal(records.items[0].before.driver, "device_dax");
	assert_true(records.items[0].before.counted);
	assert_int_equal(records.items[0].before.online, 8);
	assert_int_equal(records.items[0].before.movable, 5);
	assert_int_equal(records.items[0].steps.n, 3);
	assert_string_equal(records.items[0].steps.items[0].before, "offline");
	assert_int_equal(block_runs_count(&records.items[0].steps.items[1].runs), 9);
	assert_int_equal(records.items[0].steps.items[1].runs.items[1].zone, ZONE_KERNEL);
	assert_string_equal(records.items[0].steps.items[2].driver, "kmem");
	assert_int_equal(journal_end(&journal), 0);
	assert_false(journal_is_pending(f->fd));
	journal_records_done(&records);
	steps_done(&steps);
}

/* A second run must not write over what the first one left. */
static void test_pending_is_kept(void **state)
{
	const struct journal_before before = { 0 };
	const struct folder *f = *state;
	struct journal journal = JOURNAL_INIT, second = JOURNAL_INIT;
	struct journal_records records = { 0 };

	assert_int_equal(journal_begin(&journal, f->fd, "dax1.0", &before, false), 0);
	journal_close(&journal);
	assert_int_equal(journal_begin(&second, f->fd, "dax0.0", &before, false), -EEXIST);
	assert_int_equal(journal_read(f->fd, &records, NULL), 0);
	assert_string_equal(records.items[0].device, "dax1.0");
	assert_null(records.items[0].before.driver);
	assert_false(records.items[0].before.counted);
	journal_records_done(&records);
}

/* Changes that are undone together: the last one is dropped first. */
static void test_several(void **state)
{
	const struct journal_before before = { (char *)"kmem", true, 8, 8 };
	const struct folder *f = *state;
	struct journal journal = JOURNAL_INIT;
	struct journal_records records = { 0 };

	for (size_t i = 0; i < 3; i++) {
		const char *const names[] = { "dax0.0", "dax0.1", "dax1.0" };

		assert_int_equal(journal_begin(&journal, f->fd, names[i], &before, true), 0);
		journal_close(&journal);
	}
	/* One that fails takes back only what is its own. */
	assert_int_equal(journal_begin(&journal, f->fd, "dax1.1", &before, true), 0);
	assert_int_equal(journal_end(&journal), 0);
	assert_int_equal(journal_read(f->fd, &records, NULL), 0);
	assert_int_equal(records.n, 3);
	assert_string_equal(records.items[0].device, "dax0.0");
	assert_int_equal(records.items[0].start, 0);
	assert_string_equal(records.items[2].device, "dax1.0");
	assert_int_equal(records.items[2].before.movable, 8);
	for (size_t i = records.n; i-- > 0;) {
		struct journal_records left = { 0 };

		assert_int_equal(journal_drop(f->fd, records.items[i].start), 0);
		assert_int_equal(journal_is_pending(f->fd), i > 0);
		if (i)
			assert_int_equal(journal_read(f->fd, &left, NULL), 0);
		assert_int_equal(left.n, i);
		journal_records_done(&left);
	}
	journal_records_done(&records);
}

/* What a kill in the middle of a write leaves: a line without its end. */
static void test_cut_off(void **state)
{
	const struct folder *f = *state;
	struct journal_records records = { 0 };

	put_journal(f, "");
	assert_int_equal(journal_read(f->fd, &records, NULL), 0);
	assert_int_equal(records.n, 0);
	put_journal(f, "daxbus-journal 1\ndevice dax0.0\nbefore - - -\nstep unb");
	assert_int_equal(journal_read(f->fd, &records, NULL), 0);
	assert_string_equal(records.items[0].device, "dax0.0");
	assert_int_equal(records.items[0].steps.n, 0);
	journal_records_done(&records);
	/* Memory without a device is named by its range. */
	put_journal(f, "daxbus-journal 1\ndevice 0x100000000-0x13fffffff\nbefore kmem 8 8\n");
	assert_int_equal(journal_read(f->fd, &records, NULL), 0);
	assert_string_equal(records.items[0].device, "0x100000000-0x13fffffff");
	assert_int_equal(records.items[0].before.online, 8);
	journal_records_done(&records);
	/* A CXL region without a device is destroyed by its own name. */
	put_journal(f, "daxbus-journal 1\ndevice region12\nbefore - - -\n");
	assert_int_equal(journal_read(f->fd, &records, NULL), 0);
	assert_string_equal(records.items[0].device, "region12");
	journal_records_done(&records);
}

static void test_nonsense(void **state)
{
	static const char *const texts[] = {
		"daxbus-journal 2\n",
		"device dax0.0\n",
		"daxbus-journal 1\ndevice ../dax0.0\n",
		"daxbus-journal 1\ndevice region\n",
		"daxbus-journal 1\ndevice region0/..\n",
		"daxbus-journal 1\ndevice 0x2-0x1\n",
		"daxbus-journal 1\ndevice 0x1-0x2,0x3-0x4\n",
		"daxbus-journal 1\ndevice dax0.0\nbefore kmem\n",
		"daxbus-journal 1\ndevice dax0.0\nbefore kmem 1\n",
		"daxbus-journal 1\ndevice dax0.0\nbefore kmem 1 x\n",
		"daxbus-journal 1\ndevice dax0.0\nbefore ../x 1 1\n",
		"daxbus-journal 1\ndevice dax0.0\nbefore kmem 1 1 1\n",
		"daxbus-journal 1\ndevice dax0.0\nbefore kmem 1 1\nstep dance\n",
		"daxbus-journal 1\ndevice dax0.0\nstep unbind\n",
		"daxbus-journal 1\ndevice dax0.0\nbefore kmem 1 1\n\n",
		"daxbus-journal 1\ndaxbus-journal 1\n",
		"daxbus-journal 1\ndevice dax0.0\ndaxbus-journal 1\nbefore kmem 1 1\n",
	};
	const struct folder *f = *state;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct daxbus_error error = DAXBUS_ERROR_INIT;
		struct journal_records records = { 0 };

		put_journal(f, texts[i]);
		assert_row(i, journal_read(f->fd, &records, &error) == -EBADMSG);
		assert_row(i, error.message && strstr(error.message, "journal"));
		assert_row(i, !records.n);
		daxbus_error_done(&error);
	}
}

static void test_no_link(void **state)
{
	const struct journal_before before = { 0 };
	const struct folder *f = *state;
	struct journal journal = JOURNAL_INIT;
	struct journal_records records = { 0 };

	assert_int_equal(symlinkat("/etc/hostname", f->fd, "journal"), 0);
	assert_true(journal_is_pending(f->fd));
	assert_true(journal_read(f->fd, &records, NULL) < 0);
	assert_int_equal(journal_begin(&journal, f->fd, "dax0.0", &before, false), -EEXIST);
}

/* What another user could have put there, or can write to, is not undone. */
static void test_not_own(void **state)
{
	const char *const text = "daxbus-journal 1\ndevice dax0.0\nbefore - - -\n";
	const struct folder *f = *state;
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	struct journal_records records = { 0 };

	put_journal(f, text);
	assert_int_equal(fchmodat(f->fd, "journal", 0622, 0), 0);
	assert_int_equal(journal_read(f->fd, &records, &error), -EACCES);
	assert_non_null(strstr(error.message, "only this user"));
	daxbus_error_done(&error);
	assert_int_equal(fchmodat(f->fd, "journal", 0600, 0), 0);
	assert_int_equal(linkat(f->fd, "journal", f->fd, "lock", 0), 0);
	assert_int_equal(journal_read(f->fd, &records, NULL), -EACCES);
	assert_int_equal(unlinkat(f->fd, "lock", 0), 0);
	assert_int_equal(journal_read(f->fd, &records, NULL), 0);
	journal_records_done(&records);
	if (geteuid() == 0) {
		assert_int_equal(fchownat(f->fd, "journal", 65534, 65534, 0), 0);
		assert_int_equal(journal_read(f->fd, &records, NULL), -EACCES);
	}
	assert_int_equal(unlinkat(f->fd, "journal", 0), 0);
	assert_int_equal(mkfifoat(f->fd, "journal", 0600), 0);
	assert_int_equal(journal_read(f->fd, &records, NULL), -EACCES);
}

/* What could not be read again is not begun. */
static void test_step_of_no_plan(void **state)
{
	const struct journal_before before = { 0 };
	const struct folder *f = *state;
	struct journal journal = JOURNAL_INIT;
	struct steps steps = { 0 };

	assert_non_null(steps_add(&steps, STEP_SET, NULL, "/sys/power/state", "mem", NULL));
	assert_int_equal(journal_begin(&journal, f->fd, "dax0.0", &before, false), 0);
	assert_int_equal(journal_add(&journal, &steps.items[0]), -EBADMSG);
	assert_int_equal(journal_end(&journal), 0);
	steps_done(&steps);
}

/* --- lock --- */

static void test_lock(void **state)
{
	struct lock lock = LOCK_INIT, second = LOCK_INIT;
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	const struct progress_fn nobody = { 0 };
	const struct folder *f = *state;
	char pid[16];

	assert_int_equal(lock_take(&lock, f->path, 0, &nobody, NULL), 0);
	assert_int_equal(lock_take(&second, f->path, 0, &nobody, &error), -EBUSY);
	snprintf(pid, sizeof(pid), "%d (", (int)getpid());
	assert_non_null(strstr(error.message, pid));
	daxbus_error_done(&error);
	lock_done(&lock);
	assert_int_equal(lock_take(&second, f->path, 0, &nobody, NULL), 0);
	lock_done(&second);
}

static bool stop_at_once(void *data, const struct daxbus_progress *progress)
{
	assert_non_null(progress->what);
	++*(int *)data;
	return false;
}

static void test_lock_is_left_waiting(void **state)
{
	struct lock lock = LOCK_INIT, second = LOCK_INIT;
	const struct folder *f = *state;
	int asked = 0;
	const struct progress_fn watch = { stop_at_once, &asked };

	assert_int_equal(lock_take(&lock, f->path, 0, &(struct progress_fn){ 0 }, NULL), 0);
	assert_int_equal(lock_take(&second, f->path, WAIT_FOREVER, &watch, NULL), -EINTR);
	assert_int_equal(asked, 1);
	lock_done(&lock);
}

static void test_lock_folder(void **state)
{
	const struct folder *f = *state;
	struct lock lock = LOCK_INIT;
	char path[128];

	snprintf(path, sizeof(path), "%s/none/lower", f->path);
	assert_int_equal(lock_take(&lock, path, 0, &(struct progress_fn){ 0 }, NULL), -ENOENT);
	assert_int_equal(symlinkat("/tmp", f->fd, "journal"), 0);
	snprintf(path, sizeof(path), "%s/journal", f->path);
	assert_true(lock_take(&lock, path, 0, &(struct progress_fn){ 0 }, NULL) < 0);
}

static void assert_not_taken(const struct folder *f)
{
	struct lock lock = LOCK_INIT;
	struct daxbus_error error = DAXBUS_ERROR_INIT;

	assert_int_equal(lock_take(&lock, f->path, 0, &(struct progress_fn){ 0 }, &error), -EACCES);
	assert_non_null(strstr(error.message, "remove it"));
	daxbus_error_done(&error);
}

static void test_lock_not_own(void **state)
{
	const struct folder *f = *state;
	struct lock lock = LOCK_INIT;

	assert_int_equal(fchmod(f->fd, 01777), 0);
	assert_not_taken(f);
	assert_int_equal(fchmod(f->fd, 0700), 0);
	/* Nobody waits for a FIFO, or writes into a file that has another name. */
	assert_int_equal(mkfifoat(f->fd, "lock", 0600), 0);
	assert_not_taken(f);
	assert_int_equal(unlinkat(f->fd, "lock", 0), 0);
	put_journal(f, "kept");
	assert_int_equal(linkat(f->fd, "journal", f->fd, "lock", 0), 0);
	assert_not_taken(f);
	assert_int_equal(unlinkat(f->fd, "journal", 0), 0);
	if (geteuid() == 0) {
		assert_int_equal(fchownat(f->fd, "lock", 65534, 65534, 0), 0);
		assert_not_taken(f);
		assert_int_equal(fchownat(f->fd, "lock", 0, 0, 0), 0);
	}
	assert_int_equal(lock_take(&lock, f->path, 0, &(struct progress_fn){ 0 }, NULL), 0);
	lock_done(&lock);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_round_trip),
		TEST(test_pending_is_kept),
		TEST(test_several),
		TEST(test_cut_off),
		TEST(test_nonsense),
		TEST(test_no_link),
		TEST(test_not_own),
		TEST(test_step_of_no_plan),
		TEST(test_lock),
		TEST(test_lock_not_own),
		TEST(test_lock_is_left_waiting),
		TEST(test_lock_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
