import { ensureBuild } from './lib/build.mjs';
import { Stop } from './lib/project.mjs';

try {
  await ensureBuild();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(error.message);
  process.exit(1);
}
