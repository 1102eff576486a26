/** How much of something is taken: so many at once, and so many a second in the long run. */
export type BucketSize = { readonly most: number; readonly perSecond: number }

/** Returns whether one more may be taken now, and takes it. */
export function createBucket(
  { most, perSecond }: BucketSize,
  steadyMs: () => number,
): () => boolean {
  let left = most
  let filledMs = steadyMs()
  return () => {
    const nowMs = steadyMs()
    left = Math.min(most, left + ((nowMs - filledMs) / 1000) * perSecond)
    filledMs = nowMs
    if (left < 1) return false
    left -= 1
    return true
  }
}
