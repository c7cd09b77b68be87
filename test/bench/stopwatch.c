/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stopwatch - how long commands take, measured side by side
 *
 *   stopwatch [-1 | -s SAMPLES] [NAME=VALUE...] COMMAND... [--- [NAME=VALUE...] COMMAND...]...
 *
 * Prints a line for each command: the median of its samples in microseconds, from before it is
 * started until it has ended, the median of its user time in microseconds, and its peak memory
 * (VmHWM) in KiB. A sample is as many runs as take 20 ms together, and the commands
 * take turns, so that what else this machine does falls on all of them alike. A first run, which is
 * not counted, fills the caches; with -1, each command runs only once. Output of the commands goes
 * to /dev/null; one that fails ends the measurement.
 */
#include <err.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SAMPLE_NS	20000000ULL
#define COMMANDS_MAX	8
#define SAMPLES_MAX	1000
#define ENVIRONMENT_MAX 1000

struct command {
	char **argv;
	char *environment[ENVIRONMENT_MAX];
	unsigned int runs;	       /* in a sample */
	uint64_t samples[SAMPLES_MAX]; /* ns a run */
	uint64_t user[SAMPLES_MAX];    /* the same, in user mode */
	uint64_t peak;		       /* KiB */
};

extern char **environ;

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000ULL + (uint64_t)t.tv_nsec;
}

/* Return: user time in ns. */
static uint64_t run(struct command *c, const posix_spawn_file_actions_t *actions)
{
	struct rusage usage;
	int r, status;
	pid_t pid;

	r = posix_spawnp(&pid, c->argv[0], actions, NULL, c->argv, c->environment);
	if (r != 0)
		errx(1, "%s: %s", c->argv[0], strerror(r));
	if (wait4(pid, &status, 0, &usage) != pid)
		err(1, "wait4");
	if (status != 0)
		errx(1, "%s failed", c->argv[0]);
	if ((uint64_t)usage.ru_maxrss > c->peak)
		c->peak = (uint64_t)usage.ru_maxrss;
	return (uint64_t)usage.ru_utime.tv_sec * 1000000000ULL +
	       (uint64_t)usage.ru_utime.tv_usec * 1000ULL;
}

static uint64_t sample(struct command *c, const posix_spawn_file_actions_t *actions,
		       uint64_t *ret_user)
{
	uint64_t start = now(), user = 0;

	for (unsigned int i = 0; i < c->runs; i++)
		user += run(c, actions);
	*ret_user = user / c->runs;
	return (now() - start) / c->runs;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void print_median(uint64_t *samples, unsigned int n)
{
	uint64_t median;

	qsort(samples, n, sizeof(*samples), compare);
	median = n % 2 ? samples[n / 2] : (samples[n / 2 - 1] + samples[n / 2]) / 2;
	printf("%llu.%llu ", (unsigned long long)(median / 1000),
	       (unsigned long long)(median % 1000 / 100));
}

/* As env(1) does it, which would take time of its own. */
static void take_environment(struct command *c)
{
	size_t n = 0;

	for (char **e = environ; *e; e++) {
		if (n == ENVIRONMENT_MAX - 1)
			errx(2, "the environment is too large");
		c->environment[n++] = *e;
	}
	for (; *c->argv && strchr(*c->argv, '='); c->argv++) {
		if (n == ENVIRONMENT_MAX - 1)
			errx(2, "the environment is too large");
		c->environment[n++] = *c->argv;
	}
	if (!*c->argv)
		errx(2, "an empty command");
}

static size_t split_commands(char **words, struct command *commands)
{
	size_t n = 0;

	while (*words) {
		if (n == COMMANDS_MAX)
			errx(2, "more than %d commands", COMMANDS_MAX);
		commands[n].runs = 1;
		commands[n++].argv = words;
		while (*words && strcmp(*words, "---") != 0)
			words++;
		if (*words)
			*words++ = NULL;
		take_environment(&commands[n - 1]);
	}
	return n;
}

/* How often it runs in a sample. A long run is not repeated for having been the first. */
static void warm_up(struct command *c, const posix_spawn_file_actions_t *actions)
{
	uint64_t user, once = sample(c, actions, &user);

	if (once < SAMPLE_NS * 10)
		once = sample(c, actions, &user);
	if (once < SAMPLE_NS)
		c->runs = (unsigned int)(SAMPLE_NS / once) + 1;
}

int main(int argc, char **argv)
{
	static struct command commands[COMMANDS_MAX];
	posix_spawn_file_actions_t actions;
	unsigned int samples = 11;
	bool once = false;
	size_t n;
	int option;

	while ((option = getopt(argc, argv, "+1s:")) == 's' || option == '1') {
		once = once || option == '1';
		samples = once ? 1 : (unsigned int)atoi(optarg);
	}
	if (option != -1 || optind == argc || samples < 1 || samples > SAMPLES_MAX)
		errx(2, "usage: stopwatch [-1 | -s SAMPLES] COMMAND... [--- COMMAND...]...");
	n = split_commands(argv + optind, commands);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	for (size_t i = 0; i < n && !once; i++)
		warm_up(&commands[i], &actions);
	for (unsigned int s = 0; s < samples; s++)
		for (size_t i = 0; i < n; i++)
			commands[i].samples[s] =
				sample(&commands[i], &actions, &commands[i].user[s]);
	for (size_t i = 0; i < n; i++) {
		print_median(commands[i].samples, samples);
		print_median(commands[i].user, samples);
		printf("%llu\n", (unsigned long long)commands[i].peak);
	}
	posix_spawn_file_actions_destroy(&actions);
	return 0;
}
