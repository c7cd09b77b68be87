/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "model/public-max.h"
#include "output/cell.h"
#include "output/json.h"
#include "output/list.h"

/* The keys of the objects in a document, by their kind. */
struct list_keys {
	struct columns of[_DAXBUS_KIND_MAX];
};

/* A listing while its document is filled. */
struct filling {
	const struct listing *listing;
	struct json *json;
	struct list_keys keys;
	const struct daxbus_object *block; /* the last one that was printed */
};

static void list_keys_done(struct list_keys *keys)
{
	for (enum daxbus_kind kind = 0; kind < _DAXBUS_KIND_MAX; kind++)
		columns_done(&keys->of[kind]);
}

/* Blocks are not inside devices in the document, so that each names its device. */
static int add_block_keys(struct columns *columns)
{
	int r = columns_add_kind(columns, DAXBUS_BLOCK);

	if (r < 0)
		return r;
	return columns_add(columns, daxbus_field_find(DAXBUS_BLOCK, "device"));
}

/* Add all keys, for a list without --output. */
static int list_keys_add_all(struct list_keys *keys, bool with_blocks)
{
	int r = 0;

	for (enum daxbus_kind kind = 0; r == 0 && kind < _DAXBUS_KIND_MAX; kind++)
		if (kind != DAXBUS_BLOCK)
			r = columns_add_kind(&keys->of[kind], kind);
	return r == 0 && with_blocks ? add_block_keys(&keys->of[DAXBUS_BLOCK]) : r;
}

/* The columns of a chosen field: ranges are inside devices, others in the array of the view. */
static struct columns *keys_of(struct list_keys *keys, enum daxbus_kind view,
			       const struct daxbus_field *field)
{
	bool is_in_device = view == DAXBUS_MAPPING && field->kind != DAXBUS_MAPPING;

	return &keys->of[is_in_device ? DAXBUS_DEVICE : view];
}

static int add_keys(struct list_keys *keys, const struct listing *listing)
{
	int r;

	if (!listing->chosen)
		return list_keys_add_all(keys, listing->options->view == VIEW_BLOCKS);
	r = columns_add_kind(&keys->of[DAXBUS_BUS], DAXBUS_BUS);
	for (size_t i = 0; r == 0 && i < listing->columns.n; i++) {
		const struct daxbus_field *field = listing->columns.fields[i];

		r = columns_add(keys_of(keys, listing->kind, field), field);
	}
	return r;
}

/* @costly: also add fields that require reading more files. */
static void query_columns(struct daxbus_query *query, const struct columns *columns, bool costly)
{
	for (size_t i = 0; i < columns->n; i++)
		if (costly || !daxbus_field_is_costly(columns->fields[i]))
			columns_query(query, columns->fields[i]);
}

/* A document lists each memory block, so that it has no values of ranges. */
static int check_keys(const struct listing *listing, struct daxbus_error *error)
{
	for (size_t i = 0; listing->chosen && i < listing->columns.n; i++) {
		const struct daxbus_field *field = listing->columns.fields[i];
		_cleanup_free_ char *header = columns_header(field);

		if (!field->key)
			return session_fail(error, -EINVAL, "column %s is not in JSON documents",
					    header ? header : field->name);
	}
	return 0;
}

int list_json_query(const struct listing *listing, struct daxbus_query *query,
		    struct daxbus_error *error)
{
	_cleanup_(list_keys_done) struct list_keys keys = { 0 };
	bool with_free = listing->chosen || listing->options->view == VIEW_MAP;
	int r = check_keys(listing, error);

	if (r < 0)
		return r;
	if (add_keys(&keys, listing) < 0)
		return session_fail_memory(error);
	for (enum daxbus_kind kind = 0; kind < _DAXBUS_KIND_MAX; kind++)
		query_columns(query, &keys.of[kind],
			      with_free || (kind != DAXBUS_REGION && kind != DAXBUS_EXTENT));
	if (listing->chosen)
		columns_query(query, daxbus_field_next(listing->kind, NULL));
	return 0;
}

static struct json_object *new_field_value(struct json *j, const struct daxbus_value *value)
{
	if (value->presence != DAXBUS_KNOWN)
		return NULL;
	switch (value->type) {
	case DAXBUS_BOOL:
		return json_new_bool(j, value->number);
	case DAXBUS_STRING:
		return json_new_string(j, value->string);
	case DAXBUS_STRINGS:
		return json_new_strings(j, value->strings, value->n_strings);
	default:
		return json_new_number(j, value->number);
	}
}

static bool same_group(const struct daxbus_field *a, const struct daxbus_field *b)
{
	return a->group && b->group && a->kind == b->kind && streq(a->group, b->group);
}

/*
 * The object for the group of the column at @first; null if the group has no values.
 */
static struct json_object *new_group(struct json *j, const struct daxbus_object *object,
				     const struct columns *columns, size_t first)
{
	struct json_object *group = NULL;
	bool present = false;

	for (size_t i = first; i < columns->n && !present; i++)
		present = same_group(columns->fields[i], columns->fields[first]) &&
			  cell_value(object, columns->fields[i]).presence != DAXBUS_NONE;
	if (!present)
		return NULL;
	group = json_new_object(j);
	for (size_t i = first; i < columns->n; i++) {
		struct daxbus_value value = cell_value(object, columns->fields[i]);

		if (same_group(columns->fields[i], columns->fields[first]))
			json_set(j, group, columns->fields[i]->key, new_field_value(j, &value));
	}
	return group;
}

static bool group_was_before(const struct columns *columns, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (same_group(columns->fields[i], columns->fields[at]))
			return true;
	return false;
}

static void set_values(const struct filling *f, struct json_object *to,
		       const struct daxbus_object *object)
{
	const struct columns *columns = &f->keys.of[daxbus_object_kind(object)];
	struct json *j = f->json;

	for (size_t i = 0; i < columns->n; i++) {
		const struct daxbus_field *field = columns->fields[i];
		struct daxbus_value value = cell_value(object, field);

		if (!field->key)
			continue;
		if (!field->group)
			json_set(j, to, field->key, new_field_value(j, &value));
		else if (!group_was_before(columns, i))
			json_set(j, to, field->group, new_group(j, object, columns, i));
	}
}

static struct json_object *push_object(const struct filling *f, struct json_object *array,
				       const struct daxbus_object *object)
{
	struct json_object *value = json_push_object(f->json, array);

	set_values(f, value, object);
	return value;
}

/* The free space is known if its largest range is known. */
static void push_region(const struct filling *f, struct json_object *array,
			const struct daxbus_object *region)
{
	struct json_object *value = push_object(f, array, region);
	const struct daxbus_field *largest = daxbus_field_find(DAXBUS_REGION, "largest_free");
	const struct daxbus_object *extent = NULL;
	struct json_object *extents;

	if (!f->keys.of[DAXBUS_EXTENT].n)
		return;
	if (f->listing->options->view != VIEW_MAP ||
	    cell_value(region, largest).presence != DAXBUS_KNOWN) {
		json_set(f->json, value, "free", NULL);
		return;
	}
	extents = json_set_array(f->json, value, "free");
	while ((extent = daxbus_object_next(region, DAXBUS_EXTENT, extent)))
		push_object(f, extents, extent);
}

static void push_device(const struct filling *f, struct json_object *array,
			const struct daxbus_object *device)
{
	struct json_object *value = push_object(f, array, device);
	const struct daxbus_object *mapping = NULL;
	struct json_object *mappings;

	if (!f->keys.of[DAXBUS_MAPPING].n)
		return;
	mappings = json_set_array(f->json, value, "mappings");
	while ((mapping = daxbus_object_next(device, DAXBUS_MAPPING, mapping)))
		push_object(f, mappings, mapping);
}

/* Without permission to read addresses, blocks are unknown, which differs from an empty list. */
static bool blocks_are_unknown(const struct daxbus_snapshot *snapshot)
{
	const struct daxbus_field *field = daxbus_field_find(DAXBUS_DEVICE, "blocks");
	const struct daxbus_object *device = NULL;

	if (daxbus_snapshot_next(snapshot, DAXBUS_BLOCK, NULL))
		return false;
	while ((device = daxbus_snapshot_next(snapshot, DAXBUS_DEVICE, device)))
		if (cell_value(device, field).presence == DAXBUS_UNKNOWN)
			return true;
	return false;
}

/* They are unknown if the sum of their sizes is; those that were not asked for are not shown. */
static void push_orphans(const struct filling *f)
{
	const struct daxbus_snapshot *snapshot = f->listing->snapshot;
	const struct daxbus_object *bus = daxbus_snapshot_next(snapshot, DAXBUS_BUS, NULL);
	const struct daxbus_object *orphan = NULL;
	struct json_object *array;

	if (cell_value(bus, daxbus_field_find(DAXBUS_BUS, "orphaned")).presence == DAXBUS_UNKNOWN) {
		json_set(f->json, json_root(f->json), "orphans", NULL);
		return;
	}
	array = json_set_array(f->json, json_root(f->json), "orphans");
	while (f->keys.of[DAXBUS_ORPHAN].n &&
	       (orphan = daxbus_snapshot_next(snapshot, DAXBUS_ORPHAN, orphan)))
		push_object(f, array, orphan);
}

static void fill(const struct filling *f)
{
	const struct daxbus_snapshot *snapshot = f->listing->snapshot;
	struct json_object *root = json_root(f->json);
	struct json_object *array;
	const struct daxbus_object *object = NULL;

	set_values(f, json_set_head(f->json), daxbus_snapshot_next(snapshot, DAXBUS_BUS, NULL));
	array = json_set_array(f->json, root, "regions");
	while (f->keys.of[DAXBUS_REGION].n &&
	       (object = daxbus_snapshot_next(snapshot, DAXBUS_REGION, object)))
		push_region(f, array, object);
	array = json_set_array(f->json, root, "devices");
	object = NULL;
	while (f->keys.of[DAXBUS_DEVICE].n + f->keys.of[DAXBUS_MAPPING].n &&
	       (object = daxbus_snapshot_next(snapshot, DAXBUS_DEVICE, object)))
		push_device(f, array, object);
	push_orphans(f);
}

static struct json_object *next_block(struct json *j, void *data)
{
	struct filling *f = data;
	struct json_object *value;

	f->block = daxbus_snapshot_next(f->listing->snapshot, DAXBUS_BLOCK, f->block);
	if (!f->block)
		return NULL;
	value = json_new_object(j);
	set_values(f, value, f->block);
	return value;
}

static int print(struct filling *f, FILE *out, struct daxbus_error *error)
{
	const struct listing *listing = f->listing;

	fill(f);
	if (listing->options->view == VIEW_BLOCKS && !blocks_are_unknown(listing->snapshot))
		return json_print_array(f->json, "blocks", next_block, f, out, error);
	json_set(f->json, json_root(f->json), "blocks", NULL);
	return json_print(f->json, out, error);
}

int list_json_print(const struct listing *listing, FILE *out, struct daxbus_error *error)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct filling f = { .listing = listing };
	int r;

	r = json_new(&j, error);
	if (r < 0)
		return r;
	f.json = j;
	r = add_keys(&f.keys, listing);
	r = r < 0 ? session_fail_memory(error) : print(&f, out, error);
	list_keys_done(&f.keys);
	return r;
}
