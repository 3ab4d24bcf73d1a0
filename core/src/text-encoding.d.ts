/**
 * The two classes of the platform that this package uses. Browsers and Node have them, but their types come with the
 * DOM or with Node, and neither may be assumed here.
 */
declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: 'utf-8', options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  decode(bytes?: Uint8Array): string;
}
