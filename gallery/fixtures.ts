/** Facts that parts are shown with. */
const GIB = 1024 ** 3;

export const medium = { vcpu: 2, memoryGiB: 4 };
export const withGpu = { vcpu: 4, memoryGiB: 16, gpu: 1 };
export const memoryOf = (used: number, limit = 4) => ({ usedBytes: used * GIB, limitBytes: limit * GIB });

export type Type = { name: string; vcpu: number; memory: number; gpu: number; use: string; reason?: string };

export const types: readonly Type[] = [
  { name: 'ml.c5.large', vcpu: 2, memory: 4, gpu: 0, use: '4 free' },
  { name: 'ml.t3.medium', vcpu: 2, memory: 4, gpu: 0, use: 'Running, 2 free' },
  { name: 'ml.m5.large', vcpu: 2, memory: 8, gpu: 0, use: '4 free' },
  { name: 'ml.g4dn.xlarge', vcpu: 4, memory: 16, gpu: 1, use: '', reason: 'This host has no GPU' },
  {
    name: 'ml.m5.2xlarge',
    vcpu: 8,
    memory: 32,
    gpu: 0,
    use: '',
    reason: 'Needs 32 GiB, this host has 24 GiB',
  },
];

/** A start of compute that stands still at its third phase. */
export const startedAt = Date.parse('2026-11-22T14:32:00Z');
const at = (ms: number) => new Date(startedAt + ms).toISOString();

export const starting = {
  instanceType: 'ml.m5.xlarge',
  createdAt: at(0),
  typicalMs: 9_000,
  phase: 'image' as const,
  phases: [
    { name: 'queued' as const, startedAt: at(0), endedAt: at(100) },
    { name: 'instance' as const, startedAt: at(100), endedAt: at(1_400) },
    { name: 'image' as const, startedAt: at(1_400) },
  ],
};

export const tokens: readonly string[] = `
  bg-canvas bg-chrome bg-sunken bg-raised bg-hover bg-active bg-selected line
  line-strong line-control text text-2 text-3 text-disabled accent accent-text
  accent-tint accent-line activity focus ok ok-fill ok-tint warn
  warn-fill warn-tint danger danger-fill danger-tint meter meter-track syn-keyword
  syn-string syn-number syn-comment syn-function syn-builtin data-1 data-2 data-3
  data-4 data-5 data-6 data-7 data-8
`
  .trim()
  .split(/\s+/);
