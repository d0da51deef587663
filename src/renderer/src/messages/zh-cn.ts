import type { Messages } from "./en.ts";
import { actions } from "./zh-cn/actions.ts";
import { app } from "./zh-cn/app.ts";
import { approvals } from "./zh-cn/approvals.ts";
import { background } from "./zh-cn/background.ts";
import { bill } from "./zh-cn/bill.ts";
import { billing } from "./zh-cn/billing.ts";
import { common } from "./zh-cn/common.ts";
import { composer } from "./zh-cn/composer.ts";
import { context } from "./zh-cn/context.ts";
import { conversation } from "./zh-cn/conversation.ts";
import { endpoint } from "./zh-cn/endpoint.ts";
import { firstRun } from "./zh-cn/first-run.ts";
import { limits } from "./zh-cn/limits.ts";
import { meters } from "./zh-cn/meters.ts";
import { quickAsk } from "./zh-cn/quick-ask.ts";
import { review } from "./zh-cn/review.ts";
import { sandbox } from "./zh-cn/sandbox.ts";
import { settings } from "./zh-cn/settings.ts";
import { storage } from "./zh-cn/storage.ts";
import { switching } from "./zh-cn/switching.ts";
import { telemetry } from "./zh-cn/telemetry.ts";
import { trust } from "./zh-cn/trust.ts";
import { undo } from "./zh-cn/undo.ts";
import { usage } from "./zh-cn/usage.ts";

/** The same in Simplified Chinese, with the words of the Model Studio console. */
export const zhCn: Messages = {
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
