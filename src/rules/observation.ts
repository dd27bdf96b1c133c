import type { Evidence } from '../alerts/alert.js';
import type { Labels } from '../alerts/labels.js';
import type { Observation, Verdict } from './kinds/kind.js';

/** The labels of an observation about a model, or about one of its versions when that is known. */
export function modelLabels(model: string, where: Labels, version = ''): Labels {
  return { ...where, model_name: model, ...(version === '' ? {} : { model_version: version }) };
}

/** An observation whose value is that of its evidence. */
export function observe(labels: Labels, verdict: Verdict, evidence: Evidence): Observation {
  return { labels, value: evidence.value, verdict, evidence };
}
