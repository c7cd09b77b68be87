/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/tally.h"

#include <errno.h>

void tally_add_online(struct tally *tally, bool is_movable)
{
	tally->online++;
	if (is_movable)
		tally->movable++;
	else
		tally->kernel++;
}

void tally_add_zones(struct tally *tally, const char *zones)
{
	if (strchr(zones, ' '))
		tally->offline++;
	else
		tally_add_online(tally, streq(zones, "Movable"));
}

void tally_set_counts(const struct tally *tally, struct memory *ret)
{
	if (tally->unreadable)
		return;
	ret->online = known(tally->online);
	ret->offline = known(tally->offline);
	if (tally->no_zones)
		return;
	ret->movable = known(tally->movable);
	ret->kernel = known(tally->kernel);
}

int tally_read_state(struct tally *tally, const struct sysfs_dir *memory, uint64_t id)
{
	_cleanup_free_ char *state = NULL;
	int r = sysfs_read_str(memory, &state, "memory%" PRIu64 "/state", id);

	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		tally->unreadable = true;
	} else if (streq(state, "offline")) {
		tally->offline++;
	} else {
		tally->online++;
		tally->no_zones = true;
	}
	return 0;
}

int tally_read_block(struct tally *tally, const struct sysfs_dir *memory, uint64_t id)
{
	_cleanup_free_ char *zones = NULL;
	int r = sysfs_read_str(memory, &zones, "memory%" PRIu64 "/valid_zones", id);

	if (r == -ENOENT)
		return tally_read_state(tally, memory, id);
	if (r == 0)
		tally_add_zones(tally, zones);
	else
		tally->unreadable = true;
	return r == -ENOMEM ? r : 0;
}
