import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileAlertTemplate, type AlertTemplateOptions } from './compile-alert-template.js';
import type { AlertTemplateData, QueryOutcome } from './template.js';

const alert: AlertTemplateData = {
  labels: { instance: 'web-1', job: 'api' },
  value: 0.07812,
  externalLabels: { region: 'eu' },
  externalUrl: 'https://retune.example/base%20path/x?y=1',
  now: new Date('2024-02-29T12:00:00Z'),
};

function render(source: string, data: AlertTemplateData = alert, options: AlertTemplateOptions = {}): string {
  const compiled = compileAlertTemplate(source, 'High', options);
  if (!compiled.ok)
    throw new Error(`${compiled.error.line}:${compiled.error.column} ${compiled.error.message}`);
  return compiled.template.render(data);
}

describe('compileAlertTemplate', () => {
  it.each([
    ['text stands for itself', 'all well', 'all well'],
    ['a label is filled in', 'on {{ $labels.instance }}', 'on web-1'],
    ['an absent label is empty', '[{{ $labels.nope }}]', '[]'],
    [
      'a label named like a method of objects is absent',
      '[{{ $labels.constructor }}{{ $labels.toString }}]',
      '[]',
    ],
    ['a value can be made a percentage', '{{ $value | humanizePercentage }}', '7.812%'],
    [
      'newer Prometheus: else with',
      '{{ with $labels.a }}a{{ else with $labels.job }}{{ . }}{{ end }}',
      'api',
    ],
    ['newer Prometheus: else with goes on', '{{ with "" }}{{ else with "" }}{{ else }}none{{ end }}', 'none'],
    [
      'newer Prometheus: range assigns',
      '{{ $k := 0 }}{{ $v := 0 }}{{ range $k, $v = $labels }}{{ end }}{{ $k }}={{ $v }}',
      'job=api',
    ],
    [
      'newer Prometheus: now',
      '{{ now }} {{ now | toTime }}',
      '1.7092080e+09 2024-02-29 12:00:00 +0000 UTC'.replace('080', '08'),
    ],
    [
      'newer Prometheus: toDuration',
      '{{ toDuration 5400.25 }} {{ (toDuration 90).Minutes }}',
      '1h30m0.25s 1.5',
    ],
    [
      'newer Prometheus: a duration is a number of seconds',
      '{{ (now | toTime).Sub (toTime 1709208000) | humanizeDuration }}',
      '0s',
    ],
    ['newer Prometheus: urlQueryEscape', '{{ urlQueryEscape "a b&é" }}', 'a+b%26%C3%A9'],
    ['the address of the service', '{{ externalURL }}', 'https://retune.example/base%20path/x?y=1'],
    ['the path of the service', '{{ pathPrefix }}', '/base path/x'],
    ['a method with the piped value last', '{{ "2006" | (now | toTime).Format }}', '2024'],
    ['durations cut', '{{ (toDuration 5425.5).Truncate (toDuration 60 ) }}', '1h30m0s'],
  ])('%s', (_, source, text) => {
    expect(render(source)).toBe(text);
  });

  it('does not know the time unless it is told', () => {
    expect(render('{{ now }}', { ...alert, now: undefined })).toMatch(
      /error calling now: the time of the evaluation/,
    );
  });

  it('says in the text what failed, in the words of Prometheus', () => {
    expect(render('a {{ gt $value 1 }} b')).toBe(
      '<error expanding template: error executing template __alert_High: template: __alert_High:1:117: ' +
        'executing "__alert_High" at <gt $value 1>: error calling gt: incompatible types for comparison>',
    );
  });

  describe('query', () => {
    const query = (expression: string): QueryOutcome =>
      expression === 'up'
        ? { ok: true, samples: [{ labels: { job: 'api' }, value: 1 }] }
        : { ok: false, error: `unknown ${expression}` };

    it('does not load without somebody who answers', () => {
      expect(compileAlertTemplate('{{ query "up" }}')).toMatchObject({
        ok: false,
        error: {
          line: 1,
          column: 4,
          message: expect.stringMatching(/^query is not available in this place/),
        },
      });
    });

    it('gives samples', () => {
      expect(render('{{ query "up" | first | value }}', alert, { query })).toBe('1');
    });

    it('fails the rendering when it fails', () => {
      expect(render('{{ query "x" }}', alert, { query })).toMatch(/error calling query: unknown x>$/);
    });

    it('cannot make rendering throw', () => {
      const broken = (): never => {
        throw new Error('broken');
      };
      expect(render('{{ query "x" }}', alert, { query: broken })).toMatch(
        /^<error expanding template: panic .*broken>$/,
      );
    });
  });
});

describe('a template that does not load', () => {
  it.each([
    ['one\n{{ $value', 2, 1, 'this action is not closed: end it with }}'],
    ['é {{ humanise 1 }}', 1, 6, 'there is no function humanise: did you mean humanize?'],
    [
      '{{ $value | humanizePercent }}',
      1,
      13,
      'there is no function humanizePercent: did you mean humanizePercentage?',
    ],
    ['{{ frobnicate }}', 1, 4, 'there is no function frobnicate'],
    ['🎉\n🎉 {{ $lables.job }}', 2, 6, 'there is no variable $lables here: did you mean $labels?'],
    ['{{ $limit }}', 1, 4, 'there is no variable $limit here: declare it with {{$limit := …}}'],
    [
      '{{ define "t" }}{{ $labels.job }}{{ end }}',
      1,
      20,
      'there is no variable $labels here: a defined template sees only what it is called with, as .',
    ],
    ['{{ if true }}\n{{ end }}\n{{ end }}', 3, 4, '{{end}} belongs to no if, range, with, define or block'],
    ['{{ if true }}a', 1, 15, '{{if}} is not ended: write {{end}}'],
    ['{{ $value + 1 }}', 1, 11, 'templates have no arithmetic: compute the value before it gets here'],
    ['{{ /* no */ }}', 1, 4, 'a comment needs its action for itself: write {{/* comment */}}'],
    ['{{ 1-}}', 1, 5, '"-" cannot follow 1: put a space between them'],
    ['{{ break }}', 1, 4, '{{break}} works only inside {{range}}'],
    ['{{ "a\nb" }}', 1, 4, 'the quoted text is not closed: end it with " on the same line'],
    ['{{ 2i }}', 1, 4, '2i is a complex number, which no function here takes'],
    [
      `{{ ${'('.repeat(200)}1${')'.repeat(200)} }}`,
      1,
      104,
      'nested more than 100 levels deep: split it with define and template',
    ],
  ])('%j', (source, line, column, message) => {
    expect(compileAlertTemplate(source)).toEqual({ ok: false, error: { line, column, message } });
  });
});

describe('usesValue', () => {
  it.each([
    ['{{ $value }}', true],
    ['{{ .Value }}', true],
    ['{{ $.Value }}', true],
    ['{{ . }}', true],
    ['{{ print $ }}', true],
    ['{{ (.).Value }}', true],
    ['{{ $labels.job | printf "%s %f" $value }}', true],
    ['{{ if gt .Value 1.0 }}x{{ end }}', true],
    ['{{ with . }}{{ .Value }}{{ end }}', true],
    ['{{ with $labels.job }}{{ $.Value }}{{ end }}', true],
    ['{{ define "t" }}{{ .Value }}{{ end }}{{ template "t" . }}', true],
    ['{{ range $labels }}{{ else }}{{ .Value }}{{ end }}', true],
    ['plain', false],
    ['{{ $labels.value }}{{ .Labels.Value }}{{ $labels.Value }}', false],
    ['{{ $x := "$value" }}{{ $x }}', false],
    ['{{ range query "up" }}{{ .Value }}{{ end }}', false],
    ['{{ with query "up" | first }}{{ .Value }}{{ . }}{{ end }}', false],
    ['{{ with . }}{{ .Labels.job }}{{ end }}', false],
    ['{{ define "t" }}{{ .Labels.job }}{{ end }}{{ template "t" . }}', false],
    ['{{ (query "up" | first).Value }}', false],
  ])('%s: %s', (source, usesValue) => {
    const query = (): QueryOutcome => ({ ok: true, samples: [] });
    expect(compileAlertTemplate(source, 'High', { query })).toMatchObject({ ok: true, usesValue });
  });
});

describe('limits', () => {
  const endless = '{{ define "t" }}{{ template "t" . }}{{ end }}{{ template "t" . }}';
  const many =
    '{{ range $labels }}{{ range $labels }}{{ range $labels }}{{ range $labels }}.{{ end }}{{ end }}{{ end }}{{ end }}';
  const labels = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`l${index}`, 'x'.repeat(100)]));
  const grow = `{{ $x := "ab" }}${'{{ $x = print $x $x }}'.repeat(40)}done`;
  const share = `{{ $x := args 1 }}${'{{ $x = args $x $x }}'.repeat(40)}{{ $x }}`;
  const nest = `{{ $x := args 1 }}${'{{ $x = args $x }}'.repeat(300)}{{ $x }}`;
  const branch = `{{ define "t" }}${'{{ if true }}'.repeat(90)}{{ template "t" . }}${'{{ end }}'.repeat(90)}{{ end }}{{ template "t" . }}`;
  it.each([
    ['a template that calls itself', endless, /exceeded maximum template depth \(500\)>$/],
    [
      'one that calls itself twice',
      endless.replace(' . }}{{ end', ' . }}{{ template "t" . }}{{ end'),
      /template depth/,
    ],
    ['one that calls itself from deep inside', branch, /template depth/],
    ['loops in loops', many, /more than 10000 loop iterations>$/],
    [
      'a long result',
      '{{ range $labels }}{{ range $labels }}{{ . }}{{ end }}{{ end }}',
      /output exceeds 65536 bytes>$/,
    ],
    ['a result long in bytes only', 'é'.repeat(40_000), /output exceeds 65536 bytes>$/],
    ['a text doubled again and again', grow, /error calling print: text exceeds 65536 characters>$/],
    ['a wide number', '{{ printf "%900000d" 1 }}', /error calling printf: text exceeds 65536 characters>$/],
    [
      'many wide numbers',
      `{{ printf "${'%60000d'.repeat(500)}" }}${'{{ printf "%60000d" 1 }}'.repeat(500)}`,
      /exceeds 65536/,
    ],
    ['a value that holds itself twice over and over', share, /text exceeds 65536 characters>$/],
    ['a value nested deeply', nest, /value nested more than 100 levels deep>$/],
    [
      'much work in small steps',
      `{{ range $labels }}${'{{ $x := printf "%60000d" 1 }}'.repeat(60)}{{ end }}`,
      /takes too much work/,
    ],
  ])('%s ends in an error text', (_, source, text) => {
    const started = performance.now();
    expect(render(source, { ...alert, labels })).toMatch(text);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('lets through what is just inside them', () => {
    expect(render('x'.repeat(65_536))).toHaveLength(65_536);
    expect(render('{{ range $labels }}.{{ end }}', { ...alert, labels })).toBe('.'.repeat(30));
  });
});

describe('whatever the template', () => {
  const piece = fc.constantFrom(
    ...(
      '{{¦}}¦{{- ¦ -}}¦(¦)¦|¦ ¦$¦.¦"¦`¦\'¦:=¦=¦,¦\n¦\\¦é¦🎉¦\ud800¦/*¦*/¦1¦1.5¦0x1F¦"text"¦%v¦nil¦true¦' +
      'if ¦else¦end¦range ¦with ¦define "t"¦template "t" .¦block "b" .¦break¦$labels¦$value¦.Labels.job¦$x := ¦' +
      'printf "%d %s" ¦humanize ¦index ¦args ¦and ¦eq ¦reReplaceAll "(" ¦toTime ¦len ¦slice ¦print '
    ).split('¦'),
  );
  const soup = fc
    .array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 30 })
    .map((parts) => parts.join(''));
  const data = fc.record({
    labels: fc.dictionary(fc.string({ maxLength: 5 }), fc.string({ unit: 'binary', maxLength: 10 })),
    value: fc.double(),
    externalLabels: fc.constant({}),
    externalUrl: fc.string({ maxLength: 10 }),
  });

  it('it loads or says where it does not, and rendering gives a text', () => {
    fc.assert(
      fc.property(soup, data, (source, given) => {
        const compiled = compileAlertTemplate(source, 'x', { query: () => ({ ok: true, samples: [] }) });
        if (compiled.ok) {
          const text = compiled.template.render(given);
          expect(typeof text).toBe('string');
          expect(text).not.toContain('panic');
        } else {
          const lines = source.split('\n');
          expect(compiled.error.line).toBeGreaterThanOrEqual(1);
          expect(compiled.error.line).toBeLessThanOrEqual(lines.length);
          const line = lines[compiled.error.line - 1] as string;
          expect(compiled.error.column).toBeGreaterThanOrEqual(1);
          expect(compiled.error.column).toBeLessThanOrEqual(Array.from(line).length + 1);
        }
      }),
      { numRuns: 3000 },
    );
  });

  const statement = fc.letrec<{ statement: string }>((tie) => ({
    statement: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.constantFrom(
        'text',
        '{{ . }}',
        '{{ $x := print . . }}',
        '{{ template "t" $labels }}',
        '{{ $labels }}',
      ),
      fc.array(tie('statement'), { maxLength: 3 }).map((list) => list.join('')),
      tie('statement').map((body) => `{{ range $labels }}${body.replaceAll('$x', '$y')}{{ end }}`),
      tie('statement').map((body) => `{{ with args . . }}${body}{{ else }}${body}{{ end }}`),
      tie('statement').map((body) => `{{ range args . 1 2 }}${body}{{ end }}`),
    ),
  })).statement;

  it('the result keeps to the limits and ends', () => {
    const limits = { outputBytes: 500, iterations: 50, depth: 20, work: 5000 };
    fc.assert(
      fc.property(statement, (body) => {
        const self = `{{ define "t" }}{{ range . }}{{ template "t" $ }}{{ end }}{{ end }}`;
        const text = render(self + body, alert, { limits });
        expect(Buffer.byteLength(text) <= 500 || text.startsWith('<error expanding template: ')).toBe(true);
        expect(text).not.toContain('panic');
      }),
      { numRuns: 500 },
    );
  });

  it('text without braces is its own result', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), (text) => {
        fc.pre(!text.includes('{{'));
        expect(render(text)).toBe(text);
      }),
    );
  });

  it('any text survives as a quoted constant, through any escaper, as a label', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
        const labels = { text };
        const quoted = render('{{ printf "%q" $labels.text }}', { ...alert, labels });
        expect(render(`{{ ${quoted} }}`)).toBe(text);
        expect(
          decodeURIComponent(
            render('{{ urlquery $labels.text }}', { ...alert, labels }).replaceAll('+', ' '),
          ),
        ).toBe(text);
        expect(
          JSON.parse(`"${render('{{ js $labels.text }}', { ...alert, labels }).replaceAll("\\'", "'")}"`),
        ).toBe(text);
      }),
    );
  });
});
