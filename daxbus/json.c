/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json.h"

#include <json-c/json_object.h>

#include "dl.h"
#include "session.h"
#include "utf8.h"

/* clang-format off */
#define FUNCTIONS(row)                                                                          \
	row(json_object_array_add)                                                              \
	row(json_object_new_array)                                                              \
	row(json_object_new_boolean)                                                            \
	row(json_object_new_object)                                                             \
	row(json_object_new_string)                                                             \
	row(json_object_new_uint64)                                                             \
	row(json_object_object_add)                                                             \
	row(json_object_put)                                                                    \
	row(json_object_to_json_string_ext)
/* clang-format on */

#define POINTER(name) __typeof__(name) *name;
#define SYMBOL(name)  { #name, offsetof(struct json_c, name) },

struct json_c {
	FUNCTIONS(POINTER)
};

static const struct dl_symbol symbols[] = { FUNCTIONS(SYMBOL) };

struct json {
	struct json_c lib;
	struct json_object *root;
	bool failed;
};

void json_free(struct json *j)
{
	if (j && j->root)
		j->lib.json_object_put(j->root);
	free(j);
}

int json_new(struct json **ret, struct daxbus_error *error)
{
	_cleanup_(json_free_p) struct json *j = calloc(1, sizeof(*j));
	int r;

	if (!j)
		return fail_memory(error);
	r = dl_open(JSON_C_FILE, "libjson-c5", symbols, ARRAY_SIZE(symbols), &j->lib, error);
	if (r < 0)
		return r;
	j->root = j->lib.json_object_new_object();
	if (!j->root)
		return fail_memory(error);
	*ret = TAKE_PTR(j);
	return 0;
}

struct json_object *json_root(struct json *j)
{
	return j->root;
}

static struct json_object *made(struct json *j, struct json_object *value)
{
	if (!value)
		j->failed = true;
	return value;
}

struct json_object *json_new_object(struct json *j)
{
	return made(j, j->lib.json_object_new_object());
}

struct json_object *json_new_array(struct json *j)
{
	return made(j, j->lib.json_object_new_array());
}

struct json_object *json_new_string(struct json *j, const char *s)
{
	_cleanup_free_ char *valid = s ? utf8_repair(s) : NULL;

	return made(j, valid ? j->lib.json_object_new_string(valid) : NULL);
}

struct json_object *json_new_number(struct json *j, uint64_t number)
{
	return made(j, j->lib.json_object_new_uint64(number));
}

struct json_object *json_new_bool(struct json *j, bool value)
{
	return made(j, j->lib.json_object_new_boolean(value));
}

void json_set(struct json *j, struct json_object *object, const char *key,
	      struct json_object *value)
{
	if (object && j->lib.json_object_object_add(object, key, value) == 0)
		return;
	j->lib.json_object_put(value);
	j->failed = true;
}

void json_push(struct json *j, struct json_object *array, struct json_object *value)
{
	if (array && j->lib.json_object_array_add(array, value) == 0)
		return;
	j->lib.json_object_put(value);
	j->failed = true;
}

struct json_object *json_set_object(struct json *j, struct json_object *object, const char *key)
{
	struct json_object *value = json_new_object(j);

	json_set(j, object, key, value);
	return j->failed ? NULL : value;
}

struct json_object *json_set_array(struct json *j, struct json_object *object, const char *key)
{
	struct json_object *value = json_new_array(j);

	json_set(j, object, key, value);
	return j->failed ? NULL : value;
}

struct json_object *json_push_object(struct json *j, struct json_object *array)
{
	struct json_object *value = json_new_object(j);

	json_push(j, array, value);
	return j->failed ? NULL : value;
}

struct json_object *json_set_head(struct json *j)
{
	struct json_object *head = json_set_object(j, j->root, "daxbus");

	json_set(j, head, "format", json_new_number(j, JSON_FORMAT));
	json_set(j, head, "version", json_new_string(j, PACKAGE_VERSION));
	return head;
}

int json_print(struct json *j, FILE *out, struct daxbus_error *error)
{
	const int style =
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *s = j->failed ? NULL : j->lib.json_object_to_json_string_ext(j->root, style);

	if (!s)
		return fail_memory(error);
	fprintf(out, "%s\n", s);
	return 0;
}

static const char *status_code(enum status status)
{
#define STATUS_CODE(name, number, code, meaning) [name] = code,
	static const char *const codes[] = { STATUSES(STATUS_CODE) };

	return codes[status];
}

void json_print_error(enum status status, const char *message, FILE *out)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct daxbus_error ignored = DAXBUS_ERROR_INIT;
	struct json_object *object;

	if (json_new(&j, &ignored) == 0) {
		json_set_head(j);
		object = json_set_object(j, j->root, "error");
		json_set(j, object, "code", json_new_string(j, status_code(status)));
		json_set(j, object, "message", json_new_string(j, message));
		json_print(j, out, &ignored);
	}
	daxbus_error_done(&ignored);
}
