import { UTC, type Zone } from './zones.js';

/** Names of the months, January first. */
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Names of the weekdays, Sunday first. */
export const WEEKDAYS = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

/** The pieces of a Go layout, longest first where one begins another. */
const PIECES =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|Z07:00:00|Z070000|Z07:00|Z0700|Z07|-07:00:00|-070000|-07:00|-0700|-07|__2|_2(?!006)|002|0[1-6]|15|PM|pm|[.,](?:0+|9+)(?!\d)|[1-5]/g;

/** A point in time (nanoseconds since 1970, shown in UTC unless a zone is given) in the form of a Go layout such as `2006-01-02 15:04:05`. */
export function formatTime(nanoseconds: bigint, layout: string, zone: Zone = UTC): string {
  const fraction = ((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const date = new Date(Number((nanoseconds - fraction) / 1_000_000n) + zone.offsetSeconds * 1000);
  return layout.replace(PIECES, (piece) => formatPiece(piece, date, fraction, zone));
}

function formatPiece(piece: string, date: Date, fraction: bigint, zone: Zone): string {
  const hour = date.getUTCHours();
  const day = date.getUTCDate();
  switch (piece) {
    case 'January':
      return MONTHS[date.getUTCMonth()] as string;
    case 'Jan':
      return (MONTHS[date.getUTCMonth()] as string).slice(0, 3);
    case '1':
      return String(date.getUTCMonth() + 1);
    case '01':
      return two(date.getUTCMonth() + 1);
    case 'Monday':
      return WEEKDAYS[date.getUTCDay()] as string;
    case 'Mon':
      return (WEEKDAYS[date.getUTCDay()] as string).slice(0, 3);
    case '2':
      return String(day);
    case '_2':
      return String(day).padStart(2);
    case '02':
      return two(day);
    case '__2':
      return String(dayOfYear(date)).padStart(3);
    case '002':
      return String(dayOfYear(date)).padStart(3, '0');
    case '15':
      return two(hour);
    case '3':
      return String(hour % 12 || 12);
    case '03':
      return two(hour % 12 || 12);
    case '4':
      return String(date.getUTCMinutes());
    case '04':
      return two(date.getUTCMinutes());
    case '5':
      return String(date.getUTCSeconds());
    case '05':
      return two(date.getUTCSeconds());
    case '2006':
      return String(date.getUTCFullYear()).padStart(4, '0');
    case '06':
      return two(date.getUTCFullYear() % 100);
    case 'PM':
      return hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return hour >= 12 ? 'pm' : 'am';
    case 'MST':
      return zone.abbreviation;
    default:
      if (/^[.,]/.test(piece)) return fractionOf(piece, fraction);
      return piece.startsWith('Z') && zone.offsetSeconds === 0 ? 'Z' : zoneOffset(piece, zone.offsetSeconds);
  }
}

/** `.000` shows so many digits, `.999` at most so many and no trailing zeros. */
function fractionOf(piece: string, fraction: bigint): string {
  const digits = fraction
    .toString()
    .padStart(9, '0')
    .slice(0, piece.length - 1)
    .padEnd(piece.length - 1, '0');
  if (piece[1] === '0') return piece[0] + digits;
  const short = digits.replace(/0+$/, '');
  return short === '' ? '' : piece[0] + short;
}

/** An offset in the form of `-07:00`, `Z0700` and their like. */
function zoneOffset(piece: string, seconds: number): string {
  const size = Math.abs(seconds);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60].map(two);
  const shown = parts.slice(0, piece.replace(/\D/g, '').length / 2);
  return (seconds < 0 ? '-' : '+') + shown.join(piece.includes(':') ? ':' : '');
}

/** The day's number in its year, from 1. */
export function dayOfYear(date: Date): number {
  const newYear = new Date(date);
  newYear.setUTCMonth(0, 1);
  return Math.round((date.getTime() - newYear.getTime()) / 86_400_000) + 1;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
