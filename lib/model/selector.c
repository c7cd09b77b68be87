/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/selector.h"

#include <fnmatch.h>

#include "base/array.h"
#include "base/parse.h"
#include "model/fields.h"
#include "model/range-list.h"

static void term_done(struct term *t)
{
	free(t->text);
}

static void selector_done(struct selector *s)
{
	ARRAY_FREE(s->terms, s->n_terms, term_done);
}

void selectors_done(struct selectors *s)
{
	ARRAY_FREE(s->selectors, s->n_selectors, selector_done);
	*s = (struct selectors){ 0 };
}

static bool wants_none(const struct term *t)
{
	return t->text[0] == '\0' || streq(t->text, "none");
}

static int parse_bool(const char *s, uint64_t *ret)
{
	if (streq(s, "yes") || streq(s, "true") || streq(s, "1"))
		*ret = 1;
	else if (streq(s, "no") || streq(s, "false") || streq(s, "0"))
		*ret = 0;
	else
		return -EINVAL;
	return 0;
}

/* Convert the value to the type of its field; strings remain globs. */
static int parse_value(struct term *t, struct daxbus_error *err)
{
	const char *wanted = NULL;
	int r = 0;

	if (wants_none(t))
		return 0;
	switch (t->field->type) {
	case DAXBUS_BOOL:
		r = parse_bool(t->text, &t->number);
		wanted = "yes or no";
		break;
	case DAXBUS_NUMBER:
	case DAXBUS_ADDRESS:
		r = parse_u64(t->text, 0, &t->number);
		wanted = "a number";
		break;
	case DAXBUS_SIZE:
		r = parse_size(t->text, &t->number);
		wanted = "a size such as 1073741824, 1024M or 1GiB";
		break;
	case DAXBUS_STRING:
	case DAXBUS_STRINGS:
		break;
	}
	if (r < 0)
		return error_set(err, -EINVAL, "field '%s' cannot be '%s': it is %s",
				 t->field->name, t->text, wanted);
	return 0;
}

static int parse_field_term(struct term *t, const char *text, const char *equals,
			    struct daxbus_error *err)
{
	_cleanup_free_ char *name = strndup(text, (size_t)(equals - text));
	const char *value = equals + 1;

	if (!name)
		return error_oom(err);
	t->kind = TERM_FIELD;
	t->field = daxbus_field_find(DAXBUS_DEVICE, name);
	if (!t->field)
		return error_set(err, -EINVAL, "no field is named '%s'", name);
	/* the name in daxctl */
	if (streq(t->field->name, "mode") && streq(value, "system-ram"))
		value = "kmem";
	t->text = strdup(value);
	return t->text ? parse_value(t, err) : error_oom(err);
}

/* Two addresses with 0x, which is also the form in which they are printed. */
static int parse_range_term(struct term *t, const char *text)
{
	uint64_t from, to;

	if (!starts_with(text, "0x") || !strstr(text, "-0x") || parse_range(text, &from, &to) < 0)
		return -EINVAL;
	t->kind = TERM_RANGE;
	free(t->text);
	t->text = strdup(range_list_text(from, to).s);
	return t->text ? 0 : -ENOMEM;
}

static int parse_term(struct term *t, const char *text, struct daxbus_error *err)
{
	const char *equals = strchr(text, '=');
	const char *name = starts_with(text, "/dev/") ? text + 5 : text;
	uint32_t region, instance;
	uint64_t number;
	int r = 0;

	if (equals)
		return parse_field_term(t, text, equals, err);
	t->text = strdup(name);
	if (!t->text)
		return error_oom(err);
	if (streq(text, "all")) {
		t->kind = TERM_ALL;
	} else if (parse_device_name(name, &region, &instance) == 0) {
		t->kind = TERM_DEVICE;
	} else if (parse_numbered(text, "region", &number) == 0 && number <= UINT32_MAX) {
		t->kind = TERM_REGION;
		t->number = number;
	} else if (strpbrk(name, "*?[") && !strchr(name, '/')) {
		t->kind = TERM_GLOB;
	} else {
		r = parse_range_term(t, text);
	}
	if (r == -EINVAL)
		return error_set(
			err, -EINVAL,
			"'%s' is not a device (dax0.0), a glob (dax0.*), a region (region0), 'all' or FIELD=VALUE",
			text);
	return r == -ENOMEM ? error_oom(err) : r;
}

static int parse_terms(struct selector *s, char *text, struct daxbus_error *err)
{
	char *rest = text, *part;

	while ((part = strsep(&rest, ","))) {
		int r;

		if (ARRAY_PUSH(s->terms, s->n_terms, (struct term){ 0 }) < 0)
			return error_oom(err);
		r = parse_term(&s->terms[s->n_terms - 1], part, err);
		if (r < 0)
			return r;
	}
	return 0;
}

int selectors_add(struct selectors *s, const char *text, struct daxbus_error *err)
{
	_cleanup_free_ char *copy = strdup(text);
	_cleanup_(selector_done) struct selector selector = { 0 };
	int r;

	if (!copy)
		return error_oom(err);
	r = parse_terms(&selector, copy, err);
	if (r < 0)
		return r;
	if (ARRAY_PUSH(s->selectors, s->n_selectors, selector) < 0)
		return error_oom(err);
	selector = (struct selector){ 0 };
	return 0;
}

static int copy_terms(const struct selector *from, struct selector *ret)
{
	for (size_t i = 0; i < from->n_terms; i++) {
		struct term t = from->terms[i];

		t.text = t.text ? strdup(t.text) : NULL;
		if ((from->terms[i].text && !t.text) ||
		    ARRAY_PUSH(ret->terms, ret->n_terms, t) < 0) {
			term_done(&t);
			return -ENOMEM;
		}
	}
	return 0;
}

int selectors_copy(const struct selectors *from, struct selectors *ret)
{
	_cleanup_(selectors_done) struct selectors copy = { 0 };

	for (size_t i = 0; i < from->n_selectors; i++)
		if (ARRAY_PUSH(copy.selectors, copy.n_selectors, (struct selector){ 0 }) < 0 ||
		    copy_terms(&from->selectors[i], &copy.selectors[i]) < 0)
			return -ENOMEM;
	*ret = TAKE_STRUCT(copy);
	return 0;
}

unsigned int selectors_needs(const struct selectors *s)
{
	unsigned int needs = 0;

	for (size_t i = 0; i < s->n_selectors; i++)
		for (size_t k = 0; k < s->selectors[i].n_terms; k++)
			if (s->selectors[i].terms[k].kind == TERM_FIELD)
				needs |= fields_needs(s->selectors[i].terms[k].field);
	return needs;
}

/* Whether for one of the selectors, @has says yes to each of its terms. */
static bool any_has(const struct selectors *s,
		    bool (*has)(const struct term *t, const void *object), const void *object)
{
	for (size_t i = 0; i < s->n_selectors; i++) {
		const struct selector *selector = &s->selectors[i];
		size_t k = 0;

		while (k < selector->n_terms && has(&selector->terms[k], object))
			k++;
		if (k == selector->n_terms)
			return true;
	}
	return s->n_selectors == 0;
}

/* What is known of a device before it is read. */
struct selector_name {
	const char *device;
	uint64_t region;
};

static bool term_may_name(const struct term *t, const void *object)
{
	const struct selector_name *name = object;

	switch (t->kind) {
	case TERM_DEVICE:
		return streq(t->text, name->device);
	case TERM_GLOB:
		return fnmatch(t->text, name->device, 0) == 0;
	case TERM_REGION:
		return t->number == name->region;
	case TERM_ALL:
	case TERM_FIELD:
	case TERM_RANGE:
		break;
	}
	return true;
}

bool selectors_may_name(const struct selectors *s, const char *device, uint64_t region)
{
	return any_has(s, term_may_name, &(struct selector_name){ device, region });
}

static const char *named_by(const struct selector *s)
{
	for (size_t i = 0; i < s->n_terms; i++)
		if (s->terms[i].kind == TERM_DEVICE)
			return s->terms[i].text;
	return NULL;
}

const char *selectors_add_name(const struct selectors *s, size_t i)
{
	for (size_t k = 0; k < s->n_selectors; k++)
		if (!named_by(&s->selectors[k]))
			return NULL;
	return i < s->n_selectors ? named_by(&s->selectors[i]) : NULL;
}

/*
 * Whether one of the selectors is a term of this kind alone, with this text if it is not NULL.
 * Memory without a device has no fields of one: a selector for it is one term.
 */
static bool has_single(const struct selectors *s, enum term_kind kind, const char *text)
{
	for (size_t i = 0; i < s->n_selectors; i++) {
		const struct term *t = s->selectors[i].terms;

		if (s->selectors[i].n_terms == 1 && t->kind == kind &&
		    (!text || streq(t->text, text)))
			return true;
	}
	return false;
}

bool selectors_has_range(const struct selectors *s)
{
	return has_single(s, TERM_RANGE, NULL);
}

static bool has_all(const struct selectors *s)
{
	return s->n_selectors == 0 || has_single(s, TERM_ALL, NULL);
}

bool selectors_may_have_orphans(const struct selectors *s)
{
	return has_all(s) || selectors_has_range(s);
}

bool selectors_has_orphan(const struct selectors *s, const char *name)
{
	return has_all(s) || has_single(s, TERM_RANGE, name);
}

static bool text_matches(const struct term *t, const char *value)
{
	return fnmatch(t->text, value, 0) == 0;
}

static bool object_matches(const struct term *t, const struct daxbus_field *field,
			   const struct daxbus_object *object)
{
	struct daxbus_value value;

	if (daxbus_get(object, field, &value) < 0)
		return false;
	if (value.presence == DAXBUS_NONE ||
	    (value.type == DAXBUS_STRINGS && value.presence == DAXBUS_KNOWN &&
	     value.n_strings == 0))
		return wants_none(t);
	if (value.presence != DAXBUS_KNOWN)
		return false;
	if (value.type == DAXBUS_STRING)
		return text_matches(t, value.string);
	if (value.type != DAXBUS_STRINGS)
		return !wants_none(t) && value.number == t->number;
	for (size_t i = 0; i < value.n_strings; i++)
		if (text_matches(t, value.strings[i]))
			return true;
	return false;
}

/* A field that devices inherit from their region. */
static bool region_field_matches(const struct term *t, const struct region *region)
{
	const struct daxbus_field *field = daxbus_field_find(DAXBUS_REGION, t->field->name);

	return field && field->type == t->field->type && object_matches(t, field, &region->object);
}

/* The identity of a region selects all its devices. */
static bool device_field_matches(const struct term *t, const struct device *d)
{
	return object_matches(t, t->field, &d->object) ||
	       (streq(t->field->name, "identity") && region_field_matches(t, d->region));
}

static bool term_has(const struct term *t, const void *object)
{
	const struct device *d = object;

	if (t->kind == TERM_FIELD)
		return device_field_matches(t, d);
	if (t->kind == TERM_RANGE)
		return d->is_orphan && streq(t->text, d->name.v);
	return !d->is_orphan &&
	       term_may_name(t, &(struct selector_name){ d->name.v, d->region_id.v });
}

bool selectors_names_region(const struct selectors *s, uint64_t id)
{
	for (size_t i = 0; i < s->n_selectors; i++)
		if (s->selectors[i].n_terms == 1 && s->selectors[i].terms[0].kind == TERM_REGION &&
		    s->selectors[i].terms[0].number == id)
			return true;
	return false;
}

bool selectors_has(const struct selectors *s, const struct device *d)
{
	return any_has(s, term_has, d);
}

static bool term_has_region(const struct term *t, const void *object)
{
	const struct region *region = object;

	switch (t->kind) {
	case TERM_REGION:
		return is_known(&region->id) && t->number == region->id.v;
	case TERM_ALL:
		return true;
	case TERM_FIELD:
		return region_field_matches(t, region);
	case TERM_DEVICE:
	case TERM_GLOB:
	case TERM_RANGE:
		break;
	}
	return false;
}

bool selectors_has_region(const struct selectors *s, const struct region *region)
{
	return any_has(s, term_has_region, region);
}

static bool has_orphan(const struct daxbus_snapshot *s, const char *name)
{
	for (size_t i = 0; i < s->n_orphans; i++)
		if (streq(range_list_text(s->orphans[i]->start.v, s->orphans[i]->end.v).s, name))
			return true;
	return snapshot_find_device(s, name);
}

static bool is_in_snapshot(const struct term *t, const struct daxbus_snapshot *s)
{
	if (t->kind == TERM_RANGE)
		return has_orphan(s, t->text);
	if (t->kind != TERM_DEVICE && t->kind != TERM_REGION)
		return true;
	for (size_t i = 0; t->kind == TERM_REGION && i < s->n_regions; i++)
		if ((s->regions[i]->is_nd || s->regions[i]->is_cxl) &&
		    is_known(&s->regions[i]->id) && s->regions[i]->id.v == t->number)
			return true;
	for (size_t i = 0; i < s->n_devices; i++)
		if (term_may_name(t, &(struct selector_name){ s->devices[i]->name.v,
							      s->devices[i]->region_id.v }))
			return true;
	return false;
}

static int fail_missing(const struct term *t, struct daxbus_error *err)
{
	if (t->kind == TERM_RANGE)
		return error_set(err, -ENOENT,
				 "there is no memory without a device at %s: see 'daxbus list "
				 "--orphans'",
				 t->text);
	return error_set(err, -ENOENT, "there is no %s '%s' on the dax bus",
			 t->kind == TERM_DEVICE ? "device" : "region", t->text);
}

int selectors_check_names(const struct selectors *selection, const struct daxbus_snapshot *s,
			  struct daxbus_error *err)
{
	for (size_t i = 0; i < selection->n_selectors; i++)
		for (size_t k = 0; k < selection->selectors[i].n_terms; k++) {
			const struct term *t = &selection->selectors[i].terms[k];

			if (!is_in_snapshot(t, s))
				return fail_missing(t, err);
		}
	return 0;
}
