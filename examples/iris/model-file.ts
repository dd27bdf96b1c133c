import { z } from 'zod';
import { FEATURES, SPECIES } from './flower.js';

const Numbers = (length: number) => z.array(z.number()).length(length);

/** What a drift rule compares the live inputs with; counts per bucket, the last bound is `+Inf`. */
export const DriftReferenceFile = z.object({
  format: z.literal('drift-reference/1'),
  model_name: z.string(),
  model_version: z.string(),
  created_at: z.iso.datetime(),
  source: z.object({ kind: z.literal('training'), rows: z.int() }),
  features: z.record(
    z.enum(FEATURES),
    z.object({
      kind: z.literal('histogram'),
      upper_bounds: z.array(z.union([z.number(), z.literal('+Inf')])),
      counts: z.array(z.number()),
      nulls: z.int(),
    }),
  ),
  predictions: z.object({ class: z.record(z.enum(SPECIES), z.number()) }),
  quality: z.object({ accuracy: z.number(), n: z.int() }),
});
export type DriftReferenceFile = z.infer<typeof DriftReferenceFile>;

/** A trained model as it is stored, deployed and served. */
export const ModelFile = z.object({
  format: z.literal('iris-model/1'),
  name: z.string().min(1),
  version: z.string().regex(/^[\w.-]{1,64}$/),
  created_at: z.iso.datetime(),
  features: z.tuple([
    z.literal('sepal_length'),
    z.literal('sepal_width'),
    z.literal('petal_length'),
    z.literal('petal_width'),
  ]),
  classes: z.tuple([z.literal('setosa'), z.literal('versicolor'), z.literal('virginica')]),
  mean: Numbers(FEATURES.length),
  scale: Numbers(FEATURES.length),
  weights: z.array(Numbers(FEATURES.length + 1)).length(SPECIES.length),
  /** `accuracy` was measured on `held_out` rows that were not trained on. */
  training: z.object({ rows: z.int(), held_out: z.int(), accuracy: z.number() }),
  reference: DriftReferenceFile,
});
export type ModelFile = z.infer<typeof ModelFile>;
