const overlays = "[role=dialog], [role=menu]";

/** What had the focus last, outside of dialogs and menus: those open one from another, and go. */
let opener: HTMLElement | null = null;

function remember({ target }: FocusEvent): void {
  if (target instanceof HTMLElement && target.closest(overlays) === null) opener = target;
}

/** Watches the focus until the returned function is called, so that a dialog can give it back. */
export function watchFocus(): () => void {
  document.addEventListener("focusin", remember);
  return () => {
    document.removeEventListener("focusin", remember);
    opener = null;
  };
}

/** For a dialog that closes: the focus goes back to where it was. Radix knows triggers only, and ours open by commands too. */
export function returnFocus(event: Event): void {
  event.preventDefault();
  const lost = document.activeElement === null || document.activeElement === document.body;
  if (lost && opener?.isConnected === true) opener.focus();
}
