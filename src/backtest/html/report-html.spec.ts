import { describe, expect, it } from '@jest/globals';
import { Columns } from '../columns.js';
import type { BacktestReport, RuleReport } from '../report.js';
import { reportText } from '../report-text.js';
import { reportHtml } from './report-html.js';

const HOSTILE = `"><script>alert('x')</script>&amp;`;
const [FROM, TO] = ['2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z'];

function rule(fired: number): RuleReport {
  const episode = {
    labels: { alertname: HOSTILE, model_name: HOSTILE },
    activeAt: FROM,
    firedAt: '2026-03-01T06:00:00.000Z',
    seconds: 3600,
    worst: 0.8,
    evidence: { measure: HOSTILE, value: 0.8, threshold: 0.9, n: 12.5, note: HOSTILE },
    summary: HOSTILE,
  };
  return {
    key: `${HOSTILE}${fired}`,
    name: HOSTILE,
    file: HOSTILE,
    group: HOSTILE,
    alert: HOSTILE,
    kind: 'expr',
    query: HOSTILE,
    stepSeconds: 60,
    fired,
    firingSeconds: 3600 * fired,
    longestSeconds: 3600 * fired,
    ...(fired > 0 ? { firstAt: episode.firedAt, lastAt: episode.firedAt } : {}),
    averted: 2,
    unwell: { no_data: 600 },
    error: HOSTILE,
    episodes: fired > 0 ? [episode] : [],
  };
}

const REPORT: BacktestReport = {
  format: 'retune-backtest/1',
  from: FROM,
  to: TO,
  prometheus: 'http://prom:9090',
  effort: { rules: 2, evaluations: 2880, requests: 4, points: 100, seconds: 1.5 },
  assumptions: { runSeconds: 3600, runOutcome: 'verified', approveAfterSeconds: null },
  rules: [rule(1), rule(0)],
  policies: [
    {
      name: HOSTILE,
      model: HOSTILE,
      mode: 'auto',
      runs: [
        {
          id: 'run-1',
          decidedAt: FROM,
          startedAt: FROM,
          endedAt: TO,
          outcome: 'verified',
          because: HOSTILE,
          stages: [
            { at: FROM, state: 'running' },
            { at: TO, state: 'verified' },
          ],
        },
      ],
      cost: { amount: 12, currency: 'EUR' },
      suggested: 0,
      stopped: [{ reason: 'cooldown', times: 2, seconds: 7200, example: { at: FROM, detail: HOSTILE } }],
      decisions: [
        { at: FROM, until: TO, decision: 'hold', reason: 'cooldown', gate: 'cooldown', detail: HOSTILE },
      ],
    },
  ],
  incidents: [{ from: FROM, to: TO, detected: true, by: [{ rule: HOSTILE, delaySeconds: 60 }] }],
  notes: [HOSTILE],
};

function columns(): Columns {
  const drawn = new Columns(Date.parse(FROM), Date.parse(TO));
  const slot = { alerts: 'firing', health: 'no_data', worst: 0.8, threshold: 0.9 } as const;
  drawn.note(Date.parse(FROM) + 3_600_000, slot);
  drawn.note(Date.parse(FROM) + 7_200_000, { ...slot, alerts: 'pending', worst: 0.95 });
  return drawn;
}

describe('the page of a report', () => {
  const page = reportHtml(REPORT, new Map(REPORT.rules.map(({ key }) => [key, columns()])));

  it('lets no text from outside become markup', () => {
    expect(page).not.toMatch(/<script|alert\('x'\)/);
    expect(page.split('&lt;script&gt;').length).toBeGreaterThan(15);
    expect(page).toContain('&amp;amp;');
  });

  it('needs nothing from elsewhere and runs nothing', () => {
    expect(page).not.toMatch(/<(?:script|link|img|iframe|object)\b|\ssrc=|\shref=|url\(|@import/);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('closes what it opens', () => {
    const open: string[] = [];
    for (const [, slash, name = '', rest = ''] of page.matchAll(
      /<(\/?)([a-z][a-z0-9]*)((?:[^<>"]|"[^"]*")*)>/g,
    )) {
      if (slash === '/') expect(open.pop()).toBe(name);
      else if (!['meta', 'br'].includes(name) && !rest.endsWith('/')) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('says in words what it draws', () => {
    const labels = [...page.matchAll(/<svg [^>]*role="img" aria-label="([^"]*)"/g)].map(([, text]) => text);
    expect(labels).toHaveLength(3);
    expect(labels[0]).toContain('fired once, 1h in all');
    expect(page).toContain('not judged: 10m no data');
    expect(page).toContain('value 0.8 to 0.95, line 0.9');
    expect(page).toMatch(/class="firing"[^>]*><title>firing: 2026-03-01 06:00 UTC/);
    expect(page).toMatch(/class="mark"[^>]*><title>run decided/);
  });
});

describe('the report for a terminal', () => {
  it('has rules, incidents, policies and runs', () => {
    const text = reportText(REPORT).join('\n');
    for (const part of [
      'RULE',
      'INCIDENT',
      'POLICY',
      'RUN',
      'note: ',
      '12 EUR',
      'cooldown 2× (2h)',
      'nobody approves',
    ])
      expect(text).toContain(part);
  });
});
