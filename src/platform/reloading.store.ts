import { Injectable } from '@nestjs/common';

/** How a reload went; a refused one leaves the running configuration in force. */
export type ReloadResult =
  | { readonly ok: true; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly errors: readonly string[] };

/** The running configuration, as far as the API tells of it. */
export interface ConfigurationStatus {
  readonly configHash: string;
  readonly loadedAt: string;
  readonly lastReload: { readonly at: string; readonly result: ReloadResult } | null;
}

/** Reloading, seen from whoever asks for it: the composition root provides it. */
@Injectable()
export abstract class Reloading {
  abstract reload(): Promise<ReloadResult>;
  abstract status(): ConfigurationStatus;
}
