import type { Input, Output } from "../../../../shared/contract.ts";

type Last = NonNullable<NonNullable<Output<"telemetry.status">["setUp"]>["last"]>;
type Header = Input<"telemetry.setUp">["header"]["from"];
type Folders = NonNullable<Input<"telemetry.change">["folders"]>;

const when = (iso: string): string =>
  new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));

/** The export of usage and cost to a collector that a team runs. */
export const telemetry = {
  title: "Team export",
  statusFailed: "Whether a collector is set up could not be read.",
  detail:
    "Sends tokens, cost and durations to an OpenTelemetry collector that you run, once a minute while Belay is open. Never prompts, answers, session titles or keys.",
  endpoint: "Collector",
  endpointExample: "https://collector.example:4318",
  endpointHelp: "OTLP over HTTP; /v1/metrics is added. Plain http to this computer only.",
  header: "Header",
  headers: {
    none: "None",
    typed: "Enter one",
    environment: "The one in the environment",
    kept: "The saved one",
  } satisfies Record<Header, string>,
  headerName: "Header name",
  headerValue: "Header value",
  headerHelp: "The whole value, for example Bearer and a token. It goes to this address only.",
  environmentOffers: (endpoint: string) => `OpenTelemetry's variables name ${endpoint}`,
  takeOffered: "Use it",
  thisRunOnly: "For this run only, not in the keychain",
  save: "Try and switch on",
  cancel: "Cancel",
  saved: "Export switched on",

  on: "Export usage and cost",
  since: (iso: string) => `Counts requests since ${when(iso)}`,
  exportedAt: (iso: string) => `Last taken ${when(iso)}`,
  neverExported: "Nothing taken yet",
  headerOf: (name: string, place: string) => `Header ${name}, ${place}`,
  noHeader: "No header",
  places: { keychain: "in your keychain", memory: "for this run only", none: "not set" },
  check: "Export now",
  replace: "Replace…",
  remove: "Remove",
  removeTitle: "Remove the collector?",
  removeDetail:
    "Address and header are forgotten on this computer, and nothing is sent any more. What the collector has stays there.",
  removed: "Collector removed",

  told: "Sent along with the figures",
  team: "Team label",
  teamHelp: "Stands with all figures of this computer. Empty: none.",
  folders: "Projects",
  foldersHelp: "By its hash a project can be told from others, but not named.",
  folderNames: {
    hash: "As a hash",
    name: "By the folder's name",
    path: "By the whole path",
  } satisfies Record<Folders, string>,
  host: "This computer's name",
  user: "Your account's name",

  outcomes: {
    accepted: "The collector took it",
    partial: "The collector rejected a part",
    refused: "The collector refused",
    "not-otlp": "No collector answers there",
    busy: "The collector asks to wait",
    unreachable: "The collector cannot be reached",
  } satisfies Record<Last["outcome"], string>,
  lastTry: (iso: string) => `Tried ${when(iso)}`,
};
