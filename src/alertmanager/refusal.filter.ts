import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Refusal } from './refusal.js';

interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body: string): unknown;
}

/** Ends a request of Alertmanager's API with a {@link Refusal}. */
export class RefusedRequest extends HttpException {
  constructor(readonly refusal: Refusal) {
    super('refused', refusal.status);
  }
}

/** Writes refusals in the form of Alertmanager's API: a text is a JSON string. */
@Catch(RefusedRequest)
export class RefusalFilter implements ExceptionFilter<RefusedRequest> {
  catch({ refusal }: RefusedRequest, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<Reply>().status(refusal.status);
    if (refusal.body === undefined) reply.send('');
    else reply.header('content-type', 'application/json').send(`${JSON.stringify(refusal.body)}\n`);
  }
}

/** The value, or the end of the request. */
export function orRefuse<Value>(
  outcome: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly refusal: Refusal },
): Value {
  if (!outcome.ok) throw new RefusedRequest(outcome.refusal);
  return outcome.value;
}
