import { readFile } from 'node:fs/promises';
import { HttpClient } from '../platform/http.client.js';
import { checkCiTargets } from '../retraining/check-ci-targets.js';
import type { CiTarget } from '../retraining/ci.schema.js';
import type { CheckProblem } from '../settings/check-report.js';

/** One target as `retune check --online --json` tells it. */
export interface OnlineTarget {
  readonly target: string;
  readonly provider: string;
  readonly findings: readonly {
    readonly severity: CheckProblem['severity'];
    readonly reason: string;
    readonly what: string;
    readonly instead: string;
  }[];
}

/** What the CI targets themselves showed. */
export interface OnlineReport {
  readonly ok: boolean;
  /** `2 ci targets checked: 1 error` */
  readonly summary: string;
  readonly targets: readonly OnlineTarget[];
  /** The same for a terminal: `error: ci flowers-train: … [not_found]; write …` */
  readonly lines: readonly string[];
}

/** Asks every CI system that a target names whether it would take a run. With `strict`, warnings count as errors do. */
export async function checkOnline(
  ciTargets: readonly CiTarget[],
  { strict, now }: { readonly strict: boolean; readonly now: Date },
): Promise<OnlineReport> {
  const http = new HttpClient();
  try {
    const checked = await checkCiTargets(ciTargets, {
      http,
      reveal: (secret) => secret.reveal((path) => readFile(path, 'utf8')),
      now,
    });
    const types = new Map(ciTargets.map(({ name, provider }) => [name, provider.type]));
    const targets = checked.map(({ target, findings }) => ({
      target,
      provider: types.get(target) ?? '',
      findings,
    }));
    const all = checked.flatMap(({ findings }) => findings);
    const found = (severity: string): number => all.filter((each) => each.severity === severity).length;
    const counts = (['error', 'warning', 'info'] as const)
      .filter((severity) => found(severity) > 0)
      .map((severity) => `${found(severity)} ${severity}${found(severity) === 1 ? '' : 's'}`);
    const what = `${targets.length} ci target${targets.length === 1 ? '' : 's'} checked`;
    return {
      ok: found('error') === 0 && !(strict && found('warning') > 0),
      summary: `${what}: ${counts.join(', ') || 'ok'}`,
      targets,
      lines: targets.flatMap(({ target, findings }) =>
        findings.map(
          ({ severity, reason, what: said, instead }) =>
            `${severity}: ci ${target}: ${said} [${reason}]; ${instead}`,
        ),
      ),
    };
  } finally {
    http.onApplicationShutdown();
  }
}
