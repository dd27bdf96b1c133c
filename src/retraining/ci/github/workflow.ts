import { type DeclaredInput, mapping, yamlDocuments } from '../pipeline-inputs.js';

/** What matters of a workflow file. */
export interface Workflow {
  /** Absent when nobody can dispatch it. */
  readonly inputs: readonly DeclaredInput[] | undefined;
  readonly runName: string;
}

/**
 * A workflow file, or undefined when it is no YAML or has no `on`, which may be a word, a list or a mapping.
 * Source: docs.github.com, "Workflow syntax for GitHub Actions".
 */
export function readWorkflow(text: string): Workflow | undefined {
  const [document] = yamlDocuments(text) ?? [];
  const workflow = mapping(document);
  const on = workflow['on'];
  if (on === undefined || on === null) return undefined;
  const name = workflow['run-name'];
  return { inputs: dispatchInputs(on), runName: typeof name === 'string' ? name : '' };
}

function dispatchInputs(on: unknown): readonly DeclaredInput[] | undefined {
  if (typeof on === 'string') return on === 'workflow_dispatch' ? [] : undefined;
  if (Array.isArray(on)) return on.includes('workflow_dispatch') ? [] : undefined;
  const triggers = mapping(on);
  if (!('workflow_dispatch' in triggers)) return undefined;
  const inputs = mapping(mapping(triggers['workflow_dispatch'])['inputs']);
  return Object.entries(inputs).map(([name, input]) => ({
    name,
    required: mapping(input)['required'] === true && mapping(input)['default'] === undefined,
  }));
}
