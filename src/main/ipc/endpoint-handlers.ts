import type { Core } from "../core.ts";
import type { Handlers } from "./router.ts";

type EndpointOperation = Extract<
  keyof Handlers,
  `key.${string}` | `endpoint.${string}` | `catalogue.${string}` | `model.${string}` | "region.list"
>;

/** Keys, regions, models, and what endpoints have shown of themselves. */
export function endpointHandlers(
  core: Core,
  showFile: (path: string) => void,
): Pick<Handlers, EndpointOperation> {
  const { models, endpointDesk, ownCatalogue } = core;
  return {
    "key.status": () => models.keyStatus(),
    "key.hosts": async (input) => ({ hosts: models.hostsFor(input) }),
    "key.check": (input) => models.check(input),
    "key.regionHosts": async () => ({ hosts: await models.regionHosts() }),
    "key.findRegion": () => models.findRegion(),
    "key.useRegion": ({ region }) => models.useRegion(region),
    "key.useEnvironment": () => models.useEnvironment(),
    "key.remove": async () => {
      await models.removeKey();
      return {};
    },
    "region.list": async () => models.regions(),
    "model.list": () => models.list(),
    "model.health": async () => [...(await core.modelHealth())],
    "model.standing": ({ model }) => core.switching.standing(model),
    "endpoint.plan": ({ model }) => endpointDesk.plan(model),
    "endpoint.test": ({ model }) => endpointDesk.test(model),
    "endpoint.stopTest": async () => {
      endpointDesk.stop();
      return {};
    },
    "endpoint.notes": async () => [...endpointDesk.notes()],
    "endpoint.forget": async ({ model }) => {
      endpointDesk.forget(model);
      return {};
    },
    "catalogue.status": async () => ownCatalogue.reload(),
    "catalogue.show": async () => {
      const status = ownCatalogue.create();
      showFile(status.file);
      return status;
    },
  };
}
