/** What a key of the review does: the next or previous change, or file. */
const moves: Readonly<
  Record<string, { readonly of: "[data-hunk]" | "[data-file]"; readonly by: 1 | -1 }>
> = {
  "]": { of: "[data-hunk]", by: 1 },
  "[": { of: "[data-hunk]", by: -1 },
  n: { of: "[data-file]", by: 1 },
  p: { of: "[data-file]", by: -1 },
};

/** Moves the focus inside `root` as the key says; false when the key means nothing here. */
export function moveFocus(root: HTMLElement, key: string): boolean {
  const move = Object.hasOwn(moves, key) ? moves[key] : undefined;
  if (move === undefined) return false;
  const places = [...root.querySelectorAll<HTMLElement>(move.of)];
  const present = document.activeElement;
  const inside = places.findIndex((place) => place === present || place.contains(present));
  // From outside of all of them, the next is the first below and the previous the last above.
  const before = places.findLastIndex((place) => isAfter(place, present));
  const next = inside === -1 ? (move.by === 1 ? before + 1 : before) : inside + move.by;
  const place = places[next];
  if (place === undefined) return true;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
  return true;
}

/** Moves the focus from a change that is dealt with to the next one that is open, else to the list itself. */
export function focusNextOpen(from: HTMLElement): void {
  const root = from.closest<HTMLElement>("[data-review]");
  const open = [...(root?.querySelectorAll<HTMLElement>('[data-hunk="open"]') ?? [])].filter(
    (place) => place !== from,
  );
  const next = open.find((place) => isAfter(from, place)) ?? open[0] ?? root;
  next?.focus({ preventScroll: true });
  if (next !== root) next?.scrollIntoView({ block: "nearest" });
}

const isAfter = (place: HTMLElement, present: Element | null): boolean =>
  present !== null &&
  (place.compareDocumentPosition(present) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
