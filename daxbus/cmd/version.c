/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/commands.h"
#include "io/dlfcn.h"
#include "output/json.h"

/* The libraries that daxbus opens: name, file, and version at build time. */
struct library {
	const char *name;
	const char *file;
	const char *built;
};

static const struct library libraries[] = {
	{ "libkmod", KMOD_FILE, KMOD_VERSION },
	{ "libndctl", NDCTL_FILE, NDCTL_VERSION },
	{ "libdaxctl", DAXCTL_FILE, DAXCTL_VERSION },
	{ "libinih", INIH_FILE, INIH_VERSION },
	{ "json-c", JSON_C_FILE, JSON_C_VERSION },
	{ "libudev", UDEV_FILE, UDEV_VERSION },
	{ "libsmartcols", SMARTCOLS_FILE, SMARTCOLS_VERSION },
};

static void print_text(FILE *out)
{
	fprintf(out, "daxbus %s, libdaxbus %s\n\nOpened when needed:\n", PACKAGE_VERSION,
		daxbus_version());
	for (size_t i = 0; i < ARRAY_SIZE(libraries); i++) {
		_cleanup_free_ char *path = dlfcn_find(libraries[i].file);

		fprintf(out, "  %-12s  built with %-6s  %s%s\n", libraries[i].name,
			libraries[i].built, path ? path : libraries[i].file,
			path ? "" : " is missing");
	}
}

static void push_library(struct json *j, struct json_object *array, const struct library *library)
{
	_cleanup_free_ char *path = dlfcn_find(library->file);
	struct json_object *object = json_push_object(j, array);

	json_set(j, object, "library", json_new_string(j, library->name));
	json_set(j, object, "built", json_new_string(j, library->built));
	json_set(j, object, "file", path ? json_new_string(j, path) : NULL);
}

static int print_document(FILE *out, struct daxbus_error *error)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct json_object *array;
	int r = json_new(&j, error);

	if (r < 0)
		return r;
	json_set(j, json_set_head(j), "libdaxbus", json_new_string(j, daxbus_version()));
	array = json_set_array(j, json_root(j), "libraries");
	for (size_t i = 0; i < ARRAY_SIZE(libraries); i++)
		push_library(j, array, &libraries[i]);
	return json_print(j, out, error);
}

static enum status run_version(struct session *s, const void *options _unused_)
{
	if (s->common.json)
		return session_status(print_document(s->out, &s->error));
	print_text(s->out);
	return STATUS_DONE;
}

const struct command version_command = {
	.name = "version",
	.summary = "show the versions of daxbus and its libraries",
	.description =
		"Show the versions of daxbus and libdaxbus. For each library that is opened on "
		"demand, also show its version at build time and its file on this machine.",
	.flags = COMMAND_JSON,
	.run = run_version,
};
