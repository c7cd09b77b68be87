/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attributes of devices and regions in the model: how the kernel parses what is written to them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel.h"

#define UNIT UINT64_C(0x200000) /* of ranges */

/* --- values, as the kernel parses them -------------------------------------------------------- */

int model_parse_number(const char *text, uint64_t *ret)
{
	char *end;

	if (*text == '+')
		text++;
	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*ret = strtoull(text, &end, 0);
	if (*end)
		return -EINVAL;
	return -errno;
}

/* kstrtobool() */
int model_parse_bool(const char *text, bool *ret)
{
	switch (*text | 0x20) {
	case 'y':
	case 't':
	case '1':
		*ret = true;
		return 0;
	case 'n':
	case 'f':
	case '0':
		*ret = false;
		return 0;
	case 'o':
		*ret = (text[1] | 0x20) == 'n';
		return *ret || (text[1] | 0x20) == 'f' ? 0 : -EINVAL;
	default:
		return -EINVAL;
	}
}

/* kobject_synth_uevent() */
int model_write_uevent(const char *value)
{
	static const char *const actions[] = { "add",	 "remove",  "change", "move",
					       "online", "offline", "bind",   "unbind" };

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		if (streq(value, actions[i]))
			return 0;
	return -EINVAL;
}

/* --- a device --------------------------------------------------------------------------------- */

static int write_size(struct model_kernel *k, unsigned int device, const char *value)
{
	uint64_t size;
	int r = model_parse_number(value, &size);

	if (r < 0)
		return r;
	return size % UNIT ? -EINVAL : model_set_size(k, device, size);
}

static int write_align(const struct model_device *d, const char *value)
{
	uint64_t align;

	/* Whatever is wrong with the number. */
	if (model_parse_number(value, &align) < 0)
		return -ENXIO;
	if (align != 4096 && align != UNIT && align != UINT64_C(1) << 30)
		return -EINVAL;
	if (d->driver != MODEL_NONE)
		return -EBUSY;
	return model_device_size(d) % align ? -EINVAL : 0;
}

static int write_mapping(struct model_kernel *k, unsigned int device, const char *value)
{
	uint64_t start, end;
	int n = 0;

	if (sscanf(value, "%" SCNx64 "-%" SCNx64 "%n", &start, &end, &n) != 2 || value[n])
		return -EINVAL;
	/* kernel >= 6.9: the error got lost */
	if ((end - start + 1) % UNIT)
		return model_kernels[k->release].has_memmap ? 0 : -ENXIO;
	return model_add_range(k, device, (struct range){ start, end });
}

static int write_memmap(struct model_device *d, const char *value)
{
	bool wanted;
	int r = model_parse_bool(value, &wanted);

	/* The parameter of the module memory_hotplug is off. */
	if (r < 0 || wanted)
		return r < 0 ? r : -EOPNOTSUPP;
	d->memmap = false;
	return 0;
}

int model_write_device(struct model_kernel *k, unsigned int device, const char *file,
		       const char *value)
{
	const struct model_device *d = &k->devices[device];

	if (streq(file, "size"))
		return write_size(k, device, value);
	if (streq(file, "align"))
		return write_align(d, value);
	if (streq(file, "mapping"))
		return write_mapping(k, device, value);
	if (streq(file, "memmap_on_memory"))
		return write_memmap(&k->devices[device], value);
	return streq(file, "uevent") ? model_write_uevent(value) : -ENOENT;
}

/* --- a region --------------------------------------------------------------------------------- */

static int write_create(struct model_kernel *k, unsigned int region, const char *value)
{
	bool negative = *value == '-';
	uint64_t n;
	int r = model_parse_number(value + negative, &n);

	if (r < 0)
		return r;
	if (n > INT32_MAX)
		return -ERANGE;
	return negative || n != 1 ? -EINVAL : model_create(k, region);
}

int model_write_region(struct model_kernel *k, unsigned int region, const char *file,
		       const char *value)
{
	if (streq(file, "create"))
		return write_create(k, region, value);
	return streq(file, "delete") ? model_delete(k, region, value) : -ENOENT;
}
