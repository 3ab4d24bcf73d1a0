/** The bytes behind base64 of a kernel; null where it is none. */
export function bytesOfBase64(data: string): Uint8Array<ArrayBuffer> | null {
  try {
    const binary = atob(data.replaceAll(/\s+/g, ''));
    return Uint8Array.from(binary, (unit) => unit.charCodeAt(0));
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
