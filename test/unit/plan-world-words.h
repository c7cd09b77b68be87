/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_TEST_PLAN_WORLD_WORDS_H
#define DAXBUS_TEST_PLAN_WORLD_WORDS_H

/*
 * What the words of a world set: the parts of plan-world.c share it.
 */
#include "plan-world.h"

/* "?" is unknown, "none" is none. */
void word_set_str(struct opt_str *o, const char *value);
void word_set_u64(struct opt_u64 *o, const char *value);
/* Add a value; "?" is unknown. */
void word_set_strv(struct opt_strv *o, const char *value);
/* Whether a word is "NAME=VALUE"; *@ret is the value. */
bool word_take(const char *word, const char *name, const char **ret);

/* Words about persistent memory, and about the CXL bus. Return: false: it is not one of these. */
bool plan_world_nd_word(struct facts *f, const char *word);
bool plan_world_cxl_word(struct facts *f, const char *word);

#endif
