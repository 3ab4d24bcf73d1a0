import type { JsonValue } from '@atelier-ide/core/notebook/model.ts';
import { type ReactNode, useState } from 'react';

const MANY = 100;

/** JSON as a tree that unfolds. */
export function JsonOutput({ value, mime }: { value: JsonValue; mime: string }) {
  return (
    <div data-mime={mime} className="at-json-output">
      <JsonNode value={value} depth={0} />
    </div>
  );
}

type NodeProps = { name?: string; value: JsonValue; depth: number };

function JsonNode({ name, value, depth }: NodeProps) {
  const label = name === undefined ? null : <span className="at-json-key">{`${name}: `}</span>;
  if (value === null || typeof value !== 'object') {
    const kind = value === null ? 'null' : typeof value;
    return (
      <div className="at-json-leaf">
        {label}
        <span className={`at-json-${kind}`}>{JSON.stringify(value)}</span>
      </div>
    );
  }
  return <JsonBranch label={label} value={value} depth={depth} />;
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

type BranchProps = { label: ReactNode; value: JsonValue & object; depth: number };

function JsonBranch({ label, value, depth }: BranchProps) {
  const [isOpen, setIsOpen] = useState(depth === 0);
  const [shown, setShown] = useState(MANY);
  const entries = Object.entries(value);
  const isList = Array.isArray(value);
  const rest = entries.length - shown;
  return (
    <details open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        {label}
        <span className="at-json-count">
          {isList ? `[${counted(entries.length, 'item')}]` : `{${counted(entries.length, 'key')}}`}
        </span>
      </summary>
      {isOpen
        ? entries
            .slice(0, shown)
            .map(([key, item]) => <JsonNode key={key} name={key} value={item} depth={depth + 1} />)
        : null}
      {isOpen && rest > 0 ? (
        <button type="button" className="at-link-button" onClick={() => setShown(shown + 10 * MANY)}>
          {`Show ${Math.min(rest, 10 * MANY)} more`}
        </button>
      ) : null}
    </details>
  );
}
