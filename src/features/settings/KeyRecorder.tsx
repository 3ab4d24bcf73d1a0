import { type KeyboardEvent, useEffect, useRef } from 'react';
import { formatKeys, keysOfPress } from '@/platform/keybindings/keys.ts';
import styles from './Settings.module.css';

type KeyRecorderProps = {
  label: string;
  keys: string;
  isMac: boolean;
  placeholder: string;
  onKeys: (keys: string) => void;
  onEnter?: (() => void) | undefined;
  onEscape: () => void;
};

/**
 * Shows the keys that are pressed in it. A second press makes a chord, a third begins anew. Tab goes on, Escape leaves,
 * Enter confirms: those three are not recorded by themselves.
 */
export function KeyRecorder(props: KeyRecorderProps) {
  const { label, keys, isMac, placeholder, onKeys, onEnter, onEscape } = props;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const handleKey = (event: KeyboardEvent<HTMLInputElement>) => {
    const { nativeEvent } = event;
    if (event.key === 'Tab' || nativeEvent.isComposing || nativeEvent.keyCode === 229) return;
    event.preventDefault();
    event.stopPropagation();
    const pressed = keysOfPress(nativeEvent);
    if (pressed === 'Escape') onEscape();
    else if (pressed === 'Enter' && onEnter && keys !== '') onEnter();
    else if (pressed !== null) onKeys(keys === '' || keys.includes(' ') ? pressed : `${keys} ${pressed}`);
  };
  return (
    <input
      ref={field}
      className={styles['recorder']}
      aria-label={label}
      data-records-keys=""
      readOnly
      value={keys === '' ? '' : formatKeys(keys, isMac)}
      placeholder={placeholder}
      onKeyDown={handleKey}
    />
  );
}
