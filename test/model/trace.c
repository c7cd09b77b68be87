/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/string.h"
#include "kernel.h"

#define FILE_MAX (1UL << 20)

/* --- what does not count ---------------------------------------------------------------------- */

/*
 * Outside of these, the machine is not the model's: processes, RAM, other buses. The model has no
 * memory blocks and no node of the RAM. Linux 5.10 creates `hugepages` of a node some time after a
 * memory block went online.
 */
bool trace_is_in_scope(const char *path)
{
	static const char *const trees[] = { "/sys/bus/dax",
					     "/sys/devices/platform/hmem",
					     "/sys/module/device_dax/refcnt",
					     "/sys/module/kmem/refcnt",
					     "/proc/iomem",
					     "/proc/zoneinfo" };
	unsigned int number;

	for (size_t i = 0; i < ARRAY_SIZE(trees); i++)
		if (starts_with(path, trees[i]))
			return true;
	if (sscanf(path, "/sys/devices/system/memory/memory%u", &number) == 1)
		return number >= MODEL_FIRST_ADDRESS / MODEL_BLOCK_SIZE;
	if (sscanf(path, "/sys/devices/system/node/node%u", &number) == 1)
		return number > 0 && !strstr(path, "/hugepages");
	return starts_with(path, "/sys/devices/system/memory") ||
	       starts_with(path, "/sys/devices/system/node");
}

/* What the directories of all devices have, and settings of the memory of the whole machine. */
static bool is_listed(const char *directory, const char *name)
{
	static const char *const ignored[] = { "power", "driver_override" };
	unsigned int number;

	if (starts_with(directory, "/sys/devices/system/"))
		return sscanf(name, "memory%u", &number) == 1 ||
		       sscanf(name, "node%u", &number) == 1;
	for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
		if (streq(name, ignored[i]))
			return false;
	return true;
}

/* Only lines of the model's memory. */
static void normalise_iomem(const char *line, FILE *ret, void *data _unused_)
{
	uint64_t start;

	if (sscanf(line, "%" SCNx64 "-", &start) == 1 && start >= MODEL_FIRST_ADDRESS &&
	    start < MODEL_FIRST_ADDRESS + MODEL_REGIONS * MODEL_STRIDE)
		fprintf(ret, "%s\n", line);
}

struct zone_lines {
	unsigned int node;
	char zone[16];
	uint64_t spanned, present, managed;
};

/* Only the zones Normal and Movable of the model's nodes, and of them only what spans them. */
static void normalise_zoneinfo(const char *line, FILE *ret, void *data)
{
	struct zone_lines *z = data;
	uint64_t number;

	if (sscanf(line, "Node %u, zone %15s", &z->node, z->zone) == 2)
		z->spanned = z->present = z->managed = 0;
	else if (sscanf(line, " spanned %" SCNu64, &number) == 1)
		z->spanned = number;
	else if (sscanf(line, " present %" SCNu64, &number) == 1)
		z->present = number;
	else if (sscanf(line, " managed %" SCNu64, &number) == 1)
		z->managed = number;
	else if (sscanf(line, " start_pfn: %" SCNu64, &number) == 1 && z->node > 0 && z->present)
		fprintf(ret,
			"%u %s spanned %" PRIu64 " present %" PRIu64 " managed %" PRIu64
			" start %" PRIu64 "\n",
			z->node, z->zone, z->spanned, z->present, z->managed, number);
}

/* Only the sum. */
static void normalise_meminfo(const char *line, FILE *ret, void *data _unused_)
{
	unsigned int node;
	uint64_t number;

	if (sscanf(line, "Node %u MemTotal: %" SCNu64, &node, &number) == 2)
		fprintf(ret, "Node %u MemTotal: %" PRIu64 " kB\n", node, number);
}

/*
 * The major number of "dax" is the next that is free. A minor number is free again some time after
 * its device has gone, with the inode of the device (drivers/dax/super.c, free_inode).
 */
static void normalise_number(const char *line, FILE *ret, void *data _unused_)
{
	if (starts_with(line, "MAJOR="))
		fputs("MAJOR=M\n", ret);
	else if (starts_with(line, "MINOR="))
		fputs("MINOR=N\n", ret);
	else if (strchr(line, ':') && line[0] >= '0' && line[0] <= '9')
		fputs("M:N\n", ret);
	else
		fprintf(ret, "%s\n", line);
}

static const struct {
	const char *file; /* the end of its path */
	void (*line)(const char *line, FILE *ret, void *data);
} normalisers[] = {
	{ "/proc/iomem", normalise_iomem }, { "/proc/zoneinfo", normalise_zoneinfo },
	{ "/meminfo", normalise_meminfo },  { "/dev", normalise_number },
	{ "/uevent", normalise_number },
};

static bool trace_normalise(const char *path, const char *text, FILE *ret)
{
	struct zone_lines data = { 0 };
	char *copy, *rest, *line;

	for (size_t i = 0; i < ARRAY_SIZE(normalisers); i++) {
		if (!ends_with(path, normalisers[i].file))
			continue;
		copy = rest = strdup(text);
		while (rest && *rest && (line = strsep(&rest, "\n")))
			normalisers[i].line(line, ret, &data);
		free(copy);
		return true;
	}
	return false;
}

void trace_set_text(struct trace_line *line, const char *text)
{
	FILE *f = fmemopen(line->answer, sizeof(line->answer), "w");

	if (!f || strlen(text) >= FILE_MAX)
		abort();
	if (!trace_normalise(line->path, text, f))
		fputs(text, f);
	fclose(f);
	line->answer[sizeof(line->answer) - 1] = '\0';
}

/* --- text ------------------------------------------------------------------------------------- */

static const char *const signs[N_TRACE_KINDS] = {
	[TRACE_READ] = "=", [TRACE_LINK] = "->", [TRACE_LIST] = "/",
	[TRACE_TYPE] = "?", [TRACE_WRITE] = "<",
};

/* Paths are shorter without these; the first stands for the parent of the regions' providers. */
static const struct {
	const char *word;
	const char *prefix;
} prefixes[] = {
	{ "hmem.", NULL },
	{ "bus/", "/sys/bus/dax/" },
	{ "memory/", "/sys/devices/system/memory/" },
	{ "node/", "/sys/devices/system/node/" },
	{ "module/", "/sys/module/" },
};

static const char *prefix_of(size_t i, const char *parent, char buffer[TRACE_PATH_MAX])
{
	if (prefixes[i].prefix)
		return prefixes[i].prefix;
	snprintf(buffer, TRACE_PATH_MAX, "%s/%s", parent, prefixes[i].word);
	return buffer;
}

void trace_expand(const char *text, const char *parent, char ret[TRACE_PATH_MAX])
{
	char buffer[TRACE_PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (starts_with(text, prefixes[i].word)) {
			snprintf(ret, TRACE_PATH_MAX, "%s%s", prefix_of(i, parent, buffer),
				 text + strlen(prefixes[i].word));
			return;
		}
	snprintf(ret, TRACE_PATH_MAX, "%s", text);
}

static void print_path(FILE *f, const char *parent, const char *path)
{
	char buffer[TRACE_PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		const char *prefix = prefix_of(i, parent, buffer);

		if (starts_with(path, prefix)) {
			fprintf(f, "%s%s", prefixes[i].word, path + strlen(prefix));
			return;
		}
	}
	fputs(path, f);
}

static void print_escaped(FILE *f, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n')
			fputs("\\n", f);
		else if (text[i] == '\\')
			fputs("\\\\", f);
		else
			fputc(text[i], f);
	}
}

/* Return: whether it ended with \c. */
static bool unescape(const char *text, char *ret)
{
	bool is_cut = false;

	for (; *text; text++) {
		if (*text != '\\' || !text[1]) {
			*ret++ = *text;
			continue;
		}
		text++;
		if (*text == 'c')
			is_cut = true;
		else
			*ret++ = *text == 'n' ? '\n' : *text;
	}
	*ret = '\0';
	return is_cut;
}

static int find_error(const char *name)
{
	for (int i = 1; i < 200; i++) {
		const char *known = strerrorname_np(i);

		if (known && streq(known, name))
			return i;
	}
	return 0;
}

static bool parse_sign(char *word, enum trace_kind *ret, bool *ret_failed)
{
	size_t n = strlen(word);

	*ret_failed = n > 1 && word[n - 1] == '!';
	if (*ret_failed)
		word[n - 1] = '\0';
	for (unsigned int i = 0; i < N_TRACE_KINDS; i++)
		if (streq(word, signs[i])) {
			*ret = i;
			return true;
		}
	return false;
}

int trace_parse(const char *text, const char *parent, struct trace_line *ret)
{
	char path[256], sign[8], error[32];
	int length = 0;
	bool failed;

	if (!*text || *text == '#')
		return -ENODATA;
	*ret = (struct trace_line){ 0 };
	if (sscanf(text, "%255s %7s%n", path, sign, &length) != 2 ||
	    !parse_sign(sign, &ret->kind, &failed))
		return -EINVAL;
	trace_expand(path, parent, ret->path);
	text += length + (text[length] == ' ');
	if (failed) {
		if (sscanf(text, "%31s%n", error, &length) != 1)
			return -EINVAL;
		ret->error = find_error(error);
		if (!ret->error)
			return -EINVAL;
		text += length + (text[length] == ' ');
	}
	if (strlen(text) >= (ret->kind == TRACE_WRITE ? sizeof(ret->value) : TRACE_TEXT_MAX - 1))
		return -EINVAL;
	if (ret->kind == TRACE_WRITE)
		unescape(text, ret->value);
	else if (!failed && !unescape(text, ret->answer) && ret->kind == TRACE_READ)
		strcat(ret->answer, "\n");
	return 0;
}

void trace_print(FILE *f, const char *parent, const struct trace_line *line)
{
	size_t n = strlen(line->answer);

	print_path(f, parent, line->path);
	fprintf(f, " %s", signs[line->kind]);
	if (line->error)
		fprintf(f, "! %s", strerrorname_np(line->error));
	if (line->kind == TRACE_WRITE) {
		fputc(' ', f);
		print_escaped(f, line->value, strlen(line->value));
	} else if (!line->error) {
		bool cut = line->kind == TRACE_READ && (!n || line->answer[n - 1] != '\n');

		fputc(' ', f);
		print_escaped(f, line->answer, n - (line->kind == TRACE_READ && !cut));
		fputs(cut ? "\\c" : "", f);
	}
	fputc('\n', f);
}

/* --- asking ----------------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void trace_set_names(struct trace_line *line, const char **names, size_t n)
{
	size_t length = 0;

	if (n)
		qsort(names, n, sizeof(*names), compare_names);
	for (size_t i = 0; i < n; i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s/%s", line->path, names[i]);
		if (!trace_is_in_scope(path) || !is_listed(line->path, names[i]))
			continue;
		if (length + strlen(names[i]) + 2 > sizeof(line->answer))
			abort();
		length +=
			(size_t)sprintf(line->answer + length, "%s%s", length ? " " : "", names[i]);
	}
}

struct name_list {
	const char **names;
	size_t n;
};

static int add_name(void *data, const char *name)
{
	struct name_list *list = data;

	if (array_grow(&list->names, list->n, sizeof(*list->names)) < 0)
		abort();
	list->names[list->n++] = strdup(name);
	return 0;
}

static int ask_names(const struct sysfs_dir *dir, struct trace_line *line)
{
	struct name_list list = { 0 };
	int r = dir->fs->ops->list(dir, add_name, &list);

	trace_set_names(line, list.names, list.n);
	for (size_t i = 0; i < list.n; i++)
		free((char *)list.names[i]);
	free(list.names);
	return r;
}

static int ask_text(const struct sysfs_dir *dir, const char *name, struct trace_line *line)
{
	static char text[FILE_MAX]; /* new memory costs more than the reading */
	struct sysfs_file file = { .fs = dir->fs, .fd = -1 };
	size_t n, length = 0;
	int r = dir->fs->ops->open(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
				   &file);

	if (r < 0)
		return r;
	do {
		n = 0;
		r = dir->fs->ops->read(&file, text + length, FILE_MAX - 1 - length, &n);
		length += n;
	} while (r == 0 && n);
	dir->fs->ops->close(&file);
	text[length] = '\0';
	if (r == 0)
		trace_set_text(line, text);
	return r;
}

static int ask_link(const struct sysfs_dir *dir, const char *name, struct trace_line *line)
{
	_cleanup_free_ char *target = NULL;
	int r = sysfs_read_link(dir, &target, "%s", name);

	if (r == 0)
		snprintf(line->answer, sizeof(line->answer), "%s", target);
	return r;
}

static int ask_type(const struct sysfs_dir *dir, const char *name, struct trace_line *line)
{
	mode_t mode = 0;
	int r = dir->fs->ops->find(dir, name, &mode);

	if (r == 0)
		strcpy(line->answer, S_ISLNK(mode) ? "link" : S_ISDIR(mode) ? "directory" : "file");
	return r;
}

static int ask(struct sysfs *fs, struct trace_line *line)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	char parent[TRACE_PATH_MAX];
	const char *name;
	int r;

	strcpy(parent, line->path);
	if (line->kind == TRACE_LIST) {
		r = sysfs_dir_open(fs, &dir, "%s", line->path);
		return r ?: ask_names(&dir, line);
	}
	name = string_cut_path_name(parent);
	r = sysfs_dir_open(fs, &dir, "%s", parent);
	if (r < 0)
		return r;
	switch (line->kind) {
	case TRACE_READ:
		return ask_text(&dir, name, line);
	case TRACE_LINK:
		return ask_link(&dir, name, line);
	case TRACE_TYPE:
		return ask_type(&dir, name, line);
	default:
		return sysfs_write(&dir, line->value, "%s", name);
	}
}

void trace_ask(struct sysfs *fs, struct trace_line *line)
{
	line->answer[0] = '\0';
	line->error = -ask(fs, line);
	if (line->error)
		line->answer[0] = '\0';
}

/* --- answers ---------------------------------------------------------------------------------- */

struct trace_line *trace_find(const struct trace_answers *answers, const struct trace_line *line)
{
	for (size_t i = 0; i < answers->n; i++)
		if (answers->lines[i]->kind == line->kind &&
		    streq(answers->lines[i]->path, line->path))
			return answers->lines[i];
	return NULL;
}

bool trace_is_same_answer(const struct trace_line *a, const struct trace_line *b)
{
	return a->error == b->error && streq(a->answer, b->answer);
}

void trace_append(struct trace_answers *answers, const struct trace_line *line)
{
	struct trace_line *copy = malloc(sizeof(*copy));

	if (!copy || array_grow(&answers->lines, answers->n, sizeof(copy)) < 0)
		abort();
	*copy = *line;
	answers->lines[answers->n++] = copy;
}

bool trace_remember(struct trace_answers *answers, const struct trace_line *line)
{
	struct trace_line *known = trace_find(answers, line);
	bool same = known && trace_is_same_answer(known, line);

	if (known)
		*known = *line;
	else
		trace_append(answers, line);
	return !same;
}

void trace_forget(struct trace_answers *answers)
{
	for (size_t i = 0; i < answers->n; i++)
		free(answers->lines[i]);
	free(answers->lines);
	*answers = (struct trace_answers){ 0 };
}
