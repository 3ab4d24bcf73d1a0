import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { outputFrame } from './tools/vite-output-frame.ts';

/** Backend that `npm run dev` talks with; CONTRIBUTING.md says how to start one. It must know this page's origin. */
const backend = process.env['ATELIER_BACKEND'] ?? 'http://127.0.0.1:8787';

const src = (...files: string[]) => new RegExp(`/src/(?:${files.join('|')})\\.tsx?$`);

/**
 * What a person always loads together is one file with one style sheet, for each request of a first load costs the
 * browser several milliseconds: what the first picture shows, and what a notebook needs. All that these import
 * statically is taken along.
 */
const loadedTogether = [
  {
    name: 'shell',
    priority: 2,
    test: src(
      'main',
      'features/files/FilesView',
      'features/launcher/LauncherView',
      'features/running/RunningStatus',
      'features/notebook/NotebookStatus',
      'features/settings/VimStatus',
      'workbench/palette/Palette',
    ),
  },
  {
    name: 'notebook',
    priority: 1,
    test: src('features/notebook/view/NotebookView', 'features/compute/ChangeEnvironmentDialog'),
  },
];

export default defineConfig({
  plugins: [react(), outputFrame()],
  resolve: {
    alias: {
      '@': fileURLToPath(new URL('src', import.meta.url)),
      // The library names the places of an older Monaco; what it gives to browsers holds one of its own.
      'monaco-vim': fileURLToPath(new URL('node_modules/monaco-vim/dist/index.mjs', import.meta.url)),
      'monaco-editor/esm/vs/editor/editor.api': 'monaco-editor/editor',
      'monaco-editor/esm/vs/editor/common/commands': 'monaco-editor/editor/common/commands',
    },
  },
  worker: { format: 'es' },
  build: {
    outDir: 'dist/app',
    emptyOutDir: true,
    manifest: true,
    target: 'es2023',
    // Data URIs are not needed for files that are cached for ever, and icons in them would be in every sheet.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 8_000,
    rolldownOptions: {
      output: { codeSplitting: { groups: loadedTogether } },
      onwarn(warning, show) {
        const isFatal = warning.code === 'UNRESOLVED_IMPORT' || warning.code === 'MISSING_EXPORT';
        if (isFatal) throw new Error(warning.message);
        // Its `eval` is for Node only; in the page the Content Security Policy forbids it anyway.
        const isKnown =
          warning.code === 'EVAL' && /@jupyterlab\/coreutils/.test(warning.id ?? warning.message);
        if (!isKnown) show(warning);
      },
    },
  },
  server: {
    host: '127.0.0.1',
    strictPort: true,
    // The document of outputs has no origin and loads its modules as anybody.
    cors: { origin: true },
    proxy: Object.fromEntries(
      ['/api/', '/jupyter/', '/session', '/login', '/logout'].map((path) => [
        path,
        { target: backend, ws: true },
      ]),
    ),
  },
});
