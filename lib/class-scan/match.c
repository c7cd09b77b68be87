/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/match.h"

#include <ctype.h>
#include <errno.h>

#include "base/array.h"
#include "class-scan/rules.h"

/* Bytes before and behind a mention that decide about it. */
#define CONTEXT	     256
/* Matches of a file that are reported. */
#define MENTIONS_MAX 100
#define TEXT_MAX     160

/* --- a place ---------------------------------------------------------------------------------- */

static int copy_text(const struct span *t, size_t p, char **ret)
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

static int add_mention(struct matches *m, const struct span *t, size_t p, enum finding use)
{
	struct match mention = { .use = use, .line = t->line, .offset = t->offset + p };
	int r;

	if (m->n >= MENTIONS_MAX)
		return 0;
	mention.whole = p + 3 >= t->n || t->s[p + 3] != '/';
	r = copy_text(t, p, &mention.text);
	if (r == 0)
		r = ARRAY_PUSH(m->items, m->n, mention);
	if (r < 0)
		free(mention.text);
	return r;
}

/* "dax" as a word of its own, "dax0.0", "dax_region". */
static bool is_word(const struct span *t, size_t p)
{
	return (p == 0 || !(isalnum((unsigned char)t->s[p - 1]) || t->s[p - 1] == '_')) &&
	       (p + 3 >= t->n || !isalpha((unsigned char)t->s[p + 3]));
}

static int look_at_dax(struct matches *m, const struct span *t, size_t p)
{
	enum finding use = rules_finding(m->rules, t, p, m->syntax);

	m->names_dax |= is_word(t, p);
	m->names_bus |= rules_names_bus(m->rules, t, p);
	return use < _USE_MAX ? add_mention(m, t, p, use) : 0;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static int look_at_align(struct matches *m, const struct span *t, size_t p)
{
	size_t end = p + strlen("device/align");

	if ((p && (is_name(t->s[p - 1]) || t->s[p - 1] == '.')) ||
	    (end < t->n && is_name(t->s[end])))
		return 0;
	return add_mention(m, t, p, USE_DEVICE_ALIGN);
}

/* The link that says what a device is, whatever directory it is in. */
static int look_at_subsystem(struct matches *m, const struct span *t, size_t p)
{
	m->names_subsystem = true;
	if (m->has_link || !memmem(t->s, p, "/sys/dev/char/", 14))
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
	int (*look)(struct matches *m, const struct span *t, size_t p);
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
static struct span string_at(const struct matches *m, size_t p, size_t *ret_p)
{
	size_t begin = p, end = p;

	while (begin && p - begin < CONTEXT && is_printable(m->buffer[begin - 1]))
		begin--;
	while (end < m->used && end - p < CONTEXT && is_printable(m->buffer[end]))
		end++;
	*ret_p = p - begin;
	return (struct span){ .s = m->buffer + begin,
			      .n = end - begin,
			      .offset = m->offset + begin };
}

static int look_at_string(struct matches *m, const struct anchor *anchor, size_t p)
{
	static const char path[] = "/sys/class/dax";
	struct span t;
	size_t in_t;

	if (anchor == &anchors[0] && rules_is_in_instructions(m->buffer, m->used, p)) {
		t = (struct span){ .s = path,
				   .n = strlen(path),
				   .offset = m->offset + p - (strlen(path) - 3) };
		return add_mention(m, &t, strlen(path) - 3, USE_CLASS_PATH);
	}
	t = string_at(m, p, &in_t);
	return anchor->look(m, &t, in_t);
}

static int look_for(struct matches *m, const struct anchor *anchor, size_t end)
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
	const struct match *x = a, *y = b;

	return compare_u64(x->offset, y->offset);
}

static int look_at_bytes(struct matches *m, bool last)
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

static int look_at_piece(struct matches *m, const struct span *t)
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

static int look_at_line(struct matches *m, const char *line, size_t n)
{
	const char *s = line;
	struct span t;

	while (n && isspace((unsigned char)*s)) {
		s++;
		n--;
	}
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	t = (struct span){ .s = s,
			   .n = comments_cut(m->syntax, &m->comments, line, s, n),
			   .line = m->line + 1,
			   .offset = m->offset + (uint64_t)(s - m->buffer) };
	while (t.n && isspace((unsigned char)t.s[t.n - 1]))
		t.n--;
	return look_at_piece(m, &t);
}

/* Whole lines; one that does not fit into the buffer in pieces. */
static int look_at_lines(struct matches *m, bool last)
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

int match_init(struct matches *m, enum syntax syntax, size_t size)
{
	*m = (struct matches){ .syntax = syntax, .size = size };
	/* regexec() of sanitizers reads up to a NUL, which the last byte is and stays. */
	m->buffer = calloc(1, size + 1);
	return m->buffer ? rules_new(&m->rules) : -ENOMEM;
}

static void drop_from(struct matches *m, size_t n)
{
	for (size_t i = n; i < m->n; i++)
		free(m->items[i].text);
	m->n = n < m->n ? n : m->n;
}

void match_restart(struct matches *m, enum syntax syntax)
{
	struct matches fresh = {
		.syntax = syntax, .rules = m->rules, .buffer = m->buffer, .size = m->size
	};

	drop_from(m, 0);
	free(m->items);
	free(m->link.text);
	*m = fresh;
}

void match_done(struct matches *m)
{
	match_restart(m, SYNTAX_PROGRAM);
	rules_free(m->rules);
	free(m->buffer);
	*m = (struct matches){ 0 };
}

char *match_space(struct matches *m, size_t *ret_size)
{
	*ret_size = m->size - m->used;
	return m->buffer + m->used;
}

static int examine_buffer(struct matches *m, bool last)
{
	return m->syntax == SYNTAX_PROGRAM ? look_at_bytes(m, last) : look_at_lines(m, last);
}

int match_put(struct matches *m, size_t n)
{
	size_t gone;
	int r;

	m->used += n;
	if (m->used < m->size)
		return 0;
	r = examine_buffer(m, false);
	if (r < 0)
		return r;
	gone = m->from > CONTEXT ? m->from - CONTEXT : 0;
	memmove(m->buffer, m->buffer + gone, m->used - gone);
	m->used -= gone;
	m->from -= gone;
	m->offset += gone;
	return 0;
}

int match_jump(struct matches *m, uint64_t offset)
{
	int r = examine_buffer(m, true);

	m->used = m->from = 0;
	m->offset = offset;
	return r;
}

/* "device/align" is an attribute of nvdimms, disks and others too. */
static void drop_foreign(struct matches *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		if (m->items[i].use != USE_DEVICE_ALIGN || m->names_dax)
			m->items[n++] = m->items[i];
		else
			free(m->items[i].text);
	m->n = n;
}

/* Who reads the link 'subsystem' and names the class's directory compares them. */
static void find_comparisons(struct matches *m)
{
	for (size_t i = 0; m->names_subsystem && i < m->n; i++)
		if (m->items[i].use == USE_CLASS_PATH && m->items[i].whole)
			m->items[i].use = USE_CLASS_COMPARED;
}

static int report_link(struct matches *m)
{
	if (ARRAY_PUSH(m->items, m->n, m->link) < 0)
		return -ENOMEM;
	m->link.text = NULL;
	m->safe = "it looks at the link 'subsystem' of the device and names neither directory, so "
		  "that it can only go by the last component, 'dax' in both";
	return 0;
}

int match_end(struct matches *m)
{
	int r = examine_buffer(m, true);

	if (r < 0)
		return r;
	if (m->n)
		qsort(m->items, m->n, sizeof(*m->items), compare_mentions);
	drop_foreign(m);
	find_comparisons(m);
	if (!m->n && m->has_link && m->names_dax)
		return report_link(m);
	if (m->n && m->names_bus) {
		drop_from(m, 1);
		m->safe = "it names /sys/bus/dax too: it knows both";
	}
	return 0;
}
