import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the gallery for its test and its pictures; `npm run gallery` serves it while working. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('../src', import.meta.url)) } },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    rolldownOptions: { input: fileURLToPath(new URL('../gallery.html', import.meta.url)) },
  },
});
