/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_RESULTS_H
#define DAXBUS_EXECUTE_RESULTS_H

#include <stdarg.h>

#include "base/strv.h"
#include "model/reason.h"
#include "plan/plan.h"

/* 64 bits in hexadecimal. */
#define FINGERPRINT_SIZE 17

/* What became of devices: the public results, and what they borrow from. */
struct result {
	struct daxbus_result public;
	char *device;
	char *from;
	char *to;
	char *message;
	char *hint; /* what the public part points to, unless it is one of the table of codes */
	struct strv notes;
	struct strv kernel;
	struct steps steps;
	struct daxbus_step *public_steps;
	char fingerprint[FINGERPRINT_SIZE];
	bool in_words;	   /* there is one of them, which is none of @steps */
	struct strv texts; /* of the steps */
};

struct daxbus_results {
	struct result **items;
	size_t n;
	char fingerprint[FINGERPRINT_SIZE]; /* "": these are no plan */
	struct strv policies; /* names of files: policies of regions that may have gone */
};

static inline void results_free_p(struct daxbus_results **results)
{
	daxbus_results_free(*results);
}

/* Without results; NULL when memory ran out. */
struct daxbus_results *results_new(void) _must_check_;
/*
 * results_hand_over() - the end of a public function that returns results
 * @results: taken over; NULL when @r says so
 * @r: what became of it as a whole: 0, or a negative errno value
 * @ret: receives @results when @r is 0; it is released otherwise
 *
 * Return: @r.
 */
int results_hand_over(struct daxbus_results *results, int r,
		      struct daxbus_results **ret) _must_check_;
/* A new result for a device; NULL when memory ran out. The results own it. */
struct result *results_add(struct daxbus_results *results, const char *device);
/* Remove the result that was added last. */
void results_drop_last(struct daxbus_results *results);
/* The same for a file, whose path is copied. */
struct result *results_add_file(struct daxbus_results *results, const char *file);

void results_set(struct result *result, enum daxbus_status status, enum reason code);
/* @message is taken over. */
void results_set_message(struct result *result, char *message);
/* Replace the hint of the code; @hint is taken over; NULL: it stays. */
void results_set_hint(struct result *result, char *hint);
/* Status and message, the latter from a format. Return: 0; -ENOMEM. */
int results_vsay(struct result *result, enum daxbus_status status, enum reason code,
		 const char *format, va_list args) _format_(4, 0) _must_check_;
int results_say(struct result *result, enum daxbus_status status, enum reason code,
		const char *format, ...) _format_(4, 5) _must_check_;
int results_set_from(struct result *result, const char *from) _must_check_;
int results_set_to(struct result *result, const char *to) _must_check_;
/* The steps are taken over, and put into words. Return: 0; -ENOMEM. */
int results_set_steps(struct result *result, struct steps *steps) _must_check_;
/* The same with one step that is in words already; its texts go into @result->texts. */
int results_set_public_step(struct result *result, const struct daxbus_step *step) _must_check_;
int results_add_notes(struct result *result, const struct strv *notes) _must_check_;
/* Give a plan, and each of its results, a fingerprint. */
void results_set_fingerprints(struct daxbus_results *results);
/* Whether one of the results has that status. */
bool results_have(const struct daxbus_results *results, enum daxbus_status status);
/* Make the public part point to what was set; @result may be NULL. */
void results_finish(struct result *result);

#endif
