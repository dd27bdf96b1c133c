import { fingerprint } from '../alerts/fingerprint.js';
import { compares } from '../promql/strip-comparison.js';
import type { Sample } from '../prometheus/sample.js';
import type { ValueLines } from './extension.schema.js';
import type { Observation } from './kinds/kind.js';
import type { EvaluationContext } from './rule.js';

/** What plain PromQL says, as in Prometheus: every series that comes back is a breach, whatever its value. */
export function judgeExpr(samples: readonly Sample[]): readonly Observation[] {
  return samples.map((sample) => ({ ...seriesOf(sample), verdict: 'breached' }));
}

/**
 * What values mean against the lines of their rule. A value that is no number (0/0: no traffic) can neither breach nor
 * recover. While an alert fires, each line lies `recover` away from where it was: the mildest at `recover` itself, a worse
 * one by the same distance, so that neither the alert nor its severity flaps.
 */
export function judgeValues(
  samples: readonly Sample[],
  rule: ValueLines,
  { firing, severities }: Pick<EvaluationContext, 'firing' | 'severities'>,
): readonly Observation[] {
  const mildest = rule.lines.at(-1)?.at ?? Number.NaN;
  return samples.map((sample): Observation => {
    const series = seriesOf(sample);
    const { value } = series;
    const evidence = { measure: 'value', value: Number.isNaN(value) ? null : value };
    if (Number.isNaN(value)) {
      const note = 'not a number, as 0/0 is without traffic';
      return {
        ...series,
        value: null,
        verdict: 'no_data',
        evidence: { ...evidence, threshold: mildest, note },
      };
    }
    const identity = fingerprint(series.labels);
    const reached = firing.has(identity)
      ? rule.lines.findIndex(({ severity }) => severity === severities?.get(identity))
      : rule.lines.length;
    // An alert whose severity is none of the lines' keeps to the mildest.
    const held = reached === -1 ? rule.lines.length - 1 : reached;
    const line = rule.lines.find(
      ({ at }, index) =>
        compares(value, rule.operator, at) ||
        (index >= held && compares(value, rule.operator, recoverFrom(at, mildest, rule.recover))),
    );
    if (!line) return { ...series, verdict: 'clear', evidence: { ...evidence, threshold: mildest } };
    const kept = compares(value, rule.operator, line.at) ? {} : { note: 'not yet recovered' };
    return {
      ...series,
      verdict: 'breached',
      evidence: { ...evidence, threshold: line.at, ...kept },
      ...(line.severity === undefined ? {} : { severity: line.severity }),
    };
  });
}

function recoverFrom(at: number, mildest: number, recover: number | undefined): number {
  if (recover === undefined) return at;
  return at === mildest ? recover : at + (recover - mildest);
}

function seriesOf({ labels: { __name__: metric, ...labels }, value }: Sample): {
  readonly labels: Observation['labels'];
  readonly metric?: string;
  readonly value: number;
} {
  return { labels, ...(metric === undefined ? {} : { metric }), value };
}
