import type { RawScores } from '@nexqloud/ledger'

/** Returns scores in words; `nothing` where all are 0. */
export function showScores(scores: RawScores, nothing: string): string {
  if (isNothing(scores)) return nothing
  const { cpu, memoryScore, storageScore, gpu, isp } = scores
  return `CPU ${cpu}, memory ${memoryScore}, storage ${storageScore}, GPU ${gpu}, ISP ${isp}`
}

/** Whether all scores are 0: nothing was measured, or nothing answered. */
export function isNothing({ cpu, memoryScore, storageScore, gpu, isp }: RawScores): boolean {
  return cpu + memoryScore + storageScore + gpu + isp === 0
}
