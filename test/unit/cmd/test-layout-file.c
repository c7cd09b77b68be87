/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "cmd/layout-file.h"
#include "model/request.h"
#include "unit.h"

#define HEAD	 "{\"daxbus\": {\"format\": 1}, "
#define REGIONS	 "\"regions\": [{\"region\": 3, \"provider\": \"hmem\", \"path\": \"/devices/x\"}], "
#define NO_PLACE "\"regions\": [{\"region\": 3, \"provider\": null, \"path\": null}], "

/* A device of region 3 with two ranges of 2 MiB; the one that comes last is the first. */
#define DEVICE(name, mode, more)                                                                   \
	"{\"device\": \"" name "\", \"region\": 3, \"align\": 4096, \"size\": 4194304, "           \
	"\"driver\": null, \"mode\": " mode ", " more                                              \
	"\"mappings\": [{\"start\": 8388608, \"end\": 10485759, \"page_offset\": 512}, "           \
	"{\"start\": 20971520, \"end\": 23068671, \"page_offset\": 0}]}"
#define EMPTY(name)                                                                                \
	"{\"device\": \"" name "\", \"region\": 3, \"align\": 2097152, \"size\": 0, "              \
	"\"driver\": null, \"mode\": null, \"mappings\": []}"
#define MEMORY(movable, kernel, offline)                                                           \
	"\"memmap_on_memory\": null, \"memory\": {\"movable\": " movable ", \"kernel\": " kernel   \
	", \"offline\": " offline "}, "
#define DOCUMENT(devices) HEAD REGIONS "\"devices\": [" devices "]}"

static struct daxbus_request *take(const char *text)
{
	struct daxbus_request *request = NULL;
	struct daxbus_error error = DAXBUS_ERROR_INIT;

	assert_int_equal(daxbus_request_new(DAXBUS_CREATE, &request), 0);
	if (layout_file_parse("f", text, strlen(text), request, &error) < 0)
		fail_msg("%s: %s", text, error.message);
	assert_true(request->restore);
	return request;
}

static void test_device(void **state _unused_)
{
	struct daxbus_request *request = take(DOCUMENT(DEVICE("dax3.7", "\"devdax\"", "")));
	const struct saved_device *saved = request->saved;

	assert_int_equal(request->n_saved, 1);
	assert_string_equal(saved->name, "dax3.7");
	assert_int_equal(saved->region, 3);
	assert_int_equal(saved->instance, 7);
	assert_string_equal(saved->provider, "hmem");
	assert_string_equal(saved->path, "/devices/x");
	assert_int_equal(saved->how.action, DAXBUS_CREATE);
	assert_int_equal(saved->how.align, 4096);
	assert_int_equal(saved->how.mode, MODE_DEVDAX);
	assert_int_equal(saved->how.count, 1);
	assert_int_equal(saved->how.layout.n, 2);
	assert_int_equal(saved->how.layout.items[0].start, 20971520);
	assert_int_equal(saved->how.layout.items[0].end, 23068671);
	assert_int_equal(saved->how.layout.items[1].start, 8388608);
	daxbus_request_free(request);
}

static void test_several(void **state _unused_)
{
	struct daxbus_request *request = take(
		DOCUMENT(EMPTY("dax3.1") ", " EMPTY("dax3.0") ", " DEVICE("dax3.2", "null", "")));

	assert_int_equal(request->n_saved, 3);
	assert_int_equal(request->saved[0].how.layout.n, 0);
	assert_string_equal(request->saved[1].name, "dax3.0");
	assert_int_equal(request->saved[2].how.mode, MODE_NONE);
	daxbus_request_free(request);
	request = take(DOCUMENT(""));
	assert_int_equal(request->n_saved, 0);
	assert_int_equal(request_check(request, NULL), 0);
	assert_int_equal(daxbus_request_set(request, "size", "1G", NULL), 0);
	assert_int_equal(request_check(request, NULL), -EINVAL);
	daxbus_request_free(request);
	request = take(HEAD NO_PLACE "\"devices\": [" EMPTY("dax3.0") "]}");
	assert_null(request->saved->provider);
	assert_null(request->saved->path);
	daxbus_request_free(request);
}

/* The zone that all of its memory was in, and where its page map was. */
static void test_kmem(void **state _unused_)
{
#define IN_KMEM(more) DOCUMENT(DEVICE("dax3.0", "\"kmem\"", more))
	static const struct {
		const char *text;
		enum online online;
		enum choice memmap;
	} rows[] = {
		{ IN_KMEM(MEMORY("8", "0", "0")), ONLINE_MOVABLE, CHOICE_UNSET },
		{ IN_KMEM(MEMORY("0", "8", "0")), ONLINE_KERNEL, CHOICE_UNSET },
		{ IN_KMEM(MEMORY("0", "1", "7")), ONLINE_KERNEL, CHOICE_UNSET },
		{ IN_KMEM(MEMORY("0", "0", "8")), ONLINE_NO, CHOICE_UNSET },
		{ IN_KMEM(MEMORY("4", "4", "0")), ONLINE_MOVABLE, CHOICE_UNSET },
		{ IN_KMEM(MEMORY("null", "null", "null")), ONLINE_MOVABLE, CHOICE_UNSET },
		{ IN_KMEM("\"memmap_on_memory\": true, \"memory\": null, "), ONLINE_MOVABLE,
		  CHOICE_YES },
		{ IN_KMEM("\"memmap_on_memory\": false, \"memory\": null, "), ONLINE_MOVABLE,
		  CHOICE_NO },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct daxbus_request *request = take(rows[i].text);

		assert_row(i, request->saved->how.mode == MODE_KMEM);
		assert_row(i, request->saved->how.online == rows[i].online);
		assert_row(i, request->saved->how.memmap_on_memory == rows[i].memmap);
		daxbus_request_free(request);
	}
}

/* Where, and what; test/cli/create-from.bats has the rest. */
static void test_wrong(void **state _unused_)
{
	static const struct {
		const char *text;
		const char *message;
	} rows[] = {
		{ "", "f: unexpected end of the document" },
		{ "{\n\n}}", "f: line 3: unexpected character" },
		{ "\"daxbus\"", "f: not a JSON object" },
		{ HEAD REGIONS "\"devices\": [1]}",
		  "f: devices[0]: expected an object, found a number" },
		{ DOCUMENT(EMPTY("dax3.0") ", " EMPTY("dax3.0")), "f: dax3.0 appears twice" },
		{ DOCUMENT(EMPTY("dax33.0")),
		  "f: devices[0].device: the name does not belong to a device of this region" },
		{ DOCUMENT(DEVICE("dax3.0", "null", "") ", " DEVICE("dax3.1", "null", "")),
		  "f: 0x800000-0x9fffff of dax3.0 and 0x800000-0x9fffff of dax3.1 overlap" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct daxbus_error error = DAXBUS_ERROR_INIT;
		struct daxbus_request *request = NULL;

		assert_int_equal(daxbus_request_new(DAXBUS_CREATE, &request), 0);
		assert_row(i, layout_file_parse("f", rows[i].text, strlen(rows[i].text), request,
						&error) == -EINVAL);
		if (strcmp(error.message, rows[i].message) != 0)
			fail_msg("row %zu: %s", i, error.message);
		daxbus_error_done(&error);
		daxbus_request_free(request);
	}
}

static void test_nul(void **state _unused_)
{
	static const char text[] = DOCUMENT("") "\0{";
	struct daxbus_request *request = NULL;
	struct daxbus_error error = DAXBUS_ERROR_INIT;

	assert_int_equal(daxbus_request_new(DAXBUS_CREATE, &request), 0);
	assert_int_equal(layout_file_parse("f", text, sizeof(text) - 1, request, &error), -EINVAL);
	assert_string_equal(error.message, "f: not a text file");
	daxbus_error_done(&error);
	daxbus_request_free(request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_device), cmocka_unit_test(test_several),
		cmocka_unit_test(test_kmem),   cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
