/** Images that a text cell carries in itself, and how its text names them. */
import { isJsonObject, type JsonObject, type NotebookCell } from '@atelier-ide/core/notebook/model.ts';

/** Larger images make every save and every diff slow: they belong into a file. */
const MAX_ATTACHMENT_BYTES = 5_000_000;

const SHOWN = /^image\/(?:png|jpeg|gif|webp|avif|bmp|svg\+xml)$/;

/** An image on its way into a cell. */
export type NewImage = { name: string; mime: string; base64: string };

/** Why an image is not attached, and what to do; null where it is. */
export function attachmentProblem({ name, type, size }: Pick<File, 'name' | 'type' | 'size'>): string | null {
  if (!SHOWN.test(type)) {
    return `${name} was not attached: images of the type ${type} are not shown everywhere. Save it as PNG first.`;
  }
  if (size <= MAX_ATTACHMENT_BYTES) return null;
  const megabytes = (size / 1_000_000).toFixed(1);
  return `${name} was not attached: it has ${megabytes} MB, and an attachment may have 5 MB. Upload it beside the notebook and link to it.`;
}

export type AttachedImage = {
  name: string;
  mime: string;
  bytes: number;
  /** The text of the cell names it. */
  isUsed: boolean;
};

export function attachedImages(cell: NotebookCell): AttachedImage[] {
  return Object.entries(cell.attachments ?? {}).map(([name, bundle]) => {
    const [mime = '', data] = (isJsonObject(bundle) && Object.entries(bundle)[0]) || [];
    const text = [data]
      .flat()
      .filter((part) => typeof part === 'string')
      .join('');
    return {
      name,
      mime,
      bytes: Math.floor((text.replaceAll(/\s|=/g, '').length * 3) / 4),
      isUsed: isUsed(cell, name),
    };
  });
}

function isUsed({ source }: NotebookCell, name: string): boolean {
  if (source.includes(`attachment:${name}`)) return true;
  return [...source.matchAll(/attachment:([^\s)"'>]+)/g)].some(
    ([, address = '']) => decoded(address) === name,
  );
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    // Not percent-encoded after all: it means itself.
    return address;
  }
}

export function withoutAttachment({ attachments }: NotebookCell, name: string): JsonObject | null {
  const { [name]: _, ...rest } = attachments ?? {};
  return Object.keys(rest).length > 0 ? rest : null;
}

/** A name that no attachment of the cell has. */
export function freeName(attachments: JsonObject | undefined, wanted: string): string {
  const dot = wanted.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [wanted.slice(0, dot), wanted.slice(dot)] : [wanted, ''];
  let name = wanted;
  for (let n = 1; attachments && Object.hasOwn(attachments, name); n++) name = `${stem}-${n}${extension}`;
  return name;
}

/** Markdown that shows an attachment. */
export function attachmentMarkdown(name: string): string {
  const alt = name.replaceAll(/[[\]\\]/g, '');
  const address = encodeURI(name).replaceAll(/[()]/g, (mark) => (mark === '(' ? '%28' : '%29'));
  return `![${alt}](attachment:${address})`;
}

/** The cell's attachments with these images, and the text that shows them, to be put in at an offset. */
export function attached(
  { attachments, source }: NotebookCell,
  images: readonly NewImage[],
  offset: number,
): { attachments: JsonObject; source: string } {
  const all: JsonObject = { ...attachments };
  const text = images.map(({ name, mime, base64 }) => {
    const free = freeName(all, name);
    all[free] = { [mime]: base64 };
    return attachmentMarkdown(free);
  });
  return { attachments: all, source: source.slice(0, offset) + text.join('\n') + source.slice(offset) };
}
