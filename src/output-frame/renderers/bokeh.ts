/**
 * Bokeh's two types. `load` is the script of `output_notebook()`, with the library in it (INLINE) or with addresses of a
 * public server, which become those of the packaged one. `exec` draws into an element that an HTML output before it
 * brought; it waits a second for the library, so the library is made sure of before it runs.
 */
import { makeFunctions } from '../make-functions.ts';
import { asText } from '../output-text.ts';
import { bokehUrls, loadPackaged } from '../packaged-libraries.ts';
import type { FrameRenderer } from '../protocol.ts';
import { runScript } from '../run-scripts.ts';

type Root = { Bokeh?: unknown; _bokeh_is_loading?: number };
const root = globalThis as Root;

export const bokehRenderer: FrameRenderer = {
  mimes: (mime) => mime.startsWith('application/vnd.bokehjs_'),
  async render(host, { mime, data, metadata }, { signal }) {
    const script = asText(data);
    makeFunctions();
    if (mime.includes('bokehjs_load')) {
      runScript(host, script);
      await whenLoaded(signal);
      return;
    }
    const { server_id: server } = (metadata[mime] ?? {}) as { server_id?: unknown };
    if (server !== undefined)
      throw new Error('It comes from a Bokeh server, which cannot be reached from here.');
    if ((root._bokeh_is_loading ?? 0) > 0) await whenLoaded(signal);
    // Its `load` may be an output of another cell, which is not shown here.
    // oxlint-disable-next-line no-await-in-loop -- each counts on the first
    if (!isLoaded()) for (const url of bokehUrls) await loadPackaged(url);
    if (signal.aborted) return;
    runScript(host, script);
  },
};

/** The count is there only where the script loads by address. */
const isLoaded = () => root.Bokeh !== undefined && (root._bokeh_is_loading ?? 0) === 0;

async function whenLoaded(signal: AbortSignal): Promise<void> {
  while (!isLoaded() && !signal.aborted)
    // oxlint-disable-next-line no-await-in-loop -- the script tells nobody else when it is done
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
}
