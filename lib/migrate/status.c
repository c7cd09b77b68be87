/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "migrate/status.h"

#include <errno.h>
#include <inttypes.h>

#include "base/array.h"
#include "base/string.h"
#include "model/fields.h"
#include "scan/scan.h"

#define CMDLINE "/proc/cmdline"

/* --- the file --------------------------------------------------------------------------------- */

static const char writer[] = "# Written by 'daxbus migrate apply'";

/* FNV-1a: against a change by hand, not against a forger, who could as well write a new file. */
static uint64_t checksum(const char *s)
{
	uint64_t sum = 0xcbf29ce484222325;

	for (; *s; s++)
		sum = (sum ^ (unsigned char)*s) * 0x100000001b3;
	return sum;
}

char *status_file_text(void)
{
	static const char lines[] =
		"# It makes /sys/bus/dax the device model of persistent memory, where the kernel\n"
		"# offers /sys/class/dax as well (Linux 5.1 to 5.16). 'daxbus migrate revert' undoes\n"
		"# it; so does removing this file. An initramfs may hold a copy: rebuild it then.\n"
		"blacklist " COMPAT_MODULE "\n"
		"alias " ND_DAX_ALIAS "* " BUS_MODULE "\n";
	struct string text = { 0 };

	string_add(&text, "%s; the lines below had the checksum %016" PRIx64 ".\n%s", writer,
		   checksum(lines), lines);
	return string_take(&text);
}

enum file_state status_file_judge(const char *text)
{
	const char *end = strchr(text, '\n'), *digits;
	uint64_t sum;

	if (!starts_with(text, writer))
		return FILE_FOREIGN;
	/* The first line is "... checksum 0123456789abcdef." */
	if (!end || end - text < 17 || end[-1] != '.')
		return FILE_EDITED;
	digits = end - 17;
	sum = strtoull(digits, NULL, 16);
	return sum == checksum(end + 1) ? FILE_WRITTEN : FILE_EDITED;
}

static enum file_state state_of_file(struct root *root)
{
	_cleanup_close_ int directory = -1;
	_cleanup_free_ char *text = NULL;
	int r = rootfs_open_directory(root, MODPROBE_DIRECTORY, false, &directory);

	if (r == 0)
		r = rootfs_read_in(root, directory, MIGRATION_FILE_NAME, &text);
	switch (r) {
	case 0:
		return status_file_judge(text);
	case -ENOENT:
		return FILE_ABSENT;
	case -ELOOP:
	case -EBADMSG:
		return FILE_FOREIGN;
	default:
		return FILE_UNKNOWN;
	}
}

/* --- modprobe.d ------------------------------------------------------------------------------- */

/*
 * The same of a file or directory of modprobe.d, of which one that this user may not read may say
 * anything. What modprobe cannot open either says nothing.
 */
static int only_oom_or_note(int r, const char *path, struct predict_config *config)
{
	bool is_unknown = r == -EACCES || r == -EPERM || r == -EIO || r == -EFBIG;

	if (!is_unknown || config->unreadable)
		return error_keep_oom(r);
	return string_copy(&config->unreadable, path);
}

struct listing {
	struct modprobe_files *files;
	const char *directory;
	bool without_ours;
};

static int add_file(void *data, const char *name)
{
	struct listing *listing = data;

	if (!modprobe_is_file(name) || (listing->without_ours && streq(name, MIGRATION_FILE_NAME)))
		return 0;
	return modprobe_add_file(listing->files, listing->directory, name);
}

static void keep_newer(struct root *root, const char *path, uint64_t *time)
{
	uint64_t changed;

	if (rootfs_changed_at(root, path, &changed) == 0 && changed > *time)
		*time = changed;
}

/* Where /lib is a link, two of the directories are one. */
static int list_directory(struct root *root, const char *directory, struct strv *seen,
			  struct modprobe_files *files, struct migrate_status *m)
{
	struct listing listing = { files, directory, false };
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *path = NULL;
	int r = 0;

	if (streq(directory, MODPROBE_DIRECTORY)) {
		listing.without_ours = m->assumption != FILE_AS_IT_IS;
		if (m->assumption == FILE_AS_IF_WRITTEN)
			r = modprobe_add_file(files, directory, MIGRATION_FILE_NAME);
	}
	if (r == 0)
		r = root_open_directory(root, directory, &fd, &path);
	if (r == 0 && !strv_has(seen, path))
		r = root_list(fd, add_file, &listing) ?: strv_push(seen, path);
	keep_newer(root, directory, &m->changed_at);
	return only_oom_or_note(r, directory, &m->config);
}

static const char *writer_of(const char *name, const char *path, enum file_state ours)
{
	if (streq(path, MIGRATION_FILE) && (ours == FILE_WRITTEN || ours == FILE_EDITED))
		return "daxbus";
	/* It is there as itself, or as a link to /usr/share/daxctl/daxctl.conf. */
	if (streq(name, "daxctl.conf") || streq(path, "/usr/share/daxctl/daxctl.conf"))
		return "daxctl";
	return NULL;
}

/* The file as it would be. */
static int add_assumed(struct migrate_status *m)
{
	_cleanup_free_ char *text = status_file_text();

	return text ? predict_config_add(&m->config, MIGRATION_FILE, text, "daxbus", false)
		    : -ENOMEM;
}

static int read_file(struct root *root, const struct modprobe_file *file, struct migrate_status *m)
{
	_cleanup_free_ char *text = NULL, *real = NULL, *path = NULL;
	int r;

	if (string_format(&path, "%s/%s", file->directory, file->name) < 0)
		return -ENOMEM;
	if (m->assumption == FILE_AS_IF_WRITTEN && streq(path, MIGRATION_FILE))
		return add_assumed(m);
	r = rootfs_read(root, path, &text, &real);
	if (r == 0)
		r = predict_config_add(&m->config, path, text,
				       writer_of(file->name, real, m->file_state), file->hidden);
	keep_newer(root, path, &m->changed_at);
	return file->hidden ? error_keep_oom(r) : only_oom_or_note(r, path, &m->config);
}

static int read_modprobe(struct root *root, struct migrate_status *m)
{
	_cleanup_(modprobe_files_done) struct modprobe_files files = { 0 };
	_cleanup_(strv_done) struct strv seen = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && modprobe_directories[i]; i++)
		r = list_directory(root, modprobe_directories[i], &seen, &files, m);
	modprobe_sort_files(&files);
	for (size_t i = 0; r == 0 && i < files.n; i++)
		r = read_file(root, &files.items[i], m);
	return r;
}

/* A,B as the lines that modprobe takes it for. */
static int add_blacklist(struct predict_config *config, const char *list)
{
	int r = 0;

	while (r == 0 && *list) {
		size_t n = strcspn(list, ",");
		_cleanup_free_ char *line = NULL;

		r = string_format(&line, "blacklist %.*s", (int)n, list)
			    ?: predict_config_add(config, CMDLINE, line, NULL, false);
		list += n + (list[n] == ',');
	}
	return r;
}

static int read_cmdline(struct sysfs *sysfs, struct predict_config *config)
{
	/* By the second one the kernel itself refuses them, which modprobe takes the same way. */
	static const char *const keys[] = { "modprobe.blacklist=", "module_blacklist=" };
	_cleanup_free_ char *text = NULL;
	char *rest, *word;
	int r = sysfs_read_proc(sysfs, &text, "cmdline");

	rest = text;
	while (r == 0 && (word = strsep(&rest, " \t\n")))
		for (size_t i = 0; r == 0 && i < ARRAY_SIZE(keys); i++)
			if (starts_with(word, keys[i]))
				r = add_blacklist(config, word + strlen(keys[i]));
	return error_keep_oom(r);
}

/* --- kernels ---------------------------------------------------------------------------------- */

static int read_boot(struct root *root, const char *release, struct migrate_status *m)
{
	int r = array_grow(&m->boots, m->n_boots, sizeof(*m->boots));

	if (r < 0)
		return r;
	r = kernel_read(root, release, &m->config, m->changed_at, &m->boots[m->n_boots]);
	m->boots[m->n_boots++].running = m->is_running;
	return r;
}

static int read_release(struct sysfs *sysfs, struct migrate_status *m)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir kernel = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(sysfs, &kernel, "/proc/sys/kernel")
			?: sysfs_read_str(&kernel, &m->kernel, "osrelease");

	if (r < 0)
		return error_keep_oom(r);
	/* It becomes a part of paths. */
	if (!*m->kernel || strchr(m->kernel, '/'))
		return 0;
	return strv_push(&m->releases, m->kernel);
}

static int read_kernels(struct root *root, struct sysfs *sysfs, struct migrate_status *m)
{
	int r = sysfs ? read_release(sysfs, m) : kernel_list(root, &m->releases);

	strv_sort(&m->releases);
	for (size_t i = 0; r == 0 && i < m->releases.n; i++)
		r = read_boot(root, m->releases.items[i], m);
	return r;
}

/* --- devices ---------------------------------------------------------------------------------- */

static void status_device_done(struct status_device *device)
{
	free(device->device);
	free(device->model);
	free(device->driver);
	free(device->nd_device);
	free(device->nd_driver);
}

static int copy_known(char **to, const struct opt_str *from)
{
	return from->is == DAXBUS_KNOWN ? string_copy(to, from->v) : 0;
}

/* The device of the nd bus is the parent of the dax region: the last component of its path. */
static int read_nd(struct sysfs *sysfs, const struct region *region, char **ret_device,
		   char **ret_driver)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir nd = SYSFS_DIR_INIT;
	const char *slash;

	if (region->path.is != DAXBUS_KNOWN || !(slash = strrchr(region->path.v, '/')))
		return 0;
	return error_keep_oom(string_copy(ret_device, slash + 1)
				      ?: sysfs_dir_open(sysfs, &nd, "/sys%s", region->path.v)
				      ?: sysfs_read_link_name(&nd, ret_driver, "driver"));
}

static int add_status_device(struct sysfs *sysfs, const struct device *from,
			     struct migrate_status *m)
{
	_cleanup_(status_device_done) struct status_device device = { 0 };
	int r = copy_known(&device.device, &from->name) ?: copy_known(&device.model, &from->model)
			?: copy_known(&device.driver, &from->driver);

	if (r == 0)
		r = read_nd(sysfs, from->region, &device.nd_device, &device.nd_driver);
	m->has_class_device |= from->is_class;
	m->has_bus_device |= !from->is_class;
	return r ?: ARRAY_PUSH(m->devices, m->n_devices, TAKE_STRUCT(device));
}

static bool has_model_to_choose(const struct device *device)
{
	return device->is_class || known_as(&device->provider, "pmem");
}

static int read_running(struct sysfs *sysfs, const struct log *log, struct migrate_status *m,
			struct daxbus_error *err)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct selectors everything = { 0 };
	int r = scan_take(sysfs, log, &everything, NEED_DRIVER, &s, err);

	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < s->bus.models.v.n; i++)
		r = strv_push(&m->models, s->bus.models.v.items[i]);
	for (size_t i = 0; r == 0 && i < s->n_devices; i++)
		if (has_model_to_choose(s->devices[i]))
			r = add_status_device(sysfs, s->devices[i], m);
	return r < 0 ? error_oom(err) : 0;
}

/* --- the verdict ------------------------------------------------------------------------------ */

bool status_boot_has_choice(const struct kernel *boot)
{
	return boot->models.n == 2;
}

bool status_has_choice(const struct migrate_status *m)
{
	for (size_t i = 0; i < m->n_boots; i++)
		if (status_boot_has_choice(&m->boots[i]))
			return true;
	return false;
}

/* What a kernel without a choice does says nothing of the configuration, if another one has it. */
static bool counts(const struct migrate_status *m, const struct kernel *boot)
{
	return status_boot_has_choice(boot) || !status_has_choice(m);
}

enum predicted status_predict(const struct migrate_status *m, const struct kernel **ret_decider)
{
	const struct kernel *found = NULL;
	bool differ = false;

	for (size_t i = 0; i < m->n_boots; i++) {
		const struct kernel *boot = &m->boots[i];

		if (!counts(m, boot))
			continue;
		differ |= found && found->promise.model != boot->promise.model;
		found = boot;
	}
	if (ret_decider)
		*ret_decider = found;
	return found && !differ ? found->promise.model : PROMISED_UNKNOWN;
}

const struct kernel *status_find_other(const struct migrate_status *m, enum predicted model)
{
	for (size_t i = 0; i < m->n_boots; i++)
		if (counts(m, &m->boots[i]) && m->boots[i].promise.model != model)
			return &m->boots[i];
	return NULL;
}

static const char *active_model(const struct migrate_status *m)
{
	if (m->has_class_device)
		return m->has_bus_device ? "both" : "class";
	return m->has_bus_device ? "bus" : NULL;
}

static const struct kernel *find_old_initramfs(const struct migrate_status *m)
{
	for (size_t i = 0; i < m->n_boots; i++)
		if (status_boot_has_choice(&m->boots[i]) && m->boots[i].initramfs_is_old)
			return &m->boots[i];
	return NULL;
}

static const char *verdict_of(const struct migrate_status *m, enum predicted promise)
{
	if (promise == PROMISED_NONE)
		return "No driver will take persistent memory in device-dax mode at the next boot.";
	if (promise == PROMISED_UNKNOWN)
		return "The model of the next boot cannot be determined.";
	if (promise == PROMISED_CLASS && m->has_bus_device)
		return "The bus now, and the class from the next boot on.";
	if (promise == PROMISED_CLASS)
		return m->has_class_device ? "The class, at the next boot too."
					   : "The class, from the next boot on.";
	if (m->has_class_device)
		return "The class now, and the bus from the next boot on.";
	if (!status_has_choice(m))
		return "The bus, which is all that the kernel has.";
	return m->has_bus_device ? "The bus, at the next boot too."
				 : "The bus, from the next boot on.";
}

/* The first thing that is to be done. NULL is nothing. */
static const char *next_of(const struct migrate_status *m, enum predicted promise)
{
	if (promise == PROMISED_UNKNOWN)
		return m->n_boots ? "See the reasons that are given for each kernel."
				  : "Install the modules of the kernel, or name another root.";
	if (promise == PROMISED_NONE)
		return "Take out the line that keeps the driver from being loaded.";
	if (promise == PROMISED_CLASS)
		return status_has_choice(m)
			       ? "'daxbus migrate apply' makes the bus the model."
			       : "Install a kernel that has the bus: Linux 5.1 or later.";
	return m->has_class_device
		       ? "Reboot, or have 'daxbus migrate apply --now' move the devices."
		       : NULL;
}

/* What the initramfs has decides before any of the files that were read here. */
static int set_next(struct migrate_status *m, enum predicted promise)
{
	const struct kernel *old = find_old_initramfs(m);
	const char *next = next_of(m, promise);
	struct string text = { 0 };

	if (old && promise == PROMISED_BUS)
		string_add(&text, "Rebuild the initramfs, which is older than modprobe.d: %s%s",
			   old->rebuild, m->has_class_device ? "; then reboot." : "");
	else if (next)
		string_add(&text, "%s", next);
	else
		return 0;
	m->next = string_take(&text);
	return m->next ? 0 : -ENOMEM;
}

static int publish(struct migrate_status *m)
{
	static const char *const states[_FILE_STATE_MAX] = {
		[FILE_ABSENT] = "absent",   [FILE_WRITTEN] = "written", [FILE_EDITED] = "edited",
		[FILE_FOREIGN] = "foreign", [FILE_UNKNOWN] = "unknown",
	};
	enum predicted promise = status_predict(m, NULL);

	if (set_next(m, promise) < 0)
		return -ENOMEM;
	m->active = active_model(m);
	m->file = MIGRATION_FILE;
	m->file_word = states[m->file_state];
	m->verdict = verdict_of(m, promise);
	return 0;
}

/* --- all of it -------------------------------------------------------------------------------- */

void status_free(struct migrate_status *m)
{
	if (!m)
		return;
	ARRAY_FREE(m->boots, m->n_boots, kernel_done);
	ARRAY_FREE(m->devices, m->n_devices, status_device_done);
	free(m->kernel);
	free(m->next);
	strv_done(&m->models);
	strv_done(&m->releases);
	predict_config_done(&m->config);
	free(m);
}

static struct migrate_status *status_new(void)
{
	return calloc(1, sizeof(struct migrate_status));
}

/* @sysfs: NULL when nothing of it runs. */
static int read_installed(struct root *root, struct sysfs *sysfs, struct migrate_status *m)
{
	int r;

	m->file_state = state_of_file(root);
	r = read_modprobe(root, m);
	/* Of a kernel that is not booted yet, nobody knows the command line. */
	if (r == 0 && sysfs)
		r = read_cmdline(sysfs, &m->config);
	return r ?: read_kernels(root, sysfs, m);
}

int status_read(const struct daxbus_ctx *ctx, const char *root, enum file_assumption assumption,
		struct migrate_status **ret, struct daxbus_error *err)
{
	_cleanup_(status_free_p) struct migrate_status *m = status_new();
	_cleanup_(root_close) struct root fs = ROOT_INIT;
	_cleanup_(sysfs_free_p) struct sysfs *sysfs = NULL;
	int r;

	if (!m)
		return error_oom(err);
	r = root ? 0 : sysfs_new(&sysfs, ctx->sysroot, &ctx->log, err);
	if (r == 0)
		r = root_open(&fs, root ?: ctx->sysroot, &ctx->log, err);
	if (r < 0)
		return r;
	m->is_running = !root;
	m->assumption = assumption;
	if (read_installed(&fs, sysfs, m) < 0)
		return error_oom(err);
	if (sysfs && assumption == FILE_AS_IT_IS)
		r = read_running(sysfs, &ctx->log, m, err);
	if (r < 0)
		return r;
	if (publish(m) < 0)
		return error_oom(err);
	*ret = TAKE_PTR(m);
	return 0;
}
