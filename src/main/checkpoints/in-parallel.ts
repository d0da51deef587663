/** Does `act` for each, at most `limit` at once. All that began come to their end before the first failure is thrown. */
export async function inParallel<T, R>(
  all: readonly T[],
  limit: number,
  act: (one: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  const rest = all.entries();
  const worker = async (): Promise<void> => {
    for (const [index, one] of rest) {
      if (failures.length > 0) return;
      try {
        results[index] = await act(one, index);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, all.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
