/* SPDX-License-Identifier: GPL-2.0-or-later */
/* List devices with their sizes and modes, from the kernel or the captured tree in the argument. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <daxbus.h>

static void print_value(const struct daxbus_object *object, const char *name)
{
	const char *text;
	uint64_t number;
	int r = daxbus_get_u64(object, name, &number);

	if (r == 0)
		printf(" %" PRIu64, number);
	else if (r == -EINVAL && (r = daxbus_get_string(object, name, &text)) == 0)
		printf(" %s", text);
	else
		printf(" %s", r == -ENODATA ? "-" : "?");
}

static int list(struct daxbus_ctx *ctx, struct daxbus_error *error)
{
	static const char *const fields[] = { "device", "size", "mode" };
	struct daxbus_query *query;
	struct daxbus_snapshot *snapshot;
	const struct daxbus_object *device = NULL;
	int r = daxbus_query_new(&query);

	if (r < 0)
		return r;
	/* A scan need not read fields that the query does not contain, which makes it cheap. */
	for (size_t i = 0; r == 0 && i < sizeof(fields) / sizeof(fields[0]); i++)
		r = daxbus_query_add_field(query, DAXBUS_DEVICE, fields[i], error);
	if (r == 0)
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
