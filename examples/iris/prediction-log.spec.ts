import { describe, expect, it } from '@jest/globals';
import { flowerOf, type Species } from './flower.js';
import { PredictionLog } from './prediction-log.js';

const time = (second: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, second));

function log(keep = { waiting: 10, labelled: 10, outcomes: 3 }) {
  const predictions = new PredictionLog(keep);
  const add = (id: string, second: number, predicted: Species = 'setosa', modelVersion = '1') =>
    predictions.add({ id, features: flowerOf(() => 1), predicted, modelVersion, at: time(second) });
  return { predictions, add };
}
const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

describe('the prediction log', () => {
  it('joins a late label with its prediction, once', () => {
    const { predictions, add } = log();
    add('a', 0);
    expect(predictions.label('a', 'virginica', time(9))).toMatchObject({
      kind: 'labelled',
      row: { id: 'a', predicted: 'setosa', label: 'virginica', at: time(0), labelledAt: time(9) },
    });
    expect(predictions.label('a', 'setosa', time(9))).toEqual({
      kind: 'refused',
      reason: 'already_labelled',
    });
    expect(predictions.label('b', 'setosa', time(9))).toEqual({
      kind: 'refused',
      reason: 'unknown_prediction',
    });
  });

  it('gives labelled rows by the time of their prediction: from inclusive, to exclusive, newest kept', () => {
    const { predictions, add } = log();
    for (const second of [3, 1, 2, 4]) add(`p${second}`, second);
    for (const second of [4, 2, 1, 3]) predictions.label(`p${second}`, 'setosa', time(10));
    expect(ids(predictions.labelled({}))).toEqual(['p1', 'p2', 'p3', 'p4']);
    expect(ids(predictions.labelled({ since: time(2), until: time(4) }))).toEqual(['p2', 'p3']);
    expect(ids(predictions.labelled({ limit: 2 }))).toEqual(['p3', 'p4']);
    expect(ids(predictions.labelled({ limit: 9 }))).toHaveLength(4);
  });

  it('forgets the oldest beyond what it keeps', () => {
    const { predictions, add } = log({ waiting: 2, labelled: 1, outcomes: 3 });
    for (const id of ['a', 'b', 'c']) add(id, 0);
    expect(predictions.label('a', 'setosa', time(1)).kind).toBe('refused');
    predictions.label('b', 'setosa', time(1));
    predictions.label('c', 'setosa', time(1));
    expect(ids(predictions.labelled({}))).toEqual(['c']);
  });

  it('measures each version over its last labels only', () => {
    const { predictions, add } = log();
    const outcomes: [string, Species, string][] = [
      ['a', 'virginica', '1'],
      ['b', 'setosa', '1'],
      ['c', 'setosa', '1'],
      ['d', 'virginica', '1'],
      ['e', 'setosa', '2'],
    ];
    for (const [id, label, version] of outcomes) {
      add(id, 0, 'setosa', version);
      predictions.label(id, label, time(1));
    }
    expect(predictions.accuracy('1')).toEqual({ accuracy: 2 / 3, n: 3 });
    expect(predictions.accuracy('2')).toEqual({ accuracy: 1, n: 1 });
    expect(predictions.accuracy('3')).toBeUndefined();
  });
});
