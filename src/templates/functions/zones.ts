/** What a time zone is at one moment. */
export interface Zone {
  readonly offsetSeconds: number;
  /** `CET`, or `-03` where the zone has no letters. */
  readonly abbreviation: string;
}

/** Coordinated universal time. */
export const UTC: Zone = { offsetSeconds: 0, abbreviation: 'UTC' };

/** Each knows the letters of its own zones only, and gives `GMT+1` for others. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-CA', 'en-NZ', 'en-IN', 'en-ZA'];
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(locale: string, name: string, style: 'short' | 'longOffset'): Intl.DateTimeFormat {
  const key = `${locale} ${name} ${style}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { timeZone: name, timeZoneName: style });
    if (formats.size >= 200) formats.clear();
    formats.set(key, format);
  }
  return format;
}

function nameIn(format: Intl.DateTimeFormat, at: Date): string {
  return format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** Whether there is such a time zone, by its name in the IANA database, such as `Europe/Berlin`. */
export function isZone(name: string): boolean {
  if (name === 'UTC' || !/^[A-Z]/.test(name)) return name === 'UTC';
  try {
    formatOf('en-US', name, 'longOffset');
    return true;
  } catch {
    return false;
  }
}

/** The time zone `name` at so many milliseconds since 1970. */
export function zoneAt(name: string, milliseconds: bigint): Zone {
  const at = new Date(Number(milliseconds));
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(nameIn(formatOf('en-US', name, 'longOffset'), at)) ?? [];
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const offsetSeconds = sign === '-' ? -size : size;
  const lettered = LOCALES.map((locale) => nameIn(formatOf(locale, name, 'short'), at)).find(
    (text) => /^[A-Z]+$/.test(text) && (text !== 'GMT' || size === 0),
  );
  const figures = `${sign ?? '+'}${hours}${minutes === '00' || minutes === '0' ? '' : minutes}`;
  // Before zones were agreed on, local mean time: the only offsets with seconds in them.
  if (seconds !== '0' && seconds !== '00') return { offsetSeconds, abbreviation: 'LMT' };
  return { offsetSeconds, abbreviation: lettered ?? (size === 0 ? 'GMT' : figures) };
}
