import { describe, expect, it } from 'vitest';
import { createOrigin } from '../origin.ts';
import type { Gate } from '../studio-api/gate.ts';
import { sendUpload } from './upload.ts';

/** A request whose answers the test gives. */
class FakeXhr {
  status = 0;
  responseText = '';
  readonly headers: Record<string, string> = {};
  readonly upload = { onprogress: null as ((event: { loaded: number }) => void) | null };
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  sent: unknown = null;
  target = '';
  isAborted = false;
  open(method: string, url: string) {
    this.target = `${method} ${url}`;
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  send(body: unknown) {
    this.sent = body;
  }
  abort() {
    this.isAborted = true;
    this.onabort?.();
  }
  answer(status: number, text = '') {
    this.status = status;
    this.responseText = text;
    this.onload?.();
  }
}

function start() {
  const request = new FakeXhr();
  let rejects = 0;
  const gate = {
    writeHeaders: () => ({ 'X-XSRF-Token': 'token' }),
    reject: () => void rejects++,
    origin: createOrigin('', ''),
  } as unknown as Gate;
  const control = new AbortController();
  const progress: number[] = [];
  const file = new Blob(['data']);
  const done = sendUpload(gate, () => request as unknown as XMLHttpRequest, {
    url: '/file',
    file,
    headers: { 'If-None-Match': '*' },
    onProgress: (sent) => progress.push(sent),
    signal: control.signal,
  });
  const outcome = done.then(
    () => 'ok',
    (error: unknown) => error,
  );
  return { request, control, progress, file, outcome, rejects: () => rejects };
}

describe('upload', () => {
  it('sends the file as it is, conditionally, and tells how far it is [D2]', async () => {
    const { request, progress, file, outcome } = start();
    request.upload.onprogress?.({ loaded: 2 });
    request.upload.onprogress?.({ loaded: 4 });
    request.answer(201);
    expect(await outcome).toBe('ok');
    expect(request.target).toBe('PUT /file');
    expect(request.sent).toBe(file);
    expect(progress).toEqual([2, 4]);
    expect(request.headers).toEqual({
      'Content-Type': 'application/octet-stream',
      'If-None-Match': '*',
      'X-XSRF-Token': 'token',
    });
  });

  it('ends when it is cancelled', async () => {
    const { request, control, outcome } = start();
    control.abort();
    expect(await outcome).toMatchObject({ name: 'AbortError' });
    expect(request.isAborted).toBe(true);
  });

  it('says what the server says', async () => {
    const { request, outcome } = start();
    request.answer(
      507,
      JSON.stringify({ type: 't', title: 'Disk full', status: 507, detail: 'No space.', code: 'disk-full' }),
    );
    expect(await outcome).toMatchObject({ problem: { code: 'disk-full', detail: 'No space.' } });
  });

  it('tells the session of a 401', async () => {
    const { request, outcome, rejects } = start();
    request.answer(401);
    expect(await outcome).toMatchObject({ problem: { code: 'sign-in-required' } });
    expect(rejects()).toBe(1);
  });

  it('says that nothing was stored when the line is cut', async () => {
    const { request, outcome } = start();
    request.onerror?.();
    expect(await outcome).toMatchObject({ problem: { detail: 'The upload was cut. Nothing was stored.' } });
  });
});
