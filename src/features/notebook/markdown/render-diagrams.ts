/**
 * Puts diagrams in place of ```mermaid code. A diagram becomes an image: nothing in it runs, loads, or reaches out of its
 * box. What cannot be drawn stays as its text, with a sentence that says why. Mermaid comes with the first diagram.
 */
const CODE = 'pre > code.language-mermaid';

/** Draws what is below an element, again when the theme is another. Returns how to stop. */
export function renderDiagrams(host: HTMLElement, isDark: boolean): () => void {
  const end = new AbortController();
  const places = [...host.querySelectorAll<HTMLElement>(`${CODE}, .at-diagram`)].map(asDiagram);
  if (places.length > 0) void drawAll(places, isDark, end.signal);
  return () => end.abort();
}

/** The place of a diagram: what is in the page already, or made of its code. */
function asDiagram(element: HTMLElement): HTMLElement {
  if (element.classList.contains('at-diagram')) return element;
  const diagram = element.ownerDocument.createElement('div');
  diagram.className = 'at-diagram';
  diagram.dataset['source'] = element.textContent;
  element.parentElement?.replaceWith(diagram);
  // Until it is drawn, and where it cannot be, its text is there.
  if (element.parentElement) diagram.append(element.parentElement);
  return diagram;
}

async function drawAll(places: readonly HTMLElement[], isDark: boolean, signal: AbortSignal): Promise<void> {
  const { drawDiagram } = await import('./diagram-setup.ts');
  for (const place of places) {
    if (signal.aborted) return;
    const source = place.dataset['source'] ?? '';
    const { ownerDocument } = place;
    const bench = ownerDocument.createElement('div');
    bench.className = 'at-diagram-bench';
    place.append(bench);
    try {
      const svg = await drawDiagram(source, isDark, bench);
      if (!signal.aborted) show(place, svg, source);
    } catch (error) {
      if (!signal.aborted) fail(place, error);
    } finally {
      bench.remove();
    }
  }
}

function show(place: HTMLElement, svg: string, source: string): void {
  const view = place.ownerDocument.defaultView;
  const drawn = view && new view.DOMParser().parseFromString(svg, 'text/html').querySelector('svg');
  if (!view || !drawn) {
    fail(place, new Error('There is nothing in it'));
    return;
  }
  drawn.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const [, , width, height] = (drawn.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number);
  if (width && height) {
    drawn.setAttribute('width', String(width));
    drawn.setAttribute('height', String(height));
  }
  const image = place.ownerDocument.createElement('img');
  const text = new view.XMLSerializer().serializeToString(drawn);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  image.alt = `Diagram: ${drawn.querySelector('title')?.textContent || source.trim()}`;
  place.replaceChildren(image);
}

/** The first line of what is said, without the picture of the place below it. */
function fail(place: HTMLElement, error: unknown): void {
  const [words = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const note = place.ownerDocument.createElement('div');
  note.className = 'at-output-note';
  note.textContent = `This diagram cannot be drawn. ${words.replace(/[.:\s]*$/, '')}.`;
  const code = place.ownerDocument.createElement('pre');
  code.textContent = place.dataset['source'] ?? '';
  place.replaceChildren(note, code);
}
