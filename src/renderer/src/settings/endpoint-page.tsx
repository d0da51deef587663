import { useState } from "react";
import type { Settings } from "../../../shared/settings.ts";
import { protocolSchema } from "../../../shared/events.ts";
import { useApp } from "../app/services.tsx";
import { useRegions } from "../key/regions.ts";
import { useMessages } from "../messages/messages.tsx";
import { Select } from "../ui/select.tsx";
import { EndpointNotes } from "./endpoint-notes.tsx";
import { EndpointTest } from "./endpoint-test.tsx";
import { ModelSampling } from "./model-sampling.tsx";
import { ModelSelect } from "./model-select.tsx";
import { OwnCatalogue } from "./own-catalogue.tsx";
import { useChange } from "./use-change.ts";

/** How the endpoint is spoken to, what it was seen to be able to do, and what is sent to a model of it. */
export function EndpointPage() {
  const { endpoint } = useMessages();
  const settings = useApp((state) => state.settings);
  const [chosen, setChosen] = useState<string | null>(null);
  const [tests, setTests] = useState(0);
  if (settings === null) return null;
  const model = chosen ?? settings.model;
  return (
    <>
      <ProtocolSelect settings={settings} />
      <ModelSelect
        label={endpoint.model}
        value={model}
        unset={endpoint.modelFirst}
        onChange={setChosen}
      />
      <EndpointTest
        model={model ?? ""}
        onTested={() => {
          setTests(tests + 1);
        }}
      />
      <EndpointNotes key={tests} />
      <ModelSampling key={model} model={model} settings={settings} />
      <OwnCatalogue />
    </>
  );
}

/** Only where the host has a native path is there a choice. */
function ProtocolSelect({ settings }: { readonly settings: Settings }) {
  const { endpoint } = useMessages();
  const change = useChange();
  const regions = useRegions();
  const hasNative =
    settings.baseUrl === null
      ? regions.some(({ id, native }) => id === settings.region && native)
      : /^https:\/\/[^/]+\.aliyuncs\.com\//.test(settings.baseUrl);
  if (!hasNative && settings.protocol === "openai")
    return <p className="text-ui text-muted">{endpoint.noNative}</p>;
  return (
    <Select
      label={endpoint.protocol}
      help={endpoint.protocolHelp}
      value={settings.protocol}
      options={protocolSchema.options.map((protocol) => ({
        value: protocol,
        label: endpoint.protocols[protocol],
        disabled: protocol === "dashscope" && !hasNative,
      }))}
      onChange={(protocol) => {
        change({ protocol });
      }}
    />
  );
}
