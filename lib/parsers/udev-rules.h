/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PARSERS_UDEV_RULES_H
#define DAXBUS_PARSERS_UDEV_RULES_H

#include "base/util.h"

/*
 * Rules of udev(7) that bring a memory block online when the kernel reports an event of it, as
 * systemd-udevd reads a file: a backslash at the end of a line continues it, comments between are
 * ignored, and a rule of another form is ignored as a whole. Conditions are YES or NO where they
 * follow from "a memory block that is offline", and otherwise MAYBE; a GOTO whose conditions are
 * MAYBE makes everything up to its label uncertain. Pure: text in, rules out.
 */

/*
 * struct udev_rule - a rule that brings memory blocks online
 * @number: its line, the first one if it is continued
 * @word: the word that it writes: "online", "online_kernel", "online_movable"; "" if that depends,
 * or if it runs a program
 * @is_certain: it applies to every block; otherwise that depends on what is not known here
 */
struct udev_rule {
	unsigned int number;
	const char *word;
	bool is_certain;
};

struct udev_rules {
	struct udev_rule *items;
	size_t n;
};

/*
 * Find these rules in the text of a file, which is changed. @action: the event: "add", or "offline"
 * when a block went offline. Return: 0; -ENOMEM.
 */
int udev_rules_find(char *text, const char *action, struct udev_rules *ret) _must_check_;
void udev_rules_done(struct udev_rules *rules);

/* The directories, the one with the highest precedence first. NULL behind the last. */
extern const char *const udev_rules_directories[];
/* Whether udev reads a file in one of these directories, by its name. */
bool udev_rules_is_file(const char *name);

#endif
