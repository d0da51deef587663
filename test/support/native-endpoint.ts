import type { ModelStudio } from "./model-studio/server.ts";

export type NativeService = "text-generation" | "multimodal-generation";

/** The native endpoint beside a compatible one. */
export const nativeUrl = (baseUrl: string, service: NativeService = "text-generation"): string =>
  `${baseUrl.replace("/compatible-mode/v1", "/api/v1")}/services/aigc/${service}/generation`;

export interface NativeAsk {
  readonly body: unknown;
  readonly streams?: boolean;
  readonly service?: NativeService;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request on the native protocol, as any client might send it. */
export const askNatively = (
  studio: Pick<ModelStudio, "baseUrl">,
  { body, streams = false, service, headers = {} }: NativeAsk,
): Promise<Response> =>
  fetch(nativeUrl(studio.baseUrl, service), {
    method: "POST",
    headers: {
      Authorization: "Bearer sk-good-enough",
      "Content-Type": "application/json",
      ...(streams ? { "X-DashScope-SSE": "enable" } : {}),
      ...headers,
    },
    body: JSON.stringify(body),
  });
