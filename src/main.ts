import { runService } from './run-service.js';
import { loadSettings } from './settings/load-settings.store.js';

await runService({
  load: () => loadSettings(process.env, process.cwd()),
  announce: ({ address }) => process.stdout.write(`Retune is listening on ${address}\n`),
});
