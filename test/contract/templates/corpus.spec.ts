import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compileAlertTemplate } from '../../../src/templates/compile-alert-template.js';
import type { QueryOutcome, TemplateSample } from '../../../src/templates/template.js';

interface CorpusCase {
  readonly about: string;
  readonly template: string;
  readonly labels: Record<string, string>;
  readonly value: string;
  readonly text?: string;
  readonly parseError?: string;
}

interface Corpus {
  readonly alertName: string;
  readonly externalLabels: Record<string, string>;
  readonly externalUrl: string;
  readonly queries: Record<string, readonly TemplateSample[]>;
  readonly queryErrors: Record<string, string>;
  readonly cases: readonly CorpusCase[];
}

const corpus = JSON.parse(
  readFileSync(new URL('../../fixtures/templates/corpus.json', import.meta.url), 'utf8'),
) as Corpus;

function query(expression: string): QueryOutcome {
  const samples = corpus.queries[expression];
  if (samples) return { ok: true, samples };
  return { ok: false, error: corpus.queryErrors[expression] ?? `no answer recorded for ${expression}` };
}

function numberOf(value: string): number {
  return Number(value.replace('Inf', 'Infinity'));
}

function outcomeOf({ template, labels, value }: CorpusCase): string | { readonly parseError: true } {
  const compiled = compileAlertTemplate(template, corpus.alertName, { query });
  if (!compiled.ok) return { parseError: true };
  const { externalLabels, externalUrl } = corpus;
  return compiled.template.render({ labels, value: numberOf(value), externalLabels, externalUrl });
}

describe('templates expand exactly as in Prometheus', () => {
  for (const about of new Set(corpus.cases.map((entry) => entry.about))) {
    describe(about, () => {
      const entries = corpus.cases.filter((entry) => entry.about === about);
      it.each(entries)('value $value: $template', (entry) => {
        expect(outcomeOf(entry)).toEqual(entry.parseError === undefined ? entry.text : { parseError: true });
      });
    });
  }

  it('rests on a corpus of some size', () => {
    const handWritten = corpus.cases.filter((entry) => entry.about !== 'random');
    expect(handWritten.length).toBeGreaterThan(500);
    expect(corpus.cases.filter((entry) => entry.parseError !== undefined).length).toBeGreaterThan(70);
  });
});
