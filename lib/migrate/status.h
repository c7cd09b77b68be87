/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MIGRATE_STATUS_H
#define DAXBUS_MIGRATE_STATUS_H

#include "base/error.h"
#include "base/strv.h"
#include "migrate/kernel.h"
#include "migrate/migrate.h"

/*
 * The current device model, and the one after the next boot. This file reads an installed system;
 * predict.h derives the model from it.
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
 * Return: the text of the file, owned by the caller; NULL if out of memory. Its first line names
 * daxbus and contains a checksum of the other lines.
 */
char *status_file_text(void) _must_check_;
/* Check whether daxbus, in any version, wrote a text. */
enum file_state status_file_judge(const char *text);

/* The state of the file to assume, to predict its effect. */
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
 * status_read() - read an installed system, and the running kernel
 * @sysroot: captured tree of the running kernel; NULL for the running kernel itself
 * @root: root directory of an installed system that does not run; NULL for the running one
 * @assumption: FILE_AS_IT_IS, or the assumed state of the file; devices are then not read
 * @log: receives debug messages; borrowed
 * @ret: receives the status; release it with status_free()
 * @err: receives the reason of a failure, or NULL
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

/* Whether a kernel, or one of all, has drivers for both models, so that there is a choice. */
bool status_boot_has_choice(const struct kernel *boot);
bool status_has_choice(const struct migrate_status *m);
/*
 * The model that all kernels predict; if kernels have a choice, only they count. PROMISED_UNKNOWN
 * if predictions differ. @ret_decider receives one of these kernels, NULL if there is none; it may
 * be NULL.
 */
enum predicted status_predict(const struct migrate_status *m, const struct kernel **ret_decider);
/* The first of these kernels that predicts another model than @model; NULL if none does. */
const struct kernel *status_find_other(const struct migrate_status *m, enum predicted model);

#endif
