import mermaid from 'mermaid';

/** Draws one diagram; the answer is the text of an SVG. Rejects with what is wrong with the source. */
export async function drawDiagram(source: string, isDark: boolean, place: HTMLElement): Promise<string> {
  mermaid.initialize({
    startOnLoad: false,
    // Labels are text, links and clicks are left out, nothing that a source says changes this.
    securityLevel: 'strict',
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    suppressErrorRendering: true,
    maxTextSize: 100_000,
    theme: isDark ? 'dark' : 'default',
    // The drawing becomes an image, which knows no typefaces of the page.
    fontFamily: 'system-ui, sans-serif',
    secure: [
      'secure',
      'securityLevel',
      'startOnLoad',
      'maxTextSize',
      'suppressErrorRendering',
      'htmlLabels',
      'flowchart',
      'fontFamily',
      'themeCSS',
    ],
  });
  const { svg } = await mermaid.render(`at-diagram-${crypto.randomUUID()}`, source, place);
  return svg;
}
