/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "base/parse.h"
#include "model/fields.h"

/* --- objects by name -------------------------------------------------------------------------- */

static const struct daxbus_object *find_number(const struct daxbus_snapshot *snapshot,
					       enum daxbus_kind kind, const char *field,
					       uint64_t number)
{
	const struct daxbus_object *object = NULL;
	uint64_t id;

	while ((object = daxbus_snapshot_next(snapshot, kind, object)))
		if (daxbus_get_u64(object, field, &id) == 0 && id == number)
			break;
	return object;
}

static const struct daxbus_object *find_device(const struct daxbus_snapshot *snapshot,
					       const char *name)
{
	const struct daxbus_object *device = NULL;
	const char *found;

	while ((device = daxbus_snapshot_next(snapshot, DAXBUS_DEVICE, device)))
		if (daxbus_get_string(device, "device", &found) == 0 && streq(found, name))
			break;
	return device;
}

_public_ int daxbus_snapshot_find(const struct daxbus_snapshot *snapshot, enum daxbus_kind kind,
				  const char *name, const struct daxbus_object **ret)
{
	const struct daxbus_object *found = NULL;
	uint64_t number;

	if (!name)
		return -EINVAL;
	if (kind == DAXBUS_DEVICE)
		found = find_device(snapshot, name);
	else if (kind == DAXBUS_REGION && parse_numbered(name, "region", &number) == 0)
		found = find_number(snapshot, kind, "region", number);
	else if (kind == DAXBUS_BLOCK && parse_numbered(name, "memory", &number) == 0)
		found = find_number(snapshot, kind, "block", number);
	else if (kind != DAXBUS_REGION && kind != DAXBUS_BLOCK)
		return -EINVAL;
	if (!found)
		return -ENOENT;
	*ret = found;
	return 0;
}

/* --- values by name --------------------------------------------------------------------------- */

static int get_known(const struct daxbus_object *object, const char *name, struct daxbus_value *ret)
{
	const struct daxbus_field *field = daxbus_field_find(object->kind, name);

	if (!field)
		return -ENOENT;
	if (daxbus_get(object, field, ret) < 0)
		return -EINVAL;
	switch (ret->presence) {
	case DAXBUS_NONE:
		return -ENODATA;
	case DAXBUS_UNKNOWN:
		return -EACCES;
	case DAXBUS_NOT_READ:
		return -ENOKEY;
	case DAXBUS_KNOWN:
		break;
	}
	return 0;
}

_public_ int daxbus_get_u64(const struct daxbus_object *object, const char *name, uint64_t *ret)
{
	struct daxbus_value value = { .type = DAXBUS_NUMBER };
	int r = get_known(object, name, &value);

	if (value.type == DAXBUS_STRING || value.type == DAXBUS_STRINGS)
		return -EINVAL;
	if (r == 0)
		*ret = value.number;
	return r;
}

_public_ int daxbus_get_string(const struct daxbus_object *object, const char *name,
			       const char **ret)
{
	struct daxbus_value value = { .type = DAXBUS_STRING };
	int r = get_known(object, name, &value);

	if (value.type != DAXBUS_STRING)
		return -EINVAL;
	if (r == 0)
		*ret = value.string;
	return r;
}
