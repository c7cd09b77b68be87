/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "execute/history.h"
#include "unit.h"

struct place {
	char root[64];
	int fd; /* of the history */
};

static int make_place(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	char path[96];

	assert_non_null(p);
	p->fd = -1;
	snprintf(p->root, sizeof(p->root), "/tmp/daxbus-history.XXXXXX");
	assert_non_null(mkdtemp(p->root));
	snprintf(path, sizeof(path), "%s/var", p->root);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/var/lib", p->root);
	assert_int_equal(mkdir(path, 0755), 0);
	*state = p;
	return 0;
}

static int remove_place(void **state)
{
	struct place *p = *state;
	char command[96];

	if (p->fd >= 0)
		close(p->fd);
	snprintf(command, sizeof(command), "rm -rf %s", p->root);
	assert_int_equal(system(command), 0);
	free(p);
	return 0;
}

static void add_one(struct place *p, uint64_t duration)
{
	struct record record = { .time = 1, .duration = duration };

	assert_int_equal(history_add(p->fd, &record), 0);
}

static void test_add_and_read(void **state)
{
	struct place *p = *state;
	_cleanup_(record_done) struct record record = { 0 };
	struct history_numbers numbers = { 0 };

	assert_int_equal(history_open(p->root, false, NULL, &p->fd, NULL), -ENOENT);
	assert_int_equal(history_open(p->root, true, NULL, &p->fd, NULL), 0);
	add_one(p, 10);
	add_one(p, 20);
	assert_int_equal(history_list(p->fd, &numbers), 0);
	assert_int_equal(numbers.n, 2);
	history_numbers_done(&numbers);
	assert_int_equal(history_read(p->fd, 2, &record), 0);
	assert_int_equal(record.number, 2);
	assert_int_equal(record.duration, 20);
	assert_int_equal(history_read(p->fd, 3, &record), -ENOENT);
}

/* The oldest go; numbers are never used again. */
static void test_bounded(void **state)
{
	struct place *p = *state;
	struct history_numbers numbers = { 0 };

	assert_int_equal(history_open(p->root, true, NULL, &p->fd, NULL), 0);
	for (uint64_t i = 0; i < HISTORY_RECORDS_MAX + 5; i++)
		add_one(p, i);
	assert_int_equal(history_list(p->fd, &numbers), 0);
	assert_int_equal(numbers.n, HISTORY_RECORDS_MAX);
	assert_int_equal(numbers.items[0], 6);
	assert_int_equal(numbers.items[numbers.n - 1], HISTORY_RECORDS_MAX + 5);
	history_numbers_done(&numbers);
}

static void put_file(struct place *p, const char *name, const char *text, mode_t mode)
{
	int fd = openat(p->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

#define EMPTY "daxbus-history 1\nbefore\nafter\nsteps\nend\n"

/* Links, files of others and what is no record. */
static void test_hostile(void **state)
{
	struct place *p = *state;
	_cleanup_(record_done) struct record record = { 0 };
	struct history_numbers numbers = { 0 };

	assert_int_equal(history_open(p->root, true, NULL, &p->fd, NULL), 0);
	put_file(p, "1", EMPTY, 0600);
	put_file(p, "2", EMPTY, 0666);
	put_file(p, "3", "daxbus-history 1\nbefore\n", 0600);
	put_file(p, "07", EMPTY, 0600);
	put_file(p, "18446744073709551615", EMPTY, 0600);
	assert_int_equal(symlinkat("1", p->fd, "4"), 0);
	assert_int_equal(mkfifoat(p->fd, "5", 0600), 0);
	assert_int_equal(history_list(p->fd, &numbers), 0);
	assert_int_equal(numbers.n, 5);
	history_numbers_done(&numbers);
	assert_int_equal(history_read(p->fd, 2, &record), -EPERM);
	assert_int_equal(history_read(p->fd, 3, &record), -EBADMSG);
	assert_int_equal(history_read(p->fd, 4, &record), -ELOOP);
	assert_int_equal(history_read(p->fd, 5, &record), -EPERM);
	assert_int_equal(history_read(p->fd, 1, &record), 0);
	add_one(p, 1);
	assert_int_equal(faccessat(p->fd, "6", F_OK, 0), 0);
}

static void test_directory_of_others(void **state)
{
	struct place *p = *state;
	char path[96];

	snprintf(path, sizeof(path), "%s/var/lib/daxbus", p->root);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(chmod(path, 0777), 0);
	assert_int_equal(history_open(p->root, true, NULL, &p->fd, NULL), -EPERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_add_and_read, make_place, remove_place),
		cmocka_unit_test_setup_teardown(test_bounded, make_place, remove_place),
		cmocka_unit_test_setup_teardown(test_hostile, make_place, remove_place),
		cmocka_unit_test_setup_teardown(test_directory_of_others, make_place, remove_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
