import { expect, it } from '@jest/globals';
import { accuracy } from '../../../src/rules/kinds/accuracy/index.js';
import { AccuracySpec } from '../../../src/rules/kinds/accuracy/spec.js';
import { checkAnswers, describeWithPromtool } from '../promql/promtool.js';

/** Looks every hour; labels are all in after two. */
const spec = AccuracySpec.parse({ model: 'm', drop: '3%', against: 'previous', window: '7h' });
const queries = accuracy.queries(spec, { name: 'm', labelDelaySettledMs: 7_200_000 });
const queryOf = (name: string): string => {
  const expr = queries.find((query) => query.name === name)?.expr;
  if (expr === undefined) throw new Error(`no query ${name}`);
  return expr;
};

const requests = (version: string): string =>
  `model_prediction_requests_total{model_name="m",model_version="${version}"}`;
const labels = (version: string, outcome: string): string =>
  `model_labeled_predictions_total{model_name="m",model_version="${version}",outcome="${outcome}"}`;

/** 6 serves for 20 hours. Its last labels, all wrong, come within the two hours after 7 took over; its process stays up. */
const series = {
  'x{model_version="6"}': '1x3000',
  [requests('6')]: '0+10x1200 12000x1800',
  [labels('6', 'correct')]: '0+1x1200 1200x1800',
  [labels('6', 'incorrect')]: '0x1200 1+1x119 120x1680',
  [requests('7')]: '_x1200 0+10x1800',
  [labels('7', 'correct')]: '_x1200 0+1x1800',
};
const [correct, labeled, began] = ['previous_correct', 'previous_labeled', 'began'].map(queryOf) as [
  string,
  string,
  string,
];

describeWithPromtool('the previous version, as Prometheus answers', () => {
  // At 22:00 the seven hours back to 15:00 hold five hours of right answers and all of the late wrong ones.
  const frozen = { correct: 300, labeled: 420 };
  const serving = 420;

  it.each(['23h', '25h', '28h50m'])('is frozen with all its labels, and stays so at %s', (at) => {
    expect(
      checkAnswers(series, [
        {
          expr: `${correct} and on (model_version) x{model_version="6"}`,
          at,
          gives: { '{model_version="6"}': frozen.correct },
        },
        {
          expr: `${labeled} and on (model_version) x{model_version="6"}`,
          at,
          gives: { '{model_version="6"}': frozen.labeled },
        },
      ]),
    ).toBe('');
  });

  it('is what is measured while it serves', () => {
    const at = '20h';
    expect(checkAnswers(series, [{ expr: labeled, at, gives: { '{model_version="6"}': serving } }])).toBe('');
  });

  it('is forgotten a window after its last labels came in', () => {
    const answers = [
      { expr: `${labeled} and on (model_version) x{model_version="6"}`, at: '30h', gives: {} },
    ];
    expect(checkAnswers(series, answers)).toBe('');
  });

  it('began before the other', () => {
    // Looks are 38 s apart: the first one since 8:00, where the lookback begins, and the first one since 20:00.
    const gives = { '{model_version="6"}': 28_804, '{model_version="7"}': 72_010 };
    expect(checkAnswers(series, [{ expr: began, at: '24h', gives }])).toBe('');
  });
});
