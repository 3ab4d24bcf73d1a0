import { expect, test } from './fixtures/test.ts';
import { type CellJson, type NotebookJson, notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

/**
 * Attacks of faults-and-attacks.md (1 to 20, 26) and advisories of peers, as HTML outputs, SVG outputs and Markdown cells
 * of an opened notebook. None may run, load from elsewhere, lead away, lie over the page or pose as a part of it. Console
 * errors and foreign requests are watched by the fixture.
 */
const hit = 'window.hit=1';
const attacks: Readonly<Record<string, string>> = {
  script: `<script>${hit}</script>`,
  'script in svg': `<svg><script>${hit}</script></svg>`,
  'img onerror': `<img src=x onerror="${hit}">`,
  'svg onload': `<svg onload="${hit}"><circle r=4 /></svg>`,
  'svg foreignObject': `<svg><foreignObject><iframe src="javascript:${hit}"></iframe></foreignObject></svg>`,
  'svg use data': '<svg><use href="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4#x"></use></svg>',
  'svg animate': `<svg><a><animate attributeName=href values="javascript:${hit}" /><text>x</text></a></svg>`,
  'video handlers': `<video onmouseover="${hit}" poster="https://evil.invalid/a"><source src=x onerror="${hit}"></video>`,
  'details ontoggle': `<details open ontoggle="${hit}"><summary>s</summary></details>`,
  'body onload': `<body onload="${hit}">text</body>`,
  'javascript link': `<a href="javascript:${hit}">x</a>`,
  'javascript link with tabs': `<a href="java&#9;script:${hit}">x</a><a href="&#1;javascript:${hit}">y</a>`,
  'javascript link with entities': `<a href="&#x6A;avascript&colon;${hit}">x</a>`,
  'data link': `<a href="data:text/html,<script>${hit}</script>">x</a>`,
  'other links':
    '<a href="vbscript:msgbox(1)">x</a><a href="blob:https://a/b">y</a><a href="file:///etc/passwd">z</a>',
  'meta refresh': '<meta http-equiv=refresh content="0;url=https://evil.invalid">',
  base: '<base href="https://evil.invalid/">',
  form: `<form action="https://evil.invalid"><button formaction="javascript:${hit}">go</button><input name=a autofocus onfocus="${hit}"></form>`,
  'iframe srcdoc': `<iframe srcdoc="<script>parent.hit=1</script>"></iframe>`,
  'object and embed': `<object data="javascript:${hit}"></object><embed src="https://evil.invalid/a.swf">`,
  'style sheet':
    '<link rel=stylesheet href="https://evil.invalid/a.css"><style>@import "https://evil.invalid";*{display:none}</style>',
  'style url': '<div style="background:url(https://evil.invalid/beacon)">x</div>',
  'style escape': '<div style="background:u\\72l(https://evil.invalid/beacon)">x</div>',
  overlay: '<div style="position:fixed;inset:0;z-index:99999;background:red">click</div>',
  'negative margin': '<div style="margin-top:-900px">x</div>',
  clobbering:
    '<img id=body name=cookie src="data:image/png;base64,AA=="><a id=location>x</a><form id=services></form>',
  'command hooks': '<button data-commandlinker-command="x" data-load="javascript:1">go</button>',
  posing: '<div role="dialog" aria-label="Session expired" class="at-cell at-menu">Sign in</div>',
  'mutation math': `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${hit}&gt;">`,
  'mutation noscript': `<noscript><p title="</noscript><img src=x onerror=${hit}>"></noscript>`,
  'mutation template': `<template><img src=x onerror=${hit}></template>`,
  'mutation svg': `<svg></p><style><a id="</style><img src=1 onerror=${hit}>">`,
  'remote image': '<img src="https://evil.invalid/a.png" srcset="https://evil.invalid/b.png 2x">',
  'protocol-relative image': '<img src="//evil.invalid/a.png"><img src="\\\\evil.invalid/a.png">',
  picture:
    '<picture><source srcset="https://evil.invalid/a.png"><img src="https://evil.invalid/b.png"></picture>',
  'table background':
    '<table background="https://evil.invalid/a.png"><tr><td background="//evil.invalid/b">x</td></tr></table>',
  'svg image':
    '<svg><image href="https://evil.invalid/a.png" /><style>@import "https://evil.invalid"</style></svg>',
  ping: '<a href="https://example.invalid" ping="https://evil.invalid">x</a>',
};

const markdown: readonly string[] = [
  ...Object.values(attacks),
  `[x](javascript:${hit}) ![y](https://evil.invalid/a.png) <https://ok.invalid>`,
  '$\\href{javascript:window.hit=1}{x}$ $\\htmlData{a=b}{x}$ $\\includegraphics{https://evil.invalid/a.png}$',
  '$\\def\\a{\\b\\b}\\def\\b{\\c\\c}\\def\\c{\\d\\d}\\def\\d{\\a\\a}\\a$',
];

const outputs = Object.values(attacks).flatMap((html): Record<string, unknown>[] => [
  { output_type: 'display_data', data: { 'text/html': html, 'text/plain': 'x' }, metadata: {} },
  ...(html.startsWith('<svg')
    ? [{ output_type: 'display_data', data: { 'image/svg+xml': html, 'text/plain': 'x' }, metadata: {} }]
    : []),
]);
const ansi = [
  {
    output_type: 'stream',
    name: 'stdout',
    text: `\u001b]8;;javascript:${hit}\u0007link\u001b]8;;\u0007 <img src=x onerror=${hit}>`,
  },
  {
    output_type: 'error',
    ename: '<b>Error</b>',
    evalue: `<img src=x onerror=${hit}>`,
    traceback: [`\u001b[31m<script>${hit}</script>`],
  },
];

test('no output and no Markdown of a hostile notebook runs, loads, leads away or poses [J2, P4]', async ({
  ide,
}) => {
  const { page } = ide;
  const notebook = JSON.parse(notebookOf(...[...outputs, ...ansi].map(() => 'pass'))) as NotebookJson;
  for (const [index, output] of [...outputs, ...ansi].entries())
    (notebook.cells[index] as CellJson).outputs = [output];
  const text = markdown.map((source, i) => ({
    cell_type: 'markdown',
    id: `text-${i}`,
    metadata: {},
    source,
  }));
  notebook.cells.push(...text);
  await ide.write('hostile.ipynb', JSON.stringify(notebook));
  const opened = await ide.openNotebook('hostile.ipynb');
  for (const [index] of notebook.cells.entries()) {
    for (let tries = 0; (await opened.cell(index).count()) === 0 && tries < 100; tries += 1) {
      await opened.region.getByRole('list', { name: 'Cells' }).hover();
      await page.mouse.wheel(0, 300);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
    expect(await opened.cell(index).evaluate(findings), `cell ${index}`).toEqual([]);
  }
  expect(await page.evaluate(() => (globalThis as { hit?: number }).hit)).toBeUndefined();
  expect(new URL(page.url()).origin).toBe(ide.product.origin);
});

/** Runs in the page: what must not be there, below the outputs and the rendered text of one cell. */
function findings(cell: Element): string[] {
  const found: string[] = [];
  const bad =
    /^(?:script|style|link|meta|base|iframe|object|embed|form|input|video|audio|source|template|noscript|foreignobject|use)$/i;
  for (const root of cell.querySelectorAll(
    '.at-html-output, .at-markdown, .at-image-output, .at-text-output',
  )) {
    for (const element of root.querySelectorAll('*')) {
      const where = `${element.nodeName}: ${element.outerHTML.slice(0, 120)}`;
      if (element.closest('.katex')) continue;
      const isOurs = element.closest('.at-image-placeholder') !== null;
      if (bad.test(element.nodeName) || (element.nodeName === 'BUTTON' && !isOurs)) found.push(where);
      for (const { name, value } of element.attributes) {
        const isBad =
          /^on|^(?:srcset|background|ping|name|role|aria-.*|action|formaction|poster)$/i.test(name) ||
          (name === 'id' && !value.startsWith('user-content-')) ||
          (name === 'src' && !/^(?:data:image|blob:)/.test(value)) ||
          (name === 'href' && !/^(?:https?:|mailto:|#|\?path=)/.test(value)) ||
          (name === 'style' && /url|position|fixed|-900|\\/.test(value)) ||
          (name === 'target' && element.getAttribute('rel') !== 'noopener noreferrer');
        if (isBad) found.push(`${name}=${value} in ${where}`);
      }
    }
  }
  return found;
}
