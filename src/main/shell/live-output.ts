/** Shown whole up to here (characters); after that the newest part, once a second. */
const wholeSize = 64_000;
const partSize = 2000;
const fastMs = 100;
const slowMs = 1000;

/** Passes output on for watching, joined and held to a rate: a flood must not fill the conversation's log. */
export interface LiveOutput {
  write(text: string): void;
  end(): void;
}

export function createLiveOutput(show: (text: string) => void): LiveOutput {
  let waiting = "";
  let shown = 0;
  let timer: NodeJS.Timeout | undefined;
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting === "") return;
    const text =
      shown < wholeSize || waiting.length <= partSize ? waiting : `…${waiting.slice(-partSize)}`;
    const cut = text.length > wholeSize ? `${text.slice(0, wholeSize)}…` : text;
    shown += cut.length;
    waiting = "";
    show(cut);
  }
  return {
    write(text) {
      waiting += text;
      if (waiting.length > 2 * wholeSize) waiting = waiting.slice(-wholeSize);
      timer ??= setTimeout(flush, shown < wholeSize ? fastMs : slowMs);
    },
    end: flush,
  };
}
