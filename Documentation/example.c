/* SPDX-License-Identifier: GPL-2.0-or-later */
/* List devices with their sizes and modes, from the kernel or the captured tree in the argument. */
#include <stdio.h>
#include <stdlib.h>

#include <daxbus.h>

static void print_value(const struct daxbus_object *object, const char *name)
{
	const struct daxbus_field *field = daxbus_field_find(daxbus_object_kind(object), name);
	struct daxbus_value value;

	if (!field || daxbus_get(object, field, &value) < 0 || value.presence == DAXBUS_NONE)
		printf(" -");
	else if (value.presence == DAXBUS_UNKNOWN)
		printf(" ?");
	else if (value.type == DAXBUS_STRING)
		printf(" %s", value.string);
	else
		printf(" %" PRIu64, value.number);
}

static int list(struct daxbus_ctx *ctx, struct daxbus_error *error)
{
	struct daxbus_query *query;
	struct daxbus_snapshot *snapshot;
	const struct daxbus_object *device = NULL;
	int r = daxbus_query_new(&query);

	if (r < 0)
		return r;
	/* A scan need not read fields that the query does not contain, which makes it cheap. */
	daxbus_query_add_field(query, daxbus_field_find(DAXBUS_DEVICE, "device"));
	daxbus_query_add_field(query, daxbus_field_find(DAXBUS_DEVICE, "size"));
	daxbus_query_add_field(query, daxbus_field_find(DAXBUS_DEVICE, "mode"));
	r = daxbus_scan(ctx, query, &snapshot, error);
	daxbus_query_free(query);
	if (r < 0)
		return r;
	while ((device = daxbus_snapshot_next(snapshot, DAXBUS_DEVICE, device))) {
		printf("device");
		print_value(device, "device");
		print_value(device, "size");
		print_value(device, "mode");
		printf("\n");
	}
	daxbus_snapshot_free(snapshot);
	return 0;
}

int main(int argc, char **argv)
{
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	struct daxbus_ctx *ctx;
	int r = daxbus_new(&ctx);

	if (r < 0)
		return EXIT_FAILURE;
	if (argc > 1)
		r = daxbus_set_sysroot(ctx, argv[1], &error);
	if (r == 0)
		r = list(ctx, &error);
	if (r < 0)
		fprintf(stderr, "%s\n", error.message ? error.message : "out of memory");
	daxbus_error_done(&error);
	daxbus_free(ctx);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
