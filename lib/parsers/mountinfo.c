/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/mountinfo.h"

#include "base/parse.h"

/* "36 35 98:0 /root /mnt rw,noatime master:1 - ext3 /dev/root rw": optional fields end with "-". */
bool mountinfo_parse(char *line, struct mountinfo *ret)
{
	char *fields[6], *minor, *word;

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		fields[i] = strsep(&line, " ");
		if (!fields[i])
			return false;
	}
	do
		word = strsep(&line, " ");
	while (word && !streq(word, "-"));
	minor = strchr(fields[2], ':');
	if (!word || !minor)
		return false;
	*minor++ = '\0';
	ret->directory = fields[4];
	ret->type = strsep(&line, " ");
	ret->source = line ? strsep(&line, " ") : NULL;
	return ret->source && parse_u32(fields[2], 10, &ret->major) == 0 &&
	       parse_u32(minor, 10, &ret->minor) == 0;
}
