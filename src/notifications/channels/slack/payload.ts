import type { Message } from '../../message.js';
import { alertLine, factsOf, listedAlerts, sentencesOf } from '../evidence-text.js';
import { headline } from '../headline.js';
import { consolePage, linksOf } from '../links.js';
import { oneLine } from '../plain-text.js';
import { Rendering } from '../rendering.js';
import { colourOf, leadAlert, severityOf } from '../severity.js';
import type { SlackConfig } from './config.js';
import { slackLink, slackMention, slackText } from './mrkdwn.js';

/** Far below Slack's limits (section 3000, field 2000, ten fields, about 13,000 characters of blocks): a phone shows no more. */
const HEADLINE = 300;
const BODY = 600;
const FIELD = 150;
const FIELDS = 10;
const LINE = 220;
const LINES = 5;
const LINKS = 2000;

/** Text that Slack shows as written: no automatic links, no names turned into mentions. */
interface Mrkdwn {
  readonly type: 'mrkdwn';
  readonly text: string;
  readonly verbatim: true;
}

/** The part of Block Kit that is used here. */
export type SlackBlock =
  | { readonly type: 'section'; readonly text: Mrkdwn }
  | { readonly type: 'section'; readonly fields: Mrkdwn[] }
  | { readonly type: 'context'; readonly elements: Mrkdwn[] };

/** The message in our form. */
export interface SlackAttachment {
  readonly color: string;
  readonly fallback: string;
  readonly blocks: SlackBlock[];
}

/** Body of a request to an incoming webhook. */
export interface SlackPayload {
  readonly text: string;
  readonly unfurl_links: false;
  readonly unfurl_media: false;
  readonly attachments?: SlackAttachment[];
  readonly channel?: string;
  readonly username?: string;
  readonly icon_emoji?: string;
  readonly icon_url?: string;
}

/** The message as Slack shows it: a headline that makes sense on a locked phone, and the evidence beside a bar in its colour. */
export function slackPayload(
  message: Message,
  config: SlackConfig,
  rendering = new Rendering(message, new Date(message.at)),
): SlackPayload {
  const severity = severityOf(leadAlert(message.alerts)?.labels['severity']);
  const told = slackText(headline(message), HEADLINE);
  return {
    ...slackFrame(config, rendering),
    text: [told, ...slackMentions(message, config)].join(' '),
    attachments: [
      {
        color: rendering.text('color', config.color) || colourOf(message.status, severity),
        fallback: told,
        blocks: blocksOf(message),
      },
    ],
  };
}

/** What is sent when Slack refuses the full form: an alert without decoration is better than none. */
export function reducedSlackPayload(
  message: Message,
  config: SlackConfig,
  rendering = new Rendering(message, new Date(message.at)),
): SlackPayload {
  const link = slackLink(consolePage(message), 'Open');
  const text = [
    slackText(headline(message), HEADLINE),
    ...slackMentions(message, config),
    `${link} (shortened: Slack refused the full form)`,
  ];
  return { ...slackFrame(config, rendering), text: text.join(' ') };
}

/** What only webhooks of the old kind heed; those of an app ignore it. */
export function slackFrame(
  config: SlackConfig,
  rendering: Rendering,
): Omit<SlackPayload, 'text' | 'attachments'> {
  const names = ['channel', 'username', 'icon_emoji', 'icon_url'] as const;
  const given = names.flatMap((name) => {
    const standard = name === 'channel' ? undefined : `slack.default.${name.replace('_', '')}`;
    const text = rendering.text(name, rendering.written(config[name], standard));
    return text ? [[name, text]] : [];
  });
  return {
    unfurl_links: false,
    unfurl_media: false,
    ...Object.fromEntries(given),
  };
}

/** People are called once, when something new and serious fires; repeats and good news do not call them. */
export function slackMentions(message: Message, config: SlackConfig): readonly string[] {
  const isNew = ['first', 'new_alerts', 'escalated'].includes(message.reason);
  const severity = severityOf(leadAlert(message.alerts)?.labels['severity']);
  const serious = severity === 'critical' || severity === 'error';
  return message.status === 'firing' && isNew && serious ? config.mentions.map(slackMention) : [];
}

function blocksOf(message: Message): SlackBlock[] {
  const lead = leadAlert(message.alerts);
  const single = message.alerts.length === 1 && message.truncatedAlerts === 0 ? lead : undefined;
  const spoken = single ?? (lead && { ...lead, annotations: message.commonAnnotations, evidence: undefined });
  const sentences =
    spoken && (message.status === 'firing' || message.reason === 'late')
      ? sentencesOf(spoken).join('\n')
      : '';
  const facts = single ? factsOf(single, message).slice(0, FIELDS) : [];
  return [
    ...(sentences === '' ? [] : [section(slackText(sentences, BODY))]),
    ...(single ? [] : [section(listOf(message))]),
    ...(facts.length === 0
      ? []
      : [
          {
            type: 'section' as const,
            fields: facts.map(({ name, value }) => mrkdwn(`*${name}*\n${slackText(value, FIELD)}`)),
          },
        ]),
    { type: 'context', elements: [mrkdwn(footer(message))] },
  ];
}

/** The first alerts, one a line, and how many there are besides. */
function listOf(message: Message): string {
  const lines = listedAlerts(message, LINES).map(
    (alert) => `• ${slackText(alertLine(alert, message), LINE)}`,
  );
  const more = message.alerts.length + message.truncatedAlerts - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n') || 'no alert is listed';
}

function footer(message: Message): string {
  const id = `\`${message.groupId.slice(0, 6)}\``;
  const links = linksOf(leadAlert(message.alerts), message).map(({ text, url }) => slackLink(url, text));
  let room = LINKS;
  const fitting = links.filter((link) => (room -= link.length + 3) >= 0);
  return [...fitting, slackText(oneLine(message.receiver), 80), id].join(' · ');
}

function section(text: string): SlackBlock {
  return { type: 'section', text: mrkdwn(text) };
}

function mrkdwn(text: string): Mrkdwn {
  return { type: 'mrkdwn', text, verbatim: true };
}
