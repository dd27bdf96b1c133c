import type { InboxMessage } from '../inbox.js';

/** An entry of Retune's journal, as its API gives it. */
export interface JournalLine {
  readonly id: number;
  readonly at: string;
  readonly kind: string;
  readonly summary: string;
  readonly reason?: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What a stage waits for, in words. */
export const STAGES = {
  healthy: 'the model serves and its accuracy is judged good',
  errors: 'IrisErrorRate is firing',
  pending: 'IrisAccuracyLow is pending',
  firing: 'IrisAccuracyLow is firing',
  drift: 'the drift rule sees the shift',
  slack: 'Slack is told',
  email: 'a mail arrives',
  pagerduty: 'PagerDuty is triggered',
  blocked: 'it is decided not to retrain on bad data',
  slack_held: 'Slack hears why nothing is retrained',
  email_held: 'a mail says why nothing is retrained',
  decided: 'a retraining is decided',
  dispatched: 'the pipeline takes the order',
  trained: 'the pipeline has trained and deployed',
  serving: 'the new version is seen in traffic',
  resolved: 'IrisAccuracyLow is resolved',
  slack_resolved: 'Slack hears that it is over',
  email_resolved: 'a mail says that it is over',
  pagerduty_resolved: 'PagerDuty is resolved',
  verified: 'live metrics prove the new version better',
  not_improved: 'live metrics show that the new version is no better',
  escalated: 'PagerDuty hears that retraining did not help',
  circuit_open: 'it is decided not to retrain again',
} as const;
export type Stage = keyof typeof STAGES;

const ALERT = 'IrisAccuracyLow';

/** The stages that a journal entry completes. */
export function stagesOfEntry(entry: JournalLine): readonly Stage[] {
  const { details } = entry;
  const labels = (details['labels'] ?? {}) as Readonly<Record<string, string>>;
  if (entry.kind === 'transition' && labels['alertname'] === ALERT) {
    const to = details['to'];
    return to === 'pending' || to === 'firing' || to === 'resolved' ? [to] : [];
  }
  if (entry.kind === 'transition' && details['to'] === 'firing') {
    if (labels['alertname'] === 'IrisInputDrift') return ['drift'];
    if (labels['alertname'] === 'IrisErrorRate') return ['errors'];
  }
  if (entry.kind === 'decision' && details['decision'] === 'dispatch') return ['decided'];
  if (entry.kind === 'decision' && (entry.reason === 'blocked' || entry.reason === 'circuit_open'))
    return [entry.reason];
  if (entry.kind !== 'run') return [];
  switch (details['state']) {
    case 'dispatched':
    case 'running':
      return ['dispatched'];
    case 'succeeded':
      return ['dispatched', 'trained'];
    case 'soaking':
      return ['serving'];
    case 'verified':
    case 'not_improved':
      return [details['state']];
    default:
      return [];
  }
}

/** What a run's entry says when it is in one of these states: the story cannot go on. */
export function deadEnd(entry: JournalLine, states: readonly string[]): string | undefined {
  return entry.kind === 'run' && states.includes(String(entry.details['state'])) ? entry.summary : undefined;
}

/** A message in one line, and the stage it completes. */
export function readMessage(message: InboxMessage): { readonly line: string; readonly stage?: Stage } {
  switch (message.channel) {
    case 'slack': {
      const { text = '' } = message.body as { text?: string };
      return { line: text, ...stageOf('slack', text, /resolved after|back/) };
    }
    case 'email':
      return { line: message.subject, ...stageOf('email', message.subject, /resolved/i) };
    case 'pagerduty': {
      const body = message.body as {
        event_action?: string;
        payload?: { summary?: string };
        dedup_key?: string;
      };
      const text = `${body.event_action} ${body.payload?.summary ?? body.dedup_key?.slice(0, 12) ?? ''}`;
      const over = body.event_action === 'resolve';
      const escalated = /Retraining .* ended/.test(text);
      return { line: text, stage: escalated ? 'escalated' : over ? 'pagerduty_resolved' : 'pagerduty' };
    }
  }
}

function stageOf(channel: 'slack' | 'email', text: string, over: RegExp): { readonly stage?: Stage } {
  if (/RetrainingHeld|is not retrained/.test(text)) return { stage: `${channel}_held` };
  if (!/accuracy/i.test(text)) return {};
  return { stage: over.test(text) ? `${channel}_resolved` : channel };
}
