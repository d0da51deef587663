import { createContext, useContext, useState, type ReactNode } from "react";
import { createStore, useStore } from "zustand";
import type { StoreApi } from "zustand/vanilla";

type OpenRows = StoreApi<Readonly<Record<string, boolean>>>;
const OpenRowsContext = createContext<OpenRows | null>(null);

/** Remembers which rows are open, also while the virtual list has taken them off the page. */
export function OpenRowsProvider({ children }: { readonly children: ReactNode }) {
  const [store] = useState<OpenRows>(() => createStore(() => ({})));
  return <OpenRowsContext value={store}>{children}</OpenRowsContext>;
}

/** Whether the row is open, and what opens or closes it. */
export function useOpenRow(key: string, initially = false): readonly [boolean, () => void] {
  const store = useContext(OpenRowsContext);
  if (store === null) throw new Error("No OpenRowsProvider above this component");
  const isOpen = useStore(store, (state) => state[key] ?? initially);
  const toggle = (): void => {
    store.setState({ [key]: !isOpen });
  };
  return [isOpen, toggle];
}
