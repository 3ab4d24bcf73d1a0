import styles from './Kbd.module.css';

/** A shortcut as printed by `commands.keysOf`, e.g. `Ctrl+Shift+P` or `D, D`. `framed` draws key caps. */
export function Kbd({ keys, framed = false }: { keys: string; framed?: boolean }) {
  return <kbd className={framed ? styles['cap'] : styles['plain']}>{keys}</kbd>;
}
