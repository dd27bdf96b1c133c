import { describe, expect, it } from '@jest/globals';
import { type ExecutionContext, UnauthorizedException } from '@nestjs/common';
import { AlertmanagerGuard } from './alertmanager.guard.js';
import { AlertsGuard } from './alerts.guard.js';
import { ApiGuard } from './api.guard.js';
import { Tokens } from './tokens.store.js';
import { WebhookGuard } from './webhook.guard.js';

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('a token', () => {
  const tokens = new Tokens({ apiToken: 'api-secret' });
  it.each<[sentence: string, header: string | undefined, opens: boolean]>([
    ['opens as Bearer', 'Bearer api-secret', true],
    ['opens whatever the case of the scheme', 'bearer api-secret', true],
    ['opens as the password of Basic, for any user', basic('anyone', 'api-secret'), true],
    ['is needed', undefined, false],
    ['is not the empty text', 'Bearer ', false],
    ['is not the user of Basic', basic('api-secret', ''), false],
    ['has to be whole', 'Bearer api-secre', false],
    ['has to be no more than itself', 'Bearer api-secret2', false],
    ['is compared by case', 'Bearer API-SECRET', false],
    ['does not open under another scheme', 'Digest api-secret', false],
    ['does not open without a scheme', 'api-secret', false],
    ['does not open as Basic that is no Base64', 'Basic %%%', false],
  ])('%s', (_sentence, header, opens) => {
    expect(tokens.opensApi(header)).toBe(opens);
  });

  it('may hold a colon as the password of Basic', () => {
    expect(new Tokens({ apiToken: 'a:b:c' }).opensApi(basic('x', 'a:b:c'))).toBe(true);
  });
});

describe('the webhook', () => {
  it.each<[sentence: string, tokens: Tokens, header: string | undefined, opens: boolean]>([
    ['is open where the API is', new Tokens({}), undefined, true],
    [
      'opens with the token of the API when it has none of its own',
      new Tokens({ apiToken: 'api' }),
      'Bearer api',
      true,
    ],
    ['is closed without it', new Tokens({ apiToken: 'api' }), undefined, false],
    [
      'opens with its own token',
      new Tokens({ apiToken: 'api', webhookToken: 'hook' }),
      basic('alertmanager', 'hook'),
      true,
    ],
    [
      'does not open with that of the API then',
      new Tokens({ apiToken: 'api', webhookToken: 'hook' }),
      'Bearer api',
      false,
    ],
    [
      'needs its own token even where the API is open',
      new Tokens({ webhookToken: 'hook' }),
      undefined,
      false,
    ],
  ])('%s', (_sentence, tokens, header, opens) => {
    expect(tokens.opensWebhook(header)).toBe(opens);
  });

  it('has a token that does not open the API', () => {
    expect(new Tokens({ apiToken: 'api', webhookToken: 'hook' }).opensApi('Bearer hook')).toBe(false);
  });
});

describe("Alertmanager's alerts", () => {
  it.each<[sentence: string, tokens: Tokens, header: string | undefined, opens: boolean]>([
    ['are taken where the API is open', new Tokens({}), undefined, true],
    ['are taken with the token of the API', new Tokens({ apiToken: 'api' }), 'Bearer api', true],
    [
      'are taken with that of the webhook',
      new Tokens({ apiToken: 'api', webhookToken: 'hook' }),
      'Bearer hook',
      true,
    ],
    ['are taken with either', new Tokens({ apiToken: 'api', webhookToken: 'hook' }), 'Bearer api', true],
    ['are not taken without one', new Tokens({ apiToken: 'api', webhookToken: 'hook' }), undefined, false],
    [
      'need the token of the webhook where that is the only one',
      new Tokens({ webhookToken: 'hook' }),
      undefined,
      false,
    ],
    [
      'are taken from everybody where that is wanted',
      new Tokens({ apiToken: 'api', alertmanagerOpen: true }),
      undefined,
      true,
    ],
  ])('%s', (_sentence, tokens, header, opens) => {
    expect(tokens.opensAlerts(header)).toBe(opens);
  });
});

describe('what Alertmanager has too', () => {
  it('can be open, and the rest is shut then to whoever is not on this machine', () => {
    const reachable = new Tokens({ alertmanagerOpen: true, reachable: true });
    expect([reachable.opensApi(undefined), reachable.opensWebhook(undefined)]).toEqual([false, false]);
    expect([reachable.alertmanagerOpen, reachable.opensAlerts(undefined)]).toEqual([true, true]);
    expect(new Tokens({ alertmanagerOpen: true }).opensApi(undefined)).toBe(true);
  });
});

describe('a guard', () => {
  const request = (authorization?: string): ExecutionContext =>
    ({
      switchToHttp: () => ({
        getRequest: () => ({ headers: { authorization } }),
        getResponse: () => ({ header: () => undefined }),
      }),
    }) as unknown as ExecutionContext;
  const tokens = new Tokens({ apiToken: 'api', webhookToken: 'hook' });

  it('lets pass who has the token', () => {
    expect(new ApiGuard(tokens).canActivate(request('Bearer api'))).toBe(true);
    expect(new WebhookGuard(tokens).canActivate(request('Bearer hook'))).toBe(true);
  });

  it('lets everybody pass to what Alertmanager has too where that is wanted', () => {
    const open = new Tokens({ apiToken: 'api', alertmanagerOpen: true });
    expect(new AlertmanagerGuard(open).canActivate(request())).toBe(true);
    expect(new AlertsGuard(open).canActivate(request())).toBe(true);
    expect(() => new ApiGuard(open).canActivate(request())).toThrow(UnauthorizedException);
  });

  it('turns away with 401 who has not, saying what to send and not what was sent', () => {
    for (const guard of [
      new ApiGuard(tokens),
      new WebhookGuard(tokens),
      new AlertmanagerGuard(tokens),
      new AlertsGuard(tokens),
    ]) {
      const attempt = (): boolean => guard.canActivate(request('Bearer guessed'));
      expect(attempt).toThrow(UnauthorizedException);
      expect(attempt).toThrow(/^send the header Authorization: Bearer <RETUNE_\w+_TOKEN>/);
    }
  });
});
