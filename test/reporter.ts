import { writeFileSync } from 'node:fs'

import type { Reporter, TestCase, TestModule } from 'vitest/node'

/**
 * Returns a reporter that writes what `./nexqloud test` counts into `file`: `{ passed, failures, skips }`, each failure
 * with its message and each skip with its reason, which the built-in JSON report leaves out.
 */
export function createTallyReporter(file: string): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const cases = modules.flatMap((module) => [...module.children.allTests()])
      const tally = {
        passed: cases.filter((test) => test.result().state === 'passed').length,
        failures: [
          ...cases.flatMap(failuresOf),
          ...modules.flatMap(brokenModules),
          ...unhandledErrors.map(({ message }) => ({ name: 'unhandled error', message })),
        ],
        skips: cases.flatMap(skipsOf),
      }
      writeFileSync(file, JSON.stringify(tally))
    },
  }
}

function failuresOf(test: TestCase) {
  const result = test.result()
  if (result.state === 'passed' || result.state === 'skipped') return []
  return [
    { name: nameOf(test), message: messageOf(result.errors ?? []) || 'The test did not end.' },
  ]
}

function skipsOf(test: TestCase) {
  const result = test.result()
  if (result.state !== 'skipped') return []
  return [{ name: nameOf(test), reason: result.note ?? '' }]
}

/** A module that failed to load has no tests to blame. */
function brokenModules(module: TestModule) {
  const errors = module.errors()
  return errors.length === 0 ? [] : [{ name: module.relativeModuleId, message: messageOf(errors) }]
}

function nameOf(test: TestCase): string {
  return `${test.module.relativeModuleId} › ${test.fullName}`
}

function messageOf(errors: readonly { readonly message: string }[]): string {
  return errors.map(({ message }) => message).join('\n')
}
