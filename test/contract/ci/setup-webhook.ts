import { z } from 'zod';
import { ID, SIGNING, TOKEN, type Setup, ok, routes, said, saidToGet } from './setup.js';

/** Any HTTP endpoint. */
export const webhook: Setup = {
  config: (url) => ({
    url: `${url}/PATHSECRET`,
    secret: SIGNING,
    bearer_token: TOKEN,
    status_url: `${url}/runs/{correlation_id}`,
    searchable_status: true,
  }),
  // CloudEvents 1.0.2, JSON event format, structured mode: context attributes beside `data`.
  documented: z.strictObject({
    method: z.literal('POST'),
    path: z.literal('/PATHSECRET'),
    body: z.strictObject({
      specversion: z.literal('1.0'),
      id: z.string().min(1),
      source: z.string().min(1),
      type: z.string().min(1),
      subject: z.string().min(1),
      time: z.iso.datetime(),
      datacontenttype: z.literal('application/json'),
      correlationid: z.literal(ID),
      data: z.looseObject({ correlation_id: z.literal(ID) }),
    }),
  }),
  authorization: ['authorization', `Bearer ${TOKEN}`],
  made: { status: 202, body: { run_id: '42', run_url: '/runs/42' } },
  status: (state) => ({ status: 200, body: { run_id: '42', status: state } }),
  found: { status: 200, body: { run_id: '42', status: 'running', correlation_id: ID } },
  notFound: { status: 404, body: { error: 'no such run' } },
  refusals: [
    ['a wrong token', said(401, 'who are you'), { reason: 'unauthorized', retryable: false }],
    ['a token that may too little', said(403, 'not you'), { reason: 'unauthorized', retryable: false }],
    ['nothing there', said(404, 'nothing here'), { reason: 'not_found', retryable: false }],
    [
      'another address',
      { status: 301, headers: { location: 'https://elsewhere.example' } },
      { reason: 'not_found', retryable: false },
    ],
    [
      'another run',
      { status: 409, body: { correlation_id: 'rt-other' } },
      { reason: 'invalid_request', retryable: false },
    ],
    ['closed for good', said(410, 'gone'), { reason: 'target_disabled', retryable: false }],
    ['a request it cannot read', said(422, 'what is this'), { reason: 'invalid_request', retryable: false }],
    [
      'too many requests',
      said(429, 'slow down', { 'retry-after': '30' }),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 30_000 },
    ],
    [
      'closed for now',
      said(503, 'later', { 'retry-after': '30' }),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 30_000 },
    ],
  ],
  preflight: {
    fine: routes({ 'GET /runs/rt-preflight': saidToGet(404, 'no such run'), 'GET /': { status: 404 } }),
    faults: [
      [
        'a status address that knows every run',
        routes({ 'GET /runs/rt-preflight': ok({ status: 'queued' }) }),
        'not_searchable',
      ],
      [
        'a status address that refuses the token',
        routes({ 'GET /runs/': saidToGet(401, 'no') }),
        'unauthorized',
      ],
      [
        'a status address that allows nothing',
        routes({ 'GET /runs/': saidToGet(403, 'no') }),
        'permission_missing',
      ],
      [
        'a status address that is a page',
        routes({ 'GET /runs/': { status: 200, body: '<p>' } }),
        'unexpected_answer',
      ],
      ['a status address that fails', routes({ 'GET /runs/': saidToGet(500, 'oops') }), 'unreachable'],
    ],
  },
};
