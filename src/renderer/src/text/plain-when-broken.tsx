import { Component, type ReactNode } from "react";
import { VisibleText } from "./visible-text.tsx";

export interface PlainWhenBrokenProps {
  readonly text: string;
  readonly children: ReactNode;
}

/** Shows the text as it is where what makes something of it fails: one answer must not take the whole window with it. */
export class PlainWhenBroken extends Component<PlainWhenBrokenProps, { readonly failed: boolean }> {
  override readonly state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    const { text, children } = this.props;
    if (!this.state.failed) return children;
    return (
      <p className="wrap-anywhere whitespace-pre-wrap">
        <VisibleText text={text} multiline />
      </p>
    );
  }
}
