/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * On the running system: processes of this test hold devices that everybody has, in /proc as it is.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "base/strv.h"
#include "scan/holders.h"
#include "tree.h"
#include "unit.h"

#define MAX 8

/* Processes that do nothing but hold something. */
struct holding {
	struct sysfs *fs;
	pid_t pids[MAX];
	size_t n;
};

static int set_up(void **state)
{
	struct holding *h = calloc(1, sizeof(*h));

	assert_non_null(h);
	assert_int_equal(sysfs_new(&h->fs, NULL, NULL, NULL), 0);
	*state = h;
	return 0;
}

static void release(struct holding *h)
{
	for (size_t i = 0; i < h->n; i++) {
		kill(h->pids[i], SIGKILL);
		waitpid(h->pids[i], NULL, 0);
	}
	h->n = 0;
}

static int tear_down(void **state)
{
	struct holding *h = *state;

	release(h);
	sysfs_free(h->fs);
	free(h);
	return 0;
}

enum how {
	OPEN,
	MAPPED, /* and closed; for reading */
	BOTH,
	PRIVATE,    /* a mapping that is not shared, and closed */
	WRITABLE,   /* a shared one: of /dev/zero, that is one of a file in memory, with its name */
	LEADERLESS, /* mapped, and the first thread has ended */
	BY_THREAD,  /* open in a thread that has descriptors of its own */
	LONG_MAPS,  /* mapped, behind mappings that take more than 16 MiB of /proc/PID/maps */
};

/* --- threads ---------------------------------------------------------------------------------- */

struct thread {
	const char *path;
	int ready;
};

static void wait_until_killed(int ready, bool held)
{
	if (write(ready, held ? "y" : "n", 1) == 1)
		for (;;)
			pause();
	_exit(1);
}

static void *hold_in_thread(void *data)
{
	const struct thread *thread = data;

	/* Only this thread has what it opens. */
	if (unshare(CLONE_FILES) < 0)
		_exit(1);
	wait_until_killed(thread->ready, open(thread->path, O_RDONLY) >= 0);
	return NULL;
}

/* The state of the first thread: 'Z' once it has ended, with the other threads still there. */
static char first_thread_state(void)
{
	char line[64] = "";
	int fd = open("/proc/self/stat", O_RDONLY);
	const char *end;

	if (fd < 0 || read(fd, line, sizeof(line) - 1) < 0)
		_exit(1);
	close(fd);
	end = strrchr(line, ')');
	return end && end[1] ? end[2] : '?';
}

static void *outlive_first_thread(void *data)
{
	const struct thread *thread = data;

	while (first_thread_state() != 'Z')
		sched_yield();
	wait_until_killed(thread->ready, true);
	return NULL;
}

/* In the child; does not return. */
static void hold_in(void *(*run)(void *data), struct thread *thread)
{
	pthread_t id;

	if (pthread_create(&id, NULL, run, thread) != 0)
		_exit(1);
	pthread_exit(NULL);
}

/* --- many mappings ---------------------------------------------------------------------------- */

#define NAME_LENGTH 250
#define DEPTH	    15
#define MAPPINGS    5000

/* A file whose path has almost the length that the kernel allows. Return: its descriptor. */
static int open_deep_file(void)
{
	char name[NAME_LENGTH + 1];
	char base[] = "/tmp/daxbus-holders-XXXXXX";
	int fd;

	memset(name, 'd', NAME_LENGTH);
	name[NAME_LENGTH] = '\0';
	if (!mkdtemp(base) || chdir(base) < 0)
		return -1;
	for (int i = 0; i < DEPTH; i++)
		if (mkdir(name, 0700) < 0 || chdir(name) < 0)
			return -1;
	fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || ftruncate(fd, 4096) < 0)
		return -1;
	/* The mappings keep the path, also when it is gone. */
	unlink("file");
	for (int i = 0; i < DEPTH; i++)
		if (chdir("..") < 0 || rmdir(name) < 0)
			return -1;
	return rmdir(base) < 0 ? -1 : fd;
}

static bool make_long_maps(void)
{
	int fd = open_deep_file();

	for (int i = 0; fd >= 0 && i < MAPPINGS; i++)
		if (mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
			return false;
	return fd >= 0;
}

/* In the child. Return: whether it is held. */
static bool hold(const char *path, enum how how)
{
	int flags = how == PRIVATE ? MAP_PRIVATE : MAP_SHARED;
	int fd = open(path, how == WRITABLE ? O_RDWR : O_RDONLY);

	if (fd < 0 || (how == LONG_MAPS && !make_long_maps()))
		return false;
	if (how != OPEN && mmap(NULL, 4096, PROT_READ, flags, fd, 0) == MAP_FAILED)
		return false;
	if (how != OPEN && how != BOTH)
		close(fd);
	return true;
}

/* A process named @name that holds a device. Return: its number; 0 when it could not. */
static pid_t start(struct holding *h, const char *name, const char *path, enum how how)
{
	char answer = 'n';
	int ready[2];
	pid_t pid;

	assert_true(h->n < MAX);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct thread thread = { path, ready[1] };

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, name);
		if (how == BY_THREAD)
			hold_in(hold_in_thread, &thread);
		if (how == LEADERLESS && hold(path, how))
			hold_in(outlive_first_thread, &thread);
		wait_until_killed(ready[1], hold(path, how));
	}
	h->pids[h->n++] = pid;
	assert_int_equal(read(ready[0], &answer, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return answer == 'y' ? pid : 0;
}

static void read_of(struct sysfs *fs, const char *path, struct opt_strv *ret)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	*ret = (struct opt_strv){ 0 };
	assert_int_equal(holders_read(fs, NULL, major(st.st_rdev), minor(st.st_rdev), ret), 0);
}

static void assert_held(const struct opt_strv *holders, const char *name, pid_t pid,
			const char *how)
{
	char line[80];

	snprintf(line, sizeof(line), "%s (%d): %s", name, pid, how);
	if (holders->is != DAXBUS_KNOWN || !strv_has(&holders->v, line))
		fail_msg("no '%s' among %zu", line, holders->v.n);
}

/* One that nobody else has: not even a program of this machine that makes noise. */
#define QUIET "/dev/full"

/* In a container there are processes that even its root cannot look at: the answer is unknown then.
 */
static bool is_quiet(struct sysfs *fs)
{
	struct opt_strv holders;

	read_of(fs, QUIET, &holders);
	strv_done(&holders.v);
	if (holders.is == DAXBUS_KNOWN)
		print_message("somebody has " QUIET "\n");
	return holders.is != DAXBUS_KNOWN;
}

static void test_open(void **state)
{
	struct holding *h = *state;
	struct opt_strv holders;
	pid_t pid;

	if (!is_quiet(h->fs))
		skip();
	pid = start(h, "a holder", QUIET, OPEN);
	/* others, and the same numbers the other way round */
	assert_true(start(h, "another", "/dev/null", OPEN));
	read_of(h->fs, QUIET, &holders);
	assert_held(&holders, "a holder", pid, "open");
	assert_int_equal(holders.v.n, 1);
	strv_done(&holders.v);
	release(h);
	assert_true(is_quiet(h->fs));
}

static void test_name(void **state)
{
	struct holding *h = *state;
	struct opt_strv holders;
	pid_t pid = start(h, "a\033[1m\nb\177", QUIET, OPEN);

	read_of(h->fs, QUIET, &holders);
	assert_held(&holders, "a?[1m?b?", pid, "open");
	strv_done(&holders.v);
}

static void test_many(void **state)
{
	struct holding *h = *state;
	struct opt_strv holders;

	if (!is_quiet(h->fs))
		skip();
	for (int i = 0; i < 5; i++)
		assert_true(start(h, "one", QUIET, OPEN));
	read_of(h->fs, QUIET, &holders);
	assert_int_equal(holders.v.n, 5);
	strv_done(&holders.v);
	for (int i = 0; i < 2; i++)
		assert_true(start(h, "one", QUIET, OPEN));
	read_of(h->fs, QUIET, &holders);
	assert_int_equal(holders.v.n, 6);
	assert_string_equal(holders.v.items[5], "and 2 more");
	strv_done(&holders.v);
}

static void test_mapped(void **state)
{
	struct holding *h = *state;
	struct opt_strv holders;
	pid_t mapped = start(h, "mapper", "/dev/zero", MAPPED);
	pid_t both = start(h, "both", "/dev/zero", BOTH);
	pid_t other = start(h, "private", "/dev/zero", PRIVATE);

	assert_true(mapped && both && other);
	if (geteuid() != 0) {
		print_message("only root may follow the links in map_files\n");
		skip();
	}
	read_of(h->fs, "/dev/zero", &holders);
	assert_held(&holders, "mapper", mapped, "mapped");
	/* It counts once. */
	assert_held(&holders, "both", both, "mapped");
	assert_int_equal(holders.v.n, 2);
	strv_done(&holders.v);
}

/* The first thread of these processes shows nothing. */
static void test_threads(void **state)
{
	struct holding *h = *state;
	struct opt_strv holders;
	pid_t open, mapped;

	if (geteuid() != 0) {
		print_message("only root may follow the links in map_files\n");
		skip();
	}
	open = start(h, "opener", "/dev/zero", BY_THREAD);
	mapped = start(h, "mapper", "/dev/zero", LEADERLESS);
	assert_true(open && mapped);
	read_of(h->fs, "/dev/zero", &holders);
	assert_held(&holders, "opener", open, "open");
	assert_held(&holders, "mapper", mapped, "mapped");
	assert_int_equal(holders.v.n, 2);
	strv_done(&holders.v);
}

static void test_long_maps(void **state)
{
	struct holding *h = *state;
	struct opt_strv holders;
	pid_t pid;

	if (geteuid() != 0) {
		print_message("only root may follow the links in map_files\n");
		skip();
	}
	pid = start(h, "mapper", "/dev/zero", LONG_MAPS);
	assert_true(pid);
	read_of(h->fs, "/dev/zero", &holders);
	assert_held(&holders, "mapper", pid, "mapped");
	strv_done(&holders.v);
}

/* Give up the right to follow the links in map_files, and no other. */
static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) < 0)
		_exit(3);
	data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective &= ~CAP_TO_MASK(CAP_SYS_ADMIN);
	data[CAP_TO_INDEX(CAP_CHECKPOINT_RESTORE)].effective &=
		~CAP_TO_MASK(CAP_CHECKPOINT_RESTORE);
	if (syscall(SYS_capset, &header, data) < 0)
		_exit(3);
}

/* In a child without that right. Return: how many lines of @pid are as expected, 10 for any other.
 */
static int look_without(struct sysfs *fs, const char *path, pid_t pid, const char *line)
{
	struct opt_strv holders;
	char number[32];
	int status = 0;

	drop_capabilities();
	read_of(fs, path, &holders);
	snprintf(number, sizeof(number), "(%d)", pid);
	for (size_t i = 0; i < holders.v.n; i++)
		if (strstr(holders.v.items[i], number))
			status += streq(holders.v.items[i], line) ? 1 : 10;
	strv_done(&holders.v);
	return status;
}

static int count_without(struct sysfs *fs, const char *path, pid_t pid, const char *line)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(look_without(fs, path, pid, line));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Then the name of what is mapped is what there is, and "/dev/zero (deleted)" has it. */
static void test_by_name(void **state)
{
	struct holding *h = *state;
	pid_t pid, other;
	char line[64];

	if (geteuid() != 0) {
		print_message("only root has rights to give up\n");
		skip();
	}
	pid = start(h, "mapper", "/dev/zero", WRITABLE);
	other = start(h, "private", "/dev/zero", PRIVATE);
	assert_true(pid && other);
	snprintf(line, sizeof(line), "mapper (%d): mapped", pid);
	assert_int_equal(count_without(h->fs, "/dev/zero", pid, line), 1);
	assert_int_equal(count_without(h->fs, "/dev/full", pid, line), 0);
	/* Without "(deleted)" too. */
	pid = start(h, "mapper", "/dev/zero", MAPPED);
	snprintf(line, sizeof(line), "mapper (%d): mapped", pid);
	assert_int_equal(count_without(h->fs, "/dev/zero", pid, line), 1);
	assert_int_equal(count_without(h->fs, "/dev/zero", other, line), 0);
}

/* Another user does not see what root's processes have, and does not take that for nothing. */
static void test_other_user(void **state)
{
	struct holding *h = *state;
	struct opt_strv holders;

	if (geteuid() != 0) {
		print_message("only root can become another user\n");
		skip();
	}
	assert_int_equal(seteuid(65534), 0);
	read_of(h->fs, QUIET, &holders);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(holders.is, DAXBUS_UNKNOWN);
	assert_int_equal(holders.v.n, 0);
}

static void test_captured(void **state)
{
	struct opt_strv holders = { 0 };
	void *tree = NULL;

	(void)state;
	tree_set_up(&tree);
	tree_folder(tree, "/proc/1/fd");
	tree_write(tree, "7f0000000000-7f0000200000 rw-s 00000000 00:06 1     /dev/dax0.0",
		   "/proc/1/maps");
	assert_int_equal(holders_read(((struct tree *)tree)->fs, NULL, 1, 7, &holders), 0);
	assert_int_equal(holders.is, DAXBUS_UNKNOWN);
	tree_tear_down(&tree);
}

int main(void)
{
#define HOLDING(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		HOLDING(test_open),    HOLDING(test_name),	 HOLDING(test_many),
		HOLDING(test_mapped),  HOLDING(test_threads),	 HOLDING(test_long_maps),
		HOLDING(test_by_name), HOLDING(test_other_user), cmocka_unit_test(test_captured),
	};

	return cmocka_run_group_tests_name("holders", tests, NULL, NULL);
}
