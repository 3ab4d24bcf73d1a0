import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The server as one file; npm packages stay outside, the workspace's own TypeScript goes in. */
export default defineConfig({
  root,
  publicDir: false,
  ssr: { noExternal: [/^@atelier-ide\//], target: 'node' },
  build: {
    ssr: 'server/src/main.ts',
    outDir: 'dist/server',
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    rolldownOptions: { output: { entryFileNames: 'main.js' } },
  },
});
