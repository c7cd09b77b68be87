/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_LIST_HTML_STYLE_H
#define DAXBUS_OUTPUT_LIST_HTML_STYLE_H

/*
 * How the page looks: light or dark as the browser is, on paper with its colours. Memory that is
 * not in use is hatched, so that the bars can be read without colours.
 */
/* clang-format off */
static const char list_html_style[] =
	":root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --line: #8a94a3; --soft: #eef1f5;\n"
	"  --movable: #7cc58f; --kernel: #e7a24a; --offline: #c3cad4; --missing: #e58a86; --kmem: #9ed3ac;\n"
	"  --devdax: #85b3e6; --famfs: #c3a1e2; --compat: #d7c779; --other: #8fd0cf; --unbound: #d5d9df; }\n"
	"@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --paper: #14181e; --line: #727d8c;\n"
	"  --soft: #222932; --movable: #2f7a45; --kernel: #99601a; --offline: #4a5462; --missing: #93403d;\n"
	"  --kmem: #2b6a3e; --devdax: #2d5f97; --famfs: #694392; --compat: #776a1f; --other: #226f6e;\n"
	"  --unbound: #39414c; } }\n"
	"* { box-sizing: border-box; }\n"
	"body { margin: 0 auto; max-width: 80rem; padding: 1rem; color: var(--ink); background: var(--paper);\n"
	"  font: 1rem/1.45 system-ui, sans-serif; }\n"
	"h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { margin: 1.2rem 0 .2rem; font-size: 1rem; }\n"
	"p { margin: .3rem 0; overflow-wrap: anywhere; } code { font-size: .9em; overflow-wrap: anywhere; }\n"
	".option { display: inline-block; max-width: 100%; }\n"
	".bar { display: flex; min-width: 2px; height: 2.2rem; border: 1px solid var(--line); overflow: hidden; }\n"
	".bar.blocks { height: .8rem; border-top: 0; }\n"
	".bar span { flex: none; overflow: hidden; white-space: nowrap; text-overflow: ellipsis;\n"
	"  padding: .35rem 0 0; text-indent: .25rem; font-size: .8rem; box-shadow: inset -1px 0 var(--paper); }\n"
	".bar.blocks span { padding: 0; }\n"
	".ends { display: flex; justify-content: space-between; font: .75rem monospace; }\n"
	".movable { background: var(--movable); } .kernel { background: var(--kernel); } .kmem { background: var(--kmem); }\n"
	".devdax { background: var(--devdax); } .famfs { background: var(--famfs); } .compat { background: var(--compat); }\n"
	".other { background: var(--other); } .missing { background: var(--missing); }\n"
	".offline, .lost { background: repeating-linear-gradient(45deg, var(--offline) 0 4px, var(--paper) 4px 8px); }\n"
	".unbound { background: repeating-linear-gradient(135deg, var(--unbound) 0 6px, var(--soft) 6px 12px); }\n"
	".unknown { background: repeating-linear-gradient(90deg, var(--missing) 0 2px, var(--soft) 2px 10px); }\n"
	".free { background: var(--paper); } .none { background: transparent; }\n"
	".legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; padding: 0; list-style: none; font-size: .85rem; }\n"
	".legend i { display: inline-block; width: 1rem; height: .8rem; margin-right: .35rem; border: 1px solid var(--line); }\n"
	".wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .85rem; margin: .5rem 0; }\n"
	"th, td { padding: .15rem .6rem .15rem 0; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--soft); }\n"
	".findings > li { margin: .6rem 0; } .findings ul { margin: .2rem 0; font-size: .85rem; }\n"
	".next { font-style: italic; } .trouble { color: var(--ink); border-left: .3rem solid var(--missing); padding-left: .5rem; }\n"
	"section { break-inside: avoid; }\n"
	"@media print { :root { color-scheme: light; } body { max-width: none; padding: 0; font-size: 9pt; }\n"
	"  .bar, .legend i { print-color-adjust: exact; -webkit-print-color-adjust: exact; } .wide { overflow: visible; } }\n";
/* clang-format on */

#endif
