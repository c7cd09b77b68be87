/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "migrate/kernel.h"

#include <errno.h>

#include "base/error.h"
#include "base/string.h"

#define MODULES "/lib/modules"

static int read_in_modules(struct root *root, const char *release, const char *name, char **ret)
{
	_cleanup_free_ char *path = NULL;

	return string_format(&path, MODULES "/%s/%s", release, name)
		       ?: rootfs_read(root, path, ret, NULL);
}

static int read_aliases(char *text, struct strv *ret)
{
	struct modprobe_reader reader = modprobe_reader(text);
	struct modprobe_line line;
	int r = 0;

	while (r == 0 && modprobe_read(&reader, &line))
		if (line.command == MODPROBE_ALIAS &&
		    modprobe_alias_matches(line.name, ND_DAX_ALIAS))
			r = strv_push(ret, line.rest);
	return r;
}

static int read_modules(struct root *root, struct predict_modules *modules)
{
	_cleanup_free_ char *dep = NULL, *alias = NULL, *builtin = NULL;
	int r = read_in_modules(root, modules->release, "modules.dep", &dep);

	if (r < 0)
		return error_keep_oom(r);
	r = read_in_modules(root, modules->release, "modules.builtin", &builtin);
	modules->builtin = r == 0 && modprobe_list_has_file(builtin, BUS_MODULE);
	modules->compat = modprobe_list_has_file(dep, COMPAT_MODULE);
	modules->core = modprobe_list_has_file(dep, "dax_pmem_core");
	modules->bus = modules->builtin || modprobe_list_has_file(dep, BUS_MODULE);
	r = error_keep_oom(r) ?: read_in_modules(root, modules->release, "modules.alias", &alias);
	if (r == 0)
		r = read_aliases(alias, &modules->aliases);
	/* Without the aliases nothing can be said. */
	modules->known = r == 0 || modules->builtin;
	return error_keep_oom(r);
}

/* A value of the configuration that the kernel was built with: NULL when that cannot be read. */
static const char *find_option(const char *config)
{
	static const char option[] = "CONFIG_DEV_DAX_PMEM_COMPAT=";
	const char *found = strstr(config, option);

	if (!found)
		return "n";
	return found[strlen(option)] == 'y' ? "y" : "m";
}

static int read_option(struct root *root, const char *release, const char **ret)
{
	static const char *const before[] = { "/boot/config-", MODULES "/" };
	static const char *const behind[] = { "", "/config" };
	int r = -ENOENT;

	for (size_t i = 0; i < ARRAY_SIZE(before) && r < 0 && r != -ENOMEM; i++) {
		_cleanup_free_ char *path = NULL, *text = NULL;

		r = string_format(&path, "%s%s%s", before[i], release, behind[i])
			    ?: rootfs_read(root, path, &text, NULL);
		if (r == 0)
			*ret = find_option(text);
	}
	return error_keep_oom(r);
}

static bool is_installed(struct root *root, const char *path)
{
	uint64_t changed;

	return rootfs_changed_at(root, path, &changed) == 0;
}

/* The command by what is installed; where neither is, both are named. */
static char *rebuild_command(struct root *root, const char *release)
{
	struct string text = { 0 };
	bool debian = is_installed(root, "/usr/sbin/update-initramfs");
	bool dracut = is_installed(root, "/usr/bin/dracut");

	if (debian || !dracut)
		string_add(&text, "update-initramfs -u -k %s", release);
	if (!debian && !dracut)
		string_add(&text, " (or: ");
	if (!debian)
		string_add(&text, "dracut -f --kver %s", release);
	if (!debian && !dracut)
		string_add(&text, ")");
	return string_take(&text);
}

static int find_initramfs(struct root *root, uint64_t changed_at, struct kernel *boot)
{
	static const char *const before[] = { "/boot/initrd.img-", "/boot/initramfs-",
					      "/boot/initrd-" };
	static const char *const behind[] = { "", ".img", "" };

	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		_cleanup_free_ char *path = NULL;
		uint64_t time;

		if (string_format(&path, "%s%s%s", before[i], boot->modules.release, behind[i]) < 0)
			return -ENOMEM;
		if (rootfs_changed_at(root, path, &time) < 0)
			continue;
		boot->initramfs = TAKE_PTR(path);
		boot->initramfs_is_old = time < changed_at;
		boot->rebuild = rebuild_command(root, boot->modules.release);
		return boot->rebuild ? 0 : -ENOMEM;
	}
	return 0;
}

static int add_models(struct kernel *boot)
{
	int r = 0;

	if (predict_offers_bus(&boot->modules))
		r = strv_push(&boot->models, "bus");
	if (r == 0 && predict_offers_class(&boot->modules))
		r = strv_push(&boot->models, "class");
	return r;
}

void kernel_done(struct kernel *boot)
{
	predict_modules_done(&boot->modules);
	strv_done(&boot->models);
	free(boot->initramfs);
	free(boot->rebuild);
}

int kernel_read(struct root *root, const char *release, const struct predict_config *config,
		uint64_t changed_at, struct kernel *ret)
{
	int r;

	*ret = (struct kernel){ 0 };
	r = string_copy(&ret->modules.release, release)
		?: read_modules(root, &ret->modules)
		?: read_option(root, release, &ret->compat)
		?: find_initramfs(root, changed_at, ret);
	if (r < 0)
		return r;
	ret->promise = predict_model(&ret->modules, config);
	ret->model = predict_word(ret->promise.model);
	ret->line = ret->promise.line ? ret->promise.line->number : 0;
	return add_models(ret);
}

static int add_release(void *data, const char *name)
{
	return *name == '.' ? 0 : strv_push(data, name);
}

int kernel_list(struct root *root, struct strv *ret)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *path = NULL;
	int r = root_open_directory(root, MODULES, &fd, &path);

	return error_keep_oom(r ?: root_list(fd, add_release, ret));
}
