/** The look of an exported page: light or dark as the reader's system is, and light on paper. Nothing is loaded. */
export const pageStyle = `
:root,:host{color-scheme:light dark;--bg:#fff;--soft:#f5f6f8;--line:#d9dde3;--text:#1a1d23;--dim:#5b6472;--link:#1d4fd7;
--bad:#b3261e;--bad-soft:#fdecea;--ok:#1d6f49;--warn:#8a5300;--keyword:#8a2f9c;--string:#1d6f49;--number:#9c4a07;
--comment:#606a79;--function:#2450bf;--builtin:#0b6b7c}
@media (prefers-color-scheme:dark){:root,:host{--bg:#16181d;--soft:#1f232a;--line:#3a414c;--text:#e4e7eb;--dim:#a3acb8;
--link:#94b4ff;--bad:#ff9c94;--bad-soft:#3a1f1f;--ok:#85cf9f;--warn:#eba66b;--keyword:#d59be6;--string:#85cf9f;
--number:#eba66b;--comment:#919ba8;--function:#94b4ff;--builtin:#6fcbd6}}
@media print{:root,:host{color-scheme:light;--bg:#fff;--soft:#f5f6f8;--line:#d9dde3;--text:#1a1d23;--dim:#5b6472;
--link:#1d4fd7;--bad:#b3261e;--bad-soft:#fdecea;--ok:#1d6f49;--warn:#8a5300;--keyword:#8a2f9c;--string:#1d6f49;
--number:#9c4a07;--comment:#606a79;--function:#2450bf;--builtin:#0b6b7c}}
*{box-sizing:border-box}
body,.page{margin:0;background:var(--bg);color:var(--text);font:15px/1.55 system-ui,sans-serif}
main{display:block;max-width:1000px;margin:0 auto;padding:24px}
a{color:var(--link)}
pre,code,.count{font-family:ui-monospace,'JetBrains Mono','DejaVu Sans Mono',monospace;font-size:13px;line-height:1.5}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:4}
.cell{display:grid;grid-template-columns:56px minmax(0,1fr);margin:0 0 12px}
.count{padding:9px 8px 0 0;color:var(--dim);text-align:right}
.body{grid-column:2;min-width:0}
.source{padding:8px 12px;border:1px solid var(--line);border-radius:6px;background:var(--soft)}
.output{padding:6px 12px;overflow-x:auto}
.stderr{background:var(--bad-soft)}
.error{border-left:3px solid var(--bad)}
.note{color:var(--dim);font-size:13px}
img{max-width:100%;height:auto}
.ground{background:#fff}
table{border-collapse:collapse;font-size:13px}
th,td{padding:4px 8px;border:1px solid var(--line);text-align:right}
th{background:var(--soft)}
.text th,.text td{text-align:left}
blockquote{margin:0;padding-left:12px;border-left:3px solid var(--line);color:var(--dim)}
hr{border:0;border-top:1px solid var(--line)}
.text pre{padding:8px 12px;border-radius:6px;background:var(--soft)}
.at-formula-block{display:block;margin:8px 0;text-align:center;overflow-x:auto}
.at-syn-keyword{color:var(--keyword)}.at-syn-string{color:var(--string)}.at-syn-number{color:var(--number)}
.at-syn-comment{color:var(--comment);font-style:italic}.at-syn-function{color:var(--function)}.at-syn-builtin{color:var(--builtin)}
.at-ansi-bold{font-weight:700}.at-ansi-dim{opacity:.75}.at-ansi-italic{font-style:italic}.at-ansi-underline{text-decoration:underline}
.at-ansi-strike{text-decoration:line-through}.at-ansi-inverse{background:var(--text);color:var(--bg)}
.at-ansi-fg-1,.at-ansi-fg-9{color:var(--bad)}.at-ansi-fg-2,.at-ansi-fg-10{color:var(--ok)}
.at-ansi-fg-3,.at-ansi-fg-11{color:var(--warn)}.at-ansi-fg-4,.at-ansi-fg-12{color:var(--link)}
.at-ansi-fg-5,.at-ansi-fg-13{color:var(--keyword)}.at-ansi-fg-6,.at-ansi-fg-14{color:var(--builtin)}
.at-ansi-fg-0,.at-ansi-fg-7,.at-ansi-fg-8{color:var(--dim)}
@media print{main{max-width:none;padding:0}.cell{grid-template-columns:40px minmax(0,1fr)}
.output,.source{overflow:visible}h1,h2,h3,h4{break-after:avoid}img,tr{break-inside:avoid}}
`;
