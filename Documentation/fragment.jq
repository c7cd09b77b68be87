# SPDX-License-Identifier: GPL-2.0-or-later
#
# Generate a fragment of a manual page, in AsciiDoc, from `daxbus __introspect dump`:
#
#   jq -j --arg fragment options-list -f fragment.jq
#
# Pluses enclose texts of the tables, so that AsciiDoc does not interpret them.

def text: "+++" + (.[0:1] | ascii_upcase) + .[1:] + "+++";

def option:
	def argument:
		if .argument == null then ""
		elif .argument_is_optional then "[=_+++\(.argument)+++_]"
		else " _+++\(.argument)+++_"
		end;
	(if .letter then "*-\(.letter)*, " else "" end) + "*--\(.name)*\(argument)::\n\(.help | text).\n";

def example: "\(.help | text):\n\n----\n# \(.line)\n----\n\n";

def command: "*\(.name)*" + (if .operands then " +++\(.operands)+++" else "" end) + "::\n\(.summary | text).\n";

def field:
	{
		boolean: "yes or no", number: "number", size: "size in bytes", address: "address", string: "string",
		strings: "list of strings"
	} as $types |
	"*+++\(.name | ascii_upcase)+++*::\n\(.help | text) (\($types[.type])" +
	(if .unit then " in \(.unit)" else "" end) +
	(if .key then "; in JSON `+++" + (if .group then "\(.group)." else "" end) + "\(.key)+++`" else "; not in JSON" end) + ").\n";

def key: "*\(.key)*::\n\(.help | text).\n";

def status: "*\(.status)*::\n\(.meaning)\n";

# The entry of a table, which must exist.
def entry($name): .[$name] // error("\($fragment): unknown name \($name)");

def command_named($name): map({ key: .name | gsub(" "; "-"), value: . }) | from_entries | entry($name);

($fragment | capture("^(?<kind>[^-]*)-?(?<name>.*)$")) as { $kind, $name } |
if $kind == "commands" then .commands[] | command
elif $kind == "exit" then .statuses[] | status
elif $kind == "options" then .commands | command_named($name).options[] | option
elif $kind == "examples" then .commands | command_named($name).examples[] | example
elif $kind == "fields" then .fields | entry($name)[] | field
elif $kind == "keys" then .objects | entry($name)[] | key
else error("unknown fragment \($fragment)")
end
