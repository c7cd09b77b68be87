/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/kernel-version.h"

/* Parse a number of at most 16 bits at *@s, and advance *@s. */
static bool take_part(const char **s, uint64_t *ret)
{
	const char *p = *s;
	uint64_t v = 0;

	while (*p >= '0' && *p <= '9' && v <= UINT16_MAX)
		v = v * 10 + (uint64_t)(*p++ - '0');
	if (p == *s || v > UINT16_MAX)
		return false;
	*s = p;
	*ret = v;
	return true;
}

uint64_t kernel_version_parse(const char *release)
{
	uint64_t major, minor, patch = 0;

	if (!take_part(&release, &major) || *release++ != '.' || !take_part(&release, &minor))
		return 0;
	/* A distribution may add any suffix. */
	if (*release++ == '.' && !take_part(&release, &patch))
		patch = 0;
	return KERNEL(major, minor, patch);
}
