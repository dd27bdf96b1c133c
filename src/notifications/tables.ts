import type { Generated } from 'kysely';
import type { Evidence } from '../alerts/alert.js';
import type { Labels } from '../alerts/labels.js';
import type { Message } from './message.js';

/** Where a delivery stands; the last three are ends. */
export type DeliveryState = 'queued' | 'sending' | 'retrying' | 'delivered' | 'superseded' | 'dead';

/** Rows of `notification_groups`. */
export interface GroupTable {
  id: string;
  route_id: string;
  receiver: string;
  display_key: string;
  group_labels: Labels;
  next_flush_at: Date;
  flushed_at: Date | null;
}

/** Rows of `group_alerts`. */
export interface GroupAlertTable {
  group_id: string;
  source: string;
  fingerprint: string;
  episode: string;
  status: 'firing' | 'resolved';
  labels: Labels;
  annotations: Labels;
  value: number | null;
  evidence: Evidence | null;
  generator_url: string | null;
  starts_at: Date;
  ends_at: Date | null;
  transition_id: number;
  hushed: Generated<boolean>;
  untold: Generated<number>;
}

/** Rows of `notification_log`. */
export interface NotificationLogTable {
  group_id: string;
  channel: string;
  receiver: string;
  firing: string[];
  resolved: string[];
  open: Generated<string[]>;
  escalated: Generated<string[]>;
  reason: string;
  delivery_id: string;
  notified_at: Date;
  expires_at: Date;
}

/** Rows of `deliveries`. */
export interface DeliveryTable {
  seq: Generated<number>;
  id: string;
  group_id: string;
  channel: string;
  channel_type: string;
  receiver: string;
  order_key: string;
  status: 'firing' | 'resolved';
  state: DeliveryState;
  message: Message;
  attempts: number;
  created_at: Date;
  enqueued_at: Date | null;
  next_attempt_at: Date | null;
  claimed_until: Date | null;
  finished_at: Date | null;
  outcome: string | null;
  reason: string | null;
  detail: string | null;
  external_id: string | null;
  only_if_late: Generated<boolean>;
}

/** The tables of this folder. */
export interface NotificationTables {
  notification_groups: GroupTable;
  group_alerts: GroupAlertTable;
  notification_log: NotificationLogTable;
  deliveries: DeliveryTable;
}
