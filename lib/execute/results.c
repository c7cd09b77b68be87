/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/results.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/array.h"
#include "base/string.h"
#include "model/namespace-spec.h"

static void result_free(struct result *result)
{
	if (!result)
		return;
	free(result->device);
	free(result->from);
	free(result->to);
	free(result->message);
	free(result->hint);
	strv_done(&result->notes);
	strv_done(&result->kernel);
	steps_done(&result->steps);
	free(result->public_steps);
	strv_done(&result->texts);
	free(result);
}

struct daxbus_results *results_new(void)
{
	return calloc(1, sizeof(struct daxbus_results));
}

_public_ struct daxbus_results *daxbus_results_free(struct daxbus_results *results)
{
	for (size_t i = 0; results && i < results->n; i++)
		result_free(results->items[i]);
	if (results) {
		free(results->items);
		strv_done(&results->policies);
	}
	free(results);
	return NULL;
}

int results_hand_over(struct daxbus_results *results, int r, struct daxbus_results **ret)
{
	if (r < 0)
		daxbus_results_free(results);
	else
		*ret = results;
	return r;
}

_public_ const struct daxbus_result *daxbus_results_next(const struct daxbus_results *results,
							 const struct daxbus_result *previous)
{
	size_t i = 0;

	while (previous && i < results->n && &results->items[i++]->public != previous)
		;
	return i < results->n ? &results->items[i]->public : NULL;
}

static struct result *add_result(struct daxbus_results *results)
{
	struct result *result = calloc(1, sizeof(*result));

	if (!result || array_grow(&results->items, results->n, sizeof(result)) < 0) {
		free(result);
		return NULL;
	}
	results->items[results->n++] = result;
	return result;
}

struct result *results_add(struct daxbus_results *results, const char *device)
{
	char *name = strdup(device);
	struct result *result = name ? add_result(results) : NULL;

	if (!result) {
		free(name);
		return NULL;
	}
	result->device = name;
	result->public.device = name;
	return result;
}

void results_drop_last(struct daxbus_results *results)
{
	result_free(results->items[--results->n]);
}

struct result *results_add_file(struct daxbus_results *results, const char *file)
{
	struct result *result = add_result(results);
	char *path = NULL;

	if (!result || string_copy(&path, file) < 0 || strv_push_take(&result->texts, path) < 0)
		return NULL;
	result->public.file = path;
	return result;
}

bool results_have(const struct daxbus_results *results, enum daxbus_status status)
{
	for (size_t i = 0; i < results->n; i++)
		if (results->items[i]->public.status == status)
			return true;
	return false;
}

void results_set(struct result *result, enum daxbus_status status, enum reason code)
{
	result->public.status = status;
	result->public.code = reason_word(code);
	result->public.hint = reason_hint(code);
}

void results_set_message(struct result *result, char *message)
{
	free(result->message);
	result->message = message;
}

void results_set_hint(struct result *result, char *hint)
{
	if (!hint)
		return;
	free(result->hint);
	result->hint = hint;
	result->public.hint = hint;
}

int results_vsay(struct result *result, enum daxbus_status status, enum reason code,
		 const char *format, va_list args)
{
	char *message;

	if (vasprintf(&message, format, args) < 0)
		return -ENOMEM;
	results_set(result, status, code);
	results_set_message(result, message);
	return 0;
}

int results_say(struct result *result, enum daxbus_status status, enum reason code,
		const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = results_vsay(result, status, code, format, args);
	va_end(args);
	return r;
}

int results_set_from(struct result *result, const char *from)
{
	return string_replace(&result->from, from);
}

int results_set_to(struct result *result, const char *to)
{
	return string_replace(&result->to, to);
}

static int describe(struct result *result, size_t i)
{
	char *what = NULL, *file = NULL;
	int r = step_describe(&result->steps.items[i], result->device, &result->public_steps[i],
			      &what, &file);

	if (r < 0)
		return r;
	r = strv_push_take(&result->texts, what);
	return file ? strv_push_take(&result->texts, file) ?: r : r;
}

int results_set_steps(struct result *result, struct steps *steps)
{
	int r = 0;

	steps_done(&result->steps);
	result->steps = *steps;
	*steps = (struct steps){ 0 };
	result->public_steps = calloc(result->steps.n + 1, sizeof(*result->public_steps));
	if (!result->public_steps)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < result->steps.n; i++)
		r = describe(result, i);
	return r;
}

int results_set_public_step(struct result *result, const struct daxbus_step *step)
{
	result->public_steps = calloc(1, sizeof(*step));
	if (!result->public_steps)
		return -ENOMEM;
	*result->public_steps = *step;
	result->in_words = true;
	return 0;
}

int results_add_notes(struct result *result, const struct strv *notes)
{
	int r = 0;

	/* What one plan has said, the next one need not. */
	for (size_t i = 0; r == 0 && i < notes->n; i++)
		if (!strv_has(&result->notes, notes->items[i]))
			r = strv_push(&result->notes, notes->items[i]);
	return r;
}

void results_finish(struct result *result)
{
	struct daxbus_result *public;

	if (!result)
		return;
	public = &result->public;
	public->from = result->from;
	public->to = result->to;
	public->message = result->message;
	public->steps = result->public_steps;
	public->n_steps = result->in_words ? 1 : result->steps.n;
	public->notes = (const char *const *)result->notes.items;
	public->n_notes = result->notes.n;
	public->fingerprint = result->fingerprint[0] ? result->fingerprint : NULL;
	public->kernel = (const char *const *)result->kernel.items;
	public->n_kernel = result->kernel.n;
}

/* --- fingerprints ----------------------------------------------------------------------------- */

/* FNV-1a: different plans must not have one fingerprint by accident; nobody attacks it. */
#define FINGERPRINT_START UINT64_C(0xcbf29ce484222325)

static uint64_t add_bytes(uint64_t sum, const void *bytes, size_t n)
{
	const unsigned char *b = bytes;

	for (size_t i = 0; i < n; i++)
		sum = (sum ^ b[i]) * UINT64_C(0x100000001b3);
	return sum;
}

/* Includes the byte that ends the text, so that "a", "b" differs from "ab". NULL is not "". */
static uint64_t add_text(uint64_t sum, const char *text)
{
	return text ? add_bytes(sum, text, strlen(text) + 1) : add_bytes(sum, "\377", 1);
}

static uint64_t add_number(uint64_t sum, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	return add_text(sum, text);
}

/* The UUIDs of a new namespace are random: each plan has others. */
static uint64_t add_value(uint64_t sum, const struct step *step)
{
	struct namespace_spec spec = { 0 };

	if ((step->kind != STEP_LABEL && step->kind != STEP_INFO) ||
	    namespace_spec_parse(step->value, &spec) < 0)
		return add_text(sum, step->value);
	sum = add_number(sum, spec.size);
	sum = add_number(sum, spec.align);
	sum = add_number(sum, spec.memmap_in_ram);
	return add_text(sum, spec.name);
}

static uint64_t add_step(uint64_t sum, const struct step *step, const char *kind)
{
	sum = add_text(sum, kind);
	sum = add_text(sum, step->driver);
	sum = add_text(sum, step->file);
	sum = add_value(sum, step);
	sum = add_text(sum, step->before);
	for (size_t i = 0; i < step->runs.n; i++) {
		sum = add_number(sum, step->runs.items[i].first);
		sum = add_number(sum, step->runs.items[i].last);
		sum = add_number(sum, step->runs.items[i].zone);
	}
	return sum;
}

static void set_fingerprint(struct result *result)
{
	uint64_t sum = add_text(FINGERPRINT_START, result->device);

	sum = add_number(sum, result->public.status);
	sum = add_text(sum, result->public.code);
	sum = add_text(sum, result->from);
	sum = add_text(sum, result->to);
	for (size_t i = 0; i < result->steps.n; i++)
		sum = add_step(sum, &result->steps.items[i], result->public_steps[i].kind);
	snprintf(result->fingerprint, sizeof(result->fingerprint), "%016" PRIx64, sum);
	result->public.fingerprint = result->fingerprint;
}

void results_set_fingerprints(struct daxbus_results *results)
{
	uint64_t sum = FINGERPRINT_START;

	for (size_t i = 0; i < results->n; i++) {
		set_fingerprint(results->items[i]);
		sum = add_text(sum, results->items[i]->fingerprint);
	}
	snprintf(results->fingerprint, sizeof(results->fingerprint), "%016" PRIx64, sum);
}

_public_ const char *daxbus_results_fingerprint(const struct daxbus_results *results)
{
	return results->fingerprint[0] ? results->fingerprint : NULL;
}
