import type { PrefixChange } from "../../../shared/context.ts";
import type { RequestId, SessionId } from "../../../shared/ids.ts";
import type { TokenUsage } from "../../../shared/usage.ts";
import type { UsageCall } from "../../../shared/usage-panel.ts";
import type { PrefixPart } from "./prefix-parts.ts";

/** What is kept of one attempt: how it differs from the request it is compared with, which is enough to tell all its parts. */
export interface PrefixRecord {
  readonly requestId: RequestId;
  readonly sessionId: SessionId;
  /** UTC milliseconds. */
  readonly at: number;
  /** Stands for model, region and protocol: caches of two are not shared. */
  readonly chain: string;
  /** The earlier request of the session; null = this is its first. */
  readonly base: RequestId | null;
  /** Parts that are the base's, from its beginning. */
  readonly kept: number;
  /** The parts after these. */
  readonly tail: readonly PrefixPart[];
  readonly keptBytes: number;
  readonly knownBytes: number;
  readonly totalBytes: number;
  readonly changes: readonly PrefixChange[];
}

/** An earlier request of a session, whole. */
export interface KnownPrefix {
  readonly requestId: RequestId;
  readonly chain: string;
  readonly parts: readonly PrefixPart[];
}

/** What is known of one request's cache: the record of it, and of the last request before it that was answered. */
export interface PrefixFacts {
  readonly requestId: RequestId;
  readonly explicitCache: boolean;
  /** null: nothing was kept of it. */
  readonly record: ComparedPrefix | null;
  readonly base: AnsweredPrefix | null;
}

export interface ComparedPrefix extends Pick<
  PrefixRecord,
  "keptBytes" | "knownBytes" | "totalBytes" | "changes"
> {
  /** The request begins with all that the base sent. */
  readonly isWhole: boolean;
}

export interface AnsweredPrefix {
  readonly model: string;
  readonly region: string;
  readonly protocol: string;
  readonly keyFingerprint: string | null;
  /** When its answer had ended, UTC milliseconds. */
  readonly endedAt: number;
  readonly usage: TokenUsage;
}

/** Size and reported input tokens of a request that was answered, for what an estimate is worth. */
export interface MeasuredRequest {
  readonly bytes: number;
  readonly tokens: number;
}

/** Where prefixes are kept: in the history, apart from the ledger, which they never change. */
export interface PrefixStore {
  /** Of the hashes; drawn once for each history. */
  key(): Promise<Uint8Array>;
  /** Not waited for by the disk: what a power cut takes is one request's cause. */
  remember(record: PrefixRecord): Promise<void>;
  /** The newest requests of a session and the newest of the chain, oldest first. */
  newest(sessionId: SessionId, chain: string): Promise<readonly KnownPrefix[]>;
  /** In the order asked for; requests that are not in the ledger are left out. */
  facts(requestIds: readonly RequestId[]): Promise<readonly PrefixFacts[]>;
  /** All parts of a request; null where they are not kept, or not any more. */
  parts(requestId: RequestId): Promise<readonly PrefixPart[] | null>;
  /** Of the newest answered requests of a session, oldest first. */
  measured(sessionId: SessionId): Promise<readonly MeasuredRequest[]>;
  /** The ledger's entry; null where there is none. */
  call(requestId: RequestId): Promise<UsageCall | null>;
}
