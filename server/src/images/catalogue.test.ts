import { instanceTypeSchema } from '@atelier-ide/contract';
import { expect, it } from 'vitest';
import { catalogueFor, withFurtherTypes } from './catalogue.ts';

const byName = (host: Parameters<typeof catalogueFor>[0], name: string) =>
  catalogueFor(host).find((type) => type.name === name);

it('lists all 60 types in their order, as the contract says', () => {
  const types = catalogueFor({ cpus: 2, memoryGiB: 8, gpus: 0 });
  expect(types).toHaveLength(60);
  expect(types.map((type) => type.order)).toEqual(types.map((_type, index) => index));
  for (const type of types) expect(() => instanceTypeSchema.parse(type)).not.toThrow();
  expect(types.filter((type) => type.fastLaunch).map((type) => type.name)).toEqual([
    'ml.t3.medium',
    'ml.m5.large',
    'ml.c5.large',
    'ml.g4dn.xlarge',
  ]);
});

it('says why a type does not fit', () => {
  const host = { cpus: 2, memoryGiB: 7.6, gpus: 0 };
  expect(byName(host, 'ml.m5.large')?.available).toEqual({ ok: true });
  expect(byName(host, 'ml.m5.xlarge')?.available).toEqual({
    ok: false,
    reason: 'This host has 2 CPUs; ml.m5.xlarge needs 4.',
  });
  expect(byName(host, 'ml.r5.large')?.available.reason).toBe(
    'This host has 7.6 GiB of memory; ml.r5.large needs 16 GiB.',
  );
  expect(byName(host, 'ml.g4dn.xlarge')?.available.reason).toBe(
    'This host has no GPU; ml.g4dn.xlarge needs 1.',
  );
});

it('never offers a type whose hardware it cannot name', () => {
  const host = { cpus: 512, memoryGiB: 4_096, gpus: 8 };
  const refused = catalogueFor(host).filter((type) => !type.available.ok);
  expect(refused.map((type) => type.name)).toEqual([
    'ml.geospatial.interactive',
    'ml.trn1.2xlarge',
    'ml.trn1.32xlarge',
    'ml.trn1n.32xlarge',
  ]);
});

it('offers the smallest type on a host smaller than all, and says so', () => {
  const offered = catalogueFor({ cpus: 1, memoryGiB: 2, gpus: 0 }).filter((type) => type.available.ok);
  expect(offered.map((type) => [type.name, type.available.reason])).toEqual([
    ['ml.t3.medium', 'This host has 1 CPU; ml.t3.medium needs 2. It gets what there is.'],
  ]);
});

it('puts types of the deployer behind the others, under the same rules of fit', () => {
  const further = [
    { name: 'test.small', vcpu: 1, memoryGiB: 1, gpu: 0 },
    { name: 'test.large', vcpu: 4, memoryGiB: 1, gpu: 0 },
  ];
  const types = catalogueFor({ cpus: 2, memoryGiB: 8, gpus: 0 }, withFurtherTypes(further));
  expect(types).toHaveLength(62);
  expect(types.slice(60)).toMatchObject([
    { name: 'test.small', category: 'Further', order: 60, available: { ok: true } },
    {
      name: 'test.large',
      order: 61,
      available: { ok: false, reason: 'This host has 2 CPUs; test.large needs 4.' },
    },
  ]);
});
