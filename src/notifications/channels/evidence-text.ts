import type { Message, MessageAlert } from '../message.js';
import { formatNumber, formatShare, formatSpan, formatTime } from './format-value.js';
import { environmentOf, firedFor, measured, resolvedStatement, statement } from './headline.js';
import { cleanText, oneLine } from './plain-text.js';

/** A name and a value to show beside each other. Plain text: escape it. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

const OWNER_LABELS = ['owner', 'team', 'service'];
/** Labels that the headline or a fact of its own already tells. */
const TOLD = new Set([
  'alertname',
  'model_name',
  'model_version',
  'severity',
  'env',
  'environment',
  'stage',
  ...OWNER_LABELS,
]);
const MOVED_SHOWN = 4;
const LABELS_SHOWN = 4;

/** The numbers a person needs to check one alert: what was measured against what, on how much, since when, whose it is. */
export function factsOf(alert: MessageAlert, message: Message): readonly Fact[] {
  const { evidence, labels } = alert;
  const number = measured(alert);
  const span = formatSpan(firedFor(alert, message.at));
  const since = `${formatTime(alert.startsAt, message.at)} (${span})`;
  const facts: readonly (readonly [string, string | undefined])[] = [
    [alert.status === 'firing' ? 'Value' : 'Last value in breach', number?.value],
    ['Limit', number?.limit],
    ['Based on', evidence?.n === undefined ? undefined : sampleSize(evidence.n, evidence.needed)],
    ['Bound', evidence?.bound === undefined ? undefined : formatNumber(evidence.bound)],
    ['Compared with', evidence?.reference],
    [alert.status === 'firing' ? 'Firing since' : 'Fired', since],
    ['Version', labels['model_version']],
    ['Environment', environmentOf(alert)],
    ['Owner', OWNER_LABELS.map((name) => labels[name]).find(Boolean)],
  ];
  return facts.flatMap(([name, value]) => (value ? [{ name, value: oneLine(value) }] : []));
}

function sampleSize(n: number, needed: number | undefined): string {
  return `${formatNumber(n)} events${needed === undefined ? '' : ` (${formatNumber(needed)} needed)`}`;
}

/** What there is to say in sentences: the rule's own words, what moved, what limits the evidence. */
export function sentencesOf(alert: MessageAlert): readonly string[] {
  const { evidence, annotations } = alert;
  const own = [annotations['summary'], annotations['description'] ?? annotations['message']];
  const moved = evidence?.moved
    ?.slice(0, MOVED_SHOWN)
    .map(({ name, before, now }) => `${name} ${formatShare(before)} → ${formatShare(now)}`);
  const sentences = [
    ...own,
    moved && moved.length > 0 ? `Moved most: ${moved.join(', ')}` : undefined,
    evidence?.note,
    evidence?.unproven
      ? 'This rests on a bare gauge: it may tell people, it cannot start a retraining.'
      : undefined,
  ].flatMap((text) => (text ? [cleanText(text)] : []));
  return [...new Set(sentences)].filter((text) => text !== '');
}

/** The alerts that a list of at most `most` shows: those told late first, as no other message tells of them. */
export function listedAlerts({ alerts }: Message, most: number): readonly MessageAlert[] {
  return alerts
    .toSorted((a, b) => Number(b.late !== undefined) - Number(a.late !== undefined))
    .slice(0, most);
}

/** One alert among several in a line: `iris-classifier accuracy 0.74 (limit 0.92) · segment=DE · since 02:55 UTC`. */
export function alertLine(alert: MessageAlert, message: Message): string {
  const telling = Object.entries(alert.labels)
    .filter(([name, value]) => !TOLD.has(name) && message.commonLabels[name] !== value)
    .slice(0, LABELS_SHOWN)
    .map(([name, value]) => `${name}=${value}`);
  const version = alert.labels['model_version'];
  return oneLine(
    [
      alert.status === 'firing' ? statement(alert) : resolvedStatement(alert, message.at),
      ...(version && message.commonLabels['model_version'] !== version ? [`version ${version}`] : []),
      ...telling,
      ...(alert.status === 'firing' ? [`since ${formatTime(alert.startsAt, message.at)}`] : []),
    ].join(' · '),
  );
}
