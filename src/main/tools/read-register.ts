/** A file whose bytes the session knows by their git blob id, or (null) knows no longer. */
export interface SeenFile {
  readonly path: string;
  readonly blobId: string | null;
}

/** What a session has read: path → git blob id of the bytes it saw. A write needs a read that is still true. */
export interface ReadRegister {
  /** The blob id last read or written by this session, undefined when it never saw the file. */
  seen(path: string): string | undefined;
  record(path: string, blobId: string): void;
  forget(path: string): void;
  /** Every path this session has seen. */
  entries(): Iterable<readonly [string, string]>;
  /** Keeps content that was seen, for showing what changed since; the oldest goes first when there is too much. */
  keep(blobId: string, content: Uint8Array): void;
  content(blobId: string): Uint8Array | undefined;
  /** What `record` and `forget` were told since the last call: it belongs into the session's history. */
  takeNews(): readonly SeenFile[];
  /** Puts back what the session's history says, oldest first. It is no news. */
  restore(seen: Iterable<SeenFile>): void;
}

const keptBytes = 8 * 1024 * 1024;
const keptFileBytes = 256 * 1024;

export function createReadRegister(): ReadRegister {
  const blobs = new Map<string, string>();
  const contents = new Map<string, Uint8Array>();
  let bytes = 0;
  let news: SeenFile[] = [];
  function put({ path, blobId }: SeenFile): void {
    blobs.delete(path); // newest last
    if (blobId !== null) blobs.set(path, blobId);
  }
  function tell(seen: SeenFile): void {
    put(seen);
    news.push(seen);
  }
  return {
    seen: (path) => blobs.get(path),
    record: (path, blobId) => tell({ path, blobId }),
    forget: (path) => tell({ path, blobId: null }),
    takeNews() {
      const taken = news;
      news = [];
      return taken;
    },
    restore(seen) {
      for (const one of seen) put(one);
    },
    entries: () => blobs.entries(),
    keep(blobId, content) {
      if (content.byteLength > keptFileBytes || contents.has(blobId)) return;
      contents.set(blobId, content);
      bytes += content.byteLength;
      for (const [oldest, old] of contents) {
        if (bytes <= keptBytes) break;
        contents.delete(oldest);
        bytes -= old.byteLength;
      }
    },
    content: (blobId) => contents.get(blobId),
  };
}
