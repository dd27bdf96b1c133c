/**
 * Upper case as Go maps it, one character to one character: `ß` stays, while JavaScript alone would write `SS`.
 */
export function toUpper(text: string): string {
  let upper = '';
  for (const character of text) {
    const mapped = character.toUpperCase();
    upper += isOne(mapped) ? mapped : character;
  }
  return upper;
}

/** Lower case as Go maps it, one character to one character. */
export function toLower(text: string): string {
  let lower = '';
  // Of the two characters that İ becomes, Go takes the first.
  for (const character of text)
    lower += String.fromCodePoint(character.toLowerCase().codePointAt(0) as number);
  return lower;
}

/** Letters that are two in one, as upper, title and lower case: only in these the title case is a form of its own. */
const DIGRAPHS = 'ǄǅǆǇǈǉǊǋǌǱǲǳ';

/** The first letter of each word in upper case; an apostrophe starts a word, as in Prometheus: `it's` → `It'S`. */
export function title(text: string): string {
  let titled = '';
  let previous = ' ';
  for (const character of text) {
    titled += isSeparator(previous) ? titleCharacter(character) : character;
    previous = character;
  }
  return titled;
}

function titleCharacter(character: string): string {
  const at = DIGRAPHS.indexOf(character);
  return at < 0 ? toUpper(character) : (DIGRAPHS[at - (at % 3) + 1] as string);
}

function isSeparator(character: string): boolean {
  if (/[\p{L}\p{Nd}_]/u.test(character)) return false;
  return (character.codePointAt(0) as number) < 0x80 || /[\p{Z}\u0085]/u.test(character);
}

function isOne(text: string): boolean {
  return text.length === ((text.codePointAt(0) as number) > 0xffff ? 2 : 1);
}
