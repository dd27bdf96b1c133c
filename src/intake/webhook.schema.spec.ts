import { describe, expect, it } from '@jest/globals';
import { AlertmanagerWebhook, ReceivedAlert } from './webhook.schema.js';

const alert = {
  status: 'firing',
  labels: { alertname: 'High' },
  annotations: {},
  startsAt: '2026-03-10T12:00:00.123456789Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus/graph?g0.expr=up',
  fingerprint: 'd2c6efc389df0927',
};
const messages = (parsed: {
  error?: { issues: readonly { message: string; path: readonly PropertyKey[] }[] };
}) => parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('a received alert', () => {
  it.each<[sentence: string, value: object]>([
    ['is taken as Alertmanager sends it', alert],
    ['may carry an offset from UTC', { ...alert, startsAt: '2026-03-10T14:00:00+02:00' }],
    ['needs no annotations', { status: 'firing', labels: alert.labels, startsAt: alert.startsAt }],
    [
      'may hold labels of any name and any valid text',
      { ...alert, labels: { 10: '😀', constructor: '\\u0000' } },
    ],
    ['may have empty labels beside another', { ...alert, labels: { alertname: 'x', empty: '' } }],
  ])('%s', (_sentence, value) => {
    expect(messages(ReceivedAlert.safeParse(value))).toBeUndefined();
  });

  it.each(['toString', 'constructor', '__proto__'])('keeps a label that is called %s', (name) => {
    const labels = JSON.parse(`{"${name}":"x"}`) as object;
    expect(Object.entries(ReceivedAlert.parse({ ...alert, labels }).labels)).toEqual([[name, 'x']]);
  });

  it.each<[sentence: string, value: unknown, message: string]>([
    ['no object', 'x', ': Invalid input: expected object, received string'],
    ['an unknown status', { ...alert, status: 'suppressed' }, 'status: expected firing or resolved'],
    ['no labels', { ...alert, labels: {} }, 'labels: expected at least one label'],
    ['empty labels only', { ...alert, labels: { a: '' } }, 'labels: expected at least one label'],
    [
      'a label that is no text',
      { ...alert, labels: { a: 1 } },
      'labels.a: Invalid input: expected string, received number',
    ],
    [
      'a time of another form',
      { ...alert, startsAt: '10 March 2026' },
      'startsAt: expected an RFC 3339 time such as 2026-01-31T12:00:00Z',
    ],
    [
      'a time that does not exist',
      { ...alert, startsAt: '2026-02-30T12:00:00Z' },
      'startsAt: expected an RFC 3339 time such as 2026-01-31T12:00:00Z',
    ],
    [
      'text that the database cannot hold',
      { ...alert, labels: { a: 'x\0y' } },
      'labels.a: expected text without NUL characters and halves of surrogate pairs',
    ],
    [
      'half of a surrogate pair',
      { ...alert, annotations: { a: 'x\ud83dy' } },
      'annotations.a: expected text without NUL characters and halves of surrogate pairs',
    ],
    [
      'a name that the database cannot hold',
      { ...alert, annotations: { 'a\0': 'x' } },
      'annotations.a\0: expected text without NUL characters and halves of surrogate pairs',
    ],
  ])('is refused with %s', (_sentence, value, message) => {
    expect(messages(ReceivedAlert.safeParse(value))).toContain(message);
  });
});

describe('the envelope', () => {
  it('leaves the alerts to be checked one by one', () => {
    const parsed = AlertmanagerWebhook.parse({
      version: '4',
      alerts: [1, null, alert],
      notification_reason: 'x',
    });
    expect(parsed.alerts).toHaveLength(3);
  });

  it.each<[sentence: string, value: unknown, message: string]>([
    [
      'another version',
      { version: '5', alerts: [] },
      'version: expected version "4" of the Alertmanager webhook',
    ],
    ['no version', { alerts: [] }, 'version: expected version "4" of the Alertmanager webhook'],
    ['no list of alerts', { version: '4', alerts: {} }, 'alerts: expected a list of alerts'],
    ['nothing', undefined, ': Invalid input: expected object, received undefined'],
    ['a list', [], ': Invalid input: expected object, received array'],
  ])('is refused with %s', (_sentence, value, message) => {
    expect(messages(AlertmanagerWebhook.safeParse(value))).toContain(message);
  });
});
