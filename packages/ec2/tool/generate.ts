/** Writes `src/generated` and the page of actions: `node tool/generate.ts`. A test holds them to the client packages that the lock file names. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describeActions } from './describe-actions.ts'
import { dumpModel } from './dump-model.ts'
import { services } from './services.ts'

/** Where they lie. */
const folder = join(import.meta.dirname, '../src/generated')

/** Which actions there are, for people. */
const page = join(import.meta.dirname, '../ACTIONS.md')

/** Returns what each has to hold. */
function generatedTexts(): readonly (readonly [file: string, text: string])[] {
  const models = Object.entries(services).map(
    ([name, { client, ...wanted }]) =>
      [join(folder, `${name}.json`), `${JSON.stringify(dumpModel(client, wanted))}\n`] as const,
  )
  return [...models, [page, describeActions()]]
}

/** Returns those that are not what they should be. */
export function staleFiles(): readonly string[] {
  return generatedTexts()
    .filter(([file, text]) => readFileSync(file, 'utf8') !== text)
    .map(([file]) => file)
}

if (import.meta.main) {
  for (const [file, text] of generatedTexts()) writeFileSync(file, text)
}
