/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/array.h"
#include "base/parse.h"
#include "execute/history.h"
#include "execute/observe.h"
#include "execute/results.h"
#include "io/root.h"

/* Of a command line, and of the names in the environment. */
#define TEXT_MAX      4096
#define ARGUMENTS_MAX 64

static uint64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* --- who -------------------------------------------------------------------------------------- */

/* Up to TEXT_MAX bytes of a file of this process, with a NUL behind them. Return: their number. */
static size_t read_own(const char *path, char text[TEXT_MAX + 1])
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t n = 0;

	if (fd < 0 || root_read_some(fd, text, TEXT_MAX, &n) < 0)
		n = 0;
	text[n] = '\0';
	return n;
}

static int take_command(struct record *record)
{
	char text[TEXT_MAX + 1];
	size_t n = read_own("/proc/self/cmdline", text);
	int r = 0;

	for (size_t i = 0; r == 0 && i < n && record->command.n < ARGUMENTS_MAX;
	     i += strlen(text + i) + 1)
		r = strv_push(&record->command, text + i);
	return r;
}

static int take_line(const char *path, char **ret)
{
	char text[TEXT_MAX + 1];

	if (!read_own(path, text))
		return 0;
	text[strcspn(text, "\n")] = '\0';
	return string_copy(ret, text);
}

static void take_login(struct record *record)
{
	char text[TEXT_MAX + 1];
	uint32_t login;

	/* The kernel writes UINT32_MAX if nobody has logged in. */
	if (read_own("/proc/self/loginuid", text) && parse_u32(text, 10, &login) == 0 &&
	    login != UINT32_MAX)
		record->login = known(login);
}

static int take_user(struct record *record)
{
	const char *sudo = secure_getenv("SUDO_USER");

	record->uid = getuid();
	take_login(record);
	return sudo && strlen(sudo) <= NAME_MAX ? string_copy(&record->sudo_user, sudo) : 0;
}

/* --- what ------------------------------------------------------------------------------------- */

/* A region that does not exist has no devices. */
static int add_state(const struct recorder *recorder, uint64_t id, struct state *ret)
{
	_cleanup_(selectors_done) struct selectors selection = { 0 };
	char name[32];
	int r;

	snprintf(name, sizeof(name), "region%" PRIu64, id);
	r = selectors_add(&selection, name, NULL)
		    ?: observe_devices(recorder->fs, recorder->log, &selection, ret, NULL);
	return r == -ENOENT ? 0 : r;
}

static void say_lost(struct recorder *recorder, const char *what, int r)
{
	log_debug(recorder->log, "%s: %s; the history will not have this run", what, strerror(-r));
	recorder->fs = NULL;
}

static bool has_region(const struct recorder *recorder, uint64_t id)
{
	for (size_t i = 0; i < recorder->n_regions; i++)
		if (recorder->regions[i] == id)
			return true;
	return false;
}

/* The number of the region is in the name. Return: whether the region is new. */
static bool note_region(struct recorder *recorder, const char *device, uint64_t *ret)
{
	uint32_t id, instance;

	if (!recorder || !recorder->fs || parse_device_name(device, &id, &instance) < 0 ||
	    has_region(recorder, id))
		return false;
	*ret = id;
	if (ARRAY_PUSH(recorder->regions, recorder->n_regions, id) == 0)
		return true;
	say_lost(recorder, "cannot record a change", -ENOMEM);
	return false;
}

/* --- the run ---------------------------------------------------------------------------------- */

void recorder_begin(struct recorder *recorder, struct sysfs *fs, const struct log *log)
{
	struct record *record = &recorder->record;
	int r;

	*recorder = (struct recorder){ .fs = fs, .log = log, .begin = clock_ms() };
	record->time = (uint64_t)time(NULL);
	r = take_command(record)
		?: take_user(record)
		?: take_line("/proc/sys/kernel/random/boot_id", &record->boot);
	if (r < 0)
		say_lost(recorder, "cannot record who changes devices", r);
}

void recorder_before(struct recorder *recorder, const char *device)
{
	uint64_t id;
	int r = 0;

	if (note_region(recorder, device, &id))
		r = add_state(recorder, id, &recorder->record.before);
	if (r < 0)
		say_lost(recorder, "cannot record the state before", r);
}

void recorder_after(struct recorder *recorder, const struct result *result,
		    const struct steps *steps)
{
	struct record *record;
	int r;

	if (!recorder || !recorder->fs)
		return;
	record = &recorder->record;
	recorder->has_changed |= result->public.status == DAXBUS_CHANGED;
	recorder->has_failed |= result->public.status == DAXBUS_FAILED;
	r = record_add_steps(record, result->device, steps);
	if (r == 0 && !record->code)
		r = string_copy(&record->code, result->public.code);
	if (r < 0)
		say_lost(recorder, "cannot record steps", r);
}

void recorder_recovers(struct recorder *recorder, const struct result *result)
{
	uint64_t id;

	if (!recorder || !recorder->fs)
		return;
	/* What a run has changed itself before is one that failed. */
	if (!recorder->n_regions)
		recorder->record.result = RECORD_RECOVERED;
	else
		recorder->has_undone = true;
	recorder->has_failed |= result->public.status == DAXBUS_FAILED;
	(void)note_region(recorder, result->device, &id);
}

static void set_record_result(struct recorder *recorder)
{
	struct record *record = &recorder->record;

	if (record->result == RECORD_RECOVERED)
		state_done(&record->before);
	else if (recorder->has_failed)
		record->result = RECORD_FAILED;
	else if (!recorder->has_changed ||
		 ((record->code || recorder->has_undone) && !record_has_change(record)))
		record->result = RECORD_UNDONE;
}

static int write_run(struct recorder *recorder)
{
	_cleanup_close_ int directory = -1;
	struct record *record = &recorder->record;
	int r = 0;

	for (size_t i = 0; r == 0 && i < recorder->n_regions; i++)
		r = add_state(recorder, recorder->regions[i], &record->after);
	set_record_result(recorder);
	record->duration = clock_ms() - recorder->begin;
	if (r == 0)
		r = history_open(NULL, true, recorder->log, &directory, NULL);
	return r ?: history_add(directory, record);
}

void recorder_end(struct recorder *recorder)
{
	int r = recorder->fs && recorder->n_regions ? write_run(recorder) : 0;

	if (r < 0)
		say_lost(recorder, "cannot write to " HISTORY_DIRECTORY, r);
	record_done(&recorder->record);
	free(recorder->regions);
	*recorder = (struct recorder){ 0 };
}
