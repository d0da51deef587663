/** Limits of money: the first one, and what stands in the way of keeping one. */
export const limits = {
  firstSet: (limit: string) =>
    `Belay stops at ${limit} a day, for everything together. You can change or remove this first limit.`,
  change: "Change",
  remove: "No limit",
  removed: "There is no limit per day.",
  setAgain: (limit: string) => `Set ${limit} a day`,
  dayLimit: "Limit per day",
  otherCurrency: (region: string, currency: string) =>
    `${region} is paid in ${currency}, and amounts of two currencies are never added: this limit stops every request there.`,
  takeInstead: (limit: string) => `Use ${limit} instead`,
};
