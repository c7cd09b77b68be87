/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/file-type.h"

#include <elf.h>

const char *file_type_word(enum file_type kind)
{
	static const char *const words[] = {
#define FILE_TYPE_WORD(name, word) [name] = word,
		FILEKINDS(FILE_TYPE_WORD)
	};

	return words[kind];
}

static bool ends_with_any(const char *s, const char *const *ends, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ends_with(s, ends[i]))
			return true;
	return false;
}

/* Whether a path leads through a directory of that name. */
static bool is_in(const char *path, const char *directory)
{
	size_t n = strlen(directory);

	for (const char *s = path; (s = strstr(s, directory)); s++)
		if (s > path && s[-1] == '/' && s[n] == '/')
			return true;
	return false;
}

/* --- what need not be opened ------------------------------------------------------------------ */

bool file_type_is_idle_name(const char *name)
{
	/* clang-format off */
	static const char *const ends[] = {
		/* documentation */
		".md", ".txt", ".rst", ".adoc", ".html", ".htm", ".css", ".pdf", ".ps", ".tex",
		".texi", ".info", ".pod", ".log", ".xsl", ".dtd", ".mo", ".po", ".pot",
		/* compressed, which is neither run nor read by udev or systemd */
		".gz", ".xz", ".bz2", ".zst", ".zip", ".lz4", ".tar", ".deb", ".rpm", ".jar", ".whl",
		/* what programs are made of, and made from again */
		".a", ".o", ".ko", ".la", ".pc", ".pyc", ".pyo", ".elc", ".h", ".hh", ".hpp", ".c",
		".cc", ".cpp", ".cxx", ".S", ".s", ".go", ".rs", ".java", ".class", ".m4", ".debug",
		".symbols", ".d.ts", ".map", ".orig", ".patch", ".diff",
		/* pictures, sounds, type */
		".png", ".svg", ".jpg", ".jpeg", ".gif", ".ico", ".xpm", ".bmp", ".webp", ".ttf",
		".otf", ".pcf", ".woff", ".woff2", ".afm", ".pfb", ".wav", ".ogg", ".oga", ".mp3",
		".mp4", ".icc", ".cursor", ".theme",
		/* data */
		".db", ".sqlite", ".fw", ".dat", ".pem", ".crt", ".csv", ".typelib",
		".gresource", ".vim", ".img", ".iso", ".qcow2",
		/* what dpkg(1) and editors leave */
		".md5sums", ".list", "~",
	};
	/* clang-format on */
	static const char *const begins[] = { "README",	 "NEWS",      "COPYING",   "LICENSE",
					      "LICENCE", "AUTHORS",   "TODO",	   "HISTORY",
					      "CHANGES", "ChangeLog", "changelog", "THANKS" };

	for (size_t i = 0; i < ARRAY_SIZE(begins); i++)
		if (starts_with(name, begins[i]))
			return true;
	return ends_with_any(name, ends, ARRAY_SIZE(ends));
}

bool file_type_is_idle_directory(const char *path)
{
	static const char *const ends[] = {
		"/.git",	   "/.hg",
		"/.svn",	   "/__pycache__",
		"/share/man",	   "/share/doc",
		"/share/info",	   "/share/locale",
		"/share/icons",	   "/share/fonts",
		"/share/zoneinfo", "/share/help",
		"/share/gtk-doc",  "/share/licenses",
		"/share/i18n",	   "/share/mime",
		"/lib/firmware",   "/lib/modules",
		"/lib/debug",	   "/lib/locale",
		"/usr/include",	   "/usr/src",
		"/local/include",  "/local/src",
	};

	return ends_with_any(path, ends, ARRAY_SIZE(ends));
}

/* --- what it is ------------------------------------------------------------------------------- */

static bool is_elf(const char *head, size_t n)
{
	return n >= EI_NIDENT + 2 && memcmp(head, ELFMAG, SELFMAG) == 0;
}

/* What is linked further, or was written down after a crash, runs nowhere. */
static bool is_run(const char *head)
{
	bool big = head[EI_DATA] == ELFDATA2MSB;
	int type = head[EI_NIDENT + (big ? 1 : 0)];

	return type == ET_EXEC || type == ET_DYN;
}

static bool is_text(const char *head, size_t n)
{
	return n && !memchr(head, '\0', n);
}

static enum syntax syntax_of_interpreter(const char *head, size_t n)
{
	static const struct {
		const char *name;
		enum syntax syntax;
	} rows[] = {
		{ "python", SYNTAX_PYTHON }, { "perl", SYNTAX_PERL },	  { "ruby", SYNTAX_PERL },
		{ "node", SYNTAX_SLASHES },  { "gjs", SYNTAX_SLASHES },	  { "php", SYNTAX_SLASHES },
		{ "lua", SYNTAX_DASHES },    { "runghc", SYNTAX_DASHES },
	};
	const char *end = memchr(head, '\n', n);
	size_t length = end ? (size_t)(end - head) : n;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (memmem(head, length, rows[i].name, strlen(rows[i].name)))
			return rows[i].syntax;
	return SYNTAX_HASH;
}

/* Whether @word is one of @words, which spaces separate. */
static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = words; (s = strstr(s, word)); s += n)
		if ((s == words || s[-1] == ' ') && (s[n] == ' ' || !s[n]))
			return true;
	return false;
}

static const struct {
	const char *ends;
	enum file_type kind;
	enum syntax syntax;
} endings[] = {
	{ ".sh .bash .zsh .ksh .csh .fish .awk .tcl", FILE_TYPE_SCRIPT, SYNTAX_HASH },
	{ ".py", FILE_TYPE_SCRIPT, SYNTAX_PYTHON },
	{ ".pl .pm .rb", FILE_TYPE_SCRIPT, SYNTAX_PERL },
	{ ".js .mjs .php", FILE_TYPE_SCRIPT, SYNTAX_SLASHES },
	{ ".lua", FILE_TYPE_SCRIPT, SYNTAX_DASHES },
	{ ".service .socket .device .mount .automount .swap .target .path .timer .slice .scope",
	  FILE_TYPE_UNIT, SYNTAX_LINES },
	{ ".conf .cfg .cnf .env .toml .yaml .yml", FILE_TYPE_CONFIGURATION, SYNTAX_HASH },
	{ ".ini .desktop", FILE_TYPE_CONFIGURATION, SYNTAX_LINES },
	{ ".json", FILE_TYPE_CONFIGURATION, SYNTAX_SLASHES },
};

/* Return: _FILEKIND_MAX if the name does not say it. */
static enum file_type kind_of_ending(const char *name, enum syntax *ret_syntax)
{
	const char *end = strrchr(name, '.');

	for (size_t i = 0; end && i < ARRAY_SIZE(endings); i++)
		if (has_word(endings[i].ends, end)) {
			*ret_syntax = endings[i].syntax;
			return endings[i].kind;
		}
	return _FILEKIND_MAX;
}

/* "foo.service.d/bar.conf", "systemd/system.conf" */
static bool is_drop_in(const char *path)
{
	return ends_with(path, ".conf") && (strstr(path, ".service.d/") || is_in(path, "systemd"));
}

static enum file_type kind_of_text(const char *path, mode_t mode, enum syntax *ret_syntax)
{
	const char *name = basename(path);
	enum file_type kind;

	if (ends_with(name, ".rules")) {
		/* Those of polkit are JavaScript. */
		*ret_syntax = is_in(path, "polkit-1") ? SYNTAX_SLASHES : SYNTAX_UDEV;
		return is_in(path, "polkit-1") ? FILE_TYPE_SCRIPT : FILE_TYPE_UDEV;
	}
	if (is_in(path, "modprobe.d") || streq(name, "modprobe.conf")) {
		*ret_syntax = SYNTAX_MODPROBE;
		return FILE_TYPE_MODPROBE;
	}
	if (is_in(path, "modules-load.d") || ends_with(path, "/etc/modules") ||
	    ends_with(path, "/initramfs-tools/modules")) {
		*ret_syntax = SYNTAX_LINES;
		return FILE_TYPE_MODPROBE;
	}
	if (is_drop_in(path)) {
		*ret_syntax = SYNTAX_LINES;
		return FILE_TYPE_UNIT;
	}
	kind = kind_of_ending(name, ret_syntax);
	if (kind != _FILEKIND_MAX)
		return kind;
	*ret_syntax = SYNTAX_HASH;
	if (mode & 0111)
		return FILE_TYPE_SCRIPT;
	return is_in(path, "etc") ? FILE_TYPE_CONFIGURATION : _FILEKIND_MAX;
}

enum file_type file_type_of(const char *path, mode_t mode, const char *head, size_t n,
			    enum syntax *ret_syntax)
{
	if (is_elf(head, n)) {
		*ret_syntax = SYNTAX_PROGRAM;
		if (!is_run(head))
			return _FILEKIND_MAX;
		return strstr(basename(path), ".so") ? FILE_TYPE_LIBRARY : FILE_TYPE_PROGRAM;
	}
	/* A script may unpack an archive behind it. */
	if (n > 2 && head[0] == '#' && head[1] == '!') {
		*ret_syntax = syntax_of_interpreter(head, n);
		return FILE_TYPE_SCRIPT;
	}
	return is_text(head, n) ? kind_of_text(path, mode, ret_syntax) : _FILEKIND_MAX;
}
