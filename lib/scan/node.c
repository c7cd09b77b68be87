/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/node.h"

#include <stdio.h>

#include "base/array.h"
#include "base/parse.h"
#include "parsers/numa.h"
#include "scan/attribute.h"

#define NODE_PATH "/sys/devices/system/node"
#define TIER_PATH "/sys/devices/virtual/memory_tiering"

struct node_facts {
	uint64_t id;
	struct performance performance;
	struct opt_u64 distance;
	struct opt_u64 tier;
	bool has_cpu;
};

static struct opt_u64 read_measure(const struct sysfs_dir *dir, const char *at, const char *name)
{
	struct opt_u64 value = attribute_u64(dir, 10, "%s/%s", at, name);

	if (is_known(&value) && value.v == 0)
		value.is = DAXBUS_NONE;
	return value;
}

struct performance node_performance_read(const struct sysfs_dir *dir, const char *at)
{
	return (struct performance){
		.read_latency = read_measure(dir, at, "read_latency"),
		.write_latency = read_measure(dir, at, "write_latency"),
		.read_bandwidth = read_measure(dir, at, "read_bandwidth"),
		.write_bandwidth = read_measure(dir, at, "write_bandwidth"),
	};
}

bool node_performance_is_none(const struct performance *p)
{
	return p->read_latency.is == DAXBUS_NONE && p->write_latency.is == DAXBUS_NONE &&
	       p->read_bandwidth.is == DAXBUS_NONE && p->write_bandwidth.is == DAXBUS_NONE;
}

/* --- distance --------------------------------------------------------------------------------- */

/*
 * A node's `distance` has a number for each node that is online, in the order of their ids: it must
 * be read beside the list of those, never by index.
 */
struct distance_walk {
	char *rest;		    /* numbers not taken yet */
	struct numa_nodes with_cpu; /* nodes with processors */
	struct opt_u64 nearest;
};

static int take_distance(void *data, uint32_t node)
{
	struct distance_walk *walk = data;
	char *number;
	uint64_t distance;

	do
		number = strsep(&walk->rest, " ");
	while (number && !*number);
	if (!number || parse_u64(number, 10, &distance) < 0 || node >= NUMA_NODES_MAX)
		return -EBADMSG;
	if (!walk->with_cpu.has[node])
		return 0;
	if (!is_known(&walk->nearest) || distance < walk->nearest.v)
		walk->nearest = known(distance);
	return 0;
}

static int read_distance(const struct sysfs_dir *dir, struct node_facts *facts)
{
	_cleanup_free_ char *distances = NULL, *online = NULL, *cpu = NULL;
	struct distance_walk walk = { 0 };
	int r = sysfs_read_str(dir, &distances, "node%" PRIu64 "/distance", facts->id)
		?: sysfs_read_str(dir, &online, "online")
		?: sysfs_read_str(dir, &cpu, "has_cpu")
		?: numa_parse_nodes(cpu, &walk.with_cpu);

	facts->has_cpu = facts->id < NUMA_NODES_MAX && walk.with_cpu.has[facts->id];
	walk.rest = distances;
	if (r == 0)
		r = parse_number_list(online, take_distance, &walk);
	if (r == -ENOMEM)
		return r;
	facts->distance = r == 0 ? walk.nearest : (struct opt_u64){ presence_of(r), 0 };
	return 0;
}

/* --- tier ------------------------------------------------------------------------------------- */

struct tier_walk {
	const struct sysfs_dir *dir;
	struct node_facts *facts;
};

static int take_tier(void *data, const char *name)
{
	struct tier_walk *walk = data;
	_cleanup_free_ char *nodes = NULL;
	uint64_t tier;
	int r;

	if (parse_numbered(name, "memory_tier", &tier) < 0)
		return 0;
	r = sysfs_read_str(walk->dir, &nodes, "%s/nodelist", name);
	if (r == 0 && numa_has_node(nodes, walk->facts->id) > 0)
		walk->facts->tier = known(tier);
	return r == -ENOMEM ? r : 0;
}

static int read_tier(struct sysfs *fs, struct node_facts *facts)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	struct tier_walk walk = { .dir = &dir, .facts = facts };
	int r = sysfs_dir_open(fs, &dir, TIER_PATH) ?: sysfs_list(&dir, take_tier, &walk);

	return r == -ENOMEM ? r : 0;
}

/* ---------------------------------------------------------------------------------------------- */

static int read_facts(struct sysfs *fs, const struct sysfs_dir *dir, struct node_facts *facts)
{
	char at[sizeof("node18446744073709551615/access0/initiators")];
	int r;

	for (unsigned int n = 0; n <= 1; n++) {
		snprintf(at, sizeof(at), "node%" PRIu64 "/access%u/initiators", facts->id, n);
		facts->performance = node_performance_read(dir, at);
		if (!node_performance_is_none(&facts->performance))
			break;
	}
	r = read_distance(dir, facts);
	return r == 0 ? read_tier(fs, facts) : r;
}

/*
 * What the kernel says of a node it says of the memory that is online there. Of a node with
 * processors that is their RAM: a device that is no part of it is worth something else.
 */
static void use_facts(struct device *d, const struct node_facts *facts)
{
	d->distance = facts->distance;
	if (facts->has_cpu && !known_as(&d->mode, "kmem"))
		return;
	d->performance = facts->performance;
	d->memory_tier = facts->tier;
}

int node_read(struct sysfs *fs, struct daxbus_snapshot *s)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ struct node_facts *nodes = NULL;
	size_t n = 0;
	int r = sysfs_dir_open(fs, &dir, NODE_PATH);

	/* kernels without CONFIG_NUMA */
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	for (size_t i = 0; i < s->n_devices; i++) {
		struct device *d = s->devices[i];
		size_t k = 0;

		if (!is_known(&d->target_node))
			continue;
		while (k < n && nodes[k].id != d->target_node.v)
			k++;
		if (k == n) {
			r = ARRAY_PUSH(nodes, n, (struct node_facts){ .id = d->target_node.v })
				    ?: read_facts(fs, &dir, &nodes[k]);
			if (r < 0)
				return r;
		}
		use_facts(d, &nodes[k]);
	}
	return 0;
}
