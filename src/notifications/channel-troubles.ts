import { ALERT_NAME } from '../alerts/labels.js';
import type { OwnAlert, RaisedAlert } from '../alerts/raise-alert.js';
import type { DeliveryResult } from './channels/channel.js';
import type { Delivery } from './delivery.store.js';

/** The source of alerts about targets. */
export const CHANNEL_SOURCE = 'notifications';

/** The alert that tells people, by their other channels, that one of them fails. */
export const DELIVERY_FAILED_ALERT = 'RetuneDeliveryFailed';

/** The alert that tells people that a template of a receiver fails, and that they get our words instead. */
export const TEMPLATE_FAILED_ALERT = 'RetuneTemplateFailed';

/** What an attempt says about its target. `failing`: nothing gets through. Templates are known to work or not only once something did. */
export function channelTroubles(
  delivery: Delivery,
  result: DeliveryResult,
  failing: boolean,
): readonly OwnAlert[] {
  const failed = { raised: failedAlert(delivery, result), fires: failing };
  if (result.outcome !== 'delivered') return [failed];
  const faults = result.templateFaults ?? [];
  return [failed, { raised: templateAlert(delivery, faults), fires: faults.length > 0 }];
}

function failedAlert(delivery: Delivery, result: DeliveryResult): RaisedAlert {
  const detail = 'detail' in result ? `${result.reason}: ${result.detail}` : '';
  const names = new Set(
    delivery.message.alerts.map((alert) => alert.labels[ALERT_NAME] ?? alert.fingerprint),
  );
  return about(delivery, DELIVERY_FAILED_ALERT, 'critical', {
    summary: `Notifications to ${delivery.channel} are not getting through`,
    description: `${detail}. Untold so far: ${[...names].slice(0, 10).join(', ')}.`,
  });
}

function templateAlert(delivery: Delivery, faults: readonly string[]): RaisedAlert {
  return about(delivery, TEMPLATE_FAILED_ALERT, 'warning', {
    summary: `A template of ${delivery.channel} fails; its messages go out in Retune's own words`,
    description: faults.slice(0, 5).join('\n').slice(0, 2000),
  });
}

function about(
  delivery: Delivery,
  name: string,
  severity: string,
  annotations: RaisedAlert['annotations'],
): RaisedAlert {
  const { channel, receiver } = delivery;
  return {
    source: CHANNEL_SOURCE,
    labels: { [ALERT_NAME]: name, channel, failed_receiver: receiver, severity },
    annotations,
  };
}
