/* SPDX-License-Identifier: GPL-2.0-or-later */
/* With the machine's own libkmod and modules: what can be said of any machine. */
#include <errno.h>
#include <stdio.h>

#include "io/libkmod.h"
#include "unit.h"

#define ABSENT "daxbus_no_such_module"

static bool have_kmod(void)
{
	enum daxbus_module module;

	if (libkmod_state(NULL, ABSENT, &module, NULL) != -ELIBACC)
		return true;
	print_message("libkmod is not installed\n");
	return false;
}

static void test_absent(void **state _unused_)
{
	struct daxbus_error err = DAXBUS_ERROR_INIT;
	enum daxbus_module module = DAXBUS_MODULE_BUILTIN;

	if (!have_kmod())
		skip();
	assert_int_equal(libkmod_state(NULL, ABSENT, &module, &err), 0);
	assert_int_equal(module, DAXBUS_MODULE_ABSENT);
	assert_int_equal(libkmod_load(NULL, ABSENT, &err), -ENOENT);
	assert_string_equal(err.message, "cannot load the module '" ABSENT
					 "': the running kernel has no such module");
	daxbus_error_done(&err);
}

/* The first module of /proc/modules. Return: whether there is one. */
static bool read_loaded(char name[64])
{
	FILE *file = fopen("/proc/modules", "re");
	bool any = file && fscanf(file, "%63s", name) == 1;

	if (file)
		fclose(file);
	return any;
}

/* What is loaded already needs no rights, and nothing is done. */
static void test_loaded(void **state _unused_)
{
	struct daxbus_error err = DAXBUS_ERROR_INIT;
	enum daxbus_module module = DAXBUS_MODULE_BUILTIN;
	char name[64];

	if (!have_kmod())
		skip();
	if (!read_loaded(name)) {
		print_message("no module is loaded here\n");
		skip();
	}
	assert_int_equal(libkmod_state(NULL, name, &module, &err), 0);
	assert_int_equal(module, DAXBUS_MODULE_LOADED);
	assert_int_equal(libkmod_load(NULL, name, &err), 0);
	daxbus_error_done(&err);
}

/* Without rights the kernel says no, and the sentence says so. */
static void test_refused(void **state _unused_)
{
	struct daxbus_error err = DAXBUS_ERROR_INIT;
	enum daxbus_module module = DAXBUS_MODULE_BUILTIN;
	int r;

	if (!have_kmod())
		skip();
	if (geteuid() != 0 || libkmod_state(NULL, "kmem", &module, NULL) < 0 ||
	    module != DAXBUS_MODULE_AVAILABLE) {
		print_message("there is no module kmem to be refused here\n");
		skip();
	}
	assert_int_equal(seteuid(65534), 0);
	r = libkmod_load(NULL, "kmem", &err);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(r, -EPERM);
	assert_string_equal(err.message, "cannot load the module 'kmem': Operation not permitted");
	daxbus_error_done(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_absent),
	};
	const struct CMUnitTest machine_tests[] = {
		cmocka_unit_test(test_loaded),
		cmocka_unit_test(test_refused),
	};

	if (in_machine())
		return cmocka_run_group_tests_name("module", machine_tests, NULL, NULL);
	return cmocka_run_group_tests_name("module", tests, NULL, NULL);
}
