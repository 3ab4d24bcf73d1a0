import { Icon } from './Icon.tsx';
import { KernelGlyph, type KernelGlyphState } from './KernelGlyph.tsx';
import styles from './Badges.module.css';

export type KernelBadgeProps = {
  state: KernelGlyphState;
  /** Name of the kernel, `Python 3`; null = no kernel. */
  kernelName: string | null;
  imageName: string | null;
  onClick: () => void;
};

/** `Python 3 (Data Science)`, or `No kernel`. */
export function kernelLabel(kernelName: string | null, imageName: string | null): string {
  if (kernelName === null) return 'No kernel';
  return imageName === null || kernelName.includes(imageName) ? kernelName : `${kernelName} (${imageName})`;
}

/** The kernel of a notebook with its state as a glyph; opens "Change environment". */
export function KernelBadge({ state, kernelName, imageName, onClick }: KernelBadgeProps) {
  const label = kernelLabel(kernelName, imageName);
  const name = state === 'none' ? `Kernel ${label}` : `Kernel ${label}, ${state}`;
  return (
    <button type="button" className={styles['badge']} aria-label={name} title={name} onClick={onClick}>
      <KernelGlyph state={state} />
      <span>{label}</span>
      <Icon name="chevron-down" size={14} className={styles['arrow']} />
    </button>
  );
}
