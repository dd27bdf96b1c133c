import { html } from './html.js';

const FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/** Inline styles by part: many mail programs drop a `<style>` element, so the mail must look right without it. */
export const STYLES = {
  page: `margin:0;padding:0;background:#f2f3f5;${FONT};-webkit-text-size-adjust:100%`,
  preheader: 'display:none;max-height:0;overflow:hidden;mso-hide:all',
  card: 'width:100%;max-width:600px;background:#ffffff;border-radius:10px;border:1px solid #e2e5ea',
  state: 'margin:0 0 12px',
  badge: `display:inline-block;padding:4px 10px;border-radius:99px;color:#ffffff;font-size:12px;line-height:16px;font-weight:600;letter-spacing:.04em;text-transform:uppercase`,
  title: 'font-size:22px;line-height:28px;font-weight:650;color:#16191f;word-break:break-word',
  number: 'font-size:40px;line-height:46px;font-weight:700',
  limit: 'font-size:16px;line-height:24px;color:#667085',
  text: 'margin:10px 0 0;font-size:15px;line-height:23px;color:#333a45;word-break:break-word',
  factName:
    'padding:8px 12px 8px 0;width:34%;font-size:13px;line-height:20px;color:#667085;border-top:1px solid #eceef2',
  factValue:
    'padding:8px 0;font-size:14px;line-height:20px;color:#16191f;border-top:1px solid #eceef2;word-break:break-word',
  dotCell: 'padding:14px 0 8px;line-height:8px;font-size:0;border-top:1px solid #eceef2',
  dot: 'display:inline-block;width:8px;height:8px;border-radius:8px',
  alert:
    'padding:8px 0 8px 8px;font-size:14px;line-height:20px;color:#16191f;border-top:1px solid #eceef2;word-break:break-word',
  button:
    'display:inline-block;margin:0 18px 8px 0;padding:10px 18px;border-radius:7px;background:#1d2939;color:#ffffff;font-size:14px;line-height:20px;font-weight:600;text-decoration:none',
  link: 'display:inline-block;margin:0 18px 8px 0;padding:10px 0;font-size:14px;line-height:20px;color:#2557c4;text-decoration:underline',
  foot: 'width:100%;max-width:600px',
  footText: 'padding:14px 32px 0;font-size:12px;line-height:18px;color:#7a8292;word-break:break-word',
} as const;

/** What inline styles cannot say: the dark side and narrow screens. */
export const STYLE = html`<style>
  @media (max-width: 480px) {
    .pad {
      padding: 22px 20px 24px !important;
    }
    .foot td {
      padding: 14px 20px 0 !important;
    }
  }
  @media (prefers-color-scheme: dark) {
    .page {
      background: #101318 !important;
    }
    .card {
      background: #1a1e25 !important;
      border-color: #2b313b !important;
    }
    .title,
    .strong {
      color: #f2f4f7 !important;
    }
    .text {
      color: #cdd3dc !important;
    }
    .faint {
      color: #98a2b3 !important;
    }
    .line {
      border-color: #2b313b !important;
    }
    .number {
      color: #ff8a80 !important;
    }
    .button {
      background: #e6e9ee !important;
      color: #16191f !important;
    }
    .link {
      color: #8fb4ff !important;
    }
  }
</style>`;
