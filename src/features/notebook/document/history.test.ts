import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asCellId, type CellId, type CellType, type JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { History } from './history.ts';
import {
  applyOperation,
  cellsOf,
  contentOf,
  emptyCell,
  movedOrder,
  type NotebookContent,
  type Operation,
  shapeAs,
} from './notebook-model.ts';

const start = (count: number): NotebookContent =>
  contentOf({
    cells: Array.from({ length: count }, (_, i) => ({
      ...emptyCell(asCellId(`c${i}`), i % 2 ? 'markdown' : 'code', `x = ${i}`),
      outputs: i % 2 ? [] : [{ output_type: 'stream' as const, name: 'stdout' as const, text: `${i}\n` }],
      executionCount: i % 2 ? null : i,
    })),
    metadata: { kernelspec: { name: 'python3' } },
    nbformat: 4,
    nbformatMinor: 5,
  });

type Plan = { kind: number; a: number; b: number; text: string };
const planArbitrary: fc.Arbitrary<Plan> = fc.record({
  kind: fc.nat(8),
  a: fc.nat(30),
  b: fc.nat(30),
  text: fc.string({ maxLength: 6 }),
});

const types: readonly CellType[] = ['code', 'markdown', 'raw'];

/** Turns a plan of numbers into an operation that makes sense in the content. */
function operationOf(content: NotebookContent, plan: Plan, serial: number): Operation {
  const pick = (n: number): CellId =>
    content.order[n % Math.max(1, content.order.length)] ?? asCellId('gone');
  const cell = content.cells[pick(plan.a)];
  switch (plan.kind) {
    case 0:
      return { type: 'insert', index: plan.a, cells: [emptyCell(asCellId(`n${serial}`), 'code', plan.text)] };
    case 1:
      return { type: 'remove', ids: [pick(plan.a), pick(plan.b)] };
    case 2:
      return {
        type: 'reorder',
        order: movedOrder(content.order, new Set([pick(plan.a), pick(plan.b)]), plan.b),
      };
    case 3:
      return { type: 'source', id: pick(plan.a), source: plan.text };
    case 4:
      return cell
        ? { type: 'kind', id: cell.id, shape: shapeAs(cell, types[plan.b % 3] ?? 'code') }
        : { type: 'batch', operations: [] };
    case 5:
      return { type: 'result', id: pick(plan.a), result: { outputs: [], executionCount: null } };
    case 6:
      return { type: 'cellMetadata', id: pick(plan.a), metadata: { tags: [plan.text] } };
    case 7:
      return {
        type: 'attachments',
        id: pick(plan.a),
        attachments: plan.b % 2 ? { [plan.text]: { 'image/png': 'iVBORw0KGgo=' } } : null,
      };
    default:
      return { type: 'metadata', metadata: { title: plan.text } };
  }
}

describe('history', () => {
  it('takes random edits back to the start and does them again to the end', () => {
    fc.assert(
      fc.property(fc.nat(8), fc.array(planArbitrary, { maxLength: 40 }), (count, plans) => {
        let time = 0;
        const history = new History(() => (time += 400));
        const first = start(count);
        let content = first;
        for (const [serial, plan] of plans.entries()) {
          content = history.edit(content, operationOf(content, plan, serial));
        }
        const last = content;
        const undone: NotebookContent[] = [];
        for (let result = history.undo(content); result; result = history.undo(content)) {
          content = result.content;
          undone.push(content);
        }
        expect(content).toEqual(first);
        for (let result = history.redo(content); result; result = history.redo(content))
          content = result.content;
        expect(content).toEqual(last);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps order and cells in step', () => {
    fc.assert(
      fc.property(fc.nat(8), fc.array(planArbitrary, { maxLength: 40 }), (count, plans) => {
        let content = start(count);
        for (const [serial, plan] of plans.entries()) {
          content = applyOperation(content, operationOf(content, plan, serial)).content;
          expect(new Set(content.order).size).toBe(content.order.length);
          expect(Object.keys(content.cells).toSorted()).toEqual([...content.order].toSorted());
          expect(cellsOf(content)).toHaveLength(content.order.length);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('joins typing without a pause into one step, and not across cells or pauses', () => {
    let time = 0;
    const history = new History(() => time);
    const [a, b] = [asCellId('c0'), asCellId('c1')];
    let content = start(2);
    const type = (id: CellId, source: string, after: number) => {
      time += after;
      content = history.edit(content, { type: 'source', id, source });
    };
    type(a, 'p', 0);
    type(a, 'pr', 100);
    type(a, 'pri', 100);
    type(b, 'q', 100);
    type(b, 'qq', 2_000);
    const sources = () => cellsOf(content).map((cell) => cell.source);
    const undo = () => {
      content = history.undo(content)?.content ?? content;
      return sources();
    };
    expect(undo()).toEqual(['pri', 'q']);
    expect(undo()).toEqual(['pri', 'x = 1']);
    expect(undo()).toEqual(['x = 0', 'x = 1']);
    expect(history.canUndo).toBe(false);
  });

  it('leaves the times of a run, which the kernel writes, unless the edit was of them', () => {
    const id = asCellId('c0');
    const history = new History();
    const times = (end: string) => ({ execution: { 'shell.execute_reply': end } });
    const kernelWrites = (content: NotebookContent, metadata: JsonObject) =>
      applyOperation(content, { type: 'cellMetadata', id, metadata }).content;
    const of = (content: NotebookContent) => content.cells[id]?.metadata;
    let content = kernelWrites(start(1), times('1'));
    content = history.edit(content, { type: 'cellMetadata', id, metadata: { ...times('1'), tags: ['a'] } });
    content = kernelWrites(content, { ...times('2'), tags: ['a'] });
    content = history.undo(content)?.content ?? content;
    expect(of(content)).toEqual(times('2'));
    content = kernelWrites(content, {});
    content = history.redo(content)?.content ?? content;
    expect(of(content)).toEqual({ tags: ['a'] });
    content = history.edit(content, { type: 'cellMetadata', id, metadata: times('mine') });
    content = history.undo(content)?.content ?? content;
    expect(of(content)).toEqual({ tags: ['a'] });
  });

  it('does not put cleared outputs over those of a newer run', () => {
    const history = new History(() => 0);
    const id = asCellId('c0');
    let content = history.edit(start(1), {
      type: 'result',
      id,
      result: { outputs: [], executionCount: null },
    });
    const newer = {
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'new' }],
      executionCount: 9,
    } as const;
    content = applyOperation(content, { type: 'result', id, result: newer }).content;
    content = history.undo(content)?.content ?? content;
    expect(content.cells[id]?.outputs).toBe(newer.outputs);
  });

  it('leaves cells alone that an operation does not touch', () => {
    const content = start(3);
    const next = applyOperation(content, { type: 'source', id: asCellId('c1'), source: 'y' }).content;
    expect(next.cells[asCellId('c0')]).toBe(content.cells[asCellId('c0')]);
    expect(next.order).toBe(content.order);
  });
});
