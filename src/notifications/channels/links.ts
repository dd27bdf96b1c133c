import type { Message, MessageAlert } from '../message.js';
import { linkTarget } from './plain-text.js';

/** A place to go on reading; `url` is absolute and http or https. */
export interface Link {
  readonly text: string;
  readonly url: string;
}

/** The page of this message in the web console: of its one alert, or of its group. */
export function consolePage(message: Message): string {
  const base = message.externalUrl.replace(/\/+$/, '');
  const [only, ...others] = message.alerts;
  return only && others.length === 0
    ? `${base}/alerts/${encodeURIComponent(only.episode)}`
    : `${base}/alerts?group=${encodeURIComponent(message.groupId)}`;
}

/** Where to go from an alert: console, runbook, dashboard, query. Annotations are untrusted; only web addresses pass. */
export function linksOf(alert: MessageAlert | undefined, message: Message): readonly Link[] {
  const annotations = { ...message.commonAnnotations, ...alert?.annotations };
  const candidates: readonly (readonly [string, string | undefined])[] = [
    ['Open', consolePage(message)],
    ['Runbook', annotations['runbook_url'] ?? annotations['runbook']],
    ['Dashboard', annotations['dashboard_url'] ?? annotations['dashboard']],
    ['Query', alert?.generatorUrl],
  ];
  return candidates.flatMap(([text, address]) => {
    const url = linkTarget(address);
    return url === undefined ? [] : [{ text, url }];
  });
}
