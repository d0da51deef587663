/** "Let me read it", "I'll now run the tests", "Next, I will …": what comes next, and no answer. */
const announces = [
  /^(?:(?:ok(?:ay)?|now|next|then|first|so|great|good|perfect|alright)[,.!:]? +)*(?:let me|let's|let us|i'll|i will|i am going to|i'm going to)(?! know\b) (?:(?:now|first|also|then|quickly|just|start by|begin by) )*[a-z]/i,
  /^(?:好的?[，,。!！ ]*)?(?:现在|接下来|首先|下面|然后)?(?:让我|我来|我将|我会|我要|我先|我现在)/,
];

/** The same words as an offer, a condition or a question are an answer. */
const answers =
  /\?$|？$|\b(?:if|when|once|after|unless|until|whenever|you|your|stop|wait|leave|here|happy|glad|summari[sz]e|explain|done|finished)\b|如果|需要|请|您|你|等待|完成/i;

/** Longer sentences say more than what comes next. */
const longest = 240;

/**
 * Whether an answer ends by saying what the model does next, so that it stopped before doing it. Goes by the last sentence and
 * says no when in doubt.
 */
export function stoppedShort(text: string): boolean {
  const lastLine = text.trimEnd().split("\n").at(-1)?.trim() ?? "";
  const sentence =
    lastLine
      .split(/(?<=[.!?])\s+|(?<=[。！？])/)
      .at(-1)
      ?.trim() ?? "";
  // A list, a quotation, a heading or code is no announcement.
  if (sentence === "" || sentence.length > longest || /^[-*>#|`\d]/.test(sentence)) return false;
  return announces.some((pattern) => pattern.test(sentence)) && !answers.test(sentence);
}
