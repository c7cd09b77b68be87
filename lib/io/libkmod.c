/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/libkmod.h"

#include <errno.h>
#include <libkmod.h>
#include <stdarg.h>

#include "base/string.h"
#include "io/dlfcn.h"
#include "parsers/modprobe.h"

/* clang-format off */
#define FUNCTIONS(row) \
	row(kmod_new) \
	row(kmod_unref) \
	row(kmod_module_new_from_name) \
	row(kmod_module_unref) \
	row(kmod_module_get_name) \
	row(kmod_module_get_path) \
	row(kmod_module_get_initstate) \
	row(kmod_config_get_blacklists) \
	row(kmod_config_iter_next) \
	row(kmod_config_iter_get_key) \
	row(kmod_config_iter_free_iter) \
	row(kmod_set_log_fn) \
	row(kmod_module_probe_insert_module)
/* clang-format on */

struct kmod {
	struct kmod_ctx *ctx;
	struct kmod_module *module;
	struct kmod_config_iter *blacklist;
	FUNCTIONS(DLFCN_POINTER)
};
#define SYMBOL(name) DLFCN_SYMBOL(struct kmod, name)

static void kmod_done(struct kmod *kmod)
{
	if (kmod->blacklist)
		kmod->kmod_config_iter_free_iter(kmod->blacklist);
	if (kmod->module)
		kmod->kmod_module_unref(kmod->module);
	if (kmod->ctx)
		kmod->kmod_unref(kmod->ctx);
}

static bool is_blacklisted(struct kmod *kmod)
{
	const char *name = kmod->kmod_module_get_name(kmod->module);

	kmod->blacklist = kmod->kmod_config_get_blacklists(kmod->ctx);
	while (kmod->blacklist && kmod->kmod_config_iter_next(kmod->blacklist))
		if (modprobe_same_module(kmod->kmod_config_iter_get_key(kmod->blacklist), name))
			return true;
	return false;
}

static enum daxbus_module state_of(struct kmod *kmod)
{
	switch (kmod->kmod_module_get_initstate(kmod->module)) {
	case KMOD_MODULE_BUILTIN:
		return DAXBUS_MODULE_BUILTIN;
	case KMOD_MODULE_LIVE:
	case KMOD_MODULE_COMING:
		return DAXBUS_MODULE_LOADED;
	default:
		break;
	}
	if (!kmod->kmod_module_get_path(kmod->module))
		return DAXBUS_MODULE_ABSENT;
	return is_blacklisted(kmod) ? DAXBUS_MODULE_BLACKLISTED : DAXBUS_MODULE_AVAILABLE;
}

/* Open libkmod, and a module by its name; @what is wanted of it, for the sentence. */
static int find(const struct log *log, const char *what, const char *name, struct kmod *kmod,
		struct daxbus_error *err)
{
	static const struct dlfcn_symbol symbols[] = { FUNCTIONS(SYMBOL) };
	const char *problem = dlfcn_open(KMOD_FILE, symbols, ARRAY_SIZE(symbols), kmod);
	int r;

	if (problem) {
		log_debug(log, "cannot open " KMOD_FILE ": %s", problem);
		return error_set(err, -ELIBACC,
				 "cannot %s the module '%s': " KMOD_FILE
				 " is not installed (Debian package libkmod2)",
				 what, name);
	}
	kmod->ctx = kmod->kmod_new(NULL, NULL);
	if (!kmod->ctx)
		return error_oom(err);
	r = kmod->kmod_module_new_from_name(kmod->ctx, name, &kmod->module);
	if (r < 0)
		return error_set(err, r, "cannot %s the module '%s': %s", what, name, strerror(-r));
	return 0;
}

int libkmod_state(const struct log *log, const char *name, enum daxbus_module *ret,
		  struct daxbus_error *err)
{
	_cleanup_(kmod_done) struct kmod kmod = { 0 };
	int r = find(log, "ask about", name, &kmod, err);

	if (r == 0)
		*ret = state_of(&kmod);
	return r;
}

/* libkmod's own messages, which it would print. */
static void _format_(6, 0)
	hear_kmod(void *data, int priority _unused_, const char *file _unused_, int line _unused_,
		  const char *function _unused_, const char *format, va_list args)
{
	_cleanup_free_ char *s = NULL;

	if (string_vformat(&s, format, args) < 0)
		return;
	s[strcspn(s, "\n")] = '\0';
	log_debug(data, "libkmod: %s", s);
}

static int insert(struct kmod *kmod, const char *name, struct daxbus_error *err)
{
	int r = kmod->kmod_module_probe_insert_module(kmod->module, 0, NULL, NULL, NULL, NULL);

	if (r == 0)
		return 0;
	/* A number above 0 is a flag of ours that ended it, and none was given. */
	if (r > 0)
		r = -EIO;
	return error_set(err, r, "cannot load the module '%s': %s", name, strerror(-r));
}

int libkmod_load(const struct log *log, const char *name, struct daxbus_error *err)
{
	_cleanup_(kmod_done) struct kmod kmod = { 0 };
	int r = find(log, "load", name, &kmod, err);

	if (r < 0)
		return r;
	kmod.kmod_set_log_fn(kmod.ctx, hear_kmod, log);
	switch (state_of(&kmod)) {
	case DAXBUS_MODULE_BUILTIN:
	case DAXBUS_MODULE_LOADED:
		return 0;
	case DAXBUS_MODULE_ABSENT:
		return error_set(
			err, -ENOENT,
			"cannot load the module '%s': the running kernel has no such module", name);
	default:
		return insert(&kmod, name, err);
	}
}
