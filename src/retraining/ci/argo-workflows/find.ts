import { textField } from '../answer.js';
import type { CiIo, CiRef } from '../ci-provider.js';
import { mapping } from '../pipeline-inputs.js';
import { argoApi } from './api.js';
import type { ArgoWorkflowsConfig } from './config.js';
import { workflowRef } from './status.js';
import { archivedOf, workflowsOf } from './workflows.js';

/**
 * Workflows whose label is the correlation id, oldest first: one that was submitted again by hand carries it too. When none exists any
 * more, the archive is asked. Throws when a list cannot be read.
 */
export async function findArgo(
  correlationId: string,
  _since: Date,
  config: ArgoWorkflowsConfig,
  io: CiIo,
): Promise<readonly CiRef[]> {
  const api = await argoApi(config, io);
  const present = await workflowsOf(api, config, correlationId);
  const found = present.length > 0 ? present : await archivedOf(api, config, correlationId);
  const madeAt = (workflow: Readonly<Record<string, unknown>>): number =>
    Date.parse(textField(mapping(workflow['metadata'])['creationTimestamp']) ?? '');
  return found
    .toSorted((left, right) => madeAt(left) - madeAt(right))
    .flatMap((workflow) => workflowRef(workflow, config) ?? []);
}
