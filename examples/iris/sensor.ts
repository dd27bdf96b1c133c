import {
  FISHERS_FLOWERS,
  flowerOf,
  SPECIES,
  type Feature,
  type Flower,
  type LabelledFlower,
  type Species,
} from './flower.js';
import { normal, type Random } from './random.js';

/**
 * How the flowers reach the model.
 * - `healthy`: as in the training data.
 * - `shifted`: a replaced sensor reads lengths short. The model is wrong, and training on such readings puts it right.
 * - `bad_data`: readings go missing and labels are wrong. Training on them would make it worse.
 * - `no_gain`: readings are mostly noise. No training can help.
 */
export const TRAFFIC_MODES = ['healthy', 'shifted', 'bad_data', 'no_gain'] as const;
export type TrafficMode = (typeof TRAFFIC_MODES)[number];

/** One request of the traffic: what is sent, and the label that follows (null when it got lost). */
export interface Reading {
  readonly features: Readonly<Record<Feature, number | null>>;
  readonly label: Species | null;
}

/** Centimetres; how much two flowers of the same row differ. */
const NOISE = 0.15;
const SENSOR: Partial<Record<Feature, number>> = { sepal_length: 0.85, petal_length: 0.6 };
const MISSING_SHARE = 0.3;
const WRONG_LABEL_SHARE = 0.4;
const LOST_LABEL_SHARE = 0.1;
const HEAVY_NOISE = 2;
const SMALLEST = 0.05;

/** The next reading. Every mode draws flowers in the same way, so only the sensor and the labels differ. */
export function draw(mode: TrafficMode, random: Random): Reading {
  const row = FISHERS_FLOWERS[Math.floor(random() * FISHERS_FLOWERS.length)] as LabelledFlower;
  const flower = noisy(row.features, NOISE, random);
  if (mode === 'shifted') {
    return { features: flowerOf((feature) => flower[feature] * (SENSOR[feature] ?? 1)), label: row.label };
  }
  if (mode === 'no_gain') return { features: noisy(flower, HEAVY_NOISE, random), label: row.label };
  if (mode === 'bad_data') {
    const isMissing = random() < MISSING_SHARE;
    return {
      features: isMissing ? { ...flower, petal_length: null } : flower,
      label: spoiled(row.label, random),
    };
  }
  return { features: flower, label: row.label };
}

/** Labelled flowers of a mode whose readings are complete: training and test data. */
export function drawRows(
  mode: Exclude<TrafficMode, 'bad_data'>,
  count: number,
  random: Random,
): LabelledFlower[] {
  return Array.from({ length: count }, () => draw(mode, random) as LabelledFlower);
}

function noisy(flower: Flower, noise: number, random: Random): Flower {
  return flowerOf((feature) => Math.max(SMALLEST, flower[feature] + noise * normal(random)));
}

function spoiled(label: Species, random: Random): Species | null {
  const chance = random();
  if (chance < LOST_LABEL_SHARE) return null;
  if (chance < LOST_LABEL_SHARE + WRONG_LABEL_SHARE) {
    return SPECIES[(SPECIES.indexOf(label) + 1) % SPECIES.length] as Species;
  }
  return label;
}
