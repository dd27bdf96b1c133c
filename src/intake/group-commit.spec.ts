import { describe, expect, it } from '@jest/globals';
import { GroupCommit } from './group-commit.js';

/** Commits that end when the test says so. */
function commits(limit = 100) {
  const begun: (readonly string[])[] = [];
  let end: ((error?: Error) => void) | undefined;
  const group = new GroupCommit<string, string>((jobs) => {
    begun.push(jobs);
    return new Promise((done, fail) => {
      end = (error) => (error ? fail(error) : done(jobs.map((job) => job.toUpperCase())));
    });
  }, limit);
  const finish = async (error?: Error): Promise<void> => {
    end?.(error);
    await new Promise(setImmediate);
  };
  return { group, begun, finish };
}

describe('a group commit', () => {
  it('begins at once, and takes together what arrives meanwhile', async () => {
    const { group, begun, finish } = commits();
    const all = Promise.all(['a', 'b', 'c'].map((job) => group.add(job)));
    expect([begun, group.pendingCount]).toEqual([[['a']], 2]);
    await finish();
    expect(begun).toEqual([['a'], ['b', 'c']]);
    await finish();
    expect(await all).toEqual(['A', 'B', 'C']);
  });

  it('takes no more than its limit', async () => {
    const { group, begun, finish } = commits(2);
    const all = Promise.all(['a', 'b', 'c', 'd'].map((job) => group.add(job)));
    for (let commit = 0; commit < 3; commit += 1) await finish();
    expect(begun).toEqual([['a'], ['b', 'c'], ['d']]);
    expect(await all).toEqual(['A', 'B', 'C', 'D']);
  });

  it('tries each by itself when they cannot be committed together', async () => {
    const { group, begun, finish } = commits();
    const all = Promise.allSettled(['a', 'bad', 'c'].map((job) => group.add(job)));
    await finish();
    await finish(new Error('cannot be stored'));
    await finish(new Error('cannot be stored'));
    await finish();
    expect(begun).toEqual([['a'], ['bad', 'c'], ['bad'], ['c']]);
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('begins again after a quiet time', async () => {
    const { group, begun, finish } = commits();
    const first = group.add('a');
    await finish();
    await first;
    void group.add('b');
    expect(begun).toEqual([['a'], ['b']]);
  });
});
