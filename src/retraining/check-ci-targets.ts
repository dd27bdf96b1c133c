import type { CiTarget } from './ci.schema.js';
import type { CiIo, Finding } from './ci/ci-provider.js';

/** What a look at one target showed. */
export interface CheckedTarget {
  readonly target: string;
  readonly findings: readonly Finding[];
}

/** Looks at every target at once, in their order, without starting anything. Never throws: what goes wrong is a finding. */
export function checkCiTargets(targets: readonly CiTarget[], io: CiIo): Promise<readonly CheckedTarget[]> {
  return Promise.all(
    targets.map(async ({ name, provider, config }) => ({
      target: name,
      findings: (await provider.preflight?.(config, io).catch((error: Error) => [failed(error)])) ?? [
        {
          severity: 'info',
          reason: 'not_checked',
          what: `targets of ${provider.type} cannot be checked`,
          instead: 'try it with a policy in mode approve',
        },
      ],
    })),
  );
}

/** Errors of the file system name code and path only; the text of any other could hold anything. */
function failed(error: NodeJS.ErrnoException): Finding {
  if (error.code !== undefined && error.path !== undefined) {
    return {
      severity: 'error',
      reason: 'secret_unreadable',
      what: `${error.path}: ${error.code}`,
      instead: 'write the path of a file that this user may read',
    };
  }
  return {
    severity: 'error',
    reason: 'unexpected_answer',
    what: `the check itself failed (${error.name})`,
    instead: 'report this with the version of the CI system',
  };
}
