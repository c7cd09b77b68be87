/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_H
#define DAXBUS_H

/*
 * libdaxbus - see and change Linux's device-dax bus
 *
 * Reading goes in three steps: a *context* says where (the running kernel, or a captured tree), a
 * *query* says what (which devices, which fields), and daxbus_scan() answers with a *snapshot*, a
 * set of objects that never changes. Every value of every object is reached by its *field*, a row
 * of one table that also names, types and documents it:
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
 * Conventions. Functions return 0 or a negative errno value. Results leave through ret_ parameters,
 * which are written on success only. An error object, where one is taken, may be NULL. A returned
 * const pointer is borrowed; its description says until when. One context may be used by one thread
 * at a time; contexts do not share anything.
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
 * struct daxbus_error - what failed, in words
 * @code: the negative errno value that the function returned, 0 while nothing has failed
 * @message: a sentence without newline that names what was attempted, on what, and what the kernel
 *           said; owned by the object; NULL when memory was too short for it
 * @reason: a stable word of daxbus-codes(7) for the reason ("recover-first"), which tells apart
 *          what shares an errno value; NULL where there is none. It lives as long as the library
 *
 * Initialise with DAXBUS_ERROR_INIT, release with daxbus_error_done().
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
 * daxbus_error_done() - release what an error object holds and make it usable again
 * @error: the object, or NULL
 *
 * Return: nothing.
 * Since: 0.1
 */
void daxbus_error_done(struct daxbus_error *error);

/**
 * daxbus_version() - version of the library that is running
 *
 * Return: a constant string such as "0.1.0".
 * Since: 0.1
 */
const char *daxbus_version(void);

/* --- context ---------------------------------------------------------------------------------- */

/**
 * typedef daxbus_log_fn - receives one log message of the library
 * @data: what was given to daxbus_set_log_fn()
 * @level: a priority of syslog(3); the library itself uses LOG_DEBUG only
 * @file: source file
 * @line: source line
 * @function: function that speaks
 * @format: printf format of the message, without newline
 * @args: its arguments
 */
typedef void (*daxbus_log_fn)(void *data, int level, const char *file, int line,
			      const char *function, const char *format, va_list args);

/**
 * daxbus_new() - make a context for the running kernel
 * @ret: receives the context; release with daxbus_free()
 *
 * The log level comes from the environment variable DAXBUS_LOG ("debug", "info", "err" or a
 * number), unless the process runs with raised privileges; by default nothing is logged. Nothing of
 * the kernel is read yet.
 *
 * Return: 0; -ENOMEM.
 * Since: 0.1
 */
int daxbus_new(struct daxbus_ctx **ret);

/**
 * daxbus_free() - free a context
 * @ctx: the context, or NULL
 *
 * Snapshots made with it stay valid.
 *
 * Return: NULL, so that `ctx = daxbus_free(ctx)` clears the pointer.
 * Since: 0.1
 */
struct daxbus_ctx *daxbus_free(struct daxbus_ctx *ctx);

/**
 * daxbus_set_log_fn() - say where log messages go
 * @ctx: the context
 * @fn: the function that receives them, or NULL for standard error
 * @data: handed to @fn; borrowed for as long as @fn is set
 *
 * Return: nothing.
 * Since: 0.1
 */
void daxbus_set_log_fn(struct daxbus_ctx *ctx, daxbus_log_fn fn, void *data);

/**
 * daxbus_set_log_level() - say which log messages are wanted
 * @ctx: the context
 * @level: the least important priority of syslog(3) that is still passed on; -1 for none
 *
 * Return: nothing.
 * Since: 0.1
 */
void daxbus_set_log_level(struct daxbus_ctx *ctx, int level);

/**
 * daxbus_set_sysroot() - read a captured tree instead of the running kernel
 * @ctx: the context
 * @path: directory that holds sys/ and proc/ as daxbus_capture() or a support tool copied them;
 * copied
 * @error: receives what failed, or NULL
 *
 * Symbolic links are resolved inside @path; nothing outside it is opened, whatever the tree
 * contains. The tree is not trusted: what is not a regular file of at most a page is an unknown
 * value.
 *
 * Return: 0; -ENOENT or -ENOTDIR when @path is not a directory; -EACCES; -ENOMEM.
 * Since: 0.1
 */
int daxbus_set_sysroot(struct daxbus_ctx *ctx, const char *path, struct daxbus_error *error);

/* --- fields ----------------------------------------------------------------------------------- */

/**
 * enum daxbus_kind - what an object is
 * @DAXBUS_BUS: the machine: its kernel and the policies of its memory hotplug; one in each snapshot
 * @DAXBUS_REGION: a range that a provider registered; devices are cut from it
 * @DAXBUS_DEVICE: a device instance, daxX.Y
 * @DAXBUS_MAPPING: a physical range of a device
 * @DAXBUS_BLOCK: a memory block, the unit in which memory goes online and offline
 * @DAXBUS_EXTENT: a physical range of a region that belongs to no device, where there can be
 *                 devices
 */
enum daxbus_kind {
	DAXBUS_BUS,
	DAXBUS_REGION,
	DAXBUS_DEVICE,
	DAXBUS_MAPPING,
	DAXBUS_BLOCK,
	DAXBUS_EXTENT,
};

/**
 * enum daxbus_type - type of a field's values
 * @DAXBUS_BOOL: 0 or 1 in value.number
 * @DAXBUS_NUMBER: a count, an id or a measure in value.number
 * @DAXBUS_SIZE: bytes in value.number
 * @DAXBUS_ADDRESS: a physical address in value.number; ranges include their end, as sysfs
 *                  prints them
 * @DAXBUS_STRING: value.string
 * @DAXBUS_STRINGS: value.strings, value.n_strings of them
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
 * enum daxbus_presence - whether there is a value
 * @DAXBUS_NONE: this object has no such attribute
 * @DAXBUS_UNKNOWN: the attribute exists but could not be read, usually because that requires root
 * @DAXBUS_KNOWN: the value is there
 * @DAXBUS_NOT_READ: the query did not ask for the field, so the scan did not read it
 */
enum daxbus_presence {
	DAXBUS_NONE,
	DAXBUS_UNKNOWN,
	DAXBUS_KNOWN,
	DAXBUS_NOT_READ,
};

/**
 * struct daxbus_value - a value of a field
 * @presence: the rest has a meaning when this is DAXBUS_KNOWN
 * @type: which of the following holds it
 * @number: bool, number, size (bytes) or address
 * @string: text, borrowed until the snapshot is released
 * @strings: @n_strings texts, borrowed until the snapshot is released
 * @n_strings: how many
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
 * struct daxbus_field - a row of the field table: names, types and documents a value
 * @kind: the objects that have it
 * @type: type of its values
 * @name: its name in selectors and (in capitals) as a column; unique within @kind
 * @group: the object inside an object that holds it in JSON ("memory"), or NULL
 * @key: its key in JSON
 * @unit: unit of a number ("ns", "MB/s", "pages"), or NULL
 * @help: what it is, one line, not a sentence
 *
 * Rows live as long as the library. Later versions may append members.
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
 * @kind: whose fields
 * @previous: the row before the wanted one, or NULL for the first
 *
 * Return: the row, or NULL after the last.
 * Since: 0.1
 */
const struct daxbus_field *daxbus_field_next(enum daxbus_kind kind,
					     const struct daxbus_field *previous);

/**
 * daxbus_field_find() - find a field by its name
 * @kind: the objects that have it
 * @name: its name in any case ("size", "SIZE"); NULL finds none
 *
 * A device and an extent have the fields of their region too, a mapping and a block those of their
 * device and its region, where the name is not taken already: daxbus_field_find(DAXBUS_DEVICE,
 * "uuid") is the region's row, and daxbus_get() on a device takes it.
 *
 * Return: the row, or NULL when there is none of that name.
 * Since: 0.1
 */
const struct daxbus_field *daxbus_field_find(enum daxbus_kind kind, const char *name);

/**
 * daxbus_field_is_costly() - whether a field takes reading more than the objects that have it
 * @field: the field
 *
 * Memory blocks are read one by one. What is free in a region, and where it begins, takes every
 * device of it, those too that a query does not select. Of all other fields the price is that of
 * the selected devices.
 *
 * Return: true; false.
 * Since: 0.1
 */
bool daxbus_field_is_costly(const struct daxbus_field *field);

/* --- query and scan --------------------------------------------------------------------------- */

/**
 * daxbus_query_new() - make an empty query: every object, no field
 * @ret: receives the query; release with daxbus_query_free()
 *
 * Return: 0; -ENOMEM.
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
 * daxbus_query_add_selector() - restrict a query to some objects
 * @query: the query
 * @text: the selector; copied
 * @error: receives what is wrong with it, or NULL
 *
 * A selector is a list of terms separated by commas, all of which must hold: the name of a device
 * (`dax0.0` or `/dev/dax0.0`), a glob over device names (`dax0.*`), a region (`region0`), `all`, or
 * FIELD=VALUE with any field of a device or its region. VALUE is a number, a size with suffix, a
 * glob over text, one of a list's texts, or `none` for "has no such thing". Several selectors
 * select what any of them selects.
 *
 * Return: 0; -EINVAL when @text is not a selector; -ENOMEM.
 * Since: 0.1
 */
int daxbus_query_add_selector(struct daxbus_query *query, const char *text,
			      struct daxbus_error *error);

/**
 * daxbus_query_add_field() - ask for the values of a field
 * @query: the query, or NULL, which gives -EINVAL
 * @kind: the objects whose field is wanted
 * @name: name of the field in any case, resolved as daxbus_field_find() does; NULL gives -ENOENT
 * @error: receives the name that is unknown, or NULL
 *
 * A scan reads only the fields in its query and those that come with them at no cost. The other
 * fields have the presence DAXBUS_NOT_READ. Asking for a field of DAXBUS_MAPPING, DAXBUS_BLOCK or
 * DAXBUS_EXTENT makes the objects of that kind appear in the snapshot.
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
 * @ctx: the context
 * @query: what to read, or NULL for every field of every object but memory blocks
 * @ret: receives the snapshot; release with daxbus_snapshot_free()
 * @error: receives what failed, or NULL
 *
 * Two calls are two readings; nothing is kept in @ctx. A kernel without a dax bus gives a snapshot
 * without devices whose field "models" is empty. Devices of the bus (/sys/bus/dax) and of the older
 * class (/sys/class/dax, kernels before 5.17) are one list.
 *
 * Shape: regions sorted by id, devices by region and instance, mappings by page offset, blocks by
 * number, extents by address; a region is there when a device of it is, with all its extents.
 * Units: sizes and addresses in bytes.
 * Source: the kernel's Documentation/ABI/testing/sysfs-bus-dax, sysfs-devices-memory,
 *         sysfs-devices-node, obsolete sysfs-class-dax; /proc/zoneinfo; libndctl for the
 *         namespaces below persistent memory.
 * Context: blocks on sysfs, takes no lock. Physical ranges need CAP_SYS_ADMIN; without it they, and
 *          what follows from them, are unknown.
 *
 * Return: 0;
 *   -ENOENT  a selector names a device or region that is not there;
 *   -EACCES  the bus itself cannot be read;
 *   -ENOMEM.
 * Since: 0.1
 */
int daxbus_scan(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		struct daxbus_snapshot **ret, struct daxbus_error *error);

/**
 * daxbus_capture() - copy what a scan reads into a directory
 * @ctx: the context; a captured tree can be captured again
 * @path: the directory: made, or empty already
 * @error: receives what failed, or NULL
 *
 * Every file, link and directory that a scan of everything reads is copied below @path under its
 * own name; links stay links. What could not be read (mostly: by another user than root) becomes an
 * empty file, which reads as unknown.
 *
 * Return: 0;
 *   -ENOTEMPTY  @path is a directory with something in it;
 *   -ENOTDIR    @path is something else;
 *   -ENOSPC, -EACCES, -EROFS and others of mkdirat(2), symlinkat(2) and write(2): the copy is not
 *   complete;
 *   -ENOMEM.
 * Since: 0.1
 */
int daxbus_capture(struct daxbus_ctx *ctx, const char *path, struct daxbus_error *error);

/* --- modules ---------------------------------------------------------------------------------- */

/**
 * enum daxbus_module - what the running kernel has of a module
 * @DAXBUS_MODULE_ABSENT: nothing: it was built without, or its modules are not installed
 * @DAXBUS_MODULE_AVAILABLE: a file, which is not loaded
 * @DAXBUS_MODULE_BLACKLISTED: a file, which is not loaded, and modprobe.d says that it shall not be
 * @DAXBUS_MODULE_LOADED: it is loaded
 * @DAXBUS_MODULE_BUILTIN: it is part of the kernel
 */
enum daxbus_module {
	DAXBUS_MODULE_ABSENT,
	DAXBUS_MODULE_AVAILABLE,
	DAXBUS_MODULE_BLACKLISTED,
	DAXBUS_MODULE_LOADED,
	DAXBUS_MODULE_BUILTIN,
};

/**
 * daxbus_module_state() - whether a driver is there, could be loaded, or may not be
 * @ctx: the context
 * @name: the module ("kmem", "dax_hmem")
 * @ret: receives the answer
 * @error: receives what failed, or NULL
 *
 * Source: libkmod: /sys/module, modules.builtin, modules.dep and modprobe.d.
 *
 * Return: 0;
 *   -EOPNOTSUPP  the context reads a captured tree, which has no modules;
 *   -ELIBACC  libkmod is not installed;
 *   -ENOMEM.
 * Since: 0.1
 */
int daxbus_module_state(struct daxbus_ctx *ctx, const char *name, enum daxbus_module *ret,
			struct daxbus_error *error);

/* --- changing --------------------------------------------------------------------------------- */

/**
 * enum daxbus_action - what to do with the selected devices
 * @DAXBUS_RECONFIGURE: bring them into a mode, and their memory into a zone
 * @DAXBUS_ONLINE: bring memory of devices in kmem online
 * @DAXBUS_OFFLINE: take memory of devices in kmem offline
 * @DAXBUS_BIND: bind them to a driver
 * @DAXBUS_UNBIND: unbind them from their drivers
 * @DAXBUS_CREATE: create devices in a region: the one that has the selected devices, or, of
 * several, the only one that has room
 * @DAXBUS_RESIZE: give them another size or alignment
 * @DAXBUS_DESTROY: give their memory back to their region, and delete them
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
 * daxbus_request_new() - make a request
 * @action: what to do
 * @ret: receives the request; release with daxbus_request_free()
 *
 * Return: 0; -ENOMEM.
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
 * daxbus_request_set() - say how to do it
 * @request: the request
 * @name: what is set
 * @value: to what, as text; copied
 * @error: receives what is wrong, or NULL
 *
 * "mode" (of DAXBUS_RECONFIGURE, and needed there): devdax, kmem (or system-ram), famfs, compat; of
 * DAXBUS_CREATE: devdax (the default), kmem, famfs, none.
 * "driver" (of DAXBUS_BIND): name of a driver of the dax bus; without it the kernel chooses.
 * "online" (of DAXBUS_RECONFIGURE, DAXBUS_CREATE and DAXBUS_ONLINE): movable (the default), kernel,
 * policy (as the kernel's auto_online_blocks says; not of DAXBUS_ONLINE), no (not of
 * DAXBUS_ONLINE). "memmap-on-memory" (of DAXBUS_RECONFIGURE and DAXBUS_CREATE): yes, no; without
 * it, it stays as it is. "size" (of DAXBUS_ONLINE and DAXBUS_OFFLINE): how much of each device is
 * to be online, or offline, in bytes or with a suffix; without it, all. Of DAXBUS_CREATE: size of
 * the device; without it, all that is free. Of DAXBUS_RESIZE: the new size, with + or - in front
 * the difference, or max. "align" (of DAXBUS_CREATE and DAXBUS_RESIZE): the alignment, in bytes or
 * with a suffix. "mapping" (of DAXBUS_CREATE): a range of physical memory, START-END in
 * hexadecimal, that the device is to have; set once for each, in the order of their offsets in the
 * device. "count" (of DAXBUS_CREATE): how many devices, each of that size. "force": yes, no:
 * whether refusals that allow it are overridden. "wait": seconds to wait for another daxbus, or
 * forever.
 *
 * Return: 0; -EINVAL when the action has no such thing, or the value is not one; -ENOMEM.
 * Since: 0.1
 */
int daxbus_request_set(struct daxbus_request *request, const char *name, const char *value,
		       struct daxbus_error *error);

/**
 * daxbus_request_set_u64() - set a setting of a request to a number
 * @request: the request; not NULL
 * @name: name of the setting; not NULL
 * @value: the number: "size" and "align" in bytes, "count" in devices, "wait" in seconds
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
 * @start: its first byte
 * @end: its last byte
 *
 * Since: 0.1
 */
struct daxbus_range {
	uint64_t start;
	uint64_t end;
};

/**
 * struct daxbus_saved_device - a device as it was once
 * @device: the name that it had
 * @provider: of its region; NULL when it is not known
 * @path: path of its region, as the field "path"; NULL when it is not known
 * @align: its alignment in bytes
 * @mode: its mode, NULL for none
 * @online: of one in kmem: as the setting "online" of DAXBUS_CREATE, NULL for what that is without
 * @memmap_on_memory: of one in kmem: as that setting, NULL for what that is without
 * @ranges: its @n_ranges ranges in the order of their offsets in the device
 * @n_ranges: how many; 0 of a device without memory, for which there is nothing to do
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
	const struct daxbus_range *ranges;
	size_t n_ranges;
};

/**
 * daxbus_request_set_layout() - have devices created again as they were
 * @request: of DAXBUS_CREATE; of its settings "force" and "wait" count then, and no query does
 * @devices: @n devices, copied; given again, those of both times
 * @n: how many
 * @error: receives what is wrong, or NULL
 *
 * Each device gets the ranges that it had, or is refused. The region that its name says must be
 * there, with the same provider and path. A device that has these ranges, this alignment and this
 * mode is DAXBUS_UNCHANGED, whatever its name; a device of that name without memory gets it; else
 * one is created, whose name is the kernel's to say. When one is refused nothing is touched, unless
 * forced.
 *
 * Return: 0; -EINVAL when @request is of another action, or a device is wrong; -ENOMEM.
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
 * Return: the name, which lives as long as the library; NULL after the last, or if @action has no
 * setting @previous.
 * Since: 0.1
 */
const char *daxbus_request_next_setting(enum daxbus_action action, const char *previous);

/**
 * daxbus_request_choices() - the words that a setting takes
 * @action: of which action
 * @name: the setting
 *
 * Return: an array of words that ends with NULL; NULL when the action has no such setting, or the
 * setting takes more than a few words. It lives as long as the library.
 * Since: 0.1
 */
const char *const *daxbus_request_choices(enum daxbus_action action, const char *name);

/**
 * enum daxbus_status - what became of a device
 * @DAXBUS_UNCHANGED: it was as requested already
 * @DAXBUS_PLANNED: it would be changed (daxbus_plan())
 * @DAXBUS_CHANGED: it is as requested now
 * @DAXBUS_REFUSED: it was left alone, for the reason that the code tells
 * @DAXBUS_UNDONE: a step failed, and everything is as it was before
 * @DAXBUS_FAILED: a step failed, and not everything could be undone
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
 * struct daxbus_step - a step of a plan: one write to the kernel, one module, or the memory blocks
 * of a device
 * @kind: a stable word for what it does: "set", "reset", "load", "id", "forget", "offline",
 * "unplug", "plug", "unbind", "bind", "probe", "online", "create", "layout", "delete", "label",
 * "info", "move", "unmake"; later versions may add words
 * @device: the device that it changes; NULL for a step that changes a file
 * @what: what it does, in words
 * @file: the file that is written, as a path from the root; NULL for a module; the directory of a
 * namespace, where libndctl writes several
 * @value: what is written into it; NULL for a module or a namespace
 * @module: the module that is loaded; NULL for a write
 * @check: what must hold before, in words; NULL when nothing
 * @verify: how its effect is read back, in words
 * @undo: how it is undone, in words; NULL where there is nothing to undo
 *
 * Later versions may append members.
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
 * struct daxbus_result - what became of a device, or would
 * @device: its name; NULL when the result is that of a file
 * @status: see above
 * @code: a stable word for the reason ("block-busy"), NULL when all is well
 * @message: a sentence, or NULL
 * @hint: what to do next, or NULL
 * @from: mode that it was in, the driver where that is no mode of ours, or NULL for none; of a file
 * the model that the next boot gave
 * @to: the mode or model that it is in now, or would be
 * @steps: the plan, @n_steps of them; filled by daxbus_plan()
 * @n_steps: how many
 * @notes: @n_notes sentences on what was taken into account or could not be checked
 * @n_notes: how many
 * @kernel: @n_kernel messages of the kernel since the step that failed began
 * @n_kernel: how many
 * @file: path of the file, from the root, of which this is the result; NULL when it is that of a
 * device
 * @fingerprint: of what daxbus_plan() found and planned for the device: equal as long as the
 * device, its mode and the steps are; NULL in the results of other functions
 *
 * Later versions may append members.
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
 * struct daxbus_progress - how far a step is
 * @device: the device; NULL while another process is waited for
 * @what: what is being done, in words
 * @done: memory blocks that are done
 * @total: memory blocks there are; 0 when the step is not about memory blocks
 * @block_size: bytes of a memory block
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
 * typedef daxbus_progress_fn - hears of the progress of a change, and may stop it
 * @data: what was given to daxbus_set_progress_fn()
 * @progress: where it is; borrowed for the call
 *
 * It is called before each step and each memory block, and several times a second during a write
 * that adds a large amount of memory. All calls come from the thread that called daxbus_apply() or
 * another function of the library.
 *
 * A write that has begun is finished first: the answer takes effect when the write returns.
 *
 * Return: true to go on; false to stop: what was done for this device is undone then, and no other
 * device is begun.
 */
typedef bool (*daxbus_progress_fn)(void *data, const struct daxbus_progress *progress);

/**
 * daxbus_set_progress_fn() - say who hears of progress
 * @ctx: the context
 * @fn: the function, or NULL for none
 * @data: handed to @fn; borrowed for as long as @fn is set
 *
 * A signal handler that sets what @fn looks at, installed without SA_RESTART, stops a change also
 * while the kernel is busy with a memory block. While something is undone, SIGINT, SIGTERM and
 * SIGHUP are blocked.
 *
 * Return: nothing.
 * Since: 0.1
 */
void daxbus_set_progress_fn(struct daxbus_ctx *ctx, daxbus_progress_fn fn, void *data);

/**
 * daxbus_plan() - say what a request would do
 * @ctx: the context; a captured tree will do
 * @query: which devices; fields do not matter
 * @request: what to do
 * @ret: receives a result for each device, with its steps or the refusal; release with
 *       daxbus_results_free()
 * @error: receives what failed, or NULL
 *
 * Nothing is touched, and any user may ask. Values that this user cannot read are in
 * the notes.
 *
 * Return: 0; what daxbus_scan() returns; -EINVAL when the request lacks something, or, for
 * DAXBUS_CREATE, several regions have room; -ENOSPC none of several has; -ENOENT there is none.
 * Since: 0.1
 */
int daxbus_plan(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		const struct daxbus_request *request, struct daxbus_results **ret,
		struct daxbus_error *error);

/**
 * daxbus_apply() - do what a request says
 * @ctx: the context, of the running kernel
 * @query: which devices; fields do not matter
 * @request: what to do
 * @ret: receives a result for each device; release with daxbus_results_free()
 * @error: receives what failed before any device was looked at, or NULL
 *
 * Devices are changed one after the other, each as a whole: planned on a fresh reading, checked,
 * changed step by step, read back, and brought back to what it was when a step fails. A journal
 * under /run/daxbus names each step before it is done, so that daxbus_recover() can undo what a
 * killed process left behind. A failure of one device is its result, and no failure of the
 * function.
 *
 * Context: takes the lock /run/daxbus/lock; needs CAP_SYS_ADMIN.
 *
 * Return: 0, whatever became of the devices;
 *   -EPERM  the process lacks CAP_SYS_ADMIN;
 *   -EOPNOTSUPP  the context reads a captured tree;
 *   -EBUSY  another process holds the lock (reason "locked"); the message names it;
 *   -EUCLEAN  a killed run left something behind (reason "recover-first"): run daxbus_recover();
 *   -EINVAL  the request lacks something;
 *   what daxbus_scan() returns.
 *   In all these cases nothing was touched.
 * Since: 0.1
 */
int daxbus_apply(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		 const struct daxbus_request *request, struct daxbus_results **ret,
		 struct daxbus_error *error);

/**
 * daxbus_apply_planned() - do what a request says if the plan is still the same
 * @ctx: the context, of the running kernel
 * @query: which devices; fields do not matter; NULL for all
 * @request: what to do
 * @fingerprint: of the results of daxbus_plan(), see daxbus_results_fingerprint(); NULL gives
 *               -EINVAL
 * @ret: receives a result for each device; release with daxbus_results_free()
 * @error: receives what failed before any device was changed, or NULL
 *
 * This function plans again under the lock and compares the fingerprints. Plan with the same
 * privileges: a plan that could not read everything has another fingerprint.
 *
 * Context: takes the lock /run/daxbus/lock; needs CAP_SYS_ADMIN.
 *
 * Return: as daxbus_apply();
 *   -ESTALE  the plan is another one now (reason "plan-changed"); no device was changed.
 * Since: 0.1
 */
int daxbus_apply_planned(struct daxbus_ctx *ctx, const struct daxbus_query *query,
			 const struct daxbus_request *request, const char *fingerprint,
			 struct daxbus_results **ret, struct daxbus_error *error);

/**
 * daxbus_results_fingerprint() - the fingerprint of a whole plan
 * @results: the results of daxbus_plan()
 *
 * A fingerprint is a short text of letters and digits. It covers which devices there are, in which
 * order, and the fingerprint of each, but no UUID that daxbus chooses for a new namespace.
 * Fingerprints of two versions of the library may differ.
 *
 * Return: the fingerprint, borrowed until @results is freed; NULL when @results is not a plan.
 * Since: 0.1
 */
const char *daxbus_results_fingerprint(const struct daxbus_results *results);

/**
 * enum daxbus_recovery - what to do with what a killed run left
 * @DAXBUS_RECOVER_SHOW: say what would be undone
 * @DAXBUS_RECOVER_UNDO: undo it
 * @DAXBUS_RECOVER_FORGET: touch nothing, and forget it
 */
enum daxbus_recovery {
	DAXBUS_RECOVER_SHOW,
	DAXBUS_RECOVER_UNDO,
	DAXBUS_RECOVER_FORGET,
};

/**
 * daxbus_recover() - undo what a killed run left behind
 * @ctx: the context, of the running kernel
 * @what: what to do
 * @request: "wait" counts; NULL not to wait
 * @ret: receives no result when nothing was left; else one for the device: DAXBUS_CHANGED when it
 * is undone, DAXBUS_PLANNED, DAXBUS_FAILED when it is not, which keeps the journal; release with
 *       daxbus_results_free()
 * @error: receives what failed, or NULL
 *
 * Return: as daxbus_apply(); -EBADMSG when the journal makes no sense.
 * Since: 0.1
 */
int daxbus_recover(struct daxbus_ctx *ctx, enum daxbus_recovery what,
		   const struct daxbus_request *request, struct daxbus_results **ret,
		   struct daxbus_error *error);

/**
 * daxbus_results_next() - walk the results
 * @results: what one of the functions above gave
 * @previous: the result before the wanted one, or NULL for the first
 *
 * Return: the result, borrowed until  is released, or NULL after the last.
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
 * daxbus_snapshot_next() - walk the objects of a kind
 * @snapshot: the snapshot
 * @kind: which objects; DAXBUS_BUS has exactly one
 * @previous: the object before the wanted one, or NULL for the first
 *
 * Return: the object, borrowed until the snapshot is released, or NULL after the last.
 * Since: 0.1
 */
const struct daxbus_object *daxbus_snapshot_next(const struct daxbus_snapshot *snapshot,
						 enum daxbus_kind kind,
						 const struct daxbus_object *previous);

/**
 * daxbus_object_next() - walk what an object contains
 * @parent: a region (its devices, its extents) or a device (its mappings, its blocks)
 * @kind: which of them
 * @previous: the object before the wanted one, or NULL for the first
 *
 * Return: the object, borrowed until the snapshot is released, or NULL after the last.
 * Since: 0.1
 */
const struct daxbus_object *daxbus_object_next(const struct daxbus_object *parent,
					       enum daxbus_kind kind,
					       const struct daxbus_object *previous);

/**
 * daxbus_object_kind() - what an object is
 * @object: the object
 *
 * Return: its kind.
 * Since: 0.1
 */
enum daxbus_kind daxbus_object_kind(const struct daxbus_object *object);

/**
 * daxbus_object_parent() - the object that contains an object
 * @object: the object, or NULL
 *
 * A mapping and a block are in a device, a device and an extent in a region.
 *
 * Return: the parent, borrowed until the snapshot is freed; NULL for a region, the bus and NULL.
 * Since: 0.1
 */
const struct daxbus_object *daxbus_object_parent(const struct daxbus_object *object);

/**
 * daxbus_snapshot_find() - find an object by its name
 * @snapshot: the snapshot
 * @kind: DAXBUS_REGION, DAXBUS_DEVICE or DAXBUS_BLOCK
 * @name: "region0", "dax0.0" or "memory32"
 * @ret: receives the object, borrowed until the snapshot is freed
 *
 * Return: 0;
 *   -ENOENT  the snapshot has no object of that name; it may exist outside of what the query
 *            selected;
 *   -EINVAL  objects of @kind have no names, or @name is NULL.
 * Since: 0.1
 */
int daxbus_snapshot_find(const struct daxbus_snapshot *snapshot, enum daxbus_kind kind,
			 const char *name, const struct daxbus_object **ret);

/**
 * daxbus_get() - get the value of a field
 * @object: the object
 * @field: a field of its kind or of the kind of one of its parents; NULL gives -EINVAL
 * @ret: receives the value and whether there is one
 *
 * Return: 0;
 *   -EINVAL  @field is NULL, or neither @object nor a parent of it has the field.
 * Since: 0.1
 */
int daxbus_get(const struct daxbus_object *object, const struct daxbus_field *field,
	       struct daxbus_value *ret);

/**
 * daxbus_get_u64() - get a number by the name of its field
 * @object: the object
 * @name: name of the field in any case, resolved as daxbus_field_find() does
 * @ret: receives the value: a boolean (0 or 1), a number, a size in bytes or a physical address
 *
 * Return: 0;
 *   -ENOENT  @object and its parents have no field @name, or @name is NULL;
 *   -EINVAL  the field holds text;
 *   -ENODATA  the object has no such attribute (DAXBUS_NONE);
 *   -EACCES  the attribute could not be read (DAXBUS_UNKNOWN);
 *   -ENOKEY  the query did not ask for the field (DAXBUS_NOT_READ).
 * Since: 0.1
 */
int daxbus_get_u64(const struct daxbus_object *object, const char *name, uint64_t *ret);

/**
 * daxbus_get_string() - get a text by the name of its field
 * @object: the object
 * @name: name of the field in any case, resolved as daxbus_field_find() does
 * @ret: receives the text, borrowed until the snapshot is freed
 *
 * Return: as daxbus_get_u64(); -EINVAL when the field does not hold one text.
 * Since: 0.1
 */
int daxbus_get_string(const struct daxbus_object *object, const char *name, const char **ret);

#ifdef __cplusplus
}
#endif

#endif
