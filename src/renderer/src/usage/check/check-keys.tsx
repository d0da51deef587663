import { useServices } from "../../app/services.tsx";
import type { Messages } from "../../messages/en.ts";
import { useMessages } from "../../messages/messages.tsx";
import { visibleString } from "../../text/visible-characters.ts";
import { Select } from "../../ui/select.tsx";
import type { CheckedReport } from "./check-text.ts";

export interface CheckKeysProps {
  readonly report: CheckedReport;
  readonly onLinked: () => void;
}

interface ProviderKey {
  readonly apiKeyId: string;
  readonly workspaceId: string;
}

const nameOf = (key: ProviderKey): string => JSON.stringify([key.apiKeyId, key.workspaceId]);

/** A file may name no workspaces. */
const optionText = ({ apiKeyId, workspaceId }: ProviderKey, words: Messages["billing"]): string =>
  workspaceId === ""
    ? words.keyId(visibleString(apiKeyId))
    : words.keyOption(visibleString(apiKeyId), visibleString(workspaceId));

/** Which key of the provider's each of ours is: found by their figures, or said by the person. */
export function CheckKeys({ report, onLinked }: CheckKeysProps) {
  const { billing: words } = useMessages();
  const { client, attempt } = useServices();
  const ours = report.keys.flatMap((key) =>
    key.fingerprint === null || key.fingerprint === ""
      ? []
      : [{ ...key, fingerprint: key.fingerprint }],
  );
  const theirs: readonly ProviderKey[] = report.keys.flatMap(({ apiKeyId, workspaceId }) =>
    apiKeyId === null || workspaceId === null ? [] : [{ apiKeyId, workspaceId }],
  );
  if (ours.length === 0 || theirs.length === 0) return null;
  const link = (fingerprint: string, provider: ProviderKey | null): void => {
    attempt(async () => {
      const place = report.grain === undefined ? {} : { inFile: true };
      await client("monitoring.linkKey", {
        region: report.region,
        fingerprint,
        provider,
        ...place,
      });
      onLinked();
    });
  };
  return (
    <section
      aria-label={words.keys}
      className="flex flex-col gap-2 rounded-card border border-line bg-card px-3 py-2"
    >
      <h3 className="text-label font-medium text-secondary">{words.keys}</h3>
      <p className="text-label text-muted">{words.keysHelp}</p>
      <ul className="grid grid-cols-2 gap-3">
        {ours.map((key) => (
          <li key={nameOf({ apiKeyId: key.fingerprint, workspaceId: key.workspaceId ?? "" })}>
            <Select
              label={words.keyOf(visibleString(key.fingerprint))}
              value={
                key.link === "set" && key.apiKeyId !== null
                  ? nameOf({ apiKeyId: key.apiKeyId, workspaceId: key.workspaceId ?? "" })
                  : ""
              }
              options={[
                { value: "", label: words.byItself },
                ...theirs.map((one) => ({
                  value: nameOf(one),
                  label: optionText(one, words),
                })),
              ]}
              onChange={(value) => {
                link(key.fingerprint, theirs.find((one) => nameOf(one) === value) ?? null);
              }}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
