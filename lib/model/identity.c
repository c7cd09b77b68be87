/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/identity.h"

#include <errno.h>
#include <inttypes.h>

#include "base/parse.h"
#include "base/string.h"

/* @word is taken over; NULL: memory ran out. */
static int take_word(struct opt_str *identity, char *word)
{
	identity->v = word;
	identity->is = word ? DAXBUS_KNOWN : DAXBUS_UNKNOWN;
	return word ? 0 : -ENOMEM;
}

static int set_range(struct region *region)
{
	char *word;

	if (!is_known(&region->start) || !is_known(&region->size) || !region->size.v ||
	    region->start.v > UINT64_MAX - (region->size.v - 1))
		return 0;
	return string_format(&word, "range=0x%" PRIx64 "-0x%" PRIx64, region->start.v,
			     region->start.v + (region->size.v - 1))
		       ?: take_word(&region->identity, word);
}

/*
 * A namespace that was never given a UUID has an empty one. Whatever else a captured tree has there
 * must not become a word that somebody makes a file name of.
 */
static int name_namespace(struct region *region)
{
	const struct opt_str *uuid = &region->pmem.uuid;
	char *word;

	if (uuid->is != DAXBUS_KNOWN || !*uuid->v ||
	    uuid->v[strspn(uuid->v, "0123456789abcdefABCDEF-")])
		return 0;
	return string_format(&word, "uuid=%s", uuid->v) ?: take_word(&region->identity, word);
}

static int set_serials(struct region *region)
{
	const struct strv *serials = &region->cxl.serials.v, *dpas = &region->cxl.dpas.v;
	struct string word = { 0 };

	if (region->cxl.serials.is != DAXBUS_KNOWN || region->cxl.dpas.is != DAXBUS_KNOWN ||
	    !serials->n || serials->n != dpas->n)
		return 0;
	/* The kernel shows 0 for a device without a serial number, and several may have none. */
	if (strv_has(serials, "0x0")) {
		region->identity.is = DAXBUS_NONE;
		return 0;
	}
	for (size_t i = 0; i < serials->n; i++)
		string_add(&word, "%s%s@%s", i ? "-" : "serial=", serials->items[i],
			   dpas->items[i]);
	return take_word(&region->identity, string_take(&word));
}

int identity_set_region(struct region *region)
{
	region->identity.is = DAXBUS_UNKNOWN;
	if (known_as(&region->provider, "hmem") || region->is_nd)
		return set_range(region);
	if (known_as(&region->provider, "pmem"))
		return name_namespace(region);
	if (known_as(&region->provider, "cxl"))
		return set_serials(region);
	region->identity.is = DAXBUS_NONE;
	return 0;
}

static int set_place(struct device *d)
{
	const struct region *region = d->region;
	char *word;

	if (!is_known(&region->start) || !d->n_mappings || !is_known(&d->mappings[0].start) ||
	    d->mappings[0].start.v < region->start.v)
		return 0;
	return string_format(&word, "%s+0x%" PRIx64, region->identity.v,
			     d->mappings[0].start.v - region->start.v)
		       ?: take_word(&d->identity, word);
}

int identity_set_device(struct device *d)
{
	const struct region *region = d->region;

	d->identity.is = DAXBUS_UNKNOWN;
	if (region->identity.is != DAXBUS_KNOWN) {
		d->identity.is = region->identity.is;
		return 0;
	}
	if (is_known(&d->size) && !d->size.v) {
		d->identity.is = DAXBUS_NONE;
		return 0;
	}
	if (!is_known(&region->dynamic))
		return 0;
	return region->dynamic.v ? set_place(d)
				 : snapshot_str_set(&d->identity, region->identity.v);
}

/* --- parsing ---------------------------------------------------------------------------------- */

/* Take a number in hexadecimal, up to one of the characters @ends or the end. */
static int take_hex(const char **text, const char *ends, uint64_t *ret)
{
	size_t n = strcspn(*text, ends);
	char word[24];

	if (n >= sizeof(word) || !starts_with(*text, "0x"))
		return -EINVAL;
	memcpy(word, *text, n);
	word[n] = '\0';
	*text += n;
	return parse_u64(word, 0, ret);
}

static bool has_serial(const struct identity_serials *serials, uint64_t serial)
{
	for (size_t i = 0; i < serials->n; i++)
		if (serials->items[i].serial == serial)
			return true;
	return false;
}

int identity_parse_serials(const char *text, struct identity_serials *ret)
{
	struct identity_serials serials = { 0 };

	if (!starts_with(text, "serial="))
		return -EINVAL;
	text += strlen("serial=");
	for (;;) {
		uint64_t serial, dpa;

		if (serials.n == IDENTITY_SERIALS_MAX || take_hex(&text, "@", &serial) < 0 ||
		    *text++ != '@' || take_hex(&text, "-", &dpa) < 0 || !serial ||
		    has_serial(&serials, serial))
			return -EINVAL;
		serials.items[serials.n].serial = serial;
		serials.items[serials.n++].dpa = dpa;
		if (!*text)
			break;
		text++;
	}
	*ret = serials;
	return 0;
}
