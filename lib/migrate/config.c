/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "migrate/config.h"

#include <errno.h>

#include "base/string.h"
#include "base/strv.h"

/*
 * A change under way: how it is, how it will be, and what becomes of it.
 */
struct migrating {
	const struct daxbus_ctx *ctx;
	const char *root;
	bool force;
	bool dry_run;
	struct migrate_status *before;
	struct migrate_status *after;
	struct result *result;
};

static void migrating_done(struct migrating *c)
{
	status_free(c->before);
	status_free(c->after);
}

/* The model that a reading promises. */
static int set_models(struct migrating *c, const struct migrate_status *to)
{
	int r = results_set_from(c->result, predict_word(status_predict(c->before, NULL)));

	return r ?: results_set_to(c->result, predict_word(status_predict(to, NULL)));
}

/* --- refusals --------------------------------------------------------------------------------- */

/* The kernels that were looked at, for a sentence. */
static char *name_kernels(const struct migrate_status *m)
{
	struct string text = { 0 };

	string_add(&text, m->n_boots ? "Linux " : "any Linux");
	for (size_t i = 0; i < m->n_boots; i++)
		string_add(&text, "%s%s", i ? ", " : "", m->boots[i].modules.release);
	return string_take(&text);
}

/* There is only one model. */
static int refuse_no_choice(struct migrating *c)
{
	_cleanup_free_ char *kernels = name_kernels(c->before);
	bool known = false, bus = false;

	if (!kernels)
		return -ENOMEM;
	for (size_t i = 0; i < c->before->n_boots; i++) {
		known |= c->before->boots[i].modules.known;
		bus |= predict_offers_bus(&c->before->boots[i].modules);
	}
	if (!known)
		return results_say(c->result, DAXBUS_REFUSED, REASON_NO_MODULES,
				   "no modules of %s are below /lib/modules", kernels);
	if (bus)
		return results_say(c->result, DAXBUS_REFUSED, REASON_NO_COMPAT,
				   "%s has only the bus: there is nothing to switch, only users of "
				   "/sys/class/dax to fix",
				   kernels);
	return results_say(c->result, DAXBUS_REFUSED, REASON_NO_BUS, "%s has no driver for the bus",
			   kernels);
}

static const char *why_not_ours(enum file_state state)
{
	switch (state) {
	case FILE_EDITED:
		return "daxbus wrote it, and it was changed since";
	case FILE_FOREIGN:
		return "daxbus did not write it";
	default:
		return "it cannot be read";
	}
}

/* Something else in modprobe.d, or a kernel, says otherwise than is wanted. */
static int refuse_conflict(struct migrating *c, const struct migrate_status *m,
			   enum predicted wanted)
{
	const struct kernel *boot = status_find_other(m, wanted);
	const struct prediction *promise = boot ? &boot->promise : NULL;

	if (!promise)
		return results_say(c->result, DAXBUS_REFUSED, REASON_MODPROBE_CONFLICT,
				   "no kernel offers both models");
	if (!promise->line)
		return results_say(c->result, DAXBUS_REFUSED, REASON_MODPROBE_CONFLICT,
				   "Linux %s: %s%s%s", boot->modules.release, promise->reason,
				   promise->file ? ": " : "", promise->file ?: "");
	return results_say(c->result, DAXBUS_REFUSED, REASON_MODPROBE_CONFLICT,
			   "%s, line %u, says \"%s\": %s", promise->line->file,
			   promise->line->number, promise->line->text, promise->reason);
}

static bool is_refused_by_file(struct migrating *c, int *r)
{
	enum file_state state = c->before->file_state;

	if (state == FILE_ABSENT || state == FILE_WRITTEN)
		return false;
	*r = results_say(c->result, DAXBUS_REFUSED, REASON_NOT_OURS, "%s stays as it is: %s",
			 MIGRATION_FILE, why_not_ours(state));
	return true;
}

/* --- notes ------------------------------------------------------------------------------------ */

/* What a boot takes from elsewhere than the file. */
static int add_notes(struct migrating *c)
{
	const struct migrate_status *m = c->before;
	int r = 0;

	for (size_t i = 0; r == 0 && i < m->n_boots; i++) {
		const struct kernel *boot = &m->boots[i];
		struct string text = { 0 };
		char *note;

		if (!status_boot_has_choice(boot))
			continue;
		if (boot->initramfs)
			string_add(&text,
				   "%s may have a copy of modprobe.d and of the drivers, and then "
				   "must be rebuilt: %s",
				   boot->initramfs, boot->rebuild);
		else
			string_add(
				&text,
				"there is no initramfs of Linux %s in /boot: none must be rebuilt",
				boot->modules.release);
		note = string_take(&text);
		r = note ? strv_push_take(&c->result->notes, note) : -ENOMEM;
	}
	return r;
}

/* --- doing it --------------------------------------------------------------------------------- */

static int set_step(struct migrating *c, bool write)
{
	struct daxbus_step step = {
		.kind = write ? "write" : "remove",
		.what = write ? "write the file " MIGRATION_FILE
			      : "remove the file " MIGRATION_FILE,
		.file = MIGRATION_FILE,
		.check = write ? "nothing of that name is there" : "it is as daxbus wrote it",
		.verify = "the configuration is read again",
		.undo = write ? "'daxbus migrate revert'" : "'daxbus migrate apply'",
	};
	char *text;
	int r;

	if (!write)
		return results_set_public_step(c->result, &step);
	text = status_file_text();
	step.value = text;
	r = text ? strv_push_take(&c->result->texts, text) : -ENOMEM;
	return r ?: results_set_public_step(c->result, &step);
}

static int write_config(struct root *root)
{
	_cleanup_free_ char *text = status_file_text();
	_cleanup_close_ int directory = -1;
	int r = text ? rootfs_open_directory(root, MODPROBE_DIRECTORY, true, &directory) : -ENOMEM;

	return r ?: rootfs_create_in(directory, MIGRATION_FILE_NAME, text);
}

static int remove_config(struct root *root)
{
	_cleanup_close_ int directory = -1;
	_cleanup_free_ char *text = NULL;
	int r = rootfs_open_directory(root, MODPROBE_DIRECTORY, false, &directory);

	/* Again, because time has passed. */
	if (r == 0)
		r = rootfs_read_in(root, directory, MIGRATION_FILE_NAME, &text);
	if (r == 0 && status_file_judge(text) != FILE_WRITTEN)
		return -EEXIST;
	return r ?: rootfs_remove_in(directory, MIGRATION_FILE_NAME);
}

/* Return: 0; -ENOMEM. @ret: errno of what was done to the file. */
static int touch_file(struct migrating *c, bool write, int *ret)
{
	_cleanup_(root_close) struct root root = ROOT_INIT;

	*ret = root_open(&root, c->root, &c->ctx->log, NULL);
	if (*ret == 0)
		*ret = write ? write_config(&root) : remove_config(&root);
	return *ret == -ENOMEM ? *ret : 0;
}

/* Read back: another file may have come meanwhile. */
static int verify(struct migrating *c, struct daxbus_error *err)
{
	_cleanup_(status_free_p) struct migrate_status *now = NULL;
	int r = status_read(c->ctx, c->root, FILE_AS_IT_IS, &now, err);

	if (r < 0)
		return r;
	if (status_predict(now, NULL) != status_predict(c->after, NULL))
		r = results_say(
			c->result, DAXBUS_CHANGED, REASON_NONE,
			"it is done, and something else in modprobe.d was changed meanwhile; "
			"see 'daxbus migrate status'");
	return r ?: set_models(c, now);
}

static int finish(struct migrating *c, bool write, const char *message, struct daxbus_error *err)
{
	int r = set_step(c, write);
	int done = 0;

	if (r == 0 && c->dry_run)
		return set_models(c, c->after) ?: add_notes(c)
			       ?: results_say(c->result, DAXBUS_PLANNED, REASON_NONE, "%s", message);
	if (r == 0)
		r = touch_file(c, write, &done);
	if (r < 0)
		return r;
	if (done == -EEXIST)
		return results_say(c->result, DAXBUS_REFUSED, REASON_NOT_OURS,
				   "%s stays as it is: something else changed it meanwhile",
				   MIGRATION_FILE);
	if (done < 0)
		return results_say(c->result, DAXBUS_UNDONE, REASON_WRITE_FAILED,
				   "cannot %s %s: %s", write ? "write" : "remove", MIGRATION_FILE,
				   strerror(-done));
	r = results_say(c->result, DAXBUS_CHANGED, REASON_NONE, "%s", message) ?: add_notes(c)
		    ?: verify(c, err);
	c->result->public.hint = "It counts from the next boot on.";
	return r;
}

/* --- the two ways ----------------------------------------------------------------------------- */

static int say_unchanged(struct migrating *c)
{
	const struct kernel *boot = NULL;

	status_predict(c->before, &boot);
	if (boot && boot->promise.line)
		return results_say(c->result, DAXBUS_UNCHANGED, REASON_NONE,
				   "%s, line %u, says so already", boot->promise.line->file,
				   boot->promise.line->number);
	return results_say(c->result, DAXBUS_UNCHANGED, REASON_NONE, "%s",
			   boot ? boot->promise.reason : "");
}

static int choose_bus(struct migrating *c, struct daxbus_error *err)
{
	int r;

	if (!status_has_choice(c->before))
		return refuse_no_choice(c);
	if (status_predict(c->before, NULL) == PROMISED_BUS)
		return say_unchanged(c);
	if (is_refused_by_file(c, &r))
		return r;
	if (c->before->file_state == FILE_WRITTEN)
		return refuse_conflict(c, c->before, PROMISED_BUS);
	r = status_read(c->ctx, c->root, FILE_AS_IF_WRITTEN, &c->after, err);
	if (r < 0)
		return r;
	if (status_predict(c->after, NULL) != PROMISED_BUS &&
	    !reason_is_overridden(REASON_MODPROBE_CONFLICT, c->force))
		return refuse_conflict(c, c->after, PROMISED_BUS);
	return finish(c, true, c->dry_run ? "the file would be written" : "the file is written",
		      err);
}

static int choose_class(struct migrating *c, struct daxbus_error *err)
{
	bool choice = status_has_choice(c->before);
	int r;

	if (is_refused_by_file(c, &r))
		return r;
	if (c->before->file_state == FILE_ABSENT) {
		if (!choice)
			return refuse_no_choice(c);
		return status_predict(c->before, NULL) == PROMISED_CLASS
			       ? say_unchanged(c)
			       : refuse_conflict(c, c->before, PROMISED_CLASS);
	}
	r = status_read(c->ctx, c->root, FILE_AS_IF_REMOVED, &c->after, err);
	if (r < 0)
		return r;
	/* Where another line still says so, or there is no other model, the file is of no use. */
	return finish(c, false, c->dry_run ? "the file would be removed" : "the file is removed",
		      err);
}

int config_run(const struct daxbus_ctx *ctx, const char *root, enum device_model model, bool force,
	       bool dry_run, struct daxbus_results *results, struct daxbus_error *err)
{
	_cleanup_(migrating_done) struct migrating c = {
		.ctx = ctx,
		.root = root,
		.force = force,
		.dry_run = dry_run,
	};
	int r = status_read(ctx, root, FILE_AS_IT_IS, &c.before, err);

	if (r < 0)
		return r;
	c.result = results_add_file(results, MIGRATION_FILE);
	r = c.result ? set_models(&c, c.before) : -ENOMEM;
	if (r == 0)
		r = model == DEVICE_MODEL_BUS ? choose_bus(&c, err) : choose_class(&c, err);
	if (r < 0)
		return r == -ENOMEM ? error_oom(err) : r;
	results_finish(c.result);
	return 0;
}
