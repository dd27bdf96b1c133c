/** What an alert template sees, under Prometheus' names: `.Labels` `.Value` `.ExternalLabels` `.ExternalURL` and `$labels` `$value` …. */
export interface AlertTemplateData {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly externalUrl: string;
  /** The slot that is evaluated, for the function `now`; without it calling `now` is a run-time error. */
  readonly now?: Date | undefined;
}

/** A label or annotation text, parsed at load, rendered for each alert. */
export interface Template {
  readonly source: string;
  /** The text. A run-time failure becomes `<error expanding template: …>` inside it, as in Prometheus; this never throws. */
  render(data: AlertTemplateData): string;
}

/** A template that does not parse: 1-based position inside the text, and what to write instead. */
export interface TemplateError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The outcome of {@link compileAlertTemplate}. */
export type CompiledTemplate =
  | { readonly ok: true; readonly template: Template; readonly usesValue: boolean }
  | { readonly ok: false; readonly error: TemplateError };

/** One element of an instant vector, as the template function `query` returns it. */
export interface TemplateSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a query inside a template gave; `error` ends up in the text of the failed rendering. */
export type QueryOutcome =
  | { readonly ok: true; readonly samples: readonly TemplateSample[] }
  | { readonly ok: false; readonly error: string };
