import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { Routing } from '../notifications/routing-table.store.js';
import { Receivers } from '../notifications/receiver.schema.js';
import { compileRoutes } from '../routing/compile-routes.js';
import { compileInhibitRules } from '../routing/inhibition.js';
import { compileTimeIntervals } from '../routing/mute-timing.js';
import { InhibitRules, RouteTree, TimeIntervals } from '../routing/route.schema.js';
import { writeConfiguration } from './write-configuration.js';

const ROUTING: Routing = {
  route: compileRoutes(
    RouteTree.parse({
      receiver: 'all',
      group_by: ['...'],
      group_wait: '10s',
      routes: [
        {
          receiver: 'ml',
          matchers: ['team="ml"', 'model_name=~"iris|wine"'],
          continue: true,
          mute_time_intervals: ['night'],
          routes: [{ match: { severity: 'page' }, active_time_intervals: ['night'], group_interval: '1h' }],
        },
      ],
    }),
  ),
  receivers: Receivers.parse([
    {
      name: 'all',
      webhook_configs: [
        { url: 'https://user:hidden@hook.example/hidden', send_resolved: false, max_alerts: 7 },
      ],
    },
    {
      name: 'ml',
      slack_configs: [
        {
          api_url: 'https://hooks.slack.com/services/hidden',
          channel: '#ml',
          title: '{{ .Status }}',
          fields: [{ title: 'a', value: '{{ .Receiver }}' }],
        },
      ],
      pagerduty_configs: [{ routing_key: 'hidden0123456789hidden0123456789' }],
      email_configs: [
        {
          to: 'a@example.org',
          auth_username: 'u',
          auth_password: 'hidden',
          headers: { Subject: '{{ .Status }}' },
        },
      ],
    },
  ]),
  inhibitRules: compileInhibitRules(
    InhibitRules.parse([{ source_match: { a: 'x' }, target_matchers: ['b!~"y"'], equal: ['team', 'zone'] }]),
  ),
  timeIntervals: compileTimeIntervals(
    TimeIntervals.parse([
      {
        name: 'night',
        time_intervals: [
          {
            times: [{ start_time: '22:00', end_time: '24:00' }],
            weekdays: ['monday:friday', 'sunday'],
            days_of_month: ['1:5', '-3:-1'],
            months: ['january:march', 'may'],
            years: ['2026:2028'],
            location: 'Europe/Berlin',
          },
        ],
      },
    ]),
  ),
  channelDefaults: {
    pagerdutyUrl: 'https://events.pagerduty.com/v2/enqueue',
    smtp: { requireTls: true, from: 'x@example.org', smarthost: 'smtp.example.org:587' },
  },
  externalUrl: 'http://retune.example',
  resolveTimeoutMs: 300_000,
};

describe('the routing in force as an alertmanager.yml', () => {
  const text = writeConfiguration(ROUTING);
  const written = parse(text) as Record<string, never>;

  it('says the same, with what is inherited written out', () => {
    expect(written).toEqual({
      global: { resolve_timeout: '5m' },
      route: {
        receiver: 'all',
        group_by: ['...'],
        continue: false,
        group_wait: '10s',
        group_interval: '5m',
        repeat_interval: '4h',
        routes: [
          {
            receiver: 'ml',
            group_by: ['...'],
            matchers: ['model_name=~"iris|wine"', 'team="ml"'],
            mute_time_intervals: ['night'],
            continue: true,
            group_wait: '10s',
            group_interval: '5m',
            repeat_interval: '4h',
            routes: [
              {
                receiver: 'ml',
                group_by: ['...'],
                matchers: ['severity="page"'],
                active_time_intervals: ['night'],
                continue: false,
                group_wait: '10s',
                group_interval: '1h',
                repeat_interval: '4h',
              },
            ],
          },
        ],
      },
      inhibit_rules: [{ source_matchers: ['a="x"'], target_matchers: ['b!~"y"'], equal: ['team', 'zone'] }],
      receivers: [
        { name: 'all', webhook_configs: [{ send_resolved: false, url: '<secret>', max_alerts: 7 }] },
        {
          name: 'ml',
          slack_configs: [
            {
              send_resolved: false,
              api_url: '<secret>',
              channel: '#ml',
              title: '{{ .Status }}',
              short_fields: false,
              fields: [{ title: 'a', value: '{{ .Receiver }}' }],
            },
          ],
          email_configs: [
            {
              send_resolved: false,
              to: 'a@example.org',
              from: 'x@example.org',
              smarthost: 'smtp.example.org:587',
              headers: { Subject: '{{ .Status }}' },
            },
          ],
          pagerduty_configs: [{ send_resolved: true, routing_key: '<secret>' }],
        },
      ],
      time_intervals: [
        {
          name: 'night',
          time_intervals: [
            {
              times: [{ start_time: '22:00', end_time: '24:00' }],
              weekdays: ['monday:friday', 'sunday'],
              days_of_month: ['1:5', '-3:-1'],
              months: ['1:3', '5'],
              years: ['2026:2028'],
              location: 'Europe/Berlin',
            },
          ],
        },
      ],
      templates: [],
    });
  });

  it('is read back as the same routes, inhibitions and intervals', () => {
    const again: Routing = {
      ...ROUTING,
      route: compileRoutes(RouteTree.parse(written['route'])),
      inhibitRules: compileInhibitRules(InhibitRules.parse(written['inhibit_rules'])),
      timeIntervals: compileTimeIntervals(TimeIntervals.parse(written['time_intervals'])),
    };
    expect(writeConfiguration(again)).toBe(text);
  });

  it('holds no secret', () => {
    expect(text).not.toContain('hidden');
  });

  it('is whole without a route too', () => {
    const none = { ...ROUTING, route: undefined, receivers: [], inhibitRules: [], timeIntervals: new Map() };
    expect(parse(writeConfiguration(none))).toEqual({
      global: { resolve_timeout: '5m' },
      route: { receiver: 'nobody' },
      receivers: [{ name: 'nobody' }],
      templates: [],
    });
  });
});
