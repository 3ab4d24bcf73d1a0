import type { ComponentProps, MouseEvent } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconProps } from './Icon.tsx';
import { Tooltip, type TooltipSide } from './Tooltip.tsx';
import styles from './Button.module.css';

type NativeProps = Omit<ComponentProps<'button'>, 'type' | 'disabled' | 'aria-disabled'>;

type CommonProps = NativeProps & {
  /** Not usable and nothing to say about it. */
  disabled?: boolean | undefined;
  /** Not usable, and why: the button stays reachable and its tooltip and description say the reason. */
  disabledReason?: string | null | undefined;
};

export type ButtonProps = CommonProps & {
  variant?: 'primary' | 'secondary' | 'quiet' | 'danger' | 'dangerFilled';
  /** `lg` (32 px) in dialogs. */
  size?: 'md' | 'lg';
  icon?: IconProps['name'] | undefined;
  type?: 'button' | 'submit';
};

/** A button with words. One primary a surface; `dangerFilled` only in the confirmation itself. */
export function Button(props: ButtonProps) {
  const { variant = 'secondary', size = 'md', icon, type = 'button', className, children, ...rest } = props;
  const { native, reason } = disabling(rest);
  const button = (
    <button
      {...native}
      type={type}
      className={classNames(styles['button'], styles[variant], size === 'lg' && styles['lg'], className)}
    >
      {icon && <Icon name={icon} size={14} />}
      {children}
    </button>
  );
  return <Tooltip text={reason ?? ''}>{button}</Tooltip>;
}

export type IconButtonProps = Omit<CommonProps, 'children'> & {
  icon: IconProps['name'];
  /** Accessible name and tooltip. */
  label: string;
  /** Shortcut shown in the tooltip. */
  keys?: string | undefined;
  /** A toggle's state; absent = no toggle. */
  isPressed?: boolean | undefined;
  iconSize?: number;
  tooltipSide?: TooltipSide;
};

/** A 28 px button with an icon alone; always named, always with a tooltip. */
export function IconButton(props: IconButtonProps) {
  const { icon, label, keys, isPressed, iconSize = 16, tooltipSide = 'bottom', className, ...rest } = props;
  const { native, reason } = disabling(rest);
  const text = reason ? `${label}. ${reason}` : label;
  return (
    <Tooltip text={text} keys={reason ? undefined : keys} side={tooltipSide} describes={Boolean(reason)}>
      <button
        {...native}
        type="button"
        aria-label={label}
        aria-pressed={isPressed}
        className={classNames(styles['iconButton'], className)}
      >
        <Icon name={icon} size={iconSize} />
      </button>
    </Tooltip>
  );
}

/** With a reason the button keeps focus and hover but does nothing; without one it is plainly disabled. */
function disabling({ disabled, disabledReason, onClick, ...rest }: CommonProps) {
  if (!disabledReason) return { native: { ...rest, onClick, disabled }, reason: null };
  const swallow = (event: MouseEvent) => event.preventDefault();
  return { native: { ...rest, onClick: swallow, 'aria-disabled': true }, reason: disabledReason };
}
