import type { KeyboardEvent } from "react";

/** Whether an input method takes this press for itself: its Enter chooses a word and must not send anything. */
export const isInputMethodPress = (event: KeyboardEvent): boolean =>
  // 229 is what a press is called that the input method still uses, also where isComposing is already false.
  event.nativeEvent.isComposing || event.keyCode === 229;
