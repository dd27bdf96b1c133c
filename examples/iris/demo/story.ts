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

/** The steps of the loop, in the order in which they are waited for. */
export const STAGES = [
  ['healthy', 'the model serves and its accuracy is judged good'],
  ['pending', 'IrisAccuracyLow is pending'],
  ['firing', 'IrisAccuracyLow is firing'],
  ['drift', 'the drift rule sees the shift'],
  ['slack', 'Slack is told'],
  ['email', 'a mail arrives'],
  ['pagerduty', 'PagerDuty is triggered'],
  ['decided', 'a retraining is decided'],
  ['dispatched', 'the pipeline takes the order'],
  ['trained', 'the pipeline has trained and deployed'],
  ['serving', 'the new version is seen in traffic'],
  ['resolved', 'IrisAccuracyLow is resolved'],
  ['slack_resolved', 'Slack hears that it is over'],
  ['email_resolved', 'a mail says that it is over'],
  ['pagerduty_resolved', 'PagerDuty is resolved'],
  ['verified', 'live metrics prove the new version better'],
] as const;
export type Stage = (typeof STAGES)[number][0];

const ALERT = 'IrisAccuracyLow';

/** The stages that a journal entry completes. */
export function stagesOfEntry(entry: JournalLine): readonly Stage[] {
  const { details } = entry;
  const labels = (details['labels'] ?? {}) as Readonly<Record<string, string>>;
  if (entry.kind === 'transition' && labels['alertname'] === ALERT) {
    const to = details['to'];
    return to === 'pending' || to === 'firing' || to === 'resolved' ? [to] : [];
  }
  if (entry.kind === 'transition' && labels['alertname'] === 'IrisInputDrift' && details['to'] === 'firing') {
    return ['drift'];
  }
  if (entry.kind === 'decision' && details['decision'] === 'dispatch') return ['decided'];
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
      return ['verified'];
    default:
      return [];
  }
}

/** Ends of a run from which this loop cannot close any more. */
export function deadEnd(entry: JournalLine): string | undefined {
  const state = String(entry.details['state']);
  const bad = ['failed', 'timed_out', 'lost', 'cancelled', 'not_improved', 'regressed', 'unverifiable'];
  return entry.kind === 'run' && bad.includes(state) ? entry.summary : undefined;
}

/** A message in one line, and the stage it completes when it is about the accuracy. */
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
      return { line: text, stage: over ? 'pagerduty_resolved' : 'pagerduty' };
    }
  }
}

function stageOf(channel: 'slack' | 'email', text: string, over: RegExp): { readonly stage?: Stage } {
  if (!/accuracy/i.test(text)) return {};
  return { stage: over.test(text) ? `${channel}_resolved` : channel };
}
