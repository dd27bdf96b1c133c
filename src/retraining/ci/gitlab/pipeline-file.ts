import { type DeclaredInput, mapping, yamlDocuments } from '../pipeline-inputs.js';

/** What matters of a pipeline file. */
export interface PipelineFile {
  readonly inputs: readonly DeclaredInput[];
  /** `workflow: name`, empty when there is none. */
  readonly name: string;
}

/**
 * A pipeline file, or undefined when it is no YAML. Inputs stand in a document of their own before the pipeline; one without a default
 * is required. Source: docs.gitlab.com/ci/inputs and docs.gitlab.com/ci/yaml, `workflow:name`.
 */
export function readPipelineFile(text: string): PipelineFile | undefined {
  const documents = yamlDocuments(text)?.map(mapping);
  if (!documents) return undefined;
  const [first, second] = documents;
  const header = first && 'spec' in first && documents.length > 1 ? first : undefined;
  const inputs = mapping(mapping(header?.['spec'])['inputs']);
  const name = mapping((header ? second : first)?.['workflow'])['name'];
  return {
    inputs: Object.entries(inputs).map(([input, spec]) => ({
      name: input,
      required: mapping(spec)['default'] === undefined,
    })),
    name: typeof name === 'string' ? name : '',
  };
}
