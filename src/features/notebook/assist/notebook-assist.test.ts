import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import type { HelpAnswer, Inspection, KernelAssist } from '@/services/jupyter/kernels-service.ts';
import { contentOf, emptyCell } from '../document/notebook-model.ts';
import { createNotebookStore } from '../session/notebook-store.ts';
import { NotebookAssist } from './notebook-assist.ts';

const ID = 'c1' as CellId;
const caret = { left: 10, top: 20, height: 18 };
const spot = (text: string) => ({ text, offset: text.length, caret });
const never = new AbortController().signal;

function start(kernel: Partial<KernelAssist> | null, state: 'none' | 'starting' | 'idle' = 'idle') {
  const store = createNotebookStore('a.ipynb');
  const cells = [emptyCell(ID, 'code'), emptyCell('m1' as CellId, 'markdown')];
  store.setState({
    ...contentOf({ cells, metadata: {}, nbformat: 4, nbformatMinor: 5 }),
    kernel: { state, since: 0, cause: null },
  });
  const assist = new NotebookAssist({
    store,
    kernel: () =>
      kernel && {
        complete: async () => ({ ok: true, value: [] }),
        inspect: async () => ({ ok: true, value: null }),
        history: async () => ({ ok: true, value: [] }),
        ...kernel,
      },
  });
  return { assist, cell: assist.forCell(ID), popup: () => assist.store.getState().popup };
}

describe('help with the code of a notebook', () => {
  it('is for code cells only', () => {
    const { assist } = start({});
    expect(assist.forCell(ID).isOn()).toBe(true);
    expect(assist.forCell('m1' as CellId).isOn()).toBe(false);
  });

  it('says that there is no kernel, and what to do [K1]', async () => {
    const { cell, popup } = start(null, 'none');
    expect(await cell.complete(spot('os.'), never)).toBeNull();
    expect(popup()).toMatchObject({ kind: 'hint', text: 'No kernel. Choose one to get completions.', caret });
    cell.didMove();
    expect(popup()).toBeNull();
  });

  it('says why there is no answer, but not to one who has moved on', async () => {
    const { cell, popup } = start({ complete: async () => ({ ok: false, why: 'busy' }) });
    expect(await cell.complete(spot('os.'), AbortSignal.abort())).toBeNull();
    expect(popup()).toBeNull();
    await cell.complete(spot('os.'), never);
    expect(popup()?.text).toContain('The kernel is busy.');
  });

  it('shows what the kernel says, and more when asked again at the same place', async () => {
    const details: unknown[] = [];
    const { cell, popup, assist } = start({
      inspect: async (_code, _offset, options) => {
        details.push(options?.detail);
        return { ok: true, value: { text: `detail ${options?.detail}` } };
      },
    });
    const settle = () => new Promise((resolve) => setTimeout(resolve));
    cell.inspect(spot('abs'));
    await settle();
    expect(popup()).toMatchObject({ kind: 'help', text: 'detail 0', cellId: ID });
    cell.inspect(spot('abs'));
    await settle();
    expect(popup()?.text).toBe('detail 1');
    expect(assist.dismiss()).toBe(true);
    expect(popup()).toBeNull();
    expect(assist.dismiss()).toBe(false);
    cell.inspect(spot('abs'));
    await settle();
    expect(details).toEqual([0, 1, 0]);
  });

  it('drops an inspection that comes after the cursor has moved', async () => {
    let answer = (_: HelpAnswer<Inspection>): void => undefined;
    const asked = new Promise<HelpAnswer<Inspection>>((resolve) => {
      answer = resolve;
    });
    const { cell, popup } = start({ inspect: () => asked });
    cell.inspect(spot('abs'));
    cell.didMove();
    answer({ ok: true, value: { text: 'late' } });
    await asked;
    await Promise.resolve();
    expect(popup()).toBeNull();
  });

  it('closes everything over the text, and says whether there was something', () => {
    const { assist } = start({});
    const closed: string[] = [];
    const watch = assist.watch(() => closed.push('list') > 0);
    expect(assist.dismiss()).toBe(true);
    watch.dispose();
    expect(assist.dismiss()).toBe(false);
    expect(closed).toEqual(['list']);
  });

  it('asks for the signature of a call once while its arguments are written', async () => {
    const asked: string[] = [];
    const { cell } = start({
      inspect: async (code) => {
        asked.push(code);
        return { ok: true, value: { text: 'Signature: pow(base, exp, mod=None)\nDocstring: Power.' } };
      },
    });
    const active = async (text: string) => (await cell.callHelp(text, text.length, never))?.active;
    expect(await active('pow(')).toBe(0);
    expect(await active('pow(2, ')).toBe(1);
    expect(await active('pow(2, 3, mod=')).toBe(2);
    expect(await active('x')).toBeUndefined();
    expect(asked).toEqual(['pow']);
  });
});
