import { BUILTIN_FUNCTIONS } from './functions/builtins.js';
import { patternFunctions } from './functions/patterns.js';
import { PROMETHEUS_FUNCTIONS, placeFunctions } from './functions/prometheus.js';
import { queryFunction } from './functions/samples.js';
import { parseTemplates } from './language/parser.js';
import type { KnownFunctions } from './language/pipeline-parser.js';
import { positionIn } from './position.js';
import { readsValue } from './reads-value.js';
import { execute } from './runtime/execute.js';
import { DEFAULT_LIMITS, type Limits } from './runtime/limits.js';
import { Dict, type FunctionTable, type GoType, Struct, type Value } from './runtime/values.js';
import type { AlertTemplateData, CompiledTemplate, QueryOutcome } from './template.js';

/** Prometheus puts this before every text; run-time errors count columns from its beginning, so it must stay as it is. */
const PREFIX =
  '{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}';
const PREFIX_ACTIONS = 4;

const ALERT: GoType = {
  name: 'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value float64 }',
  kind: 'struct',
};

const NO_QUERY = 'query is not available in this place: name what you need in the expression of the rule';

/** What is the same in every template: one table for all of them. */
const FIXED: FunctionTable = new Map([...BUILTIN_FUNCTIONS, ...PROMETHEUS_FUNCTIONS, ...patternFunctions()]);
const PLACE_NAMES = [...placeFunctions({ externalUrl: '' }).keys()];

/** How a template is compiled. */
export interface AlertTemplateOptions {
  /** Answers the function `query`; without it a template that calls `query` does not load. */
  readonly query?: ((expression: string) => QueryOutcome) | undefined;
  readonly limits?: Limits | undefined;
}

/**
 * Parses the text of an alert's label or annotation as Prometheus does when it loads a rule file: Go's `text/template`
 * with Prometheus' functions. What is wrong with it has its place inside `source`, line and column from 1.
 * `name` is the alert's name, which run-time error texts quote.
 */
export function compileAlertTemplate(
  source: string,
  name = 'alert',
  { query, limits = DEFAULT_LIMITS }: AlertTemplateOptions = {},
): CompiledTemplate {
  // Most labels are plain words, and are rendered as often as all others.
  if (!source.includes('{{') && Buffer.byteLength(source) <= limits.outputBytes)
    return { ok: true, template: { source, render: () => source }, usesValue: false };
  const fixed = query ? new Map(FIXED).set('query', queryFunction(query)) : FIXED;
  const known: KnownFunctions = {
    names: new Set([...fixed.keys(), ...PLACE_NAMES]),
    unavailable: new Map(query ? [] : [['query', NO_QUERY]]),
  };
  const parsed = parseTemplates(PREFIX + source, `__alert_${name}`, known);
  if (!parsed.ok) {
    return {
      ok: false,
      error: { ...positionIn(source, parsed.pos - PREFIX.length), message: parsed.message },
    };
  }
  const { templates } = parsed;
  const own = { ...templates.root, statements: templates.root.statements.slice(PREFIX_ACTIONS) };
  const render = (data: AlertTemplateData): string => {
    try {
      const here = placeFunctions(data);
      const functions = { get: (called: string) => here.get(called) ?? fixed.get(called) };
      const outcome = execute(templates, functions, alertValue(data), limits);
      if (outcome.ok) return outcome.text;
      return `<error expanding template: error executing template ${templates.name}: ${outcome.message}>`;
    } catch (error) {
      // A bug in here must not cost an alert: Prometheus puts a panic into the text, too.
      return `<error expanding template: panic expanding template ${templates.name}: ${String(error)}>`;
    }
  };
  return { ok: true, template: { source, render }, usesValue: readsValue(templates, own) };
}

function alertValue(data: AlertTemplateData): Struct {
  const fields = new Map<string, Value>([
    ['Labels', Dict.ofStrings(data.labels)],
    ['ExternalLabels', Dict.ofStrings(data.externalLabels)],
    ['ExternalURL', data.externalUrl],
    ['Value', data.value],
  ]);
  return new Struct(ALERT, fields);
}
