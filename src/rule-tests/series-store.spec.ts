import { describe, expect, it } from '@jest/globals';
import { SeriesStore, seriesOf } from './series-store.js';

const up = { __name__: 'up' };

describe('SeriesStore', () => {
  it('holds what is noted: a sample each interval, none where there is none', () => {
    const series = seriesOf([{ series: up, values: [1, undefined, 'stale'] }], 1000, 500);
    expect(new SeriesStore(series).all()).toEqual([
      {
        labels: up,
        points: [
          [1000, 1],
          [2000, 'stale'],
        ],
      },
    ]);
  });

  it('ends recorded series that are no longer recorded', () => {
    const store = new SeriesStore([]);
    const first = store.record([{ labels: up, value: 1, timestamp: 0 }], 0, new Map());
    const second = store.record([], 60_000, first);
    store.record([], 120_000, second);
    expect(store.all()).toEqual([
      {
        labels: up,
        points: [
          [0, 1],
          [60_000, 'stale'],
        ],
      },
    ]);
  });

  it('keeps what is recorded into a given series in the order of time, the recorded value last', () => {
    const store = new SeriesStore(seriesOf([{ series: up, values: [1, 1, 1] }], 0, 1000));
    store.record([{ labels: up, value: 2, timestamp: 0 }], 1000, new Map());
    store.record([{ labels: up, value: 3, timestamp: 0 }], 1500, new Map());
    expect(store.all()[0]?.points).toEqual([
      [0, 1],
      [1000, 2],
      [1500, 3],
      [2000, 1],
    ]);
  });
});
