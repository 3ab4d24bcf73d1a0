import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { classNames } from './class-names.ts';
import { Icon } from './Icon.tsx';
import { Tooltip } from './Tooltip.tsx';
import styles from './Button.module.css';

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled' | 'className' | 'title'>;

export type ButtonProps = Native & {
  /** One primary a surface; `dangerFilled` only in a confirmation. */
  kind?: 'primary' | 'secondary' | 'quiet' | 'danger' | 'dangerFilled';
  size?: 'normal' | 'large';
  icon?: string;
  /** A disabled button stays reachable; its reason is its tooltip and description. */
  disabled?: boolean;
  reason?: string | undefined;
  children?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
};

/** A button with words. */
export function Button({
  kind = 'secondary',
  size = 'normal',
  icon,
  disabled,
  reason,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const button = (
    <button
      type="button"
      {...rest}
      className={classNames(styles['button'], styles[kind], size === 'large' && styles['large'])}
      aria-disabled={disabled || undefined}
      aria-description={disabled ? reason : rest['aria-description']}
      onClick={(event) => {
        if (disabled) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {icon && <Icon name={icon} size={14} />}
      {children}
    </button>
  );
  return disabled && reason ? <Tooltip text={reason}>{button}</Tooltip> : button;
}

export type IconButtonProps = Native & {
  icon: string;
  /** Accessible name and tooltip. */
  label: string;
  keys?: string | undefined;
  isOn?: boolean;
  disabled?: boolean | undefined;
  reason?: string | undefined;
  iconSize?: 14 | 16 | 18;
  ref?: Ref<HTMLButtonElement>;
};

/** A button without words, 28 px, for toolbars. */
export function IconButton({
  icon,
  label,
  keys,
  isOn,
  disabled,
  reason,
  iconSize = 16,
  onClick,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={disabled && reason ? `${label}. ${reason}` : label} keys={keys}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-pressed={isOn}
        aria-disabled={disabled || undefined}
        aria-description={disabled ? reason : undefined}
        className={classNames(styles['icon'], isOn && styles['on'])}
        onClick={(event) => {
          if (disabled) event.preventDefault();
          else onClick?.(event);
        }}
      >
        <Icon name={icon} size={iconSize} />
      </button>
    </Tooltip>
  );
}
