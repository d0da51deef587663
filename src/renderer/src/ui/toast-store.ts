import { createStore, type StoreApi } from "zustand/vanilla";

interface ToastAction {
  readonly label: string;
  readonly perform: () => void;
}

export interface Toast {
  readonly id: number;
  readonly tone: "neutral" | "ok" | "failed";
  readonly text: string;
  readonly actions: readonly ToastAction[];
}

interface ToastOptions {
  readonly tone?: Toast["tone"];
  readonly actions?: readonly ToastAction[];
}

export interface Toasts {
  readonly store: StoreApi<{ readonly toast: Toast | null }>;
  /** Shows one line at the top of the window; it takes the place of the one before. */
  readonly show: (text: string, options?: ToastOptions) => void;
  readonly dismiss: () => void;
}

/** The window's single toast. Showing a second one replaces the first: there is never a pile. */
export function createToasts(): Toasts {
  let count = 0;
  const store = createStore<{ readonly toast: Toast | null }>(() => ({ toast: null }));
  return {
    store,
    show: (text, options = {}) => {
      count += 1;
      store.setState({
        toast: { id: count, text, tone: options.tone ?? "neutral", actions: options.actions ?? [] },
      });
    },
    dismiss: () => {
      store.setState({ toast: null });
    },
  };
}
