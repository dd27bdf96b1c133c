const INSTANT =
  /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:?\d\d)?$|^\d{4}-\d\d-\d\d$/;

/** JavaScript takes February 30 for March 2. */
function isDay(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}

/**
 * An instant in any of the forms that Alertmanager's API takes: RFC 3339, also without seconds or zone (then UTC), or a day.
 * Otherwise why it is none, in the words of its framework (measured with 0.33.1). Precise to the millisecond.
 */
export function readInstant(text: string): Date | string {
  const zoned = /[Zz]$|[+-]\d\d:?\d\d$/.test(text) || text.length === 10 ? text : `${text}Z`;
  const at = new Date(zoned);
  if (INSTANT.test(text) && !Number.isNaN(at.getTime()) && isDay(text)) return at;
  const quoted = JSON.stringify(text);
  return `parsing time ${quoted} as "2006-01-02": cannot parse ${quoted} as "2006"`;
}
