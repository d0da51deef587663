import { AppError } from "../../../shared/errors.ts";

/** Bytes that were saved cannot be read again: the disk lost or changed them. Everything else in the store works on. */
export class DamagedObjectError extends AppError {
  readonly objectId: string;
  /** False: it is not there at all. */
  readonly isDamaged: boolean;
  constructor(objectId: string, isDamaged: boolean, paths: readonly string[] = []) {
    const what = paths.length === 0 ? "" : ` of ${paths.join(", ")}`;
    super(
      "unavailable",
      isDamaged
        ? `The saved bytes${what} (${objectId.slice(0, 10)}) are damaged on the disk and cannot be brought back. Nothing was changed; everything else can still be undone.`
        : `The saved bytes${what} (${objectId.slice(0, 10)}) are not in the checkpoint store any more. Nothing was changed; everything else can still be undone.`,
    );
    this.objectId = objectId;
    this.isDamaged = isDamaged;
  }
}
