import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Children } from './demo/children.js';
import { type Ending, ENDINGS } from './demo/endings.js';
import { type Colour, Screen } from './demo/screen.js';
import { deadEnd, type JournalLine, readMessage, type Stage, STAGES, stagesOfEntry } from './demo/story.js';
import { startWorld, type World } from './demo/world.js';
import type { InboxMessage } from './inbox.js';

const LOOP_WITHIN_MS = 220_000;
const POLL_MS = 500;
const COLOURS: Readonly<Record<string, Colour>> = {
  transition: 'yellow',
  decision: 'magenta',
  run: 'blue',
  incident: 'cyan',
};

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    'bad-data': { type: 'boolean', default: false },
    'no-gain': { type: 'boolean', default: false },
  },
  strict: true,
});
const screen = new Screen(process.stdout);
const done = new Set<Stage>();
let problem: string | undefined;
let seen = 0;

const children = new Children({
  onLine: (line) => {
    if (line['event'] === 'message') showMessage(line as unknown as InboxMessage);
    else if (line['event'] === 'mode')
      screen.line('traffic', `the flowers are ${String(line['mode'])} from now on`, 'cyan');
  },
  onExit: (name, detail) => {
    problem ??= `${name} ${detail}`;
  },
});

let world: World | undefined;
let isEnding = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void end(130));

try {
  const ending = chosenEnding();
  world = await startWorld(children, ending, (what, where) => screen.line(what, where, 'green'));
  await followStory(world, ending);
  screen.end();
  screen.line('done', ending.moral, 'green');
  screen.line('', `${ending.after}; look around: ${world.retune}/api/docs`);
  if (values.once) await end(0);
  else {
    screen.line('', 'Ctrl-C ends it');
    for (;;) await follow(world, []);
  }
} catch (error) {
  screen.end();
  screen.line('stuck', (error as Error).message, 'red');
  await end(1);
}

/** The story that the flags ask for. */
function chosenEnding(): Ending {
  if (values['bad-data'] && values['no-gain'])
    throw new Error('expected one of --bad-data and --no-gain, got both');
  return ENDINGS[values['bad-data'] ? 'bad-data' : values['no-gain'] ? 'no-gain' : 'gain'];
}

/** Waits for every stage; changes the traffic once the model was judged healthy. */
async function followStory(at: World, { stages, mode, change, deadEnds }: Ending): Promise<void> {
  const deadline = Date.now() + LOOP_WITHIN_MS;
  for (;;) {
    const open = stages.filter((stage) => !done.has(stage));
    const [next] = open;
    if (next === undefined && !problem) return;
    const waitingFor = next ? `waiting until ${STAGES[next]}` : 'at the end';
    if (problem) throw new Error(`${waitingFor}: ${problem}`);
    if (Date.now() > deadline) throw new Error(`${waitingFor}: not within ${LOOP_WITHIN_MS / 1000} s`);
    screen.waiting(`${stages.length - open.length}/${stages.length} ${waitingFor}`);
    if (!done.has('healthy') && (await isHealthy(at))) {
      complete('healthy');
      screen.line('healthy', change, 'green');
      await fetch(`${at.traffic}/mode`, { method: 'POST', body: JSON.stringify({ mode }) });
    }
    await follow(at, deadEnds);
  }
}

/** Shows what the journal has to tell since the last look. */
async function follow(at: World, deadEnds: readonly string[]): Promise<void> {
  const answer = await fetch(`${at.retune}/api/journal?after=${seen}&limit=200`).catch(() => undefined);
  const { entries } = answer?.ok ? ((await answer.json()) as { entries: JournalLine[] }) : { entries: [] };
  for (const entry of entries) {
    seen = entry.id;
    if (entry.kind in COLOURS) screen.line(entry.kind, entry.summary, COLOURS[entry.kind]);
    stagesOfEntry(entry).forEach(complete);
    problem ??= deadEnd(entry, deadEnds);
  }
  await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

async function isHealthy(at: World): Promise<boolean> {
  const answer = await fetch(`${at.retune}/api/rules`);
  const { groups } = (await answer.json()) as {
    groups: { rules: { name: string; health: string; state: string }[] }[];
  };
  const rule = groups.flatMap(({ rules }) => rules).find(({ name }) => name === 'IrisAccuracyLow');
  return rule?.health === 'ok' && rule.state === 'inactive';
}

function showMessage(message: InboxMessage): void {
  const { line, stage } = readMessage(message);
  screen.line(`→ ${message.channel}`, line, 'cyan');
  if (stage) complete(stage);
}

function complete(stage: Stage): void {
  done.add(stage);
}

async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  screen.end();
  await children.stop();
  if (world) await rm(world.folder, { recursive: true, force: true });
  process.exit(code);
}
