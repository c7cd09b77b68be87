/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a program does with libdaxbus.so, of which it has the public header only:
 *
 *	library-use fields DEVICE		ask for unknown and unread fields
 *	library-use plan DEVICE MODE		print the fingerprint and the kinds of the steps
 *	library-use apply DEVICE MODE FINGERPRINT	print each status, or the errno and the
 *reason
 *	library-use monitor DEVICE EVENT	wait for an event of the device, and print it
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <daxbus.h>

static struct daxbus_error error = DAXBUS_ERROR_INIT;

static int fail(const char *what, int r)
{
	printf("%s: %s: %s: %s\n", what, strerrorname_np(-r), error.reason ? error.reason : "-",
	       error.message ? error.message : "-");
	return EXIT_FAILURE;
}

static int read_fields(struct daxbus_ctx *ctx, const char *name)
{
	const struct daxbus_object *device;
	struct daxbus_snapshot *snapshot;
	struct daxbus_query *query;
	uint64_t number;
	int r = daxbus_query_new(&query);

	if (r < 0)
		return fail("query", r);
	r = daxbus_query_add_field(query, DAXBUS_DEVICE, "no_such_field", &error);
	printf("unknown field: %s\n", strerrorname_np(-r));
	r = daxbus_query_add_field(query, DAXBUS_DEVICE, NULL, NULL);
	printf("NULL field: %s\n", strerrorname_np(-r));
	daxbus_error_done(&error);
	r = daxbus_query_add_field(query, DAXBUS_DEVICE, "size", &error);
	if (r == 0)
		r = daxbus_scan(ctx, query, &snapshot, &error);
	daxbus_query_free(query);
	if (r < 0)
		return fail("scan", r);
	r = daxbus_snapshot_find(snapshot, DAXBUS_DEVICE, name, &device);
	if (r == 0) {
		r = daxbus_get_u64(device, "size", &number);
		printf("size: %s\n", r == 0 && number ? "known" : "not known");
		r = daxbus_get_u64(device, "align", &number);
		printf("align: %s\n", strerrorname_np(-r));
		r = 0;
	}
	daxbus_snapshot_free(snapshot);
	return r < 0 ? fail("find", r) : EXIT_SUCCESS;
}

static int make_query(const char *device, struct daxbus_query **ret)
{
	int r = daxbus_query_new(ret);

	return r < 0 ? r : daxbus_query_add_selector(*ret, device, &error);
}

static int make_request(const char *mode, struct daxbus_request **ret)
{
	int r = daxbus_request_new(DAXBUS_RECONFIGURE, ret);

	return r < 0 ? r : daxbus_request_set(*ret, "mode", mode, &error);
}

static void print(const struct daxbus_results *results)
{
	const struct daxbus_result *result = NULL;
	const char *fingerprint = daxbus_results_fingerprint(results);

	if (fingerprint)
		printf("fingerprint %s\n", fingerprint);
	while ((result = daxbus_results_next(results, result))) {
		printf("%s %s\n", result->device,
		       result->status == DAXBUS_CHANGED	  ? "changed"
		       : result->status == DAXBUS_PLANNED ? "planned"
							  : "other");
		for (size_t i = 0; i < result->n_steps; i++)
			printf("step %s %s\n", result->steps[i].kind, result->steps[i].device);
	}
}

static int change(struct daxbus_ctx *ctx, const char *device, const char *mode,
		  const char *fingerprint)
{
	struct daxbus_results *results = NULL;
	struct daxbus_request *request = NULL;
	struct daxbus_query *query = NULL;
	int r = make_query(device, &query);

	if (r == 0)
		r = make_request(mode, &request);
	if (r == 0 && fingerprint)
		r = daxbus_apply_planned(ctx, query, request, fingerprint, &results, &error);
	else if (r == 0)
		r = daxbus_plan(ctx, query, request, &results, &error);
	if (r == 0)
		print(results);
	daxbus_results_free(results);
	daxbus_request_free(request);
	daxbus_query_free(query);
	return r < 0 ? fail(fingerprint ? "apply" : "plan", r) : EXIT_SUCCESS;
}

/* Print the events of a device until one has that word. */
static int wait_for(struct daxbus_ctx *ctx, const char *device, const char *wanted)
{
	struct daxbus_monitor *monitor = NULL;
	const struct daxbus_object *object;
	const struct daxbus_event *event;
	struct daxbus_query *query = NULL;
	int r = make_query(device, &query), found = 0;

	if (r == 0)
		r = daxbus_monitor_new(ctx, query, &monitor, &error);
	if (r == 0)
		puts("listening");
	fflush(stdout);
	while (r == 0 && !found) {
		struct pollfd fd = { .fd = daxbus_monitor_fd(monitor), .events = POLLIN };

		while (!found && (r = daxbus_monitor_next(monitor, &event, &error)) == 0)
			found = strcmp(event->event, wanted) == 0;
		if (r == -EAGAIN)
			r = poll(&fd, 1, -1) < 0 ? -errno : 0;
	}
	if (r == 0) {
		printf("%s %s %s %s\n", event->event, event->device, event->region,
		       event->to ? event->to : "-");
		r = daxbus_snapshot_find(daxbus_monitor_snapshot(monitor), DAXBUS_DEVICE, device,
					 &object);
	}
	daxbus_monitor_free(monitor);
	daxbus_query_free(query);
	return r < 0 ? fail("monitor", r) : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct daxbus_ctx *ctx;
	int status = EXIT_FAILURE;

	if (argc < 3 || daxbus_new(&ctx) < 0)
		return EXIT_FAILURE;
	if (argc == 3 && strcmp(argv[1], "fields") == 0)
		status = read_fields(ctx, argv[2]);
	else if (argc == 4 && strcmp(argv[1], "plan") == 0)
		status = change(ctx, argv[2], argv[3], NULL);
	else if (argc == 4 && strcmp(argv[1], "monitor") == 0)
		status = wait_for(ctx, argv[2], argv[3]);
	else if (argc == 5 && strcmp(argv[1], "apply") == 0)
		status = change(ctx, argv[2], argv[3], argv[4]);
	daxbus_error_done(&error);
	daxbus_free(ctx);
	return status;
}
