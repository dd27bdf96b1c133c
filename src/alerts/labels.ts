import { compareBytewise } from './compare-bytewise.js';

/** A label set: label name → value. Treated as immutable; an empty value means "label absent", as in Prometheus. */
export type Labels = Readonly<Record<string, string>>;

/** The label that carries the alert's name. */
export const ALERT_NAME = 'alertname';

/** The label that names the model an alert is about; the join between metrics, alerts, incidents and policies. */
export const MODEL_NAME = 'model_name';

/** The label that names a deployed version of a model. */
export const MODEL_VERSION = 'model_version';

/** Names of the labels that have a value, in the order of their UTF-8 bytes: the order in which labels are hashed. */
export function labelNames(labels: Labels): string[] {
  return Object.keys(labels)
    .filter((name) => labels[name] !== '')
    .toSorted(compareBytewise);
}

/**
 * The same labels without those of empty value, in the order of {@link labelNames} as far as objects have one: they put
 * names that are whole numbers first. Whatever depends on the order asks for the names.
 */
export function normalizeLabels(labels: Labels): Labels {
  return Object.fromEntries(labelNames(labels).map((name) => [name, labels[name] as string]));
}
