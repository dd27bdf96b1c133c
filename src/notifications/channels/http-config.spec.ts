import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../schema/secret.js';
import { headersOf, HttpConfig } from './http-config.js';

const reveal = (secret: Secret): Promise<string> =>
  secret.reveal((path) => Promise.resolve(`text of ${path}\n`));

describe('http_config', () => {
  it.each([
    ['nothing', {}, {}],
    [
      'basic_auth',
      { basic_auth: { username: 'me', password: 'pa55' } },
      { Authorization: `Basic ${btoa('me:pa55')}` },
    ],
    ['authorization', { authorization: { credentials: 'tok' } }, { Authorization: 'Bearer tok' }],
    [
      'authorization from a file',
      { authorization: { type: 'Token', credentials_file: '/f' } },
      { Authorization: 'Token text of /f' },
    ],
    [
      'headers',
      { http_headers: { 'X-A': { values: ['1', '2'], secrets: ['s'], files: ['/g'] } } },
      { 'X-A': '1, 2, s, text of /g' },
    ],
    [
      'what a dump of defaults holds',
      { follow_redirects: true, enable_http2: true, tls_config: { insecure_skip_verify: false } },
      {},
    ],
  ])('with %s becomes headers', async (_what, raw, headers) => {
    expect(await headersOf(HttpConfig.parse(raw), reveal)).toEqual(headers);
  });

  it.each([
    [
      'two ways to authenticate',
      { basic_auth: { username: 'a' }, authorization: { credentials: 'b' } },
      /both written/,
    ],
    [
      'a password twice',
      { basic_auth: { username: 'a', password: 'b', password_file: 'c' } },
      /password and password_file are both written/,
    ],
    ['no credentials', { authorization: { type: 'Bearer' } }, /expected credentials or credentials_file/],
    ['Basic as a scheme', { authorization: { type: 'Basic', credentials: 'x' } }, /write basic_auth/],
    ['a bearer token', { bearer_token: 'x' }, /write authorization: \{ credentials: … \}/],
    ['OAuth 2', { oauth2: { client_id: 'x' } }, /oauth2 is not supported/],
    ['a proxy', { proxy_url: 'http://p' }, /a proxy for one receiver is not supported/],
    ['trust without looking', { tls_config: { insecure_skip_verify: true } }, /NODE_EXTRA_CA_CERTS/],
    [
      'a reserved header',
      { http_headers: { Host: { values: ['x'] } } },
      /the header Host is set by the service/,
    ],
    ['a header of two lines', { http_headers: { 'X-A': { values: ['a\r\nB: c'] } } }, /on one line/],
  ])('with %s is refused', (_what, raw, message) => {
    const issues = HttpConfig.safeParse(raw).error?.issues ?? [];
    expect(JSON.stringify(issues)).toMatch(message);
    expect(issues).toHaveLength(1);
  });
});
