import { expect, it } from '@jest/globals';
import { accuracy } from '../../../src/rules/kinds/accuracy/index.js';
import { AccuracySpec } from '../../../src/rules/kinds/accuracy/spec.js';
import { checkAnswers, describeWithPromtool } from '../promql/promtool.js';
import { rulesFrom } from './rule-files.js';

const queryOf = (condition: object, name: string): string => {
  const expr = rulesFrom(condition)[0]?.queries.find((query) => query.name === name)?.expr;
  if (expr === undefined) throw new Error(`no query ${name}`);
  return expr;
};

describeWithPromtool('what Prometheus answers', () => {
  const requests = (version: string): string =>
    `model_prediction_requests_total{model_name="m",model_version="${version}"}`;

  it('finds the versions that are old enough, also after a gap in the scrapes', () => {
    const spec = AccuracySpec.parse({ model: 'm', below: 0.9 });
    const model = { name: 'm', labelDelaySettledMs: 7_200_000 };
    const expr = accuracy.queries(spec, model).find(({ name }) => name === 'settled')?.expr ?? '';
    const series = {
      [requests('old')]: '0+10x30 _x60 900+10x200',
      [requests('young')]: '_x200 0+10x100',
      'model_accuracy{model_name="m",model_version="gauge only"}': '0.9x300',
    };
    const gives = { '{model_version="old"}': 1, '{model_version="gauge only"}': 1 };
    expect(checkAnswers(series, [{ expr, at: '200m', gives }])).toBe('');
  });

  it('still knows a version that is not scraped any more, for a day', () => {
    const condition = { accuracy: { model: 'm', below: 0.9 } };
    const series = { [requests('7')]: '0+10x60 stale' };
    const [traffic, seen] = [queryOf(condition, 'traffic'), queryOf(condition, 'seen')];
    expect(
      checkAnswers(series, [
        { expr: traffic, at: '60m', gives: { '{model_version="7"}': 150 } },
        { expr: traffic, at: '90m', gives: {} },
        { expr: seen, at: '90m', gives: { '{model_version="7"}': 1 } },
        { expr: seen, at: '26h', gives: {} },
      ]),
    ).toBe('');
  });

  it('counts the whole of a class that just appeared, which increase() loses', () => {
    const condition = { prediction_drift: { model: 'm', window: '1h' } };
    const series = {
      'predictions_total{model_name="m",model_version="7",class="known"}': '0+10x300',
      'predictions_total{model_name="m",model_version="7",class="new"}': '_x190 40x110',
    };
    const [current, fresh] = [queryOf(condition, 'current'), queryOf(condition, 'fresh')];
    expect(
      checkAnswers(series, [
        { expr: fresh, at: '200m', gives: { '{class="new",model_version="7"}': 40 } },
        {
          expr: current,
          at: '200m',
          gives: { '{class="known",model_version="7"}': 600, '{class="new",model_version="7"}': 0 },
        },
        { expr: fresh, at: '290m', gives: {} },
      ]),
    ).toBe('');
  });

  it('counts errors of the kinds that are not excluded, over all versions', () => {
    const condition = { error_rate: { model: 'm', above: '5%', exclude: { error_type: ['client_input'] } } };
    const series = {
      'model_prediction_errors_total{model_name="m",error_type="timeout"}': '0+1x60',
      'model_prediction_errors_total{model_name="m",error_type="client_input"}': '0+5x60',
      [requests('6')]: '0+10x60',
      [requests('7')]: '0+20x60',
    };
    expect(
      checkAnswers(series, [
        { expr: queryOf(condition, 'errors_10m'), at: '60m', gives: { '{}': 10 } },
        { expr: queryOf(condition, 'requests_10m'), at: '60m', gives: { '{}': 300 } },
      ]),
    ).toBe('');
  });

  it('gives cumulative buckets by version, feature and bound', () => {
    const condition = { drift: { model: 'm', features: ['a.b'], window: '10m' } };
    const bucket = (feature: string, le: string): string =>
      `model_feature_value_bucket{model_name="m",model_version="7",feature="${feature}",le="${le}"}`;
    const series = {
      [bucket('a.b', '1')]: '0+1x60',
      [bucket('a.b', '+Inf')]: '0+3x60',
      [bucket('axb', '1')]: '0+1x60',
    };
    const gives = {
      '{feature="a.b",le="1",model_version="7"}': 10,
      '{feature="a.b",le="+Inf",model_version="7"}': 30,
    };
    expect(checkAnswers(series, [{ expr: queryOf(condition, 'current'), at: '60m', gives }])).toBe('');
  });
});
