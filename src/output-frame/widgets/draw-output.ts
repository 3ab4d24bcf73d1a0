/** One output inside an Output widget: text, pictures, scripts, and widgets again. */
import { isJsonMime, type Output, type RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { chooseMime, WIDGET_VIEW_MIME } from '@atelier-ide/core/outputs/choose-mime.ts';
import type { FrameManager } from './frame-manager.ts';
import { asText } from '../output-text.ts';
import { terminalMarkup } from './terminal-markup.ts';
import { showView } from './show-view.ts';

type Context = { signal: AbortSignal; manager: FrameManager };

const IMAGE = /^image\/(?:png|jpeg|gif|webp)$/;
const SCRIPTED =
  /^(?:text\/html|image\/svg\+xml|(?:application|text)\/javascript|application\/vnd\.(?:plotly|vega|bokeh).*json)$/;

function isDrawn(mime: string): boolean {
  return (
    mime === WIDGET_VIEW_MIME ||
    IMAGE.test(mime) ||
    SCRIPTED.test(mime) ||
    mime === 'text/plain' ||
    mime === 'text/markdown' ||
    mime === 'text/latex' ||
    mime === 'application/json'
  );
}

/** Draws it; what fails is shown in words in its place. */
export async function drawOutput(element: HTMLElement, output: Output, context: Context): Promise<void> {
  if (output.output_type === 'stream') {
    element.append(pre(output.text, output.name === 'stderr' ? 'error' : 'text'));
    return;
  }
  if (output.output_type === 'error') {
    const text =
      output.traceback.length > 0 ? output.traceback.join('\n') : `${output.ename}: ${output.evalue}`;
    element.append(pre(text, 'error'));
    return;
  }
  try {
    await drawRich(element, output, context);
  } catch (error) {
    if (!context.signal.aborted)
      element.append(pre(error instanceof Error ? error.message : String(error), 'note'));
  }
}

async function drawRich(
  element: HTMLElement,
  { data, metadata }: RichOutput,
  context: Context,
): Promise<void> {
  const { mime } = chooseMime(data, { supported: isDrawn, allowScript: true });
  if (mime === undefined) return;
  const value = data[mime];
  if (mime === WIDGET_VIEW_MIME) await showView(element, value, context);
  else if (IMAGE.test(mime)) element.append(image(mime, asText(value)));
  else if (SCRIPTED.test(mime)) {
    const { rendererFor } = await import('../renderers.ts');
    const type = mime === 'image/svg+xml' ? 'text/html' : mime;
    const renderer = await rendererFor(type);
    const request = { mime: type, data: value, metadata };
    await renderer.render(element, request, { signal: context.signal, theme: context.manager.theme });
  } else element.append(pre(isJsonMime(mime) ? JSON.stringify(value, null, 2) : asText(value), 'text'));
}

function pre(text: string, kind: 'text' | 'error' | 'note'): HTMLElement {
  const element = document.createElement('pre');
  element.className = 'widget-output-text';
  element.dataset['kind'] = kind;
  element.append(terminalMarkup(text));
  return element;
}

function image(mime: string, data: string): HTMLElement {
  const element = document.createElement('img');
  element.src = `data:${mime};base64,${data.replaceAll(/\s/g, '')}`;
  element.alt = 'Image';
  return element;
}
