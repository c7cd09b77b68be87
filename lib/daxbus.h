/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_H
#define DAXBUS_H

/*
 * libdaxbus - list and change devices on Linux's device-dax bus
 *
 * Reading takes three objects. A *context* specifies where to read: the running kernel, or a
 * captured tree. A *query* specifies what to read: the devices and the fields. daxbus_scan()
 * returns a *snapshot*, a set of objects that never changes. A program gets the values of an object
 * by their *field*, a row of the table that names, types and describes them:
 *
 *	struct daxbus_ctx *ctx;
 *	struct daxbus_snapshot *snapshot;
 *	const struct daxbus_object *device = NULL;
 *
 *	daxbus_new(&ctx);
 *	daxbus_scan(ctx, NULL, &snapshot, NULL);
 *	while ((device = daxbus_snapshot_next(snapshot, DAXBUS_DEVICE, device))) {
 *		uint64_t size;
 *
 *		if (daxbus_get_u64(device, "size", &size) == 0)
 *			printf("%" PRIu64 "\n", size);
 *	}
 *
 * Conventions. Functions return 0 or a negative errno value. They write results to parameters named
 * ret, on success only; these must not be NULL. A parameter named error may be NULL. A returned
 * const pointer is borrowed; its description says how long it is valid. One thread at a time may
 * use a context; contexts do not share anything.
 */

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct daxbus_ctx;
struct daxbus_query;
struct daxbus_snapshot;
struct daxbus_object;

/**
 * struct daxbus_error - the description of a failure
 * @code: the negative errno value that the function returned; 0 before the first failure
 * @message: a sentence without newline: the attempted operation, the object, and the error of the
 *           kernel; owned by the error object; NULL if there was no memory for it
 * @reason: a word of daxbus-codes(7) such as "recover-first", which tells failures with the same
 *          errno value apart; NULL if the failure has none; valid as long as the library is loaded
 *
 * Initialize it with DAXBUS_ERROR_INIT, release it with daxbus_error_done(). A function that fails
 * replaces an earlier failure in the object.
 * Since: 0.1
 */
struct daxbus_error {
	int code;
	char *message;
	const char *reason;
};

#define DAXBUS_ERROR_INIT                                                                          \
	{                                                                                          \
		0, NULL, NULL                                                                      \
	}

/**
 * daxbus_error_done() - release the contents of an error object
 * @error: the object, or NULL
 *
 * The object is empty afterwards and can be used again.
 *
 * Return: nothing.
 * Since: 0.1
 */
void daxbus_error_done(struct daxbus_error *error);

/**
 * daxbus_version() - get the version of the library that the program runs with
 *
 * Return: a constant string such as "0.1.0".
 * Since: 0.1
 */
const char *daxbus_version(void);

/* --- context ---------------------------------------------------------------------------------- */

/**
 * typedef daxbus_log_fn - receives one log message of the library
 * @data: the pointer passed to daxbus_set_log_fn()
 * @level: priority as in syslog(3); the library itself only uses LOG_DEBUG
 * @file: source file
 * @line: source line
 * @function: name of the function that logs the message
 * @format: printf format of the message, without newline
 * @args: arguments of @format
 */
typedef void (*daxbus_log_fn)(void *data, int level, const char *file, int line,
			      const char *function, const char *format, va_list args);

/**
 * daxbus_new() - create a context for the running kernel
 * @ret: receives the context; release it with daxbus_free()
 *
 * The environment variable DAXBUS_LOG sets the log level: "err", "info", "debug", or a number from
 * 0 to 7. A process with raised privileges ignores the variable, see secure_getenv(3). Without it,
 * the library logs nothing. This function does not read from the kernel.
 *
 * Return: 0;
 *   -ENOMEM  out of memory.
 * Since: 0.1
 */
int daxbus_new(struct daxbus_ctx **ret);

/**
 * daxbus_free() - free a context
 * @ctx: the context, or NULL
 *
 * Snapshots and results of the context stay valid.
 *
 * Return: NULL, so that `ctx = daxbus_free(ctx)` clears the pointer.
 * Since: 0.1
 */
struct daxbus_ctx *daxbus_free(struct daxbus_ctx *ctx);

/**
 * daxbus_set_log_fn() - set the function that receives log messages
 * @ctx: the context; not NULL
 * @fn: the function; NULL to write messages to standard error
 * @data: pointer passed to @fn; borrowed as long as @fn is set
 *
 * Return: nothing.
 * Since: 0.1
 */
void daxbus_set_log_fn(struct daxbus_ctx *ctx, daxbus_log_fn fn, void *data);

/**
 * daxbus_set_log_level() - set the level of log messages
 * @ctx: the context; not NULL
 * @level: the least important priority of syslog(3) to log, for example LOG_DEBUG; -1 to log
 *         nothing
 *
 * Return: nothing.
 * Since: 0.1
 */
void daxbus_set_log_level(struct daxbus_ctx *ctx, int level);

/**
 * daxbus_set_sysroot() - read a captured tree instead of the running kernel
 * @ctx: the context; not NULL
 * @path: directory that contains sys/ and proc/, as daxbus_capture() creates it; copied; not NULL
 * @error: receives the reason of a failure, or NULL
 *
 * Symbolic links are resolved inside @path: the library opens no file outside of it. The library
 * does not trust the tree: a file that is not a regular file, or an attribute larger than 4096
 * bytes, has an unknown value.
 *
 * Return: 0;
 *   -EINVAL  @path is NULL;
 *   -ENOENT  @path does not exist;
 *   -ENOTDIR  @path is not a directory;
 *   -EACCES  the process may not open @path;
 *   -ENOMEM  out of memory.
 * Since: 0.1
 */
int daxbus_set_sysroot(struct daxbus_ctx *ctx, const char *path, struct daxbus_error *error);

/* --- fields ----------------------------------------------------------------------------------- */

/**
 * enum daxbus_kind - kinds of objects
 * @DAXBUS_BUS: the machine: its kernel and its policies of memory hotplug; each snapshot has one
 * @DAXBUS_REGION: a region of memory that a provider registered, in which devices are created
 * @DAXBUS_DEVICE: a device instance, daxX.Y
 * @DAXBUS_MAPPING: a physical range of a device
 * @DAXBUS_BLOCK: a memory block, the unit in which memory goes online and offline
 * @DAXBUS_EXTENT: a physical range of a region that belongs to no device; only a region in which
 *                 devices can be created has extents
 * @DAXBUS_ORPHAN: a physical range of memory whose device has left the bus while the memory was
 *                 online; the kernel keeps it until the next reboot
 */
enum daxbus_kind {
	DAXBUS_BUS,
	DAXBUS_REGION,
	DAXBUS_DEVICE,
	DAXBUS_MAPPING,
	DAXBUS_BLOCK,
	DAXBUS_EXTENT,
	DAXBUS_ORPHAN,
};

/**
 * enum daxbus_type - types of the values of a field
 * @DAXBUS_BOOL: 0 or 1 in value.number
 * @DAXBUS_NUMBER: a count, an ID or a measured value in value.number
 * @DAXBUS_SIZE: a size in bytes in value.number
 * @DAXBUS_ADDRESS: a physical address in value.number; the end of a range is its last byte, as in
 *                  sysfs
 * @DAXBUS_STRING: a string in value.string
 * @DAXBUS_STRINGS: an array of value.n_strings strings in value.strings
 */
enum daxbus_type {
	DAXBUS_BOOL,
	DAXBUS_NUMBER,
	DAXBUS_SIZE,
	DAXBUS_ADDRESS,
	DAXBUS_STRING,
	DAXBUS_STRINGS,
};

/**
 * enum daxbus_presence - whether a field has a value
 * @DAXBUS_NONE: the object does not have the attribute
 * @DAXBUS_UNKNOWN: the attribute exists but could not be read, in most cases because only root can
 * @DAXBUS_KNOWN: the value is known
 * @DAXBUS_NOT_READ: the query did not ask for the field, and the scan did not read it
 */
enum daxbus_presence {
	DAXBUS_NONE,
	DAXBUS_UNKNOWN,
	DAXBUS_KNOWN,
	DAXBUS_NOT_READ,
};

/**
 * struct daxbus_value - the value of a field
 * @presence: whether there is a value; use @number, @string, @strings and @n_strings only if it is
 *            DAXBUS_KNOWN
 * @type: type of the value, which determines the member that contains it
 * @number: boolean, number, size in bytes, or physical address
 * @string: string, borrowed until the snapshot is freed
 * @strings: array of @n_strings strings, borrowed until the snapshot is freed
 * @n_strings: number of @strings
 *
 * Since: 0.1
 */
struct daxbus_value {
	enum daxbus_presence presence;
	enum daxbus_type type;
	uint64_t number;
	const char *string;
	const char *const *strings;
	size_t n_strings;
};

/**
 * struct daxbus_field - a row of the field table: name, type and description of a value
 * @kind: kind of the objects that have the field
 * @type: type of its values
 * @name: name of the field in selectors and, in capital letters, of its column; unique within @kind
 * @group: JSON object inside the object that contains the value ("memory"), or NULL
 * @key: JSON key of the value, or NULL: only tables of 'daxbus list' show it
 * @unit: unit of a number ("ns", "MB/s", "pages"), or NULL
 * @help: description in one line, not a sentence
 *
 * Rows are valid as long as the library is loaded. Later versions may append members.
 * Since: 0.1
 */
struct daxbus_field {
	enum daxbus_kind kind;
	enum daxbus_type type;
	const char *name;
	const char *group;
	const char *key;
	const char *unit;
	const char *help;
};

/**
 * daxbus_field_next() - walk the field table
 * @kind: kind of the objects
 * @previous: the row before the wanted one, or NULL for the first
 *
 * Return: the row, valid as long as the library is loaded, or NULL after the last.
 * Since: 0.1
 */
const struct daxbus_field *daxbus_field_next(enum daxbus_kind kind,
					     const struct daxbus_field *previous);

/**
 * daxbus_field_find() - find a field by its name
 * @kind: kind of the objects
 * @name: name in upper or lower case ("size", "SIZE"); with NULL, the function finds no field
 *
 * If objects of @kind have no field @name, the function searches the fields of the object that
 * contains them: a device and an extent have the fields of their region, a mapping and a block
 * those of their device and its region. For example, daxbus_field_find(DAXBUS_DEVICE, "uuid")
 * returns the row of the region, and daxbus_get() accepts it for a device.
 *
 * Return: the row, valid as long as the library is loaded, or NULL if no field has that name.
 * Since: 0.1
 */
const struct daxbus_field *daxbus_field_find(enum daxbus_kind kind, const char *name);

/**
 * daxbus_field_is_costly() - check whether a scan reads other objects for a field
 * @field: the field; not NULL
 *
 * For fields of memory blocks, a scan reads every block. For the free memory of a region, and for
 * the start of the region, it reads all devices of the region, selected or not.
 *
 * Return: true for these two groups of fields; false for all others.
 * Since: 0.1
 */
bool daxbus_field_is_costly(const struct daxbus_field *field);

/* --- query and scan --------------------------------------------------------------------------- */

/**
 * daxbus_query_new() - create a query that selects every object and no field
 * @ret: receives the query; release it with daxbus_query_free()
 *
 * Return: 0;
 *   -ENOMEM  out of memory.
 * Since: 0.1
 */
int daxbus_query_new(struct daxbus_query **ret);

/**
 * daxbus_query_free() - free a query
 * @query: the query, or NULL
 *
 * Return: NULL.
 * Since: 0.1
 */
struct daxbus_query *daxbus_query_free(struct daxbus_query *query);

/**
 * daxbus_query_add_selector() - restrict a query to some devices
 * @query: the query; not NULL
 * @text: the selector; copied; not NULL
 * @error: receives the reason of a failure, or NULL
 *
 * A selector is a list of terms separated by commas. It selects a device if all its terms match. A
 * term is the name of a device (`dax0.0` or `/dev/dax0.0`), a glob over device names (`dax0.*`), a
 * region (`region0`), `all`, or FIELD=VALUE with a field of devices or of their region. VALUE is a
 * number, a size with or without suffix, a glob over the text, or `none` for a field without a
 * value. A list of strings matches if one of its strings does. A query with several selectors
 * selects a device if one of them does.
 *
 * Return: 0;
 *   -EINVAL  @text is not a selector; the query is unchanged;
 *   -ENOMEM  out of memory.
 * Since: 0.1
 */
int daxbus_query_add_selector(struct daxbus_query *query, const char *text,
			      struct daxbus_error *error);

/**
 * daxbus_query_add_field() - ask for the values of a field
 * @query: the query; NULL returns -EINVAL
 * @kind: kind of the objects
 * @name: name of the field in upper or lower case, resolved as by daxbus_field_find(); NULL returns
 *        -ENOENT
 * @error: receives the reason of a failure, or NULL
 *
 * A scan reads only the fields in its query, and those that it gets with them at no cost. The other
 * fields have the presence DAXBUS_NOT_READ. A snapshot contains mappings, blocks, extents and
 * orphans if the query has a field of DAXBUS_MAPPING, DAXBUS_BLOCK, DAXBUS_EXTENT or DAXBUS_ORPHAN;
 * orphans also require that the selectors of the query select all devices.
 *
 * Return: 0;
 *   -ENOENT  no object of @kind has a field @name; the query is unchanged. Later versions of the
 *            library know more fields;
 *   -EINVAL  @query is NULL.
 * Since: 0.1
 */
int daxbus_query_add_field(struct daxbus_query *query, enum daxbus_kind kind, const char *name,
			   struct daxbus_error *error);

/**
 * daxbus_scan() - read the dax bus once
 * @ctx: the context; not NULL
 * @query: the devices and fields to read; NULL forevery field of every object except memory blocks
 * @ret: receives the snapshot; release it with daxbus_snapshot_free()
 * @error: receives the reason of a failure, or NULL
 *
 * Each call reads the bus again; @ctx caches nothing. On a kernel without a dax bus, the snapshot
 * has no devices, and the field "models" is an empty list. Devices of the bus (/sys/bus/dax) and of
 * the older class (/sys/class/dax, kernels before 5.17) are in one list.
 *
 * Shape: regions are sorted by ID, devices by region and instance, mappings by page offset, blocks
 *        by number, extents by address. The snapshot contains the region of each selected device,
 *        and, if @query is NULL or asks for the field "region" or "creatable" of DAXBUS_REGION, the
 *        regions of persistent memory in which a device can be created.
 * Units: sizes and addresses are in bytes.
 * Source: sysfs, as described in Documentation/ABI/testing/sysfs-bus-dax, sysfs-devices-memory and
 *         sysfs-devices-node and Documentation/ABI/obsolete/sysfs-class-dax of the kernel;
 *         /proc/zoneinfo and /proc/kpageflags; libndctl for namespaces on persistent memory.
 * Context: blocks while it reads sysfs; takes no lock. Only a process with CAP_SYS_ADMIN can read
 *          physical ranges; for others, the ranges and all values derived from them are unknown.
 *
 * Return: 0;
 *   -ENOENT  a selector names a device or region that does not exist;
 *   -EACCES  the process may not read the directory of devices;
 *   -ENOMEM  out of memory.
 * Since: 0.1
 */
int daxbus_scan(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		struct daxbus_snapshot **ret, struct daxbus_error *error);

/**
 * daxbus_capture() - copy the files that a scan reads into a directory
 * @ctx: the context; it may read a captured tree; not NULL
 * @path: the directory: it must be empty, or not exist; not NULL
 * @error: receives the reason of a failure, or NULL
 *
 * The function copies every file, symbolic link and directory that a scan of all fields reads,
 * under its own name below @path. A file that could not be read, in most cases because the process
 * is not root, becomes an empty file, which reads as unknown.
 *
 * Return: 0;
 *   -ENOTEMPTY  @path is a directory that is not empty;
 *   -ENOTDIR  @path is not a directory;
 *   -ENOSPC, -EACCES, -EROFS and other errors of mkdir(2), openat(2), symlinkat(2) and write(2):
 *   the copy is incomplete;
 *   -ENOMEM  out of memory.
 * Since: 0.1
 */
int daxbus_capture(struct daxbus_ctx *ctx, const char *path, struct daxbus_error *error);

/* --- monitor ---------------------------------------------------------------------------------- */

struct daxbus_monitor;

/**
 * struct daxbus_event - something that happened
 * @time: when the library read it, in microseconds since 1970-01-01 00:00 UTC; of events that are
 *        reported as one, the first
 * @event: stable word of daxbus-monitor(1) for what happened: "driver-bound", "blocks-online", ...;
 *         later versions may add words
 * @device: name of the device, or NULL
 * @region: name of the region, "region0", or NULL
 * @from: what was before, for some events: driver, flag, size in bytes; or NULL
 * @to: what is now, in the same form; or NULL
 * @blocks: number of memory blocks, for events of memory blocks; 0 for all others
 * @message: a sentence for people, without the name of the device
 *
 * Its strings are borrowed until daxbus_monitor_next() is called again. Later versions may append
 * members.
 * Since: 0.1
 */
struct daxbus_event {
	uint64_t time;
	const char *event;
	const char *device;
	const char *region;
	const char *from;
	const char *to;
	uint64_t blocks;
	const char *message;
};

/**
 * daxbus_monitor_new() - begin to observe the dax bus
 * @ctx: the context; borrowed until the monitor is freed; not NULL
 * @query: the devices whose events are reported, and fields that daxbus_monitor_snapshot() is to
 *         have; a device that it names need not exist; not used after the call; NULL for all
 *         devices
 * @ret: receives the monitor; release it with daxbus_monitor_free()
 * @error: receives the reason of a failure, or NULL
 *
 * The kernel announces devices, drivers and memory blocks. What it does not announce, such as sizes
 * and flags, the library finds out by reading the bus again after each burst of events, and after
 * each change by daxbus itself. Events of memory blocks of one device within a burst are reported
 * as one. Events that belong to no device are reported if @query selects all devices.
 *
 * Context: only root can see which device a memory block belongs to.
 * Source: uevents of the kernel, received with libudev, which need no running udevd; inotify(7) for
 *         the directories of policies; otherwise as daxbus_scan().
 *
 * Return: 0, or an error of daxbus_scan(); also
 *   -EOPNOTSUPP  the context reads a captured tree, or the kernel does not send events to the user
 *                namespace of the process, that of a container;
 *   -ELIBACC  libudev is not installed;
 *   -EMFILE, -ENFILE and other errors of socket(2), epoll_create1(2) and inotify_init1(2).
 * Since: 0.1
 */
int daxbus_monitor_new(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		       struct daxbus_monitor **ret, struct daxbus_error *error);

/**
 * daxbus_monitor_free() - free a monitor and everything borrowed from it
 * @monitor: the monitor, or NULL
 *
 * Return: NULL.
 * Since: 0.1
 */
struct daxbus_monitor *daxbus_monitor_free(struct daxbus_monitor *monitor);

/**
 * daxbus_monitor_fd() - get the descriptor to wait for
 * @monitor: the monitor; not NULL
 *
 * When poll(2) finds it readable (POLLIN), call daxbus_monitor_next() until it returns -EAGAIN; do
 * so once before the first wait, too. While nothing happens, it is not readable. Do not read from
 * it.
 *
 * Return: the descriptor, which belongs to the monitor.
 * Since: 0.1
 */
int daxbus_monitor_fd(const struct daxbus_monitor *monitor);

/**
 * daxbus_monitor_next() - get the next event, without waiting
 * @monitor: the monitor; not NULL
 * @ret: receives the event, borrowed until the next call
 * @error: receives the reason of a failure, or NULL
 *
 * If events come faster than the program reads them, the kernel drops some: the word of the next
 * event is "events-lost", and those that follow are the differences between the states before and
 * now. A change and its reversal between two readings are then not reported.
 *
 * Return: 0;
 *   -EAGAIN  there is no event at present; @error is unchanged;
 *   any error of daxbus_scan(): no event is lost: call the function again when the descriptor is
 *                readable, which it becomes a second later by itself;
 *   -ENOMEM  out of memory; the same, but "events-lost" may be the next event.
 * Since: 0.1
 */
int daxbus_monitor_next(struct daxbus_monitor *monitor, const struct daxbus_event **ret,
			struct daxbus_error *error);

/**
 * daxbus_monitor_snapshot() - get the state of the bus when events were last read
 * @monitor: the monitor; not NULL
 *
 * The snapshot contains every device, also those that the query does not select, and at least the
 * fields of the query.
 *
 * Return: the snapshot, borrowed until daxbus_monitor_next() is called again.
 * Since: 0.1
 */
const struct daxbus_snapshot *daxbus_monitor_snapshot(const struct daxbus_monitor *monitor);

/* --- modules ---------------------------------------------------------------------------------- */

/**
 * enum daxbus_module - state of a module of the running kernel
 * @DAXBUS_MODULE_ABSENT: the kernel was built without it, or its file is not installed
 * @DAXBUS_MODULE_AVAILABLE: its file is installed, and it is not loaded
 * @DAXBUS_MODULE_BLACKLISTED: its file is installed, it is not loaded, and modprobe.d(5) blacklists
 *                             it
 * @DAXBUS_MODULE_LOADED: it is loaded
 * @DAXBUS_MODULE_BUILTIN: it is built into the kernel
 */
enum daxbus_module {
	DAXBUS_MODULE_ABSENT,
	DAXBUS_MODULE_AVAILABLE,
	DAXBUS_MODULE_BLACKLISTED,
	DAXBUS_MODULE_LOADED,
	DAXBUS_MODULE_BUILTIN,
};

/**
 * daxbus_module_state() - get the state of a module of the running kernel
 * @ctx: the context; not NULL
 * @name: name of the module, for example "kmem" or "dax_hmem"; not NULL
 * @ret: receives the state
 * @error: receives the reason of a failure, or NULL
 *
 * Source: libkmod, which reads /sys/module, modules.builtin, modules.dep and modprobe.d.
 *
 * Return: 0;
 *   -EOPNOTSUPP  the context reads a captured tree, which does not contain modules;
 *   -ELIBACC  libkmod is not installed;
 *   -ENOMEM  out of memory.
 * Since: 0.1
 */
int daxbus_module_state(struct daxbus_ctx *ctx, const char *name, enum daxbus_module *ret,
			struct daxbus_error *error);

/* --- changing --------------------------------------------------------------------------------- */

/**
 * enum daxbus_action - actions on the selected devices
 * @DAXBUS_RECONFIGURE: change their mode, and the zone of their memory
 * @DAXBUS_ONLINE: bring memory of devices in mode kmem online
 * @DAXBUS_OFFLINE: take memory of devices in mode kmem offline
 * @DAXBUS_BIND: bind them to a driver
 * @DAXBUS_UNBIND: unbind them from their drivers
 * @DAXBUS_CREATE: create devices in the region of the selected devices; if several regions are
 *                 selected, in the only one that has free memory; or, with the setting "memdev",
 *                 in a new region
 * @DAXBUS_RESIZE: change their size or alignment
 * @DAXBUS_DESTROY: return their memory to their region, and delete them; if a selector is the name
 *                  of a region of the CXL bus ("region0"), also delete the region
 */
enum daxbus_action {
	DAXBUS_RECONFIGURE,
	DAXBUS_ONLINE,
	DAXBUS_OFFLINE,
	DAXBUS_BIND,
	DAXBUS_UNBIND,
	DAXBUS_CREATE,
	DAXBUS_RESIZE,
	DAXBUS_DESTROY,
};

struct daxbus_request;
struct daxbus_results;

/**
 * daxbus_request_new() - create a request
 * @action: the action
 * @ret: receives the request; release it with daxbus_request_free()
 *
 * Return: 0;
 *   -EINVAL  @action is no action;
 *   -ENOMEM  out of memory.
 * Since: 0.1
 */
int daxbus_request_new(enum daxbus_action action, struct daxbus_request **ret);

/**
 * daxbus_request_free() - free a request
 * @request: the request, or NULL
 *
 * Return: NULL.
 * Since: 0.1
 */
struct daxbus_request *daxbus_request_free(struct daxbus_request *request);

/**
 * daxbus_request_set() - set a setting of a request
 * @request: the request; not NULL
 * @name: name of the setting; not NULL
 * @value: its value as text; copied; not NULL
 * @error: receives the reason of a failure, or NULL
 *
 * Sizes are in bytes, or have a suffix such as K, M, G, MiB or GiB. The settings and the actions
 * that have them:
 *
 * "mode", of DAXBUS_RECONFIGURE (required): devdax, kmem (or system-ram), famfs, compat. Of
 * DAXBUS_CREATE (default: devdax): devdax, kmem, famfs, none.
 *
 * "driver", of DAXBUS_BIND (default: the kernel chooses): name of a driver of the dax bus.
 *
 * "online", of DAXBUS_RECONFIGURE, DAXBUS_CREATE and DAXBUS_ONLINE (default: movable): movable;
 * kernel; policy, for the state that auto_online_blocks of the kernel gives to new memory blocks;
 * no, which changes no existing block and leaves new ones offline. DAXBUS_ONLINE does not accept
 * policy and no.
 *
 * "for", of DAXBUS_RECONFIGURE with mode kmem, instead of "online": give-back, for memory that is
 * to go offline again, which is zone Movable; pin, for memory that devices pin, which is zone
 * Normal. A note of the plan says what that costs.
 *
 * "memmap-on-memory", of DAXBUS_RECONFIGURE and DAXBUS_CREATE with mode kmem (default: unchanged):
 * yes, no.
 *
 * "size", of DAXBUS_ONLINE and DAXBUS_OFFLINE (default: all): amount of memory of each device that
 * is to be online, or offline. Of DAXBUS_CREATE (default: all free memory): size of the device. Of
 * DAXBUS_RESIZE: the new size; the difference, with + or - in front; max; or none, for a device
 * without a driver, which then has no memory.
 *
 * "align", of DAXBUS_CREATE (default: that of the region) and DAXBUS_RESIZE (default: unchanged):
 * the alignment, a power of two.
 *
 * "mapping", of DAXBUS_CREATE: a range of physical memory for the device, START-END in hexadecimal.
 * Each call adds a range, in the order of the offsets in the device. It excludes "size", and
 * "count" above 1.
 *
 * "count", of DAXBUS_CREATE (default: 1): number of devices, from 1 to 100000.
 *
 * "map", of DAXBUS_CREATE on persistent memory (default: dev): where a new namespace stores its
 * memmap: dev, in itself; mem, in RAM.
 *
 * "name", of DAXBUS_CREATE on persistent memory (default: none): name of the new namespace, 1 to 63
 * characters.
 *
 * "memdev", of DAXBUS_CREATE (default: none): CXL memory devices, "mem0,mem1", of which a region is
 * created, interleaved in this order, and a device that has all of it. The query is ignored then.
 * It excludes "align", "count" above 1, "map", "mapping" and "name".
 *
 * "granularity", of DAXBUS_CREATE with "memdev" (default: that of the root decoder): the size of
 * the pieces of interleaving, a power of two.
 *
 * "make-room", of DAXBUS_OFFLINE (default: no): yes, no. If yes, the library drops caches of the
 * node and moves the memory of processes from it first, and tries again and makes room again until
 * "timeout" has passed.
 *
 * "huge-pages", of DAXBUS_OFFLINE with "make-room" (default: the pools stay, and the kernel
 * dissolves free huge pages): what may be done to pools of huge pages of the node: shrink; move, to
 * another node.
 *
 * "drop-caches", of DAXBUS_OFFLINE with "make-room" (default: no): yes, no. If yes, the clean
 * caches of all nodes are dropped on a kernel that cannot drop those of one node.
 *
 * "force", of every action (default: no): yes or no; yes overrides the refusals that permit it, see
 * daxbus-codes(7).
 *
 * "wait", of every action (default: 0): number of seconds to wait for another process that changes
 * devices, or forever.
 *
 * "timeout", of every action (default: 30): number of seconds, above 0, or forever. If none of the
 * data in a memory block that goes offline moves for so long, something has pinned it: the change
 * is undone with the code block-pinned. With "make-room" (default: 300), the time for the whole
 * change.
 *
 * Return: 0;
 *   -EINVAL  the action does not have the setting, or the value is invalid; the request is
 *            unchanged;
 *   -ENOMEM  out of memory.
 * Since: 0.1
 */
int daxbus_request_set(struct daxbus_request *request, const char *name, const char *value,
		       struct daxbus_error *error);

/**
 * daxbus_request_set_u64() - set a setting of a request to a number
 * @request: the request; not NULL
 * @name: name of the setting; not NULL
 * @value: the number: "size" and "align" in bytes, "count" in devices, "wait" and
 *         "timeout" in seconds
 * @error: receives the reason of a failure, or NULL
 *
 * Equal to daxbus_request_set() with @value in decimal.
 *
 * Return: as daxbus_request_set().
 * Since: 0.1
 */
int daxbus_request_set_u64(struct daxbus_request *request, const char *name, uint64_t value,
			   struct daxbus_error *error);

/**
 * struct daxbus_range - a range of physical memory
 * @start: address of the first byte
 * @end: address of the last byte
 *
 * Since: 0.1
 */
struct daxbus_range {
	uint64_t start;
	uint64_t end;
};

/**
 * struct daxbus_saved_device - a device of a saved layout
 * @device: its name in the layout; not NULL
 * @provider: provider of its region; NULL if unknown
 * @path: path of its region, as in the field "path"; NULL if unknown
 * @align: its alignment in bytes, a power of two
 * @mode: its mode; NULL if it had none
 * @online: for mode kmem, the setting "online" of DAXBUS_CREATE, which a device with the right
 *          ranges gets, too; NULL for the default, and to leave such a device as it is
 * @memmap_on_memory: for mode kmem, the setting "memmap-on-memory"; NULL for the default
 * @identity: its identity or that of its region, as in the field "identity"; NULL if unknown
 * @ranges: array of @n_ranges ranges in the order of their offsets in the device
 * @n_ranges: number of @ranges; 0 for a device without memory, which is not created again
 *
 * Since: 0.1
 */
struct daxbus_saved_device {
	const char *device;
	const char *provider;
	const char *path;
	uint64_t align;
	const char *mode;
	const char *online;
	const char *memmap_on_memory;
	const char *identity;
	const struct daxbus_range *ranges;
	size_t n_ranges;
};

/**
 * daxbus_request_set_layout() - request the devices of a saved layout
 * @request: a request with the action DAXBUS_CREATE; only its settings "force", "wait" and
 * "timeout" may be set; not NULL
 * @devices: array of @n devices; copied; a further call adds its devices to those of the earlier
 *           ones
 * @n: number of @devices
 * @error: receives the reason of a failure, or NULL
 *
 * daxbus_plan() and daxbus_apply() ignore their query for such a request. Each device gets exactly
 * the ranges of the layout, or is refused. Its region must exist: it has the identity of the
 * layout; if that is unknown, the provider of the layout and the addresses. The path only decides
 * between several. If a device with these ranges, this alignment, mode and zone exists, its result
 * is DAXBUS_UNCHANGED, whatever its name. If only its mode, zone or alignment differ, they are
 * changed. Otherwise, a device that starts at the same address or has the same number gets the
 * ranges, or a device is created, and the kernel chooses its name. Devices that have memory of the
 * layout and are not in it are destroyed. Nothing is taken from a device that is in use. If one
 * device is refused, no device is changed unless "force" is set.
 *
 * Return: 0;
 *   -EINVAL  the action of @request is not DAXBUS_CREATE, a value of a device is invalid, two
 *            devices have the same name, or two ranges overlap. Free @request: it has some of the
 *            devices;
 *   -ENOMEM  out of memory; free @request.
 * Since: 0.1
 */
int daxbus_request_set_layout(struct daxbus_request *request,
			      const struct daxbus_saved_device *devices, size_t n,
			      struct daxbus_error *error);

/**
 * daxbus_request_next_setting() - walk the names of an action's settings
 * @action: the action
 * @previous: the name before the wanted one, or NULL for the first
 *
 * Return: the name, valid as long as the library is loaded; NULL after the last, or if @action does
 * not have the setting @previous.
 * Since: 0.1
 */
const char *daxbus_request_next_setting(enum daxbus_action action, const char *previous);

/**
 * daxbus_request_choices() - get the words that a setting accepts
 * @action: the action
 * @name: name of the setting; not NULL
 *
 * The words of "align" are examples: it accepts other powers of two.
 *
 * Return: an array of words that ends with NULL, valid as long as the library is loaded; NULL if
 * the action does not have the setting, or if its values are not words.
 * Since: 0.1
 */
const char *const *daxbus_request_choices(enum daxbus_action action, const char *name);

/**
 * enum daxbus_status - outcome of a change of a device
 * @DAXBUS_UNCHANGED: the device was in the requested state already
 * @DAXBUS_PLANNED: daxbus_apply() would change the device
 * @DAXBUS_CHANGED: the device is in the requested state now
 * @DAXBUS_REFUSED: the device was not changed; the code contains the reason
 * @DAXBUS_UNDONE: a step failed, and all steps were undone
 * @DAXBUS_FAILED: a step failed, and not all steps could be undone
 */
enum daxbus_status {
	DAXBUS_UNCHANGED,
	DAXBUS_PLANNED,
	DAXBUS_CHANGED,
	DAXBUS_REFUSED,
	DAXBUS_UNDONE,
	DAXBUS_FAILED,
};

/**
 * struct daxbus_step - a step of a plan
 * @kind: word for the kind of step: "set", "reset", "load", "id", "forget", "pool", "offline",
 *        "unbind", "bind", "probe", "online", "create", "layout", "delete", "label", "info",
 *        "move", "unmake"; later versions may add words
 * @device: name of the device that it changes; NULL for a step that changes a file
 * @what: description of the step
 * @file: path of the file that it writes; NULL for a module, and for memory blocks that this user
 *        cannot determine; for a namespace, whose files libndctl writes, the directory
 * @value: the text that it writes; NULL for a module or a namespace
 * @module: name of the module that it loads; NULL for all other steps
 * @check: condition that is checked before the step, in words; NULL if there is none
 * @verify: how the effect is verified, in words
 * @undo: how the step is undone, in words; NULL if there is nothing to undo
 *
 * A step is a write to the kernel, the loading of a module, or a group of writes, for example to
 * the memory blocks of a device. Its strings are borrowed until the results are freed. Later
 * versions may append members.
 * Since: 0.1
 */
struct daxbus_step {
	const char *kind;
	const char *device;
	const char *what;
	const char *file;
	const char *value;
	const char *module;
	const char *check;
	const char *verify;
	const char *undo;
};

/**
 * struct daxbus_result - the result for one device
 * @device: name of the device; NULL if the result is that of a file
 * @status: outcome
 * @code: word of daxbus-codes(7) for the reason, for example "block-busy"; NULL if there is none
 * @message: a sentence, or NULL
 * @hint: what to do next, or NULL
 * @from: mode of the device before; the name of the driver if it is not a mode; NULL if it had no
 *        driver. For a file, the device model before
 * @to: mode or device model afterwards, in the same form; in a plan, the one that it would have
 * @steps: array of @n_steps steps of a plan
 * @n_steps: number of @steps; 0 if there is no plan
 * @notes: array of @n_notes sentences about the facts considered and those that could not be
 *         checked
 * @n_notes: number of @notes
 * @kernel: array of @n_kernel messages of the kernel since the start of the failed step
 * @n_kernel: number of @kernel
 * @file: path of the file whose result this is; NULL if it is that of a device
 * @fingerprint: fingerprint of the state found and of the steps planned for the device: it changes
 *               when the mode of the device or a step does; only daxbus_plan() sets it, else it is
 *               NULL
 *
 * Its strings and arrays are borrowed until the results are freed. Later versions may append
 * members.
 * Since: 0.1
 */
struct daxbus_result {
	const char *device;
	enum daxbus_status status;
	const char *code;
	const char *message;
	const char *hint;
	const char *from;
	const char *to;
	const struct daxbus_step *steps;
	size_t n_steps;
	const char *const *notes;
	size_t n_notes;
	const char *const *kernel;
	size_t n_kernel;
	const char *file;
	const char *fingerprint;
};

/**
 * struct daxbus_progress - the progress of a step
 * @device: name of the device; NULL while the library waits for another process or examines
 * processes
 * @what: description of the current operation
 * @done: number of memory blocks done
 * @total: number of memory blocks of the step; 0 if the step does not change memory blocks
 * @block_size: size of a memory block in bytes
 *
 * Since: 0.1
 */
struct daxbus_progress {
	const char *device;
	const char *what;
	uint64_t done;
	uint64_t total;
	uint64_t block_size;
};

/**
 * typedef daxbus_progress_fn - receives the progress of a change, and can stop it
 * @data: the pointer passed to daxbus_set_progress_fn()
 * @progress: the progress; borrowed during the call
 *
 * The library calls the function before each device, step and memory block, several times a second
 * during a write that lasts long, and while it waits for another process or examines processes. All
 * calls come from the
 * thread that called daxbus_apply() or another function of the library.
 *
 * The library interrupts a write that takes a memory block offline; other writes it cannot
 * interrupt: it stops when they return.
 *
 * Return: true to continue; false to stop: the library then undoes the steps of the current device,
 * and does not change the remaining devices.
 */
typedef bool (*daxbus_progress_fn)(void *data, const struct daxbus_progress *progress);

/**
 * daxbus_set_progress_fn() - set the function that receives the progress of a change
 * @ctx: the context; not NULL
 * @fn: the function, or NULL for none
 * @data: pointer passed to @fn; borrowed as long as @fn is set
 *
 * To stop a change with a signal, install a handler that sets a variable, and let @fn return its
 * value: the library asks several times a second, also while the kernel takes a memory block
 * offline. While the library undoes steps, it blocks the signals that end it.
 *
 * Return: nothing.
 * Since: 0.1
 */
void daxbus_set_progress_fn(struct daxbus_ctx *ctx, daxbus_progress_fn fn, void *data);

/**
 * daxbus_plan() - determine the steps that a request takes
 * @ctx: the context; it may read a captured tree; not NULL
 * @query: the devices; its fields are ignored; NULL for all devices
 * @request: the request; not NULL
 * @ret: receives one result for each device, with its steps or the reason why it is refused;
 *       release them with daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * The function changes nothing and needs no privileges. The notes of a result mention values that
 * the process could not read.
 *
 * Return: 0, or an error of daxbus_scan(); also
 *   -EINVAL  the request lacks a setting, its settings exclude each other, or, for DAXBUS_CREATE,
 *            several regions have free memory;
 *   -ENOSPC  for DAXBUS_CREATE: several regions are selected, and none has free memory;
 *   -ENOENT  for DAXBUS_CREATE: no region is selected.
 * Since: 0.1
 */
int daxbus_plan(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		const struct daxbus_request *request, struct daxbus_results **ret,
		struct daxbus_error *error);

/**
 * daxbus_apply() - change devices as requested
 * @ctx: the context; not NULL
 * @query: the devices; its fields are ignored; NULL for all devices
 * @request: the request; not NULL
 * @ret: receives one result for each device; release them with daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * The function changes one device after the other. For each device it reads the current state,
 * plans, performs the steps, and verifies each of them; if a step fails, it undoes all steps of the
 * device. It records each step in a journal below /run/daxbus before it performs the step, so that
 * daxbus_recover() can undo the steps of a killed process.
 *
 * If a device fails, the function continues with the next one and returns 0. It does not change the
 * remaining devices after DAXBUS_FAILED, because the journal is still needed. With DAXBUS_CREATE,
 * it creates no further device after the first that fails.
 *
 * If the function returns an error other than -ENOMEM, no device has changed.
 *
 * The kernel tries forever to take a memory block offline whose data something has pinned; only a
 * signal to the thread that writes ends that. The library uses the highest real-time signal that
 * has its default action and that the caller does not block. While it changes memory blocks, this
 * signal has a handler that does nothing; the library sends it to the calling thread and to a
 * thread of its own, which blocks all others, and restores the default action.
 *
 * Context: takes the lock /run/daxbus/lock; requires CAP_SYS_ADMIN; temporarily uses a real-time
 * signal.
 *
 * Return: 0, whatever the status of the results, or an error of daxbus_plan(); also
 *   -EPERM  the process does not have CAP_SYS_ADMIN;
 *   -EOPNOTSUPP  the context reads a captured tree;
 *   -EBUSY  another process holds the lock (reason "locked"); the message contains its name;
 *   -EINTR  the progress function stopped the wait for the lock;
 *   -EACCES  other users than root own /run/daxbus, or can write to it;
 *   -EROFS  /sys (reason "sysfs-read-only") or /run is mounted read-only here;
 *   -EUCLEAN  a killed process left changes behind (reason "recover-first"): call daxbus_recover(),
 *             or policies are on trial (reason "on-trial");
 *   -ENOMEM  out of memory; devices may have changed.
 * Since: 0.1
 */
int daxbus_apply(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		 const struct daxbus_request *request, struct daxbus_results **ret,
		 struct daxbus_error *error);

/**
 * daxbus_apply_planned() - change devices as requested, if the plan is still the same
 * @ctx: the context; not NULL
 * @query: the devices; its fields are ignored; NULL for all devices
 * @request: the request; not NULL
 * @fingerprint: fingerprint of the plan, from daxbus_results_fingerprint(); NULL returns -EINVAL
 * @ret: receives one result for each device; release them with daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * The function takes the lock, plans again, and compares the fingerprints. Call daxbus_plan() with
 * the same privileges: a plan that could not read all values has another fingerprint.
 * Unlike daxbus_apply(), it does not create a device to find out where a region starts: a device
 * that daxbus_plan() refuses for that reason is refused.
 *
 * Context: takes the lock /run/daxbus/lock; requires CAP_SYS_ADMIN.
 *
 * Return: as daxbus_apply(); also
 *   -ESTALE  the plan has changed (reason "plan-changed"); no device has changed.
 * Since: 0.1
 */
int daxbus_apply_planned(struct daxbus_ctx *ctx, const struct daxbus_query *query,
			 const struct daxbus_request *request, const char *fingerprint,
			 struct daxbus_results **ret, struct daxbus_error *error);

/**
 * daxbus_results_fingerprint() - get the fingerprint of a plan
 * @results: the results of daxbus_plan(); not NULL
 *
 * A fingerprint is a short string of letters and digits. It depends on the devices, their order,
 * and the fingerprint of each result, but not on the UUIDs that daxbus chooses for new namespaces.
 * Different versions of the library may compute different fingerprints.
 *
 * Return: the fingerprint, borrowed until @results is freed; NULL if @results is not a plan.
 * Since: 0.1
 */
const char *daxbus_results_fingerprint(const struct daxbus_results *results);

/**
 * enum daxbus_recovery - how to recover from a killed process
 * @DAXBUS_RECOVER_SHOW: return the steps that would be undone
 * @DAXBUS_RECOVER_UNDO: undo them
 * @DAXBUS_RECOVER_FORGET: delete the journal without changing the device
 */
enum daxbus_recovery {
	DAXBUS_RECOVER_SHOW,
	DAXBUS_RECOVER_UNDO,
	DAXBUS_RECOVER_FORGET,
};

/**
 * daxbus_recover() - undo the steps of a killed process
 * @ctx: the context; not NULL
 * @what: how to recover
 * @request: a request whose settings "wait" and "timeout" are used; NULL for their defaults
 * @ret: receives the results; release them with daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * There is no result if no process left changes behind, and with DAXBUS_RECOVER_FORGET. Otherwise
 * there is one for the device: DAXBUS_PLANNED with DAXBUS_RECOVER_SHOW; DAXBUS_CHANGED if the steps
 * were undone; DAXBUS_FAILED if not, in which case the journal is kept.
 *
 * Context: takes the lock /run/daxbus/lock; requires CAP_SYS_ADMIN, with DAXBUS_RECOVER_SHOW too.
 * Source: the journal below /run/daxbus.
 *
 * Return: 0, whatever the status of the result;
 *   -EBADMSG  the journal is corrupt; other errors of openat(2), read(2) and unlinkat(2) are those
 *             of the journal;
 *   -EPERM, -EOPNOTSUPP, -EBUSY, -EINTR, -EACCES, -EROFS, -ENOMEM  as daxbus_apply().
 * Since: 0.1
 */
int daxbus_recover(struct daxbus_ctx *ctx, enum daxbus_recovery what,
		   const struct daxbus_request *request, struct daxbus_results **ret,
		   struct daxbus_error *error);

struct daxbus_lease;

/**
 * daxbus_lease_take() - change the mode of a device until the lease ends
 * @ctx: the context; not NULL
 * @device: name of the device, "dax0.0"; not NULL
 * @request: a request with the action DAXBUS_RECONFIGURE; not NULL
 * @ret: receives the lease, which daxbus_lease_release() ends and frees; NULL if the device was not
 *       changed: it is refused, or the change was undone, see @ret_results. A device that was in
 *       the requested state has a lease that changes nothing at its end
 * @ret_results: receives the result for the device; release it with daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * Everything is as with daxbus_apply(), but the journal of the change is kept as
 * /run/daxbus/lease.DEVICE. If the process ends without daxbus_lease_release(), however that
 * happens, daxbus_recover() undoes the change; until then, changes are refused (reason
 * "recover-first"). While the lease lasts, other devices can be changed, and changes of this one
 * are refused (reason "leased"). The lease is a lock of flock(2) on a descriptor that is closed on
 * exec: a child that does not call exec(2) holds it, too.
 *
 * A program that must not lose the device to a crash lets another process hold the lease and wait
 * for it; see the example with-device.
 *
 * Context: takes the lock /run/daxbus/lock; requires CAP_SYS_ADMIN.
 * Source: as daxbus_apply().
 *
 * Return: 0, whatever the status of the result, or an error of daxbus_apply(); also
 *   -EINVAL  @device is not the name of a device, or the action of @request is another one;
 *   -EBUSY  another process has leased the device (reason "leased").
 * Since: 0.1
 */
int daxbus_lease_take(struct daxbus_ctx *ctx, const char *device,
		      const struct daxbus_request *request, struct daxbus_lease **ret,
		      struct daxbus_results **ret_results, struct daxbus_error *error);

/**
 * daxbus_lease_release() - end a lease, and undo the change
 * @ctx: the context; not NULL
 * @lease: the lease, which is freed in any case; NULL does nothing
 * @ret: receives the result for the device: DAXBUS_CHANGED if it is what it was before the lease;
 *       none if the lease had changed nothing; release it with daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * Close and unmap the device first. The function waits for other processes that change devices. If
 * the change cannot be undone, daxbus_recover() tries again.
 *
 * Context: takes the lock /run/daxbus/lock; requires CAP_SYS_ADMIN.
 * Source: the journal below /run/daxbus.
 *
 * Return: 0, whatever the status of the result, or an error of daxbus_recover(); also
 *   -EUCLEAN  as daxbus_apply(), or policies are on trial (reason "on-trial"). The lease has ended
 *             nevertheless, and daxbus_recover() undoes the change.
 * Since: 0.1
 */
int daxbus_lease_release(struct daxbus_ctx *ctx, struct daxbus_lease *lease,
			 struct daxbus_results **ret, struct daxbus_error *error);

/**
 * daxbus_results_next() - walk the results
 * @results: the results; not NULL
 * @previous: the result before the wanted one, or NULL for the first
 *
 * Return: the result, borrowed until @results is freed, or NULL after the last.
 * Since: 0.1
 */
const struct daxbus_result *daxbus_results_next(const struct daxbus_results *results,
						const struct daxbus_result *previous);

/**
 * daxbus_results_free() - free results and everything borrowed from them
 * @results: the results, or NULL
 *
 * Return: NULL.
 * Since: 0.1
 */
struct daxbus_results *daxbus_results_free(struct daxbus_results *results);

/* --- snapshot --------------------------------------------------------------------------------- */

/**
 * daxbus_snapshot_free() - free a snapshot, its objects and everything borrowed from them
 * @snapshot: the snapshot, or NULL
 *
 * Return: NULL.
 * Since: 0.1
 */
struct daxbus_snapshot *daxbus_snapshot_free(struct daxbus_snapshot *snapshot);

/**
 * daxbus_snapshot_next() - walk the objects of a kind in a snapshot
 * @snapshot: the snapshot; not NULL
 * @kind: kind of the objects; there is exactly one of kind DAXBUS_BUS
 * @previous: the object before the wanted one, or NULL for the first
 *
 * Return: the object, borrowed until the snapshot is freed, or NULL after the last.
 * Since: 0.1
 */
const struct daxbus_object *daxbus_snapshot_next(const struct daxbus_snapshot *snapshot,
						 enum daxbus_kind kind,
						 const struct daxbus_object *previous);

/**
 * daxbus_object_next() - walk the objects that an object contains
 * @parent: a region, for its devices or extents, or a device, for its mappings or blocks; not NULL
 * @kind: kind of the objects
 * @previous: the object before the wanted one, or NULL for the first
 *
 * Return: the object, borrowed until the snapshot is freed; NULL after the last, or if @parent
 * cannot contain objects of @kind.
 * Since: 0.1
 */
const struct daxbus_object *daxbus_object_next(const struct daxbus_object *parent,
					       enum daxbus_kind kind,
					       const struct daxbus_object *previous);

/**
 * daxbus_object_kind() - get the kind of an object
 * @object: the object; not NULL
 *
 * Return: its kind.
 * Since: 0.1
 */
enum daxbus_kind daxbus_object_kind(const struct daxbus_object *object);

/**
 * daxbus_object_parent() - get the object that contains an object
 * @object: the object, or NULL
 *
 * A device contains its mappings and blocks, a region contains its devices and extents.
 *
 * Return: the parent, borrowed until the snapshot is freed; NULL for a region, the bus and NULL.
 * Since: 0.1
 */
const struct daxbus_object *daxbus_object_parent(const struct daxbus_object *object);

/**
 * daxbus_snapshot_find() - find an object by its name
 * @snapshot: the snapshot; not NULL
 * @kind: DAXBUS_REGION, DAXBUS_DEVICE or DAXBUS_BLOCK
 * @name: name of the object: "region0", "dax0.0" or "memory32"; NULL returns -EINVAL
 * @ret: receives the object, borrowed until the snapshot is freed
 *
 * Return: 0;
 *   -ENOENT  the snapshot has no object of that name; the query may not have selected it;
 *   -EINVAL  objects of @kind do not have names, or @name is NULL.
 * Since: 0.1
 */
int daxbus_snapshot_find(const struct daxbus_snapshot *snapshot, enum daxbus_kind kind,
			 const char *name, const struct daxbus_object **ret);

/**
 * daxbus_get() - get the value of a field
 * @object: the object; NULL returns -EINVAL
 * @field: a field of the object, or of an object that contains it; NULL returns -EINVAL
 * @ret: receives the value; check its presence before using it
 *
 * Return: 0;
 *   -EINVAL  @field is NULL, or neither @object nor an object that contains it has the field.
 * Since: 0.1
 */
int daxbus_get(const struct daxbus_object *object, const struct daxbus_field *field,
	       struct daxbus_value *ret);

/**
 * daxbus_get_u64() - get a number by the name of its field
 * @object: the object; not NULL
 * @name: name of the field in upper or lower case, resolved as by daxbus_field_find(); NULL returns
 *        -ENOENT
 * @ret: receives the value: a boolean (0 or 1), a number, a size in bytes, or a physical address
 *
 * Return: 0;
 *   -ENOENT  neither @object nor an object that contains it has a field @name;
 *   -EINVAL  the values of the field are strings;
 *   -ENODATA  the object does not have the attribute (DAXBUS_NONE);
 *   -EACCES  the attribute could not be read (DAXBUS_UNKNOWN);
 *   -ENOKEY  the query did not ask for the field (DAXBUS_NOT_READ).
 * Since: 0.1
 */
int daxbus_get_u64(const struct daxbus_object *object, const char *name, uint64_t *ret);

/**
 * daxbus_get_string() - get a string by the name of its field
 * @object: the object; not NULL
 * @name: name of the field in upper or lower case, resolved as by daxbus_field_find(); NULL returns
 *        -ENOENT
 * @ret: receives the string, borrowed until the snapshot is freed
 *
 * Return: as daxbus_get_u64(), but -EINVAL if the value of the field is not a single string.
 * Since: 0.1
 */
int daxbus_get_string(const struct daxbus_object *object, const char *name, const char **ret);

#ifdef __cplusplus
}
#endif

#endif
