import { compareBytewise } from '../alerts/compare-bytewise.js';
import { fingerprint } from '../alerts/fingerprint.js';
import type { Labels } from '../alerts/labels.js';

/** A label set, or annotations, as the API shows them: by name, as Go writes objects; the database keeps an order of its own. */
export interface KnownLabels {
  readonly labels: Labels;
  /** Of {@link KnownLabels.labels}, as Alertmanager's API shows it; only asked for alerts. */
  readonly fingerprint: string;
}

/** The same labels, by name in the order of their bytes. */
export function inOrder(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => compareBytewise(a, b)));
}

/**
 * Label sets by the JSON text in which the database hands them out. The alerts of a list are mostly those of the list before,
 * and to parse, sort and hash their labels anew each time is most of what a list costs. What the last list did not need is
 * forgotten with the next one, so that this holds no more than two lists do.
 */
export class LabelMemory {
  #current = new Map<string, KnownLabels>();
  #previous = new Map<string, KnownLabels>();

  /** Begins a list. */
  begin(): void {
    this.#previous = this.#current;
    this.#current = new Map();
  }

  /** The label set of that text. */
  read(text: string): KnownLabels {
    const known = this.#current.get(text) ?? this.#previous.get(text) ?? learn(text);
    this.#current.set(text, known);
    return known;
  }
}

function learn(text: string): KnownLabels {
  const labels = inOrder(JSON.parse(text) as Labels);
  let hash: string | undefined;
  return {
    labels,
    get fingerprint() {
      return (hash ??= fingerprint(labels));
    },
  };
}
