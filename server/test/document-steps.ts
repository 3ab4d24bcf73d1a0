/** What tests do with documents of a whole server, by its API alone. */
import { randomUUID } from 'node:crypto';
import type { Execution, StudioDocument, StudioEvent } from '@atelier-ide/contract';
import type { ServerFront } from './server-front.ts';

/** Whatever is the default. */
export const environment = { imageId: null, kernelName: 'python3', instanceType: null };

type EventOf<T extends StudioEvent['type']> = Extract<StudioEvent, { type: T }>;

/** Resolves once the execution is in one of these states, also when that was before anybody listened. */
export async function untilState(
  front: ServerFront,
  documentId: string,
  id: string,
  ...states: readonly Execution['state'][]
): Promise<void> {
  const fits = (one: Execution): boolean => one.id === id && states.includes(one.state);
  const event = front.untilEvent(
    (one): one is EventOf<'execution'> => one.type === 'execution' && fits(one.execution),
  );
  const known = await front.client.all('listExecutions', { params: { id: documentId } });
  if (!known.some(fits)) await event;
}

/** Resolves with the binding once it is `bound`. */
export async function untilBound(front: ServerFront, id: string): Promise<StudioDocument['binding']> {
  const event = front.untilEvent(
    (one): one is EventOf<'document'> =>
      one.type === 'document' && one.document.id === id && one.document.binding.state === 'bound',
  );
  const { binding } = await front.client.call('getDocument', { params: { id } });
  return binding.state === 'bound' ? binding : (await event).document.binding;
}

/** A new notebook with a kernel. */
export async function bindNew(front: ServerFront): Promise<Pick<StudioDocument, 'id' | 'binding'>> {
  const { id } = await front.client.call('putDocument', { body: { path: `${randomUUID()}.ipynb` } });
  await front.client.call('putBinding', { params: { id }, ifMatch: 0, body: { environment } });
  return { id, binding: await untilBound(front, id) };
}

/** Runs cells; their execution ids. */
export async function submit(front: ServerFront, id: string, ...codes: string[]): Promise<string[]> {
  const items = codes.map((code) => ({ id: randomUUID(), cellId: randomUUID(), sourceHash: 'h', code }));
  await front.client.call('createExecutions', { params: { id }, body: { stopOnError: true, items } });
  return items.map((item) => item.id);
}
