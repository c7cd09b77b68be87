/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a policy. What is not broken has conditions and devices, and each problem has a line
 * of the text.
 */
#include "fuzz.h"
#include "policy/load.h"

static void check_section(const struct policy_section *section, unsigned int lines)
{
	fuzz_check(section->line >= 1 && section->line <= lines);
	for (enum policy_key key = 0; key < _POLICY_KEY_MAX; key++) {
		const struct policy_value *value = &section->values[key];

		fuzz_check(!value->text || policy_key_section(key) == section->kind);
		fuzz_check(!value->text || (value->line > section->line && value->line <= lines));
	}
	fuzz_check(!section->ranges.n == !policy_section_has(section, POLICY_KEY_RANGE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *s = fuzz_string(data, size);
	_cleanup_(policy_set_done) struct policy_set set = { 0 };
	const struct policy_file *file;
	unsigned int lines = 1;
	bool fatal = false;

	for (const char *p = s; *p; p++)
		lines += *p == '\n';
	fuzz_check(policy_load_text("x.conf", s, NULL, &set, NULL) == 0);
	fuzz_check(set.n_files == 1);
	file = set.files[0];
	for (size_t i = 0; i < set.n_problems; i++) {
		fuzz_check(set.problems[i].line <= lines && *set.problems[i].message);
		fatal |= set.problems[i].is_fatal;
	}
	fuzz_check(file->is_broken == fatal);
	if (file->is_broken)
		return 0;
	fuzz_check(file->n_devices);
	check_section(&file->match, lines);
	if (file->region.line)
		check_section(&file->region, lines);
	for (size_t i = 0; i < file->n_devices; i++)
		check_section(&file->devices[i], lines);
	return 0;
}
