/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_RECORDER_H
#define DAXBUS_EXECUTE_RECORDER_H

#include "base/log.h"
#include "io/sysfs.h"
#include "model/record.h"

struct result;

/*
 * Writes the record of a run into the history. What goes wrong here is a debug message and nothing
 * else: no change fails because it cannot be recorded.
 */
struct recorder {
	struct sysfs *fs; /* borrowed; NULL: nothing is recorded */
	const struct log *log;
	struct record record;
	uint64_t begin; /* milliseconds of CLOCK_BOOTTIME */
	uint64_t *regions;
	size_t n_regions;
	bool has_changed;
	bool has_failed;
	bool has_undone; /* what it had changed, because of a refusal of another device */
};

/* Begin a run. */
void recorder_begin(struct recorder *recorder, struct sysfs *fs, const struct log *log);
/* Before a device is changed: read the devices of its region, unless that was done. */
void recorder_before(struct recorder *recorder, const char *device);
/* A device was changed, or the change undone: @result; @steps: those that were begun. */
void recorder_after(struct recorder *recorder, const struct result *result,
		    const struct steps *steps);
/* What an earlier run changed is undone, or what this one did: @result. */
void recorder_recovers(struct recorder *recorder, const struct result *result);
/* The run ends: write the record if there is one, and release what the recorder holds. */
void recorder_end(struct recorder *recorder);

#endif
