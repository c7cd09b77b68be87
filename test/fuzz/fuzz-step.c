/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any line as a step of a journal: what is taken is what would be printed, leads nowhere but into
 * /sys, and can be described. STEP_SETTLE only reads, and its file is always the same.
 */
#include <errno.h>

#include "fuzz.h"
#include "model/step.h"

static void check_path(const char *path)
{
	if (!path)
		return;
	fuzz_check(starts_with(path, "/sys/") && !strstr(path, "/../"));
	fuzz_check(strlen(path) < 3 || !streq(path + strlen(path) - 3, "/.."));
}

static void check_runs(const struct step *step)
{
	for (size_t i = 0; i < step->runs.n; i++) {
		const struct block_run *run = &step->runs.items[i];

		fuzz_check(run->first <= run->last && run->zone < _ZONE_MAX);
		fuzz_check(!i || run[-1].last < run->first);
	}
	fuzz_check(!step->runs.n == !block_runs_count(&step->runs));
}

/* Which blocks an ordinary user's plan is about is unknown. */
static bool has_no_file(const struct step *step)
{
	return step->kind == STEP_LOAD || step->kind == STEP_CXL_KEEP ||
	       ((step->kind == STEP_OFFLINE || step->kind == STEP_ONLINE) && !step->runs.n);
}

static void check_words(const struct step *step)
{
	_cleanup_free_ char *what = NULL, *file = NULL;
	struct daxbus_step described;

	fuzz_check(step_describe(step, "dax0.0", &described, &what, &file) == 0);
	fuzz_check(*what && described.verify);
	fuzz_check(!file == has_no_file(step));
	fuzz_check(!described.module == (step->kind != STEP_LOAD));
	if (step->kind == STEP_SETTLE)
		fuzz_check(streq(file, "/run/udev/queue"));
	else
		check_path(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(steps_done) struct steps steps = { 0 };
	_cleanup_free_ char *line = fuzz_string(data, size);
	_cleanup_free_ char *printed = NULL;
	int r = step_parse(line, &steps);

	fuzz_check(r == 0 || r == -EINVAL);
	fuzz_check(steps.n == (r == 0));
	if (r < 0)
		return 0;
	printed = step_print(&steps.items[0]);
	fuzz_check(printed && streq(printed, line));
	fuzz_check(step_is_allowed(&steps.items[0]));
	check_path(steps.items[0].file);
	check_runs(&steps.items[0]);
	check_words(&steps.items[0]);
	return 0;
}
