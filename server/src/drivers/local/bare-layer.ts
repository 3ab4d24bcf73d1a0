import { join } from 'node:path';
import type { EnvironmentImage } from '../../images/base-python.ts';
import type { Layer } from './app-layer.ts';

/** For an image of another language there is no Python environment to lay over it: it runs as it is. */
export function bareLayer({ prefix, kernelspecDir }: EnvironmentImage): Layer {
  const bin = join(prefix, 'bin');
  return {
    path: [bin],
    env: { ATELIER_IMAGE_BIN: bin },
    kernelspecDirs: [kernelspecDir],
    remove: () => Promise.resolve(),
  };
}
