/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A CXL bus in the model: a window for volatile memory, and two memory devices that a region
 * interleaves. After drivers/cxl/core/region.c; the states of a region there follow from its
 * members here.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/cxl.h"
#include "render.h"

#define BRIDGE	       "/sys/devices/pci0000:0c/0000:0c:00.0"
#define REGION	       MODEL_CXL_ROOT "/decoder0.0/region0"
#define ENDPOINT       2 /* the endpoint ports are endpoint2 and endpoint3 */
#define SHARE	       (MODEL_REGION_SIZE / MODEL_CARDS)

/* The kernel offers the name of region 0 first; with it, dax1.0 has the next number. */
#define AFTER_REGION_0 MODEL_REGIONS

static unsigned int count_attached(const struct model_cxl *c)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < MODEL_CARDS; i++)
		n += c->attached[i];
	return n;
}

/* The driver leaves, and with it the device and its memory, whatever that is used for. */
static void release_driver(struct model_kernel *k)
{
	if (!k->cxl.bound)
		return;
	model_remove_devices(k, 0);
	k->cxl.bound = false;
}

static void decommit(struct model_kernel *k)
{
	release_driver(k);
	k->cxl.committed = false;
}

static void detach(struct model_kernel *k, unsigned int target)
{
	struct model_cxl *c = &k->cxl;

	if (!c->attached[target])
		return;
	decommit(k);
	c->attached[target] = false;
	if (!count_attached(c))
		c->counted = 0;
}

/* --- the region ------------------------------------------------------------------------------- */

static int write_size(struct model_cxl *c, uint64_t size)
{
	if (!size) {
		if (count_attached(c) == c->ways && c->ways)
			return -EBUSY;
		c->size = 0;
		return 0;
	}
	if (!c->ways || !c->granularity)
		return -ENXIO;
	if (size % (c->ways * CXL_UNIT))
		return -EINVAL;
	if (c->size)
		return c->size == size ? 0 : -EBUSY;
	if (size > MODEL_REGION_SIZE)
		return -ERANGE;
	c->size = size;
	return 0;
}

static int write_shape(struct model_cxl *c, const char *file, uint64_t n)
{
	if (streq(file, "size"))
		return write_size(c, n);
	if (c->size)
		return -EBUSY;
	if (streq(file, "interleave_granularity")) {
		c->granularity = n;
		return n < 256 ? -EINVAL : 0;
	}
	if (n > MODEL_CARDS || !n)
		return -EINVAL;
	c->ways = (unsigned int)n;
	return 0;
}

static int write_commit(struct model_kernel *k, const char *value)
{
	struct model_cxl *c = &k->cxl;
	bool wanted;
	int r = model_parse_bool(value, &wanted);

	if (r < 0)
		return r;
	if (!wanted)
		decommit(k);
	else if (!c->size || count_attached(c) < c->ways)
		return -ENXIO;
	else
		c->committed = true;
	return 0;
}

/* "decoder3.0": the number of its card; -1. */
static int card_of(const char *decoder)
{
	unsigned int port, id;

	return sscanf(decoder, "decoder%u.%u", &port, &id) == 2 && id == 0 && port >= ENDPOINT &&
			       port < ENDPOINT + MODEL_CARDS
		       ? (int)(port - ENDPOINT)
		       : -1;
}

/*
 * The kernel counts what is attached through a port, and only forgets that with the last one: a
 * decoder that comes back while another one stayed is one too many.
 */
static int write_target(struct model_kernel *k, unsigned int target, const char *value)
{
	struct model_cxl *c = &k->cxl;
	int card = card_of(value);

	if (target >= c->ways)
		return -EINVAL;
	if (!*value) {
		detach(k, target);
		return 0;
	}
	if (card < 0)
		return -ENODEV;
	if (!c->size)
		return -ENXIO;
	if (c->committed || c->attached[target] || count_attached(c) == c->ways)
		return -EBUSY;
	/* The cards are behind one bridge; which of them comes first is up to the user, not here.
	 */
	if ((unsigned int)card != target || !c->is_ram[card] ||
	    c->dpa_size[card] * c->ways != c->size || c->counted >= c->ways)
		return -EINVAL;
	c->attached[target] = true;
	c->counted++;
	return 0;
}

static int write_region(struct model_kernel *k, const char *file, const char *value)
{
	unsigned int target;
	uint64_t n;
	int r;

	if (!k->cxl.exists)
		return -ENOENT;
	if (streq(file, "commit"))
		return write_commit(k, value);
	if (sscanf(file, "target%u", &target) == 1)
		return write_target(k, target, value);
	r = model_parse_number(value, &n);
	return r < 0 ? r : write_shape(&k->cxl, file, n);
}

/* --- decoders --------------------------------------------------------------------------------- */

static int write_create(struct model_kernel *k, const char *value)
{
	struct model_cxl *c = &k->cxl;
	unsigned int id;

	if (sscanf(value, "region%u", &id) != 1)
		return -EINVAL;
	if (id != c->next)
		return -EBUSY;
	/* The model has a place for one. */
	if (id)
		return -ENOMEM;
	c->exists = true;
	c->next = AFTER_REGION_0;
	return 0;
}

static int write_delete(struct model_kernel *k, const char *value)
{
	struct model_cxl *c = &k->cxl;

	if (!streq(value, "region0") || !c->exists)
		return -ENODEV;
	for (unsigned int i = 0; i < MODEL_CARDS; i++)
		detach(k, i);
	release_driver(k);
	c->exists = c->committed = false;
	c->ways = 0;
	c->granularity = c->size = 0;
	return 0;
}

static int write_card(struct model_cxl *c, unsigned int card, const char *file, const char *value)
{
	uint64_t n;
	int r;

	if (card >= MODEL_CARDS)
		return -ENOENT;
	if (streq(file, "mode")) {
		if (!streq(value, "ram") && !streq(value, "pmem"))
			return -EINVAL;
		if (c->dpa_size[card])
			return -EBUSY;
		c->is_ram[card] = streq(value, "ram");
		return 0;
	}
	r = streq(file, "dpa_size") ? model_parse_number(value, &n) : -ENOENT;
	if (r < 0)
		return r;
	if (n % CXL_UNIT)
		return -EINVAL;
	if (c->attached[card])
		return -EBUSY;
	if (n && !c->is_ram[card])
		return -EINVAL;
	if (n > SHARE)
		return -ENOSPC;
	c->dpa_size[card] = n;
	return 0;
}

static int write_driver(struct model_kernel *k, const char *file, const char *value)
{
	struct model_cxl *c = &k->cxl;

	if (!streq(value, "region0") || !c->exists)
		return -ENODEV;
	if (streq(file, "unbind")) {
		if (!c->bound)
			return -ENODEV;
		release_driver(k);
		return 0;
	}
	if (!streq(file, "bind") || c->bound)
		return c->bound ? -EBUSY : -ENOENT;
	if (!c->committed)
		return -ENXIO;
	c->bound = true;
	model_add_first_device(k, 0);
	return 0;
}

int model_write_cxl(struct model_kernel *k, const char *path, const char *value)
{
	unsigned int port;
	char file[64];

	if (!k->cxl.present)
		return -ENOENT;
	if (sscanf(path, "/sys/bus/cxl/drivers/cxl_region/%63s", file) == 1)
		return write_driver(k, file, value);
	if (sscanf(path, MODEL_CXL_ROOT "/port1/endpoint%u/decoder%*u.0/%63s", &port, file) == 2)
		return write_card(&k->cxl, port - ENDPOINT, file, value);
	if (streq(path, MODEL_CXL_ROOT "/decoder0.0/create_ram_region"))
		return write_create(k, value);
	if (streq(path, MODEL_CXL_ROOT "/decoder0.0/delete_region"))
		return write_delete(k, value);
	if (sscanf(path, REGION "/%63s", file) == 1 && !strchr(file, '/'))
		return write_region(k, file, value);
	return -ENOENT;
}

void model_boot_cxl(struct model_kernel *k)
{
	struct model_cxl *c = &k->cxl;

	model_remove_devices(k, 0);
	memset(k->regions[0].blocks, 0, sizeof(k->regions[0].blocks));
	c->present = c->exists = c->committed = c->bound = true;
	c->next = AFTER_REGION_0;
	c->ways = c->counted = MODEL_CARDS;
	c->granularity = 256;
	c->size = MODEL_REGION_SIZE;
	for (unsigned int i = 0; i < MODEL_CARDS; i++) {
		c->attached[i] = c->is_ram[i] = true;
		c->dpa_size[i] = SHARE;
	}
	model_add_first_device(k, 0);
}

/* --- the tree --------------------------------------------------------------------------------- */

static void render_root(struct model_rendering *t, const struct model_cxl *c)
{
	const char *root = MODEL_CXL_ROOT "/decoder0.0";

	render_link(t, root, "/sys/bus/cxl/devices/decoder0.0");
	render_link(t, BRIDGE, MODEL_CXL_ROOT "/dport12");
	render_file(t, "cxl_decoder_root\n", "%s/devtype", root);
	render_file(t, "0\n", "%s/locked", root);
	render_file(t, "1\n", "%s/cap_ram", root);
	render_file(t, TEXT("0x%" PRIx64 "\n", model_region_start(0)), "%s/start", root);
	render_file(t, TEXT("0x%" PRIx64 "\n", MODEL_REGION_SIZE), "%s/size", root);
	render_file(t, "256\n", "%s/interleave_granularity", root);
	render_file(t, "1\n", "%s/interleave_ways", root);
	render_file(t, "12\n", "%s/target_list", root);
	render_setting(t, TEXT("region%u\n", c->next), "%s/create_ram_region", root);
	render_command(t, "%s/delete_region", root);
}

static void render_card(struct model_rendering *t, const struct model_cxl *c, unsigned int i)
{
	char endpoint[96], decoder[128], card[96];

	snprintf(endpoint, sizeof(endpoint), MODEL_CXL_ROOT "/port1/endpoint%u", ENDPOINT + i);
	snprintf(decoder, sizeof(decoder), "%s/decoder%u.0", endpoint, ENDPOINT + i);
	snprintf(card, sizeof(card), BRIDGE "/0000:0d:%02u.0/mem%u", i, i);
	render_link(t, decoder, "/sys/bus/cxl/devices/decoder%u.0", ENDPOINT + i);
	render_link(t, card, "/sys/bus/cxl/devices/mem%u", i);
	render_link(t, card, "%s/uport", endpoint);
	render_file(t, TEXT("0x%" PRIx64 "\n", SHARE), "%s/ram/size", card);
	render_file(t, "cxl_decoder_endpoint\n", "%s/devtype", decoder);
	render_file(t, "0\n", "%s/locked", decoder);
	render_setting(t, c->is_ram[i] ? "ram\n" : "none\n", "%s/mode", decoder);
	render_setting(t, TEXT("0x%016" PRIx64 "\n", c->dpa_size[i]), "%s/dpa_size", decoder);
	render_file(t, c->attached[i] ? "region0\n" : "\n", "%s/region", decoder);
}

static void render_region(struct model_rendering *t, const struct model_cxl *c)
{
	render_link(t, REGION, "/sys/bus/cxl/devices/region0");
	if (c->bound)
		render_link(t, "/sys/bus/cxl/drivers/cxl_region", REGION "/driver");
	render_file(t, "ram\n", REGION "/mode");
	render_setting(t, c->committed ? "1\n" : "0\n", REGION "/commit");
	render_setting(t, TEXT("%" PRIu64 "\n", c->granularity), REGION "/interleave_granularity");
	render_setting(t, TEXT("%u\n", c->ways), REGION "/interleave_ways");
	render_setting(t, TEXT("0x%" PRIx64 "\n", c->size), REGION "/size");
	render_file(t, TEXT("0x%" PRIx64 "\n", c->size ? model_region_start(0) : UINT64_MAX),
		    REGION "/resource");
	for (unsigned int i = 0; i < c->ways; i++)
		render_setting(t, c->attached[i] ? TEXT("decoder%u.0\n", ENDPOINT + i) : "\n",
			       REGION "/target%u", i);
}

void model_render_cxl(struct model_rendering *t)
{
	const struct model_cxl *c = &t->state.cxl;

	if (!c->present)
		return;
	render_command(t, "/sys/bus/cxl/drivers/cxl_region/bind");
	render_command(t, "/sys/bus/cxl/drivers/cxl_region/unbind");
	render_file(t, NULL, "/sys/bus/cxl/drivers/cxl_dax_region");
	render_root(t, c);
	for (unsigned int i = 0; i < MODEL_CARDS; i++)
		render_card(t, c, i);
	render_link(t, MODEL_CXL_ROOT "/port1/decoder1.0", "/sys/bus/cxl/devices/decoder1.0");
	render_file(t, "cxl_decoder_switch\n", MODEL_CXL_ROOT "/port1/decoder1.0/devtype");
	render_file(t, "0\n", MODEL_CXL_ROOT "/port1/decoder1.0/locked");
	render_file(t, count_attached(c) ? "region0\n" : "\n",
		    MODEL_CXL_ROOT "/port1/decoder1.0/region");
	if (c->exists)
		render_region(t, c);
}
