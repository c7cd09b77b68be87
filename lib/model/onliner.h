/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_ONLINER_H
#define DAXBUS_MODEL_ONLINER_H

#include "base/util.h"
#include "model/zone.h"

/*
 * struct onliner - something that brings memory blocks online by itself
 * @name: "udev rule /usr/lib/udev/rules.d/40-redhat.rules, line 9", "agent kata-agent (1234)"
 * @word: what it writes into their `state`; "" if that is not known
 * @when: with new blocks, or with those that go offline
 * @is_certain: it does so with every such block; otherwise it may
 * @file, @line: where a rule stands; NULL: it is no rule
 */
struct onliner {
	char *name;
	char *word;
	char *file;
	unsigned int line;
	enum onliner_when { ONLINER_ADDED, ONLINER_OFFLINED } when;
	bool is_certain;
};

struct onliners {
	struct onliner *items;
	size_t n;
};

/* The strings are copied. Return: 0; -ENOMEM. */
int onliner_add(struct onliners *onliners, const char *name, const char *word,
		enum onliner_when when, bool is_certain) _must_check_;
/* The same of a rule of udev. */
int onliner_add_rule(struct onliners *onliners, const char *file, unsigned int line,
		     const char *word, enum onliner_when when, bool is_certain) _must_check_;
void onliner_done(struct onliners *onliners);

/*
 * The first that may bring new blocks, or those that go offline, into another state than @zone, a
 * certain one if there is any; NULL if there is none. The zone of "online" is the kernel's choice,
 * which is no requested one.
 */
const struct onliner *onliner_find(const struct onliners *onliners, enum onliner_when when,
				   enum zone zone);

#endif
