/** Images that are pasted or dropped onto a text cell become attachments of it. */
import { attachmentProblem } from '../document/attachments.ts';
import type { PropertyActions } from '../session/property-actions.ts';

/** The images in what was pasted. Text goes first: office programs add a picture of it. */
export function imagesOfPaste(data: DataTransfer): File[] {
  return data.getData('text/plain') === '' ? imagesIn(data) : [];
}

export function imagesIn(data: DataTransfer): File[] {
  return [...data.files].filter((file) => file.type.startsWith('image/'));
}

/** Reads the images and attaches them where the cursor is; what cannot be attached is told in the cell. */
export async function attachImages(
  properties: PropertyActions,
  id: Parameters<PropertyActions['attach']>[0],
  files: readonly File[],
): Promise<void> {
  const fitting = files.filter((file) => attachmentProblem(file) === null);
  const images = await Promise.all(
    fitting.map(async (file) => ({
      name: file.name,
      mime: file.type,
      base64: toBase64(new Uint8Array(await file.arrayBuffer())),
    })),
  );
  properties.attach(id, images);
  const refused = files.find((file) => attachmentProblem(file) !== null);
  if (refused) properties.refuse(id, attachmentProblem(refused) ?? '');
}

function toBase64(bytes: Uint8Array): string {
  const PART = 0x8000;
  let text = '';
  for (let at = 0; at < bytes.length; at += PART) {
    text += String.fromCodePoint(...bytes.subarray(at, at + PART));
  }
  return btoa(text);
}
