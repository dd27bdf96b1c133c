import { Injectable } from '@nestjs/common';
import { InstallationKeys } from '../platform/installation-key.store.js';
import { callbackToken, verifyCallbackToken } from './callback-token.js';
import type { RunRequest } from './ci/ci-provider.js';
import { PolicyBook } from './policy-book.store.js';

const KEY_NAME = 'run-callbacks';

/** Makes and checks the per-run tokens with which pipelines claim and report. */
@Injectable()
export class CallbackTokens {
  constructor(
    private readonly keys: InstallationKeys,
    private readonly book: PolicyBook,
  ) {}

  /** Where the pipeline of a run calls back, and with which token. */
  async callbackOf(runId: string): Promise<NonNullable<RunRequest['callback']>> {
    const url = `${this.book.externalUrl}/api/runs/${runId}`;
    const token = callbackToken(runId, await this.keys.get(KEY_NAME));
    return { url: `${url}/report`, claimUrl: `${url}/claim`, token };
  }

  /** Whether an Authorization header carries the token of that run. */
  async opens(authorization: string | undefined, runId: string): Promise<boolean> {
    const given = /^bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
    return verifyCallbackToken(given, runId, await this.keys.get(KEY_NAME));
  }
}
