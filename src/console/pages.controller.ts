import { Controller, Get, Header, Param, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ApiGuard } from '../access/api.guard.js';
import { MODEL_NAME } from '../alerts/labels.js';
import { AlertStore } from '../alerts/alert.store.js';
import { JournalStore } from '../journal/journal.store.js';
import { Platform } from '../platform/platform.module.js';
import { AlertExplainer } from '../notifications/alert-explainer.store.js';
import { alertListPage, alertPage, goneAlertPage, PAGE_STYLE } from './alert-page.js';
import { UUID } from './uuid.js';

const HTML = 'text/html; charset=utf-8';
const POLICY =
  "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The pages that links in messages lead to. They only show; nothing changes by opening one. */
@ApiExcludeController()
@UseGuards(ApiGuard)
@Controller()
export class PagesController {
  constructor(
    private readonly alerts: AlertStore,
    private readonly journal: JournalStore,
    private readonly explainer: AlertExplainer,
    private readonly platform: Platform,
  ) {}

  @Get('alerts')
  @Header('Content-Type', HTML)
  @Header('Content-Security-Policy', POLICY)
  async list(): Promise<string> {
    const open = await this.alerts.list(['firing', 'pending'], 1000, this.platform.database.db);
    return alertListPage(open, this.platform.clock.now());
  }

  @Get('alerts/:episode')
  @Header('Content-Type', HTML)
  @Header('Content-Security-Policy', POLICY)
  async show(
    @Param('episode') episode: string,
    @Res({ passthrough: true }) response: { status(code: number): unknown },
  ): Promise<string> {
    const { db } = this.platform.database;
    const alert = UUID.test(episode) ? await this.alerts.ofEpisode(episode, db) : undefined;
    if (!alert) {
      response.status(404);
      return goneAlertPage();
    }
    // What is being done stands with the model: who was told, what was decided, how the run fares.
    const model = alert.labels[MODEL_NAME];
    const filter = model ? { model } : { fingerprint: alert.fingerprint };
    const timeline = await this.journal.list({ ...filter, limit: 100 }, db);
    const now = this.platform.clock.now();
    const groups = await this.explainer.explain(alert, now, db);
    return alertPage(alert, { timeline, groups }, now);
  }

  @Get('pages.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  @Header('Cache-Control', 'max-age=3600')
  style(): string {
    return PAGE_STYLE;
  }
}
