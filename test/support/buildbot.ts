import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { requireBinary } from './binaries.js';
import { freePort } from './free-port.js';
import { ServerProcess, answersOk } from './server-process.js';
import { tempDir } from './temp-dir.js';

/** A build request as Buildbot's database has it, and the builds that were made for it, oldest first. */
export interface BuildRequest {
  readonly id: string;
  readonly complete: boolean;
  readonly claimed: boolean;
  /** 0 success, 2 failure, 5 retry, 6 cancelled; -1 while it is not complete. */
  readonly results: number;
  readonly builds: readonly { readonly number: number; readonly results: number | null }[];
}

/**
 * A running Buildbot master with a worker in its own process. Three force schedulers, each with a builder of the same name: `retrain`
 * (its builder `train`) is the one that our README shows; `act` does what the parameter `act` says (`ok`, `fail`, `timeout`, or
 * `wait` until {@link open}) and makes the version that `version` says; `instant` does nothing and succeeds.
 */
export interface TestBuildbot extends Pick<ServerProcess, 'start' | 'stop' | 'kill' | 'restart' | 'output'> {
  readonly url: string;
  /** Lets the build of a run that waits come to its end. */
  open(correlationId: string): void;
  /** Every build request that carries the correlation id, oldest first. */
  requestsOf(correlationId: string): Promise<readonly BuildRequest[]>;
  /** How many build requests there are of each correlation id. */
  countRequests(): Promise<ReadonlyMap<string, number>>;
}

const README = new URL('../../src/retraining/ci/buildbot/README.md', import.meta.url);

/** Debian ships no web interface, and without one Buildbot serves no API either: this is the least that stands in for it. */
const STAND_IN: Readonly<Record<string, string>> = {
  'rest_only/__init__.py':
    'from buildbot.www.plugin import Application\nep = Application(__name__, "REST only", ui=False)\n',
  'rest_only/VERSION': '1\n',
  'rest_only/static/index.html': 'REST only\n',
  'rest_only-1.dist-info/METADATA': 'Metadata-Version: 2.1\nName: rest-only\nVersion: 1\n',
  'rest_only-1.dist-info/entry_points.txt': '[buildbot.www]\nbase = rest_only:ep\n',
};

const masterConfig = (port: number, gates: string, builds: number): string => `
from buildbot.plugins import schedulers, steps, util, worker

c = BuildmasterConfig = {
    "protocols": {"null": {}},
    "workers": [worker.LocalWorker("w1", max_builds=4), worker.LocalWorker("w2", max_builds=${builds})],
    "www": {"port": "tcp:${port}:interface=127.0.0.1", "plugins": {}},
    "buildbotURL": "http://127.0.0.1:${port}/",
    "buildbotNetUsageData": None,
    "builders": [],
    "schedulers": [],
}

${/```python\n([\s\S]*?)```/.exec(readFileSync(README, 'utf8'))?.[1] ?? ''}

ACT = """
case "$ACT" in
  fail) exit 1 ;;
  wait) until [ -e "$GATES/$RUN" ] || [ ! -d "$GATES" ]; do sleep 0.05; done ;;
esac
"""
timed_out = lambda step: step.getProperty("act") == "timeout"
act = util.BuildFactory([
    steps.ShellCommand(name="late", command=["sleep", "10"], maxTime=0.2, doStepIf=timed_out, haltOnFailure=True),
    steps.ShellCommand(
        name="act", command=["sh", "-c", ACT], haltOnFailure=True,
        env={"ACT": util.Property("act"), "RUN": util.Property("correlation_id"), "GATES": ${JSON.stringify(gates)}},
    ),
    steps.SetProperty(property="model_version", value=util.Property("version")),
])

def add(name, factory, *parameters):
    c["builders"].append(util.BuilderConfig(name, workernames=["w2"], factory=factory, collapseRequests=False))
    c["schedulers"].append(schedulers.ForceScheduler(
        name=name, builderNames=[name], properties=[*RETUNE_PARAMETERS, *parameters],
        codebases=[util.CodebaseParameter("", branch=util.FixedParameter("branch"))],
    ))

add("act", act, util.StringParameter("act", required=True), util.StringParameter("version", default="8"))
add("instant", util.BuildFactory([]))
c["schedulers"].append(schedulers.ForceScheduler(name="forgetful", builderNames=["act"]))
`;

/** Starts Buildbot on a free port, in a folder of its own, where `builds` of `act` and `instant` may run at a time. Ends with the tests of the file. */
export async function startBuildbot({ builds = 1 } = {}): Promise<TestBuildbot> {
  const command = requireBinary('buildbot');
  const [folder, port] = [tempDir(), await freePort()];
  const [master, gates, site] = ['master', 'gates', 'site'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(gates);
  for (const [name, text] of Object.entries(STAND_IN)) write(join(site, name), text);
  const env = { ...process.env, PYTHONPATH: site };
  const made = spawnSync(command, ['create-master', '-r', master], { env, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`buildbot made no master: ${made.stderr}${made.stdout}`);
  write(join(master, 'master.cfg'), masterConfig(port, gates, builds));
  const training = join(master, 'workers', 'w1', 'train', 'build', 'train.sh');
  write(training, '#!/bin/sh\necho 8 >model-version.txt\n');
  chmodSync(training, 0o755);

  const url = `http://127.0.0.1:${port}`;
  const server = await ServerProcess.start({
    command,
    args: ['start', '--nodaemon', master],
    env,
    ready: () => answersOk(`${url}/api/v2/builders`),
  });
  const get = async (path: string): Promise<Record<string, unknown>[]> => {
    const answer = (await (await fetch(`${url}/api/v2/${path}`)).json()) as Record<string, never>;
    return answer[/^\w+(?:\/\d+\/(?<kind>\w+))?/.exec(path)?.groups?.['kind'] ?? 'buildrequests'] as never;
  };
  const all = (): Promise<Record<string, unknown>[]> =>
    get('buildrequests?property=correlation_id&order=buildrequestid');
  return Object.assign(server, {
    url,
    open: (correlationId: string) => {
      if (existsSync(gates)) writeFileSync(join(gates, correlationId), '');
    },
    requestsOf: async (correlationId: string) => {
      const carrying = (await all()).filter((request) => idOf(request) === correlationId);
      return Promise.all(
        carrying.map(async ({ buildrequestid: id, complete, claimed, results }) => ({
          ...({ id: String(id), complete, claimed, results } as BuildRequest),
          builds: (await get(`buildrequests/${String(id)}/builds?order=buildid`)).map(
            (build) => ({ number: build['number'], results: build['results'] }) as never,
          ),
        })),
      );
    },
    countRequests: async () => {
      const counts = new Map<string, number>();
      for (const id of (await all()).map(idOf)) counts.set(id, (counts.get(id) ?? 0) + 1);
      return counts;
    },
  });
}

function idOf({ properties }: Record<string, unknown>): string {
  return String((properties as Record<string, readonly unknown[]> | null)?.['correlation_id']?.[0]);
}

function write(path: string, text: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}
