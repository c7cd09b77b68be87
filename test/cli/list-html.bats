#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154,SC2030,SC2031 # run sets stderr, complete_tree() sets tree; each test is a subshell
#
# list --html: the page, from captured trees, and in a browser.

load cli

setup()
{
	page=$BATS_TEST_TMPDIR/page.html
}

# Checks of a page that need no browser: elements are closed, nothing refers to another file, and the parts of each bar
# fill it. Prints the text, and the titles of the parts, one a line.
check_page()
{
	python3 - "$1" <<'END'
import sys
from html.parser import HTMLParser

class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.stack, self.width = [], None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        assert tag not in ("script", "link", "img", "iframe", "object", "base", "form"), tag
        for name in attributes:
            assert not name.startswith("on") and name not in ("src", "href"), name
        if "title" in attributes:
            print(attributes["title"])
        if tag == "meta":
            return
        kind = attributes.get("class", "")
        if kind.startswith("bar"):
            self.width = 0
        elif tag == "span" and self.width is not None:
            self.width += float(attributes["style"].removeprefix("width:").removesuffix("%"))
        self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag, (tag, self.getpos())
        if tag == "div" and self.width is not None:
            assert 99.9 < self.width <= 100, (self.width, self.getpos())
            self.width = None

    def handle_data(self, data):
        if self.stack and self.stack[-1] == "style":
            assert "url(" not in data and "@import" not in data and "<" not in data
        elif data.strip():
            print(data.strip())

text = open(sys.argv[1], encoding="utf-8").read()
assert text.startswith("<!DOCTYPE html>\n") and text.endswith("</html>\n")
assert not [c for c in text if ord(c) < 32 and c != "\n" or 127 <= ord(c) < 160], "control character"
page = Page()
page.feed(text)
page.close()
assert not page.stack, page.stack
END
}

@test "list --html: every captured tree: well-formed, refers to nothing, names all devices" {
	local tree device
	for tree in "$BATS_TEST_DIRNAME"/../sysroots/*/; do
		daxbus --sysroot "$tree" list --html="$page"
		is_status 0
		is_output ''
		output=$(check_page "$page") || mismatch "$tree"
		for device in $("$DAXBUS" --sysroot "$tree" list -n -o DEVICE); do
			[[ $output == *$'\n'"$device"$'\n'* ]] || mismatch "$tree: $device"
		done
	done
}

@test "list --html: memory blocks by state and zone, flags, findings: in the page" {
	daxbus --sysroot "$BATS_TEST_DIRNAME/../sysroots/6.1-stuck" list --html="$page"
	is_status 0
	output=$(check_page "$page")
	[[ $output == *$'\nstuck-until-reboot\n'* ]] || mismatch finding
	complete_tree 5.10-big
	daxbus --sysroot "$tree" list --html="$page"
	output=$(check_page "$page")
	# Where memory blocks are alike, they are one part; their sum is what the table has.
	[[ $output == *', online, zone Movable, 0x'* ]] || mismatch movable
	[[ $output == *$'\nwasteful\n'* ]] || mismatch flag
	[[ $output == *'outside of whole memory blocks'* ]] || mismatch lost
}

@test "list --html: selector: only these devices; unknown device: exit 3, no file" {
	complete_tree 7.3-hmem
	daxbus --sysroot "$tree" list --html="$page" dax1.0
	is_status 0
	output=$(check_page "$page")
	[[ $output == *dax1.0* && $output != *dax0.0* ]] || mismatch selected
	rm "$page"
	daxbus --sysroot "$tree" list --html="$page" dax7.0
	is_status 3
	[[ ! -e $page ]]
}

@test "list --html: hostile names in the tree: escaped, no element, no control character" {
	local evil='</style><script>alert(1)</script>"&amp;'\''' device
	tree_with_two
	device=$tree/sys/devices/platform/hmem.0/dax0.0
	sed -i '/^DRIVER=/d' "$device/uevent"
	printf 'DRIVER=%s\e[2J\302\233x\377\n' "$evil" >>"$device/uevent"
	daxbus --sysroot "$tree" list --html="$page"
	is_status 0
	output=$(check_page "$page") || mismatch page
	# Its text is the name, as the parser sees it.
	[[ $output == *"$evil"* ]] || mismatch text
	run ! grep -qi '<script' "$page"
}

@test "list --html: file: replaced as a whole with the permissions of the umask; cannot be written: exit 1, 2 or 3, old file stays" {
	complete_tree 7.3-hmem
	local dir=$BATS_TEST_TMPDIR/pages
	mkdir "$dir"
	echo old >"$dir/page.html"
	# shellcheck disable=SC2016 # for the other bash
	run --separate-stderr bash -c 'trap "" XFSZ; ulimit -f 1; "$1" --sysroot "$2" list --html="$3"' - "$DAXBUS" "$tree" "$dir/page.html"
	is_status 1
	[[ $stderr == *"cannot write $dir/page.html: File too large" ]] || mismatch stderr
	[[ $(<"$dir/page.html") == old ]]
	(umask 027 && "$DAXBUS" --sysroot "$tree" list --html="$dir/page.html")
	[[ $(ls -A "$dir") == page.html && $(stat -c %a "$dir/page.html") == 640 ]]
	check_page "$dir/page.html" >/dev/null
	daxbus --sysroot "$tree" list --html="$dir/missing/page.html"
	is_status 3
	daxbus --sysroot "$tree" list --html="$dir/"
	is_status 2
}

@test "list --html: with --json, another view, columns: exit 2" {
	local option
	for option in --json --tree --map --blocks --output=DEVICE --raw; do
		daxbus list --html="$page" "$option"
		is_status 2
		[[ ! -e $page ]]
	done
}

# browser WIDTH OPTION... FILE: the page after a browser has laid it out, as text
browser()
{
	local width=$1
	shift
	# It wants a directory to write to, and root must not have a sandbox.
	timeout 120 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$BATS_TEST_TMPDIR/profile" \
		--window-size="$width",1200 "$@" 2>/dev/null
}

@test "list --html: headless Chromium, narrow, wide, dark, on paper: laid out to scale, nothing wider than the window" {
	local width measured
	type -P chromium >/dev/null || skip 'no chromium here'
	complete_tree 5.10-big
	"$DAXBUS" --sysroot "$tree" list --html="$page"
	# A copy measures itself: the page has no script.
	{
		sed 's,</body>,,; s,</html>,,' "$page"
		cat <<'END'
<script>
const widths = [];
for (const row of document.querySelectorAll(".bar:not(.blocks)"))
	widths.push([...row.children].reduce((sum, part) => sum + part.getBoundingClientRect().width, 0) / row.clientWidth);
const fits = document.documentElement.scrollWidth <= innerWidth;
const color = getComputedStyle(document.body).backgroundColor;
document.body.innerHTML = "<pre>" + [fits, widths.length, widths.every(w => w > 0.95 && w < 1.05), color].join(" ") + "</pre>";
</script></body></html>
END
	} >"$BATS_TEST_TMPDIR/measure.html"
	for width in 500 1600; do
		measured=$(browser $width --dump-dom "file://$BATS_TEST_TMPDIR/measure.html" | sed -n 's,.*<pre>\(.*\)</pre>.*,\1,p')
		[[ $measured == "true "*" true rgb(255, 255, 255)" ]] || mismatch "$width: $measured"
	done
	measured=$(browser 800 --blink-settings=preferredColorScheme=0 --dump-dom "file://$BATS_TEST_TMPDIR/measure.html" |
		sed -n 's,.*<pre>\(.*\)</pre>.*,\1,p')
	[[ $measured == *' true rgb(20, 24, 30)' ]] || mismatch "dark: $measured"
	browser 800 --print-to-pdf="$BATS_TEST_TMPDIR/page.pdf" "file://$page"
	[[ $(head -c 5 "$BATS_TEST_TMPDIR/page.pdf") == %PDF- ]]
}

@test "list --html: headless Chromium, any width: no command broken inside of an option" {
	local measured
	type -P chromium >/dev/null || skip 'no chromium here'
	tree_with_two
	sed -i '/^DRIVER=/d' "$tree"/sys/devices/platform/hmem.?/dax?.0/uevent
	"$DAXBUS" --sysroot "$tree" list --html="$page"
	{
		sed 's,</body>,,; s,</html>,,' "$page"
		cat <<'END'
<script>
const options = [...document.querySelectorAll(".option")];
const line = parseFloat(getComputedStyle(document.body).lineHeight);
const broken = new Set();
for (let width = 260; width < 700; width += 7) {
	document.body.style.width = width + "px";
	for (const option of options)
		if (option.getBoundingClientRect().height > 1.5 * line)
			broken.add(option.textContent);
}
document.body.innerHTML = "<pre>" + [options.length > 1, broken.size, ...broken].join(" ") + "</pre>";
</script></body></html>
END
	} >"$BATS_TEST_TMPDIR/measure.html"
	measured=$(browser 800 --dump-dom "file://$BATS_TEST_TMPDIR/measure.html" | sed -n 's,.*<pre>\(.*\)</pre>.*,\1,p')
	[[ $measured == 'true 0' ]] || mismatch "$measured"
}
