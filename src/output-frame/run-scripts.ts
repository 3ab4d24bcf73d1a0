/** Scripts of outputs: run in order, each to its end before the next; those of other servers are never asked for. */
import { packagedText } from './packaged-libraries.ts';

/** Runs the text of a script. What it throws at once, or a fault of its grammar, is thrown here. */
export function runScript(parent: Element, text: string): void {
  const script = document.createElement('script');
  script.textContent = packagedText(text);
  insert(script, () => parent.append(script));
}

/** Puts a document's or fragment's markup in place and runs its scripts. */
export async function insertMarkup(
  parent: Element,
  markup: ParentNode & Node,
  signal: AbortSignal,
): Promise<void> {
  // Those of SVG are no scripts of the page; they stay as inert as they came.
  const scripts = [...markup.querySelectorAll('script')].filter((one) => one instanceof HTMLScriptElement);
  for (const { src } of scripts) refuseForeign(packagedText(src));
  parent.append(markup);
  for (const inert of scripts) {
    if (signal.aborted) return;
    // oxlint-disable-next-line no-await-in-loop -- a later script counts on an earlier one
    await revive(inert);
  }
}

function refuseForeign(address: string): void {
  if (address === '' || /^(?:data|blob):/.test(address)) return;
  if (new URL(address, import.meta.url).origin === new URL(import.meta.url).origin) return;
  throw new Error(`It needs ${address}, and nothing is loaded from other servers.`);
}

/** Scripts that came with markup do not run by themselves: a copy does. */
async function revive(inert: HTMLScriptElement): Promise<void> {
  const script = document.createElement('script');
  for (const { name, value } of inert.attributes) script.setAttribute(name, value);
  if (inert.src !== '') script.src = packagedText(inert.src);
  script.textContent = packagedText(inert.text);
  const waits = isRun(script) && (script.src !== '' || script.type === 'module');
  const loaded = waits
    ? new Promise<void>((resolve) => {
        script.addEventListener('load', () => resolve());
        script.addEventListener('error', () => resolve());
      })
    : null;
  // A fault in one script of a page does not keep the rest from being shown.
  inert.replaceWith(script);
  await loaded;
}

const JAVASCRIPT = /^(?:|module|(?:text|application)\/(?:x-)?(?:java|ecma)script)$/i;

/** Data and templates in script elements are never loaded, and nobody says so. */
function isRun({ type, noModule }: HTMLScriptElement): boolean {
  return JAVASCRIPT.test(type.trim()) && !noModule;
}

function insert(script: HTMLScriptElement, act: () => void): void {
  let fault: string | null = null;
  const note = (event: ErrorEvent) => {
    fault = event.message;
    event.preventDefault();
  };
  window.addEventListener('error', note);
  try {
    act();
  } finally {
    window.removeEventListener('error', note);
    script.remove();
  }
  if (fault !== null) throw new Error(fault);
}
