import type { RunRequest } from './ci-provider.js';
import { type Payload, runPayload } from './run-payload.js';

/** The media type of a CloudEvents envelope in structured JSON. */
export const CLOUD_EVENT_TYPE = 'application/cloudevents+json';

/** A retraining request in its envelope. Source: CloudEvents 1.0.2, JSON event format. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** Extension attribute; their names are lower-case letters and digits only. */
  readonly correlationid: string;
  readonly data: Payload;
}

/** The event for a run: the same bytes whenever it is sent, so that a receiver can tell a repetition by its id. */
export function cloudEvent(run: RunRequest): CloudEvent {
  return {
    specversion: '1.0',
    id: run.correlationId,
    source: '/retune',
    type: 'retune.run.requested.v1',
    subject: `models/${run.model}`,
    time: run.requestedAt,
    datacontenttype: 'application/json',
    correlationid: run.correlationId,
    data: runPayload(run),
  };
}
