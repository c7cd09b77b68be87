/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What daxbus_lease_take() refuses before it reads anything. */
#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <daxbus.h>

#include "base/util.h"
#include "tree.h"
#include "unit.h"

struct world {
	struct daxbus_ctx *ctx;
	struct daxbus_request *request;
	struct daxbus_error error;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->error = (struct daxbus_error)DAXBUS_ERROR_INIT;
	assert_int_equal(daxbus_new(&w->ctx), 0);
	assert_int_equal(daxbus_request_new(DAXBUS_RECONFIGURE, &w->request), 0);
	assert_int_equal(daxbus_request_set(w->request, "mode", "devdax", NULL), 0);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	daxbus_request_free(w->request);
	daxbus_free(w->ctx);
	daxbus_error_done(&w->error);
	free(w);
	return 0;
}

/* It fails in this way, and leaves neither a lease nor results. */
static void assert_refused(struct world *w, const char *device, int expected, const char *message)
{
	struct daxbus_results *results = NULL;
	struct daxbus_lease *lease = NULL;
	int r = daxbus_lease_take(w->ctx, device, w->request, &lease, &results, &w->error);

	if (r != expected)
		fail_msg("'%s': %s instead of %s", device, strerrorname_np(-r),
			 strerrorname_np(-expected));
	assert_null(lease);
	assert_null(results);
	assert_non_null(strstr(w->error.message, message));
	daxbus_error_done(&w->error);
}

static void test_device_name(void **state)
{
	static const char *const names[] = {
		"",
		"dax0",
		"dax0.",
		"dax.0",
		"dax0.0.0",
		"dax*",
		"region0",
		"/dax0.0",
		"../dax0.0",
		"dax0.0/",
		"dax0.0 ",
		"all",
		"dax-1.0",
		"dax0.0\n",
		"DAX0.0",
		"dax0.0,dax1.0",
		"driver=kmem",
		"dax99999999999.0",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_refused(*state, names[i], -EINVAL, "is not a device name");
	assert_refused(*state, NULL, -EINVAL, "is not a device name");
}

static void test_action(void **state)
{
	static const enum daxbus_action actions[] = {
		DAXBUS_CREATE, DAXBUS_RESIZE, DAXBUS_DESTROY, DAXBUS_ONLINE, DAXBUS_OFFLINE,
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		daxbus_request_free(w->request);
		assert_int_equal(daxbus_request_new(actions[i], &w->request), 0);
		assert_refused(w, "dax0.0", -EINVAL, "only a change of the mode can be leased");
	}
}

static void test_no_mode(void **state)
{
	struct world *w = *state;

	daxbus_request_free(w->request);
	assert_int_equal(daxbus_request_new(DAXBUS_RECONFIGURE, &w->request), 0);
	assert_refused(w, "dax0.0", -EINVAL, "mode");
}

static void test_captured_tree(void **state)
{
	struct world *w = *state;
	void *t;

	assert_int_equal(tree_set_up(&t), 0);
	tree_folder(t, "/sys/bus/dax");
	assert_int_equal(daxbus_set_sysroot(w->ctx, ((const struct tree *)t)->folder, NULL), 0);
	assert_refused(w, "dax0.0", -EOPNOTSUPP, "captured tree");
	tree_tear_down(&t);
}

/* The user ID may be 0: only the capability counts. */
static void test_without_capability(void **state)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct before[_LINUX_CAPABILITY_U32S_3], after[ARRAY_SIZE(before)];

	assert_int_equal(syscall(SYS_capget, &head, before), 0);
	memcpy(after, before, sizeof(after));
	for (size_t i = 0; i < ARRAY_SIZE(after); i++)
		after[i].effective = 0;
	assert_int_equal(syscall(SYS_capset, &head, after), 0);
	assert_refused(*state, "dax0.0", -EPERM, "requires root");
	assert_int_equal(syscall(SYS_capset, &head, before), 0);
}

/* A lease of a device that was in the mode changes nothing, and neither does none. */
static void test_release_nothing(void **state)
{
	struct world *w = *state;
	struct daxbus_results *results = NULL;

	assert_int_equal(daxbus_lease_release(w->ctx, NULL, &results, &w->error), 0);
	assert_non_null(results);
	assert_null(daxbus_results_next(results, NULL));
	daxbus_results_free(results);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_device_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_action, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_mode, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_captured_tree, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_without_capability, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_release_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("lease of the library", tests, NULL, NULL);
}
