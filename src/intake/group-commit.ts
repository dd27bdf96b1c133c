/**
 * Jobs that become one commit: while one is under way, whatever arrives waits and goes into the next one together. So the
 * price of a commit is paid once for all who wait, and nobody waits for company.
 */
export class GroupCommit<Job, Outcome> {
  private waiting: Waiting<Job, Outcome>[] = [];
  private running = false;

  /** `commit` takes all jobs or none, and gives back an outcome for each, in their order. At most `limit` jobs make one commit. */
  constructor(
    private readonly commit: (jobs: readonly Job[]) => Promise<readonly Outcome[]>,
    private readonly limit: number,
  ) {}

  /** Jobs that no commit has taken yet. */
  get pendingCount(): number {
    return this.waiting.length;
  }

  /** The job's outcome once it is committed; rejects with why it is not. */
  add(job: Job): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ job, resolve, reject });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) await this.take(this.waiting.splice(0, this.limit));
    this.running = false;
  }

  private async take(taken: readonly Waiting<Job, Outcome>[]): Promise<void> {
    try {
      const outcomes = await this.commit(taken.map(({ job }) => job));
      taken.forEach(({ resolve }, index) => resolve(outcomes[index] as Outcome));
    } catch (error) {
      // One job that cannot be committed must not take the others with it.
      if (taken.length === 1) taken[0]?.reject(error as Error);
      else for (const one of taken) await this.take([one]);
    }
  }
}

interface Waiting<Job, Outcome> {
  readonly job: Job;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}
