/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_POLICY_BOOT_H
#define DAXBUS_POLICY_BOOT_H

#include "policy/match.h"

/* What happens to memory at boot, before policies are applied; pure. */

/*
 * struct boot_note - a policy for which the kernel would be too early
 * @code: "memhp-default-state"
 * @device: a device that the kernel may give to kmem, borrowed
 * @file: the policy, borrowed
 * @line: the line that sets what is wanted
 * @message: a sentence
 * @hint: what to do
 */
struct boot_note {
	const char *code;
	const char *device;
	const char *file;
	unsigned int line;
	char *message;
	const char *hint;
};

struct boot_notes {
	struct boot_note *items;
	size_t n;
};

/*
 * policy_boot_find() - find policies whose memory the kernel would bring online in another zone
 * @match: which policies apply to what
 * @s: the snapshot
 * @parameter: memhp_default_state of the kernel's command line, or NULL: auto_online_blocks counts
 * @ret: receives a note for each policy; borrows from @match; release with policy_boot_done()
 *
 * Since Linux 6.3, kmem takes devices of soft-reserved memory and of CXL regions by itself.
 *
 * Return: 0; -ENOMEM.
 */
int policy_boot_find(const struct match *match, const struct daxbus_snapshot *s,
		     const char *parameter, struct boot_notes *ret) _must_check_;
void policy_boot_done(struct boot_notes *notes);

/*
 * policy_boot_parameter() - find memhp_default_state in a command line of the kernel
 * @cmdline: the command line, which is changed
 * @ret: receives the last value that the kernel takes; to be freed; NULL: there is none
 *
 * Return: 0; -ENOMEM.
 */
int policy_boot_parameter(char *cmdline, char **ret) _must_check_;

#endif
