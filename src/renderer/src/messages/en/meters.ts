const number = (value: number): string => value.toLocaleString("en");
const days = (value: number): string => (value === 1 ? "1 day" : `${number(value)} days`);

/** What is left of each limit. */
export const meters = {
  title: "Limits",
  failed: "What is left of the limits could not be read.",
  here: "Known on this machine; other machines count too.",
  nobody: "A server of your own is paid by nobody: there is no limit to show.",
  money: "Budgets",
  setLimits: "Set budgets…",
  changeLimits: "Change budgets…",
  budgets: {
    session: "This session",
    project: "This project",
    day: "Today",
    month: "This month",
  },
  noLimit: "No budget",
  spent: (cost: string) => `${cost} spent`,
  nothing: "Nothing spent",
  left: (left: string, limit: string) => `${left} left of ${limit}`,
  nothingLeft: (limit: string) => `Nothing left of ${limit}`,
  beyond: (beyond: string, limit: string) => `${beyond} beyond ${limit}`,
  reserved: (cost: string) => `up to ${cost} under way`,
  unknown: (cost: string) => `up to ${cost} without usage`,
  beside: (cost: string) => `${cost} beside it, in no budget`,
  anewAt: (clock: string) => `begins anew at ${clock}`,
  anewOn: (day: string) => `begins anew on ${day}`,
  states: { near: "Near", over: "Used up" },
  overDetail: (name: string) =>
    `${name}: the budget is used up. Nothing is sent until it is raised or begins anew.`,
  minute: "Last minute",
  requests: "Requests",
  tokens: "Tokens",
  of: (used: string, limit: string) => `${used} of ${limit}`,
  noKnownLimit: (used: string) => `${used} · no known limit`,
  noModel: "No request yet, and no model chosen.",
  freeQuota: "Free quota",
  daysLeft: (left: number) => (left === 0 ? "Ends today" : `${days(left)} left`),
  quotaEnded: "Ended: requests are paid.",
  quotaUntold: (tokens: string, length: number) =>
    `${tokens} tokens of each model are free for ${days(length)}. Say since when, and what is left is counted here.`,
  sayWhen: "Say since when…",
  quotaOnly:
    "Once it is used up, requests are paid. With “Free quota only” switched on in the console they are refused instead.",
  moreModels: (rows: number) =>
    rows === 1 ? "Show 1 more model" : `Show ${number(rows)} more models`,
  windows: { fiveHours: "5 hours", week: "This week", month: "This month" },
  slides: "the last five hours, at any time",
  ofRequests: (used: string, limit: string) => `${used} of ${limit} requests`,
  monthUntold: "Its month counts from the day on which the plan began.",
  planUnknown: "The plan pays. Its limits are not known here: the console shows them.",
  planPays: "The plan pays: requests count, not money.",
};
