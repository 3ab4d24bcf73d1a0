import { join } from 'node:path';
import { build, type Plugin, type ResolvedConfig } from 'vite';

/**
 * The code of the sandboxed document of outputs (src/output-frame), built by itself so that it shares no file with the
 * page: it lies below `frames/`, the one place that its policy lets it load from. The document is public/frames/outputs.html.
 */
export function outputFrame(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'atelier-output-frame',
    configResolved(resolved) {
      config = resolved;
    },
    configureServer({ middlewares }) {
      middlewares.use((request, _response, next) => {
        if (request.url?.startsWith('/frames/outputs.js')) request.url = '/src/output-frame/main.ts';
        next();
      });
    },
    async writeBundle() {
      await build({
        configFile: false,
        root: config.root,
        base: './',
        publicDir: false,
        logLevel: 'warn',
        build: {
          outDir: join(config.build.outDir, 'frames'),
          emptyOutDir: false,
          target: 'es2023',
          assetsInlineLimit: 0,
          chunkSizeWarningLimit: 8_000,
          modulePreload: { polyfill: false },
          rolldownOptions: {
            input: join(config.root, 'src/output-frame/main.ts'),
            output: { entryFileNames: 'outputs.js' },
            preserveEntrySignatures: false,
          },
        },
      });
    },
  };
}
