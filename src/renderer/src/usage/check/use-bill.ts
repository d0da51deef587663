import { useRef, useState } from "react";
import type { BillFault, BillFile, BillMapping, BillReport } from "../../../../shared/bill-file.ts";
import { useServices } from "../../app/services.tsx";

/** How far the comparison with a file has come. */
export type BillStage =
  | { readonly stage: "none" }
  /** The system's dialog is open, or the file's first lines are read. */
  | { readonly stage: "choosing" }
  | { readonly stage: "faulty"; readonly name: string; readonly fault: BillFault }
  | {
      readonly stage: "columns";
      readonly file: BillFile;
      readonly mapping: BillMapping;
      readonly fault: BillFault | null;
      /** What was shown before, to come back to; null = the check itself. */
      readonly back: BillStage | null;
    }
  | { readonly stage: "comparing"; readonly file: BillFile; readonly mapping: BillMapping }
  | {
      readonly stage: "compared";
      readonly file: BillFile;
      readonly mapping: BillMapping;
      readonly report: BillReport;
    };

export interface Bill {
  readonly now: BillStage;
  /** Whose calls of ours the file is compared with. */
  readonly region: string;
  /** Compares with another region's calls. */
  readonly chooseRegion: (file: BillFile, mapping: BillMapping, region: string) => void;
  /** Shows the system's dialog. A file whose columns are remembered is compared at once. */
  readonly choose: () => void;
  readonly compare: (file: BillFile, mapping: BillMapping) => void;
  readonly editColumns: (file: BillFile, mapping: BillMapping) => void;
  /** Leaves the columns as they were. */
  readonly cancel: () => void;
  readonly leave: () => void;
}

/** A stage that work leads to; what was begun before the newest is not shown any more. */
function useStage() {
  const { attempt } = useServices();
  const [now, setNow] = useState<BillStage>({ stage: "none" });
  const newest = useRef(0);
  return {
    now,
    set: (stage: BillStage): void => {
      newest.current += 1;
      setNow(stage);
    },
    /** Shows `meanwhile`, then what the work answers; where that is null, or it fails and is told, what was there before. */
    run: (meanwhile: BillStage, work: () => Promise<BillStage | null>): void => {
      newest.current += 1;
      const own = newest.current;
      setNow(meanwhile);
      attempt(async () => {
        let next: BillStage | null = null;
        try {
          next = await work();
        } finally {
          if (own === newest.current) setNow(next ?? now);
        }
      });
    },
  };
}

/** A file of the console beside the ledger. */
export function useBill(firstRegion: string): Bill {
  const { client } = useServices();
  const [chosen, setRegion] = useState<string | null>(null);
  const region = chosen ?? firstRegion;
  const { now, set, run } = useStage();
  const compared = async (
    file: BillFile,
    mapping: BillMapping,
    of = region,
  ): Promise<BillStage> => {
    const { fileId } = file;
    const answer = await client("monitoring.compareBill", { region: of, fileId, mapping });
    return answer.outcome === "compared"
      ? { stage: "compared", file, mapping, report: answer.report }
      : { stage: "columns", file, mapping, fault: answer.fault, back: null };
  };
  const choose = async (): Promise<BillStage | null> => {
    const answer = await client("monitoring.chooseBill", { region });
    if (answer === null) return null;
    if (answer.outcome === "faulty")
      return { stage: "faulty", name: answer.name, fault: answer.fault };
    const { file } = answer;
    const { mapping } = file;
    return file.remembered
      ? compared(file, mapping)
      : { stage: "columns", file, mapping, fault: null, back: null };
  };
  return {
    now,
    region,
    chooseRegion: (file, mapping, next) => {
      setRegion(next);
      run({ stage: "comparing", file, mapping }, () => compared(file, mapping, next));
    },
    choose: () => {
      run(now.stage === "none" ? { stage: "choosing" } : now, choose);
    },
    compare: (file, mapping) => {
      run({ stage: "comparing", file, mapping }, () => compared(file, mapping));
    },
    editColumns: (file, mapping) => {
      // They were kept when they could be read.
      const kept = { ...file, remembered: true };
      set({ stage: "columns", file: kept, mapping, fault: null, back: now });
    },
    cancel: () => {
      set(now.stage === "columns" && now.back !== null ? now.back : { stage: "none" });
    },
    leave: () => {
      setRegion(null);
      set({ stage: "none" });
    },
  };
}
