/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/surroundings.h"

#include <errno.h>
#include <inttypes.h>
#include <strings.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/string.h"
#include "io/config-file.h"
#include "io/kmsg.h"
#include "parsers/cmdline.h"
#include "parsers/modprobe.h"
#include "parsers/numa.h"
#include "scan/cxl.h"
#include "scan/process-walk.h"
#include "scan/udev.h"

#define CMDLINE		 "/proc/cmdline"
#define PLATFORM_DEVICES "/sys/bus/platform/devices"

/* --- lists of modules, configuration of the kernel -------------------------------------------- */

static bool is_about_module(const char *line)
{
	for (enum surroundings_driver i = 0; i < _DRIVER_MAX; i++)
		if (modprobe_list_has_file(line, surroundings_rows[i].module))
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

/* Options beside those of drivers. The default for new memory is one of several. */
static const struct {
	const char *line;
	enum surroundings_setting setting;
} built[] = {
	{ "# CONFIG_EFI_SOFT_RESERVE is not set", SETTING_BUILT_SOFT_RESERVE },
	{ "CONFIG_MHP_DEFAULT_ONLINE_TYPE_ONLINE_AUTO=y", SETTING_BUILT_ONLINE },
	{ "CONFIG_MHP_DEFAULT_ONLINE_TYPE_ONLINE_KERNEL=y", SETTING_BUILT_ONLINE },
	{ "CONFIG_MHP_DEFAULT_ONLINE_TYPE_ONLINE_MOVABLE=y", SETTING_BUILT_ONLINE },
	{ "CONFIG_MEMORY_HOTPLUG_DEFAULT_ONLINE=y", SETTING_BUILT_ONLINE },
};

static bool is_wanted_option(const char *line)
{
	for (enum surroundings_driver i = 0; i < _DRIVER_MAX; i++)
		if (is_option(line, surroundings_rows[i].option))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(built); i++)
		if (streq(line, built[i].line))
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

struct config_lines {
	struct surroundings *around;
	const char *path;
};

static int take_option(void *data, unsigned int number, const char *line)
{
	struct config_lines *lines = data;
	int r = 0;

	for (enum surroundings_driver i = 0; r == 0 && i < _DRIVER_MAX; i++)
		if (is_option(line, surroundings_rows[i].option))
			r = surroundings_set_line(&lines->around->drivers[i].option, lines->path,
						  number, line);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(built); i++)
		if (streq(line, built[i].line))
			r = surroundings_set_line(&lines->around->settings[built[i].setting],
						  lines->path, number, line);
	return r;
}

/* @place: "/boot/config-" or "/lib/modules/", @behind: what follows the release. */
static int read_config(struct sysfs *fs, const char *place, const char *behind,
		       struct surroundings *ret)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	struct config_lines lines = { .around = ret };
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
		ret->drivers[i].module = known(
			module_state(modprobe_list_has_file(builtin, surroundings_rows[i].module),
				     modprobe_list_has_file(dep, surroundings_rows[i].module)));
	return error_keep_oom(r) ?: error_keep_oom(q);
}

/* --- drivers ---------------------------------------------------------------------------------- */

static void read_driver(struct sysfs *fs, enum surroundings_driver driver, struct driver_facts *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(fs, &dir, "/sys/bus/%s/drivers", surroundings_rows[driver].bus);

	ret->registered = ret->module = unknown();
	if (r == 0)
		ret->registered = known(sysfs_has(&dir, "%s", surroundings_rows[driver].driver));
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
		if (keeps_out(line, surroundings_rows[i].module))
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

/* Read all files of a configuration with @read. */
static int read_each_file(struct sysfs *fs, const struct config_directories *where,
			  int (*read)(struct sysfs *fs, const char *path, struct surroundings *ret),
			  struct surroundings *ret)
{
	_cleanup_(strv_done) struct strv paths = { 0 };
	int r = config_file_list(fs, where, &paths);

	for (size_t i = 0; r == 0 && i < paths.n; i++)
		r = read(fs, paths.items[i], ret);
	return r;
}

/* --- the kernel's command line ---------------------------------------------------------------- */

static bool is_on_by_value(const char *value)
{
	/* As the kernel's kstrtobool() takes it; a parameter without a value is on. */
	return !*value || strchr("1yYtT", *value) || strcasecmp(value, "on") == 0;
}

static bool has_nosoftreserve(const char *value)
{
	return strstr(value, "nosoftreserve");
}

static bool has_no_nodes(const char *value)
{
	return streq(value, "off") || streq(value, "noacpi");
}

static bool is_any(const char *value _unused_)
{
	return true;
}

/* @last: of several, the last one counts; otherwise each of them does. */
static const struct {
	const char *name;
	bool (*is_it)(const char *value);
	bool last;
	enum surroundings_setting setting;
} parameters[] = {
	{ "efi", has_nosoftreserve, false, SETTING_NO_SOFT_RESERVE },
	{ "device_hmem.disable", is_on_by_value, true, SETTING_NO_HMEM },
	{ "dax_hmem.region_idle", is_on_by_value, true, SETTING_REGION_IDLE },
	{ "memhp_default_state", is_any, true, SETTING_ONLINE_AT_BOOT },
	{ "numa", has_no_nodes, false, SETTING_NO_NUMA },
};

static bool is_blacklist(const char *name)
{
	/* For modprobe, and for the kernel: both are lists. */
	return streq(name, "modprobe.blacklist") || streq(name, "module_blacklist");
}

/* Where a word stands: on the command line, or in the configuration that it comes from. */
struct parameter_lines {
	struct surroundings *around;
	const char *path; /* NULL: the command line itself */
	unsigned int number;
	const char *line;
};

static int take_blacklisted(const struct parameter_lines *lines, const char *module,
			    const char *word)
{
	int r = 0;

	for (enum surroundings_driver i = 0; r == 0 && i < _DRIVER_MAX; i++) {
		struct driver_facts *facts = &lines->around->drivers[i];

		if (!modprobe_same_module(module, surroundings_rows[i].module))
			continue;
		r = lines->path ? surroundings_set_line(&facts->origin, lines->path, lines->number,
							lines->line)
				: surroundings_set_line(&facts->blacklisted, CMDLINE, 0, word);
	}
	return r;
}

static int take_parameter(void *data, const char *name, char *value, const char *word)
{
	const struct parameter_lines *lines = data;
	char *module;
	int r = 0;

	while (is_blacklist(name) && r == 0 && (module = strsep(&value, ",")))
		r = take_blacklisted(lines, module, word);
	for (size_t i = 0; value && r == 0 && i < ARRAY_SIZE(parameters); i++) {
		enum surroundings_setting setting = parameters[i].setting;
		struct source_line *line = lines->path ? &lines->around->origins[setting]
						       : &lines->around->settings[setting];

		if (!streq(name, parameters[i].name))
			continue;
		if (parameters[i].last)
			surroundings_clear_line(line);
		if (parameters[i].is_it(value))
			r = lines->path ? surroundings_set_line(line, lines->path, lines->number,
								lines->line)
					: surroundings_set_line(line, CMDLINE, 0, word);
	}
	return r;
}

static int read_cmdline(struct sysfs *fs, struct surroundings *ret)
{
	struct parameter_lines lines = { .around = ret };
	_cleanup_free_ char *text = NULL;
	int r = sysfs_read_proc(fs, &text, "cmdline");

	return r < 0 ? error_keep_oom(r) : cmdline_each(text, take_parameter, &lines);
}

/* --- where the command line comes from -------------------------------------------------------- */

/* Files that contain the command line of the next boot, in quotes or not. */
static const char *const boot_directories[] = { "/etc/default", "/etc/default/grub.d",
						"/etc/kernel", NULL };

static bool is_boot_file(const char *name)
{
	return streq(name, "grub") || streq(name, "cmdline") || ends_with(name, ".cfg");
}

/* A line of a shell script, or parameters: quotes around them are no matter. */
static int take_boot_line(void *data, unsigned int number, const char *line)
{
	struct parameter_lines *lines = data;
	_cleanup_free_ char *copy = strdup(line);
	char *words = copy, *quote;

	if (!copy)
		return -ENOMEM;
	if (*line == '#')
		return 0;
	if (starts_with(line, "GRUB_CMDLINE_LINUX"))
		words += strcspn(words, "=") + (strchr(words, '=') != NULL);
	while ((quote = strpbrk(words, "\"'")))
		*quote = ' ';
	lines->number = number;
	lines->line = line;
	return cmdline_each(words, take_parameter, lines);
}

static bool is_about_parameter(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++)
		if (strstr(line, parameters[i].name))
			return true;
	return strstr(line, "blacklist=");
}

static bool cut_boot_file(char *text)
{
	return config_file_keep_lines(text, is_about_parameter, true);
}

static int read_boot_file(struct sysfs *fs, const char *path, struct surroundings *ret)
{
	struct parameter_lines lines = { .around = ret, .path = path };
	_cleanup_free_ char *text = NULL;
	int r = config_file_read(fs, path, cut_boot_file, &text);

	return r < 0 ? error_keep_oom(r) : each_line(text, take_boot_line, &lines);
}

/* --- firmware --------------------------------------------------------------------------------- */

static void read_firmware(struct sysfs *fs, struct surroundings *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir efi = SYSFS_DIR_INIT, tables = SYSFS_DIR_INIT;

	ret->is_efi = sysfs_dir_open(fs, &efi, "/sys/firmware/efi") == 0 &&
		      sysfs_has(&efi, "fw_platform_size");
	ret->has_srat = sysfs_dir_open(fs, &tables, "/sys/firmware/acpi/tables") == 0 &&
			sysfs_has(&tables, "SRAT");
}

/* --- soft-reserved memory --------------------------------------------------------------------- */

static int add_hmem(void *data, const char *name)
{
	uint64_t number;

	if (parse_numbered(name, "hmem.", &number) < 0 &&
	    parse_numbered(name, "hmem_platform.", &number) < 0)
		return 0;
	return strv_push(data, name) ?: 1;
}

/* The kernel lists them in an order that a captured tree does not keep. */
static int find_hmem(struct sysfs *fs, struct surroundings *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_(strv_done) struct strv names = { 0 };
	int r = sysfs_dir_open(fs, &dir, PLATFORM_DEVICES) ?: sysfs_list(&dir, add_hmem, &names);

	if (r < 0 || !names.n)
		return r;
	strv_sort(&names);
	ret->has_soft_reserved = true;
	return surroundings_set_line(&ret->soft_reserved, PLATFORM_DEVICES, 0, names.items[0]);
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
	_cleanup_free_ char *iomem = NULL;
	int r = sysfs_read_proc(fs, &iomem, "iomem");

	if (r == 0)
		r = find_in_iomem(ret, iomem);
	if (r == -ENOMEM)
		return r;
	return error_keep_oom(find_hmem(fs, ret));
}

/* --- nodes ------------------------------------------------------------------------------------ */

struct node_search {
	struct sysfs_dir dir;
	struct numa_nodes with_cpu;
	struct surroundings *around;
};

static int take_node_without_cpu(void *data, uint32_t number)
{
	struct node_search *search = data;
	struct node_without_cpu node = { .node = number };
	_cleanup_free_ char *meminfo = NULL;
	int r;

	if (number < NUMA_NODES_MAX && search->with_cpu.has[number])
		return 0;
	r = sysfs_read_file(&search->dir, &meminfo, "node%" PRIu32 "/meminfo", number);
	if (r < 0 || numa_meminfo_find(meminfo, "MemTotal", &node.bytes) < 0 || !node.bytes)
		return error_keep_oom(r);
	return ARRAY_PUSH(search->around->nodes, search->around->n_nodes, node);
}

static int read_nodes_without_cpu(struct sysfs *fs, struct surroundings *ret)
{
	struct node_search search = { .dir = SYSFS_DIR_INIT, .around = ret };
	_cleanup_free_ char *with_cpu = NULL, *with_memory = NULL;
	int r = sysfs_dir_open(fs, &search.dir, "/sys/devices/system/node")
			?: sysfs_read_str(&search.dir, &with_cpu, "has_cpu")
			?: numa_parse_nodes(with_cpu, &search.with_cpu)
			?: sysfs_read_str(&search.dir, &with_memory, "has_memory")
			?: parse_number_list(with_memory, take_node_without_cpu, &search);

	sysfs_dir_done(&search.dir);
	return error_keep_oom(r);
}

/* --- messages of the kernel ------------------------------------------------------------------- */

#define MESSAGES     "/kernel_messages"
/* More than one device ever causes, and few enough for a captured tree. */
#define MESSAGES_MAX 200

/* Drivers begin a line with their names, and with that of the device: "kmem dax0.0: ". */
static bool is_about_memory(const char *line)
{
	static const char *const words[] = { "dax", "hmem", "kmem", "cxl" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strstr(line, words[i]))
			return true;
	return false;
}

static int take_message(void *data, unsigned int number _unused_, const char *line)
{
	return *line && is_about_memory(line) ? strv_push(data, line) : 0;
}

static int read_captured_messages(struct sysfs *fs, struct strv *ret)
{
	_cleanup_free_ char *text = NULL;
	int r = config_file_read(fs, MESSAGES, NULL, &text);

	return r < 0 ? error_keep_oom(r) : each_line(text, take_message, ret);
}

/* The log is not a file: a captured tree gets one. */
static int tell_messages(struct sysfs *fs, const struct strv *messages)
{
	struct string t = { 0 };
	_cleanup_free_ char *text = NULL;

	for (size_t i = 0; i < messages->n; i++)
		string_add(&t, "%s\n", messages->items[i]);
	if (!messages->n)
		return 0;
	text = string_take(&t);
	if (!text)
		return -ENOMEM;
	config_file_tell(fs, MESSAGES, text);
	return 0;
}

static int read_messages(struct sysfs *fs, struct strv *ret)
{
	_cleanup_(kmsg_done) struct kmsg kmsg = KMSG_INIT;
	_cleanup_(strv_done) struct strv all = { 0 };
	int r;

	if (!sysfs_is_host(fs))
		r = read_captured_messages(fs, ret);
	else {
		kmsg_open_all(&kmsg);
		r = kmsg_since(&kmsg, &all, SIZE_MAX);
		for (size_t i = 0; r == 0 && i < all.n; i++)
			if (is_about_memory(all.items[i]))
				r = strv_push(ret, all.items[i]);
	}
	while (r == 0 && ret->n > MESSAGES_MAX) {
		free(ret->items[0]);
		memmove(ret->items, ret->items + 1, --ret->n * sizeof(*ret->items));
	}
	return r ?: tell_messages(fs, ret);
}

/* --- containers ------------------------------------------------------------------------------- */

static void read_limits(struct sysfs *fs, struct surroundings *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir proc = SYSFS_DIR_INIT, bus = SYSFS_DIR_INIT;

	if (!sysfs_is_host(fs))
		return;
	ret->own_processes =
		sysfs_dir_open(fs, &proc, "/proc") == 0 && !process_walk_shows_all(&proc);
	ret->read_only =
		sysfs_dir_open(fs, &bus, "/sys/bus") == 0 && sysfs_check_writable(&bus) == -EROFS;
}

/* --- all of it -------------------------------------------------------------------------------- */

/* Rules are at work while udev runs; a tree has them only then. */
static int read_onliners(struct sysfs *fs, const struct log *log, struct onliners *ret)
{
	return sysfs_is_live(fs) ? udev_find_onliners(fs, log, ret) : udev_find_rules(fs, log, ret);
}

int surroundings_read(struct sysfs *fs, const struct log *log, const struct daxbus_snapshot *s,
		      struct surroundings *ret)
{
	static const struct config_directories modprobe = { modprobe_directories,
							    modprobe_is_file };
	static const struct config_directories boot = { boot_directories, is_boot_file };
	struct surroundings around = { .is_live = sysfs_is_live(fs) };
	int r;

	if (s->bus.kernel.is == DAXBUS_KNOWN) {
		around.release = s->bus.kernel.v;
		around.kernel = kernel_version_parse(s->bus.kernel.v);
	}
	for (enum surroundings_driver i = 0; i < _DRIVER_MAX; i++)
		read_driver(fs, i, &around.drivers[i]);
	r = read_kernel(fs, &around)
		    ?: read_cmdline(fs, &around)
		    ?: read_each_file(fs, &boot, read_boot_file, &around)
		    ?: read_each_file(fs, &modprobe, read_modprobe_file, &around)
		    ?: read_soft_reserved(fs, &around)
		    ?: read_nodes_without_cpu(fs, &around)
		    ?: cxl_bus_read(fs, &around.cxl)
		    ?: read_onliners(fs, log, &around.onliners)
		    ?: read_messages(fs, &around.messages);
	read_firmware(fs, &around);
	read_limits(fs, &around);
	if (r == 0)
		*ret = around;
	else
		surroundings_done(&around);
	return r;
}
