import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef, useState } from 'react';
import { IconButton } from './Button.tsx';
import { Icon, type IconProps } from './Icon.tsx';
import { useRootElement } from './use-root-element.ts';
import styles from './Dialog.module.css';

export type DialogFrameProps = {
  title: string;
  subtitle?: string;
  size?: 456 | 560 | 640 | 976;
  role?: 'dialog' | 'alertdialog';
  icon?: IconProps['name'] | undefined;
  /** Left in the footer: a lasting choice or a cost. */
  footerStart?: ReactNode;
  /** Right in the footer: Cancel, then the primary button. */
  actions?: ReactNode;
  /** Escape, scrim, close button. Absent = the dialog has to be answered. */
  onClose?: () => void;
  children?: ReactNode;
};

/** A modal dialog, open while it is rendered. Focus starts on the first field and returns to the opener. */
export function Dialog({
  title,
  subtitle,
  size = 456,
  role = 'dialog',
  icon,
  footerStart,
  actions,
  onClose,
  children,
}: DialogFrameProps) {
  const container = useRootElement();
  const content = useRef<HTMLDivElement>(null);
  const [opener] = useState(() => document.activeElement);
  const refuse = (event: Event) => {
    if (!onClose) event.preventDefault();
  };
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose?.()}>
      <Radix.Portal container={container}>
        <Radix.Overlay className={styles['scrim']} />
        <Radix.Content
          ref={content}
          role={role}
          aria-label={title}
          className={styles['dialog']}
          style={{ maxWidth: size }}
          onEscapeKeyDown={refuse}
          onPointerDownOutside={refuse}
          onInteractOutside={refuse}
          onOpenAutoFocus={(event) => focusFirst(event, content.current)}
          onCloseAutoFocus={(event) => focusOpener(event, opener)}
          {...(subtitle ? {} : { 'aria-describedby': undefined })}
        >
          <header className={styles['header']}>
            {icon && <Icon name={icon} size={20} className={styles['icon']} />}
            <div className={styles['heading']}>
              <Radix.Title className={styles['title']}>{title}</Radix.Title>
              {subtitle && <Radix.Description className={styles['subtitle']}>{subtitle}</Radix.Description>}
            </div>
            {onClose && <IconButton icon="x" label="Close" onClick={onClose} />}
          </header>
          {children && <div className={styles['body']}>{children}</div>}
          {(actions || footerStart) && (
            <footer className={styles['footer']}>
              <div className={styles['start']}>{footerStart}</div>
              {actions}
            </footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** What is marked, else the first field of the body, else the last button of the footer; never the close button. */
function focusFirst(event: Event, content: HTMLElement | null): void {
  const field =
    content?.querySelector<HTMLElement>('[data-autofocus]') ??
    content?.querySelector<HTMLElement>(
      `.${styles['body']} :is(input:not([type=hidden]), select, textarea):not(:disabled)`,
    ) ??
    [...(content?.querySelectorAll<HTMLElement>('footer button:not(:disabled)') ?? [])].at(-1);
  if (!field) return;
  event.preventDefault();
  field.focus();
  if (field instanceof HTMLInputElement) field.select();
}

/** Radix knows only its own trigger, so the opener is kept here; where it is gone, focus is left alone. */
function focusOpener(event: Event, opener: Element | null): void {
  event.preventDefault();
  if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
}
