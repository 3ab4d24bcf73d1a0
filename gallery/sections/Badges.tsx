import { InstanceBadge } from '@/ui/InstanceBadge.tsx';
import { KernelBadge } from '@/ui/KernelBadge.tsx';
import { KernelGlyph, type KernelGlyphState } from '@/ui/KernelGlyph.tsx';
import { Meter, Progress } from '@/ui/Meter.tsx';
import { Spinner } from '@/ui/Spinner.tsx';
import { medium, memoryOf, withGpu } from '../fixtures.ts';
import { nothing, Section, State } from '../Section.tsx';

const states: readonly KernelGlyphState[] = [
  ...(['none', 'starting', 'idle', 'busy', 'restarting'] as const),
  ...(['reconnecting', 'disconnected', 'dead', 'unknown'] as const),
];

const meters = [
  { label: 'CPU', value: 94, max: 100, text: '94 %', tone: 'neutral' },
  { label: 'Memory', value: 2.9, max: 4, text: '2.9 of 4 GiB', tone: 'neutral' },
  { label: 'Memory, warning', value: 3.5, max: 4, text: '3.5 of 4 GiB', tone: 'warn' },
  { label: 'Memory, danger', value: 3.9, max: 4, text: '3.9 of 4 GiB', tone: 'danger' },
] as const;

export function Badges() {
  return (
    <>
      <Section title="Instance badge">
        <div className="g-row">
          <State name="no kernel">
            <InstanceBadge size={null} onClick={nothing} />
          </State>
          <State name="nothing measured">
            <InstanceBadge size={medium} typeName="ml.t3.medium" onClick={nothing} />
          </State>
          <State name="below 80 %">
            <InstanceBadge size={medium} memory={memoryOf(2.9)} onClick={nothing} />
          </State>
          <State name="from 80 %">
            <InstanceBadge size={medium} memory={memoryOf(3.5)} onClick={nothing} />
          </State>
          <State name="from 95 %">
            <InstanceBadge size={medium} memory={memoryOf(3.9)} onClick={nothing} />
          </State>
          <State name="ran out">
            <InstanceBadge size={medium} memory={memoryOf(0.4)} hasRunOut onClick={nothing} />
          </State>
          <State name="with GPU">
            <InstanceBadge size={withGpu} memory={memoryOf(6.1, 16)} onClick={nothing} />
          </State>
        </div>
      </Section>
      <Section title="Kernel badge">
        <div className="g-row">
          {states.map((state) => (
            <State key={state} name={state}>
              <KernelBadge
                state={state}
                kernelName={state === 'none' ? null : 'Python 3'}
                imageName={null}
                onClick={nothing}
              />
            </State>
          ))}
        </div>
      </Section>
      <Section title="Kernel glyph">
        <div className="g-row">
          {states.map((state) => (
            <State key={state} name={state}>
              <span>
                <KernelGlyph state={state} /> <KernelGlyph state={state} size={10} />
              </span>
            </State>
          ))}
        </div>
      </Section>
      <Section title="Meters">
        <div className="g-stack">
          {meters.map(({ label, value, max, text, tone }) => (
            <div key={label} className="g-meter">
              <span>{label}</span>
              <Meter label={label} value={value} max={max} valueText={text} tone={tone} />
              <span>{text}</span>
            </div>
          ))}
          <Progress label="Upload" value={35} valueText="35 %" />
          <Progress label="Unknown end" value={null} />
          <Spinner size={16} />
        </div>
      </Section>
    </>
  );
}
