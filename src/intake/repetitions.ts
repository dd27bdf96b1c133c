import type { Alert } from '../alerts/alert.js';
import type { Prolongation } from '../alerts/write-alerts.store.js';
import { isRepetition, type KnownAlert, knownOf } from './known-alert.js';
import type { PostedAlert } from './posted-alert.js';

/** The new end of an alert that was posted again unchanged. */
export interface Repetition extends Prolongation {
  readonly posted: PostedAlert;
}

/** What this process knows of received alerts, and the ends that were told and are not stored yet. */
export class Repetitions {
  private readonly known = new Map<string, KnownAlert>();
  private noted = new Map<string, Repetition>();

  /** Takes the post if it only repeats what is known; false: it must be received in full. */
  note(fingerprint: string, posted: PostedAlert, now: Date): boolean {
    const known = this.known.get(fingerprint);
    if (!isRepetition(known, posted, now)) return false;
    this.known.set(fingerprint, { ...known, endsAt: posted.endsAt.getTime() });
    const { episode } = known;
    this.noted.set(fingerprint, { fingerprint, episode, endsAt: posted.endsAt, receivedAt: now, posted });
    return true;
  }

  /** What is stored of an alert now. An end that waited to be stored is stored with it, or overtaken. */
  remember(fingerprint: string, alert: Alert | undefined): void {
    const known = alert && knownOf(alert);
    if (known) this.known.set(fingerprint, known);
    else this.known.delete(fingerprint);
    this.noted.delete(fingerprint);
  }

  /** The alert is not what it was thought to be. */
  forget(fingerprint: string): void {
    this.known.delete(fingerprint);
  }

  /** The ends that wait, which then no longer do; and what ended long ago is forgotten. */
  take(now: Date): readonly Repetition[] {
    const taken = [...this.noted.values()];
    this.noted = new Map();
    for (const [key, { endsAt }] of this.known) if (endsAt < now.getTime()) this.known.delete(key);
    return taken;
  }

  /** They could not be stored: they wait again, unless a newer one does. */
  putBack(taken: readonly Repetition[]): void {
    for (const one of taken) if (!this.noted.has(one.fingerprint)) this.noted.set(one.fingerprint, one);
  }
}
