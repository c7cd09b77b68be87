/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/rules.h"

#include <errno.h>
#include <locale.h>
#include <regex.h>
#include <string.h>

#include "base/util.h"

/* Bytes before and after "dax" that rules examine. */
#define BEFORE_MAX 1024
#define AFTER_MAX  64
/* No string of C is that long: Go and Rust store their strings in one piece without NULs. */
#define BLOB_MIN   200

/* Where a rule applies. */
enum {
	LINE = 1 << 0,
	PROGRAM = 1 << 1,
	BLOB = 1 << 2,
	UDEV = 1 << 3,
	MODPROBE = 1 << 4,
	ANY = LINE | PROGRAM | MODPROBE,
};

#define NAME	  "A-Za-z0-9_-"
#define QUOTE	  "\"'`"
#define SEPARATOR "/\"'` \t=:,(;<>|&"
#define BEGIN	  "(^|[^." NAME "])"
#define END_NAME  "($|[^." NAME "]|\\.([^A-Za-z0-9]|$))"
#define END	  "^" END_NAME
/* What can be the mount point of sysfs: "/sys/", a variable, a glob, a format, or nothing. */
#define SYSFS                                                                                      \
	"(^|[^/." NAME "]|(^|[" SEPARATOR "])(sys|[^" SEPARATOR "]*[$%{})*?@][^" SEPARATOR "]*)?/)"

/* "/sys/class/dax"; "/sys/class/{dax,nd}"; "/sys/class", "dax" and Path("/sys/class") / "dax" */
/* clang-format off */
#define PATHS(directory) \
	{ USE_CLASS_PATH, ANY, SYSFS directory "/$", END }, \
	{ USE_CLASS_PATH, BLOB, "/sys/" directory "/$", "" }, \
	{ USE_CLASS_PATH, ANY, SYSFS directory "/\\{([*?.," NAME "]*,)?$", "^[,}*]" }, \
	{ USE_CLASS_PATH, LINE | MODPROBE, \
	  "(sys/|sys.*[" QUOTE "])" directory "/?[" QUOTE "]\\)?[ \t]*[,/+.][ \t]*[" QUOTE "]/?$", \
	  "^[" QUOTE "/]" }
/* clang-format on */
#define COMPAT	"^[_-]pmem[_-]compat"
#define NO_NAME "($|[^" NAME "])"

/* The first rule of which both expressions match says what "dax" between them is. */
static const struct rule {
	enum finding use;
	unsigned int where;
	const char *before, *after;
} table[] = {
	PATHS("class"),
	/* As systemd names the unit of a path: "sys-class-dax-dax0.0.device" */
	{ USE_CLASS_PATH, ANY, BEGIN "sys-class-$", "^($|[^A-Za-z0-9_])" },
	{ USE_DEVICE_REGION, ANY, BEGIN "device/$", "^_region" END_NAME },
	/* The directory that only a device of the class has: ".../dax0.0/dax/dax0.0" */
	{ USE_CLASS_DIRECTORY, ANY, "sys-devices(-.*)?-dax-$|/(.*[" QUOTE "])?dax[^/" QUOTE "]*/dax/$",
	  "^[0-9*?%$[{\\]" },
	/* The same in a rule of udev: DEVPATH=="*" "/dax/" "*" */
	{ _USE_MAX, UDEV, "bus/$", "^/" },
	{ USE_CLASS_DIRECTORY, UDEV, "(DEVPATH|KERNELS?)[ \t]*[=!]=\"[^\"]*/$", "^/" },
	{ USE_COMPAT_MODULE, MODPROBE,
	  "^(alias|softdep)[[:space:]](.*[^" NAME "])?$|modprobe.*[^" NAME "]$", COMPAT NO_NAME },
	{ USE_BUS_KEPT_OUT, MODPROBE, "^blacklist[[:space:]](.*[^" NAME "])?$|^install[ \t]+$",
	  "^[_-]pmem" NO_NAME },
	{ USE_COMPAT_MODULE, PROGRAM, "modprobe $", COMPAT NO_NAME },
	{ _USE_MAX, LINE, " -r|--remove", COMPAT },
	{ USE_COMPAT_MODULE, LINE, "^$", COMPAT "$" },
	{ USE_COMPAT_MODULE, LINE,
	  "(modprobe|insmod|kmod load).*[^" NAME "]$|drivers\\+=(.*[^" NAME "])?$",
	  COMPAT NO_NAME },
}, bus_table[] = {
	{ _USE_MAX, ANY, "", "^/drivers" },
	PATHS("bus"),
};

struct rules {
	regex_t finding[ARRAY_SIZE(table)][2], bus[ARRAY_SIZE(bus_table)][2];
	regex_t *compiled[2 * (ARRAY_SIZE(table) + ARRAY_SIZE(bus_table))];
	size_t n;
};

void rules_free(struct rules *rules)
{
	for (size_t i = 0; rules && i < rules->n; i++)
		regfree(rules->compiled[i]);
	free(rules);
}

static int compile(struct rules *rules, const char *expression, regex_t *ret)
{
	/* The table is constant: only memory can be missing. */
	if (regcomp(ret, expression, REG_EXTENDED) != 0)
		return -ENOMEM;
	rules->compiled[rules->n++] = ret;
	return 0;
}

static int compile_table(struct rules *rules, const struct rule *from, size_t n, regex_t (*ret)[2])
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = compile(rules, from[i].before, &ret[i][0])
			    ?: compile(rules, from[i].after, &ret[i][1]);
	return r;
}

int rules_new(struct rules **ret)
{
	struct rules *rules = calloc(1, sizeof(*rules));
	locale_t bytes = newlocale(LC_CTYPE_MASK, "C", (locale_t)0), old;
	int r = rules && bytes ? 0 : -ENOMEM;

	/* In a locale of UTF-8, nothing would match a byte that is not UTF-8. */
	if (r == 0) {
		old = uselocale(bytes);
		r = compile_table(rules, table, ARRAY_SIZE(table), rules->finding)
			    ?: compile_table(rules, bus_table, ARRAY_SIZE(bus_table), rules->bus);
		uselocale(old);
	}
	if (bytes)
		freelocale(bytes);
	if (r == 0)
		*ret = rules;
	else
		rules_free(rules);
	return r;
}

static bool matches(const regex_t *expression, const char *s, size_t n, int flags)
{
	regmatch_t range = { .rm_so = 0, .rm_eo = (regoff_t)n };

	return regexec(expression, s, 1, &range, flags | REG_STARTEND) == 0;
}

/* Whether the "dax" at @p is between the two expressions of a rule. */
static bool applies(const regex_t *rule, const struct span *t, size_t p)
{
	size_t before = p < BEFORE_MAX ? p : BEFORE_MAX, after = t->n - p - 3;

	return matches(&rule[1], t->s + p + 3, after < AFTER_MAX ? after : AFTER_MAX,
		       after > AFTER_MAX ? REG_NOTEOL : 0) &&
	       matches(&rule[0], t->s + p - before, before, before < p ? REG_NOTBOL : 0);
}

static unsigned int place_of(const struct span *t, enum syntax syntax)
{
	if (!t->line)
		return PROGRAM | (t->n >= BLOB_MIN ? BLOB : 0);
	return syntax == SYNTAX_MODPROBE ? MODPROBE : syntax == SYNTAX_UDEV ? LINE | UDEV : LINE;
}

enum finding rules_finding(const struct rules *rules, const struct span *t, size_t p,
			   enum syntax syntax)
{
	unsigned int place = place_of(t, syntax);

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].where & place && applies(rules->finding[i], t, p))
			return table[i].use;
	return _USE_MAX;
}

bool rules_names_bus(const struct rules *rules, const struct span *t, size_t p)
{
	for (size_t i = 0; i < ARRAY_SIZE(bus_table); i++)
		if (bus_table[i].where & place_of(t, SYNTAX_HASH) && applies(rules->bus[i], t, p))
			return bus_table[i].use < _USE_MAX;
	return false;
}

bool rules_is_in_instructions(const char *s, size_t n, size_t p)
{
	size_t back = p < 40 ? p : 40;

	if (p < 4 || memcmp(s + p - 4, "ass/", 4) != 0 || p + 3 >= n || s[p + 3] != '\0')
		return false;
	if (p >= 6 && memcmp(s + p - 6, "cl", 2) == 0)
		return false;
	return memmem(s + p - back, back, "/sys/cla", 8);
}
