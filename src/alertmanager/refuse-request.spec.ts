import { describe, expect, it } from '@jest/globals';
import { type FailedRequest, refuseMediaType, refuseRequest } from './refuse-request.js';

const JSON_TYPE = 'application/json';
const request = (over: Partial<FailedRequest>): FailedRequest => ({
  method: 'GET',
  path: '/api/v2/alerts',
  status: 404,
  contentType: undefined,
  body: undefined,
  ...over,
});
const posted = (body: string, over: Partial<FailedRequest> = {}) =>
  request({ method: 'POST', status: 400, contentType: JSON_TYPE, body, ...over });

describe('a request to an unknown address', () => {
  it.each<[sentence: string, over: Partial<FailedRequest>, status: number, message: string]>([
    ['of the API', { path: '/api/v2/nope' }, 404, 'path /api/v2/nope was not found'],
    ['that is the API itself', { path: '/api/v2/' }, 404, 'path /api/v2/ was not found'],
    ['by method', { method: 'PUT' }, 405, 'method PUT is not allowed, but [GET,POST] are'],
    [
      'by method, of one silence',
      { method: 'POST', path: '/api/v2/silence/x' },
      405,
      'method POST is not allowed, but [GET,DELETE] are',
    ],
  ])('%s is refused by the framework', (_sentence, over, status, message) => {
    expect(refuseRequest(request(over))).toMatchObject({ status, body: { code: status, message } });
  });

  it.each<[sentence: string, over: Partial<FailedRequest>]>([
    ['elsewhere', { path: '/api/runs' }],
    ['that only begins like it', { path: '/api/v2x' }],
    ['of a silence that is not there', { path: '/api/v2/silence/x' }],
  ])('%s is not answered here', (_sentence, over) => {
    expect(refuseRequest(request(over))).toBeUndefined();
  });

  it('for supervisors is refused by the web server', () => {
    expect(refuseRequest(request({ path: '/-/reload' }))).toEqual({
      status: 405,
      plain: 'Method Not Allowed',
      allow: ['POST'],
    });
    expect(refuseRequest(request({ path: '/-/ready', method: 'HEAD' }))).toBeUndefined();
  });
});

describe('a body', () => {
  it.each<[sentence: string, failed: FailedRequest, status: number, code: number, message: RegExp]>([
    ['that is empty', posted(' '), 422, 602, /^alerts in body is required$/],
    ['of a silence that is empty', posted('', { path: '/api/v2/silences' }), 422, 602, /^silence in body/],
    [
      'that is no JSON',
      posted('xx'),
      400,
      400,
      /^parsing alerts body from "" failed, because invalid character 'x' looking for/,
    ],
    ['of another type', posted('xx', { contentType: 'text/plain' }), 415, 415, /"text\/plain", only/],
    ['of no type', posted('xx', { status: 415, contentType: undefined }), 415, 415, /octet-stream/],
  ])('%s is refused', (_sentence, failed, status, code, message) => {
    expect(refuseRequest(failed)).toMatchObject({
      status,
      body: { code, message: expect.stringMatching(message) },
    });
  });

  it('of another type is refused by its type alone, unless there is none', () => {
    expect(refuseMediaType('Application/JSON; charset=utf-8', true)).toBeUndefined();
    expect(refuseMediaType('application/x-www-form-urlencoded', true)?.status).toBe(415);
    expect(refuseMediaType(undefined, false)).toBeUndefined();
  });

  it('that fails for another reason is not answered here', () => {
    expect(refuseRequest(posted('{}'))).toBeUndefined();
    expect(refuseRequest(posted('{}', { status: 413 }))).toBeUndefined();
  });
});
