const overlays = "[role=dialog], [role=menu]";
const openDialogs = "[role=dialog][data-state=open]";

/** What had the focus last, outside of dialogs and menus: those open one from another, and go. */
let opener: HTMLElement | null = null;

/** The same within each dialog, from which others open. */
const within = new WeakMap<Element, HTMLElement>();

function remember({ target }: FocusEvent): void {
  if (!(target instanceof HTMLElement)) return;
  const overlay = target.closest(overlays);
  if (overlay === null) opener = target;
  else within.set(overlay, target);
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
  if (!lost) return;
  // A dialog that stays open keeps the focus, also when what opened the one above it is gone: Esc would close what lies beneath.
  const [stays = null] = [...document.querySelectorAll<HTMLElement>(openDialogs)].toReversed();
  if (stays === null) {
    if (opener?.isConnected === true) opener.focus();
    return;
  }
  const last = within.get(stays);
  (last !== undefined && stays.contains(last) ? last : stays).focus();
}
