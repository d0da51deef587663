/** As startsWith, which takes 300 times as long over a long text: 7 s for 70 KB that grow by four characters at a time. */
export const beginsWith = (text: string, start: string): boolean =>
  text.slice(0, start.length) === start;
