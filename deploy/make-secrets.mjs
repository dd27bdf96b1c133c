/**
 * Writes the secrets of docker-compose.yml into deploy/secrets/, each into a file of its own, at random. Files that are
 * there stay as they are, so it can be run again. Uses nothing but Node's own modules.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Secrets by file name. `of` reads one that stands further up in the list. */
export const SECRETS = {
  postgres_password: () => randomText(),
  database_url: (of) => `postgresql://retune:${of('postgres_password')}@postgres:5432/retune`,
  retune_api_token: () => randomText(),
  retune_webhook_token: () => randomText(),
  iris_training: () => `whsec_${randomBytes(32).toString('base64')}`,
  grafana_admin_password: () => randomText(),
};

/** Writes what is missing into `folder`; returns the names of the files it wrote. */
export function makeSecrets(folder) {
  mkdirSync(folder, { recursive: true });
  // The folder keeps other users of this machine out. The files themselves must be readable, because they are mounted
  // as they are, and each container runs as a user of its own.
  chmodSync(folder, 0o700);
  const path = (name) => join(folder, name);
  const missing = Object.keys(SECRETS).filter((name) => !existsSync(path(name)));
  for (const name of missing) {
    const text = SECRETS[name]((other) => readFileSync(path(other), 'utf8').trim());
    writeFileSync(path(name), `${text}\n`, { mode: 0o444 });
  }
  return missing;
}

// Letters, digits, - and _ only: it stands in a URL.
function randomText() {
  return randomBytes(24).toString('base64url');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = fileURLToPath(new URL('secrets/', import.meta.url));
  const written = makeSecrets(folder);
  const result =
    written.length === 0 ? 'All secrets are there.' : `Written to ${folder}: ${written.join(', ')}`;
  process.stdout.write(`${result}\n`);
}
