import { asCellId, type CellType, type NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commentMagics } from './comment-magics.ts';
import { scriptLanguage } from './languages.ts';
import { scriptText } from './script-text.ts';

const cell = (type: CellType, source: string): NotebookCell => ({
  id: asCellId('a'),
  type,
  source,
  metadata: {},
  executionCount: null,
  outputs: [],
  hasFileId: true,
});

describe('a notebook as a script', () => {
  it('has its cells in the percent format, text as comments [E11]', () => {
    const cells = [
      cell('markdown', '# Plan\n\nText'),
      cell('code', 'x = 1\n'),
      cell('raw', '---'),
      cell('code', ' '),
    ];
    expect(scriptText(cells, 'python', scriptLanguage('python'))).toBe(
      '# %% [markdown]\n# # Plan\n#\n# Text\n\n# %%\nx = 1\n\n# %% [raw]\n# ---\n',
    );
  });

  it('is written in the comments of its language, with the extension that the kernel tells [E11]', () => {
    expect(scriptText([cell('markdown', 'a')], 'C++17', scriptLanguage('C++17'))).toBe(
      '// %% [markdown]\n// a\n',
    );
    expect(scriptText([cell('code', '%%x')], 'bash', scriptLanguage('bash'))).toBe('# %%\n%%x\n');
    expect(scriptLanguage('R', '.r')).toEqual({ comment: '#', extension: '.r' });
    expect(scriptLanguage('ipython3').extension).toBe('.py');
    expect(scriptLanguage('brainfuck').extension).toBe('.txt');
    expect(scriptLanguage('python', '../../evil').extension).toBe('.py');
  });
});

describe('IPython’s lines', () => {
  it.each([
    ['%matplotlib inline', '# %matplotlib inline'],
    ['!pip list', '# !pip list'],
    ['files = !ls', '# files = !ls'],
    ['t = %timeit -o f()', '# t = %timeit -o f()'],
    ['len?', '# len?'],
    ['?len', '# ?len'],
    ['%%bash\nls\n\npwd', '# %%bash\n# ls\n#\n# pwd'],
    ['if x:\n    !ls', 'if x:\n    pass  # !ls'],
    ['!ls \\\n  -l\nx = 1', '# !ls \\\n#   -l\nx = 1'],
  ])('are commented out: %j [E11]', (source, made) => {
    expect(commentMagics(source)).toBe(made);
  });

  it.each([
    ['s = "%d" \\\n% x'],
    ['s = ("%d"\n  % x)'],
    ['s = """\n%matplotlib\n!ls\n"""'],
    ["s = '''a\n%b'''\nx = 1"],
    ['x = y % z'],
    ['x != y'],
    ['a = b[\n  1\n]'],
    ['# "\nx = 1'],
    ["s = 'it\\'s'\nx %= 2"],
  ])('are told from Python: %j [E11]', (source) => {
    expect(commentMagics(source)).toBe(source);
  });

  it('leave everything else as it is, line by line', () => {
    const lines = fc.array(
      fc.constantFrom('x = 1', '%magic', 's = """', '"""', 'f(', ')', '# %', '!ls', '  y', ''),
    );
    fc.assert(
      fc.property(lines, (all) => {
        const made = commentMagics(all.join('\n')).split('\n');
        expect(made).toHaveLength(all.length === 0 ? 1 : all.length);
        for (const [index, line] of all.entries()) {
          const now = made[index] ?? '';
          expect(now === line || now.includes(`# ${line.trimStart()}`) || (line === '' && now === '#')).toBe(
            true,
          );
        }
      }),
    );
  });
});
