import type { KernelDeath } from './app-reading.ts';

const beginning = 'The kernel died';

/** `exit code 3: MemoryError`, `ended by SIGSEGV: Segmentation fault`; undefined when nothing is known. */
function howOf({ code, signal, said }: KernelDeath): string | undefined {
  const how = signal === null ? (code === null ? undefined : `exit code ${code}`) : `ended by ${signal}`;
  if (how === undefined) return undefined;
  const words = said.replace(/^Fatal Python error: /, '').replace(/[.:\s]+$/, '');
  return words === '' ? how : `${how}: ${words}`;
}

/** What is said of a death, with its exit code or signal and the last words of the process. */
export function deathWords(former: string, death: KernelDeath): string | undefined {
  const how = howOf(death);
  if (how === undefined || !former.startsWith(beginning)) return undefined;
  return `${beginning} (${how})${former.slice(beginning.length)}`;
}
