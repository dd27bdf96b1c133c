/** A range of whole numbers, both ends included. */
export interface NumberRange {
  readonly begin: number;
  readonly end: number;
}

/** A range read from text, or a sentence that says what to write instead. */
export type ParsedRange =
  { readonly ok: true; readonly range: NumberRange } | { readonly ok: false; readonly message: string };

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const WHOLE_NUMBER = /^[+-]?\d{1,9}$/;

function wholeNumber(text: string, lowest: number, highest: number): number | undefined {
  const value = WHOLE_NUMBER.test(text) ? Number(text) : undefined;
  return value !== undefined && value >= lowest && value <= highest ? value : undefined;
}

function positionIn(names: readonly string[], text: string): number | undefined {
  const index = names.indexOf(text);
  return index < 0 ? undefined : index;
}

/** Reads `one` or `from:to`, each end through `member`; `example` completes the message. */
function parseRange(
  written: string,
  example: string,
  member: (text: string) => number | undefined,
): ParsedRange {
  const parts = written.toLowerCase().split(':');
  const ends = parts.map(member);
  const [begin, end = begin] = ends;
  if (parts.length > 2 || begin === undefined || end === undefined || ends.includes(undefined)) {
    return { ok: false, message: `expected ${example}, got ${JSON.stringify(written)}` };
  }
  return { ok: true, range: { begin, end } };
}

function inOrder(parsed: ParsedRange, written: string): ParsedRange {
  if (!parsed.ok || parsed.range.begin <= parsed.range.end) return parsed;
  return {
    ok: false,
    message: `expected a range whose end is not before its begin, got ${JSON.stringify(written)}`,
  };
}

/** `monday` or `monday:friday`; 0 is Sunday, and a range may not wrap around Saturday. */
export function parseWeekdays(written: string): ParsedRange {
  return inOrder(
    parseRange(written, 'a weekday such as monday, or a range such as monday:friday', (text) =>
      positionIn(WEEKDAYS, text),
    ),
    written,
  );
}

/** `march`, `3` or `january:march`; 1 is January, and a range may not wrap around December. */
export function parseMonths(written: string): ParsedRange {
  const member = (text: string): number | undefined => {
    const index = positionIn(MONTHS, text);
    return index === undefined ? wholeNumber(text, 1, 12) : index + 1;
  };
  return inOrder(
    parseRange(written, 'a month such as march or 3, or a range such as january:march', member),
    written,
  );
}

/** `2026` or `2026:2028`. */
export function parseYears(written: string): ParsedRange {
  const member = (text: string): number | undefined => wholeNumber(text, -Infinity, Infinity);
  return inOrder(parseRange(written, 'a year such as 2026, or a range such as 2026:2028', member), written);
}

// For an order check without a month at hand; 28 days is the shortest, which no range may leave in disorder.
const comparableDay = (day: number): number => (day < 0 ? 28 + day : day);

/** `15`, `1:5` or, from the month's end, `-3:-1`. Days 1 to 31 and -31 to -1. */
export function parseDaysOfMonth(written: string): ParsedRange {
  const example = 'a day such as 15, or a range such as 1:5 or -3:-1';
  const parsed = parseRange(written, example, (text) => wholeNumber(text, -31, 31) || undefined);
  if (!parsed.ok) return parsed;
  const { begin, end } = parsed.range;
  if (begin < 0 && end > 0) {
    return {
      ok: false,
      message: `expected an end counted from the month's end as its begin is, got ${JSON.stringify(written)}`,
    };
  }
  if (comparableDay(begin) > comparableDay(end)) {
    return {
      ok: false,
      message: `expected a range whose end is not before its begin, got ${JSON.stringify(written)}`,
    };
  }
  return parsed;
}

/** Minutes since midnight of `HH:MM`, `24:00` included; undefined when the text is no time of day. */
export function parseTimeOfDay(written: string): number | undefined {
  if (written === '24:00') return 24 * 60;
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(written);
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined;
}

/** Whether the name is an IANA zone this Node knows, `UTC`, `Local`, or empty (UTC). Offsets such as `+02:00` are not zones. */
export function isLocation(name: string): boolean {
  if (name === '' || name === 'Local') return true;
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format(0);
    return true;
  } catch {
    return false;
  }
}
