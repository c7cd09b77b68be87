/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <inttypes.h>
#include <stdio.h>

#include "class-scan/match.h"

static void read_in_pieces(struct matches *m, const char *data, size_t n, size_t piece)
{
	while (n) {
		size_t room;
		char *p = match_space(m, &room);

		assert_true(room > 0);
		room = room < piece ? room : piece;
		room = room < n ? room : n;
		memcpy(p, data, room);
		assert_int_equal(match_put(m, room), 0);
		data += room;
		n -= room;
	}
	assert_int_equal(match_end(m), 0);
}

/*
 * A file: how it is read, its text, the word of its only mention ("" for none) with its line, and
 * whether it is safe. A '@' in a program is a NUL.
 */
static const struct row {
	enum syntax syntax;
	const char *text;
	const char *word;
	uint64_t line;
	bool safe;
} rows[] = {
	/* Paths, and what looks like one. */
	{ SYNTAX_HASH, "ls /sys/class/dax", "class-path", 1, false },
	{ SYNTAX_HASH, "\n\nls /sys/class/dax/dax0.0/size\n", "class-path", 3, false },
	{ SYNTAX_HASH, "ls \"$SYSFS/class/dax\"", "class-path", 1, false },
	{ SYNTAX_HASH, "ls ${SYS:-/sys}/class/dax", "class-path", 1, false },
	{ SYNTAX_HASH, "cd /sys; ls class/dax", "class-path", 1, false },
	{ SYNTAX_HASH, "ls /host/sys/class/dax/", "class-path", 1, false },
	{ SYNTAX_HASH, "path = '/class/dax'", "class-path", 1, false },
	{ SYNTAX_HASH, "for d in /sys/class/{dax,nd}/*", "class-path", 1, false },
	{ SYNTAX_HASH, "for d in /sys/class/{nd,dax}*", "class-path", 1, false },
	{ SYNTAX_HASH, "for d in /sys/class/{nd,daxtra}*", "", 0, false },
	{ SYNTAX_HASH, "echo It is in /sys/class/dax.", "class-path", 1, false },
	{ SYNTAX_HASH, "ls /sys/class/daxtra", "", 0, false },
	{ SYNTAX_HASH, "ls /sys/class/dax_foo", "", 0, false },
	{ SYNTAX_HASH, "ls /sys/class/dax-foo", "", 0, false },
	{ SYNTAX_HASH, "ls /sys/class/dax.c", "", 0, false },
	{ SYNTAX_HASH, "ls /sys/class/nodax", "", 0, false },
	{ SYNTAX_HASH, "ls foo/class/dax/bar", "", 0, false },
	{ SYNTAX_HASH, "ls /opt/class/dax", "", 0, false },
	{ SYNTAX_HASH, "ls subclass/dax", "", 0, false },
	{ SYNTAX_HASH, "ls my.class/dax", "", 0, false },
	{ SYNTAX_HASH, "ls /mysys/class/dax", "", 0, false },
	{ SYNTAX_HASH, "ls /sys/bus/dax/devices", "", 0, false },
	{ SYNTAX_PYTHON, "os.path.join('/sys/class', 'dax')", "class-path", 1, false },
	{ SYNTAX_PYTHON, "Path(\"/sys\") / \"class\" / \"dax\"", "class-path", 1, false },
	{ SYNTAX_PYTHON, "Path(\"/sys/class\") / \"dax\"", "class-path", 1, false },
	{ SYNTAX_PYTHON, "base = '/sys/class/' + 'dax/'", "class-path", 1, false },
	{ SYNTAX_PYTHON, "words = ['class', 'dax']", "", 0, false },
	{ SYNTAX_PYTHON, "os.path.join('/opt/class', 'dax')", "", 0, false },

	/* Comments are none, quotes and words that hold their mark are. */
	{ SYNTAX_HASH, "# was /sys/class/dax", "", 0, false },
	{ SYNTAX_HASH, "  ls / # not /sys/class/dax", "", 0, false },
	{ SYNTAX_HASH, "echo '# ' /sys/class/dax", "class-path", 1, false },
	{ SYNTAX_HASH, "echo \"a \\\" # \" /sys/class/dax", "class-path", 1, false },
	{ SYNTAX_HASH, "echo ${#a} /sys/class/dax", "class-path", 1, false },
	{ SYNTAX_HASH, "# don't\nls /sys/class/dax", "class-path", 2, false },
	{ SYNTAX_PYTHON, "\"\"\"Was in\n/sys/class/dax once.\"\"\"\npass", "", 0, false },
	{ SYNTAX_PYTHON, "'''/sys/class/dax'''", "", 0, false },
	{ SYNTAX_PYTHON, "'''doc'''\nopen('/sys/class/dax')", "class-path", 2, false },
	{ SYNTAX_PYTHON, "x = '''\n/sys/class/dax'''", "class-path", 2, false },
	{ SYNTAX_PERL, "=head1 X\n/sys/class/dax\n=cut\n1;", "", 0, false },
	{ SYNTAX_PERL, "=pod\n\n=cut\nopen '/sys/class/dax'", "class-path", 4, false },
	{ SYNTAX_SLASHES, "x() // /sys/class/dax", "", 0, false },
	{ SYNTAX_SLASHES, "ls('/sys/class/dax')", "class-path", 1, false },
	{ SYNTAX_DASHES, "-- /sys/class/dax", "", 0, false },
	{ SYNTAX_LINES, "; /sys/class/dax", "", 0, false },
	{ SYNTAX_LINES, "PathExists=/sys/class/dax", "class-path", 1, false },
	{ SYNTAX_LINES, "X=a # /sys/class/dax", "class-path", 1, false },

	/* systemd, udev */
	{ SYNTAX_LINES, "After=sys-class-dax-dax0.0.device", "class-path", 1, false },
	{ SYNTAX_LINES, "After=sys-class-daxtra.device", "", 0, false },
	{ SYNTAX_LINES, "After=sys-devices-LNX-ndbus0-region0-dax0.0-dax-dax0.0.device",
	  "class-directory", 1, false },
	{ SYNTAX_LINES, "After=sys-devices-platform-hmem.0-dax0.0.device", "", 0, false },
	{ SYNTAX_UDEV, "SUBSYSTEM==\"dax\", KERNEL==\"dax*\", MODE=\"0660\"", "", 0, false },
	{ SYNTAX_UDEV, "DEVPATH==\"*/class/dax/*\"", "class-path", 1, false },
	{ SYNTAX_UDEV, "DEVPATH==\"/devices/*/dax/*\", MODE=\"0660\"", "class-directory", 1,
	  false },
	{ SYNTAX_UDEV, "DEVPATH!=\"*/dax/dax0.0\"", "class-directory", 1, false },
	{ SYNTAX_UDEV, "DEVPATH==\"*/bus/dax/*\"", "", 0, false },
	{ SYNTAX_UDEV, "PROGRAM=\"/usr/lib/dax/helper\"", "", 0, false },
	{ SYNTAX_UDEV, "SUBSYSTEM==\"dax\", ATTR{device/dax_region/id}==\"0\"", "device-region", 1,
	  false },
	{ SYNTAX_UDEV, "ACTION==\"add\", RUN+=\"/sbin/modprobe dax_pmem_compat\"", "compat-module",
	  1, false },

	/* Facts of the class alone. */
	{ SYNTAX_HASH, "cat /dev/dax0.0; cat $d/device/align", "device-align", 1, false },
	{ SYNTAX_HASH, "cat /sys/block/$d/device/align", "", 0, false },
	{ SYNTAX_HASH, "x=dax; cat $d/device/alignment", "", 0, false },
	{ SYNTAX_HASH, "cat $d/device/dax_region/id", "device-region", 1, false },
	{ SYNTAX_HASH, "cat $d/../dax_region/id", "", 0, false },
	{ SYNTAX_HASH, "ls /sys/devices/*/region0/dax0.0/dax/dax0.0/size", "class-directory", 1,
	  false },
	{ SYNTAX_HASH, "ls /mnt/dax/dax0", "", 0, false },
	{ SYNTAX_HASH, "l=$(readlink /sys/dev/char/$n/subsystem)\n[ $l = /sys/class/dax ]",
	  "class-compared", 2, false },

	/* What knows both, and what goes by the last component. */
	{ SYNTAX_HASH, "ls /sys/class/dax /sys/bus/dax/devices", "class-path", 1, true },
	{ SYNTAX_HASH, "ls /sys/class/dax\nls /sys/bus/{dax,cxl}", "class-path", 1, true },
	{ SYNTAX_HASH, "ls /sys/class/dax # or /sys/bus/dax", "class-path", 1, false },
	{ SYNTAX_HASH, "ls /sys/class/dax /sys/bus/dax/drivers/kmem", "class-path", 1, false },
	{ SYNTAX_HASH, "l=$(basename $(readlink /sys/dev/char/$n/subsystem)); [ $l = dax ]",
	  "class-compared", 1, true },

	/* Modules. */
	{ SYNTAX_MODPROBE, "alias nd:t7* dax_pmem_compat", "compat-module", 1, false },
	{ SYNTAX_MODPROBE, "alias nd:t7* dax-pmem-compat", "compat-module", 1, false },
	{ SYNTAX_MODPROBE, "blacklist dax_pmem_compat\nalias nd:t7* dax_pmem", "", 0, false },
	{ SYNTAX_MODPROBE, "install dax_pmem_compat /bin/false", "", 0, false },
	{ SYNTAX_MODPROBE, "options dax_hmem region_idle=1", "", 0, false },
	{ SYNTAX_MODPROBE, "blacklist dax_pmem", "bus-kept-out", 1, false },
	{ SYNTAX_MODPROBE, "install dax_pmem /bin/false", "bus-kept-out", 1, false },
	{ SYNTAX_MODPROBE, "# blacklist dax_pmem", "", 0, false },
	{ SYNTAX_MODPROBE, "blacklist dax_pmem_core", "", 0, false },
	{ SYNTAX_LINES, "dax_pmem_compat", "compat-module", 1, false },
	{ SYNTAX_HASH, "modprobe dax_pmem_compat", "compat-module", 1, false },
	{ SYNTAX_HASH, "modprobe -r dax_pmem_compat", "", 0, false },
	{ SYNTAX_HASH, "rmmod dax_pmem_compat", "", 0, false },

	/* Programs: strings, and instructions. */
	{ SYNTAX_PROGRAM, "\177ELF@@/sys/class/dax@\1", "class-path", 0, false },
	{ SYNTAX_PROGRAM, "@%s/class/dax/%s@", "class-path", 0, false },
	{ SYNTAX_PROGRAM, "@/sys/class/daxtra@/sys/class/dax_x@foo/class/dax@", "", 0, false },
	{ SYNTAX_PROGRAM, "@/sys/class/dax@/sys/bus/dax/devices@", "class-path", 0, true },
	{ SYNTAX_PROGRAM, "@/sys/class/dax@/sys/dev/char/%u:%u/subsystem@", "class-compared", 0,
	  false },
	{ SYNTAX_PROGRAM, "@dax@/sys/dev/char/%u:%u/subsystem@", "class-compared", 0, true },
	{ SYNTAX_PROGRAM, "@/sys/dev/char/%u:%u/subsystem@", "", 0, false },
	{ SYNTAX_PROGRAM, "@/sys/dev/char/%u:%u/device/align@", "", 0, false },
	{ SYNTAX_PROGRAM, "@/sys/dev/char/%u:%u/device/align@/dev/dax@", "device-align", 0, false },
	{ SYNTAX_PROGRAM, "H\270/sys/claH\211\7H\270ass/dax@H\211G\7", "class-path", 0, false },
	{ SYNTAX_PROGRAM, "H\270/sys/busH\211\7H\270ass/dax@H\211G\7", "", 0, false },
	{ SYNTAX_PROGRAM, "@modprobe dax_pmem_compat@", "compat-module", 0, false },
	{ SYNTAX_PROGRAM, "@dax_pmem_compat@", "", 0, false },
	{ SYNTAX_PROGRAM, "", "", 0, false },
	{ SYNTAX_HASH, "", "", 0, false },
	{ SYNTAX_HASH, "\n\n\n", "", 0, false },
};

static char *make_text(const struct row *row)
{
	char *text = strdup(row->text);

	assert_non_null(text);
	return text;
}

static void check_row(size_t i, size_t buffer, size_t piece)
{
	const struct row *row = &rows[i];
	_cleanup_free_ char *text = make_text(row);
	size_t n = strlen(text);
	struct matches m;

	for (size_t k = 0; row->syntax == SYNTAX_PROGRAM && k < n; k++)
		if (text[k] == '@')
			text[k] = '\0';
	assert_int_equal(match_init(&m, row->syntax, buffer), 0);
	read_in_pieces(&m, text, n, piece);
	assert_row(i, m.n == (*row->word ? 1 : 0));
	if (m.n) {
		assert_row(i, streq(findings[m.items[0].use].word, row->word));
		assert_row(i, m.items[0].line == row->line);
		assert_row(i, m.items[0].offset < n);
	}
	assert_row(i, (m.safe != NULL) == row->safe);
	match_done(&m);
}

static void test_rows(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_row(i, 4096, 4096);
}

static void test_pieces(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_row(i, MENTIONS_BUFFER_MIN, 1);
}

/* Lines of 16 bytes, or a program of NULs, with @word at @at. */
static void make_data(char *data, size_t n, bool text, size_t at, const char *word)
{
	for (size_t i = 0; i < n; i++)
		data[i] = !text ? '\0' : i % 16 == 15 ? '\n' : ' ';
	memcpy(data + at, word, strlen(word));
}

static size_t count_lines(const char *data, size_t n)
{
	size_t lines = 0;

	for (size_t i = 0; i < n; i++)
		lines += data[i] == '\n';
	return lines;
}

/* At every place of the buffer's edge it is found, once, with its offset. */
static void test_edges(void **state _unused_)
{
	static const char word[] = "/sys/class/dax";
	static char data[3 * MENTIONS_BUFFER_MIN];
	struct matches m;

	assert_int_equal(match_init(&m, SYNTAX_HASH, MENTIONS_BUFFER_MIN), 0);
	for (size_t at = MENTIONS_BUFFER_MIN - 400; at < MENTIONS_BUFFER_MIN + 400; at++) {
		for (int text = 0; text < 2; text++) {
			match_restart(&m, text ? SYNTAX_HASH : SYNTAX_PROGRAM);
			make_data(data, sizeof(data), text, at, word);
			read_in_pieces(&m, data, sizeof(data), sizeof(data));
			assert_row(at, m.n == 1);
			assert_row(at, m.items[0].offset == at + strlen("/sys/class/"));
			assert_row(at, m.items[0].line == (text ? count_lines(data, at) + 1 : 0));
			assert_string_equal(m.items[0].text, word);
		}
	}
	match_done(&m);
}

/* Go keeps texts without an end: what follows the path says nothing there. */
static void test_blob(void **state _unused_)
{
	char data[600];
	struct matches m;

	memset(data, 'x', sizeof(data));
	memcpy(data + 300, "/sys/class/dax", 14);
	assert_int_equal(match_init(&m, SYNTAX_PROGRAM, 4096), 0);
	read_in_pieces(&m, data, sizeof(data), sizeof(data));
	assert_int_equal(m.n, 1);
	match_done(&m);
}

static void test_many(void **state _unused_)
{
	struct matches m;

	assert_int_equal(match_init(&m, SYNTAX_HASH, MENTIONS_BUFFER_MIN), 0);
	for (int i = 0; i < 1000; i++) {
		size_t room;
		char *p;

		for (const char *s = "ls /sys/class/dax\n"; *s; s++) {
			p = match_space(&m, &room);
			*p = *s;
			assert_int_equal(match_put(&m, 1), 0);
		}
	}
	assert_int_equal(match_end(&m), 0);
	assert_int_equal(m.n, 100);
	assert_int_equal(m.items[99].line, 100);
	/* The same buffer for another file, which is not mixed up with it. */
	match_restart(&m, SYNTAX_HASH);
	read_in_pieces(&m, "true", 4, 4);
	assert_int_equal(m.n, 0);
	match_done(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),  cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_edges), cmocka_unit_test(test_blob),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("mention", tests, NULL, NULL);
}
