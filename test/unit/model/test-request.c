/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/request.h"

#include <errno.h>

#include "model/public-max.h"
#include "unit.h"

static void request_free_p(struct daxbus_request **request)
{
	daxbus_request_free(*request);
}
#define _cleanup_request_ _cleanup_(request_free_p)

static struct daxbus_request *new_request(enum daxbus_action action)
{
	struct daxbus_request *request = NULL;

	assert_int_equal(daxbus_request_new(action, &request), 0);
	return request;
}

static void set(struct daxbus_request *request, const char *name, const char *value)
{
	if (daxbus_request_set(request, name, value, NULL) < 0)
		fail_msg("%s=%s was refused", name, value);
}

static void test_defaults(void **state _unused_)
{
	_cleanup_request_ struct daxbus_request *request = new_request(DAXBUS_RECONFIGURE);

	assert_int_equal(request->mode, MODE_NONE);
	assert_int_equal(request->online, ONLINE_MOVABLE);
	assert_int_equal(request->memmap_on_memory, CHOICE_UNSET);
	assert_null(request->driver);
	assert_int_equal(request->size, 0);
	assert_false(request->force);
	assert_int_equal(request->wait, 0);
	assert_int_equal(request->timeout, 30);
	assert_null(daxbus_request_free(NULL));
}

static void test_no_action(void **state _unused_)
{
	static const int numbers[] = { _DAXBUS_ACTION_MAX, 31, 32, 64, -1 };
	struct daxbus_request *request = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		enum daxbus_action action = (enum daxbus_action)numbers[i];

		assert_row(i, daxbus_request_new(action, &request) == -EINVAL && !request);
		assert_row(i, !daxbus_request_choices(action, "force"));
		assert_row(i, !daxbus_request_next_setting(action, NULL));
		assert_row(i, !daxbus_request_next_setting(action, "force"));
	}
}

static void test_modes(void **state _unused_)
{
	static const struct {
		const char *word;
		enum mode mode;
		const char *driver;
	} rows[] = {
		{ "devdax", MODE_DEVDAX, "device_dax" }, { "kmem", MODE_KMEM, "kmem" },
		{ "system-ram", MODE_KMEM, "kmem" },	 { "famfs", MODE_FAMFS, "fsdev_dax" },
		{ "compat", MODE_COMPAT, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_request_ struct daxbus_request *request = new_request(DAXBUS_RECONFIGURE);

		set(request, "mode", rows[i].word);
		assert_row(i, request->mode == rows[i].mode);
		if (!rows[i].driver) {
			assert_null(request_mode_driver(request->mode));
			continue;
		}
		assert_string_equal(request_mode_driver(request->mode), rows[i].driver);
		assert_row(i, request_mode_of_driver(rows[i].driver) == rows[i].mode);
	}
	assert_int_equal(request_mode_of_driver("nvme"), MODE_NONE);
	assert_int_equal(request_mode_of_driver("devdax"), MODE_NONE);
	assert_int_equal(request_mode_of_driver(NULL), MODE_NONE);
	assert_null(request_mode_name(MODE_NONE));
	assert_null(request_mode_driver(MODE_NONE));
	assert_string_equal(request_mode_name(MODE_COMPAT), "compat");
}

static void test_values(void **state _unused_)
{
	_cleanup_request_ struct daxbus_request *request = new_request(DAXBUS_RECONFIGURE);

	set(request, "online", "kernel");
	assert_int_equal(request->online, ONLINE_KERNEL);
	set(request, "online", "policy");
	assert_int_equal(request->online, ONLINE_POLICY);
	set(request, "online", "no");
	assert_int_equal(request->online, ONLINE_NO);
	set(request, "online", "movable");
	assert_int_equal(request->online, ONLINE_MOVABLE);
	set(request, "memmap-on-memory", "yes");
	assert_int_equal(request->memmap_on_memory, CHOICE_YES);
	set(request, "memmap-on-memory", "no");
	assert_int_equal(request->memmap_on_memory, CHOICE_NO);
	set(request, "force", "yes");
	assert_true(request->force);
	set(request, "force", "no");
	assert_false(request->force);
	set(request, "wait", "30");
	assert_int_equal(request->wait, 30);
	set(request, "wait", "0");
	assert_int_equal(request->wait, 0);
	set(request, "wait", "forever");
	assert_true(request->wait == WAIT_FOREVER);
	set(request, "timeout", "5");
	assert_int_equal(request->timeout, 5);
	set(request, "timeout", "forever");
	assert_true(request->timeout == WAIT_FOREVER);
}

static void test_others(void **state _unused_)
{
	_cleanup_request_ struct daxbus_request *bind = new_request(DAXBUS_BIND);
	_cleanup_request_ struct daxbus_request *online = new_request(DAXBUS_ONLINE);

	set(bind, "driver", "kmem");
	set(bind, "driver", "My-driver_2");
	assert_string_equal(bind->driver, "My-driver_2");
	set(online, "size", "1GiB");
	assert_true(online->size == UINT64_C(1) << 30);
	set(online, "online", "kernel");
	assert_int_equal(online->online, ONLINE_KERNEL);
}

static void test_sizes_of_a_resize(void **state _unused_)
{
	static const struct {
		const char *word;
		enum size_as as;
		uint64_t size;
	} rows[] = {
		{ "1G", SIZE_AS_GIVEN, UINT64_C(1) << 30 },
		{ "+1G", SIZE_MORE, UINT64_C(1) << 30 },
		{ "-2M", SIZE_LESS, UINT64_C(2) << 20 },
		{ "max", SIZE_ALL, 0 },
		{ "none", SIZE_NONE, 0 },
		{ "4096", SIZE_AS_GIVEN, 4096 },
		{ "-18446744073709551615", SIZE_LESS, UINT64_MAX },
	};
	_cleanup_request_ struct daxbus_request *request = new_request(DAXBUS_RESIZE);

	assert_int_equal(request->size_as, SIZE_AS_GIVEN);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		/* Nothing of the size that was set before is left. */
		set(request, "size", rows[i].word);
		assert_row(i, request->size_as == rows[i].as && request->size == rows[i].size);
	}
}

static void test_alignments(void **state _unused_)
{
	static const struct {
		const char *word;
		uint64_t align;
	} rows[] = {
		{ "4K", 4096 },
		{ "2M", UINT64_C(2) << 20 },
		{ "1GiB", UINT64_C(1) << 30 },
		{ "65536", 65536 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_request_ struct daxbus_request *create = new_request(DAXBUS_CREATE);
		_cleanup_request_ struct daxbus_request *resize = new_request(DAXBUS_RESIZE);

		set(create, "align", rows[i].word);
		set(resize, "align", rows[i].word);
		assert_row(i, create->align == rows[i].align && resize->align == rows[i].align);
	}
}

static void test_create(void **state _unused_)
{
	static const struct {
		const char *word;
		enum mode mode;
	} rows[] = {
		{ "kmem", MODE_KMEM },	     { "none", MODE_NONE },	{ "famfs", MODE_FAMFS },
		{ "system-ram", MODE_KMEM }, { "devdax", MODE_DEVDAX },
	};
	_cleanup_request_ struct daxbus_request *request = new_request(DAXBUS_CREATE);

	assert_int_equal(request->mode, MODE_DEVDAX);
	assert_int_equal(request->count, 1);
	assert_int_equal(request->size, 0);
	assert_int_equal(request->align, 0);
	assert_int_equal(request->layout.n, 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		set(request, "mode", rows[i].word);
		assert_row(i, request->mode == rows[i].mode);
	}
	set(request, "size", "256M");
	assert_true(request->size == UINT64_C(256) << 20);
	set(request, "count", "1");
	assert_int_equal(request->count, 1);
	set(request, "count", "100000");
	assert_int_equal(request->count, 100000);
	set(request, "online", "policy");
	assert_int_equal(request->online, ONLINE_POLICY);
	set(request, "memmap-on-memory", "yes");
	assert_int_equal(request->memmap_on_memory, CHOICE_YES);
}

static void test_mappings(void **state _unused_)
{
	static const struct {
		const char *word;
		struct range range;
	} rows[] = {
		{ "0x140000000-0x14fffffff", { 0x140000000, 0x14fffffff } },
		/* The order is that of the offsets in the device, not that of the addresses. */
		{ "100000000-1001fffff", { 0x100000000, 0x1001fffff } },
		{ "0-ffffffffffffffff", { 0, UINT64_MAX } },
		{ "7-7", { 7, 7 } },
	};
	_cleanup_request_ struct daxbus_request *request = new_request(DAXBUS_CREATE);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		set(request, "mapping", rows[i].word);
	assert_int_equal(request->layout.n, ARRAY_SIZE(rows));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_row(i, request->layout.items[i].start == rows[i].range.start &&
				      request->layout.items[i].end == rows[i].range.end);
}

/* --- what is wrong --- */

#define ONLINE_WORDS   "it is movable, kernel, policy or no"
#define SIZE_WORDS     "it is a size above 0 such as 1073741824, 1024M or 1GiB"
#define DRIVER_WORDS   "it is the name of a driver: letters, digits, '_' and '-', not first"
#define NEW_SIZE_WORDS "it is a size above 0 such as 1GiB, +512M or -2M, max or none"
#define ALIGN_WORDS    "it is a power of two such as 4K, 2M or 1G"
#define RANGE_WORDS    "it is a range START-END in hexadecimal, the last byte included"
#define COUNT_WORDS    "it is a number from 1 to 100000"
#define LONG_NAME      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	enum daxbus_action action;
	const char *name;
	const char *value;
	const char *message;
} errors[] = {
	{ DAXBUS_RECONFIGURE, "mode", "ram",
	  "'mode' cannot be 'ram': it is devdax, kmem, famfs or compat" },
	{ DAXBUS_RECONFIGURE, "mode", "",
	  "'mode' cannot be '': it is devdax, kmem, famfs or compat" },
	{ DAXBUS_RECONFIGURE, "mode", "Kmem",
	  "'mode' cannot be 'Kmem': it is devdax, kmem, famfs or compat" },
	{ DAXBUS_RECONFIGURE, "online", "yes", "'online' cannot be 'yes': " ONLINE_WORDS },
	{ DAXBUS_ONLINE, "online", "policy",
	  "'online' cannot be 'policy': it is movable or kernel" },
	{ DAXBUS_ONLINE, "online", "no", "'online' cannot be 'no': it is movable or kernel" },
	{ DAXBUS_RECONFIGURE, "memmap-on-memory", "1",
	  "'memmap-on-memory' cannot be '1': it is no or yes" },
	{ DAXBUS_UNBIND, "force", "", "'force' cannot be '': it is no or yes" },
	{ DAXBUS_ONLINE, "size", "0", "'size' cannot be '0': " SIZE_WORDS },
	{ DAXBUS_OFFLINE, "size", "0K", "'size' cannot be '0K': " SIZE_WORDS },
	{ DAXBUS_OFFLINE, "size", "1X", "'size' cannot be '1X': " SIZE_WORDS },
	{ DAXBUS_OFFLINE, "size", "16777216T", "'size' cannot be '16777216T': " SIZE_WORDS },
	{ DAXBUS_BIND, "driver", "", "'driver' cannot be '': " DRIVER_WORDS },
	{ DAXBUS_BIND, "driver", "..", "'driver' cannot be '..': " DRIVER_WORDS },
	{ DAXBUS_BIND, "driver", "../kmem", "'driver' cannot be '../kmem': " DRIVER_WORDS },
	{ DAXBUS_BIND, "driver", "a b", "'driver' cannot be 'a b': " DRIVER_WORDS },
	{ DAXBUS_BIND, "driver", "-", "'driver' cannot be '-': " DRIVER_WORDS },
	{ DAXBUS_BIND, "driver", LONG_NAME, "'driver' cannot be '" LONG_NAME "': " DRIVER_WORDS },
	{ DAXBUS_BIND, "wait", "-1",
	  "'wait' cannot be '-1': it is a number of seconds, or forever" },
	{ DAXBUS_BIND, "wait", "99999999999999999999",
	  "'wait' cannot be '99999999999999999999': it is a number of seconds, or forever" },
	{ DAXBUS_BIND, "timeout", "0",
	  "'timeout' cannot be '0': it is a number of seconds above 0, or forever" },
	{ DAXBUS_OFFLINE, "timeout", "1s",
	  "'timeout' cannot be '1s': it is a number of seconds above 0, or forever" },
	{ DAXBUS_RECONFIGURE, "modes", "kmem",
	  "reconfigure has no setting 'modes': it has mode, online, for, memmap-on-memory, force, wait or timeout" },
	{ DAXBUS_BIND, "mode", "kmem",
	  "bind has no setting 'mode': it has driver, force, wait or timeout" },
	{ DAXBUS_UNBIND, "driver", "kmem",
	  "unbind has no setting 'driver': it has force, wait or timeout" },
	{ DAXBUS_OFFLINE, "online", "movable",
	  "offline has no setting 'online': it has size, make-room, huge-pages, drop-caches, force, wait or timeout" },
	{ DAXBUS_ONLINE, "", "",
	  "online has no setting '': it has online, size, force, wait or timeout" },
	{ DAXBUS_RESIZE, "size", "", "'size' cannot be '': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "0", "'size' cannot be '0': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "+0", "'size' cannot be '+0': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "-0", "'size' cannot be '-0': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "+", "'size' cannot be '+': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "-", "'size' cannot be '-': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "--1", "'size' cannot be '--1': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "-+1", "'size' cannot be '-+1': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "+-1", "'size' cannot be '+-1': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "+max", "'size' cannot be '+max': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "Max", "'size' cannot be 'Max': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "1X", "'size' cannot be '1X': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "1.5G", "'size' cannot be '1.5G': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", " 1G", "'size' cannot be ' 1G': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "+ 1G", "'size' cannot be '+ 1G': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "18446744073709551616",
	  "'size' cannot be '18446744073709551616': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "+18446744073709551616",
	  "'size' cannot be '+18446744073709551616': " NEW_SIZE_WORDS },
	{ DAXBUS_RESIZE, "size", "16777216T", "'size' cannot be '16777216T': " NEW_SIZE_WORDS },
	{ DAXBUS_CREATE, "size", "", "'size' cannot be '': " SIZE_WORDS },
	{ DAXBUS_CREATE, "size", "0", "'size' cannot be '0': " SIZE_WORDS },
	{ DAXBUS_CREATE, "size", "+1G", "'size' cannot be '+1G': " SIZE_WORDS },
	{ DAXBUS_CREATE, "size", "-2M", "'size' cannot be '-2M': " SIZE_WORDS },
	{ DAXBUS_CREATE, "size", "max", "'size' cannot be 'max': " SIZE_WORDS },
	{ DAXBUS_CREATE, "size", "--1", "'size' cannot be '--1': " SIZE_WORDS },
	{ DAXBUS_CREATE, "size", "18446744073709551616",
	  "'size' cannot be '18446744073709551616': " SIZE_WORDS },
	{ DAXBUS_CREATE, "align", "", "'align' cannot be '': " ALIGN_WORDS },
	{ DAXBUS_CREATE, "align", "0", "'align' cannot be '0': " ALIGN_WORDS },
	{ DAXBUS_CREATE, "align", "3", "'align' cannot be '3': " ALIGN_WORDS },
	{ DAXBUS_CREATE, "align", "3M", "'align' cannot be '3M': " ALIGN_WORDS },
	{ DAXBUS_CREATE, "align", "6M", "'align' cannot be '6M': " ALIGN_WORDS },
	{ DAXBUS_CREATE, "align", "+2M", "'align' cannot be '+2M': " ALIGN_WORDS },
	{ DAXBUS_CREATE, "align", "2M ", "'align' cannot be '2M ': " ALIGN_WORDS },
	{ DAXBUS_CREATE, "align", "2m2", "'align' cannot be '2m2': " ALIGN_WORDS },
	{ DAXBUS_CREATE, "align", "18446744073709551616",
	  "'align' cannot be '18446744073709551616': " ALIGN_WORDS },
	{ DAXBUS_CREATE, "align", "16777216T", "'align' cannot be '16777216T': " ALIGN_WORDS },
	{ DAXBUS_RESIZE, "align", "3K", "'align' cannot be '3K': " ALIGN_WORDS },
	{ DAXBUS_CREATE, "count", "", "'count' cannot be '': " COUNT_WORDS },
	{ DAXBUS_CREATE, "count", "0", "'count' cannot be '0': " COUNT_WORDS },
	{ DAXBUS_CREATE, "count", "-1", "'count' cannot be '-1': " COUNT_WORDS },
	{ DAXBUS_CREATE, "count", "+1", "'count' cannot be '+1': " COUNT_WORDS },
	{ DAXBUS_CREATE, "count", "100001", "'count' cannot be '100001': " COUNT_WORDS },
	{ DAXBUS_CREATE, "count", "1K", "'count' cannot be '1K': " COUNT_WORDS },
	{ DAXBUS_CREATE, "count", "0x10", "'count' cannot be '0x10': " COUNT_WORDS },
	{ DAXBUS_CREATE, "count", "18446744073709551616",
	  "'count' cannot be '18446744073709551616': " COUNT_WORDS },
	{ DAXBUS_CREATE, "mapping", "", "'mapping' cannot be '': " RANGE_WORDS },
	{ DAXBUS_CREATE, "mapping", "-", "'mapping' cannot be '-': " RANGE_WORDS },
	{ DAXBUS_CREATE, "mapping", "0x1000", "'mapping' cannot be '0x1000': " RANGE_WORDS },
	{ DAXBUS_CREATE, "mapping", "1000-", "'mapping' cannot be '1000-': " RANGE_WORDS },
	{ DAXBUS_CREATE, "mapping", "-1000", "'mapping' cannot be '-1000': " RANGE_WORDS },
	{ DAXBUS_CREATE, "mapping", "2000-1fff", "'mapping' cannot be '2000-1fff': " RANGE_WORDS },
	{ DAXBUS_CREATE, "mapping", "0x2000-0x1000",
	  "'mapping' cannot be '0x2000-0x1000': " RANGE_WORDS },
	{ DAXBUS_CREATE, "mapping", "1000-1fff-2fff",
	  "'mapping' cannot be '1000-1fff-2fff': " RANGE_WORDS },
	{ DAXBUS_CREATE, "mapping", "1000-1fff,2000-2fff",
	  "'mapping' cannot be '1000-1fff,2000-2fff': " RANGE_WORDS },
	{ DAXBUS_CREATE, "mapping", "1000 - 1fff",
	  "'mapping' cannot be '1000 - 1fff': " RANGE_WORDS },
	{ DAXBUS_CREATE, "mapping", "g000-gfff", "'mapping' cannot be 'g000-gfff': " RANGE_WORDS },
	{ DAXBUS_CREATE, "mapping", "0-10000000000000000",
	  "'mapping' cannot be '0-10000000000000000': " RANGE_WORDS },
	{ DAXBUS_CREATE, "mode", "compat",
	  "'mode' cannot be 'compat': it is devdax, kmem, famfs or none" },
	{ DAXBUS_CREATE, "mode", "", "'mode' cannot be '': it is devdax, kmem, famfs or none" },
	{ DAXBUS_CREATE, "mode", "Kmem",
	  "'mode' cannot be 'Kmem': it is devdax, kmem, famfs or none" },
	{ DAXBUS_RECONFIGURE, "mode", "none",
	  "'mode' cannot be 'none': it is devdax, kmem, famfs or compat" },
	{ DAXBUS_CREATE, "driver", "kmem",
	  "create has no setting 'driver': it has mode, online, memmap-on-memory, size, align, "
	  "mapping, count, map, memdev, granularity, name, force, wait or timeout" },
	{ DAXBUS_CREATE, "map", "ram", "'map' cannot be 'ram': it is dev or mem" },
	{ DAXBUS_CREATE, "memdev", "mem0,mem1,mem0",
	  "'memdev' cannot be 'mem0,mem1,mem0': it is CXL memory devices such as mem0,mem1, each once" },
	{ DAXBUS_CREATE, "granularity", "300",
	  "'granularity' cannot be '300': it is a power of two such as 256 or 4K" },
	{ DAXBUS_CREATE, "name", "",
	  "'name' cannot be '': it is 1 to 63 letters, digits and punctuation characters other "
	  "than ',', without spaces" },
	{ DAXBUS_CREATE, "name", "a b",
	  "'name' cannot be 'a b': it is 1 to 63 letters, digits and punctuation characters other "
	  "than ',', without spaces" },
	{ DAXBUS_CREATE, "name", "a,size=1",
	  "'name' cannot be 'a,size=1': it is 1 to 63 letters, digits and punctuation characters other "
	  "than ',', without spaces" },
	{ DAXBUS_RESIZE, "mapping", "0-1",
	  "resize has no setting 'mapping': it has size, align, force, wait or timeout" },
	{ DAXBUS_DESTROY, "size", "1G",
	  "destroy has no setting 'size': it has force, wait or timeout" },
};

static void test_errors(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		_cleanup_request_ struct daxbus_request *request = new_request(errors[i].action);
		const struct daxbus_request before = *request;
		struct daxbus_error error = DAXBUS_ERROR_INIT;

		assert_row(i, daxbus_request_set(request, errors[i].name, errors[i].value,
						 &error) == -EINVAL);
		assert_row(i, error.code == -EINVAL);
		assert_string_equal(error.message, errors[i].message);
		assert_memory_equal(request, &before, sizeof(before));
		daxbus_error_done(&error);
	}
}

/* --- choices --- */

/* Each word that is offered is taken; what takes other than a few words offers none. */
static void test_choices(void **state _unused_)
{
	static const char *const names[] = { "mode",  "driver", "online",  "memmap-on-memory",
					     "size",  "align",	"mapping", "count",
					     "force", "wait",	"nothing", "map",
					     "name" };
	static const size_t counts[ARRAY_SIZE(names)][_DAXBUS_ACTION_MAX] = {
		[0] = { [DAXBUS_RECONFIGURE] = 4, [DAXBUS_CREATE] = 4 },
		[2] = { [DAXBUS_RECONFIGURE] = 4, [DAXBUS_ONLINE] = 2, [DAXBUS_CREATE] = 4 },
		[3] = { [DAXBUS_RECONFIGURE] = 2, [DAXBUS_CREATE] = 2 },
		[5] = { [DAXBUS_CREATE] = 3, [DAXBUS_RESIZE] = 3 },
		[8] = { 2, 2, 2, 2, 2, 2, 2, 2 },
		[11] = { [DAXBUS_CREATE] = 2 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		for (size_t a = 0; a < _DAXBUS_ACTION_MAX; a++) {
			enum daxbus_action action = (enum daxbus_action)a;
			_cleanup_request_ struct daxbus_request *request = new_request(action);
			const char *const *words = daxbus_request_choices(action, names[i]);
			size_t n = 0;

			for (; words && words[n]; n++)
				set(request, names[i], words[n]);
			assert_row(i, n == counts[i][a] && !words == !n);
		}
}

/* --- the list of settings --- */

static void test_next_setting(void **state _unused_)
{
	static const struct {
		enum daxbus_action action;
		const char *names[15]; /* ends with NULL */
	} rows[] = {
		{ DAXBUS_RECONFIGURE,
		  { "mode", "online", "for", "memmap-on-memory", "force", "wait", "timeout" } },
		{ DAXBUS_ONLINE, { "online", "size", "force", "wait", "timeout" } },
		{ DAXBUS_OFFLINE,
		  { "size", "make-room", "huge-pages", "drop-caches", "force", "wait",
		    "timeout" } },
		{ DAXBUS_BIND, { "driver", "force", "wait", "timeout" } },
		{ DAXBUS_UNBIND, { "force", "wait", "timeout" } },
		{ DAXBUS_CREATE,
		  { "mode", "online", "memmap-on-memory", "size", "align", "mapping", "count",
		    "map", "memdev", "granularity", "name", "force", "wait", "timeout" } },
		{ DAXBUS_RESIZE, { "size", "align", "force", "wait", "timeout" } },
		{ DAXBUS_DESTROY, { "force", "wait", "timeout" } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *name = NULL;
		size_t n = 0;

		while ((name = daxbus_request_next_setting(rows[i].action, name))) {
			assert_row(i, rows[i].names[n]);
			assert_string_equal(name, rows[i].names[n++]);
		}
		assert_row(i, n && !rows[i].names[n]);
	}
	assert_null(daxbus_request_next_setting(DAXBUS_DESTROY, "size"));
	assert_null(daxbus_request_next_setting(DAXBUS_CREATE, "nothing"));
}

/* --- numbers --- */

static void test_set_u64(void **state _unused_)
{
	_cleanup_request_ struct daxbus_request *request = new_request(DAXBUS_CREATE);
	static const struct {
		const char *name;
		uint64_t value;
		const char *message; /* NULL: the value is valid */
	} rows[] = {
		{ "size", UINT64_MAX, NULL },
		{ "align", 4096, NULL },
		{ "count", 3, NULL },
		{ "wait", 7, NULL },
		{ "size", 0, "'size' cannot be '0': " SIZE_WORDS },
		{ "align", 4097, "'align' cannot be '4097': " ALIGN_WORDS },
		{ "count", UINT64_MAX, "'count' cannot be '18446744073709551615': " COUNT_WORDS },
		{ "force", 1, "'force' cannot be '1': it is no or yes" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct daxbus_error error = DAXBUS_ERROR_INIT;
		int r = daxbus_request_set_u64(request, rows[i].name, rows[i].value, &error);

		assert_row(i, r == (rows[i].message ? -EINVAL : 0) && error.code == r);
		if (rows[i].message)
			assert_string_equal(error.message, rows[i].message);
		else
			assert_null(error.message);
		daxbus_error_done(&error);
	}
	assert_true(request->size == UINT64_MAX);
	assert_true(request->align == 4096);
	assert_true(request->count == 3);
	assert_true(request->wait == 7);
	assert_false(request->force);
}

/* --- whole requests --- */

static void test_check(void **state _unused_)
{
	static struct range range = { 0x100000000, 0x1001fffff };
	static const struct {
		struct daxbus_request request;
		const char *message;
	} rows[] = {
		{ { .action = DAXBUS_RECONFIGURE },
		  "reconfigure requires a mode: devdax, kmem, famfs or compat" },
		{ { .action = DAXBUS_RECONFIGURE, .mode = MODE_DEVDAX }, NULL },
		{ { .action = DAXBUS_RECONFIGURE,
		    .mode = MODE_DEVDAX,
		    .memmap_on_memory = CHOICE_NO },
		  "'memmap-on-memory' is a setting of mode kmem, not devdax" },
		{ { .action = DAXBUS_RECONFIGURE,
		    .mode = MODE_KMEM,
		    .memmap_on_memory = CHOICE_NO },
		  NULL },
		{ { .action = DAXBUS_RECONFIGURE, .mode = MODE_KMEM, .purpose = PURPOSE_PIN },
		  NULL },
		{ { .action = DAXBUS_RECONFIGURE, .mode = MODE_DEVDAX, .purpose = PURPOSE_PIN },
		  "'for' is a setting of mode kmem, not devdax" },
		{ { .action = DAXBUS_RECONFIGURE,
		    .mode = MODE_KMEM,
		    .purpose = PURPOSE_GIVE_BACK,
		    .zone_is_given = true },
		  "'for' and 'online' exclude each other: the purpose determines the zone" },
		{ { .action = DAXBUS_BIND }, NULL },
		{ { .action = DAXBUS_OFFLINE }, NULL },
		{ { .action = DAXBUS_OFFLINE, .drop_caches = true },
		  "'drop-caches' requires 'make-room'" },
		{ { .action = DAXBUS_OFFLINE, .huge = HUGE_MOVE },
		  "'huge-pages' requires 'make-room'" },
		{ { .action = DAXBUS_OFFLINE, .huge = HUGE_MOVE, .make_room = true }, NULL },
		{ { .action = DAXBUS_CREATE, .mode = MODE_DEVDAX, .count = 1 }, NULL },
		{ { .action = DAXBUS_CREATE, .count = 100000 }, NULL },
		{ { .action = DAXBUS_CREATE, .size = 1, .count = 3 }, NULL },
		{ { .action = DAXBUS_CREATE, .count = 1, .layout = { &range, 1 } }, NULL },
		{ { .action = DAXBUS_CREATE, .count = 1, .size = 1, .layout = { &range, 1 } },
		  "'mapping' and 'size' exclude each other: a range has its own size" },
		{ { .action = DAXBUS_CREATE, .count = 2, .layout = { &range, 1 } },
		  "'mapping' and 'count' exclude each other: each device has its own ranges" },
		{ { .action = DAXBUS_CREATE, .memmap_on_memory = CHOICE_YES },
		  "'memmap-on-memory' is a setting of mode kmem, not none" },
		{ { .action = DAXBUS_CREATE, .mode = MODE_KMEM, .memmap_on_memory = CHOICE_YES },
		  NULL },
		{ { .action = DAXBUS_RESIZE }, "resize requires a size or an alignment" },
		{ { .action = DAXBUS_RESIZE, .size = 1 }, NULL },
		{ { .action = DAXBUS_RESIZE, .size_as = SIZE_ALL }, NULL },
		{ { .action = DAXBUS_RESIZE, .align = 4096 }, NULL },
		{ { .action = DAXBUS_DESTROY }, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct daxbus_error error = DAXBUS_ERROR_INIT;
		int r = request_check(&rows[i].request, &error);

		assert_row(i, r == (rows[i].message ? -EINVAL : 0));
		if (rows[i].message)
			assert_string_equal(error.message, rows[i].message);
		else
			assert_null(error.message);
		daxbus_error_done(&error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),   cmocka_unit_test(test_no_action),
		cmocka_unit_test(test_modes),	   cmocka_unit_test(test_values),
		cmocka_unit_test(test_others),	   cmocka_unit_test(test_sizes_of_a_resize),
		cmocka_unit_test(test_alignments), cmocka_unit_test(test_create),
		cmocka_unit_test(test_mappings),   cmocka_unit_test(test_errors),
		cmocka_unit_test(test_choices),	   cmocka_unit_test(test_next_setting),
		cmocka_unit_test(test_set_u64),	   cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
