/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "class-scan/file-type.h"

#define ELF(type) "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0" type "\0"

/* A file with its beginning, its kind, _FILEKIND_MAX for data, and how it is read. */
static const struct {
	const char *path;
	mode_t mode;
	const char *head;
	size_t n;
	enum file_type kind;
	enum syntax syntax;
} rows[] = {
	{ "/usr/bin/a", 0755, ELF("\3"), 18, FILE_TYPE_PROGRAM, SYNTAX_PROGRAM },
	{ "/usr/bin/a", 0644, ELF("\2"), 18, FILE_TYPE_PROGRAM, SYNTAX_PROGRAM },
	{ "/usr/lib/liba.so.1", 0644, ELF("\3"), 18, FILE_TYPE_LIBRARY, SYNTAX_PROGRAM },
	{ "/usr/lib/a", 0644, ELF("\1"), 18, _FILEKIND_MAX, 0 },
	{ "/var/core", 0600, ELF("\4"), 18, _FILEKIND_MAX, 0 },
	{ "/usr/lib/a", 0644, ELF("\3"), 10, _FILEKIND_MAX, 0 },
	{ "/usr/bin/a", 0644, "#!/bin/sh\n", 10, FILE_TYPE_SCRIPT, SYNTAX_HASH },
	{ "/usr/bin/a", 0755, "#!/usr/bin/env python3\n", 23, FILE_TYPE_SCRIPT, SYNTAX_PYTHON },
	{ "/usr/bin/a", 0755, "#!/bin/sh\npython", 16, FILE_TYPE_SCRIPT, SYNTAX_HASH },
	{ "/usr/bin/a", 0755, "#!/bin/sh\n\0\0", 12, FILE_TYPE_SCRIPT, SYNTAX_HASH },
	{ "/usr/lib/a.py", 0644, "import os", 9, FILE_TYPE_SCRIPT, SYNTAX_PYTHON },
	{ "/usr/lib/a", 0755, "echo", 4, FILE_TYPE_SCRIPT, SYNTAX_HASH },
	{ "/usr/lib/a", 0644, "echo", 4, _FILEKIND_MAX, 0 },
	{ "/usr/lib/a", 0755, "ec\0o", 4, _FILEKIND_MAX, 0 },
	{ "/etc/a", 0644, "", 0, _FILEKIND_MAX, 0 },
};

/* A text that is nothing by itself, and is known by its path. */
static const struct {
	const char *path;
	enum file_type kind;
	enum syntax syntax;
} named[] = {
	{ "/usr/lib/udev/rules.d/60-a.rules", FILE_TYPE_UDEV, SYNTAX_UDEV },
	{ "/usr/share/polkit-1/rules.d/a.rules", FILE_TYPE_SCRIPT, SYNTAX_SLASHES },
	{ "/etc/systemd/system/a.service", FILE_TYPE_UNIT, SYNTAX_LINES },
	{ "/etc/systemd/system/a.service.d/b.conf", FILE_TYPE_UNIT, SYNTAX_LINES },
	{ "/etc/modprobe.d/a.conf", FILE_TYPE_MODPROBE, SYNTAX_MODPROBE },
	{ "/etc/modules", FILE_TYPE_MODPROBE, SYNTAX_LINES },
	{ "/etc/modules-load.d/a.conf", FILE_TYPE_MODPROBE, SYNTAX_LINES },
	{ "/etc/default/a", FILE_TYPE_CONFIGURATION, SYNTAX_HASH },
	{ "/srv/etcetera/a", _FILEKIND_MAX, 0 },
	{ "/opt/a.conf", FILE_TYPE_CONFIGURATION, SYNTAX_HASH },
};

static void check_kind(size_t i, const char *path, mode_t mode, const char *head, size_t n,
		       enum file_type wanted, enum syntax how)
{
	enum syntax syntax = _SYNTAX_MAX;
	enum file_type kind = file_type_of(path, mode, head, n, &syntax);

	assert_row(i, kind == wanted);
	assert_row(i, kind == _FILEKIND_MAX || syntax == how);
}

static void test_kinds(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_kind(i, rows[i].path, rows[i].mode, rows[i].head, rows[i].n, rows[i].kind,
			   rows[i].syntax);
}

static void test_names(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		check_kind(i, named[i].path, 0644, "A", 1, named[i].kind, named[i].syntax);
}

static void test_idle(void **state _unused_)
{
	static const char *const idle[] = { "a.md", "a.gz", "README.sh", "a.c", "changelog", "a~" };
	static const char *const busy[] = { "a",       "a.sh", "liba.so.1", "a.conf", "lua5.4",
					    "a.rules", "gz",   "reader",    "a.bin",  "" };

	for (size_t i = 0; i < ARRAY_SIZE(idle); i++)
		assert_row(i, file_type_is_idle_name(idle[i]));
	for (size_t i = 0; i < ARRAY_SIZE(busy); i++)
		assert_row(i, !file_type_is_idle_name(busy[i]));
}

static void test_idle_folders(void **state _unused_)
{
	static const struct {
		const char *path;
		bool is_idle;
	} folders[] = {
		{ "/opt/a/.git", true }, { "/usr/share/doc", true },
		{ "/opt/doc", false },	 { "/usr/share/documents", false },
		{ "/", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		assert_row(i, file_type_is_idle_directory(folders[i].path) == folders[i].is_idle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_idle_folders),
	};

	return cmocka_run_group_tests_name("filekind", tests, NULL, NULL);
}
