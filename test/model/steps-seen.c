/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "steps-seen.h"

#include <stdio.h>
#include <stdlib.h>

static const enum step_kind all[] = {
#define STEP_KIND(NAME, TEXT, OPS) STEP_##NAME,
#include "model/step-kinds.h"
#undef STEP_KIND
};

#define OF_LIBNDCTL "libndctl writes what it does, not the library; see test/vm/pmem-namespace.bats"
#define OF_DEV	    "it writes to /dev, not to the kernel's tree; see test/vm/policy.bats"
#define OF_PAGES    "the model has no pages; see test/vm/drain.bats"

static const struct {
	enum step_kind kind;
	const char *why;
} left_out[] = {
	{ STEP_LOAD, "the model has all drivers; see test/vm/change-any.bats" },
	{ STEP_POOL, "the model has no huge pages; see test/vm/change-hmem.bats" },
	{ STEP_DROP, OF_PAGES },
	{ STEP_COMPACT, OF_PAGES },
	{ STEP_RESIZE_POOL, OF_PAGES },
	{ STEP_MIGRATE, OF_PAGES },
	{ STEP_SETTLE, "the model has no udev; see test/vm/change-udev.bats" },
	{ STEP_LABEL, OF_LIBNDCTL },
	{ STEP_INFO, OF_LIBNDCTL },
	{ STEP_UNMAKE, OF_LIBNDCTL },
	{ STEP_NODE, OF_DEV },
	{ STEP_LINK, OF_DEV },
};

/* As a journal has it, at the begin of what step_print() says. */
static const char *word_of(enum step_kind kind)
{
	static char *words[STEP_KINDS_MAX];
	const struct step step = { .kind = kind };

	if (words[kind])
		return words[kind];
	words[kind] = step_print(&step);
	if (!words[kind])
		abort();
	words[kind][strcspn(words[kind], " ")] = '\0';
	return words[kind];
}

static void note_word(struct steps_seen *seen, const char *word, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (!strncmp(word_of(all[i]), word, length) && !word_of(all[i])[length])
			atomic_store(&seen->kinds[all[i]], true);
}

void steps_seen_note(struct steps_seen *seen, const char *journal, size_t length)
{
	const char *end = journal + length, *line = journal, *next;

	for (; line < end && (next = memchr(line, '\n', (size_t)(end - line))); line = next + 1) {
		const char *word = line + strlen("step ");

		if (next > word && starts_with(line, "step "))
			note_word(seen, word, strcspn(word, " \n"));
	}
}

static const char *why_not(enum step_kind kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(left_out); i++)
		if (left_out[i].kind == kind)
			return left_out[i].why;
	return NULL;
}

unsigned int steps_seen_print_others(const struct steps_seen *seen)
{
	unsigned int n = 0, unexplained = 0;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		n += seen->kinds[all[i]];
	printf("%u of %zu kinds of steps\n", n, ARRAY_SIZE(all));
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		const char *why = why_not(all[i]);

		if (seen->kinds[all[i]])
			continue;
		printf("  left out: %s: %s\n", word_of(all[i]), why ? why : "without a reason");
		unexplained += !why;
	}
	return unexplained;
}
