/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "migrate/predict.h"

#include "base/array.h"
#include "base/string.h"
#include "scan/facts.h"

const char *predict_word(enum predicted model)
{
	static const char *const words[_PROMISED_MAX] = {
		[PROMISED_UNKNOWN] = "unknown",
		[PROMISED_NONE] = "none",
		[PROMISED_CLASS] = "class",
		[PROMISED_BUS] = "bus",
	};

	return words[model];
}

/* --- lines ------------------------------------------------------------------------------------ */

static bool is_ours(const char *module)
{
	return modprobe_same_module(module, COMPAT_MODULE) ||
	       modprobe_same_module(module, BUS_MODULE);
}

static bool matches_ours(const char *pattern)
{
	return modprobe_name_matches(pattern, COMPAT_MODULE) ||
	       modprobe_name_matches(pattern, BUS_MODULE);
}

static bool matters(const struct modprobe_line *line)
{
	switch (line->command) {
	case MODPROBE_ALIAS:
		return is_ours(line->rest) || modprobe_alias_matches(line->name, ND_DAX_ALIAS);
	case MODPROBE_SOFTDEP:
		return matches_ours(line->name) || modprobe_list_has(line->rest, COMPAT_MODULE) ||
		       modprobe_list_has(line->rest, BUS_MODULE);
	case MODPROBE_INSTALL:
	case MODPROBE_REMOVE:
		return matches_ours(line->name);
	default:
		return is_ours(line->name);
	}
}

static void config_line_done(struct predict_line *line)
{
	free(line->file);
	free(line->name);
	free(line->rest);
	free(line->text);
}

static int add_line(struct predict_config *config, const char *file,
		    const struct modprobe_line *from, const char *writer, bool hidden)
{
	_cleanup_(config_line_done) struct predict_line line = {
		.number = from->number, .command = from->command, .writer = writer, .hidden = hidden
	};
	int r = string_copy(&line.file, file)
		?: string_copy(&line.name, from->name)
		?: string_copy(&line.rest, from->rest)
		?: string_format(&line.text, "%s %s%s%s", modprobe_word(from->command), from->name,
				 *from->rest ? " " : "", from->rest);

	return r ?: ARRAY_PUSH(config->items, config->n, TAKE_STRUCT(line));
}

int predict_config_add(struct predict_config *config, const char *file, char *text,
		       const char *writer, bool hidden)
{
	struct modprobe_reader reader = modprobe_reader(text);
	struct modprobe_line line;
	int r = 0;

	while (r == 0 && modprobe_read(&reader, &line))
		if (matters(&line))
			r = add_line(config, file, &line, writer, hidden);
	return r;
}

void predict_config_done(struct predict_config *config)
{
	ARRAY_FREE(config->items, config->n, config_line_done);
	free(config->unreadable);
	*config = (struct predict_config){ 0 };
}

/* --- the kernel ------------------------------------------------------------------------------- */

void predict_modules_done(struct predict_modules *kernel)
{
	free(kernel->release);
	strv_done(&kernel->aliases);
	*kernel = (struct predict_modules){ 0 };
}

/*
 * Linux 5.0 and before know no bus. The release alone does not decide: distributions have brought
 * the bus to older ones, and with it the part that both drivers share.
 */
static bool has_no_bus(const struct predict_modules *kernel)
{
	uint64_t release = kernel_version_parse(kernel->release);

	return release && release < KERNEL(5, 1, 0) && !kernel->core && !kernel->compat;
}

bool predict_offers_class(const struct predict_modules *kernel)
{
	return kernel->compat || (kernel->bus && has_no_bus(kernel));
}

bool predict_offers_bus(const struct predict_modules *kernel)
{
	return kernel->bus && !has_no_bus(kernel);
}

/* --- what is loaded --------------------------------------------------------------------------- */

/* The first line that concerns the module, which is the only one of its command that counts. */
static const struct predict_line *find_line(const struct predict_config *config,
					    enum modprobe_command command, const char *module)
{
	for (size_t i = 0; i < config->n; i++) {
		const struct predict_line *line = &config->items[i];
		bool is_pattern = command == MODPROBE_INSTALL || command == MODPROBE_SOFTDEP;

		if (!line->hidden && line->command == command &&
		    (is_pattern ? modprobe_name_matches(line->name, module)
				: modprobe_same_module(line->name, module)))
			return line;
	}
	return NULL;
}

/* The line by which loading the module loads the other one first. */
static const struct predict_line *find_pre(const struct predict_config *config, const char *module,
					   const char *other)
{
	const struct predict_line *line = find_line(config, MODPROBE_SOFTDEP, module);

	return line && modprobe_softdep_has_pre(line->rest, other) ? line : NULL;
}

static struct prediction promise(enum predicted model, const struct predict_line *line,
				 const char *reason)
{
	return (struct prediction){ model, line, line ? line->file : NULL, reason };
}

static struct prediction of_module(const struct predict_modules *kernel, const char *module,
				   const struct predict_line *line, const char *reason)
{
	bool is_class = modprobe_same_module(module, COMPAT_MODULE) || has_no_bus(kernel);

	return promise(is_class ? PROMISED_CLASS : PROMISED_BUS, line, reason);
}

static struct prediction not_loaded(const struct predict_line *line, const char *reason)
{
	return promise(PROMISED_NONE, line, reason);
}

/*
 * What comes of loading a module for the alias. @line: that named it, or NULL for the kernel.
 * PROMISED_NONE is a module that is not loaded, and the next one has its turn.
 */
static struct prediction try_module(const struct predict_modules *kernel,
				    const struct predict_config *config, const char *module,
				    const struct predict_line *line)
{
	bool is_compat = modprobe_same_module(module, COMPAT_MODULE);
	const char *other = is_compat ? BUS_MODULE : COMPAT_MODULE;
	const struct predict_line *found;

	if (!is_ours(module))
		return not_loaded(line, "its alias leads to another module");
	module = is_compat ? COMPAT_MODULE : BUS_MODULE;
	found = find_line(config, MODPROBE_BLACKLIST, module);
	if (found)
		return not_loaded(found, "the module is blacklisted");
	if (is_compat ? !kernel->compat : !kernel->bus)
		return not_loaded(line, "the kernel has no such module");
	/* The first of the two drivers that is loaded takes the devices. A blacklist is not looked
	 * at then.
	 */
	found = (is_compat ? kernel->bus : kernel->compat) ? find_pre(config, module, other) : NULL;
	if (found)
		return of_module(kernel, other, found, "it is loaded before the other one");
	found = find_line(config, MODPROBE_INSTALL, module);
	/* Where there are both, modprobe goes by the soft dependency. */
	if (!found || find_line(config, MODPROBE_SOFTDEP, module))
		return of_module(kernel, module, line,
				 line ? "its alias is the first that leads to a driver"
				      : "it is the kernel's own choice");
	if (modprobe_does_nothing(found->rest))
		return not_loaded(found, "a command that does nothing is run in its place");
	return promise(PROMISED_UNKNOWN, found, "a command is run in its place");
}

/* Aliases of the configuration, if there are any, are all that counts. */
static bool try_config(const struct predict_modules *kernel, const struct predict_config *config,
		       struct prediction *ret)
{
	bool found = false;

	for (size_t i = 0; i < config->n; i++) {
		const struct predict_line *line = &config->items[i];
		struct prediction tried;

		if (line->hidden || line->command != MODPROBE_ALIAS ||
		    !modprobe_alias_matches(line->name, ND_DAX_ALIAS))
			continue;
		tried = try_module(kernel, config, line->rest, line);
		if (!found || tried.model != PROMISED_NONE)
			*ret = tried;
		found = true;
		if (tried.model != PROMISED_NONE)
			break;
	}
	return found;
}

struct prediction predict_model(const struct predict_modules *kernel,
				const struct predict_config *config)
{
	struct prediction made = not_loaded(NULL, "the kernel has no module for it");

	if (!kernel->known)
		return promise(PROMISED_UNKNOWN, NULL,
			       "the modules of this kernel are not installed");
	if (kernel->builtin)
		return of_module(kernel, BUS_MODULE, NULL, "the driver is part of the kernel");
	if (config->unreadable)
		return (struct prediction){ PROMISED_UNKNOWN, NULL, config->unreadable,
					    "what modprobe.d says could not be read" };
	if (try_config(kernel, config, &made))
		return made;
	for (size_t i = 0; i < kernel->aliases.n; i++) {
		made = try_module(kernel, config, kernel->aliases.items[i], NULL);
		if (made.model != PROMISED_NONE)
			break;
	}
	return made;
}
