import { ensureBuild } from './lib/build.mjs';
import { runChecks } from './lib/checks.mjs';
import { ensureNodeModules } from './lib/npm.mjs';
import { Stop } from './lib/project.mjs';

try {
  await ensureNodeModules();
  await ensureBuild();
  const { passed, failed } = await runChecks();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(error.message);
  process.exit(1);
}
