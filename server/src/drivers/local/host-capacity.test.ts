import { availableParallelism, totalmem } from 'node:os';
import { expect, it } from 'vitest';
import { catalogueFor } from '../../images/catalogue.ts';
import { hostCapacity } from './host-capacity.ts';

it('says what this host has, at most what the system says, and enough for one type', () => {
  const host = hostCapacity();
  expect(host.cpus).toBeGreaterThanOrEqual(1);
  expect(host.cpus).toBeLessThanOrEqual(availableParallelism());
  expect(host.memoryGiB).toBeGreaterThan(0.1);
  expect(host.memoryGiB).toBeLessThanOrEqual(totalmem() / 1024 ** 3);
  expect(catalogueFor(host).some((type) => type.available.ok)).toBe(true);
});
