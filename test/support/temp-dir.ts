import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onCleanup } from './cleanup.js';

/** A new empty folder, removed after the tests of the file. Its path is short enough for a Unix socket inside. */
export function tempDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'retune-'));
  onCleanup(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
