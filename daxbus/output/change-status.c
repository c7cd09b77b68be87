/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/change-status.h"

enum status change_status_of_counts(const size_t *n)
{
	bool good = n[DAXBUS_UNCHANGED] || n[DAXBUS_PLANNED] || n[DAXBUS_CHANGED];
	bool bad = n[DAXBUS_REFUSED] || n[DAXBUS_UNDONE];

	if (n[DAXBUS_FAILED])
		return STATUS_NOT_UNDONE;
	if (!bad)
		return STATUS_DONE;
	if (good)
		return STATUS_PARTIAL;
	return n[DAXBUS_UNDONE] ? STATUS_FAILED : STATUS_REFUSED;
}
