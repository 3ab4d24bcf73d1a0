import { describe, expect, it, vi } from 'vitest';
import type { FormatResult } from '@/services/formatter/formatter-service.ts';
import { formatText } from './format-text.ts';
import { createTextStore } from './text-store.ts';

type Options = { path?: string; isReadOnly?: boolean; answer?: FormatResult };

function setUp({ path = 'a/b.py', isReadOnly = false, answer = { source: 'x = 1\n' } }: Options = {}) {
  const store = createTextStore();
  const ready = {
    status: 'ready',
    text: 'x=1',
    version: 0,
    isReadOnly,
    recovered: null,
    news: null,
  } as const;
  const base = { hash: 'h', text: 'x=1' };
  store.setState({ ...ready, base, save: { kind: 'saved', at: null } }, true);
  const edits: string[] = [];
  const session = { path, store, edit: (text: string) => void edits.push(text) };
  let settle: () => void = () => undefined;
  const asked = vi.fn();
  const formatter = {
    canFormat: (language: string) =>
      language === 'python' ? (true as const) : { reason: `There is no formatter for ${language}` },
    format: async (request: object) => {
      asked(request);
      await new Promise<void>((resolve) => (settle = resolve));
      return [answer];
    },
  };
  const info = vi.fn();
  const done = formatText(session, { formatter, notifications: { info } as never });
  return {
    store,
    edits,
    info,
    asked,
    done,
    answer: () => settle(),
    type: () => store.setState({ ...ready, text: 'y' }),
  };
}

describe('formatting a text file [E9]', () => {
  it('puts the new text in, as one edit', async () => {
    const { edits, asked, done, answer, info } = setUp();
    answer();
    await done;
    expect(asked).toHaveBeenCalledExactlyOnceWith({ path: 'a/b.py', language: 'python', sources: ['x=1'] });
    expect(edits).toEqual(['x = 1\n']);
    expect(info).not.toHaveBeenCalled();
  });

  it('keeps what was typed meanwhile, and says so', async () => {
    const { edits, done, answer, info, type } = setUp();
    type();
    answer();
    await done;
    expect(edits).toEqual([]);
    expect(info).toHaveBeenCalledWith(
      'b.py was not formatted.',
      'It was changed meanwhile. Format it again.',
    );
  });

  it('says where a fault is', async () => {
    const { edits, done, answer, info } = setUp({
      answer: { problem: { line: 2, column: 3, message: 'Expected an expression' } },
    });
    answer();
    await done;
    expect(edits).toEqual([]);
    expect(info).toHaveBeenCalledWith(
      'b.py was not formatted.',
      'Line 2, column 3: Expected an expression. It is as it was.',
    );
  });

  it.each([
    { path: 'a.md', words: 'There is no formatter for markdown.' },
    { path: 'a.py', isReadOnly: true, words: 'a.py was not formatted.' },
  ])('asks nobody where it cannot: $path', async ({ words, ...options }) => {
    const { asked, done, info } = setUp(options);
    await done;
    expect(asked).not.toHaveBeenCalled();
    expect(info.mock.calls[0]?.[0]).toBe(words);
  });
});
