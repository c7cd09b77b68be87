/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/foreign-words.h"

#include "base/util.h"

/* clang-format off */
static const struct foreign_word table[] = {
	{ FOREIGN_COMMAND, NULL, "reconfigure-device", "reconfigure" },
	{ FOREIGN_COMMAND, NULL, "online-memory", "online" },
	{ FOREIGN_COMMAND, NULL, "offline-memory", "offline" },
	{ FOREIGN_COMMAND, NULL, "enable-device", "bind" },
	{ FOREIGN_COMMAND, NULL, "disable-device", "unbind" },
	{ FOREIGN_COMMAND, NULL, "create-device", "create" },
	{ FOREIGN_COMMAND, NULL, "destroy-device", "destroy" },
	{ FOREIGN_COMMAND, NULL, "migrate-device-model", "migrate apply" },
	{ FOREIGN_COMMAND, NULL, "status", "list" },
	{ FOREIGN_COMMAND, NULL, "show", "list" },
	{ FOREIGN_COMMAND, NULL, "info", "list" },
	{ FOREIGN_COMMAND, NULL, "ls", "list" },
	{ FOREIGN_COMMAND, NULL, "devices", "list" },
	{ FOREIGN_COMMAND, NULL, "regions", "list --regions" },
	{ FOREIGN_COMMAND, NULL, "blocks", "list --blocks" },
	{ FOREIGN_COMMAND, NULL, "export", "list --json" },
	{ FOREIGN_COMMAND, NULL, "save", "list --json" },
	{ FOREIGN_COMMAND, NULL, "import", "create --from=" },
	{ FOREIGN_COMMAND, NULL, "restore", "create --from=" },
	{ FOREIGN_COMMAND, NULL, "enable", "bind" },
	{ FOREIGN_COMMAND, NULL, "attach", "bind" },
	{ FOREIGN_COMMAND, NULL, "disable", "unbind" },
	{ FOREIGN_COMMAND, NULL, "detach", "unbind" },
	{ FOREIGN_COMMAND, NULL, "convert", "reconfigure" },
	{ FOREIGN_COMMAND, NULL, "set-mode", "reconfigure" },
	{ FOREIGN_COMMAND, NULL, "add", "create" },
	{ FOREIGN_COMMAND, NULL, "new", "create" },
	{ FOREIGN_COMMAND, NULL, "create-namespace", "create" },
	{ FOREIGN_COMMAND, NULL, "create-region", "create" },
	{ FOREIGN_COMMAND, NULL, "delete", "destroy" },
	{ FOREIGN_COMMAND, NULL, "remove", "destroy" },
	{ FOREIGN_COMMAND, NULL, "rm", "destroy" },
	{ FOREIGN_COMMAND, NULL, "grow", "resize" },
	{ FOREIGN_COMMAND, NULL, "shrink", "resize" },
	{ FOREIGN_COMMAND, NULL, "repair", "recover" },
	{ FOREIGN_COMMAND, NULL, "rollback", "undo" },

	{ FOREIGN_OPTION, "reconfigure", "--no-online", "--online=no" },
	{ FOREIGN_OPTION, "reconfigure", "-N", "--online=no" },
	{ FOREIGN_OPTION, "create", "--no-online", "--online=no" },
	{ FOREIGN_OPTION, NULL, "--no-movable", "--online=kernel" },
	{ FOREIGN_OPTION, NULL, "--movable", "--online=movable" },
	{ FOREIGN_OPTION, NULL, "-f", "--force" },
	{ FOREIGN_OPTION, NULL, "--human", "" },
	{ FOREIGN_OPTION, NULL, "-u", "" },
	{ FOREIGN_OPTION, "list", "--devices", "" },
	{ FOREIGN_OPTION, "list", "-D", "" },
	{ FOREIGN_OPTION, "list", "--idle", "" },
	{ FOREIGN_OPTION, "list", "-i", "" },
	{ FOREIGN_WITH_ARGUMENT, "create", "-r", "--region=" },
	{ FOREIGN_WITH_ARGUMENT, "create", "-s", "--size=" },
	{ FOREIGN_WITH_ARGUMENT, "create", "-a", "--align=" },
	{ FOREIGN_WITH_ARGUMENT, "create", "--input", "--from=" },
	{ FOREIGN_WITH_ARGUMENT, "list", "--dev", "" },
	{ FOREIGN_WITH_ARGUMENT, "list", "-d", "" },
	{ FOREIGN_WITH_ARGUMENT, NULL, "--region", "region" },
	{ FOREIGN_WITH_ARGUMENT, NULL, "-r", "region" },

	{ FOREIGN_OPERAND, "reconfigure", "system-ram", "--mode=kmem" },
	{ FOREIGN_OPERAND, "reconfigure", "ram", "--mode=kmem" },
	{ FOREIGN_OPERAND, "reconfigure", "kmem", "--mode=kmem" },
	{ FOREIGN_OPERAND, "reconfigure", "devdax", "--mode=devdax" },
	{ FOREIGN_OPERAND, "reconfigure", "famfs", "--mode=famfs" },
	{ FOREIGN_OPERAND, "reconfigure", "compat", "--mode=compat" },
	{ FOREIGN_OPERAND, "online", "movable", "--online=movable" },
	{ FOREIGN_OPERAND, "online", "kernel", "--online=kernel" },
	{ FOREIGN_OPERAND, "bind", "kmem", "--driver=kmem" },
	{ FOREIGN_OPERAND, "bind", "device_dax", "--driver=device_dax" },

	{ FOREIGN_VALUE, "mode", "system-ram", "kmem" },
	{ FOREIGN_VALUE, "mode", "ram", "kmem" },
	{ FOREIGN_VALUE, "mode", "dax", "devdax" },
};
/* clang-format on */

const struct foreign_word *foreign_words_at(size_t i)
{
	return i < ARRAY_SIZE(table) ? &table[i] : NULL;
}

const struct foreign_word *foreign_words_find(enum foreign_place place, const char *of,
					      const char *theirs)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].place == place && streq(table[i].theirs, theirs) &&
		    (!table[i].of || streq(table[i].of, of)))
			return &table[i];
	return NULL;
}
