import { type IconName, icons, isIconName } from './icons.ts';

export type IconProps = {
  /** A name of `icons.ts`; contributions give plain strings, an unknown one draws a plain square. */
  name: IconName | (string & {});
  size?: number;
  className?: string | undefined;
};

/** Decoration beside a word or inside a named button: hidden from screen readers. */
export function Icon({ name, size = 16, className }: IconProps) {
  const Drawing = icons[isIconName(name) ? name : 'square'];
  return (
    <Drawing size={size} strokeWidth={1.75} className={className} aria-hidden="true" focusable="false" />
  );
}
