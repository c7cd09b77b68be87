/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/numa.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/parse.h"

const char *numa_take_number(const char *s, uint64_t *ret)
{
	char digits[24];
	size_t n;

	s += strspn(s, " \t");
	n = strspn(s, "0123456789");
	if (n >= sizeof(digits))
		return NULL;
	memcpy(digits, s, n);
	digits[n] = '\0';
	return parse_u64(digits, 10, ret) == 0 ? s + n : NULL;
}

/* The start of the next line; NULL at the end of the text. */
static const char *next_line(const char *s)
{
	s = strchr(s, '\n');
	return s ? s + 1 : NULL;
}

/* What follows "Node N " in front of a line, or all of it. */
static const char *skip_node(const char *line)
{
	const char *after;
	uint64_t node;

	if (!starts_with(line, "Node "))
		return line;
	after = numa_take_number(line + strlen("Node "), &node);
	return after ? after + strspn(after, " \t") : line;
}

int numa_meminfo_find(const char *text, const char *name, uint64_t *ret)
{
	size_t length = strlen(name);

	for (const char *line = text; line; line = next_line(line)) {
		const char *s = skip_node(line);
		uint64_t number;

		if (strncmp(s, name, length) != 0 || s[length] != ':')
			continue;
		s = numa_take_number(s + length + 1, &number);
		if (!s)
			return -EBADMSG;
		if (starts_with(s, " kB") && __builtin_mul_overflow(number, 1024, &number))
			return -EBADMSG;
		*ret = number;
		return 0;
	}
	return -ENOENT;
}

/* The number behind a word like "N1=" in a line; 0 when the line has no such word. */
static uint64_t word_number(const char *line, const char *word)
{
	const char *end = strchrnul(line, '\n');
	uint64_t number;

	for (const char *s = line; s < end; s += strcspn(s, " \n")) {
		s += strspn(s, " ");
		if (starts_with(s, word))
			return numa_take_number(s + strlen(word), &number) ? number : 0;
	}
	return 0;
}

uint64_t numa_maps_bytes(const char *text, uint64_t node)
{
	uint64_t sum = 0, bytes;
	char word[32];

	snprintf(word, sizeof(word), "N%" PRIu64 "=", node);
	for (const char *line = text; line; line = next_line(line)) {
		uint64_t pages = word_number(line, word);
		uint64_t size = word_number(line, "kernelpagesize_kB=");

		if (!pages)
			continue;
		if (__builtin_mul_overflow(size, 1024, &bytes) ||
		    __builtin_mul_overflow(bytes, pages, &bytes) ||
		    __builtin_add_overflow(sum, bytes, &sum))
			return UINT64_MAX;
	}
	return sum;
}

static bool is_shared(const char *path)
{
	static const char *const begins[] = { "/dev/shm/", "/memfd:", "/SYSV", "/dev/zero" };

	for (size_t i = 0; i < ARRAY_SIZE(begins); i++)
		if (starts_with(path, begins[i]))
			return true;
	return false;
}

/* The kernel escapes spaces in paths, so that each word stands for itself. */
enum numa_kind numa_map_kind(const char *line)
{
	static const char file[] = "file=", huge[] = "huge";
	enum numa_kind kind = NUMA_ANON;

	for (const char *s = line; *s; s += strcspn(s, " ")) {
		s += strspn(s, " ");
		if (starts_with(s, huge) && strcspn(s, " \n") == strlen(huge))
			return NUMA_HUGE;
		if (starts_with(s, file))
			kind = is_shared(s + strlen(file)) ? NUMA_SHMEM : NUMA_FILE;
	}
	return kind;
}

/* --- policies --------------------------------------------------------------------------------- */

static int take_node(void *data, uint32_t node)
{
	struct numa_nodes *nodes = data;

	if (node >= NUMA_NODES_MAX)
		return -EBADMSG;
	nodes->has[node] = true;
	return 0;
}

int numa_parse_nodes(const char *list, struct numa_nodes *ret)
{
	*ret = (struct numa_nodes){ 0 };
	return parse_number_list(list, take_node, ret) == 0 ? 0 : -EBADMSG;
}

int numa_needs_node(const char *list, uint64_t node, const struct numa_nodes *with_memory)
{
	struct numa_nodes nodes;
	int r = numa_parse_nodes(list, &nodes);

	if (r < 0 || node >= NUMA_NODES_MAX || !nodes.has[node])
		return r;
	for (size_t i = 0; i < NUMA_NODES_MAX; i++)
		if (i != node && nodes.has[i] && with_memory->has[i])
			return 0;
	return 1;
}

int numa_has_node(const char *list, uint64_t node)
{
	struct numa_nodes nodes;
	int r = numa_parse_nodes(list, &nodes);

	return r < 0 ? r : node < NUMA_NODES_MAX && nodes.has[node];
}

int numa_map_policy(const char *line, char **ret)
{
	const char *s = line + strcspn(line, " \n");
	size_t length;

	s += strspn(s, " ");
	length = strcspn(s, " \n");
	if (!length)
		return -EBADMSG;
	*ret = strndup(s, length);
	return *ret ? 0 : -ENOMEM;
}

/* Flags stand between the word and the nodes: "=static", "=relative". */
const char *numa_policy_bound(const char *policy)
{
	const char *colon = strchr(policy, ':');

	if (!starts_with(policy, "bind") || !colon || (policy[4] != ':' && policy[4] != '='))
		return NULL;
	return colon + 1;
}

/* Fields may be empty. */
static const char *next_field(const char *s)
{
	s = s ? strchr(s, ' ') : NULL;
	return s ? s + 1 : NULL;
}

/* A list of nodes has commas, as the list of options has. */
static size_t policy_length(const char *s)
{
	size_t n = 0;

	while (s[n] && s[n] != ' ' && (s[n] != ',' || (s[n + 1] >= '0' && s[n + 1] <= '9')))
		n++;
	return n;
}

int numa_mount_policy(const char *line, char **ret_directory, char **ret_policy)
{
	static const char option[] = ",mpol=";
	const char *directory = next_field(line), *type = next_field(directory);
	const char *options = next_field(type), *policy;

	if (!options || !(starts_with(type, "tmpfs ") || starts_with(type, "devtmpfs ")))
		return -ENOENT;
	policy = memmem(options, strcspn(options, " "), option, strlen(option));
	if (!policy)
		return -ENOENT;
	policy += strlen(option);
	*ret_directory = strndup(directory, (size_t)(type - directory - 1));
	*ret_policy = strndup(policy, policy_length(policy));
	if (*ret_directory && *ret_policy)
		return 0;
	free(TAKE_PTR(*ret_directory));
	free(TAKE_PTR(*ret_policy));
	return -ENOMEM;
}
