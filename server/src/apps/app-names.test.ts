import { idSchema } from '@atelier-ide/contract';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeAppId, makeInstanceId } from './app-names.ts';

it('makes ids that a person can read', () => {
  expect(makeAppId(['base-python', 'ml.t3.medium'], '0a1b2c3d4e5f60718293')).toBe(
    'base-python-ml-t3-medium-0a1b2c3d4e5f60718293',
  );
  expect(makeInstanceId('ml.t3.medium', '0a1b2c')).toBe('ml-t3-medium-0a1b2c');
});

it('keeps to 63 characters that are safe in a path, whatever an image is called', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 90 }), { maxLength: 3 }), (parts) => {
      const id = makeAppId(parts);
      expect(id.length).toBeLessThanOrEqual(63);
      expect(id).toMatch(/^[a-z0-9](-*[a-z0-9])*$/);
      expect(idSchema.safeParse(id).success).toBe(true);
    }),
  );
});

it('gives two apps two ids', () => {
  expect(makeAppId(['a', 'b'])).not.toBe(makeAppId(['a', 'b']));
});
