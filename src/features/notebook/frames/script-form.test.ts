import { describe, expect, it } from 'vitest';
import type { JsonObject, RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { bringsLibrary, payloadOf, scriptForm, standBeside, wantsOwnFrame } from './script-form.ts';

const output = (data: JsonObject, metadata: JsonObject = {}): RichOutput => ({
  output_type: 'display_data',
  data,
  metadata,
});

describe('the form of an output that needs script', () => {
  it('is the richest one, if that needs script [J1, J2]', () => {
    const plot = {
      'application/vnd.plotly.v1+json': {},
      'text/html': '<script>1</script>',
      'text/plain': 'x',
    };
    expect(scriptForm(output(plot), {}, false)).toBe('application/vnd.plotly.v1+json');
    expect(scriptForm(output({ 'application/vnd.vegalite.v6.json': {} }), {}, false)).toContain('vegalite');
    expect(scriptForm(output({ 'text/html': '<b>x</b>', 'text/plain': 'x' }), {}, false)).toBeNull();
    for (const html of [
      '<script src=x></script>',
      '<p onclick="a()">x</p>',
      '<img src=x\nonerror = "a()">',
      '<!doctype html><p>x',
    ])
      expect(scriptForm(output({ 'text/html': html }), {}, false), html).toBe('text/html');
    expect(scriptForm(output({ 'image/png': '', 'application/javascript': '1' }), {}, false)).toBeNull();
  });

  it('is the next one after a failure', () => {
    const plot = {
      'application/vnd.plotly.v1+json': {},
      'text/html': '<script>1</script>',
      'text/plain': 'x',
    };
    const failed = { 'application/vnd.plotly.v1+json': 'It is broken.' };
    expect(scriptForm(output(plot), failed, false)).toBe('text/html');
    expect(scriptForm(output(plot), { ...failed, 'text/html': '' }, false)).toBeNull();
  });

  it('is HTML that a script beside it may look for, as Bokeh emits it', () => {
    const div = output({ 'text/html': '<div id="a" data-root-id="p1"></div>' });
    const metadata = { 'application/vnd.bokehjs_exec.v0+json': { id: 'p1' } };
    const data = { 'application/javascript': 'draw()', 'application/vnd.bokehjs_exec.v0+json': '' };
    const exec = output(data, metadata);
    expect(standBeside([div])).toBe(false);
    expect(standBeside([div, exec])).toBe(true);
    expect(scriptForm(div, {}, true)).toBe('text/html');
    expect(scriptForm(exec, {}, true)).toBe('application/vnd.bokehjs_exec.v0+json');
    expect(payloadOf(exec, 'application/vnd.bokehjs_exec.v0+json')).toBe('draw()');
  });

  it('goes into a frame of its own where it would reach beyond its place', () => {
    for (const html of [
      '<!DOCTYPE html><p>x',
      '<!-- a -->\n<html><p>x',
      '<div style="height: 100vh"></div>',
      '<style>a { position : fixed }</style>',
    ])
      expect(wantsOwnFrame(output({ 'text/html': html }), 'text/html'), html).toBe(true);
    expect(wantsOwnFrame(output({ 'text/html': '<p>5 vh fixed</p>' }), 'text/html')).toBe(false);
    const own = { 'text/html': { isolated: true } };
    expect(wantsOwnFrame(output({ 'text/html': '<p>' }, own), 'text/html')).toBe(true);
  });

  it('may bring a library for others', () => {
    expect(bringsLibrary(output({ 'application/vnd.bokehjs_load.v0+json': '' }))).toBe(true);
    expect(bringsLibrary(output({ 'text/html': `<script>${'x'.repeat(200_000)}</script>` }))).toBe(true);
    expect(bringsLibrary(output({ 'text/html': '<script>1</script>' }))).toBe(false);
  });
});
