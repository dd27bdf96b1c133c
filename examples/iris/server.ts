import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { SPECIES } from './flower.js';
import { parseJson, serve, type Answer, type Call } from './http-json.js';
import { ModelFile } from './model-file.js';
import { InvalidInput, ModelService } from './model-service.js';
import { readFlags, readNumber, runWhenMain, type Running } from './process.js';
import { seededRandom } from './random.js';
import { drawRows } from './sensor.js';
import { trainModel } from './train-model.js';

/** How the model server runs. */
export interface ServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Served unless `modelFile` holds another one. */
  readonly model: ModelFile;
  /** Where the model in service is kept over restarts. */
  readonly modelFile?: string;
}

const Label = z.object({ id: z.uuid(), label: z.enum(SPECIES) });
const Time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const LabelledQuery = z.object({
  since: Time.optional(),
  until: Time.optional(),
  limit: z.coerce.number().int().min(1).optional(),
});

/** Starts the model server: predictions, late labels, metrics, and new models while it serves. */
export async function startServer(options: ServerOptions): Promise<Running & { readonly url: string }> {
  const service = new ModelService((await readModel(options.modelFile)) ?? options.model);

  const listening = await serve(options.host, options.port, {
    'POST /predict': ({ body }) => predict(service, body),
    'POST /label': ({ body }) => label(service, body),
    'POST /deploy': ({ body }) => deploy(service, body, options.modelFile),
    'GET /model': () => ({ status: 200, body: service.model }),
    'GET /reference': () => ({ status: 200, body: service.model.reference }),
    'GET /labelled': (call) => labelled(service, call),
    'GET /metrics': async () => ({
      status: 200,
      text: await service.registry.metrics(),
      contentType: service.registry.contentType,
    }),
    'GET /healthz': () => ({ status: 200, body: { status: 'ok', model_version: service.model.version } }),
  });
  return {
    url: listening.url,
    ready: { port: listening.port, url: listening.url, model_version: service.model.version },
    close: () => listening.close(),
  };
}

function predict(service: ModelService, body: string): Answer {
  try {
    return { status: 200, body: service.predict(parseJson(body), new Date()) };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return { status: 422, body: { error: error.message, error_type: InvalidInput.name } };
  }
}

function label(service: ModelService, body: string): Answer {
  const given = Label.safeParse(parseJson(body));
  if (!given.success) return invalid(given.error);
  const outcome = service.label(given.data.id, given.data.label, new Date());
  if (outcome.kind === 'refused') {
    return { status: outcome.reason === 'already_labelled' ? 409 : 404, body: { error: outcome.reason } };
  }
  return { status: 200, body: { correct: outcome.row.predicted === outcome.row.label } };
}

async function deploy(service: ModelService, body: string, modelFile: string | undefined): Promise<Answer> {
  const given = ModelFile.safeParse(parseJson(body));
  if (!given.success) return invalid(given.error);
  const outcome = service.deploy(given.data);
  if (outcome === 'version_taken' || outcome === 'other_model') {
    return { status: 409, body: { error: outcome, model_version: service.model.version } };
  }
  if (modelFile !== undefined) await writeModel(modelFile, service.model);
  return { status: 200, body: { result: outcome, model_version: service.model.version } };
}

function labelled(service: ModelService, { query }: Call): Answer {
  const range = LabelledQuery.safeParse(Object.fromEntries(query));
  if (!range.success) return invalid(range.error);
  const rows = service.labelled(range.data).map((row) => ({
    id: row.id,
    features: row.features,
    label: row.label,
    predicted: row.predicted,
    model_version: row.modelVersion,
    predicted_at: row.at.toISOString(),
    labelled_at: row.labelledAt.toISOString(),
  }));
  return { status: 200, body: { rows } };
}

function invalid(error: z.ZodError): Answer {
  return { status: 422, body: { error: z.prettifyError(error) } };
}

/** Version 1 of a model, trained on healthy flowers. */
export function firstModel(name: string, seed: number, at: Date): ModelFile {
  return trainModel({ name, version: '1', rows: drawRows('healthy', 900, seededRandom(seed)), seed, at })
    .model;
}

async function readModel(path: string | undefined): Promise<ModelFile | undefined> {
  if (path === undefined) return undefined;
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : ModelFile.parse(JSON.parse(text));
}

async function writeModel(path: string, model: ModelFile): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(model));
  await rename(`${path}.new`, path);
}

/** Flags of the process with their defaults; each is also a variable of the environment, `IRIS_MODEL_FILE`. */
export const SERVER_FLAGS = {
  host: '127.0.0.1',
  port: '8701',
  'model-name': 'iris-classifier',
  'model-file': '',
  seed: '1',
} as const;

await runWhenMain(import.meta.url, 'iris-server', () => {
  const flags = readFlags(SERVER_FLAGS, process.argv.slice(2), process.env);
  return startServer({
    host: flags.host,
    port: readNumber('port', flags.port),
    model: firstModel(flags['model-name'], readNumber('seed', flags.seed), new Date()),
    ...(flags['model-file'] === '' ? {} : { modelFile: flags['model-file'] }),
  });
});
