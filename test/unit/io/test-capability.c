/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <linux/capability.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/string.h"
#include "io/capability.h"
#include "unit.h"

/* What /proc says: bit 21 of CapEff. */
static bool is_admin_in_proc(void)
{
	FILE *f = fopen("/proc/thread-self/status", "re");
	unsigned long long effective = 0;
	bool found = false;
	char line[256];

	assert_non_null(f);
	while (!found && fgets(line, sizeof(line), f))
		found = sscanf(line, "CapEff: %llx", &effective) == 1;
	fclose(f);
	assert_true(found);
	return effective >> CAP_SYS_ADMIN & 1;
}

static void test_as_proc_says(void **state _unused_)
{
	assert_int_equal(capability_is_admin(), is_admin_in_proc());
}

/* The user ID stays 0 where it is; only the capability goes. */
static void test_without(void **state _unused_)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(syscall(SYS_capset, &head, none) < 0 || capability_is_admin());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_proc_says),
		cmocka_unit_test(test_without),
	};

	return cmocka_run_group_tests_name("capability", tests, NULL, NULL);
}
