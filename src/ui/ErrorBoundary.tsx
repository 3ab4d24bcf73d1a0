import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Button } from './Button.tsx';
import { EmptyState } from './EmptyState.tsx';

export type ErrorBoundaryProps = {
  /** What could not be shown: "This output". */
  what: string;
  onError?: (error: unknown, info: ErrorInfo) => void;
  children: ReactNode;
};

/** Keeps a fault of one part from taking the others down; the person can try again. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    this.props.onError?.(error, info);
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <EmptyState
        icon="circle-alert"
        title={`${this.props.what} could not be shown`}
        action={<Button onClick={() => this.setState({ error: null })}>Try again</Button>}
      >
        {error instanceof Error ? error.message : 'The fault has no words.'}
      </EmptyState>
    );
  }
}
