/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a file of daxctl. What is made of its sections is a policy, broken only if the file
 * has values that daxctl would not take either.
 */
#include "fuzz.h"
#include "io/libinih.h"
#include "parsers/daxctl-conf.h"
#include "policy/load.h"

static int section(void *data, unsigned int line, const char *name)
{
	return daxctl_conf_section(data, line, name);
}

static int key(void *data, unsigned int line _unused_, const char *name, const char *value)
{
	return daxctl_conf_key(data, name, value);
}

static int malformed(void *data _unused_, unsigned int line, const char *what)
{
	fuzz_check(line && *what);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *s = fuzz_string(data, size);
	_cleanup_(daxctl_conf_done) struct daxctl_conf conf = { 0 };
	const struct libinih_reader reader = { section, key, malformed, &conf };
	int r = libinih_read(s, NULL, &reader, NULL);

	fuzz_check(r == 0 || r == -EINVAL);
	for (size_t i = 0; i < conf.n; i++) {
		_cleanup_(policy_set_done) struct policy_set set = { 0 };
		_cleanup_free_ char *text = NULL;

		if (!conf.items[i].uuid)
			continue;
		text = daxctl_conf_policy(&conf.items[i], "x.conf");
		fuzz_check(text && policy_load_text("y.conf", text, NULL, &set, NULL) == 0);
		fuzz_check(set.n_files == 1 && set.files[0]->is_broken == (set.n_problems > 0));
	}
	return 0;
}
