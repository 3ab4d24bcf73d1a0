import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../model.ts';
import { readNotebook } from '../read.ts';
import { repositoryText } from '../test-real-files.ts';
import { validateNotebook } from '../validate.ts';
import { readOtherFormat } from './other-formats.ts';
import { upgradeNotebook } from './upgrade.ts';

const fixture = (name: string) => repositoryText(`core/src/notebook/upgrade/fixtures/${name}.json`);
const withoutIds = (notebook: JsonObject) => ({
  ...notebook,
  cells: (notebook['cells'] as JsonObject[]).map(({ id: _, ...cell }) => cell),
});

describe('an old notebook', () => {
  it.each([1, 2, 3] as const)('of format %i becomes what nbformat makes of it [E3]', (version) => {
    const upgraded = upgradeNotebook(JSON.parse(fixture(`v${version}`)) as JsonObject, version);
    expect(withoutIds(upgraded)).toEqual(JSON.parse(fixture(`v${version}.upgraded`)));
  });

  it.each([1, 2, 3] as const)('of format %i is read, and its new text says the same', (version) => {
    const found = readOtherFormat(fixture(`v${version}`));
    if (found?.upgraded === null || found === null) throw new Error('not read');
    expect(found.format).toBe(String(version));
    const again = readNotebook(found.upgraded);
    expect(again.ok && again.notebook.document).toEqual(found.notebook.document);
    expect(found.notebook.document.cells.every((cell) => cell.hasFileId)).toBe(true);
    expect(found.upgraded).toMatch(/^\{\n "cells": \[\n {2}\{\n/);
    expect(readOtherFormat(fixture(`v${version}`))?.upgraded).toBe(found.upgraded);
    if (version !== 2) expect(validateNotebook(JSON.parse(found.upgraded) as JsonObject)).toEqual([]);
  });

  it('never throws, whatever is in it', () => {
    const key = fc.constantFrom(
      'cells',
      'worksheets',
      'outputs',
      'cell_type',
      'input',
      'code',
      'source',
      'metadata',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('code', 'heading', 'pyout', 'x', null, 3, true),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, tree), fc.constantFrom(1, 2, 3), (notebook, nbformat) => {
        const found = readOtherFormat(JSON.stringify({ ...notebook, nbformat }));
        expect(found === null || found.upgraded !== null).toBe(true);
      }),
    );
  });
});

describe('a newer notebook', () => {
  it('is shown as far as it is understood, and never written [E3]', () => {
    const cell = { cell_type: 'raw', id: 'a', metadata: {}, source: 'x', future: 1 };
    const found = readOtherFormat(
      JSON.stringify({ cells: [cell], metadata: {}, nbformat: 5, nbformat_minor: 2 }),
    );
    expect(found).toMatchObject({ format: '5.2', upgraded: null });
    expect(found?.notebook.document.cells[0]?.source).toBe('x');
    expect(readOtherFormat('{"nbformat": 5, "sheets": []}')).toBeNull();
    expect(readOtherFormat('{"nbformat": 4, "cells": []}')).toBeNull();
    expect(readOtherFormat('{"a": 1}')).toBeNull();
    expect(readOtherFormat('{')).toBeNull();
  });
});
