/** Keeps what fails within it from taking the rest of the page along. */

import { Component, type ReactNode } from "react";

interface Props {
  children: ReactNode;
  fallback: (error: unknown, again: () => void) => ReactNode;
  /** Called before another try. */
  onReset?: () => void;
}

interface State {
  failed: boolean;
  error: unknown;
}

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failed: false, error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { failed: true, error };
  }

  private readonly again = () => {
    this.props.onReset?.();
    this.setState({ failed: false, error: null });
  };

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback(this.state.error, this.again) : this.props.children;
  }
}
