import { type MouseEvent, useLayoutEffect, useRef, useState } from 'react';
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { useStore } from '@/services/use-store.ts';
import { renderDiagrams } from '../markdown/render-diagrams.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { colorCode } from './color-code.ts';
import type { PictureSizes } from './picture-sizes.ts';
import { showRemoteImages } from './remote-images.ts';
import { missing, type PendingImage, resolveFragment } from './resolve.ts';

type SafeHtmlProps = {
  html: string;
  className: string;
  /** `data-mime` of an output; none for a Markdown cell. */
  mime?: string;
  attachments?: JsonObject | undefined;
  /** Changes what is safe by now, each time it is put into the page. */
  enhance?: ((host: HTMLElement) => void) | undefined;
};

/** Foreign HTML, sanitised, with its images and links resolved before any of it is in the page. */
export function SafeHtml({ html, className, mime, attachments, enhance }: SafeHtmlProps) {
  const view = useNotebook();
  const { sanitizer, services, colors, formulas, pictures, finder } = view;
  const folder = useNotebookState((state) => state.path.slice(0, Math.max(0, state.path.lastIndexOf('/'))));
  const loadsRemote = useNotebookState((state) => state.loadsRemoteImages);
  const hostRef = useRef<HTMLDivElement>(null);
  const [hadScript, setHadScript] = useState(false);

  useLayoutEffect(() => {
    const host = hostRef.current;
    if (!host) return;
    const end = new AbortController();
    const urls: string[] = [];
    const { fragment, hadScript: found } = sanitizer.sanitize(html);
    const pending = resolveFragment(fragment, { folder, attachments });
    for (const { path, image } of pending) {
      const standIn = pictures.standIn(path);
      if (standIn !== undefined) image.src = standIn;
    }
    host.replaceChildren(fragment);
    enhance?.(host);
    setHadScript(found);
    for (const one of pending) {
      const read = async (path: string) =>
        (await finder.has(path)) ? services.files.readBlob(path, end.signal) : null;
      void loadImage(one, read, end.signal, { urls, pictures });
    }
    void formulas.setAll(host, () => end.signal.aborted);
    const stopColors = colorCode(host, colors);
    return () => {
      end.abort();
      stopColors();
      for (const url of urls) URL.revokeObjectURL(url);
    };
  }, [html, attachments, folder, sanitizer, services, colors, formulas, pictures, finder, enhance]);

  useLayoutEffect(() => {
    const host = hostRef.current;
    return host && loadsRemote ? showRemoteImages(host) : undefined;
    // Whatever puts new content into the host brings new placeholders.
  }, [
    loadsRemote,
    html,
    attachments,
    folder,
    sanitizer,
    services,
    colors,
    formulas,
    pictures,
    finder,
    enhance,
  ]);

  const isDark = useStore(services.theme.store, ({ theme }) => theme === 'dark' || theme === 'high-contrast');
  useLayoutEffect(() => {
    const host = hostRef.current;
    return host ? renderDiagrams(host, isDark) : undefined;
  }, [isDark, html, attachments, folder, sanitizer, services, colors, formulas, pictures, finder, enhance]);

  const handleClick = (event: MouseEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('[data-load]')) {
      view.session.store.setState({ loadsRemoteImages: true });
      return;
    }
    const link = target?.closest('a');
    const { path, heading } = link?.dataset ?? {};
    if (path === undefined && heading === undefined) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (path !== undefined) services.tabs.openPath(path);
    else if (heading !== undefined && !goWithin(hostRef.current, heading)) view.revealHeading(heading);
  };

  return (
    <>
      {/* Links and buttons inside are reached by key; this only listens for what bubbles. */}
      <div ref={hostRef} className={className} data-mime={mime} onClick={handleClick} />
      {hadScript ? <div className="at-output-note">This output has scripts. They were not run.</div> : null}
    </>
  );
}

/** Goes to a place of the same text: a footnote, a heading further down. */
function goWithin(host: HTMLElement | null, fragment: string): boolean {
  const target = host?.querySelector<HTMLElement>(`#${CSS.escape(`user-content-${fragment}`)}`);
  if (!target) return false;
  target.scrollIntoView({ block: 'nearest' });
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
  return true;
}

// oxlint-disable-next-line max-params -- the image, how to read it, what ends it, and what is kept of it
async function loadImage(
  { path, address, image }: PendingImage,
  read: (path: string) => Promise<Blob | null>,
  signal: AbortSignal,
  { urls, pictures }: { urls: string[]; pictures: PictureSizes },
): Promise<void> {
  try {
    const blob = await read(path);
    if (signal.aborted) return;
    if (!blob) {
      image.replaceWith(missing(image, address));
      return;
    }
    const url = URL.createObjectURL(typedImage(path, blob));
    urls.push(url);
    image.addEventListener('error', () => image.replaceWith(missing(image, address)), { once: true });
    image.addEventListener('load', () => pictures.note(path, image));
    image.src = url;
    delete image.dataset['pending'];
  } catch {
    // Not there, or not to be read: the placeholder names the path.
    if (!signal.aborted) image.replaceWith(missing(image, address));
  }
}

/** File servers answer with types of their own; for a picture the name decides. */
function typedImage(path: string, blob: Blob): Blob {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const type = { svg: 'image/svg+xml', jpg: 'image/jpeg' }[extension] ?? `image/${extension}`;
  return blob.type === type ? blob : new Blob([blob], { type });
}
