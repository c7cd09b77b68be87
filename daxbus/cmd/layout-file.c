/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/layout-file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/util.h"
#include "cli/session.h"
#include "output/json.h"

/* A device takes about 2 KiB: this is enough for thousands. */
#define SIZE_MAX_BYTES (UINT64_C(16) << 20)

/* A document and the name of its file. */
struct source {
	const char *name;
	struct json *j;
	struct daxbus_error *error;
};

/* An object and its path: "devices[2].mappings[0]". Indices have at most seven digits. */
struct place {
	const struct source *source;
	struct json_object *object;
	char path[80];
};

/* The regions that have a number, by number: a device names its region that way. */
struct regions {
	const struct place *root;
	struct json_object *array;
	struct numbered {
		uint64_t id;
		size_t i; /* in @array */
	} * items;
	size_t n;
};

/* The devices and their ranges; strings belong to the document. */
struct found {
	struct daxbus_saved_device *devices;
	struct daxbus_range **ranges;
	size_t n;
};

static void found_done(struct found *found)
{
	for (size_t i = 0; i < found->n; i++)
		free(found->ranges[i]);
	free(found->ranges);
	free(found->devices);
}

static void regions_done(struct regions *regions)
{
	free(regions->items);
}

/* --- values ----------------------------------------------------------------------------------- */

static const char *type_name(enum json_kind type)
{
	static const char *const names[] = {
		[JSON_IS_NULL] = "null",
		[JSON_IS_BOOL] = "a boolean",
		[JSON_IS_NUMBER] = "a number",
		[JSON_IS_OTHER_NUMBER] = "a number that is negative, too large or not whole",
		[JSON_IS_STRING] = "a string",
		[JSON_IS_ARRAY] = "an array",
		[JSON_IS_OBJECT] = "an object",
	};

	return names[type];
}

/* Fail with "FILE: PATH.KEY: WHAT". */
static int wrong(const struct place *place, const char *key, const char *what)
{
	return session_fail(place->source->error, -EINVAL, "%s: %s%s%s: %s", place->source->name,
			    place->path, *place->path ? "." : "", key, what);
}

static int wrong_type(const struct place *place, const char *key, enum json_kind wanted,
		      enum json_kind found)
{
	char what[128];

	snprintf(what, sizeof(what), "expected %s, found %s", type_name(wanted), type_name(found));
	return wrong(place, key, what);
}

/* Get a value of that type. If null is allowed too, @ret receives NULL for it. */
static int get(const struct place *place, const char *key, enum json_kind wanted, bool may_be_null,
	       struct json_object **ret)
{
	struct json *j = place->source->j;
	struct json_object *value = NULL;
	enum json_kind found;

	if (!json_find(j, place->object, key, &value))
		return wrong(place, key, "missing key; save layouts with 'daxbus list --json'");
	found = json_kind_of(j, value);
	if (found != wanted && !(found == JSON_IS_NULL && may_be_null))
		return wrong_type(place, key, wanted, found);
	*ret = value;
	return 0;
}

/* @ret does not change if the value may be null and is. */
static int get_number(const struct place *place, const char *key, bool may_be_null, uint64_t *ret)
{
	struct json_object *value = NULL;
	int r = get(place, key, JSON_IS_NUMBER, may_be_null, &value);

	if (r == 0 && value)
		*ret = json_get_number(place->source->j, value);
	return r;
}

/* Addresses are null if the layout was saved without root; UINT64_MAX is no number. */
static int get_address(const struct place *place, const char *key, uint64_t *ret)
{
	int r;

	*ret = UINT64_MAX;
	r = get_number(place, key, true, ret);
	return r == 0 && *ret == UINT64_MAX
		       ? wrong(place, key, "address is null; save layouts as root")
		       : r;
}

static int get_string(const struct place *place, const char *key, bool may_be_null,
		      const char **ret)
{
	struct json_object *value = NULL;
	int r = get(place, key, JSON_IS_STRING, may_be_null, &value);

	if (r == 0)
		*ret = value ? json_get_string(place->source->j, value) : NULL;
	return r;
}

/* The same if the key may be missing, too. */
static int get_optional(const struct place *place, const char *key, const char **ret)
{
	struct json_object *value = NULL;

	*ret = NULL;
	return json_find(place->source->j, place->object, key, &value)
		       ? get_string(place, key, true, ret)
		       : 0;
}

/* The object at @i of the array @key. */
static int get_item(const struct place *place, const char *key, struct json_object *array, size_t i,
		    struct place *ret)
{
	struct json *j = place->source->j;
	enum json_kind type;
	char item[32];

	snprintf(item, sizeof(item), "%s[%zu]", key, i);
	*ret = (struct place){ .source = place->source, .object = json_at(j, array, i) };
	type = json_kind_of(j, ret->object);
	if (type != JSON_IS_OBJECT)
		return wrong_type(place, item, JSON_IS_OBJECT, type);
	snprintf(ret->path, sizeof(ret->path), "%.40s%s%s", place->path, *place->path ? "." : "",
		 item);
	return 0;
}

/* --- a device --------------------------------------------------------------------------------- */

struct piece {
	uint64_t offset;
	struct daxbus_range range;
};

static int compare_pieces(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int read_piece(const struct place *device, struct json_object *array, size_t i,
		      struct piece *ret)
{
	struct place place;
	int r = get_item(device, "mappings", array, i, &place)
		?: get_address(&place, "start", &ret->range.start)
		?: get_address(&place, "end", &ret->range.end)
		?: get_address(&place, "page_offset", &ret->offset);

	if (r == 0 && ret->range.start > ret->range.end)
		return wrong(&place, "end", "end is below start");
	return r;
}

/* Sort them by offset, the order in which the kernel must get them. */
static int read_pieces(const struct place *device, struct json_object *array, size_t n,
		       struct piece *pieces)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = read_piece(device, array, i, &pieces[i]);
	if (r < 0)
		return r;
	qsort(pieces, n, sizeof(*pieces), compare_pieces);
	for (size_t i = 1; i < n; i++)
		if (pieces[i].offset == pieces[i - 1].offset)
			return wrong(device, "mappings", "two mappings have the same page_offset");
	return 0;
}

/* Without all its ranges, it would become another device. */
static int check_size(const struct place *device, const struct piece *pieces, size_t n)
{
	uint64_t size = 0, sum = 0;
	char what[128];
	int r = get_number(device, "size", false, &size);

	for (size_t i = 0; i < n; i++)
		sum += pieces[i].range.end - pieces[i].range.start + 1;
	if (r < 0 || size == sum)
		return r;
	snprintf(what, sizeof(what), "%" PRIu64 " differs from the sum of the mappings, %" PRIu64,
		 size, sum);
	return wrong(device, "size", what);
}

static int read_ranges(const struct place *device, struct daxbus_saved_device *ret,
		       struct daxbus_range **ret_ranges)
{
	_cleanup_free_ struct piece *pieces = NULL;
	struct json_object *array = NULL;
	size_t n;
	int r = get(device, "mappings", JSON_IS_ARRAY, false, &array);

	if (r < 0)
		return r;
	n = json_length(device->source->j, array);
	pieces = calloc(n + 1, sizeof(*pieces));
	*ret_ranges = calloc(n + 1, sizeof(**ret_ranges));
	if (!pieces || !*ret_ranges)
		return session_fail_memory(device->source->error);
	r = read_pieces(device, array, n, pieces) ?: check_size(device, pieces, n);
	for (size_t i = 0; r == 0 && i < n; i++)
		(*ret_ranges)[i] = pieces[i].range;
	ret->ranges = *ret_ranges;
	ret->n_ranges = n;
	return r;
}

/*
 * The zone of its memory; for mixed zones, the default if the device is created. A count is null if
 * it is unknown or if the memory is unplugged.
 */
static int read_online(const struct place *device, const char **ret)
{
	struct place memory = *device;
	uint64_t movable = 0, kernel = 0, offline = 0;
	int r = get(device, "memory", JSON_IS_OBJECT, true, &memory.object);

	if (r < 0 || !memory.object)
		return r;
	snprintf(memory.path, sizeof(memory.path), "%.40s.memory", device->path);
	r = get_number(&memory, "movable", true, &movable)
		?: get_number(&memory, "kernel", true, &kernel)
		?: get_number(&memory, "offline", true, &offline);
	if (movable && !kernel && !offline)
		*ret = "movable";
	else if (movable == 0 && kernel)
		*ret = "kernel";
	else if (movable == 0 && offline)
		*ret = "no";
	return r;
}

static int read_memmap(const struct place *device, const char **ret)
{
	struct json_object *value = NULL;
	int r = get(device, "memmap_on_memory", JSON_IS_BOOL, true, &value);

	if (r == 0 && value)
		*ret = json_get_bool(device->source->j, value) ? "yes" : "no";
	return r;
}

/* There is no mode for a driver that daxbus does not know. */
static int read_mode(const struct place *device, struct daxbus_saved_device *ret)
{
	const char *driver = NULL;
	int r = get_string(device, "mode", true, &ret->mode)
			?: get_string(device, "driver", true, &driver);

	if (r == 0 && driver && !ret->mode)
		return wrong(device, "driver", "daxbus cannot bind devices to this driver");
	if (r < 0 || !ret->mode || strcmp(ret->mode, "kmem") != 0)
		return r;
	return read_online(device, &ret->online) ?: read_memmap(device, &ret->memmap_on_memory);
}

/* --- regions ---------------------------------------------------------------------------------- */

static int compare_numbered(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id) ?: (x->i > y->i) - (x->i < y->i);
}

static int compare_numbers(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* CXL memory devices with room are regions without a number. */
static int read_region(struct regions *regions, size_t i)
{
	uint64_t id = UINT64_MAX;
	struct place region;
	int r = get_item(regions->root, "regions", regions->array, i, &region)
			?: get_number(&region, "region", true, &id);

	if (r == 0 && id != UINT64_MAX)
		regions->items[regions->n++] = (struct numbered){ id, i };
	return r;
}

/* Several regions of persistent memory have one number: the first represents them. */
static void sort_regions(struct regions *regions)
{
	struct numbered *items = regions->items;
	size_t n = 0;

	qsort(items, regions->n, sizeof(*items), compare_numbered);
	for (size_t i = 0; i < regions->n; i++)
		if (!n || items[n - 1].id != items[i].id)
			items[n++] = items[i];
	regions->n = n;
}

static int read_regions(const struct place *root, struct regions *ret)
{
	int r = get(root, "regions", JSON_IS_ARRAY, false, &ret->array);
	size_t n = r == 0 ? json_length(root->source->j, ret->array) : 0;

	ret->root = root;
	ret->items = calloc(n + 1, sizeof(*ret->items));
	if (!ret->items)
		return session_fail_memory(root->source->error);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = read_region(ret, i);
	sort_regions(ret);
	return r;
}

static int read_saved_region(const struct regions *regions, const struct place *device,
			     struct daxbus_saved_device *ret)
{
	struct numbered key = { 0 };
	const struct numbered *found;
	struct place region;
	int r = get_number(device, "region", false, &key.id);

	if (r < 0)
		return r;
	found = bsearch(&key, regions->items, regions->n, sizeof(key), compare_numbers);
	if (!found)
		return wrong(device, "region", "the layout does not contain this region");
	return get_item(regions->root, "regions", regions->array, found->i, &region)
		       ?: get_string(&region, "provider", true, &ret->provider)
		       ?: get_optional(&region, "path", &ret->path);
}

/* Its name contains its region, too, and the library uses the name. */
static int check_name(const struct place *device, const struct daxbus_saved_device *saved)
{
	uint64_t region = 0;
	char prefix[32];
	int r = get_number(device, "region", false, &region);

	snprintf(prefix, sizeof(prefix), "dax%" PRIu64 ".", region);
	if (r == 0 && strncmp(saved->device, prefix, strlen(prefix)) != 0)
		return wrong(device, "device",
			     "the name does not belong to a device of this region");
	return r;
}

static int read_device(const struct regions *regions, const struct place *device,
		       struct daxbus_saved_device *ret, struct daxbus_range **ret_ranges)
{
	return get_string(device, "device", false, &ret->device)
		?: check_name(device, ret)
		?: read_saved_region(regions, device, ret)
		?: get_optional(device, "identity", &ret->identity)
		?: get_number(device, "align", false, &ret->align)
		?: read_mode(device, ret)
		?: read_ranges(device, ret, ret_ranges);
}

/* kernel < 5.7: a second device of the same memory, which need not be recreated. */
static int read_phantom(const struct place *device, bool *ret)
{
	struct json *j = device->source->j;
	struct json_object *array = NULL;
	int r = 0;

	*ret = false;
	if (json_find(j, device->object, "flags", &array))
		r = get(device, "flags", JSON_IS_ARRAY, true, &array);
	for (size_t i = 0; r == 0 && array && i < json_length(j, array); i++) {
		struct json_object *flag = json_at(j, array, i);
		enum json_kind type = json_kind_of(j, flag);

		if (type != JSON_IS_STRING)
			return wrong_type(device, "flags", JSON_IS_STRING, type);
		*ret |= streq(json_get_string(j, flag), "phantom");
	}
	return r;
}

/* --- the document ----------------------------------------------------------------------------- */

static int check_format(const struct place *root)
{
	struct place head = { .source = root->source, .path = "daxbus" };
	uint64_t format = 0;
	int r = get(root, "daxbus", JSON_IS_OBJECT, false, &head.object)
			?: get_number(&head, "format", false, &format);

	if (r == 0 && format != JSON_FORMAT)
		return wrong(&head, "format", "unknown format; this version reads format 1");
	return r;
}

static int read_item(const struct place *root, const struct regions *regions,
		     struct json_object *devices, size_t i, struct found *found)
{
	struct place device;
	bool phantom = false;
	int r = get_item(root, "devices", devices, i, &device) ?: read_phantom(&device, &phantom);

	if (r < 0 || phantom)
		return r;
	found->n++;
	return read_device(regions, &device, &found->devices[found->n - 1],
			   &found->ranges[found->n - 1]);
}

static int read_devices(const struct place *root, const struct regions *regions,
			struct json_object *devices, struct found *found)
{
	size_t n = json_length(root->source->j, devices);
	int r = 0;

	found->devices = calloc(n + 1, sizeof(*found->devices));
	found->ranges = calloc(n + 1, sizeof(*found->ranges));
	if (!found->devices || !found->ranges)
		return session_fail_memory(root->source->error);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = read_item(root, regions, devices, i, found);
	return r;
}

/* The messages of the library do not contain the name of the file. */
static int name_file(const struct source *source, int r)
{
	_cleanup_free_ char *message = NULL;

	if (r != -EINVAL)
		return r;
	message = source->error->message ? strdup(source->error->message) : NULL;
	return session_fail(source->error, r, "%s: %s", source->name,
			    message ? message : "out of memory");
}

static int read_document(const struct source *source, struct daxbus_request *request)
{
	_cleanup_(regions_done) struct regions regions = { 0 };
	_cleanup_(found_done) struct found found = { 0 };
	struct place root = { .source = source, .object = json_root(source->j) };
	struct json_object *devices = NULL;
	int r;

	if (json_kind_of(source->j, root.object) != JSON_IS_OBJECT)
		return session_fail(source->error, -EINVAL, "%s: not a JSON object", source->name);
	r = check_format(&root)
		?: read_regions(&root, &regions)
		?: get(&root, "devices", JSON_IS_ARRAY, false, &devices)
		?: read_devices(&root, &regions, devices, &found);
	if (r < 0)
		return r;
	r = daxbus_request_set_layout(request, found.devices, found.n, source->error);
	return name_file(source, r);
}

int layout_file_parse(const char *name, const char *text, size_t n, struct daxbus_request *request,
		      struct daxbus_error *error)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct source source = { .name = name, .error = error };
	int r = json_parse(text, n, &j, error);

	if (r < 0)
		return name_file(&source, r);
	source.j = j;
	return read_document(&source, request);
}

/* --- the file --------------------------------------------------------------------------------- */

static int read_error(const char *name, struct daxbus_error *error)
{
	int r = -errno;

	session_fail(error, r, "cannot read %s: %s", name, strerror(-r));
	/* A directory instead of a file is an error in the command line. */
	return r == -EISDIR ? -EINVAL : r;
}

/* The memory for the largest file is taken at once: the kernel provides only the pages used. */
static int read_all(int fd, const char *name, char **ret, size_t *ret_n, struct daxbus_error *error)
{
	_cleanup_free_ char *text = malloc(SIZE_MAX_BYTES + 1);
	size_t n = 0;
	ssize_t got = 1;

	if (!text)
		return session_fail_memory(error);
	while (got > 0) {
		got = TEMP_FAILURE_RETRY(read(fd, text + n, SIZE_MAX_BYTES + 1 - n));
		if (got < 0)
			return read_error(name, error);
		n += (size_t)got;
	}
	if (n > SIZE_MAX_BYTES)
		return session_fail(error, -EINVAL, "%s: larger than 16 MiB", name);
	*ret = TAKE_PTR(text);
	*ret_n = n;
	return 0;
}

/* What messages call the file. */
static const char *called(const char *name)
{
	return streq(name, "-") ? "standard input" : name;
}

int layout_file_load(const char *name, char **ret, size_t *ret_n, struct daxbus_error *error)
{
	_cleanup_close_ int fd = -1;

	if (streq(name, "-"))
		return read_all(STDIN_FILENO, called(name), ret, ret_n, error);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? read_error(name, error) : read_all(fd, name, ret, ret_n, error);
}

int layout_file_read(const char *name, struct daxbus_request *request, struct daxbus_error *error)
{
	_cleanup_free_ char *text = NULL;
	size_t n = 0;
	int r = layout_file_load(name, &text, &n, error);

	return r < 0 ? r : layout_file_parse(called(name), text, n, request, error);
}
