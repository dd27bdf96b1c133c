import { describe, it, expect } from '@jest/globals';
import fc from 'fast-check';
import type { RunRequest } from './ci-provider.js';
import { cloudEvent } from './cloud-event.js';
import { LARGEST_PAYLOAD, MOST_EVIDENCE, payloadJson, runPayload } from './run-payload.js';

const request: RunRequest = {
  correlationId: 'rt-01kkbt4s00000000000000000a',
  model: 'iris-classifier',
  currentVersion: '7',
  reason: {
    kind: 'accuracy',
    summary: 'accuracy 0.88 of 0.92',
    severity: 'critical',
    requestedBy: 'policy:iris',
  },
  evidence: [
    { rule: 'IrisAccuracyLow', labels: { model_version: '7' }, value: 0.88, threshold: 0.92, n: 340 },
  ],
  windows: {
    drifted: { from: '2026-03-10T06:00:00Z', to: '2026-03-10T12:00:00Z' },
    training: { from: '2026-03-09T12:00:00Z', to: '2026-03-10T12:00:00Z' },
  },
  links: { run: 'https://retune.example/api/runs/rt-01kkbt4s00000000000000000a' },
  deadline: '2026-03-10T19:00:00Z',
  requestedAt: '2026-03-10T12:00:00Z',
  callback: { url: 'https://retune.example/r', claimUrl: 'https://retune.example/c', token: 't0ken' },
};

describe('runPayload', () => {
  it('says everything in snake_case', () => {
    expect(runPayload(request)).toEqual({
      correlation_id: 'rt-01kkbt4s00000000000000000a',
      model: 'iris-classifier',
      current_version: '7',
      reason: {
        kind: 'accuracy',
        summary: 'accuracy 0.88 of 0.92',
        severity: 'critical',
        requested_by: 'policy:iris',
      },
      evidence: [
        { rule: 'IrisAccuracyLow', labels: { model_version: '7' }, value: 0.88, threshold: 0.92, n: 340 },
      ],
      windows: request.windows,
      links: request.links,
      deadline: '2026-03-10T19:00:00Z',
      requested_at: '2026-03-10T12:00:00Z',
      callback: { url: 'https://retune.example/r', claim_url: 'https://retune.example/c', token: 't0ken' },
    });
  });

  it('leaves out what is not known', () => {
    const { currentVersion: _version, callback: _callback, ...bare } = request;
    expect(Object.keys(runPayload(bare))).not.toContain('callback');
    expect(Object.keys(runPayload(bare))).not.toContain('current_version');
  });

  it('stays small, whatever the alerts say, and never loses what a pipeline needs', () => {
    const text = fc.string({ maxLength: 3000 });
    const evidence = fc.record({
      rule: text,
      labels: fc.dictionary(fc.string({ maxLength: 40 }), text, { maxKeys: 30 }),
      value: fc.constant(null),
      threshold: fc.constant(0.5),
    });
    fc.assert(
      fc.property(fc.array(evidence, { maxLength: 40 }), text, (alerts, summary) => {
        const payload = runPayload({ ...request, evidence: alerts, reason: { ...request.reason, summary } });
        expect(JSON.stringify(payload).length).toBeLessThanOrEqual(LARGEST_PAYLOAD);
        expect(payload).toMatchObject({ correlation_id: request.correlationId, windows: request.windows });
        expect(payload['callback']).toMatchObject({ token: 't0ken' });
        const told = (payload['evidence'] as unknown[]).length;
        expect(told).toBeLessThanOrEqual(MOST_EVIDENCE);
        expect(told + ((payload['evidence_left_out'] as number | undefined) ?? 0)).toBe(alerts.length);
      }),
      { numRuns: 50 },
    );
  });
});

describe('payloadJson', () => {
  it.each(['{{{workflow.name}}} {{', 'costs $$ and $(TOKEN)', 'a \\{{ and a \\$', '$', '{{'])(
    'says the same, without what a template language would read: %s',
    (summary) => {
      const told = { ...request, reason: { ...request.reason, summary } };
      const text = payloadJson(told, ['{{', '$']);
      expect(text).not.toMatch(/\{\{|\$/);
      expect(JSON.parse(text)).toEqual(runPayload(told));
    },
  );
  it('escapes nothing that it need not', () =>
    expect(payloadJson(request)).toBe(JSON.stringify(runPayload(request))));
});

describe('cloudEvent', () => {
  it('wraps the payload, the same way every time', () => {
    const event = cloudEvent(request);
    expect(event).toEqual({
      specversion: '1.0',
      id: 'rt-01kkbt4s00000000000000000a',
      source: '/retune',
      type: 'retune.run.requested.v1',
      subject: 'models/iris-classifier',
      time: '2026-03-10T12:00:00Z',
      datacontenttype: 'application/json',
      correlationid: 'rt-01kkbt4s00000000000000000a',
      data: runPayload(request),
    });
    expect(JSON.stringify(cloudEvent(request))).toBe(JSON.stringify(event));
  });

  it('names its attributes as CloudEvents allows', () => {
    expect(Object.keys(cloudEvent(request)).filter((name) => !/^[a-z0-9]{1,20}$/.test(name))).toEqual([]);
  });
});
