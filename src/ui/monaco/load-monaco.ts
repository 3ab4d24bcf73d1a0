import type * as monacoTypes from 'monaco-editor/editor';

export type Monaco = typeof monacoTypes;

/** Loads Monaco when it is first needed (or in idle time before). The browser keeps the one module. */
export async function loadMonaco(): Promise<Monaco> {
  return (await import('./monaco-setup.ts')).monaco;
}
