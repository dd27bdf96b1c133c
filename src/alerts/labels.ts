/** A label set: label name → value. Treated as immutable; an empty value means "label absent", as in Prometheus. */
export type Labels = Readonly<Record<string, string>>;

/** The label that carries the alert's name. */
export const ALERT_NAME = 'alertname';

/** The label that names the model an alert is about; the join between metrics, alerts, incidents and policies. */
export const MODEL_NAME = 'model_name';

/** The label that names a deployed version of a model. */
export const MODEL_VERSION = 'model_version';

/** The same labels without those of empty value, in bytewise order of their names: the form that is hashed and stored. */
export function normalizeLabels(labels: Labels): Labels {
  const names = Object.keys(labels).filter((name) => labels[name] !== '');
  names.sort();
  return Object.fromEntries(names.map((name) => [name, labels[name] as string]));
}

/** The labels named by `names`; names that the set lacks are left out. */
export function pickLabels(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(
    names.filter((name) => labels[name]).map((name) => [name, labels[name] as string]),
  );
}
