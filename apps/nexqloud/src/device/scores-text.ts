import type { RawScores } from '@nexqloud/ledger'

/** What each score is called among people. */
export const scoreNames: Readonly<Record<keyof RawScores, string>> = {
  cpu: 'CPU',
  memoryScore: 'memory',
  storageScore: 'storage',
  gpu: 'GPU',
  isp: 'line',
}

/** The scores, in the order in which they are told. */
export const scoreCategories = Object.keys(scoreNames) as (keyof RawScores)[]

/** Returns scores in words; `nothing` where all are 0. */
export function showScores(scores: RawScores, nothing: string): string {
  if (isNothing(scores)) return nothing
  return scoreCategories.map((category) => `${scoreNames[category]} ${scores[category]}`).join(', ')
}

/** What counts of a device of which nothing was measured, or that did not answer. */
export const noScores: RawScores = { cpu: 0, memoryScore: 0, storageScore: 0, gpu: 0, isp: 0 }

/** Whether all scores are 0: nothing was measured, or nothing answered. */
export function isNothing({ cpu, memoryScore, storageScore, gpu, isp }: RawScores): boolean {
  return cpu + memoryScore + storageScore + gpu + isp === 0
}
