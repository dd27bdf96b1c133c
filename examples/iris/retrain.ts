import { z } from 'zod';
import { FEATURES, SPECIES, type LabelledFlower } from './flower.js';
import { sendUntilAnswered, type PeerAnswer, type Peers } from './http-peer.js';
import { ModelFile } from './model-file.js';
import type { RunOrder } from './run-order.js';
import { trainModel } from './train-model.js';

/** How a run trains. */
export interface RetrainSettings {
  /** Address of the model server. */
  readonly modelServer: string;
  /** Newest labelled rows to train on at most; the fewest to train on at all. */
  readonly mostRows: number;
  readonly leastRows: number;
  readonly seed: number;
}

/** How a run ended. Accuracies are from 0 to 1, both on the same rows that nobody trained on. */
export type RunResult =
  | { readonly status: 'succeeded'; readonly modelVersion: string; readonly metrics: RunMetrics }
  | { readonly status: 'failed' | 'cancelled'; readonly detail: string };

/** What a run measured. */
export interface RunMetrics {
  readonly accuracy: number;
  readonly champion_accuracy: number;
  readonly rows: number;
  readonly held_out: number;
}

const Rows = z.object({
  rows: z.array(
    z.object({
      features: z.object(Object.fromEntries(FEATURES.map((f) => [f, z.number()]))),
      label: z.enum(SPECIES),
    }),
  ),
});
const MOST_VERSION_TRIES = 5;

/** One run: claim it, fetch recent labelled rows, train, measure, deploy. Expected failures are results. */
export async function retrain(
  order: RunOrder,
  runId: string,
  settings: RetrainSettings,
  peers: Peers,
): Promise<RunResult> {
  const refusal = await claim(order, runId, peers);
  if (refusal) return refusal;

  const served = await peers.send('GET', `${settings.modelServer}/model`);
  const champion = ModelFile.safeParse(served.body);
  if (!champion.success) return failed('the model server shows no model', served);
  if (champion.data.name !== order.model) {
    return { status: 'failed', detail: `expected the model ${champion.data.name}, got ${order.model}` };
  }

  const rows = await trainingRows(order, settings, peers);
  if (!Array.isArray(rows)) return failed('the model server gives no labelled rows', rows);
  if (rows.length < settings.leastRows) {
    return {
      status: 'failed',
      detail: `expected at least ${settings.leastRows} labelled rows, got ${rows.length}`,
    };
  }

  let version = nextVersion(champion.data.version);
  const { model, championAccuracy = NaN } = trainModel({
    name: order.model,
    version,
    rows,
    seed: settings.seed,
    at: peers.now(),
    champion: champion.data,
  });
  for (let attempt = 1; ; attempt++) {
    const named = { ...model, version, reference: { ...model.reference, model_version: version } };
    const deployed = await peers.send('POST', `${settings.modelServer}/deploy`, named);
    if (deployed.status === 200) break;
    if (deployed.status !== 409 || attempt === MOST_VERSION_TRIES)
      return failed('the model server took no new model', deployed);
    version = nextVersion(version);
  }
  const { accuracy, rows: trained, held_out } = model.training;
  return {
    status: 'succeeded',
    modelVersion: version,
    metrics: { accuracy, champion_accuracy: championAccuracy, rows: trained, held_out },
  };
}

/** Counts up the number at the end, `7` → `8` and `iris-7` → `iris-8`; without one it adds `-2`. */
export function nextVersion(version: string): string {
  const counted = version.replace(/\d+$/, (digits) => String(Number(digits) + 1));
  return counted === version ? `${version}-2` : counted;
}

/** The claim is what keeps a run that was ordered twice from training twice: only one run id is let through. */
async function claim(order: RunOrder, runId: string, peers: Peers): Promise<RunResult | undefined> {
  if (!order.callback?.claimUrl) return undefined;
  const { claimUrl, token } = order.callback;
  const body = { correlation_id: order.correlationId, run_id: runId };
  const answer = await sendUntilAnswered(peers, claimUrl, body, token);
  if (answer.status >= 200 && answer.status < 300) return undefined;
  if (answer.status === 409) return { status: 'cancelled', detail: 'another run has claimed this order' };
  return failed('the claim was not granted', answer);
}

/** The newest rows of the training window; of the time since its start when the window alone holds too few. */
async function trainingRows(
  order: RunOrder,
  { modelServer, mostRows, leastRows }: RetrainSettings,
  peers: Peers,
): Promise<LabelledFlower[] | PeerAnswer> {
  const window = order.windows?.training;
  const fetchRows = async (range: Record<string, string>) => {
    const query = new URLSearchParams({ ...range, limit: String(mostRows) });
    const answer = await peers.send('GET', `${modelServer}/labelled?${query.toString()}`);
    const given = Rows.safeParse(answer.body);
    return given.success ? (given.data.rows as LabelledFlower[]) : answer;
  };
  if (!window) return fetchRows({});
  const inside = await fetchRows({ since: window.from, until: window.to });
  return Array.isArray(inside) && inside.length < leastRows ? fetchRows({ since: window.from }) : inside;
}

function failed(what: string, { status }: PeerAnswer): RunResult {
  return { status: 'failed', detail: status === 0 ? `${what}: no answer` : `${what}: it answered ${status}` };
}
