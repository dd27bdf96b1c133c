const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Control characters but tab and newline, and the marks that reverse the reading order of what surrounds them. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNSEEN = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g;
/** Halves of surrogate pairs, which no encoder can write. */
const LONE_SURROGATES = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Text from outside without characters that hide, reorder or break what is around them. Newlines stay. */
export function cleanText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(UNSEEN, '').replace(LONE_SURROGATES, '\uFFFD').trim();
}

/** The same on one line. */
export function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ');
}

/**
 * `text`, encoded, in at most `limit` characters (UTF-16 units of the encoded form); what is cut ends in `…`. Cut between
 * graphemes before encoding, so that neither an emoji nor an entity such as `&amp;` is ever torn.
 */
export function fit(text: string, limit: number, encode: (text: string) => string = (it) => it): string {
  const whole = encode(text);
  if (whole.length <= limit) return whole;
  if (limit < 1) return '';
  let kept = '';
  let room = limit - 1;
  for (const { segment } of graphemes.segment(text)) {
    const encoded = encode(segment);
    if (encoded.length > room) break;
    kept += encoded;
    room -= encoded.length;
  }
  return `${kept}…`;
}

/** The text of an address when it is one that people may follow: absolute, http or https, no user name in it. */
export function linkTarget(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  return /^https?:$/.test(parsed.protocol) && !parsed.username && !parsed.password ? parsed.href : undefined;
}
