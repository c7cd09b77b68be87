/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_JSON_H
#define DAXBUS_OUTPUT_JSON_H

/*
 * JSON documents, by json-c, which is opened with the first one.
 *
 * Values are made by a document and belong to what they are put into. A failure to get memory
 * sticks to the document and comes out of json_print(), so that building it needs no checks.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/exit.h"
#include "daxbus.h"

/* The version of what documents look like; it changes only when something is taken away. */
#define JSON_FORMAT 1

struct json;
struct json_object;

/* A document: an empty object. */
int json_new(struct json **ret, struct daxbus_error *error);
void json_free(struct json *j);
struct json_object *json_root(struct json *j);

/*
 * json_parse() - read a document, strictly
 * @text: its text
 * @n: bytes of it
 * @ret: receives the document; release with json_free()
 * @error: receives what is wrong and in which line
 *
 * The text is not trusted: it may be 16 levels deep.
 *
 * Return: 0; -EINVAL it is no JSON; -ENOMEM; -ELIBACC json-c is missing.
 */
int json_parse(const char *text, size_t n, struct json **ret, struct daxbus_error *error);

/* What a value that was read is. */
enum json_kind {
	JSON_IS_NULL,
	JSON_IS_BOOL,
	JSON_IS_NUMBER, /* whole, not below 0, below UINT64_MAX */
	JSON_IS_OTHER_NUMBER,
	JSON_IS_STRING,
	JSON_IS_ARRAY,
	JSON_IS_OBJECT,
};

enum json_kind json_kind_of(struct json *j, struct json_object *value);
/* Whether an object has the key; @ret receives its value, which is NULL for null. */
bool json_find(struct json *j, struct json_object *object, const char *key,
	       struct json_object **ret);
/* Of an array. */
size_t json_length(struct json *j, struct json_object *array);
struct json_object *json_at(struct json *j, struct json_object *array, size_t i);
/* Of values of that type. A string lives as long as the document. */
bool json_get_bool(struct json *j, struct json_object *value);
uint64_t json_get_number(struct json *j, struct json_object *value);
const char *json_get_string(struct json *j, struct json_object *value);

/*
 * Values; null is NULL. Bytes of a string that are no UTF-8 become U+FFFD; the string NULL is
 * memory that ran out.
 */
struct json_object *json_new_object(struct json *j);
struct json_object *json_new_array(struct json *j);
struct json_object *json_new_string(struct json *j, const char *s);
struct json_object *json_new_number(struct json *j, uint64_t number);
struct json_object *json_new_bool(struct json *j, bool value);

/* Put @value, which is taken over, into an object or at the end of an array. */
void json_set(struct json *j, struct json_object *object, const char *key,
	      struct json_object *value);
void json_push(struct json *j, struct json_object *array, struct json_object *value);

/*
 * A new object or array inside another, to which it belongs; NULL, which all of these take, when
 * memory ran out.
 */
struct json_object *json_set_object(struct json *j, struct json_object *object, const char *key);
struct json_object *json_set_array(struct json *j, struct json_object *object, const char *key);
struct json_object *json_push_object(struct json *j, struct json_object *array);

/* "daxbus": {"format", "version"}, which every document starts with. */
struct json_object *json_set_head(struct json *j);

int json_print(struct json *j, FILE *out, struct daxbus_error *error);

/* A whole document that says what failed. Prints nothing when json-c is missing. */
void json_print_error(enum status status, const char *message, FILE *out);

static inline void json_free_p(struct json **j)
{
	json_free(*j);
}

#endif
