import type { CacheCause, CacheGroup } from "../../../shared/context.ts";
import { regionName } from "../key/regions.ts";
import type { Messages } from "../messages/en.ts";
import { visibleString } from "../text/visible-characters.ts";
import { durationText, tokensText } from "../usage/figures-text.ts";
import { partName } from "./part-rows.ts";

/** What a cause means for the request, in a sentence or two. */
export function causeText(cause: CacheCause, messages: Messages): string {
  const words = messages.context.causes;
  switch (cause.cause) {
    case "memory":
      return words.memory(cause.names.map((at) => messages.context.memoryFile(at)));
    case "tools":
      return words.tools({
        added: cause.added.map(visibleString),
        removed: cause.removed.map(visibleString),
        changed: cause.changed.map(visibleString),
      });
    case "part":
      return words.part(cause.at, partName(cause, messages));
    case "model-switch":
      return words["model-switch"](visibleString(cause.from));
    case "region-switch":
      return words["region-switch"](regionName(cause.from, messages));
    case "expired":
      return cause.ttlMs === null
        ? words.expiredUnsaid(durationText(cause.gapMs))
        : words.expired(durationText(cause.gapMs), durationText(cause.ttlMs));
    case "below-minimum":
      return words["below-minimum"](tokensText(cause.minimumTokens));
    default:
      return words[cause.cause];
  }
}

/** A cause as a row of a table names it. */
export function causeName({ cause, status }: CacheGroup, messages: Messages): string {
  const names: Readonly<Record<string, string>> = messages.context.causeNames;
  return names[cause ?? status] ?? visibleString(cause ?? status);
}
