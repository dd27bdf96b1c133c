import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Alert } from './alert.js';
import { fingerprint } from './fingerprint.js';
import {
  type AlertStep,
  type AlertTimings,
  endAlert,
  episodeId,
  type Sighting,
  stepAlert,
} from './step-alert.js';

const MINUTE = 60_000;
const T0 = new Date('2026-03-10T12:00:00Z');
const at = (minutes: number): Date => new Date(T0.getTime() + minutes * MINUTE);
const labels = { alertname: 'Low', model_name: 'iris' };
const identity = { source: 'iris.yml;iris;0;Low', fingerprint: fingerprint(labels) };

const see = (verdict: Sighting['verdict'], value: number | null = 1): Sighting => ({
  verdict,
  labels,
  annotations: { summary: `value ${value}` },
  value,
});
const timings = (forMinutes: number, keepMinutes = 0): AlertTimings => ({
  forMs: forMinutes * MINUTE,
  keepFiringForMs: keepMinutes * MINUTE,
});

/** Steps once a minute, beginning at T0. */
function run(verdicts: readonly Sighting['verdict'][], given: AlertTimings): readonly AlertStep[] {
  const steps: AlertStep[] = [];
  verdicts.forEach((verdict, minute) => {
    steps.push(stepAlert(steps.at(-1)?.alert, see(verdict, minute), identity, given, at(minute)));
  });
  return steps;
}

const LETTERS: Readonly<Record<string, Sighting['verdict']>> = {
  B: 'breached',
  c: 'clear',
  g: 'gone',
  '?': 'unknown',
};
const verdictsOf = (text: string): Sighting['verdict'][] =>
  text.split('').map((letter) => LETTERS[letter] as Sighting['verdict']);

describe('an alert, evaluated once a minute', () => {
  it.each<[sentence: string, verdicts: string, timings: AlertTimings, told: readonly string[]]>([
    ['stays inactive while nothing is wrong', 'ccc', timings(2), []],
    ['fires at once without for', 'B', timings(0), ['0 inactive→firing condition_met']],
    [
      'waits out its for, and fires at the slot that completes it',
      'BBBB',
      timings(2),
      ['0 inactive→pending condition_met', '2 pending→firing held_for'],
    ],
    [
      'waits from anew when the condition clears in between',
      'BcBBB',
      timings(2),
      [
        '0 inactive→pending condition_met',
        '1 pending→inactive condition_cleared',
        '2 inactive→pending condition_met',
        '4 pending→firing held_for',
      ],
    ],
    [
      'is dropped while pending when its series end',
      'Bg',
      timings(2),
      ['0 inactive→pending condition_met', '1 pending→inactive series_gone'],
    ],
    [
      'keeps waiting while nothing can be said, and that time counts',
      'B??B',
      timings(3),
      ['0 inactive→pending condition_met', '3 pending→firing held_for'],
    ],
    [
      'does not fire on nothing: time alone never completes a for',
      'B????',
      timings(2),
      ['0 inactive→pending condition_met'],
    ],
    [
      'resolves at the first clear',
      'BBc',
      timings(0),
      ['0 inactive→firing condition_met', '2 firing→resolved condition_cleared'],
    ],
    [
      'resolves when its series end',
      'Bg',
      timings(0),
      ['0 inactive→firing condition_met', '1 firing→resolved series_gone'],
    ],
    ['does not resolve while nothing can be said', 'B?????', timings(0), ['0 inactive→firing condition_met']],
    [
      'resolves once',
      'Bccgc',
      timings(0),
      ['0 inactive→firing condition_met', '1 firing→resolved condition_cleared'],
    ],
    [
      'stays for keep_firing_for, counted from the first clear',
      'Bccccc',
      timings(0, 3),
      ['0 inactive→firing condition_met', '4 firing→resolved kept_firing_elapsed'],
    ],
    [
      'counts keep_firing_for anew when the condition returned in between',
      'BccBcccc',
      timings(0, 3),
      ['0 inactive→firing condition_met', '7 firing→resolved kept_firing_elapsed'],
    ],
    [
      'keeps counting keep_firing_for while nothing can be said',
      'Bc?c',
      timings(0, 2),
      ['0 inactive→firing condition_met', '3 firing→resolved kept_firing_elapsed'],
    ],
    [
      'has no use for keep_firing_for while pending',
      'Bc',
      timings(5, 3),
      ['0 inactive→pending condition_met', '1 pending→inactive condition_cleared'],
    ],
    [
      'fires a second time',
      'BcB',
      timings(0),
      [
        '0 inactive→firing condition_met',
        '1 firing→resolved condition_cleared',
        '2 inactive→firing condition_met',
      ],
    ],
  ])('%s', (_sentence, verdicts, given, told) => {
    const steps = run(verdictsOf(verdicts), given);
    const transitions = steps.flatMap(({ transition: moved }, minute) =>
      moved ? [`${minute} ${moved.from}→${moved.to} ${moved.reason}`] : [],
    );
    expect(transitions).toEqual(told);
    expect(steps.flatMap(({ transition }) => transition?.at ?? [])).toEqual(
      told.map((text) => at(Number.parseInt(text, 10))),
    );
  });
});

describe('what an alert shows', () => {
  it('is the latest value, annotations and evidence, with the first activeAt', () => {
    const first = stepAlert(
      undefined,
      { ...see('breached', 5), evidence: { measure: 'x', value: 5, threshold: 3 }, generatorUrl: 'http://a' },
      identity,
      timings(5),
      at(0),
    ).alert as Alert;
    expect(first).toMatchObject({ state: 'pending', value: 5, activeAt: at(0), evaluatedAt: at(0) });
    expect(first.firedAt).toBeUndefined();
    const next = stepAlert(first, see('breached', 7), identity, timings(5), at(5)).alert;
    expect(next).toMatchObject({
      state: 'firing',
      value: 7,
      annotations: { summary: 'value 7' },
      activeAt: at(0),
      firedAt: at(5),
      evaluatedAt: at(5),
    });
  });

  it('is nothing of an earlier look that the latest one does not confirm', () => {
    const first = stepAlert(
      undefined,
      { ...see('breached', 5), evidence: { measure: 'x', value: 5, threshold: 3 }, generatorUrl: 'http://a' },
      identity,
      timings(0),
      at(0),
    ).alert;
    const next = stepAlert(first, see('breached', 7), identity, timings(0), at(1)).alert;
    expect(next?.evidence).toBeUndefined();
    expect(next?.generatorUrl).toBeUndefined();
  });

  it('stays as it was last seen breached when it resolves', () => {
    const steps = run(verdictsOf('BBc'), timings(0));
    expect(steps[2]?.alert).toMatchObject({ state: 'resolved', value: 1, resolvedAt: at(2), firedAt: at(0) });
  });

  it('is the very same alert while nothing can be said', () => {
    const steps = run(verdictsOf('B?'), timings(0));
    expect(steps[1]?.alert).toBe(steps[0]?.alert);
  });

  it('forgets when it began to clear once the condition returns', () => {
    const steps = run(verdictsOf('BcB'), timings(0, 5));
    expect(steps[1]?.alert?.keepFiringSince).toEqual(at(1));
    expect(steps[2]?.alert).not.toHaveProperty('keepFiringSince');
  });
});

describe('an alert whose rule is reloaded with another for', () => {
  const firing = run(verdictsOf('BB'), timings(1)).at(-1)?.alert as Alert;
  const reloaded = (text: string, forMinutes: number, keepMinutes = 0): readonly AlertStep[] => {
    const steps: AlertStep[] = [{ alert: firing }];
    verdictsOf(text).forEach((verdict, minute) => {
      const given = timings(forMinutes, keepMinutes);
      steps.push(stepAlert(steps.at(-1)?.alert, see(verdict), identity, given, at(2 + minute)));
    });
    return steps.slice(1);
  };
  it.each<[sentence: string, verdicts: string, forMinutes: number, keepMinutes: number, told: string[]]>([
    [
      'waits for the rest of a longer one, and fires again',
      'BBBB',
      4,
      0,
      ['2 firing→pending for_raised', '4 pending→firing held_for'],
    ],
    ['goes on firing when it has held for that long already', 'BB', 2, 0, []],
    ['goes on firing with a shorter one', 'BB', 0, 0, []],
    ['stays as it is while nothing can be said', '??', 10, 0, []],
    ['resolves when it clears', 'c', 10, 0, ['2 firing→resolved condition_cleared']],
    [
      'is not kept firing when it clears',
      'cc',
      10,
      5,
      ['2 firing→pending for_raised', '3 pending→inactive condition_cleared'],
    ],
  ])('%s', (_, verdicts, forMinutes, keepMinutes, told) => {
    expect(
      reloaded(verdicts, forMinutes, keepMinutes).flatMap(({ transition }, minute) =>
        transition ? `${minute + 2} ${transition.from}→${transition.to} ${transition.reason}` : [],
      ),
    ).toEqual(told);
  });

  it('is the same episode, which has not fired', () => {
    const [step] = reloaded('B', 4);
    expect(step?.alert).toMatchObject({ state: 'pending', activeAt: at(0), episode: firing.episode });
    expect(step?.alert).not.toHaveProperty('firedAt');
    expect(reloaded('c', 10, 5)[0]?.alert).not.toHaveProperty('keepFiringSince');
  });
});

describe('the severity of an alert', () => {
  const as = (severity?: string): Sighting => ({
    ...see('breached'),
    labels: severity === undefined ? labels : { ...labels, severity },
  });
  it.each<[from: string | undefined, to: string | undefined, reason: string | undefined]>([
    ['warning', 'critical', 'escalated'],
    ['critical', 'warning', 'deescalated'],
    ['warning', 'warning', undefined],
    [undefined, 'warning', 'escalated'],
    ['critical', undefined, 'deescalated'],
  ])('from %s to %s while firing: %s', (from, to, reason) => {
    const firing = stepAlert(undefined, as(from), identity, timings(0), at(0)).alert;
    const step = stepAlert(firing, as(to), identity, timings(0), at(1));
    expect(step.transition?.reason).toBe(reason);
    expect(step.alert).toMatchObject({
      state: 'firing',
      labels: as(to).labels,
      activeAt: at(0),
      firedAt: at(0),
    });
    if (reason) expect(step.transition).toMatchObject({ from: 'firing', to: 'firing', at: at(1) });
  });
});

describe('an alert whose series are missing', () => {
  const patient = (keepMinutes = 0): AlertTimings => ({ ...timings(0, keepMinutes), goneAfter: 3 });
  it.each<[verdicts: string, keepMinutes: number, told: readonly string[]]>([
    ['Bgggg', 0, ['0 firing', '3 resolved']],
    ['BggBgg', 0, ['0 firing']],
    ['Bgg?g', 0, ['0 firing', '4 resolved']],
    ['Bggc', 0, ['0 firing', '3 resolved']],
    ['Bggggg', 2, ['0 firing', '5 resolved']],
  ])('%s, kept for %d min', (verdicts, keepMinutes, told) => {
    const steps = run(verdictsOf(verdicts), patient(keepMinutes));
    expect(
      steps.flatMap(({ transition: moved }, minute) => (moved ? [`${minute} ${moved.to}`] : [])),
    ).toEqual(told);
  });
});

describe('endAlert', () => {
  it('resolves a firing alert and leaves nothing of a pending one', () => {
    const [firing] = run(verdictsOf('B'), timings(0));
    const [pending] = run(verdictsOf('B'), timings(5));
    expect(endAlert(firing?.alert as Alert, 'limit_exceeded', at(1))).toMatchObject({
      alert: { state: 'resolved', resolvedAt: at(1) },
      transition: { from: 'firing', to: 'resolved', reason: 'limit_exceeded' },
    });
    expect(endAlert(pending?.alert as Alert, 'limit_exceeded', at(1))).toMatchObject({
      deleted: true,
      transition: { from: 'pending', to: 'inactive' },
    });
  });
});

describe('an episode', () => {
  it('is a UUID, the same for the same alert and start, another for any other', () => {
    const id = episodeId('a', 'f', at(0));
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(episodeId('a', 'f', at(0))).toBe(id);
    const others = [episodeId('b', 'f', at(0)), episodeId('a', 'g', at(0)), episodeId('a', 'f', at(1))];
    expect(new Set([id, ...others]).size).toBe(4);
  });
});

describe('over any sequence of evaluations', () => {
  const verdicts = fc.array(fc.constantFrom<Sighting['verdict']>('breached', 'clear', 'gone', 'unknown'), {
    maxLength: 40,
  });
  const anyTimings = fc.tuple(fc.nat(4), fc.nat(4)).map(([hold, keep]) => timings(hold, keep));

  it('transitions follow on each other, and the alert is what the last one says', () => {
    fc.assert(
      fc.property(verdicts, anyTimings, (sequence, given) => {
        let state = 'inactive';
        for (const { alert, transition } of run(sequence, given)) {
          // A resolved alert is no alert to the next one.
          if (transition) {
            expect(transition.from).toBe(state === 'resolved' ? 'inactive' : state);
            expect(transition.to).not.toBe(transition.from);
            state = transition.to;
          }
          expect(alert?.state ?? 'inactive').toBe(state);
        }
      }),
    );
  });

  it('fires only on a breach that has been seen for so long without a clear in between', () => {
    fc.assert(
      fc.property(verdicts, anyTimings, (sequence, given) => {
        run(sequence, given).forEach(({ transition }, minute) => {
          if (transition?.to !== 'firing') return;
          expect(sequence[minute]).toBe('breached');
          const start = minute - given.forMs / MINUTE;
          const span = sequence.slice(start, minute + 1);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(span).not.toContain('clear');
          expect(span).not.toContain('gone');
        });
      }),
    );
  });

  it('resolves only on a clear, and never while a breach is within keep_firing_for', () => {
    fc.assert(
      fc.property(verdicts, anyTimings, (sequence, given) => {
        run(sequence, given).forEach(({ transition }, minute) => {
          if (transition?.to !== 'resolved') return;
          expect(['clear', 'gone']).toContain(sequence[minute]);
          const kept = given.keepFiringForMs / MINUTE;
          expect(sequence.slice(minute - kept, minute + 1)).not.toContain('breached');
        });
      }),
    );
  });

  it('keeps one episode and one activeAt from the first breach to the end', () => {
    fc.assert(
      fc.property(verdicts, anyTimings, (sequence, given) => {
        let began: Alert | undefined;
        for (const { alert, transition } of run(sequence, given)) {
          if (transition?.from === 'inactive') {
            expect(alert?.episode).not.toBe(began?.episode);
            began = alert;
          }
          if (alert) expect([alert.episode, alert.activeAt]).toEqual([began?.episode, began?.activeAt]);
        }
      }),
    );
  });
});
