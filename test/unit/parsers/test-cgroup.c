/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/cgroup.h"
#include "unit.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void test_lines(void **state _unused_)
{
	static const struct {
		const char *line, *unit, *container;
		int counts;
	} rows[] = {
		{ "", NULL, NULL, 0 },
		{ "0::/", NULL, NULL, 1 },
		{ "0::/system.slice/ssh.service", "ssh.service", NULL, 1 },
		{ "0::/user.slice/user-0.slice/session-2.scope", "session-2.scope", NULL, 1 },
		{ "0::/user.slice/user-1.slice/user@1.service/app.slice/a.service", "a.service",
		  NULL, 1 },
		{ "1:name=systemd:/system.slice/a.service", "a.service", NULL, 1 },
		{ "5:memory:/system.slice/a.service", NULL, NULL, 0 },
		{ "0::/system.slice/docker-" ID ".scope", NULL, ID, 1 },
		/* What runs in it is no unit of this machine. */
		{ "0::/machine.slice/libpod-" ID ".scope/container/init.scope", NULL, ID, 1 },
		{ "0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-" ID ".scope", NULL, ID,
		  1 },
		{ "0::/docker/" ID, NULL, ID, 1 },
		{ "0::/system.slice/a.service/" ID, "a.service", ID, 1 },
		{ "0::/docker-" ID "0.scope", "docker-" ID "0.scope", NULL, 1 },
		{ "0::/lxc.payload.web/x.service", NULL, "web", 1 },
		{ "0::/lxc.payload.", NULL, NULL, 1 },
		{ "0::/machine.slice/machine-deb.scope", NULL, "deb", 1 },
		{ "0::/.service", NULL, NULL, 1 },
		{ "0::/a.service\n/b.service", "a.service", NULL, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *unit = NULL, *container = NULL;

		assert_row(i, cgroup_find(rows[i].line, &unit, &container) == rows[i].counts);
		assert_row(i, !unit == !rows[i].unit && !container == !rows[i].container);
		assert_row(i, !unit || streq(unit, rows[i].unit));
		assert_row(i, !container || streq(container, rows[i].container));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_lines) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
