import { actions } from "./en/actions.ts";
import { app } from "./en/app.ts";
import { approvals } from "./en/approvals.ts";
import { background } from "./en/background.ts";
import { bill } from "./en/bill.ts";
import { billing } from "./en/billing.ts";
import { common } from "./en/common.ts";
import { composer } from "./en/composer.ts";
import { context } from "./en/context.ts";
import { conversation } from "./en/conversation.ts";
import { endpoint } from "./en/endpoint.ts";
import { firstRun } from "./en/first-run.ts";
import { limits } from "./en/limits.ts";
import { meters } from "./en/meters.ts";
import { quickAsk } from "./en/quick-ask.ts";
import { review } from "./en/review.ts";
import { sandbox } from "./en/sandbox.ts";
import { settings } from "./en/settings.ts";
import { storage } from "./en/storage.ts";
import { switching } from "./en/switching.ts";
import { telemetry } from "./en/telemetry.ts";
import { trust } from "./en/trust.ts";
import { undo } from "./en/undo.ts";
import { usage } from "./en/usage.ts";

/** Everything the interface says, in English: the type that every other language has to fill. */
export const en = {
  common,
  app,
  approvals,
  actions,
  background,
  bill,
  billing,
  firstRun,
  limits,
  sandbox,
  settings,
  quickAsk,
  context,
  conversation,
  endpoint,
  meters,
  composer,
  review,
  storage,
  switching,
  telemetry,
  trust,
  undo,
  usage,
};

export type Messages = typeof en;
