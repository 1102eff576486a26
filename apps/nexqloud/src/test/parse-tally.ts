import { z } from 'zod'

import type { Failure, Skip, Tally } from './tally.ts'

const vitestTally = z.object({
  passed: z.int().nonnegative(),
  failures: z.array(z.object({ name: z.string(), message: z.string() })),
  skips: z.array(z.object({ name: z.string(), reason: z.string() })),
})

/** Returns the tally that the reporter of our test runner wrote (`test/reporter.ts`). */
export function parseVitestTally(text: string): Tally {
  return refuseSilentSkips(vitestTally.parse(JSON.parse(text)))
}

/** The part of `forge test --json` that counts: suite → test → result (forge 1.7). */
const forgeReport = z.record(
  z.string(),
  z.object({
    test_results: z.record(
      z.string(),
      z.object({
        status: z.enum(['Success', 'Failure', 'Skipped']),
        reason: z.string().nullish(),
        counterexample: z.unknown().optional(),
      }),
    ),
  }),
)

/** Returns the tally of what `forge test --json` printed; lines that a script or compiler printed before it are ignored. */
export function parseForgeTally(text: string): Tally {
  const document = text.split('\n').find((line) => line.startsWith('{'))
  if (document === undefined) return { passed: 0, failures: [noReport], skips: [] }
  const suites = Object.entries(forgeReport.parse(JSON.parse(document)))
  const tests = suites.flatMap(([suite, { test_results }]) =>
    Object.entries(test_results).map(([test, result]) => ({
      name: `${suite} › ${test}`,
      ...result,
    })),
  )
  return refuseSilentSkips({
    passed: tests.filter(({ status }) => status === 'Success').length,
    failures: tests
      .filter(({ status }) => status === 'Failure')
      .map(({ name, reason, counterexample }) => ({
        name,
        message: [reason ?? 'It reverted.', counterexample ? JSON.stringify(counterexample) : '']
          .filter(Boolean)
          .join('\n'),
      })),
    skips: tests
      .filter(({ status }) => status === 'Skipped')
      .map(({ name, reason }) => ({ name, reason: reason ?? '' })),
  })
}

const noReport: Failure = { name: 'forge test', message: 'It ended without a report.' }

/** A skip without a reason is a failure: nobody would know when it may run again. */
function refuseSilentSkips({ passed, failures, skips }: Tally): Tally {
  const isSilent = ({ reason }: Skip) => reason.trim() === ''
  return {
    passed,
    failures: [
      ...failures,
      ...skips
        .filter(isSilent)
        .map(({ name }) => ({ name, message: 'It is skipped without a reason.' })),
    ],
    skips: skips.filter((skip) => !isSilent(skip)),
  }
}
