import { z } from 'zod';
import { parseJson, serve } from './http-json.js';
import { httpPoster } from './http-post.js';
import { printLine, readFlags, readNumber, runWhenMain, type Running } from './process.js';
import { seededRandom } from './random.js';
import { draw, TRAFFIC_MODES, type Reading, type TrafficMode } from './sensor.js';
import { dueRequests, plannedMode, type TrafficPlan } from './traffic-mode.js';

/** How the traffic runs. */
export interface TrafficOptions {
  readonly host: string;
  /** Port of the control server; 0 takes a free one. */
  readonly port: number;
  /** Address of the model server. */
  readonly target: string;
  /** Requests per second. */
  readonly rate: number;
  /** Milliseconds from a prediction to its label. */
  readonly labelDelayMs: number;
  readonly seed: number;
  readonly plan: TrafficPlan;
  /** Called when the mode changes. */
  readonly onMode?: (mode: TrafficMode) => void;
}

/** What went over the wire; `agreed` counts predictions that met their label. */
export interface TrafficCounts {
  sent: number;
  answered: number;
  refused: number;
  failed: number;
  skipped: number;
  labelled: number;
  agreed: number;
}

const TICK_MS = 25;
const MOST_IN_FLIGHT = 64;
const NewMode = z.object({ mode: z.enum(TRAFFIC_MODES) });
const Answer = z.object({ id: z.string() });
const Told = z.object({ correct: z.boolean() });

/**
 * Starts steady traffic: each tick sends what is due, and each answered prediction gets its label a little later.
 * `POST /mode {"mode":"shifted"}` overrules the plan, `GET /status` tells what happened.
 */
export async function startTraffic(options: TrafficOptions): Promise<Running & { readonly url: string }> {
  const random = seededRandom(options.seed);
  const counts: TrafficCounts = {
    sent: 0,
    answered: 0,
    refused: 0,
    failed: 0,
    skipped: 0,
    labelled: 0,
    agreed: 0,
  };
  const startedAt = performance.now();
  const labels = new Set<NodeJS.Timeout>();
  const poster = httpPoster(options.target);
  let closed = false;
  let ordered: TrafficMode | undefined;
  let mode: TrafficMode = plannedMode(options.plan, 0);
  let scheduled = 0;
  let inFlight = 0;

  async function sendLabel(id: string, label: Reading['label']): Promise<void> {
    const answer = await poster.post('/label', { id, label });
    const told = Told.safeParse(parseJson(answer.text));
    if (answer.status !== 200 || !told.success) return;
    counts.labelled++;
    if (told.data.correct) counts.agreed++;
  }

  async function sendReading({ features, label }: Reading): Promise<void> {
    const answer = await poster.post('/predict', { features });
    const prediction = Answer.safeParse(parseJson(answer.text));
    if (answer.status !== 200 || !prediction.success) {
      counts.refused++;
      return;
    }
    counts.answered++;
    const timer = setTimeout(() => {
      labels.delete(timer);
      sendLabel(prediction.data.id, label).catch(countFailure);
    }, options.labelDelayMs);
    labels.add(timer);
  }

  const countFailure = () => {
    if (!closed) counts.failed++;
  };

  function tick(): void {
    const elapsed = performance.now() - startedAt;
    const next = ordered ?? plannedMode(options.plan, elapsed);
    if (next !== mode) {
      mode = next;
      options.onMode?.(mode);
    }
    const due = dueRequests(options.rate, elapsed, scheduled);
    scheduled += due.send + due.missed;
    counts.skipped += due.missed;
    for (let left = due.send; left > 0; left--) {
      const reading = draw(mode, random);
      if (inFlight >= MOST_IN_FLIGHT) {
        counts.skipped++;
        continue;
      }
      counts.sent++;
      inFlight++;
      sendReading(reading)
        .catch(countFailure)
        .finally(() => {
          inFlight--;
        });
    }
  }

  const control = await serve(options.host, options.port, {
    'GET /healthz': () => ({ status: 200, body: { status: 'ok', mode } }),
    'GET /status': () => ({ status: 200, body: { mode, rate: options.rate, ...counts } }),
    'POST /mode': ({ body }) => {
      const given = NewMode.safeParse(parseJson(body));
      if (!given.success) return { status: 422, body: { error: z.prettifyError(given.error) } };
      ordered = given.data.mode;
      return { status: 200, body: { mode: ordered } };
    },
  });
  const ticking = setInterval(tick, TICK_MS);
  return {
    url: control.url,
    ready: { port: control.port, url: control.url, target: options.target, rate: options.rate, mode },
    close: async () => {
      clearInterval(ticking);
      for (const timer of labels) clearTimeout(timer);
      closed = true;
      poster.close();
      await control.close();
    },
  };
}

/** Flags of the process with their defaults; seconds where they are times. `shift-after` empty: healthy until told otherwise. */
export const TRAFFIC_FLAGS = {
  host: '127.0.0.1',
  port: '8702',
  target: 'http://127.0.0.1:8701',
  rate: '40',
  'label-delay': '0.5',
  seed: '2',
  'shift-after': '',
  'bad-data': false,
  'no-gain': false,
} as const;

await runWhenMain(import.meta.url, 'iris-traffic', () => {
  const flags = readFlags(TRAFFIC_FLAGS, process.argv.slice(2), process.env);
  if (flags['bad-data'] && flags['no-gain'])
    throw new RangeError('expected one of --bad-data and --no-gain, got both');
  const ending = flags['bad-data'] ? 'bad_data' : flags['no-gain'] ? 'no_gain' : 'shifted';
  const after = flags['shift-after'];
  return startTraffic({
    host: flags.host,
    port: readNumber('port', flags.port),
    target: flags.target.replace(/\/+$/, ''),
    rate: readNumber('rate', flags.rate),
    labelDelayMs: readNumber('label-delay', flags['label-delay']) * 1000,
    seed: readNumber('seed', flags.seed),
    plan: { ending, healthyForMs: after === '' ? undefined : readNumber('shift-after', after) * 1000 },
    onMode: (mode) =>
      printLine({ event: 'mode', process: 'iris-traffic', mode, at: new Date().toISOString() }),
  });
});
