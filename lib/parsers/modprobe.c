/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/modprobe.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>

#include "base/array.h"

static const char spaces[] = " \t";

static const char *const words[_MODPROBE_MAX] = {
	[MODPROBE_ALIAS] = "alias",	[MODPROBE_BLACKLIST] = "blacklist",
	[MODPROBE_INSTALL] = "install", [MODPROBE_OPTIONS] = "options",
	[MODPROBE_REMOVE] = "remove",	[MODPROBE_SOFTDEP] = "softdep",
};

const char *modprobe_word(enum modprobe_command command)
{
	return words[command];
}

/* --- lines ------------------------------------------------------------------------------------ */

struct modprobe_reader modprobe_reader(char *text)
{
	return (struct modprobe_reader){ .next = text, .number = 1 };
}

/* The next line, put together where it is continued, in its own place. NULL at the end. */
static char *next_line(struct modprobe_reader *reader, unsigned int *ret_number)
{
	char *line = reader->next, *to = line, *from = line;

	if (!*line)
		return NULL;
	*ret_number = reader->number;
	for (; *from && *from != '\n'; from++) {
		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		if (from[1] == '\0')
			continue;
		if (*++from == '\n')
			reader->number++;
		else
			*to++ = *from;
	}
	reader->next = *from ? from + 1 : from;
	reader->number++;
	*to = '\0';
	return line;
}

/* Cut the next word off. NULL when there is none. */
static char *next_word(char **rest)
{
	char *word = *rest + strspn(*rest, spaces);
	char *end = word + strcspn(word, spaces);

	*rest = *end ? end + 1 : end;
	*end = '\0';
	return *word ? word : NULL;
}

/* What follows the name. Return: false when it is missing. */
static bool parse_rest(char *rest, struct modprobe_line *ret)
{
	switch (ret->command) {
	case MODPROBE_ALIAS:
		/* One word more, of which the rest does not count. */
		ret->rest = next_word(&rest);
		return ret->rest != NULL;
	case MODPROBE_BLACKLIST:
		ret->rest = rest + strspn(rest, spaces);
		return true;
	default:
		/* A second space is enough: the command of "install" is one, then. */
		ret->rest = rest + strspn(rest, spaces);
		return *rest != '\0';
	}
}

static bool parse_line(char *line, struct modprobe_line *ret)
{
	char *rest = line;
	const char *word, *name;

	if (*line == '#')
		return false;
	word = next_word(&rest);
	name = next_word(&rest);
	if (!word || !name)
		return false;
	for (size_t i = 0; i < _MODPROBE_MAX; i++) {
		if (!streq(word, words[i]))
			continue;
		ret->command = (enum modprobe_command)i;
		ret->name = name;
		return parse_rest(rest, ret);
	}
	return false;
}

bool modprobe_read(struct modprobe_reader *reader, struct modprobe_line *ret)
{
	char *line;

	while ((line = next_line(reader, &ret->number)))
		if (parse_line(line, ret))
			return true;
	return false;
}

/* --- names ------------------------------------------------------------------------------------ */

static bool same_letters(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((a[i] == '-' ? '_' : a[i]) != (b[i] == '-' ? '_' : b[i]))
			return false;
	return true;
}

bool modprobe_same_module(const char *a, const char *b)
{
	return strlen(a) == strlen(b) && same_letters(a, b, strlen(a));
}

bool modprobe_name_matches(const char *pattern, const char *module)
{
	char normal[NAME_MAX + 1];
	size_t n = strlen(pattern);
	bool inside = false;

	if (n >= sizeof(normal))
		return false;
	/* Between brackets "-" is a range. */
	for (size_t i = 0; i <= n; i++) {
		inside = pattern[i] == '[' || (inside && pattern[i] != ']');
		normal[i] = pattern[i] == '-' && !inside ? '_' : pattern[i];
	}
	return fnmatch(normal, module, 0) == 0;
}

/* @wanted: NULL for any section, which takes the list as one of words. */
static bool section_has(const char *list, const char *wanted, const char *module)
{
	bool inside = !wanted;
	size_t n;

	for (const char *s = list + strspn(list, spaces); *s; s += n, s += strspn(s, spaces)) {
		n = strcspn(s, spaces);
		if (wanted && s[n - 1] == ':')
			inside = strlen(wanted) == n && strncmp(s, wanted, n) == 0;
		else if (inside && n == strlen(module) && same_letters(s, module, n))
			return true;
	}
	return false;
}

bool modprobe_list_has(const char *list, const char *module)
{
	return section_has(list, NULL, module);
}

bool modprobe_softdep_has_pre(const char *rest, const char *module)
{
	return section_has(rest, "pre:", module);
}

bool modprobe_alias_matches(const char *pattern, const char *modalias)
{
	return fnmatch(pattern, modalias, 0) == 0;
}

bool modprobe_list_has_file(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = list; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *end = line + strcspn(line, ":\n");
		const char *slash = memrchr(line, '/', (size_t)(end - line));
		const char *base = slash ? slash + 1 : line;

		if (strncmp(base, name, length) == 0 && starts_with(base + length, ".ko"))
			return true;
	}
	return false;
}

bool modprobe_does_nothing(const char *command)
{
	static const char *const nothing[] = { "/bin/true",  "/usr/bin/true",  "true",
					       "/bin/false", "/usr/bin/false", "false",
					       ":" };

	for (size_t i = 0; i < ARRAY_SIZE(nothing); i++)
		if (streq(command, nothing[i]))
			return true;
	return !*command;
}

/* --- files ------------------------------------------------------------------------------------ */

/* The last two are one directory where /lib is a link; a file found twice is hidden once. */
const char *const modprobe_directories[] = {
	"/etc/modprobe.d",     "/run/modprobe.d", "/usr/local/lib/modprobe.d",
	"/usr/lib/modprobe.d", "/lib/modprobe.d", NULL,
};

bool modprobe_is_file(const char *name)
{
	return *name != '.' && (ends_with(name, ".conf") || ends_with(name, ".alias"));
}

static bool is_hidden(const struct modprobe_files *files, const char *name)
{
	for (size_t i = 0; i < files->n; i++)
		if (streq(files->items[i].name, name))
			return true;
	return false;
}

int modprobe_add_file(struct modprobe_files *files, const char *directory, const char *name)
{
	struct modprobe_file file = { strdup(directory), strdup(name), is_hidden(files, name) };

	if (!file.directory || !file.name || ARRAY_PUSH(files->items, files->n, file) < 0) {
		free(file.directory);
		free(file.name);
		return -ENOMEM;
	}
	return 0;
}

/* What is hidden stands behind what hides it. */
static int compare_files(const void *a, const void *b)
{
	const struct modprobe_file *x = a, *y = b;

	return strcmp(x->name, y->name) ?: (int)x->hidden - (int)y->hidden;
}

void modprobe_sort_files(struct modprobe_files *files)
{
	if (files->n)
		qsort(files->items, files->n, sizeof(*files->items), compare_files);
}

void modprobe_files_done(struct modprobe_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		free(files->items[i].directory);
		free(files->items[i].name);
	}
	free(files->items);
	*files = (struct modprobe_files){ 0 };
}
