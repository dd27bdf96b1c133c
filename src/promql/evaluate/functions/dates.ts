const DAY_MS = 86_400_000;

const monthStart = (date: Date, later = 0): number =>
  Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1);

/** Functions of a point in time, in UTC; their argument is Unix seconds, of which fractions are cut off. */
export const DATES: Readonly<Record<string, (date: Date) => number>> = {
  minute: (date) => date.getUTCMinutes(),
  hour: (date) => date.getUTCHours(),
  day_of_week: (date) => date.getUTCDay(),
  day_of_month: (date) => date.getUTCDate(),
  day_of_year: (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS) + 1,
  days_in_month: (date) => (monthStart(date, 1) - monthStart(date)) / DAY_MS,
  month: (date) => date.getUTCMonth() + 1,
  year: (date) => date.getUTCFullYear(),
};
