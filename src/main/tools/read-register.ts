/** What a session has read: path → git blob id of the bytes it saw. A write needs a read that is still true. */
export interface ReadRegister {
  /** The blob id last read or written by this session, undefined when it never saw the file. */
  seen(path: string): string | undefined;
  record(path: string, blobId: string): void;
  forget(path: string): void;
  /** Every path this session has seen. */
  entries(): Iterable<readonly [string, string]>;
}

export function createReadRegister(): ReadRegister {
  const blobs = new Map<string, string>();
  return {
    seen: (path) => blobs.get(path),
    record: (path, blobId) => void blobs.set(path, blobId),
    forget: (path) => void blobs.delete(path),
    entries: () => blobs.entries(),
  };
}
