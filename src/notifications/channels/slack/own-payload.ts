import type { Message } from '../../message.js';
import { callOf, type Rendering } from '../rendering.js';
import type { SlackConfig } from './config.js';
import { slackFrame, slackMentions, type SlackPayload } from './payload.js';

/** Alertmanager cuts titles there. */
const TITLE = 1024;
/** Where Slack reads its markup, unless the operator says otherwise; Alertmanager's choice. */
const MARKUP_IN = ['fallback', 'pretext', 'text'];
/** Fields whose text makes the message the operator's, and Alertmanager's name for what stands there otherwise. */
const TEXTS = {
  title: 'slack.default.title',
  title_link: 'slack.default.titlelink',
  pretext: 'slack.default.pretext',
  text: 'slack.default.text',
  fallback: 'slack.default.fallback',
  callback_id: 'slack.default.callbackid',
  footer: 'slack.default.footer',
} as const;
const COLOUR = '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}';

type Texts = Readonly<Record<string, string>>;

/** The attachment that Alertmanager sends. https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments */
export type OwnAttachment = Readonly<Record<string, unknown>>;

/** A message in the operator's words. */
export interface OwnSlackPayload extends Omit<SlackPayload, 'text' | 'attachments'> {
  readonly text?: string;
  readonly attachments: readonly OwnAttachment[];
}

/**
 * The message in the form and with the texts that Alertmanager would give it; undefined when the operator wrote no text, or
 * one of them failed: then it has our form. Values are not escaped, as in Alertmanager: templates may write Slack's markup.
 */
export function ownSlackPayload(
  message: Message,
  config: SlackConfig,
  rendering: Rendering,
): OwnSlackPayload | undefined {
  if (!isOwn(config, rendering)) return undefined;
  const before = rendering.faults.length;
  const attachment = attachmentOf(config, rendering);
  const text = [rendering.text('message_text', config.message_text), ...slackMentions(message, config)];
  if (rendering.faults.length > before) return undefined;
  const told = text.filter(Boolean).join(' ');
  return {
    ...slackFrame(config, rendering),
    ...(told !== '' && { text: told }),
    attachments: [attachment],
  };
}

function isOwn(config: SlackConfig, { templates }: Rendering): boolean {
  const written = [config.message_text, config.image_url, config.thumb_url, config.fields, config.actions];
  if (written.some((value) => value !== undefined)) return true;
  return Object.entries(TEXTS).some(
    ([name, standard]) => config[name as keyof typeof TEXTS] !== undefined || templates.isOwn(standard),
  );
}

function attachmentOf(config: SlackConfig, rendering: Rendering): OwnAttachment {
  const texts = Object.entries(TEXTS).map(([name, standard]) => {
    const text = rendering.text(name, config[name as keyof typeof TEXTS] ?? callOf(standard)) ?? '';
    return [name, name === 'title' ? cut(text) : text] as const;
  });
  const pictures = (['image_url', 'thumb_url'] as const).map(
    (name) => [name, rendering.text(name, config[name])] as const,
  );
  return {
    ...filled([...texts, ...pictures, ['color', rendering.text('color', config.color ?? COLOUR)]]),
    mrkdwn_in: config.mrkdwn_in ?? MARKUP_IN,
    ...(config.fields && {
      fields: config.fields.map(({ title, value, short }) => ({
        title: rendering.text('fields.title', title) ?? '',
        value: rendering.text('fields.value', value) ?? '',
        short: short ?? config.short_fields,
      })),
    }),
    ...(config.actions && { actions: config.actions.map((action) => actionOf(action, rendering)) }),
  };
}

function actionOf(action: NonNullable<SlackConfig['actions']>[number], rendering: Rendering): OwnAttachment {
  const { confirm, ...texts } = action;
  const rendered = (from: object, field: string): Texts =>
    filled(
      Object.entries(from).map(([name, text]) => [name, rendering.text(`${field}.${name}`, text as string)]),
    );
  return {
    ...rendered(texts, 'actions'),
    ...(confirm && { confirm: rendered(confirm, 'actions.confirm') }),
  };
}

/** Without what is empty, which Slack would show as a gap. */
function filled(entries: readonly (readonly [string, string | undefined])[]): Texts {
  return Object.fromEntries(entries.flatMap(([name, text]) => (text ? [[name, text]] : [])));
}

/** At most so many characters, the last an ellipsis where something is cut. */
function cut(text: string): string {
  const characters = Array.from(text);
  return characters.length <= TITLE ? text : `${characters.slice(0, TITLE - 1).join('')}…`;
}
