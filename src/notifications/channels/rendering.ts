import type { MessageTemplateData } from '../../templates/message-data.js';
import { compileMessageTemplates, type MessageTemplates } from '../../templates/message-templates.js';
import { compareAlerts, type Message } from '../message.js';
import { quotedReceiver, reasonText } from './reason-text.js';

/** Alertmanager's own definitions and no others. */
export const DEFAULT_TEMPLATES: MessageTemplates = compileMessageTemplates([]).templates;

/** A message as Alertmanager shows it to templates. */
export function templateData(message: Message): MessageTemplateData {
  return {
    receiver: quotedReceiver(message.receiver),
    status: message.status,
    alerts: message.alerts.toSorted(compareAlerts).map((alert) => ({
      status: alert.status,
      labels: alert.labels,
      annotations: alert.annotations,
      startsAt: alert.startsAt,
      endsAt: alert.endsAt,
      generatorUrl: alert.generatorUrl ?? '',
      fingerprint: alert.fingerprint,
    })),
    groupLabels: message.groupLabels,
    commonLabels: message.commonLabels,
    commonAnnotations: message.commonAnnotations,
    externalUrl: message.externalUrl.replace(/\/+$/, ''),
    notificationReason: reasonText(message.reason),
  };
}

/**
 * Renders what the operator wrote for one message. A text that fails is not there, so that the channel's own stands in, and
 * the failure is kept in `faults` for those who have to mend it.
 */
export class Rendering {
  /** `title: template: :1:3: …` */
  readonly faults: string[] = [];
  readonly #data: MessageTemplateData;

  constructor(
    message: Message,
    readonly now: Date,
    readonly templates: MessageTemplates = DEFAULT_TEMPLATES,
  ) {
    this.#data = templateData(message);
  }

  /** What counts as written for a field: the operator's text, or Alertmanager's default once a file gave it another meaning. */
  written(text: string | undefined, defaultName?: string): string | undefined {
    if (text !== undefined || defaultName === undefined || !this.templates.isOwn(defaultName)) return text;
    return callOf(defaultName);
  }

  /** The text of a field; undefined when it is not written, or failed. */
  text(field: string, text: string | undefined): string | undefined {
    if (text === undefined || !text.includes('{{')) return text;
    return this.#taken(field, this.templates.render(text, 'text', { data: this.#data, now: this.now }));
  }

  /** The same with values escaped for HTML. `ownHtml` stands for the template `email.default.html`. */
  html(field: string, text: string | undefined, ownHtml: string): string | undefined {
    if (text === undefined) return text;
    return this.#taken(
      field,
      this.templates.render(text, 'html', { data: this.#data, now: this.now, ownHtml }),
    );
  }

  /** A tree with its texts and keys rendered. A text that is JSON afterwards, as `toJson` makes it, becomes what it says. */
  tree(field: string, node: unknown): unknown {
    if (typeof node === 'string') return valueOf(this.text(field, node) ?? '');
    if (Array.isArray(node)) return node.map((item, index) => this.tree(`${field}[${index}]`, item));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [
        this.text(`${field}.${key}`, key) ?? key,
        this.tree(`${field}.${key}`, value),
      ]),
    );
  }

  #taken(field: string, rendered: ReturnType<MessageTemplates['render']>): string | undefined {
    if (rendered.ok) return rendered.text;
    this.faults.push(`${field}: ${rendered.message}`);
    return undefined;
  }
}

/** The text that calls a template. */
export function callOf(name: string): string {
  return `{{ template ${JSON.stringify(name)} . }}`;
}

function valueOf(text: string): unknown {
  if (!/^\s*(?:[[{]|-?\d|true\s*$|false\s*$|null\s*$)/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
