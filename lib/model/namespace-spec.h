/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_NAMESPACE_SPEC_H
#define DAXBUS_MODEL_NAMESPACE_SPEC_H

#include "base/util.h"

#define UUID_LENGTH 36

/*
 * What a step does to a namespace, in the words of its value: "uuid=...,size=...". Members that
 * are 0 or empty are not in it. The UUIDs are chosen before anything is done, so that what a killed
 * run made can be told from what others make.
 */
struct namespace_spec {
	char uuid[UUID_LENGTH + 1]; /* of its label; none in a region without labels */
	char info[UUID_LENGTH + 1]; /* of its info block, which makes it a devdax one */
	uint64_t size;
	uint64_t align;
	bool memmap_in_ram;
	char name[64];
};

/* Whether @s is a UUID in small letters. */
bool namespace_spec_is_uuid(const char *s);
/* Return: the words, owned by the caller; NULL when memory ran out. */
char *namespace_spec_print(const struct namespace_spec *spec) _must_check_;
/* Return: 0; -EINVAL; -ENOMEM. */
int namespace_spec_parse(const char *text, struct namespace_spec *ret) _must_check_;

#endif
