import { fit } from '../plain-text.js';

/** Slack's three control characters as entities; everything else is text. https://docs.slack.dev/messaging/formatting-message-text */
export function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Untrusted text, escaped, in at most `limit` characters as Slack counts them. */
export function slackText(text: string, limit: number): string {
  return fit(text, limit, escapeSlack);
}

/** `<url|text>`. The address is one that `linkTarget` passed. */
export function slackLink(url: string, text: string): string {
  const address = url.replaceAll('<', '%3C').replaceAll('>', '%3E').replaceAll('|', '%7C');
  return `<${escapeSlack(address)}|${escapeSlack(text.replaceAll('|', '¦'))}>`;
}

/** A mention that the operator configured: `here`, `channel`, a user id or a user group id. */
export function slackMention(id: string): string {
  if (id === 'here' || id === 'channel') return `<!${id}>`;
  return id.startsWith('S') ? `<!subteam^${id}>` : `<@${id}>`;
}
