/**
 * Edit distance between two words: inserted, lost, changed and swapped neighbouring letters count one each
 * (optimal string alignment).
 */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let best = Math.min(
        (last[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (last[column - 1] as number) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) best = Math.min(best, (beforeLast[column - 2] as number) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] as number;
}

/** The form in which two names count as the same slip: letter case and the kind of dash do not matter. */
const fold = (word: string): string => word.toLowerCase().replaceAll(/[-_ ]/g, '_');

/** The candidate that a mistyped `word` was most likely meant to be: at most a third of its letters off. The first wins a tie. */
export function closestName(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let closest: string | undefined;
  let least = limit + 1;
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) >= least) continue;
    const distance = editDistance(fold(word), fold(candidate));
    // A word of one or two letters shares nothing with its neighbours but length.
    if (distance < least && distance < Math.max(word.length, candidate.length) - 1) {
      closest = candidate;
      least = distance;
    }
  }
  return closest;
}

/** The end of an error message: `, did you mean "labels"?`, or nothing when no candidate comes close. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const closest = closestName(word, candidates);
  return closest === undefined ? '' : `, did you mean ${JSON.stringify(closest)}?`;
}
