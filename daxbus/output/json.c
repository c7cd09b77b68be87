/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/json.h"

#include <errno.h>
#include <json-c/json_object.h>
#include <json-c/json_tokener.h>
#include <limits.h>

#include "base/utf8.h"
#include "cli/session.h"
#include "io/dlfcn.h"

/* clang-format off */
#define FUNCTIONS(row)                                                                          \
	row(json_object_array_add)                                                              \
	row(json_object_array_get_idx)                                                          \
	row(json_object_array_length)                                                           \
	row(json_object_get_boolean)                                                            \
	row(json_object_get_int64)                                                              \
	row(json_object_get_string)                                                             \
	row(json_object_get_type)                                                               \
	row(json_object_get_uint64)                                                             \
	row(json_object_new_array)                                                              \
	row(json_object_new_boolean)                                                            \
	row(json_object_new_object)                                                             \
	row(json_object_new_string)                                                             \
	row(json_object_new_uint64)                                                             \
	row(json_object_object_add)                                                             \
	row(json_object_object_get_ex)                                                          \
	row(json_object_put)                                                                    \
	row(json_object_to_json_string_ext)                                                     \
	row(json_tokener_error_desc)                                                            \
	row(json_tokener_free)                                                                  \
	row(json_tokener_get_error)                                                             \
	row(json_tokener_get_parse_end)                                                         \
	row(json_tokener_new_ex)                                                                \
	row(json_tokener_parse_ex)                                                              \
	row(json_tokener_set_flags)
/* clang-format on */

#define SYMBOL(name) DLFCN_SYMBOL(struct json_c, name)

struct json_c {
	FUNCTIONS(DLFCN_POINTER)
};

static const struct dlfcn_symbol symbols[] = { FUNCTIONS(SYMBOL) };

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
	const char *problem;

	if (!j)
		return session_fail_memory(error);
	problem = dlfcn_open(JSON_C_FILE, symbols, ARRAY_SIZE(symbols), &j->lib);
	if (problem)
		return session_fail(error, -ELIBACC,
				    "cannot open " JSON_C_FILE
				    " (install the package libjson-c5): %s",
				    problem);
	j->root = j->lib.json_object_new_object();
	if (!j->root)
		return session_fail_memory(error);
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

struct json_object *json_new_strings(struct json *j, const char *const *strings, size_t n)
{
	struct json_object *array = json_new_array(j);

	for (size_t i = 0; i < n; i++)
		json_push(j, array, json_new_string(j, strings[i]));
	return array;
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

int json_new_document(struct json **ret, struct daxbus_error *error)
{
	int r = json_new(ret, error);

	if (r == 0)
		json_set_head(*ret);
	return r;
}

/* Return: the text, owned by @value; NULL if out of memory. */
static const char *styled(struct json *j, struct json_object *value, int style)
{
	return j->failed ? NULL : j->lib.json_object_to_json_string_ext(value, style);
}

static const char *text_of(struct json *j, struct json_object *value)
{
	return styled(j, value,
		      JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			      JSON_C_TO_STRING_NOSLASHESCAPE);
}

/*
 * Print a part of a document. json-c escapes C0 control characters in strings only; outside of
 * ASCII, there are characters in strings only.
 */
static void print_part(const char *s, size_t n, FILE *out)
{
	const char *end = s + n, *begin = s;

	while (s < end) {
		size_t length = utf8_length(s);

		if (*s == '\n' || !length || !utf8_is_control(s, length)) {
			s += length ? length : 1;
			continue;
		}
		fwrite(begin, 1, (size_t)(s - begin), out);
		fprintf(out, "\\u%04x", utf8_code_point(s, length));
		s += length;
		begin = s;
	}
	fwrite(begin, 1, (size_t)(end - begin), out);
}

static int print_document(const char *s, FILE *out, struct daxbus_error *error)
{
	if (!s)
		return session_fail_memory(error);
	print_part(s, strlen(s), out);
	fputc('\n', out);
	return 0;
}

int json_print(struct json *j, FILE *out, struct daxbus_error *error)
{
	return print_document(text_of(j, j->root), out, error);
}

int json_print_line(struct json *j, FILE *out, struct daxbus_error *error)
{
	return print_document(styled(j, j->root,
				     JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE),
			      out, error);
}

int json_print_compact(struct json *j, struct json_object *value, FILE *out,
		       struct daxbus_error *error)
{
	return print_document(styled(j, value, JSON_C_TO_STRING_PRETTY), out, error);
}

/* A newline in a string is "\n" in its text, so that each newline starts a line. */
static void print_indented(const char *s, FILE *out)
{
	while (*s) {
		size_t n = strcspn(s, "\n");

		fputs("\n    ", out);
		print_part(s, n, out);
		s += n + (s[n] == '\n');
	}
}

static int print_values(struct json *j, json_next_t next, void *data, FILE *out)
{
	struct json_object *value;
	const char *before = "";

	while ((value = next(j, data))) {
		const char *s = text_of(j, value);

		fputs(before, out);
		before = ",";
		if (s)
			print_indented(s, out);
		j->lib.json_object_put(value);
	}
	return j->failed ? -ENOMEM : 0;
}

int json_print_array(struct json *j, const char *key, json_next_t next, void *data, FILE *out,
		     struct daxbus_error *error)
{
	const char *s = text_of(j, j->root);

	if (!s)
		return session_fail_memory(error);
	/* The document ends with "\n}". */
	print_part(s, strlen(s) - 2, out);
	fprintf(out, ",\n  \"%s\": [", key);
	if (print_values(j, next, data, out) < 0)
		return session_fail_memory(error);
	fputs("\n  ]\n}\n", out);
	return 0;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* The documents have four levels. */
#define DEPTH_MAX 16

static size_t line_of(const char *text, size_t n)
{
	size_t line = 1;

	for (size_t i = 0; i < n; i++)
		line += text[i] == '\n';
	return line;
}

static int explain(struct json *j, struct json_tokener *tokener, const char *text, size_t n,
		   struct daxbus_error *error)
{
	enum json_tokener_error code = j->lib.json_tokener_get_error(tokener);
	size_t end = j->lib.json_tokener_get_parse_end(tokener);

	if (code == json_tokener_success || code == json_tokener_continue)
		return session_fail(error, -EINVAL, "unexpected end of the document");
	return session_fail(error, -EINVAL, "line %zu: %s", line_of(text, end < n ? end : n),
			    j->lib.json_tokener_error_desc(code));
}

/* Parse an object, without data after it. */
static int parse(struct json *j, struct json_tokener *tokener, const char *text, size_t n,
		 struct daxbus_error *error)
{
	struct json_object *root;

	j->lib.json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	root = j->lib.json_tokener_parse_ex(tokener, text, (int)n);
	if (!root)
		return explain(j, tokener, text, n, error);
	j->lib.json_object_put(j->root);
	j->root = root;
	return 0;
}

int json_parse(const char *text, size_t n, struct json **ret, struct daxbus_error *error)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct json_tokener *tokener;
	int r = json_new(&j, error);

	if (r < 0)
		return r;
	/* json-c ignores data after a NUL. */
	if (n > INT_MAX || memchr(text, '\0', n))
		return session_fail(error, -EINVAL, "not a text file");
	tokener = j->lib.json_tokener_new_ex(DEPTH_MAX);
	if (!tokener)
		return session_fail_memory(error);
	r = parse(j, tokener, text, n, error);
	j->lib.json_tokener_free(tokener);
	if (r == 0)
		*ret = TAKE_PTR(j);
	return r;
}

enum json_kind json_kind_of(struct json *j, struct json_object *value)
{
	switch (j->lib.json_object_get_type(value)) {
	case json_type_boolean:
		return JSON_IS_BOOL;
	case json_type_int:
		/* json-c clamps numbers that do not fit. */
		if (j->lib.json_object_get_int64(value) < 0 ||
		    j->lib.json_object_get_uint64(value) == UINT64_MAX)
			return JSON_IS_OTHER_NUMBER;
		return JSON_IS_NUMBER;
	case json_type_double:
		return JSON_IS_OTHER_NUMBER;
	case json_type_string:
		return JSON_IS_STRING;
	case json_type_array:
		return JSON_IS_ARRAY;
	case json_type_object:
		return JSON_IS_OBJECT;
	case json_type_null:
		break;
	}
	return JSON_IS_NULL;
}

bool json_find(struct json *j, struct json_object *object, const char *key,
	       struct json_object **ret)
{
	return j->lib.json_object_object_get_ex(object, key, ret);
}

size_t json_length(struct json *j, struct json_object *array)
{
	return j->lib.json_object_array_length(array);
}

struct json_object *json_at(struct json *j, struct json_object *array, size_t i)
{
	return j->lib.json_object_array_get_idx(array, i);
}

bool json_get_bool(struct json *j, struct json_object *value)
{
	return j->lib.json_object_get_boolean(value);
}

uint64_t json_get_number(struct json *j, struct json_object *value)
{
	return j->lib.json_object_get_uint64(value);
}

const char *json_get_string(struct json *j, struct json_object *value)
{
	return j->lib.json_object_get_string(value);
}

/* --- errors ----------------------------------------------------------------------------------- */

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

	if (json_new_document(&j, &ignored) == 0) {
		object = json_set_object(j, j->root, "error");
		json_set(j, object, "code", json_new_string(j, status_code(status)));
		json_set(j, object, "message", json_new_string(j, message));
		json_print(j, out, &ignored);
	}
	daxbus_error_done(&ignored);
}
