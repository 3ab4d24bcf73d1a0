import { Icon } from '@/ui/Icon.tsx';
import { icons } from '@/ui/icons.ts';
import { tokens } from '../fixtures.ts';
import { Section } from '../Section.tsx';

export function Tokens() {
  return (
    <>
      <Section title="Colours">
        <div className="g-swatches">
          {tokens.map((token) => (
            <div key={token} className="g-swatch">
              <span style={{ background: `var(--at-${token})` }} />
              {token}
            </div>
          ))}
        </div>
      </Section>
      <Section title="Icons">
        <div className="g-row">
          {Object.keys(icons).map((name) => (
            <span key={name} title={name}>
              <Icon name={name} />
            </span>
          ))}
        </div>
      </Section>
    </>
  );
}
