/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MIGRATE_STATUS_H
#define DAXBUS_MIGRATE_STATUS_H

#include "base/error.h"
#include "base/strv.h"
#include "migrate/kernel.h"
#include "migrate/migrate.h"

/*
 * Which device model there is, and which one a boot will give: what an installed system says is
 * gathered here, what follows from it is promise.h's to say.
 */

#define MODPROBE_DIRECTORY  "/etc/modprobe.d"
#define MIGRATION_FILE_NAME "daxbus-migrate.conf"
#define MIGRATION_FILE	    MODPROBE_DIRECTORY "/" MIGRATION_FILE_NAME

/* Of MIGRATION_FILE. */
enum file_state {
	FILE_ABSENT,
	FILE_WRITTEN, /* by daxbus, and as it wrote it */
	FILE_EDITED,  /* by daxbus, and changed since */
	FILE_FOREIGN,
	FILE_UNKNOWN,
	_FILE_STATE_MAX,
};

/*
 * The text of the file; NULL when memory ran out. Its first line says who wrote it, and has a
 * checksum of the others.
 */
char *status_file_text(void) _must_check_;
/* Whether a text is one that daxbus wrote, of whatever version. */
enum file_state status_file_judge(const char *text);

/* What to take for granted of the file, to see what would come of it. */
enum file_assumption {
	FILE_AS_IT_IS,
	FILE_AS_IF_WRITTEN,
	FILE_AS_IF_REMOVED,
};

struct migration_device {
	struct migrate_status_device public;
	char *texts[5];
};

struct migrate_status {
	struct migrate_status_summary public;
	char *kernel;
	struct strv models;
	struct strv releases;
	struct predict_config config;
	struct migrate_status_line *lines;
	struct kernel **boots;
	size_t n_boots;
	struct migration_device **devices;
	size_t n_devices;
	enum file_state file_state;
	enum file_assumption assumption;
	uint64_t changed_at; /* the configuration, the newest part of it */
	bool has_class_device;
	bool has_bus_device;
	bool is_running; /* devices and command line are those of the machine */
	char *next;
};

/*
 * status_read() - read an installed system, and what runs
 * @sysroot: captured tree of what runs; NULL for the kernel
 * @root: the installed system, of which nothing runs; NULL for the one that runs
 * @assumption: with one, devices are left out
 *
 * Return: as migrate_status_read().
 */
int status_read(const char *sysroot, const char *root, enum file_assumption assumption,
		const struct log *log, struct migrate_status **ret,
		struct daxbus_error *err) _must_check_;
struct migrate_status *status_free(struct migrate_status *m);
static inline void migration_free_p(struct migrate_status **m)
{
	status_free(*m);
}

/* Whether a kernel, or any of them, has drivers for both models: there is something to choose. */
bool status_boot_has_choice(const struct kernel *boot);
bool status_has_choice(const struct migrate_status *m);
/*
 * What all kernels that count promise: those with a choice, if there are any. PROMISED_UNKNOWN when
 * that differs. @ret_decider, or NULL, receives one of them that does, NULL without any.
 */
enum predicted status_predict(const struct migrate_status *m, const struct kernel **ret_decider);
/* The first of the kernels that count which promises another model; NULL when none does. */
const struct kernel *status_find_other(const struct migrate_status *m, enum predicted model);

#endif
