/**
 * How a save travels: whole, as what differs from the file, or in parts. What a proxy in between takes at once is not
 * told by anything, it is learnt: by its 413, or where it cuts the connection, by a part that comes through.
 */
import { ProblemError } from '@atelier-ide/contract';
import type { SaveResult } from './files-service.ts';
import { type AppRequest, isProblem } from './requests.ts';
import { encodePatch } from './text-patch.ts';
import { hashOf } from './text.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export type PartsSave = {
  /** `path=…`, as an address has it. */
  query: string;
  /** Condition and fence. */
  headers: Readonly<Record<string, string>>;
  bytes: Bytes;
  /** What the file holds by the condition, and what it shall hold. */
  texts?: { before: string; after: string } | undefined;
  /** Sends all of it where the app has no `studio/file`; as base64. */
  whole?: () => Promise<SaveResult>;
};

/** What is tried when more did not come through. */
const PART_SIZES = [8_000_000, 900_000, 200_000, 50_000];
/** A cut of a smaller body says nothing of its size. */
const SUSPECT_BYTES = 256 * 1024;
const BASE64_GROWTH = 4 / 3;
/** Shorter files travel whole. */
const PATCH_FROM = 64 * 1024;

export class SaveParts {
  readonly #request: AppRequest;
  #limit = Number.POSITIVE_INFINITY;
  /** Apps of earlier versions know no parts … */
  #isKnown = true;
  /** … and no patches. */
  #takesPatches = true;
  /** A patch, or what ends parts, came through. */
  #hasPatched = false;

  constructor(request: AppRequest) {
    this.#request = request;
  }

  async save(save: PartsSave): Promise<SaveResult> {
    const patch = await this.#patchOf(save);
    let isMissing = false;
    if (patch) {
      try {
        return await this.#send(save, 'splices', patch);
      } catch (error) {
        // Whatever was wrong with it, the whole file is right.
        if (!isProblem(error, 404, 405, 422, 501)) throw error;
        isMissing = isProblem(error, 404);
        if (isProblem(error, 405, 501)) this.#takesPatches = false;
      }
    }
    const result = await this.#send(save, 'whole', { body: save.bytes, result: null });
    // Nothing else was missing: neither the file nor the app.
    if (isMissing && !this.#hasPatched) this.#takesPatches = false;
    return result;
  }

  async #patchOf({ bytes, texts }: PartsSave): Promise<Sent | null> {
    if (!texts || bytes.length < PATCH_FROM || !this.#isKnown || !this.#takesPatches || !canHash())
      return null;
    const body = encodePatch(texts.before, texts.after);
    return body && { body, result: await hashOf(bytes) };
  }

  async #send(save: PartsSave, kind: Kind, sent: Sent): Promise<SaveResult> {
    const { body } = sent;
    const length = kind === 'whole' && save.whole ? body.length * BASE64_GROWTH : body.length;
    if (length <= this.#limit) {
      try {
        return await this.#sendAtOnce(save, kind, sent);
      } catch (error) {
        const isCut = !(error instanceof ProblemError) && body.length >= SUSPECT_BYTES;
        if (!this.#isKnown || !(isTooLarge(error) || isCut)) throw error;
        if (isCut) return this.#sendInParts(save, kind, { ...sent, cut: error });
      }
    }
    return this.#sendInParts(save, kind, sent);
  }

  async #sendAtOnce(save: PartsSave, kind: Kind, { body, result }: Sent): Promise<SaveResult> {
    if (kind === 'whole') return save.whole?.() ?? this.#put(`studio/file?${save.query}`, body, save.headers);
    return this.#patch(`${save.query}&kind=${kind}&result=${result ?? ''}`, body, save.headers);
  }

  async #patch(query: string, body: Bytes, headers: Readonly<Record<string, string>>): Promise<SaveResult> {
    const answer = await this.#put(`studio/patch?${query}`, body, headers);
    this.#hasPatched = true;
    return answer;
  }

  async #put(address: string, body: Bytes, headers: Readonly<Record<string, string>>): Promise<SaveResult> {
    const response = await this.#request(address, {
      method: 'PUT',
      body,
      headers: { 'Content-Type': 'application/octet-stream', ...headers },
    });
    return (await response.json()) as SaveResult;
  }

  async #sendInParts(save: PartsSave, kind: Kind, sent: Sent): Promise<SaveResult> {
    try {
      return await this.#sendParts(save, kind, sent);
    } catch (error) {
      // Parts that wait for long are swept away: once more from the beginning.
      if (!(error instanceof ProblemError) || error.problem.code !== 'part-missing') throw error;
      return this.#sendParts(save, kind, sent);
    }
  }

  async #sendParts(save: PartsSave, kind: Kind, sent: Sent): Promise<SaveResult> {
    const { body } = sent;
    const upload = newUpload();
    let offset = 0;
    let size = Math.min(this.#limit, nextSmaller(body.length));
    while (offset < body.length) {
      const part = body.slice(offset, offset + size);
      try {
        await this.#put(`studio/part?${save.query}&upload=${upload}&offset=${offset}`, part, save.headers);
      } catch (error) {
        if (offset === 0 && isProblem(error, 404, 405, 501)) {
          this.#isKnown = false;
          return this.#sendAtOnce(save, 'whole', { body: save.bytes, result: null });
        }
        const smaller = nextSmaller(part.length);
        const isSuspect =
          isTooLarge(error) || (!(error instanceof ProblemError) && part.length > SUSPECT_BYTES);
        if (!isSuspect || smaller === part.length) throw sent.cut ?? error;
        size = smaller;
        continue;
      }
      offset += part.length;
      this.#limit = Math.min(this.#limit, size);
    }
    const result = sent.result ?? (canHash() ? await hashOf(body) : null);
    const promised = `&size=${body.length}${result === null ? '' : `&result=${result}`}`;
    const query = `${save.query}&kind=${kind}&upload=${upload}${promised}`;
    return this.#patch(query, new Uint8Array(), save.headers);
  }
}

type Kind = 'whole' | 'splices';
/** `result`: the hash of the new file; `cut`: why it is sent in parts, where that was no answer. */
type Sent = { body: Bytes; result: string | null; cut?: unknown };

/** Parts do not get around what our own server takes at most, nor around what stands behind it. */
const isTooLarge = (error: unknown) =>
  isProblem(error, 413) && error.problem['limit'] === undefined && error.problem['upstream'] !== true;

const nextSmaller = (length: number) => PART_SIZES.find((size) => size < length) ?? length;

/** Pages over plain HTTP have no hashes. */
const canHash = () => globalThis.crypto.subtle !== undefined;

function newUpload(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
