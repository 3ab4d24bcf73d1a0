import { describe, expect, it } from 'vitest';
import { enforcementText, isUnenforced } from './enforcement-text.ts';

describe('how sizes are enforced [A8]', () => {
  it.each([
    [undefined, null, false],
    [{ cpu: 'cgroup-v2', memory: 'cgroup-v2' }, 'Held to its size by control groups.', false],
    [{ cpu: 'kubernetes', memory: 'kubernetes' }, 'Held to its size.', false],
    [
      { cpu: 'none', memory: 'none', reason: 'No control group may be made.' },
      'Sizes are not enforced here. No control group may be made.',
      true,
    ],
    [{ cpu: 'none', memory: 'none' }, 'Sizes are not enforced here.', true],
    [
      { cpu: 'none', memory: 'cgroup-v2', reason: 'The cpu controller is off.' },
      'Memory is enforced here, CPU is not. The cpu controller is off.',
      true,
    ],
    [
      { cpu: 'cgroup-v2', memory: 'none', reason: 'The memory controller is off' },
      'CPU is enforced here, memory is not. The memory controller is off.',
      true,
    ],
  ])('%j', (enforcement, text, isOpen) => {
    expect(enforcementText(enforcement)).toBe(text);
    expect(isUnenforced(enforcement)).toBe(isOpen);
  });
});
