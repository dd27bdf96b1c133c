import { formatDuration } from '../../../schema/duration.js';
import { oneLine } from '../../one-line.js';
import { formatShare } from '../../share.js';
import type { RuleKind } from '../kind.js';
import { judgeAccuracy } from './judge.js';
import { accuracyQueries } from './queries.js';
import { AccuracySpec, comparisonOf } from './spec.js';

/** Too many wrong predictions, proved on labelled ones. */
export const accuracy: RuleKind<'accuracy', AccuracySpec> = {
  kind: 'accuracy',
  summary: 'the model is right too rarely, proved on predictions whose true label arrived',
  Spec: AccuracySpec,
  model: (spec) => spec.model,
  describe: ({ model, where, below, drop, against, window, min_samples, label_coverage }) =>
    oneLine('accuracy', {
      model,
      ...(Object.keys(where).length > 0 ? { where } : {}),
      ...(below === undefined ? {} : { below: formatShare(below) }),
      ...(drop === undefined ? {} : { drop: formatShare(drop) }),
      ...(against === undefined ? {} : { against }),
      window: formatDuration(window),
      min_samples,
      ...(label_coverage === undefined ? {} : { label_coverage: formatShare(label_coverage) }),
    }),
  warnings: (spec, model) =>
    comparisonOf(spec, model) === 'reference' && !model.reference?.quality
      ? [
          `drop needs the accuracy the model once had, and there is none: write quality into the reference file of ${spec.model}, or use against: previous, or below`,
        ]
      : [],
  queries: accuracyQueries,
  judge: judgeAccuracy,
};
