/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mention.h"

#include <ctype.h>
#include <errno.h>

/* Bytes before and behind a mention that decide about it. */
#define CONTEXT	     256
/* Mentions of a file that are told. */
#define MENTIONS_MAX 100
#define TEXT_MAX     160
/*
 * Go and Rust keep their texts in one piece without NULs between them: a run of this length is no
 * string of C.
 */
#define BLOB_MIN     200

static const struct {
	const char *word;
	const char *breaks;
	const char *instead;
} uses[] = {
#define USE_TEXTS(name, word, breaks, instead) [name] = { word, breaks, instead },
	USES(USE_TEXTS)
};

const char *use_word(enum use use)
{
	return uses[use].word;
}

const char *use_breaks(enum use use)
{
	return uses[use].breaks;
}

const char *use_instead(enum use use)
{
	return uses[use].instead;
}

/* --- text around a place ---------------------------------------------------------------------- */

/*
 * struct piece - a line without its comment, or a string of a program
 * @s: its @n bytes, which do not end with a NUL
 * @n: how many
 * @offset: of the first in the file
 * @line: its number, 0 in a program
 */
struct piece {
	const char *s;
	size_t n;
	uint64_t offset;
	uint64_t line;
};

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'' || c == '`';
}

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool is_before(const struct piece *t, size_t p, const char *word)
{
	size_t n = strlen(word);

	return p >= n && memcmp(t->s + p - n, word, n) == 0;
}

static bool is_behind(const struct piece *t, size_t p, const char *word)
{
	size_t n = strlen(word);

	return p <= t->n && t->n - p >= n && memcmp(t->s + p, word, n) == 0;
}

static bool is_anywhere(const struct piece *t, size_t end, const char *word)
{
	return memmem(t->s, end, word, strlen(word));
}

/* Whether a name that reaches up to @p ends there: "/sys/class/dax.", but not "dax.c". */
static bool ends_name(const struct piece *t, size_t p)
{
	if (p >= t->n)
		return true;
	if (t->s[p] == '.')
		return p + 1 >= t->n || !isalnum((unsigned char)t->s[p + 1]);
	return !is_name(t->s[p]);
}

static bool begins_name(const struct piece *t, size_t p)
{
	return p == 0 || !(is_name(t->s[p - 1]) || t->s[p - 1] == '.');
}

/*
 * Whether the folder that ends in front of the slash before @p can be where sysfs is: "/sys/", a
 * variable, a glob, a format, or nothing at all; not the name of another folder.
 */
static bool is_below_sysfs(const struct piece *t, size_t p)
{
	size_t end, begin;

	if (begins_name(t, p) && (p == 0 || t->s[p - 1] != '/'))
		return true;
	if (p == 0 || t->s[p - 1] != '/')
		return false;
	end = begin = p - 1;
	while (begin && !is_one_of(t->s[begin - 1], "/\"'` \t=:,(;<>|&"))
		begin--;
	if (end == begin || (end - begin == 3 && memcmp(t->s + begin, "sys", 3) == 0))
		return true;
	for (size_t i = begin; i < end; i++)
		if (is_one_of(t->s[i], "$%{})*?@"))
			return true;
	return false;
}

/* --- paths, of which "dax" at @p is a part ---------------------------------------------------- */

/* "/sys/class/dax", and for @folder "bus/" the other one. */
static bool is_path(const struct piece *t, size_t p, const char *folder)
{
	size_t n = strlen(folder);

	if (!is_before(t, p, folder) || !is_below_sysfs(t, p - n))
		return false;
	return ends_name(t, p + 3) ||
	       (!t->line && t->n >= BLOB_MIN && is_before(t, p - n, "/sys/"));
}

static size_t skip_blanks_back(const struct piece *t, size_t p)
{
	while (p && is_one_of(t->s[p - 1], " \t"))
		p--;
	return p;
}

/* "/sys/class", "dax"; '/sys/class' + '/dax'; Path("/sys/class") / "dax" */
static bool is_joined_path(const struct piece *t, size_t p, const char *folder)
{
	size_t q = p, n = strlen(folder) - 1;

	if (!t->line || p + 3 >= t->n || !(is_quote(t->s[p + 3]) || t->s[p + 3] == '/'))
		return false;
	if (q && t->s[q - 1] == '/')
		q--;
	if (!q || !is_quote(t->s[q - 1]))
		return false;
	q = skip_blanks_back(t, q - 1);
	if (!q || !is_one_of(t->s[q - 1], ",/+."))
		return false;
	q = skip_blanks_back(t, q - 1);
	if (q && t->s[q - 1] == ')')
		q--;
	if (!q || !is_quote(t->s[q - 1]))
		return false;
	q--;
	if (q && t->s[q - 1] == '/')
		q--;
	if (q < n + 1 || memcmp(t->s + q - n, folder, n) != 0)
		return false;
	q -= n;
	return is_before(t, q, "sys/") || (is_quote(t->s[q - 1]) && is_anywhere(t, q, "sys"));
}

/* "/sys/class/{dax,nd}" */
static bool is_in_braces(const struct piece *t, size_t p, const char *folder)
{
	size_t q = p;

	if (!p || !is_one_of(t->s[p - 1], "{,") || p + 3 >= t->n || !is_one_of(t->s[p + 3], ",}*"))
		return false;
	while (q && (is_name(t->s[q - 1]) || is_one_of(t->s[q - 1], ",*?.")))
		q--;
	return q && t->s[q - 1] == '{' && is_before(t, q - 1, folder) &&
	       is_below_sysfs(t, q - 1 - strlen(folder));
}

/* "sys-class-dax-dax0.0.device": as systemd names the unit of a path. */
static bool is_unit_of_class(const struct piece *t, size_t p)
{
	static const char before[] = "sys-class-";

	if (!is_before(t, p, before) || !begins_name(t, p - strlen(before)))
		return false;
	return p + 3 >= t->n || is_one_of(t->s[p + 3], "-.*") || !is_name(t->s[p + 3]);
}

static bool is_any_path(const struct piece *t, size_t p, const char *folder)
{
	return is_path(t, p, folder) || is_joined_path(t, p, folder) || is_in_braces(t, p, folder);
}

/* The bus's devices; its drivers say nothing of where devices are looked for. */
static bool is_bus_path(const struct piece *t, size_t p)
{
	return is_any_path(t, p, "bus/") && !is_behind(t, p + 3, "/drivers");
}

/* The level that a class device has more: ".../dax0.0/dax/dax0.0", and as a unit of systemd. */
static bool is_class_folder(const struct piece *t, size_t p)
{
	size_t q;

	if (p + 3 >= t->n ||
	    !(isdigit((unsigned char)t->s[p + 3]) || is_one_of(t->s[p + 3], "*?%$[{\\")))
		return false;
	if (is_before(t, p, "-dax-"))
		return is_anywhere(t, p, "sys-devices-");
	if (!is_before(t, p, "/dax/"))
		return false;
	q = p - 5;
	while (q && t->s[q - 1] != '/' && !is_quote(t->s[q - 1]))
		q--;
	return is_behind(t, q, "dax") && is_anywhere(t, q, "/");
}

/* DEVPATH=="*" "/dax/" "*": the same level, in a rule of udev. */
static bool is_udev_folder(const struct piece *t, size_t p)
{
	size_t q = p;

	if (!p || t->s[p - 1] != '/' || !is_behind(t, p + 3, "/") || is_before(t, p, "bus/"))
		return false;
	while (q && t->s[q - 1] != '"')
		q--;
	if (q < 3 || t->s[q - 2] != '=' || !is_one_of(t->s[q - 3], "=!"))
		return false;
	q = skip_blanks_back(t, q - 3);
	return is_before(t, q, "DEVPATH") || is_before(t, q, "KERNEL") ||
	       is_before(t, q, "KERNELS");
}

static bool is_device_region(const struct piece *t, size_t p)
{
	static const char before[] = "device/", behind[] = "dax_region";

	return is_before(t, p, before) && begins_name(t, p - strlen(before)) &&
	       is_behind(t, p, behind) && ends_name(t, p + strlen(behind));
}

/*
 * A program that copies a short text has it in its instructions, eight bytes at a time:
 * "/sys/cla", then "ass/dax" with its NUL.
 */
static bool is_in_instructions(const char *s, size_t n, size_t p)
{
	size_t back = p < 40 ? p : 40;

	if (p < 4 || memcmp(s + p - 4, "ass/", 4) != 0 || p + 3 >= n || s[p + 3] != '\0')
		return false;
	if (p >= 6 && memcmp(s + p - 6, "cl", 2) == 0)
		return false;
	return memmem(s + p - back, back, "/sys/cla", 8);
}

/* --- modules ---------------------------------------------------------------------------------- */

static bool is_first_word(const struct piece *t, const char *word)
{
	size_t n = strlen(word);

	return is_behind(t, 0, word) && t->n > n && isspace((unsigned char)t->s[n]);
}

/* modprobe takes "-" for "_". Return: bytes of the name at @p, 0 when it is another. */
static size_t module_at(const struct piece *t, size_t p, const char *name)
{
	size_t n = strlen(name);

	if (t->n - p < n || (p && is_name(t->s[p - 1])))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (t->s[p + i] != name[i] && !(name[i] == '_' && t->s[p + i] == '-'))
			return 0;
	return p + n < t->n && is_name(t->s[p + n]) ? 0 : n;
}

/* Whether the module at @p is loaded there: a word of its own, or an operand of modprobe. */
static bool is_loaded(const struct piece *t, size_t p, size_t n)
{
	if (!t->line)
		return is_before(t, p, "modprobe ");
	if (p == 0)
		return p + n == t->n;
	if (is_anywhere(t, p, " -r") || is_anywhere(t, p, "--remove"))
		return false;
	return is_anywhere(t, p, "modprobe") || is_anywhere(t, p, "insmod") ||
	       is_anywhere(t, p, "kmod load") || is_anywhere(t, p, "drivers+=");
}

/* What is said of modules at @p; _USE_MAX when it is nothing. */
static enum use find_module(const struct piece *t, size_t p, enum syntax syntax)
{
	size_t n = module_at(t, p, "dax_pmem_compat");

	if (syntax != SYNTAX_MODPROBE)
		return n && is_loaded(t, p, n) ? USE_COMPAT_MODULE : _USE_MAX;
	if (n && (is_first_word(t, "alias") || is_first_word(t, "softdep") ||
		  is_anywhere(t, p, "modprobe")))
		return USE_COMPAT_MODULE;
	if (module_at(t, p, "dax_pmem") &&
	    (is_first_word(t, "blacklist") ||
	     (is_first_word(t, "install") && skip_blanks_back(t, p) == strlen("install"))))
		return USE_BUS_KEPT_OUT;
	return _USE_MAX;
}

/* --- a place ---------------------------------------------------------------------------------- */

static int copy_text(const struct piece *t, size_t p, char **ret)
{
	size_t begin = 0, n = t->n;

	if (n > TEXT_MAX) {
		begin = p > TEXT_MAX / 2 ? p - TEXT_MAX / 2 : 0;
		n -= begin;
		n = n > TEXT_MAX ? TEXT_MAX : n;
	}
	*ret = strndup(t->s + begin, n);
	return *ret ? 0 : -ENOMEM;
}

static int add_mention(struct mentions *m, const struct piece *t, size_t p, enum use use)
{
	struct mention mention = { .use = use, .line = t->line, .offset = t->offset + p };
	int r;

	if (m->n >= MENTIONS_MAX)
		return 0;
	mention.whole = p + 3 >= t->n || t->s[p + 3] != '/';
	r = copy_text(t, p, &mention.text);
	if (r == 0)
		r = array_grow(&m->items, m->n, sizeof(*m->items));
	if (r < 0)
		free(mention.text);
	else
		m->items[m->n++] = mention;
	return r;
}

static enum use find_use(const struct mentions *m, const struct piece *t, size_t p)
{
	if (is_any_path(t, p, "class/") || is_unit_of_class(t, p))
		return USE_CLASS_PATH;
	if (is_device_region(t, p))
		return USE_DEVICE_REGION;
	if (is_class_folder(t, p) || (m->syntax == SYNTAX_UDEV && is_udev_folder(t, p)))
		return USE_CLASS_FOLDER;
	return find_module(t, p, m->syntax);
}

/* "dax" as a word of its own, "dax0.0", "dax_region". */
static bool is_word(const struct piece *t, size_t p)
{
	return (p == 0 || !(isalnum((unsigned char)t->s[p - 1]) || t->s[p - 1] == '_')) &&
	       (p + 3 >= t->n || !isalpha((unsigned char)t->s[p + 3]));
}

static int look_at_dax(struct mentions *m, const struct piece *t, size_t p)
{
	enum use use = find_use(m, t, p);

	m->names_dax |= is_word(t, p);
	m->names_bus |= is_bus_path(t, p);
	return use < _USE_MAX ? add_mention(m, t, p, use) : 0;
}

static int look_at_align(struct mentions *m, const struct piece *t, size_t p)
{
	if (!begins_name(t, p) || !ends_name(t, p + strlen("device/align")))
		return 0;
	return add_mention(m, t, p, USE_DEVICE_ALIGN);
}

/* The link by which a device tells what it is, whatever folder it is in. */
static int look_at_subsystem(struct mentions *m, const struct piece *t, size_t p)
{
	m->names_subsystem = true;
	if (m->has_link || !is_anywhere(t, p, "/sys/dev/char/"))
		return 0;
	m->has_link = true;
	m->link.use = USE_CLASS_COMPARED;
	m->link.line = t->line;
	m->link.offset = t->offset + p;
	return copy_text(t, p, &m->link.text);
}

/* What is looked for. Nothing counts in a file without the first one. */
static const struct anchor {
	const char *word;
	int (*look)(struct mentions *m, const struct piece *t, size_t p);
} anchors[] = {
	{ "dax", look_at_dax },
	{ "device/align", look_at_align },
	{ "/subsystem", look_at_subsystem },
};

/* --- programs --------------------------------------------------------------------------------- */

static bool is_printable(char c)
{
	return (c >= ' ' && c <= '~') || c == '\t';
}

/* The string around @p, as far as it matters; @ret_p is where @p is in it. */
static struct piece string_at(const struct mentions *m, size_t p, size_t *ret_p)
{
	size_t begin = p, end = p;

	while (begin && p - begin < CONTEXT && is_printable(m->buffer[begin - 1]))
		begin--;
	while (end < m->used && end - p < CONTEXT && is_printable(m->buffer[end]))
		end++;
	*ret_p = p - begin;
	return (struct piece){ .s = m->buffer + begin,
			       .n = end - begin,
			       .offset = m->offset + begin };
}

static int look_at_string(struct mentions *m, const struct anchor *anchor, size_t p)
{
	static const char told[] = "/sys/class/dax";
	struct piece t;
	size_t in_t;

	if (anchor == &anchors[0] && is_in_instructions(m->buffer, m->used, p)) {
		t = (struct piece){ .s = told,
				    .n = strlen(told),
				    .offset = m->offset + p - (strlen(told) - 3) };
		return add_mention(m, &t, strlen(told) - 3, USE_CLASS_PATH);
	}
	t = string_at(m, p, &in_t);
	return anchor->look(m, &t, in_t);
}

static int look_for(struct mentions *m, const struct anchor *anchor, size_t end)
{
	size_t n = strlen(anchor->word), p = m->from;
	int r = 0;

	while (r == 0 && p < end) {
		size_t room = end + n - 1 < m->used ? end + n - 1 : m->used;
		const char *hit = memmem(m->buffer + p, room - p, anchor->word, n);

		if (!hit)
			break;
		p = (size_t)(hit - m->buffer);
		r = look_at_string(m, anchor, p);
		p++;
	}
	return r;
}

/* In the order of the file. */
static int compare_mentions(const void *a, const void *b)
{
	const struct mention *x = a, *y = b;

	return (x->offset > y->offset) - (x->offset < y->offset);
}

static int look_at_bytes(struct mentions *m, bool last)
{
	size_t end = last ? m->used : m->used > CONTEXT ? m->used - CONTEXT : 0;
	int r = 0;

	if (end <= m->from)
		return 0;
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(anchors); i++)
		r = look_for(m, &anchors[i], end);
	m->from = end;
	return r;
}

/* --- text ------------------------------------------------------------------------------------- */

/* The end of a line without the comment that begins with @mark outside quotes, before a word. */
static size_t cut_comment(const char *s, size_t n, const char *mark)
{
	size_t length = strlen(mark);
	char quote = 0;

	for (size_t i = 0; i + length <= n; i++) {
		if (quote) {
			if (s[i] == '\\' && quote == '"')
				i++;
			else if (s[i] == quote)
				quote = 0;
		} else if (s[i] == '\\') {
			i++;
		} else if (s[i] == '"' || s[i] == '\'') {
			quote = s[i];
		} else if (memcmp(s + i, mark, length) == 0 &&
			   (i == 0 || is_one_of(s[i - 1], " \t;)"))) {
			return i;
		}
	}
	return n;
}

static bool begins_with(const char *s, size_t n, const char *word)
{
	return n >= strlen(word) && memcmp(s, word, strlen(word)) == 0;
}

/*
 * Python's texts that nothing is done with. @s is a line without the blanks before it. Return:
 * whether the line is, or ends, such a text.
 */
static bool is_docstring(struct mentions *m, const char *s, size_t n)
{
	static const char *const marks[] = { "\"\"\"", "'''" };
	size_t begin = 0;

	if (m->quotes) {
		if (memmem(s, n, m->quotes, 3))
			m->quotes = NULL;
		return true;
	}
	while (begin < n && begin < 2 && is_one_of(s[begin], "rRuUbB"))
		begin++;
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		if (!begins_with(s + begin, n - begin, marks[i]))
			continue;
		if (!memmem(s + begin + 3, n - begin - 3, marks[i], 3))
			m->quotes = marks[i];
		return true;
	}
	return false;
}

/* The same of Perl and Ruby. @s is the whole line. */
static bool is_pod(struct mentions *m, const char *s, size_t n)
{
	if (n < 2 || s[0] != '=' || !isalpha((unsigned char)s[1]))
		return m->pod;
	m->pod = !begins_with(s, n, "=cut") && !begins_with(s, n, "=end");
	return true;
}

/* What counts of a line: 0 bytes when it is a comment. */
static size_t cut_line(struct mentions *m, const char *line, const char *s, size_t n)
{
	size_t whole = n + (size_t)(s - line);

	switch (m->syntax) {
	case SYNTAX_PYTHON:
		return is_docstring(m, s, n) ? 0 : cut_comment(s, n, "#");
	case SYNTAX_PERL:
		return is_pod(m, line, whole) ? 0 : cut_comment(s, n, "#");
	case SYNTAX_HASH:
		return cut_comment(s, n, "#");
	case SYNTAX_SLASHES:
		return n && s[0] == '*' ? 0 : cut_comment(s, n, "//");
	case SYNTAX_DASHES:
		return cut_comment(s, n, "--");
	case SYNTAX_LINES:
		return n && (s[0] == '#' || s[0] == ';') ? 0 : n;
	default:
		return n && s[0] == '#' ? 0 : n;
	}
}

static int look_at_piece(struct mentions *m, const struct piece *t)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(anchors); i++) {
		size_t n = strlen(anchors[i].word);
		const char *hit = t->s;

		while (r == 0 &&
		       (hit = memmem(hit, t->n - (size_t)(hit - t->s), anchors[i].word, n)))
			r = anchors[i].look(m, t, (size_t)(hit++ - t->s));
	}
	return r;
}

static int look_at_line(struct mentions *m, const char *line, size_t n)
{
	const char *s = line;
	struct piece t;

	while (n && isspace((unsigned char)*s)) {
		s++;
		n--;
	}
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	t = (struct piece){ .s = s,
			    .n = cut_line(m, line, s, n),
			    .line = m->line + 1,
			    .offset = m->offset + (uint64_t)(s - m->buffer) };
	while (t.n && isspace((unsigned char)t.s[t.n - 1]))
		t.n--;
	return look_at_piece(m, &t);
}

/* Whole lines; one that does not fit into the buffer in pieces. */
static int look_at_lines(struct mentions *m, bool last)
{
	int r = 0;

	if (last && m->line == 0 && m->from == 0 && !memmem(m->buffer, m->used, "dax", 3))
		m->from = m->used;
	while (r == 0 && m->from < m->used) {
		const char *s = m->buffer + m->from;
		size_t rest = m->used - m->from;
		const char *end = memchr(s, '\n', rest);
		bool full = m->from <= CONTEXT && m->used == m->size;

		if (!end && !last && !full)
			break;
		r = look_at_line(m, s, end ? (size_t)(end - s) : rest);
		m->line += end ? 1 : 0;
		m->from += end ? (size_t)(end - s) + 1 : rest;
	}
	return r;
}

/* --- the file --------------------------------------------------------------------------------- */

int mentions_init(struct mentions *m, enum syntax syntax, size_t size)
{
	*m = (struct mentions){ .syntax = syntax, .size = size };
	m->buffer = malloc(size);
	return m->buffer ? 0 : -ENOMEM;
}

static void drop_from(struct mentions *m, size_t n)
{
	for (size_t i = n; i < m->n; i++)
		free(m->items[i].text);
	m->n = n < m->n ? n : m->n;
}

void mentions_restart(struct mentions *m, enum syntax syntax)
{
	struct mentions fresh = { .syntax = syntax, .buffer = m->buffer, .size = m->size };

	drop_from(m, 0);
	free(m->items);
	free(m->link.text);
	*m = fresh;
}

void mentions_done(struct mentions *m)
{
	mentions_restart(m, SYNTAX_PROGRAM);
	free(m->buffer);
	m->buffer = NULL;
}

char *mentions_room(struct mentions *m, size_t *ret_size)
{
	*ret_size = m->size - m->used;
	return m->buffer + m->used;
}

static int look(struct mentions *m, bool last)
{
	return m->syntax == SYNTAX_PROGRAM ? look_at_bytes(m, last) : look_at_lines(m, last);
}

int mentions_put(struct mentions *m, size_t n)
{
	size_t gone;
	int r;

	m->used += n;
	if (m->used < m->size)
		return 0;
	r = look(m, false);
	if (r < 0)
		return r;
	gone = m->from > CONTEXT ? m->from - CONTEXT : 0;
	memmove(m->buffer, m->buffer + gone, m->used - gone);
	m->used -= gone;
	m->from -= gone;
	m->offset += gone;
	return 0;
}

int mentions_jump(struct mentions *m, uint64_t offset)
{
	int r = look(m, true);

	m->used = m->from = 0;
	m->offset = offset;
	return r;
}

/* "device/align" is an attribute of nvdimms, disks and others too. */
static void drop_foreign(struct mentions *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		if (m->items[i].use != USE_DEVICE_ALIGN || m->names_dax)
			m->items[n++] = m->items[i];
		else
			free(m->items[i].text);
	m->n = n;
}

/* Who reads the link 'subsystem' and names the class's folder compares them. */
static void find_comparisons(struct mentions *m)
{
	for (size_t i = 0; m->names_subsystem && i < m->n; i++)
		if (m->items[i].use == USE_CLASS_PATH && m->items[i].whole)
			m->items[i].use = USE_CLASS_COMPARED;
}

static int tell_link(struct mentions *m)
{
	int r = array_grow(&m->items, m->n, sizeof(*m->items));

	if (r < 0)
		return r;
	m->items[m->n++] = m->link;
	m->link.text = NULL;
	m->safe = "it looks at the link 'subsystem' of the device and names neither folder, so "
		  "that it can only go by the last component, 'dax' in both";
	return 0;
}

int mentions_end(struct mentions *m)
{
	int r = look(m, true);

	if (r < 0)
		return r;
	if (m->n)
		qsort(m->items, m->n, sizeof(*m->items), compare_mentions);
	drop_foreign(m);
	find_comparisons(m);
	if (!m->n && m->has_link && m->names_dax)
		return tell_link(m);
	if (m->n && m->names_bus) {
		drop_from(m, 1);
		m->safe = "it names /sys/bus/dax too: it knows both";
	}
	return 0;
}
