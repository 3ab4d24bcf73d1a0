import { describe, expect, it } from 'vitest';
import { fillsWindow, isWholeDocument, runsScript } from './html-kinds.ts';

describe('kinds of HTML', () => {
  it.each([
    ['<!doctype html><p>x', true],
    ['\n<!-- a --> <!-- b -->\n<HTML lang=en>', true],
    ['<!-- <html> --><p>x', false],
    ['<p><html>', false],
    ['<!-- never closed <html>', false],
  ])('a whole document says so first: %j', (html, expected) => {
    expect(isWholeDocument(html)).toBe(expected);
  });

  it.each([
    ['<script src=x></script>', true],
    ['<p title="a < b" onclick="a()">x</p>', true],
    ['<img src=x\nonerror = "a()">', true],
    ['<b>x</b> on = 1', false],
    ['<p>only = x</p>', false],
  ])('a script, or an attribute that is one, runs: %j', (html, expected) => {
    expect(runsScript(html)).toBe(expected);
  });

  it.each([
    ['<div style="height:100vh">', true],
    ['<div style="width: 1.5vmin">', true],
    ['<div style="position : fixed">', true],
    ['<p>5vhs and x5vh</p>', false],
  ])('what is measured by the window fills it: %j', (html, expected) => {
    expect(fillsWindow(html)).toBe(expected);
  });

  it.each([
    '<!---->'.repeat(20_000),
    '<!-- '.repeat(20_000),
    '<'.repeat(200_000),
    `<${' on'.repeat(60_000)}`,
    '1'.repeat(200_000),
    'position '.repeat(20_000),
    `<img src="data:${'x'.repeat(30_000_000)}`,
    `<!--${'x'.repeat(30_000_000)}-->`,
  ])('no text takes longer than reading it (%#)', (html) => {
    const start = Date.now();
    for (const kind of [isWholeDocument, runsScript, fillsWindow]) expect(kind(html)).toBe(false);
    // What goes over the text again and again needs minutes for these.
    expect(Date.now() - start).toBeLessThan(5_000);
  });
});
