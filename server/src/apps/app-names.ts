import { randomBytes } from 'node:crypto';

const maxLength = 63;

const plain = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();

/**
 * Id of an app, readable as Studio's are: cut image name, type with dashes, random hex; at most 63 characters of
 * `[A-Za-z0-9-]`.
 */
export function makeAppId(
  parts: readonly string[],
  random: string = randomBytes(10).toString('hex'),
): string {
  const room = maxLength - random.length - 1;
  const [first = 'app', ...rest] = parts.map(plain).filter((part) => part !== '');
  const tail = rest.join('-').slice(0, room - 2);
  const head = first.slice(0, tail === '' ? room : Math.max(1, room - tail.length - 1)).replace(/-+$/, '');
  return [head, tail.replace(/-+$/, ''), random].filter((part) => part !== '').join('-');
}

/** Id of an instance: its type with dashes and random hex. */
export function makeInstanceId(type: string, random: string = randomBytes(6).toString('hex')): string {
  return `${plain(type)}-${random}`;
}
