const REASONS: Readonly<Record<string, string>> = {
  first: 'first notification',
  new_alerts: 'new alerts added',
  escalated: 'alerts got worse',
  all_resolved: 'all alerts resolved',
  some_resolved: 'some alerts resolved',
  repeat: 'repeat interval elapsed',
  late: 'told late',
};

/** Why a message is sent, in Alertmanager's words: its `notification_reason`. */
export function reasonText(reason: string): string {
  return REASONS[reason] ?? reason;
}

/** The name of a receiver quoted for use as a regular expression, as Alertmanager hands it out. */
export function quotedReceiver(receiver: string): string {
  return receiver.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
