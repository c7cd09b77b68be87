/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_JSON_H
#define DAXBUS_OUTPUT_JSON_H

/*
 * JSON documents with json-c, which is opened for the first document.
 *
 * A document creates values; the object or array into which they are put owns them. The document
 * remembers if memory runs out, and json_print() returns it, so that callers need not check.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/exit.h"
#include "daxbus.h"

/* The version of the format; it changes only if keys are removed or change their meaning. */
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
 * @error: receives the reason and the line
 *
 * The text is not trusted: more than 16 levels are an error.
 *
 * Return: 0; -EINVAL not valid JSON; -ENOMEM; -ELIBACC json-c is missing.
 */
int json_parse(const char *text, size_t n, struct json **ret, struct daxbus_error *error);

/* The type of a value that was read. */
enum json_kind {
	JSON_IS_NULL,
	JSON_IS_BOOL,
	JSON_IS_NUMBER, /* an integer from 0 to UINT64_MAX - 1 */
	JSON_IS_OTHER_NUMBER,
	JSON_IS_STRING,
	JSON_IS_ARRAY,
	JSON_IS_OBJECT,
};

enum json_kind json_kind_of(struct json *j, struct json_object *value);
/* Whether an object has the key; @ret receives its value, NULL for null. */
bool json_find(struct json *j, struct json_object *object, const char *key,
	       struct json_object **ret);
/* For arrays. */
size_t json_length(struct json *j, struct json_object *array);
struct json_object *json_at(struct json *j, struct json_object *array, size_t i);
/* For values of that type. The document owns strings. */
bool json_get_bool(struct json *j, struct json_object *value);
uint64_t json_get_number(struct json *j, struct json_object *value);
const char *json_get_string(struct json *j, struct json_object *value);

/*
 * New values; null is NULL. Invalid UTF-8 in a string becomes U+FFFD, and control characters are
 * printed as escapes (\u0085, \u202e). A NULL string means that memory ran out.
 */
struct json_object *json_new_object(struct json *j);
struct json_object *json_new_array(struct json *j);
struct json_object *json_new_string(struct json *j, const char *s);
struct json_object *json_new_strings(struct json *j, const char *const *strings, size_t n);
struct json_object *json_new_number(struct json *j, uint64_t number);
struct json_object *json_new_bool(struct json *j, bool value);

/* Put @value into an object or at the end of an array, which then owns it. */
void json_set(struct json *j, struct json_object *object, const char *key,
	      struct json_object *value);
void json_push(struct json *j, struct json_object *array, struct json_object *value);

/*
 * Put a new object or array into another one, which owns it. Return: NULL if out of memory; all
 * functions accept that.
 */
struct json_object *json_set_object(struct json *j, struct json_object *object, const char *key);
struct json_object *json_set_array(struct json *j, struct json_object *object, const char *key);
struct json_object *json_push_object(struct json *j, struct json_object *array);

/* Add "daxbus": {"format", "version"}, the start of every document. */
struct json_object *json_set_head(struct json *j);
/* json_new() and json_set_head(). */
int json_new_document(struct json **ret, struct daxbus_error *error);

int json_print(struct json *j, FILE *out, struct daxbus_error *error);
/* Print it in one line, for a reader of many documents. */
int json_print_line(struct json *j, FILE *out, struct daxbus_error *error);
/* Print a value of the document without spaces after colons, and with escaped slashes. */
int json_print_compact(struct json *j, struct json_object *value, FILE *out,
		       struct daxbus_error *error);

/* Create the next value of an array. Return: NULL after the last. */
typedef struct json_object *(*json_next_t)(struct json *j, void *data);

/*
 * json_print_array() - print a document with a long array at its end
 * @j: the document, which has at least one key
 * @key: key of the array, after the other keys
 * @next: creates its values, which are objects; each is printed and freed before the next one
 * @data: for @next
 * @out: receives the text, which json_print() would print for the whole document
 * @error: receives the reason of a failure
 */
int json_print_array(struct json *j, const char *key, json_next_t next, void *data, FILE *out,
		     struct daxbus_error *error);

/* Print a document about a failure; nothing if json-c is missing. */
void json_print_error(enum status status, const char *message, FILE *out);

static inline void json_free_p(struct json **j)
{
	json_free(*j);
}

#endif
