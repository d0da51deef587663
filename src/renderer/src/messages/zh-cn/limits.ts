import type { Messages } from "../en.ts";

export const limits: Messages["limits"] = {
  firstSet: (limit) => `Belay 每天总计用到 ${limit} 就会停下。这个初始限额可以修改或取消。`,
  change: "修改",
  remove: "不限",
  removed: "每天没有限额。",
  setAgain: (limit) => `设为每天 ${limit}`,
  dayLimit: "每天的限额",
  otherCurrency: (region, currency) =>
    `${region}以 ${currency} 计费，两种货币从不相加：此限额会拦下那里的每个请求。`,
  takeInstead: (limit) => `改用 ${limit}`,
};
