// Loaded into the server before it starts: a test sets its clock. On SIGUSR2 the number of milliseconds in a file counts.
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.env['ATELIER_TEST_CLOCK'];
const RealDate = Date;
let shift = 0;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + shift);
    else super(...args);
  }
  static now() {
    return RealDate.now() + shift;
  }
};

if (file !== undefined)
  process.on('SIGUSR2', () => {
    shift = Number(readFileSync(file, 'utf8'));
    writeFileSync(`${file}.set`, String(shift));
  });
