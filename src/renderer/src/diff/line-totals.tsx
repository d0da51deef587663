/** "+12 −3" in the colours of a diff; nothing where no line changed. */
export function LineTotals({
  added,
  removed,
}: {
  readonly added: number;
  readonly removed: number;
}) {
  if (added === 0 && removed === 0) return null;
  return (
    <span className="inline-flex shrink-0 gap-1.5 text-label">
      {added > 0 && <span className="text-ok">+{added}</span>}
      {removed > 0 && <span className="text-failed">−{removed}</span>}
    </span>
  );
}
