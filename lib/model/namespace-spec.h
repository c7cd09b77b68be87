/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_NAMESPACE_SPEC_H
#define DAXBUS_MODEL_NAMESPACE_SPEC_H

#include "base/util.h"

#define UUID_LENGTH 36

/*
 * The properties that a step gives to a namespace; the value of the step is their text:
 * "uuid=...,size=...", without members that are 0 or empty. The UUIDs are chosen before the first
 * step, so that a recovery can distinguish namespaces of a killed run from those of other programs.
 */
struct namespace_spec {
	char uuid[UUID_LENGTH + 1]; /* of its label; none in a region without labels */
	char info[UUID_LENGTH + 1]; /* of its info block, which makes it a devdax namespace */
	uint64_t size;
	uint64_t align;
	bool memmap_in_ram;
	char name[64];
};

/* Whether @s is a UUID in lower case. */
bool namespace_spec_is_uuid(const char *s);
/* Return: the text, owned by the caller; NULL if memory ran out. */
char *namespace_spec_print(const struct namespace_spec *spec) _must_check_;
/* Return: 0; -EINVAL; -ENOMEM. */
int namespace_spec_parse(const char *text, struct namespace_spec *ret) _must_check_;

#endif
