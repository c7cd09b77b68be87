/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plans in words, and their comparison with rows.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/string.h"
#include "base/strv.h"
#include "plan-world.h"
#include "plan/cxl.h"

static void say_runs(struct string *t, const struct step *step)
{
	for (size_t i = 0; i < step->runs.n; i++)
		string_add(t, "%s%" PRIu64 "-%" PRIu64 "%c", i ? "," : " ",
			   step->runs.items[i].first, step->runs.items[i].last,
			   "oMK"[step->runs.items[i].zone]);
	if (!step->runs.n)
		string_add(t, " *");
}

static const char *setting_of(const struct step *step)
{
	static const struct {
		const char *file;
		const char *name;
	} names[] = {
		{ "/sys/devices/system/memory/auto_online_blocks", "policy" },
		{ "/sys/bus/dax/drivers_autoprobe", "autoprobe" },
		{ "/sys/bus/nd/drivers_autoprobe", "ndauto" },
		{ "/sys/bus/dax/devices/dax0.0/memmap_on_memory", "memmap" },
		{ "/sys/bus/dax/devices/dax0.0/state", "state" },
		{ "/sys/bus/dax/devices/dax0.0/align", "align" },
		{ "/sys/bus/dax/devices/dax0.1/align", "align" },
		{ "/sys/bus/dax/devices/dax0.1/memmap_on_memory", "memmap" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (step->file && streq(step->file, names[i].file))
			return names[i].name;
	fail_msg("what file is %s?", step->file ? step->file : "(null)");
	return NULL;
}

static const char *or_unknown(const char *s)
{
	return s ? s : "?";
}

static void say_cxl(struct string *t, const struct step *step)
{
	const char *name = step->file + strlen(CXL_DEVICES "/");

	assert_true(starts_with(step->file, CXL_DEVICES "/"));
	if (step->kind == STEP_CXL_BIND || step->kind == STEP_CXL_UNBIND)
		string_add(t, "cxl-%s %s", step->kind == STEP_CXL_BIND ? "bind" : "unbind", name);
	else
		string_add(t, "%s%s=%s%s%s", name, step->kind == STEP_CXL_TARGETS ? " targets" : "",
			   step->value, step->before ? "<" : "", step->before ? step->before : "");
}

static void say_step(struct string *t, const struct step *step)
{
	static const char *const of_driver[_STEP_MAX] = {
		[STEP_LOAD] = "load",	  [STEP_ID] = "id",	[STEP_FORGET] = "forget",
		[STEP_UNBIND] = "unbind", [STEP_BIND] = "bind",
	};

	switch (step->kind) {
	case STEP_SET:
		string_add(t, "%s=%s<%s", setting_of(step), step->value, or_unknown(step->before));
		break;
	case STEP_RESET:
		string_add(t, "%s>%s", setting_of(step), or_unknown(step->value));
		break;
	case STEP_OFFLINE:
	case STEP_ONLINE:
		string_add(t, "%s", step->value);
		say_runs(t, step);
		break;
	case STEP_POOL:
		assert_true(starts_with(step->file, "/sys/devices/system/node/node1/hugepages/"));
		string_add(t, "pool");
		break;
	case STEP_DROP:
		string_add(t, "drop %s > %s", step->value, strrchr(step->file, '/') + 1);
		break;
	case STEP_COMPACT:
		assert_string_equal(step->file, "/sys/devices/system/node/node0/compact");
		string_add(t, "compact %s", step->value);
		break;
	case STEP_RESIZE_POOL:
		string_add(t, "%s %s", strstr(step->file, "/node1/") ? "shrink-pool" : "grow-pool",
			   step->value);
		break;
	case STEP_MIGRATE:
		string_add(t, "migrate %s", step->value);
		break;
	case STEP_SETTLE:
		string_add(t, "settle");
		break;
	case STEP_PROBE:
		string_add(t, "probe");
		break;
	case STEP_CREATE:
		assert_string_equal(step->file, "/sys/devices/platform/hmem.0/dax_region/create");
		string_add(t, "create");
		break;
	case STEP_DELETE:
		assert_string_equal(step->file, "/sys/devices/platform/hmem.0/dax_region/delete");
		string_add(t, "delete");
		break;
	case STEP_LABEL:
	case STEP_INFO:
	case STEP_UNMAKE:
		assert_true(starts_with(step->file, "/sys/bus/nd/devices/namespace0."));
		string_add(t, "%s %c %s%s%s",
			   step->kind == STEP_LABEL  ? "label"
			   : step->kind == STEP_INFO ? "info"
						     : "unmake",
			   step->file[strlen(step->file) - 1], step->value, step->before ? "<" : "",
			   step->before ? step->before : "");
		break;
	case STEP_MOVE:
		assert_string_equal(step->file, "/sys/bus/nd/devices/hmem.0");
		assert_string_equal(step->value, WORLD_OLD);
		string_add(t, "move %s<%s", step->driver, step->before);
		break;
	case STEP_CXL:
	case STEP_CXL_CREATE:
	case STEP_CXL_TARGETS:
	case STEP_CXL_BIND:
	case STEP_CXL_UNBIND:
	case STEP_CXL_DELETE:
		say_cxl(t, step);
		break;
	case STEP_CXL_KEEP:
		string_add(t, "keep %s", step->value);
		break;
	case STEP_LAYOUT:
		string_add(t, "layout %s<%s", step->value, step->before);
		break;
	default:
		string_add(t, "%s %s%s%s", of_driver[step->kind], step->driver,
			   step->before ? "<" : "", step->before ? step->before : "");
		break;
	}
}

static char *say_plan(const struct plan *plan)
{
	_cleanup_(string_done) struct string t = { 0 };

	if (plan->status == DAXBUS_REFUSED)
		string_add(&t, "!%s", reason_word(plan->code));
	else if (plan->status == DAXBUS_UNCHANGED)
		string_add(&t, "=");
	for (size_t i = 0; i < plan->steps.n; i++) {
		string_add(&t, "%s", i ? "; " : "");
		say_step(&t, &plan->steps.items[i]);
	}
	return string_take(&t);
}

/* Every plan, whatever it is. */
static void check_plan(const struct plan *plan)
{
	assert_true(plan->status == DAXBUS_PLANNED || plan->status == DAXBUS_UNCHANGED ||
		    plan->status == DAXBUS_REFUSED);
	assert_true((plan->status == DAXBUS_REFUSED) == (plan->code != REASON_NONE));
	assert_true((plan->status == DAXBUS_PLANNED) == !plan->message);
	assert_true((plan->status == DAXBUS_PLANNED) == !!plan->steps.n);
	if (plan->status == DAXBUS_REFUSED)
		assert_true(starts_with(plan->message, "cannot "));
	/* A journal takes no other steps. */
	for (size_t i = 0; i < plan->steps.n; i++)
		if (!step_is_allowed(&plan->steps.items[i])) {
			_cleanup_free_ char *line = step_print(&plan->steps.items[i]);

			fail_msg("a journal does not take '%s'", line ? line : "");
		}
}

static void check_notes(size_t i, const struct row *row, const struct strv *notes)
{
	bool found = false;

	for (size_t k = 0; k < notes->n; k++)
		found |= row->note && strstr(notes->items[k], row->note);
	if (row->note ? !found : notes->n > 0)
		fail_msg("row %zu (%s; %s; %s): note '%s'", i, row->device, row->request,
			 row->facts, notes->n ? notes->items[0] : "");
}

static bool suggests_force(const char *hint)
{
	return strstr(hint, "use --force");
}

/* A hint does not say to run the command that was just refused. */
static void check_command(const char *hint, const struct daxbus_request *request)
{
	static const char *const commands[] = {
		[DAXBUS_RECONFIGURE] = "'daxbus reconfigure'",
		[DAXBUS_ONLINE] = "'daxbus online'",
		[DAXBUS_OFFLINE] = "'daxbus offline'",
		[DAXBUS_BIND] = "'daxbus bind'",
		[DAXBUS_UNBIND] = "'daxbus unbind'",
		[DAXBUS_CREATE] = "'daxbus create'",
		[DAXBUS_RESIZE] = "'daxbus resize'",
		[DAXBUS_DESTROY] = "'daxbus destroy'",
	};
	const char *at = strstr(hint, commands[request->action]);

	if (at && !starts_with(at + strlen(commands[request->action]), " without"))
		fail_msg("%s, after this command", hint);
}

/* What a refusal says to do next is true: also that --force helps, with the same request. */
static void check_hint(struct world *w, const struct plan *plan, const char *expected)
{
	const char *hint = plan->hint ?: reason_hint(plan->code);
	_cleanup_(plan_done) struct plan forced = { 0 };

	if (plan->hint)
		assert_true(expected && strstr(hint, expected));
	if (!hint)
		return;
	check_command(hint, w->request);
	if (!suggests_force(hint))
		return;
	assert_false(w->request->force);
	w->request->force = true;
	assert_int_equal(plan_make(w->s, w->d, &w->facts, w->request, &forced), 0);
	if (forced.code == plan->code)
		fail_msg("%s: refused with --force, too: %s", hint, forced.message);
}

void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *row = &rows[i];
		_cleanup_(plan_done) struct plan plan = { 0 };
		_cleanup_(world_done) struct world w;
		_cleanup_free_ char *said = NULL;

		make_world(&w, row->device, row->request, row->facts);
		assert_int_equal(plan_make(w.s, w.d, &w.facts, w.request, &plan), 0);
		said = say_plan(&plan);
		assert_non_null(said);
		if (!streq(said, row->expected))
			fail_msg("row %zu (%s; %s; %s):\n  is   %s\n  not  %s\n  %s", i,
				 row->device, row->request, row->facts, said, row->expected,
				 plan.message ? plan.message : "");
		check_plan(&plan);
		if (plan.status != DAXBUS_REFUSED)
			check_notes(i, row, &plan.notes);
		else
			check_hint(&w, &plan, row->note);
	}
}
