import { sql } from 'kysely';
import type { FaultWorld } from './fault-world.js';
import type { CiRun, FaultyCi } from './faulty-ci.js';
import { MINUTE, SECOND } from './policy-world.js';

/** How soon a CI run too many has to be stopped once a search can show it: a few looks, of which some fail and one dies. */
const NOTICED_MS = 20 * MINUTE;
/** How long a search has to be empty for after a trigger, before another may leave. */
const SETTLE_MS = 90 * SECOND;

interface Row {
  readonly id: string;
  readonly model: string;
  readonly ci: 'searchable' | 'native' | 'none';
  readonly state: string;
  readonly reason: string | null;
  readonly ended_at: Date | null;
  readonly next_check_at: Date | null;
  readonly ref: string | null;
  readonly told: readonly string[];
}

/** What is wrong after all is over, worked out from what the CI systems saw and from rows, not by the code that is tested. */
export async function findBroken(
  faults: FaultWorld,
  words: ReadonlyMap<string, number>,
): Promise<readonly string[]> {
  const { rows } = await sql<Row>`
    select id, model, ci, state, reason, ended_at, next_check_at, ci_ref->>'id' as ref, array(
      select labels->>'alertname' from alerts a where source = 'retraining' and labels->>'model_name' = runs.model) as told
    from runs order by id`.execute(faults.world.database.db);
  return rows.flatMap((row) =>
    judge(row, faults.cis[row.ci], words.get(row.id)).map(
      (why) => `${row.id} of ${row.model} on ${row.ci} (${row.state}, ${row.reason}): ${why}`,
    ),
  );
}

function judge(row: Row, ci: FaultyCi, saidAt: number | undefined): readonly string[] {
  const runs = ci.of(row.id);
  const one = runs[0];
  const alive = runs.filter((run) => ci.alive(run));
  const extra = runs.filter(({ id }) => id !== row.ref);
  const wrong: readonly (readonly [boolean, string])[] = [
    [row.ended_at === null, 'it is forgotten: it never ends'],
    [row.next_check_at !== null, 'it is looked at for ever'],
    [row.state === 'lost' && !row.told.includes('RetrainingDidNotHelp'), 'it was lost, and nobody is told'],
    [row.ci !== 'none' && alive.length > 0, `${alive.length} still run in the CI system`],
    [row.ci === 'native' && runs.length > 1, 'it ran twice although the caller picks the id'],
    [row.ci !== 'none' && extra.some(ranOn), 'a CI run too many ran to its end'],
    [
      row.ci === 'none' && alive.length > 0 && !row.told.includes('RetrainingDidNotHelp'),
      'it still runs where nothing can be found, and nobody is told',
    ],
    [
      ['unverifiable', 'succeeded', 'verified'].includes(row.state) &&
        !runs.some((run) => run.id === row.ref && run.end === 'succeeded' && run.cancelledAt === undefined),
      'it succeeded here, but not in the CI system',
    ],
    [
      row.state === 'failed' && runs.length === 1 && one?.end === 'succeeded' && one.id === row.ref,
      'it failed here, but not in the CI system',
    ],
    ...blind(row, ci, saidAt).map((why) => [true, why] as const),
  ];
  return wrong.filter(([is]) => is).map(([, why]) => why);
}

/** Whether a CI run that does not count came to its own end, although it could have been stopped before. */
function ranOn({ shownAt, arrivedAt, endsAt, cancelledAt }: CiRun): boolean {
  return cancelledAt === undefined && endsAt > Math.max(shownAt, arrivedAt) + NOTICED_MS;
}

/** Triggers that left although the one before may have arrived. */
function blind({ id, ci: kind, ended_at: ended }: Row, ci: FaultyCi, saidAt = Infinity): readonly string[] {
  const seen = ci.seen.get(id) ?? [];
  const broken: string[] = [];
  for (const [index, { what, at }] of seen.entries()) {
    if (what !== 'trigger') continue;
    if (ended && at > ended.getTime()) broken.push('it was sent after its end');
    const before = seen.slice(0, index);
    const last = before.findLast((each) => each.what === 'trigger');
    if (!last || kind === 'native') continue;
    const since = before.slice(before.indexOf(last) + 1);
    const refused = since.some((each) => each.what === 'refused');
    const searched = since.filter((each) => each.what === 'searched' && each.at >= last.at + SETTLE_MS);
    const empty = searched.length > 0 && since.every(({ found = 0 }) => found === 0);
    const asked = saidAt >= last.at && saidAt <= at;
    if (!refused && !empty && !asked)
      broken.push(`it was sent again blindly, ${(at - last.at) / 1000} s later`);
  }
  return broken;
}
