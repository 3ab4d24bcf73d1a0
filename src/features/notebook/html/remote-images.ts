/**
 * Images of other servers, once a person has asked for those of a notebook. The page itself may not load them (its
 * policy says so); each is shown in a frame without an origin whose document may load images and nothing else.
 */

/** Where the frame's document is: the page's policy names exactly this address. */
const framePath = '/frames/remote-image.html';

type Report = { kind: 'remote-image'; width: number; height: number };

function isReport(value: unknown): value is Report {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, width, height } = value as Record<string, unknown>;
  return kind === 'remote-image' && Number.isFinite(width) && Number.isFinite(height);
}

/** Puts a frame in the place of every placeholder below `host`; a failed one comes back as words. Ends with the answer. */
export function showRemoteImages(host: HTMLElement): () => void {
  const page = host.ownerDocument.defaultView;
  if (!page) return () => undefined;
  const placeholders = new Map<HTMLIFrameElement, HTMLElement>();
  for (const placeholder of host.querySelectorAll<HTMLElement>('[data-remote]')) {
    const frame = frameFor(placeholder);
    placeholders.set(frame, placeholder);
    placeholder.replaceWith(frame);
  }
  const receive = ({ source, data }: MessageEvent) => {
    const frame = [...placeholders.keys()].find((one) => one.contentWindow === source);
    if (!frame || !isReport(data)) return;
    if (data.width > 0 && data.height > 0) fit(frame, data);
    else frame.replaceWith(failed(placeholders.get(frame) ?? frame));
  };
  page.addEventListener('message', receive);
  return () => page.removeEventListener('message', receive);
}

function frameFor({ dataset, ownerDocument }: HTMLElement): HTMLIFrameElement {
  const frame = ownerDocument.createElement('iframe');
  const address = dataset['remote'] ?? '';
  frame.className = 'at-remote-image';
  frame.title = dataset['alt'] ?? address;
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.setAttribute('referrerpolicy', 'no-referrer');
  if (dataset['width'] !== undefined) frame.dataset['width'] = dataset['width'];
  frame.src = `${framePath}#${encodeURIComponent(address)}`;
  return frame;
}

/** The width that the author gave, else the image's own, never more than there is. */
function fit(frame: HTMLIFrameElement, { width, height }: Report): void {
  frame.style.width = frame.dataset['width'] ?? `${width}px`;
  frame.style.aspectRatio = `${width} / ${height}`;
  frame.dataset['loaded'] = '';
}

function failed(placeholder: HTMLElement): HTMLElement {
  const { ownerDocument, dataset } = placeholder;
  const box = ownerDocument.createElement('span');
  box.className = 'at-image-placeholder';
  box.textContent = `${dataset['remote'] ?? 'The image'} could not be loaded`;
  return box;
}
