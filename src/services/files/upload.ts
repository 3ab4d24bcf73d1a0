import { ProblemError, problem } from '@atelier-ide/contract';
import { abortReason } from '../clock.ts';
import type { Gate } from '../studio-api/gate.ts';
import { problemFrom } from '../studio-api/read-problem.ts';

/** A file to send, where to, and under which condition. */
export type UploadRequest = {
  url: string;
  file: Blob;
  headers: Record<string, string>;
  onProgress(sent: number): void;
  signal: AbortSignal;
};

/** Sends a file in one PUT. XMLHttpRequest, because `fetch` cannot tell how much of a body has gone out. */
export function sendUpload(gate: Gate, xhr: () => XMLHttpRequest, upload: UploadRequest): Promise<void> {
  const { url, file, headers, signal } = upload;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortReason(signal));
      return;
    }
    const request = xhr();
    const stop = () => request.abort();
    const settle = (end: () => void) => {
      signal.removeEventListener('abort', stop);
      end();
    };
    request.open('PUT', url);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    for (const [name, value] of Object.entries({ ...headers, ...gate.writeHeaders() })) {
      request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => upload.onProgress(event.loaded);
    request.onload = () => {
      if (request.status === 401) gate.reject();
      if (request.status >= 200 && request.status < 300) settle(resolve);
      else settle(() => reject(new ProblemError(problemFrom(request.status, request.responseText))));
    };
    request.onerror = () =>
      settle(() =>
        reject(new ProblemError(problem('app-unreachable', 'The upload was cut. Nothing was stored.'))),
      );
    request.onabort = () => settle(() => reject(abortReason(signal)));
    signal.addEventListener('abort', stop, { once: true });
    request.send(file);
  });
}
