import { describe, expect, it } from '@jest/globals';
import { type ExecutionContext, UnauthorizedException } from '@nestjs/common';
import { ApiGuard } from './api.guard.js';
import { Tokens } from './tokens.store.js';
import { WebhookGuard } from './webhook.guard.js';

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('a token', () => {
  const tokens = new Tokens('api-secret', undefined);
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
    expect(new Tokens('a:b:c', undefined).opensApi(basic('x', 'a:b:c'))).toBe(true);
  });
});

describe('the webhook', () => {
  it.each<[sentence: string, tokens: Tokens, header: string | undefined, opens: boolean]>([
    ['is open where the API is', new Tokens(undefined, undefined), undefined, true],
    [
      'opens with the token of the API when it has none of its own',
      new Tokens('api', undefined),
      'Bearer api',
      true,
    ],
    ['is closed without it', new Tokens('api', undefined), undefined, false],
    ['opens with its own token', new Tokens('api', 'hook'), basic('alertmanager', 'hook'), true],
    ['does not open with that of the API then', new Tokens('api', 'hook'), 'Bearer api', false],
    ['needs its own token even where the API is open', new Tokens(undefined, 'hook'), undefined, false],
  ])('%s', (_sentence, tokens, header, opens) => {
    expect(tokens.opensWebhook(header)).toBe(opens);
  });

  it('has a token that does not open the API', () => {
    expect(new Tokens('api', 'hook').opensApi('Bearer hook')).toBe(false);
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
  const tokens = new Tokens('api', 'hook');

  it('lets pass who has the token', () => {
    expect(new ApiGuard(tokens).canActivate(request('Bearer api'))).toBe(true);
    expect(new WebhookGuard(tokens).canActivate(request('Bearer hook'))).toBe(true);
  });

  it('turns away with 401 who has not, saying what to send and not what was sent', () => {
    for (const guard of [new ApiGuard(tokens), new WebhookGuard(tokens)]) {
      const attempt = (): boolean => guard.canActivate(request('Bearer guessed'));
      expect(attempt).toThrow(UnauthorizedException);
      expect(attempt).toThrow(/^send the header Authorization: Bearer <RETUNE_\w+_TOKEN>$/);
    }
  });
});
