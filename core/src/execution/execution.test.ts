import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMessage, type JupyterMessage } from '../wire/message.ts';
import type { JsonObject } from '../notebook/model.ts';
import { initialKernelState, type KernelState, reduceKernelState, setKernelState } from './kernel-state.ts';
import { advance, cellStateOf, type ExecutionState, isFinished } from './states.ts';
import { kernelDied, newTracker, track, trailLost, withdrawn } from './tracker.ts';

function answer(
  type: string,
  content: JsonObject,
  parent: { id?: string; type?: string } = {},
): JupyterMessage {
  return createMessage({
    channel: type === 'execute_reply' ? 'shell' : 'iopub',
    type,
    content,
    id: `${type}-1`,
    session: 'kernel',
    date: '2026-01-01T00:00:00Z',
    parent: { msg_id: parent.id ?? 'run', msg_type: parent.type ?? 'execute_request' },
  });
}

const busy = answer('status', { execution_state: 'busy' });
const idle = answer('status', { execution_state: 'idle' });
const input = answer('execute_input', { code: 'x', execution_count: 5 });
const reply = (status: string) => answer('execute_reply', { status, execution_count: 5 });

describe('the tracker', () => {
  it.each([
    ['ok', 'done'],
    ['error', 'error'],
  ] as const)('after reply %s and idle, in whatever order everything comes, is %s', (status, state) => {
    const messages = fc.shuffledSubarray(
      [busy, input, answer('stream', { text: 'x' }), reply(status), idle],
      {
        minLength: 5,
      },
    );
    fc.assert(
      fc.property(messages, (list) => {
        let tracker = newTracker('run');
        let last: ExecutionState = tracker.state;
        for (const [index, one] of list.entries()) {
          tracker = track(tracker, one);
          expect(advance(last, tracker.state)).toBe(tracker.state);
          const hasBoth = [list.indexOf(idle), list.findIndex((each) => each.channel === 'shell')].every(
            (at) => at <= index,
          );
          expect(isFinished(tracker.state)).toBe(hasBoth);
          last = tracker.state;
        }
        expect(tracker).toMatchObject({ state, executionCount: 5 });
        expect(tracker.endedAt).toBeDefined();
      }),
    );
  });

  it('does not take a reply alone for the end, nor messages of other requests for its own', () => {
    const tracker = track(track(newTracker('run'), busy), reply('ok'));
    expect(tracker.state).toBe('running');
    expect(track(tracker, answer('status', { execution_state: 'idle' }, { id: 'other' }))).toBe(tracker);
  });

  it('aborted in the queue needs no idle', () => {
    expect(track(newTracker('run'), reply('aborted')).state).toBe('aborted');
  });

  it('aborted while it ran was interrupted: it ends when the kernel is idle', () => {
    const running = track(track(newTracker('run'), busy), input);
    const replied = track(running, reply('abort'));
    expect(replied.state).toBe('running');
    expect(track(replied, idle)).toMatchObject({ state: 'error', cause: 'Interrupted', executionCount: 5 });
  });

  it('waits for input until it goes on', () => {
    const asked = track(newTracker('run'), answer('input_request', { prompt: 'Name? ', password: false }));
    expect(asked.input).toEqual({ msgId: 'input_request-1', prompt: 'Name? ', password: false });
    expect(track(asked, answer('stream', { text: 'x' })).input).toBeUndefined();
    expect(track(asked, reply('ok')).input).toBeUndefined();
  });

  it('ends with the kernel, and stays ended', () => {
    const died = kernelDied(track(newTracker('run'), busy), 'The kernel was killed.');
    expect(died).toMatchObject({ state: 'kernel-died', cause: 'The kernel was killed.' });
    expect(track(died, busy).state).toBe('kernel-died');
    const done = track(track(newTracker('run'), reply('ok')), idle);
    expect(kernelDied(done, 'x')).toBe(done);
    expect(withdrawn(newTracker('run'), 'Removed.').state).toBe('aborted');
  });

  it('what was thought lost is corrected by what the kernel said', () => {
    const lost = trailLost(track(newTracker('run'), busy), 'No reply came.');
    expect(lost.state).toBe('unknown');
    expect(track(track(lost, reply('ok')), idle).state).toBe('done');
  });
});

describe('states', () => {
  it('never go back', () => {
    const states: ExecutionState[] = [
      'queued',
      'running',
      'unknown',
      'kernel-died',
      'aborted',
      'error',
      'done',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...states)), (list) => {
        let state: ExecutionState = 'queued';
        let hasEnded = false;
        for (const next of list) {
          state = advance(state, next);
          if (hasEnded) expect(isFinished(state)).toBe(true);
          hasEnded = isFinished(state);
        }
      }),
    );
    expect(advance('done', 'error')).toBe('done');
  });

  it('show on the cell', () => {
    const shown = (['queued', 'running', 'done', 'error', 'aborted', 'kernel-died', 'unknown'] as const).map(
      (state) => cellStateOf({ state }),
    );
    expect(shown).toEqual(['queued', 'running', 'done', 'error', 'idle', 'error', 'unknown']);
    expect(cellStateOf(undefined)).toBe('idle');
  });
});

describe('the state of the kernel', () => {
  const status = (state: string, type: string, id = 'run') =>
    answer('status', { execution_state: state }, { id, type });

  function after(...messages: JupyterMessage[]): KernelState {
    return messages.reduce(reduceKernelState, initialKernelState).state;
  }

  it('is busy while a cell runs, whatever else is asked of the kernel', () => {
    for (const type of [
      'usage_request',
      'create_subshell_request',
      'kernel_info_request',
      'complete_request',
      'debug_request',
    ]) {
      const between = [status('busy', type, 'other'), status('idle', type, 'other')];
      expect(after(status('busy', 'execute_request'), ...between)).toBe('busy');
      expect(after(status('busy', 'execute_request'), ...between, status('idle', 'execute_request'))).toBe(
        'idle',
      );
    }
  });

  it('is not made busy or idle by a question about usage or by help with code', () => {
    const idleKernel = setKernelState(initialKernelState, 'idle');
    const busyKernel = setKernelState(initialKernelState, 'busy');
    for (const type of ['usage_request', 'create_subshell_request', 'complete_request', 'inspect_request']) {
      expect(reduceKernelState(idleKernel, status('busy', type)).state).toBe('idle');
      expect(reduceKernelState(busyKernel, status('idle', type)).state).toBe('busy');
    }
  });

  it('follows starting, restarting and death, which end what ran', () => {
    expect(after(status('starting', ''), status('idle', 'kernel_info_request'))).toBe('idle');
    expect(
      after(
        status('busy', 'execute_request'),
        status('restarting', ''),
        status('idle', 'kernel_info_request'),
      ),
    ).toBe('idle');
    expect(
      after(status('dead', ''), status('idle', 'shutdown_request'), status('idle', 'execute_request')),
    ).toBe('dead');
  });

  it('with two cells at once is idle after both', () => {
    const two = [status('busy', 'execute_request', 'a'), status('busy', 'execute_request', 'b')];
    expect(after(...two, status('idle', 'execute_request', 'a'))).toBe('busy');
    expect(
      after(...two, status('idle', 'execute_request', 'a'), status('idle', 'execute_request', 'b')),
    ).toBe('idle');
  });

  it('keeps in mind what runs while the connection is away', () => {
    const busyKernel = reduceKernelState(initialKernelState, status('busy', 'execute_request'));
    const away = setKernelState(busyKernel, 'reconnecting');
    expect(away.state).toBe('reconnecting');
    expect(reduceKernelState(away, status('idle', 'execute_request')).state).toBe('idle');
  });
});
