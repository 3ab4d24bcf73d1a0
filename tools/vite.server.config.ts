import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The server and its thread; npm packages stay outside, the workspace's own TypeScript goes in. */
export default defineConfig({
  root,
  publicDir: false,
  ssr: { noExternal: [/^@atelier-ide\//], target: 'node' },
  build: {
    ssr: true,
    outDir: 'dist/server',
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    rolldownOptions: {
      input: { main: 'server/src/main.ts', 'record-worker': 'server/src/recorder/record-worker.ts' },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
});
