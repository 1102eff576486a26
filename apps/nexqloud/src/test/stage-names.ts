/** The stages of `./nexqloud test`, in the order in which they run; help tells them without loading what they run. */
export const stageNames = [
  'setup',
  'types',
  'lint',
  'format',
  'unused',
  'contracts',
  'unit',
  'release',
  'system',
] as const
