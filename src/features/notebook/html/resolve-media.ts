import { imageAddress } from './addresses.ts';

const PLAYED = /^data:(?:audio|video)\/[\w.+-]+[;,]/i;

/**
 * Sound and film that the output itself carries get a player; for what is elsewhere a link stands in its place, which
 * `resolveFragment` makes safe like any other.
 */
export function resolveMedia(media: HTMLMediaElement, folder: string): void {
  const sources = [media, ...media.querySelectorAll('source')].map((one) => one.getAttribute('src') ?? '');
  const address = sources.find((one) => one.trim() !== '') ?? '';
  if (PLAYED.test(address)) {
    media.replaceChildren();
    media.setAttribute('src', address);
    media.setAttribute('controls', '');
    return;
  }
  const { ownerDocument } = media;
  const what = media.nodeName === 'VIDEO' ? 'Video' : 'Audio';
  const box = ownerDocument.createElement('span');
  box.className = 'at-image-placeholder';
  const { kind } = imageAddress(address, folder);
  if (kind === 'file' || kind === 'remote') {
    const link = ownerDocument.createElement('a');
    link.setAttribute('href', address);
    link.textContent = `${what}: ${address}`;
    box.append(link);
  } else box.textContent = `${what} without data`;
  media.replaceWith(box);
}
