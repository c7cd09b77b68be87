/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/empty-hint.h"

#include <unistd.h>

#include "base/string.h"
#include "base/util.h"

static const char *const providers[] = { "dax_hmem", "dax_pmem", "dax_cxl" };

static const char *words_of(enum daxbus_module state)
{
	switch (state) {
	case DAXBUS_MODULE_AVAILABLE:
		return "is not loaded";
	case DAXBUS_MODULE_BLACKLISTED:
		return "is blacklisted and not loaded";
	case DAXBUS_MODULE_LOADED:
		return "is loaded";
	case DAXBUS_MODULE_BUILTIN:
		return "is built in";
	case DAXBUS_MODULE_ABSENT:
		break;
	}
	return "is not in this kernel";
}

/* "dax_hmem is loaded, dax_pmem is not loaded"; NULL if unknown. */
static char *describe_providers(struct session *s)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	struct string text = { 0 };

	if (session_open(s, &ctx) < 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(providers); i++) {
		enum daxbus_module state;

		if (daxbus_module_state(ctx, providers[i], &state, NULL) < 0) {
			string_done(&text);
			return NULL;
		}
		string_add(&text, "%s%s %s", i ? ", " : "", providers[i], words_of(state));
	}
	return string_take(&text);
}

void empty_hint_print(struct session *s, bool has_bus)
{
	/* This opens libkmod and its dependencies, which scripts should not pay for. */
	_cleanup_free_ char *drivers = isatty(STDERR_FILENO) ? describe_providers(s) : NULL;
	const char *what = has_bus ? "no devices on the dax bus"
				   : "no dax bus: neither /sys/bus/dax nor /sys/class/dax exists";

	session_say("%s%s%s%s", what, drivers ? " (providers: " : "", drivers ? drivers : "",
		    drivers ? ")" : "");
}
