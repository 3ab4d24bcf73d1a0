import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { act } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createContextService } from '@/platform/context/create-context-service.ts';
import type { DocumentOutline, Outline, OutlineEntry } from '@/services/documents/documents-service.ts';
import type { Services } from '@/services/services.ts';
import { ServicesContext } from '@/services/use-services.ts';
import { View } from './ContentsView.tsx';
import { marksText, ordinal } from './contents-words.ts';

afterEach(cleanup);

const quiet = { isRunning: false, hasError: false, queued: null };
const entry = (id: string, depth: number, text: string, marks = {}): OutlineEntry => ({
  id,
  depth,
  text,
  marks: { ...quiet, ...marks },
});

const churn = [
  entry('a', 1, 'Churn', { isRunning: true, hasError: true }),
  entry('b', 3, 'Data', { hasError: true }),
  entry('c', 2, 'Model', { queued: 1 }),
  entry('d', 1, 'Data'),
];

function show(entries: readonly OutlineEntry[] | null, currentId: string | null = 'c') {
  let now: Outline = {
    isReady: true,
    entries: entries ?? [],
    currentId,
    counts: { running: 1, errors: 2, code: 8 },
  };
  const listeners = new Set<() => void>();
  const outline = {
    read: () => now,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reveal: vi.fn(),
  } satisfies DocumentOutline;
  const tabs = { tabs: [{ id: '1', key: 'n.ipynb' }], mainId: '1' };
  const services = {
    context: createContextService(),
    documents: { sessions: { all: () => (entries ? [{ path: 'n.ipynb', outline }] : []) } },
    tabs: { store: { getState: () => tabs, getInitialState: () => tabs, subscribe: () => () => undefined } },
  } as unknown as Services;
  render(
    <ServicesContext value={services}>
      <View />
    </ServicesContext>,
  );
  const change = (next: Partial<Outline>) =>
    act(() => {
      now = { ...now, ...next };
      for (const listener of listeners) listener();
    });
  return { outline, change };
}

const items = () => screen.getAllByRole('treeitem');
const names = () => items().map((item) => item.getAttribute('aria-label'));
const at = (index: number) => items()[index] as HTMLElement;

describe('the table of contents', () => {
  it('says what is missing where there is nothing to list [E6]', () => {
    show(null);
    expect(screen.getByText('No notebook is open')).toBeTruthy();
    cleanup();
    show([]);
    expect(screen.getByText('No headings')).toBeTruthy();
  });

  it('closes up skipped levels and tells the marks of each section [E6]', () => {
    show(churn);
    expect(items().map((item) => item.getAttribute('aria-level'))).toEqual(['1', '2', '2', '1']);
    expect(items().map((item) => item.getAttribute('aria-description'))).toEqual([
      'error, running',
      'error',
      '1st in the queue',
      null,
    ]);
    expect(at(2).getAttribute('aria-current')).toBe('location');
    expect(screen.getByText('8 code cells')).toBeTruthy();
  });

  it('goes there by click and by key, and marks the section in hand', () => {
    const { outline, change } = show(churn);
    fireEvent.click(at(3));
    expect(outline.reveal).toHaveBeenLastCalledWith('d');
    change({ currentId: 'd' });
    expect(at(3).getAttribute('aria-current')).toBe('location');
    act(() => at(3).focus());
    fireEvent.keyDown(at(3), { key: 'ArrowUp' });
    expect(document.activeElement).toBe(at(2));
    fireEvent.keyDown(at(2), { key: 'Enter' });
    expect(outline.reveal).toHaveBeenLastCalledWith('c');
  });

  it('folds; a folded section stands for what is in it', () => {
    show(churn);
    act(() => at(0).focus());
    fireEvent.keyDown(at(0), { key: 'ArrowLeft' });
    expect(names()).toEqual(['Churn', 'Data']);
    expect(at(0).getAttribute('aria-expanded')).toBe('false');
    expect(at(0).getAttribute('aria-current')).toBe('location');
    fireEvent.keyDown(at(0), { key: 'ArrowRight' });
    expect(names()).toHaveLength(4);
  });

  it('filters, keeping what stands above', () => {
    show(churn);
    const field = screen.getByRole('textbox', { name: 'Filter headings' });
    fireEvent.change(field, { target: { value: 'model' } });
    expect(names()).toEqual(['Churn', 'Model']);
    fireEvent.change(field, { target: { value: 'nothing' } });
    expect(screen.getByText('No headings match')).toBeTruthy();
  });
});

it('counts as people do', () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 102, 112].map(ordinal)).toEqual([
    '1st',
    '2nd',
    '3rd',
    '4th',
    '11th',
    '12th',
    '13th',
    '21st',
    '102nd',
    '112th',
  ]);
  expect(marksText({ ...quiet, queued: 0 })).toBe('waiting');
});
