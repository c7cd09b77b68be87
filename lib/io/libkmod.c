/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/libkmod.h"

#include <errno.h>
#include <libkmod.h>
#include <stdarg.h>
#include <stdio.h>

#include "io/dlfcn.h"

struct kmod {
	struct kmod_ctx *ctx;
	struct kmod_module *module;
	struct kmod_config_iter *blacklist;
	__typeof__(&kmod_new) kmod_new;
	__typeof__(&kmod_unref) kmod_unref;
	__typeof__(&kmod_module_new_from_name) kmod_module_new_from_name;
	__typeof__(&kmod_module_unref) kmod_module_unref;
	__typeof__(&kmod_module_get_name) kmod_module_get_name;
	__typeof__(&kmod_module_get_path) kmod_module_get_path;
	__typeof__(&kmod_module_get_initstate) kmod_module_get_initstate;
	__typeof__(&kmod_config_get_blacklists) kmod_config_get_blacklists;
	__typeof__(&kmod_config_iter_next) kmod_config_iter_next;
	__typeof__(&kmod_config_iter_get_key) kmod_config_iter_get_key;
	__typeof__(&kmod_config_iter_free_iter) kmod_config_iter_free_iter;
	/* only of libkmod_load() */
	__typeof__(&kmod_set_log_fn) kmod_set_log_fn;
	__typeof__(&kmod_module_probe_insert_module) kmod_module_probe_insert_module;
};

static int kmod_open(const struct log *log, struct kmod *kmod)
{
	const struct dlfcn_symbol symbols[] = {
		LIBRARY_SYMBOL(kmod, kmod_new),
		LIBRARY_SYMBOL(kmod, kmod_unref),
		LIBRARY_SYMBOL(kmod, kmod_module_new_from_name),
		LIBRARY_SYMBOL(kmod, kmod_module_unref),
		LIBRARY_SYMBOL(kmod, kmod_module_get_name),
		LIBRARY_SYMBOL(kmod, kmod_module_get_path),
		LIBRARY_SYMBOL(kmod, kmod_module_get_initstate),
		LIBRARY_SYMBOL(kmod, kmod_config_get_blacklists),
		LIBRARY_SYMBOL(kmod, kmod_config_iter_next),
		LIBRARY_SYMBOL(kmod, kmod_config_iter_get_key),
		LIBRARY_SYMBOL(kmod, kmod_config_iter_free_iter),
	};

	return dlfcn_open(log, KMOD_FILE, symbols, ARRAY_SIZE(symbols));
}

static int kmod_open_for_loading(const struct log *log, struct kmod *kmod)
{
	const struct dlfcn_symbol symbols[] = {
		LIBRARY_SYMBOL(kmod, kmod_set_log_fn),
		LIBRARY_SYMBOL(kmod, kmod_module_probe_insert_module),
	};
	int r = kmod_open(log, kmod);

	return r < 0 ? r : dlfcn_open(log, KMOD_FILE, symbols, ARRAY_SIZE(symbols));
}

static void kmod_done(struct kmod *kmod)
{
	if (kmod->blacklist)
		kmod->kmod_config_iter_free_iter(kmod->blacklist);
	if (kmod->module)
		kmod->kmod_module_unref(kmod->module);
	if (kmod->ctx)
		kmod->kmod_unref(kmod->ctx);
}

/* modprobe.d may write a name with dashes; the kernel and libkmod's own names have underscores. */
static bool is_same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if ((*a == '-' ? '_' : *a) != (*b == '-' ? '_' : *b))
			return false;
	return *a == *b;
}

static bool is_blacklisted(struct kmod *kmod)
{
	const char *name = kmod->kmod_module_get_name(kmod->module);

	kmod->blacklist = kmod->kmod_config_get_blacklists(kmod->ctx);
	while (kmod->blacklist && kmod->kmod_config_iter_next(kmod->blacklist))
		if (is_same_name(kmod->kmod_config_iter_get_key(kmod->blacklist), name))
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

static int no_kmod(const char *what, const char *name, struct daxbus_error *err)
{
	return error_set(err, -ELIBACC,
			 "cannot %s the module '%s': " KMOD_FILE
			 " is not installed (Debian package libkmod2)",
			 what, name);
}

/* Open a module by its name; @what is wanted of it, for the sentence. */
static int find(struct kmod *kmod, const char *what, const char *name, struct daxbus_error *err)
{
	int r;

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
	int r;

	if (kmod_open(log, &kmod) < 0)
		return no_kmod("ask about", name, err);
	r = find(&kmod, "ask about", name, err);
	if (r < 0)
		return r;
	*ret = state_of(&kmod);
	return 0;
}

/* libkmod's own messages, which it would print. */
static void _format_(6, 0)
	hear_kmod(void *data, int priority _unused_, const char *file _unused_, int line _unused_,
		  const char *function _unused_, const char *format, va_list args)
{
	_cleanup_free_ char *s = NULL;

	if (vasprintf(&s, format, args) < 0) {
		s = NULL;
		return;
	}
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
	int r;

	if (kmod_open_for_loading(log, &kmod) < 0)
		return no_kmod("load", name, err);
	r = find(&kmod, "load", name, err);
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
