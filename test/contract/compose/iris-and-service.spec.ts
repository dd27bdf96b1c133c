import { describe, expect, it } from '@jest/globals';
import { readRunOrder } from '../../../examples/iris/run-order.js';
import { firstModel } from '../../../examples/iris/server.js';
import { signingKey as pipelineKey, checkSignature } from '../../../examples/iris/webhook-signature.js';
import { DriftReferenceFile, toDriftReference } from '../../../src/drift/drift-reference.schema.js';
import type { RunRequest } from '../../../src/retraining/ci/ci-provider.js';
import { signatureHeaders, signingKey } from '../../../src/retraining/ci/webhook/signature.js';

const window = { from: '2026-03-01T00:00:00Z', to: '2026-03-01T12:00:00Z' };
const request: RunRequest = {
  correlationId: 'rt-01k0000000000000000000000a',
  model: 'iris-classifier',
  currentVersion: '1',
  reason: { kind: 'accuracy', summary: 'accuracy 0.68 < 0.92', requestedBy: 'policy:iris-retrain' },
  evidence: [],
  windows: { drifted: window, training: window },
  links: {},
  deadline: '2026-03-01T13:00:00Z',
  requestedAt: '2026-03-01T12:00:00Z',
  callback: { url: 'http://retune/report', claimUrl: 'http://retune/claim', token: 'for-this-run' },
};

describe('the example understands the service', () => {
  it('reads a retraining request, in the envelope and bare', () => {
    const order = {
      correlationId: request.correlationId,
      model: request.model,
      windows: request.windows,
      callback: request.callback,
    };
    expect(readRunOrder({ specversion: '1.0', data: request }).data).toEqual(order);
    expect(readRunOrder(request).data).toEqual(order);
  });

  it('takes the signature that the service makes', () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const at = new Date('2026-03-01T12:00:00Z');
    const headers = signatureHeaders('msg-1', at, '{}', signingKey(secret) as Uint8Array);
    expect(checkSignature(headers, '{}', pipelineKey(secret), at)).toBe('valid');
    expect(checkSignature(headers, '{ }', pipelineKey(secret), at)).toBe('wrong');
  });
});

describe('the service understands the example', () => {
  it('takes the drift reference of a trained model', () => {
    const model = firstModel('iris-classifier', 1, new Date('2026-03-01T12:00:00Z'));
    const file = DriftReferenceFile.parse(JSON.parse(JSON.stringify(model.reference)));
    const reference = toDriftReference(file, 'iris');
    expect(reference.modelVersion).toBe('1');
    expect(Object.keys(reference.features)).toEqual([
      'sepal_length',
      'sepal_width',
      'petal_length',
      'petal_width',
    ]);
    expect(reference.quality?.accuracy).toBeGreaterThan(0.93);
  });
});
