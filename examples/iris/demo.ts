import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Children } from './demo/children.js';
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

const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } }, strict: true });
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
let ending = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void end(130));

try {
  world = await startWorld(children, (what, where) => screen.line(what, where, 'green'));
  await followLoop(world);
  screen.end();
  screen.line(
    'done',
    'the loop is closed: it failed, people were told, it was trained anew, and live metrics prove it',
    'green',
  );
  screen.line(
    '',
    `the drift rule keeps comparing with the data of version 1, so it goes on firing; look around: ${world.retune}/api/docs`,
  );
  if (values.once) await end(0);
  else {
    screen.line('', 'Ctrl-C ends it');
    for (;;) await follow(world);
  }
} catch (error) {
  screen.end();
  const stuck = STAGES.find(([stage]) => !done.has(stage));
  screen.line('stuck', `${stuck ? `at "${stuck[1]}"` : 'at the end'}: ${(error as Error).message}`, 'red');
  await end(1);
}

/** Waits for every stage; shifts the inputs once the model was judged healthy. */
async function followLoop(at: World): Promise<void> {
  const deadline = Date.now() + LOOP_WITHIN_MS;
  while (done.size < STAGES.length) {
    if (problem) throw new Error(problem);
    if (Date.now() > deadline) throw new Error(`not closed within ${LOOP_WITHIN_MS / 1000} s`);
    const next = STAGES.find(([stage]) => !done.has(stage));
    screen.waiting(`${done.size}/${STAGES.length} waiting until ${next?.[1]}`);
    if (!done.has('healthy') && (await isHealthy(at))) {
      complete('healthy');
      screen.line('healthy', 'accuracy is judged good; now the world changes', 'green');
      await fetch(`${at.traffic}/mode`, { method: 'POST', body: JSON.stringify({ mode: 'shifted' }) });
    }
    await follow(at);
  }
}

/** Shows what the journal has to tell since the last look. */
async function follow(at: World): Promise<void> {
  const answer = await fetch(`${at.retune}/api/journal?after=${seen}&limit=200`).catch(() => undefined);
  const { entries } = answer?.ok ? ((await answer.json()) as { entries: JournalLine[] }) : { entries: [] };
  for (const entry of entries) {
    seen = entry.id;
    if (entry.kind in COLOURS) screen.line(entry.kind, entry.summary, COLOURS[entry.kind]);
    stagesOfEntry(entry).forEach(complete);
    problem ??= deadEnd(entry);
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
  if (ending) return;
  ending = true;
  screen.end();
  await children.stop();
  if (world) await rm(world.folder, { recursive: true, force: true });
  process.exit(code);
}
