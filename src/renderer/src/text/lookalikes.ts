/** Letters of other scripts with the ASCII letter that they pass for, in pairs. */
const letters =
  "аaсcеeоoрpхxуyіiјjѕsһhԁdԛqԝwкkтtмmнhвbгrпnзzґrАAВBЕEЅSІIЈJКKМMНHОOРPСCТTУYХXԌGԜWҮYЗ3" +
  "αaοoνvιiρpυuκkτtχxγyηnωwϲcϳjΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX" +
  "օoսuհhոnցgյjզqգqտsՍUՏSՕOԼL" +
  "ıiɑaɡgɩiʋvᴀaᴄcᴏoᴠvᴡwᴢzꜱsǃ!" +
  "ᎠDᎡRᎢTᎪAᎬEᎳWᎷMᏀGᏃZᏚSᏢPᏟCᏞLᏦKᏴB" +
  "ӏlǀlⲟoⲣpⲥcꓐBꓑPꓓDꓔTꓖGꓗKꓜZꓝFꓟMꓠNꓡLꓢSꓣRꓦVꓧHꓪWꓫXꓬYꓮAꓰEꓲIꓳOꓴU";
/** Signs that pass for one that a shell reads. */
const signs =
  "‐-‑-‒-–-−-⁃-➖-∕/⁄/⧸/╱/∖\\⧵\\‘'’'‛'′'ʹ'ʼ'ˈ'“\"”\"″\"‚,٫,꞉:∶:˸:ː:︓:․.ꓸ.٠.;;︔;⁏;❘|∣|⏐|│|ǁ|‹<˂<›>˃>∼~˜~∗*⁎*٭*﹡*＿_ˍ_‵`ˋ`＄$⅋&";

const twins = new Map<string, string>();
for (const table of [letters, signs]) {
  const all = Array.from(table);
  for (let index = 0; index + 1 < all.length; index += 2)
    twins.set(all[index] ?? "", all[index + 1] ?? "");
}

const ascii = /^[!-~]$/;
const chinese =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303F\uFF00-\uFF60]/u;

/** The ASCII character that this one passes for; null: none. */
function twinOf(character: string): string | null {
  const known = twins.get(character);
  if (known !== undefined) return known;
  const plain = character.normalize("NFKC");
  return plain !== character && ascii.test(plain) ? plain : null;
}

export interface Lookalike {
  readonly index: number;
  readonly text: string;
  readonly twin: string;
}

/**
 * Characters that a person would read as plain ASCII though they are not: letters in a word that could be read as a Latin one, and
 * signs that a shell would read otherwise. Chinese text keeps its own punctuation, and whole words of another script stay unmarked.
 */
export function lookalikesIn(text: string): readonly Lookalike[] {
  // Most commands are plain.
  if (!/[^\t\n\r -~]/.test(text)) return [];
  const found: Lookalike[] = [];
  for (const match of text.matchAll(/[\p{L}\p{M}\p{N}_]+|[\p{P}\p{S}]/gu)) {
    const [run] = match;
    const at = match.index;
    const isSign = !/[\p{L}\p{M}\p{N}_]/u.test(run);
    const own = isSign ? signIn(text, { run, at }) : lettersIn(run, at);
    found.push(...own);
  }
  return found;
}

function signIn(text: string, { run, at }: { run: string; at: number }): readonly Lookalike[] {
  const twin = ascii.test(run) ? null : twinOf(run);
  if (twin === null) return [];
  const before = text.slice(Math.max(0, at - 1), at);
  const after = text.slice(at + run.length, at + run.length + 1);
  const isChinese = chinese.test(before) || chinese.test(after);
  const isApostrophe = run === "’" && /\p{L}/u.test(before) && /\p{L}/u.test(after);
  return isChinese || isApostrophe ? [] : [{ index: at, text: run, twin }];
}

function lettersIn(run: string, at: number): readonly Lookalike[] {
  const characters = Array.from(run);
  if (characters.every((character) => ascii.test(character))) return [];
  const own = characters.map((character) => (ascii.test(character) ? null : twinOf(character)));
  const hasLatin = characters.some((character) => /[A-Za-z]/.test(character));
  const passesWhole = characters.every(
    (character, index) => ascii.test(character) || own[index] !== null,
  );
  if (!hasLatin && !passesWhole) return [];
  const found: Lookalike[] = [];
  let index = at;
  for (const [place, character] of characters.entries()) {
    const twin = own[place] ?? null;
    if (twin !== null) found.push({ index, text: character, twin });
    index += character.length;
  }
  return found;
}
