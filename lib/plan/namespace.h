/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_NAMESPACE_H
#define DAXBUS_PLAN_NAMESPACE_H

#include "plan/builder.h"

/*
 * Devices on persistent memory: what makes one there is a namespace in devdax mode. Which one, and
 * how, as steps of a plan; what cannot be undone for it would lose data is refused, or said.
 */

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
	bool map_in_memory;
	char name[64];
};

/* Return: the words, owned by the caller; NULL when memory ran out. */
char *namespace_spec_print(const struct namespace_spec *spec) _must_check_;
/* Return: 0; -EINVAL; -ENOMEM. */
int namespace_spec_parse(const char *text, struct namespace_spec *ret) _must_check_;

/*
 * Both return true when the device is decided (refused, failed); else steps were added. After those
 * of namespace_create() the device is there, with whatever driver the kernel gave it: what is left
 * is planned when it can be looked at.
 */
bool namespace_create(struct planning *p);
bool namespace_destroy(struct planning *p);

/* As shape_add_device(), in what the nd bus has left of a region. */
struct device *namespace_add_device(struct daxbus_snapshot *s, struct region *region);

#endif
