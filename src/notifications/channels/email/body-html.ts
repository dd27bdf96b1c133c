import type { Message, MessageAlert } from '../../message.js';
import { alertLine, factsOf, listedAlerts, sentencesOf } from '../evidence-text.js';
import { firedFor, headline, measured, resolvedStatement, subjectOf } from '../headline.js';
import { formatSpan } from '../format-value.js';
import { consolePage, linksOf } from '../links.js';
import { fit, oneLine } from '../plain-text.js';
import { colourOf, inkOf, leadAlert, severityOf } from '../severity.js';
import { ALERTS_LISTED, SENTENCE } from './body-text.js';
import { html } from './html.js';
import type { Html } from './html.js';
import { STYLE, STYLES } from './styles.js';

/** The HTML of a mail: one column of at most 600 px, styles inline, nothing loaded from anywhere, readable in the dark. */
export function emailHtml(message: Message): string {
  const lead = leadAlert(message.alerts);
  const colour = inkOf(message.status, severityOf(lead?.labels['severity']));
  const single = message.alerts.length === 1 && message.truncatedAlerts === 0 ? lead : undefined;
  const about =
    lead && (message.status === 'firing' || message.reason === 'late')
      ? sentencesOf(single ?? { ...lead, annotations: message.commonAnnotations })
      : [];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>${headline(message)}</title>
        ${STYLE}
      </head>
      <body class="page" style="${STYLES.page}">
        <div style="${STYLES.preheader}">${headline(message)}</div>
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
          <tr>
            <td align="center" style="padding:24px 12px">
              <table
                role="presentation"
                class="card"
                width="600"
                cellpadding="0"
                cellspacing="0"
                border="0"
                style="${STYLES.card}"
              >
                <tr>
                  <td
                    style="height:6px;line-height:6px;font-size:0;background:${colour};border-radius:10px 10px 0 0"
                  >
                    &nbsp;
                  </td>
                </tr>
                <tr>
                  <td class="pad" style="padding:26px 32px 30px">
                    ${headOf(message, lead, colour)}
                    ${about.map((sentence) => html`<p class="text" style="${STYLES.text};white-space:pre-line">${fit(sentence, SENTENCE)}</p>`)}
                    ${single ? factTable(single, message) : alertList(message)} ${linkRow(message, lead)}
                  </td>
                </tr>
              </table>
              <table
                role="presentation"
                class="foot"
                width="600"
                cellpadding="0"
                cellspacing="0"
                border="0"
                style="${STYLES.foot}"
              >
                <tr>
                  <td class="faint" style="${STYLES.footText}">
                    Sent by Retune to receiver ${oneLine(message.receiver)} ·
                    ${message.groupId.slice(0, 6)}<br />${fit(oneLine(message.groupKey), 300)}
                  </td>
                </tr>
              </table>
            </td>
          </tr>
        </table>
      </body>
    </html> `.text;
}

/** State, subject and the number that matters, in that order. */
function headOf(message: Message, lead: MessageAlert | undefined, colour: string): Html {
  const firing = message.alerts.filter((alert) => alert.status === 'firing').length;
  const words = [
    message.status,
    lead?.labels['severity'],
    lead?.labels['env'] ?? lead?.labels['environment'],
  ];
  const others = message.alerts.length - 1 + message.truncatedAlerts;
  return html`<div style="${STYLES.state}">
      <span style="${STYLES.badge};background:${colour}">${words.filter(Boolean).join(' · ')}</span>
    </div>
    <div class="title" style="${STYLES.title}">${lead ? subjectOf(lead) : message.receiver}</div>
    ${lead && numberOf(lead, message, colour)}
    ${others > 0 && html`<p class="text" style="${STYLES.text}">${firing} of ${message.alerts.length + message.truncatedAlerts} alerts firing.</p>`}`;
}

function numberOf(lead: MessageAlert, message: Message, colour: string): Html | undefined {
  if (lead.status === 'resolved') {
    const told = lead.late ? `${resolvedStatement(lead, message.at)}.` : undefined;
    if (told) return html`<p class="text" style="${STYLES.text}">${told}</p>`;
    return html`<p class="text" style="${STYLES.text}">
      Resolved after ${formatSpan(firedFor(lead, message.at))}.
    </p>`;
  }
  const number = measured(lead);
  if (!number) return undefined;
  return html`<div style="margin:10px 0 14px">
    <span class="number" style="${STYLES.number};color:${colour}">${number.value}</span>${
      number.limit !== undefined &&
      html`<span class="faint" style="${STYLES.limit}">&nbsp; limit ${number.limit}</span>`
    }
  </div>`;
}

function factTable(alert: MessageAlert, message: Message): Html {
  const rows = factsOf(alert, message).map(
    ({ name, value }) =>
      html`<tr>
        <td class="faint line" valign="top" style="${STYLES.factName}">${name}</td>
        <td class="strong line" valign="top" style="${STYLES.factValue}">${fit(value, 300)}</td>
      </tr>`,
  );
  return table(rows);
}

function table(rows: readonly Html[]): Html {
  return html`<table
    role="presentation"
    width="100%"
    cellpadding="0"
    cellspacing="0"
    border="0"
    style="margin:18px 0 0"
  >
    ${rows}
  </table>`;
}

function alertList(message: Message): Html {
  const rows = listedAlerts(message, ALERTS_LISTED).map(
    (alert) =>
      html`<tr>
        <td class="line" valign="top" width="14" style="${STYLES.dotCell}">
          <span
            style="${STYLES.dot};background:${colourOf(alert.status, severityOf(alert.labels['severity']))}"
          ></span>
        </td>
        <td class="strong line" valign="top" style="${STYLES.alert}">
          ${fit(alertLine(alert, message), 300)}
        </td>
      </tr>`,
  );
  const more = message.alerts.length + message.truncatedAlerts - rows.length;
  return html`${table(rows)} ${more > 0 && html`<p class="faint" style="${STYLES.text}">and ${more} more</p>`}`;
}

function linkRow(message: Message, lead: MessageAlert | undefined): Html {
  const others = linksOf(lead, message).filter(({ text }) => text !== 'Open');
  return html`<div style="margin:26px 0 0">
    <a class="button" href="${consolePage(message)}" style="${STYLES.button}">Open in Retune</a>${others.map(
      ({ text, url }) => html`<a class="link" href="${url}" style="${STYLES.link}">${text}</a>`,
    )}
  </div>`;
}
