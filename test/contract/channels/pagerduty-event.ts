import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

const text = (maxLength: number): object => ({ type: 'string', minLength: 1, maxLength });

/**
 * Events as the Events API v2 documents them, stricter than the API is: no unknown key, all limits, and what each action
 * needs. https://developer.pagerduty.com/docs/events-api-v2-overview
 */
const EVENT = {
  type: 'object',
  additionalProperties: false,
  required: ['routing_key', 'event_action', 'dedup_key'],
  properties: {
    routing_key: { type: 'string', pattern: '^[A-Za-z0-9]{32}$' },
    event_action: { enum: ['trigger', 'acknowledge', 'resolve'] },
    dedup_key: text(255),
    client: text(255),
    client_url: { type: 'string', format: 'uri', pattern: '^https?:' },
    links: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['href', 'text'],
        properties: { href: { type: 'string', format: 'uri', pattern: '^https?:' }, text: text(255) },
      },
    },
    payload: {
      type: 'object',
      additionalProperties: false,
      required: ['summary', 'source', 'severity'],
      properties: {
        summary: text(1024),
        source: text(255),
        severity: { enum: ['critical', 'error', 'warning', 'info'] },
        timestamp: { type: 'string', format: 'date-time' },
        component: text(255),
        group: text(255),
        class: text(255),
        custom_details: { type: 'object', additionalProperties: { type: ['string', 'number'] } },
      },
    },
  },
  anyOf: [
    { properties: { event_action: { const: 'trigger' } }, required: ['payload'] },
    {
      properties: { event_action: { enum: ['acknowledge', 'resolve'] } },
      not: { anyOf: [{ required: ['payload'] }, { required: ['links'] }, { required: ['client'] }] },
    },
  ],
};

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false });
addFormats.default(ajv);
const validate = ajv.compile(EVENT);

/** What is wrong with a request body as an event; empty when PagerDuty would take it. */
export function eventFaults(body: string): readonly string[] {
  if (Buffer.byteLength(body) > 512 * 1024) return ['larger than 512 kB'];
  if (validate(JSON.parse(body))) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
