import { describe, expect, it } from 'vitest';
import { callAt } from './call-at.ts';

/** `|` marks the cursor. */
const at = (marked: string) => callAt(marked.replace('|', ''), marked.indexOf('|'));

describe('the call at the cursor', () => {
  it('has the arguments before the cursor counted', () => {
    expect(at('f(|')).toEqual({ open: 1, argument: 0, keyword: null });
    expect(at('f(a, [1, 2], |')).toEqual({ open: 1, argument: 2, keyword: null });
    expect(at('g(f(a, |))')).toEqual({ open: 3, argument: 1, keyword: null });
    expect(at('g(f(a), |)')).toEqual({ open: 1, argument: 1, keyword: null });
  });

  it('is not confused by strings and comments', () => {
    expect(at('f("a, (b", |')).toEqual({ open: 1, argument: 1, keyword: null });
    expect(at("f('it\\'s, ', |")).toEqual({ open: 1, argument: 1, keyword: null });
    expect(at('f(a, # one, (two\n  |')).toEqual({ open: 1, argument: 1, keyword: null });
    expect(at('f("""x, "y" (""", |')).toEqual({ open: 1, argument: 1, keyword: null });
  });

  it('knows an argument by its name', () => {
    expect(at('f(1, sep=|')).toMatchObject({ argument: 1, keyword: 'sep' });
    expect(at('f(1, sep == |')).toMatchObject({ argument: 1, keyword: null });
  });

  it('is none in brackets that call nothing', () => {
    for (const code of ['|', '(|', 'x = (1, |', 'f[|', 'f(a)|', 'def f(|', 'class A(|']) {
      expect(at(code), code).toBeNull();
    }
  });
});
