/** Takes all steps at once. */
export function runToEnd<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Takes steps until that time on the clock of performance.now(), at least one; answers the last. */
export function runUntil<T>(steps: Generator<void, T>, until: number): IteratorResult<void, T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true || performance.now() >= until) return step;
  }
}

/** What reading, hashing and deflating do at least, in bytes a millisecond: a file that would overrun the time is left. */
const bytesPerMs = 25_000;

/** Whether a file of so many bytes can be read before that time; null: there is always time. */
export const timeUntil =
  (deadline: number | null) =>
  (size: number): boolean =>
    deadline === null || performance.now() + size / bytesPerMs < deadline;
