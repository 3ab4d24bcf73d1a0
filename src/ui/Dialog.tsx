import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { IconButton } from './Button.tsx';
import { classNames } from './class-names.ts';
import { useRootElement } from './use-root-element.ts';
import styles from './Dialog.module.css';

export type DialogFrameProps = {
  title: string;
  subtitle?: string;
  size?: 456 | 560 | 640 | 976;
  role?: 'dialog' | 'alertdialog';
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
  footerStart,
  actions,
  onClose,
  children,
}: DialogFrameProps) {
  const container = useRootElement();
  const body = useRef<HTMLDivElement>(null);
  const refuse = (event: Event) => {
    if (!onClose) event.preventDefault();
  };
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose?.()}>
      <Radix.Portal container={container}>
        <Radix.Overlay className={styles['scrim']} />
        <Radix.Content
          role={role}
          aria-label={title}
          className={styles['dialog']}
          style={{ maxWidth: size }}
          onEscapeKeyDown={refuse}
          onPointerDownOutside={refuse}
          onInteractOutside={refuse}
          onOpenAutoFocus={(event) => focusFirst(event, body.current)}
          {...(subtitle ? {} : { 'aria-describedby': undefined })}
        >
          <header className={styles['header']}>
            <div>
              <Radix.Title className={styles['title']}>{title}</Radix.Title>
              {subtitle && <Radix.Description className={styles['subtitle']}>{subtitle}</Radix.Description>}
            </div>
            {onClose && <IconButton icon="x" label="Close" onClick={onClose} />}
          </header>
          <div ref={body} className={styles['body']}>
            {children}
          </div>
          {(actions || footerStart) && (
            <footer className={classNames(styles['footer'])}>
              <div className={styles['start']}>{footerStart}</div>
              {actions}
            </footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The first field of the body, not the close button in the header. */
function focusFirst(event: Event, body: HTMLElement | null): void {
  const field = body?.querySelector<HTMLElement>(
    'input:not([type=hidden]), select, textarea, [data-autofocus]',
  );
  if (!field) return;
  event.preventDefault();
  field.focus();
  if (field instanceof HTMLInputElement) field.select();
}
