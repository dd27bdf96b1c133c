import type { PlannedQuery } from './plan-queries.js';

/** How long members of a shared query are asked by themselves before sharing is tried again; milliseconds. */
const APART_MS = 10 * 60_000;

/** Remembers which members of a query had better not share it, so that this is not found out anew at every slot. */
export class ApartMemory {
  private readonly known = new WeakMap<
    PlannedQuery,
    { readonly exprs: ReadonlySet<string>; readonly untilMs: number }
  >();

  /** The expressions to ask by themselves at a slot. */
  at(slot: Date, planned: PlannedQuery): ReadonlySet<string> {
    const known = this.known.get(planned);
    return known && slot.getTime() < known.untilMs ? known.exprs : new Set();
  }

  /** From this slot on, asks also these by themselves, for ten minutes. */
  part(slot: Date, planned: PlannedQuery, exprs: readonly string[]): void {
    this.known.set(planned, {
      exprs: new Set([...this.at(slot, planned), ...exprs]),
      untilMs: slot.getTime() + APART_MS,
    });
  }
}
