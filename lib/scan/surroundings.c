/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/surroundings.h"

#include "base/parse.h"
#include "base/string.h"
#include "io/config-file.h"
#include "parsers/cmdline.h"
#include "parsers/modprobe.h"
#include "scan/cxl.h"

#define CMDLINE		 "/proc/cmdline"
#define PLATFORM_DEVICES "/sys/bus/platform/devices"

/* --- lists of modules, configuration of the kernel -------------------------------------------- */

static bool is_about_module(const char *line)
{
	for (enum surroundings_driver i = 0; i < _DRIVER_MAX; i++)
		if (modprobe_list_has_file(line, surroundings_module(i)))
			return true;
	return false;
}

static bool cut_modules(char *text)
{
	/* A list without any of them says that there are none. */
	(void)config_file_keep_lines(text, is_about_module, false);
	return true;
}

static bool is_option(const char *line, const char *option)
{
	size_t n = strlen(option);

	line += starts_with(line, "# ") ? 2 : 0;
	return strncmp(line, option, n) == 0 && (line[n] == '=' || line[n] == ' ');
}

static bool is_wanted_option(const char *line)
{
	for (enum surroundings_driver i = 0; i < _DRIVER_MAX; i++)
		if (is_option(line, surroundings_option(i)))
			return true;
	return false;
}

static bool cut_config(char *text)
{
	return config_file_keep_lines(text, is_wanted_option, true);
}

/* Call @fn for each line. */
static int each_line(char *text, int (*fn)(void *data, unsigned int number, const char *line),
		     void *data)
{
	unsigned int number = 1;
	char *line;
	int r = 0;

	while (r == 0 && (line = strsep(&text, "\n")))
		r = fn(data, number++, line);
	return r;
}

struct option_lines {
	struct surroundings *around;
	const char *path;
};

static int take_option(void *data, unsigned int number, const char *line)
{
	struct option_lines *lines = data;
	int r = 0;

	for (enum surroundings_driver i = 0; r == 0 && i < _DRIVER_MAX; i++)
		if (is_option(line, surroundings_option(i)))
			r = surroundings_set_line(&lines->around->drivers[i].option, lines->path,
						  number, line);
	return r;
}

/* @place: "/boot/config-" or "/lib/modules/", @behind: what follows the release. */
static int read_config(struct sysfs *fs, const char *place, const char *behind,
		       struct surroundings *ret)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	struct option_lines lines = { .around = ret };
	int r = string_format(&path, "%s%s%s", place, ret->release, behind)
			?: config_file_read(fs, path, cut_config, &text);

	lines.path = path;
	return r ?: each_line(text, take_option, &lines);
}

static int read_modules_list(struct sysfs *fs, const struct surroundings *around, const char *name,
			     char **ret)
{
	_cleanup_free_ char *path = NULL;

	return string_format(&path, "/lib/modules/%s/%s", around->release, name)
		       ?: config_file_read(fs, path, cut_modules, ret);
}

static enum daxbus_module module_state(bool is_builtin, bool is_available)
{
	return is_builtin     ? DAXBUS_MODULE_BUILTIN
	       : is_available ? DAXBUS_MODULE_AVAILABLE
			      : DAXBUS_MODULE_ABSENT;
}

static int read_kernel(struct sysfs *fs, struct surroundings *ret)
{
	_cleanup_free_ char *dep = NULL, *builtin = NULL;
	int r, q;

	if (!ret->release || strchr(ret->release, '/'))
		return 0;
	r = read_config(fs, "/boot/config-", "", ret);
	if (r < 0 && r != -ENOMEM)
		r = read_config(fs, "/lib/modules/", "/config", ret);
	if (r == -ENOMEM)
		return r;
	r = read_modules_list(fs, ret, "modules.dep", &dep);
	q = read_modules_list(fs, ret, "modules.builtin", &builtin);
	for (enum surroundings_driver i = 0; i < _DRIVER_MAX && r == 0 && q == 0; i++)
		ret->drivers[i].module =
			known(module_state(modprobe_list_has_file(builtin, surroundings_module(i)),
					   modprobe_list_has_file(dep, surroundings_module(i))));
	return error_keep_oom(r) ?: error_keep_oom(q);
}

/* --- drivers ---------------------------------------------------------------------------------- */

static void read_driver(struct sysfs *fs, enum surroundings_driver driver, struct driver_facts *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(fs, &dir, "/sys/bus/%s/drivers", surroundings_bus(driver));

	ret->registered = ret->module = unknown();
	if (r == 0)
		ret->registered = known(sysfs_has(&dir, "%s", surroundings_driver_name(driver)));
	/* A bus that the kernel does not have has no drivers; a tree may be an old one. */
	else if (r == -ENOENT && sysfs_is_live(fs))
		ret->registered = known(0);
}

/* --- what keeps modules out ------------------------------------------------------------------- */

static bool keeps_out(const struct modprobe_line *line, const char *module)
{
	if (line->command == MODPROBE_BLACKLIST)
		return modprobe_same_module(line->name, module);
	return line->command == MODPROBE_INSTALL && modprobe_name_matches(line->name, module) &&
	       modprobe_does_nothing(line->rest);
}

static int take_modprobe_line(struct surroundings *around, const char *path,
			      const struct modprobe_line *line)
{
	_cleanup_free_ char *text = NULL;
	int r = string_format(&text, "%s %s%s%s", modprobe_word(line->command), line->name,
			      *line->rest ? " " : "", line->rest);

	for (enum surroundings_driver i = 0; r == 0 && i < _DRIVER_MAX; i++)
		if (keeps_out(line, surroundings_module(i)))
			r = surroundings_set_line(&around->drivers[i].blacklisted, path,
						  line->number, text);
	return r;
}

static int read_modprobe_file(struct sysfs *fs, const char *path, struct surroundings *ret)
{
	_cleanup_free_ char *text = NULL;
	struct modprobe_reader reader;
	struct modprobe_line line;
	int r = config_file_read(fs, path, NULL, &text);

	if (r < 0)
		return error_keep_oom(r);
	reader = modprobe_reader(text);
	while (r == 0 && modprobe_read(&reader, &line))
		r = take_modprobe_line(ret, path, &line);
	return r;
}

static int read_modprobe(struct sysfs *fs, struct surroundings *ret)
{
	static const struct config_directories where = { modprobe_directory, modprobe_is_file };
	_cleanup_(strv_done) struct strv paths = { 0 };
	int r = config_file_list(fs, &where, &paths);

	for (size_t i = 0; r == 0 && i < paths.n; i++)
		r = read_modprobe_file(fs, paths.items[i], ret);
	return r;
}

static int take_blacklisted(struct surroundings *around, const char *module, const char *text)
{
	int r = 0;

	for (enum surroundings_driver i = 0; r == 0 && i < _DRIVER_MAX; i++)
		if (modprobe_same_module(module, surroundings_module(i)))
			r = surroundings_set_line(&around->drivers[i].blacklisted, CMDLINE, 0,
						  text);
	return r;
}

/* "modprobe.blacklist" is for modprobe, "module_blacklist" for the kernel: both are lists. */
static int take_parameter(void *data, const char *name, char *value, const char *word)
{
	char *module;
	int r = 0;

	if (!streq(name, "modprobe.blacklist") && !streq(name, "module_blacklist"))
		return 0;
	while (r == 0 && (module = strsep(&value, ",")))
		r = take_blacklisted(data, module, word);
	return r;
}

static int read_cmdline(struct sysfs *fs, struct surroundings *ret)
{
	_cleanup_free_ char *text = NULL;
	int r = sysfs_read_proc(fs, &text, "cmdline");

	return r < 0 ? error_keep_oom(r) : cmdline_each(text, take_parameter, ret);
}

/* --- soft-reserved memory --------------------------------------------------------------------- */

static int find_hmem(void *data, const char *name)
{
	struct surroundings *around = data;
	uint64_t number;

	if (parse_numbered(name, "hmem.", &number) < 0 &&
	    parse_numbered(name, "hmem_platform.", &number) < 0)
		return 0;
	around->has_soft_reserved = true;
	return surroundings_set_line(&around->soft_reserved, PLATFORM_DEVICES, 0, name) ?: 1;
}

/* Addresses may be hidden, the names are not. */
static int find_in_iomem(struct surroundings *around, char *text)
{
	char *line;

	while ((line = strsep(&text, "\n"))) {
		if (!strstr(line, " : Soft Reserved"))
			continue;
		around->has_soft_reserved = true;
		return surroundings_set_line(&around->soft_reserved, "/proc/iomem", 0,
					     line + strspn(line, " "));
	}
	return 0;
}

static int read_soft_reserved(struct sysfs *fs, struct surroundings *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *iomem = NULL;
	int r = sysfs_read_proc(fs, &iomem, "iomem");

	if (r == 0)
		r = find_in_iomem(ret, iomem);
	if (r == -ENOMEM)
		return r;
	r = sysfs_dir_open(fs, &dir, PLATFORM_DEVICES) ?: sysfs_list(&dir, find_hmem, ret);
	return error_keep_oom(r);
}

/* --- all of it -------------------------------------------------------------------------------- */

int surroundings_read(struct sysfs *fs, const struct daxbus_snapshot *s, struct surroundings *ret)
{
	struct surroundings around = { .is_live = sysfs_is_live(fs) };
	int r;

	if (s->bus.kernel.is == DAXBUS_KNOWN) {
		around.release = s->bus.kernel.v;
		around.kernel = kernel_version_parse(s->bus.kernel.v);
	}
	for (enum surroundings_driver i = 0; i < _DRIVER_MAX; i++)
		read_driver(fs, i, &around.drivers[i]);
	r = read_kernel(fs, &around) ?: read_cmdline(fs, &around) ?: read_modprobe(fs, &around);
	if (r == 0)
		r = read_soft_reserved(fs, &around) ?: cxl_bus_read(fs, &around.cxl);
	if (r == 0)
		*ret = around;
	else
		surroundings_done(&around);
	return r;
}
