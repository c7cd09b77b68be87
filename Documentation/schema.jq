# SPDX-License-Identifier: GPL-2.0-or-later
#
# Generate the JSON Schema of a document, from `daxbus __introspect dump`:
#
#   jq --arg document list -f schema.jq
#
# The schemas do not restrict strings to the known values: a document with a new mode is still format 1.

def type($type; $nullable): { type: (if $nullable then [ $type, "null" ] else $type end) };

# The inside of an object, from an array of { key, schema }. No key is ever missing.
def inside($nullable):
	type("object"; $nullable) +
	{ properties: (map({ key, value: .schema }) | from_entries), required: map(.key) };

def array($description; $nullable; $items):
	{ description: $description } + type("array"; $nullable) + { items: $items };

# --- a field of the library ---

def field:
	{ boolean: "boolean", string: "string", strings: "array" }[.type] as $type |
	{
		description: (.help +
			if .type == "size" or .type == "address" then ", in bytes"
			elif .unit then ", in \(.unit)"
			else ""
			end)
	} +
	type($type // "integer"; true) +
	if $type == "array" then { items: { type: "string" } }
	elif $type then {}
	else { minimum: 0 }
	end;

# A field without a key is only in tables.
def fields: map(select(.key) | { key, schema: field });

# Fields without a group, then the groups.
def object_keys:
	. as $fields |
	(map(select(.group | not)) | fields) +
	[
		reduce (.[].group | select(.)) as $group ([]; if index($group) then . else . + [ $group ] end) | .[] as $group |
		{ key: $group, schema: ($fields | map(select(.group == $group)) | fields | inside(true)) }
	];

# --- a key of another document ---

def key($step):
	if .type == "string" then { description: .help } + type("string"; .nullable)
	elif .type == "number" then { description: .help } + type("integer"; .nullable) + { minimum: 0 }
	elif .type == "boolean" then { description: .help } + type("boolean"; .nullable)
	elif .type == "strings" then array(.help; .nullable; { type: "string" })
	elif .type == "steps" then array(.help; .nullable; $step | map({ key, schema: key([]) }) | inside(false))
	else error("unknown type \(.type)")
	end;

def keys_with($step): map({ key, schema: key($step) });
def plain_keys: keys_with([]);

# --- documents ---

def head($format):
	[
		{
			key: "format",
			schema: {
				description: "version of this format; within one version keys are only added",
				const: $format
			}
		},
		{ key: "version", schema: { description: "version of daxbus", type: "string" } }
	];

def document($title; $description):
	{ "$schema": "http://json-schema.org/draft-07/schema#", title: $title, description: $description } + inside(false);

def always_present: "All keys are always present; missing values are null. Keys may be added.";

def list:
	.fields as $fields |
	($fields.extent | object_keys | inside(false)) as $extent |
	($fields.orphan | object_keys | inside(false)) as $orphan |
	($fields.mapping | object_keys | inside(false)) as $mapping |
	# Blocks are not inside devices, so that each names its device.
	($fields.block + ($fields.device | map(select(.name == "device"))) | object_keys | inside(false)) as $block |
	($fields.region | object_keys +
		[ { key: "free", schema: array("free ranges, in ascending order; null without --map"; true; $extent) } ] |
		inside(false)) as $region |
	($fields.device | object_keys +
		[ { key: "mappings", schema: array("its physical ranges"; false; $mapping) } ] |
		inside(false)) as $device |
	[
		{
			key: "daxbus",
			schema: ({ description: "the document, the tool and the machine" } +
				(($fields.bus | object_keys) + head(.daxbus.format) | inside(false)))
		},
		{ key: "regions", schema: array("ranges that providers registered"; false; $region) },
		{ key: "devices", schema: array("device instances"; false; $device) },
		{ key: "orphans", schema: array("memory whose device has left the bus; null if unknown"; true; $orphan) },
		{ key: "blocks", schema: array("memory blocks; null without --blocks"; true; $block) }
	] |
	document("daxbus list --json"; "Output of 'daxbus list --json' without --output. All keys are always present; " +
		"unknown and missing values are null. Keys may be added.");

def daxbus: { key: "daxbus", schema: head(.daxbus.format) | inside(false) };

def change:
	.objects as $objects |
	[
		daxbus,
		{ key: "dry_run", schema: { description: "nothing was changed because of --dry-run", type: "boolean" } },
		{ key: "changed", schema: { description: "whether anything was changed", type: "boolean" } },
		{
			key: "fingerprint",
			schema: ({ description: "fingerprint of the whole plan; null without --dry-run" } + type("string"; true))
		},
		{
			key: "forecasts",
			schema: array("what becomes of the memory of devices; null without 'drain' and --make-room"; true;
				($objects.forecast | plain_keys) +
				[
					{
						key: "blocks",
						schema: array("its memory blocks"; false; $objects["forecast-block"] | plain_keys | inside(false))
					},
					{
						key: "nodes",
						schema: array("other nodes with memory"; false; $objects["forecast-node"] | plain_keys | inside(false))
					}
				] | inside(false))
		},
		{
			key: "results",
			schema: array("results of the selected devices, or of the file"; false;
				$objects.result | keys_with($objects.step) | inside(false))
		}
	] |
	document("daxbus COMMAND --json, of the commands that change something";
		"Output of a changing command with --json. \(always_present)");

def who:
	[
		daxbus,
		{
			key: "incomplete",
			schema: { description: "not all processes could be examined", type: "boolean" }
		},
		{
			key: "users",
			schema: array("who uses the devices, or memory on their nodes"; false; .objects.who | plain_keys | inside(false))
		}
	] |
	document("daxbus who --json"; "Output of 'daxbus who --json'. \(always_present)");

def monitor:
	[ daxbus ] + (.objects.monitor | plain_keys) |
	document("daxbus monitor --json"; "A line of 'daxbus monitor --json'. \(always_present)");

def explain:
	.objects as $objects |
	[
		daxbus,
		{
			key: "findings",
			schema: array("causes, the weightiest first"; false;
				($objects.finding | plain_keys) +
				[ {
					key: "evidence",
					schema: array("where it can be seen"; false; $objects["finding-evidence"] | plain_keys | inside(false))
				} ] | inside(false))
		}
	] |
	document("daxbus explain --json"; "Output of 'daxbus explain --json'. \(always_present)");

def migration:
	def objects($key; $description; $keys): { key: $key, schema: array($description; false; $keys | plain_keys | inside(false)) };
	.objects as $objects |
	[ daxbus ] + ($objects.migration | plain_keys) +
	[
		objects("devices"; "devices on persistent memory"; $objects["migration-device"]),
		objects("boots"; "installed kernels, and the device model that they select"; $objects["migration-boot"]),
		objects("lines"; "lines of modprobe.d about the drivers, in order of precedence"; $objects["migration-line"])
	] |
	document("daxbus migrate status --json"; "Output of 'daxbus migrate status --json'. \(always_present)");

def policy:
	def objects($key; $description; $keys): { key: $key, schema: array($description; false; $keys | plain_keys | inside(false)) };
	.objects as $objects |
	[
		daxbus,
		objects("policies"; "policies, in the order of their names"; $objects.policy),
		objects("settings"; "values that policies set for devices"; $objects["policy-setting"]),
		objects("differences"; "what differs from the policies"; $objects["policy-difference"]),
		objects("notes"; "what the kernel may do at boot before policies are applied"; $objects["policy-note"]),
		objects("problems"; "lines and files that are wrong"; $objects["policy-problem"])
	] |
	document("daxbus policy show --json, of 'policy check' and 'policy verify' too";
		"Output of 'daxbus policy show', 'check' and 'verify' with --json. \(always_present)");

# What differs between two states, in several documents.
def state_differences($key; $description):
	{ key: $key, schema: array($description; false; .objects["state-difference"] | plain_keys | inside(false)) };

def history:
	state_differences("changes"; "what the run changed") as $changes |
	[
		daxbus,
		{
			key: "history",
			schema: array("changes, the newest first"; false;
				(.objects.history | plain_keys) +
				[
					$changes,
					{
						key: "steps",
						schema: array("steps that were begun: the device, and a line as in the journal"; false;
							{ type: "string" })
					}
				] | inside(false))
		}
	] |
	document("daxbus history --json"; "Output of 'daxbus history --json'. \(always_present)");

def diff:
	[
		daxbus,
		{ key: "before", schema: { description: "the first state, as it was named", type: "string" } },
		{ key: "after", schema: { description: "the second state, as it was named", type: "string" } },
		state_differences("differences"; "differences between the two")
	] |
	document("daxbus diff --json"; "Output of 'daxbus diff --json'. \(always_present)");

def scan:
	.objects as $objects |
	[
		daxbus,
		{
			key: "root",
			schema: {
				description: "directory of the installed system, \"/\" for the running system",
				type: "string"
			}
		},
		{
			key: "users",
			schema: array("places that use /sys/class/dax"; false; $objects.user | plain_keys | inside(false))
		},
		{
			key: "looked_at",
			schema: (($objects.count | plain_keys | inside(false)) +
				{ description: "what was scanned, and what could not be scanned" })
		}
	] |
	document("daxbus migrate scan --json"; "Output of 'daxbus migrate scan --json'. \(always_present)");

if $document == "list" then list
elif $document == "change" then change
elif $document == "explain" then explain
elif $document == "diff" then diff
elif $document == "history" then history
elif $document == "migration" then migration
elif $document == "monitor" then monitor
elif $document == "policy" then policy
elif $document == "scan" then scan
elif $document == "who" then who
else error("unknown document \($document)")
end
