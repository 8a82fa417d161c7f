import { Component, type ErrorInfo, type ReactNode } from 'react';
import type { Bridge } from '../bridge/bridge';
import { useBridge } from '../stores/bridge-context';
import { BrokenScreen } from './BrokenScreen';
import { describe } from './report-errors';

interface Props {
  bridge: Bridge;
  children: ReactNode;
}

/** An error in one screen leaves the frame and the other screens alone. */
class Boundary extends Component<Props, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo) {
    const message = `${describe(error)}\n${info.componentStack ?? ''}`.slice(0, 10_000);
    void this.props.bridge.call('logs.write', { level: 'error', message }).catch(() => undefined);
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <BrokenScreen error={this.state.error} onRetry={() => this.setState({ error: null })} />;
  }
}

export function ScreenBoundary({ children }: { children: ReactNode }) {
  return <Boundary bridge={useBridge()}>{children}</Boundary>;
}
