/** What processes cost, read from Linux' /proc: CPU seconds and resident memory. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const PAGE = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }));

/** The fields after the command's name in /proc/PID/stat; undefined when there is no such process any more. */
function stat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
  } catch {
    return undefined;
  }
}

/** The process ids of everything that `pid` started and that still runs. */
export function descendants(pid) {
  const parents = new Map();
  for (const name of readdirSync('/proc')) {
    const fields = /^\d+$/.test(name) ? stat(name) : undefined;
    if (fields) parents.set(Number(name), fields[1]);
  }
  const found = new Set([pid]);
  for (let grew = true; grew;) {
    grew = false;
    for (const [child, parent] of parents) {
      if (!found.has(parent) || found.has(child)) continue;
      found.add(child);
      grew = true;
    }
  }
  found.delete(pid);
  return [...found];
}

/** CPU seconds a process has used, and with `reaped` those of its children that have ended, too. */
export function cpuSeconds(pid, { reaped = false } = {}) {
  const fields = stat(pid);
  if (!fields) return 0;
  const [user, system, childUser, childSystem] = fields.slice(11, 15);
  return (user + system + (reaped ? childUser + childSystem : 0)) / TICKS;
}

/** CPU seconds of everything below a process. */
export function cpuSecondsBelow(pid) {
  return descendants(pid).reduce((sum, child) => sum + cpuSeconds(child, { reaped: true }), 0);
}

/** Resident memory of one process in MB. */
export function residentMegabytes(pid) {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE) / 1e6;
  } catch {
    return Number.NaN;
  }
}

/** The most memory a process has had resident, in MB; NaN when it is gone. */
export function peakMegabytes(pid) {
  try {
    return (
      (Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024) / 1e6
    );
  } catch {
    return Number.NaN;
  }
}

/** The middle of some numbers; NaN of none. */
export function median(values) {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The q-quantile of some numbers by nearest rank. */
export function quantile(values, q) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

/** Sum of the samples of a metric in a Prometheus exposition whose labels contain `having`. */
export function sumOf(exposition, name, having = '') {
  let sum = 0;
  for (const line of exposition.split('\n')) {
    if (!line.startsWith(name) || !/^[{ ]/.test(line.slice(name.length)) || !line.includes(having)) continue;
    sum += Number(line.slice(line.lastIndexOf(' ') + 1));
  }
  return sum;
}

/** Memory of everything below a process in MB, shared pages divided among those who share them. */
export function proportionalMegabytesBelow(pid) {
  return descendants(pid).reduce((sum, child) => {
    try {
      return (
        sum +
        Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child}/smaps_rollup`, 'utf8'))?.[1]) / 1000
      );
    } catch {
      return sum;
    }
  }, 0);
}
