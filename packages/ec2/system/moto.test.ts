import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'

import { openMotoServer, type MotoServer } from '../test/lab/moto-server.ts'
import { exceptions } from './moto/exceptions.ts'
import { bringPython } from './moto/python.ts'
import { runCases, type Outcome } from './moto/run-cases.ts'

/** moto's suite, which was written for another server, over objects in memory and machines that obey at once. */

const suite = join(import.meta.dirname, '../../../../shared/suites/ec2/moto')
const python = existsSync(suite)
  ? bringPython()
  : { missing: 'moto’s suite is not beside this repository' }

let server: MotoServer
let scratch: string

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'nexqloud-moto-'))
  server = await openMotoServer()
})
afterAll(async () => {
  await server?.close()
  if (scratch !== undefined) rmSync(scratch, { recursive: true })
})
beforeEach((context) => {
  if ('missing' in python) context.skip(python.missing)
})

function read(list: string): readonly string[] {
  return z.array(z.string()).parse(JSON.parse(readFileSync(join(suite, list), 'utf8')))
}

async function run(cases: readonly string[]): Promise<ReadonlyMap<string, Outcome>> {
  if ('missing' in python) throw new TypeError(python.missing)
  return runCases(cases, { python, suite, endpoint: server.url, scratch })
}

/** So many of the 462 pass, those aside that chance decides. */
const PASSING = 366
/** Cases that pass or fail by chance. */
const MOST_STRANGE = 3

test('of the cases that call only what is served those pass that AWS itself passes, and none finds a fault of ours', async () => {
  const cases = read('core89.json')
  const outcomes = await run(cases)
  const known = new Set(
    Object.values(exceptions)
      .flat()
      .map((name) => `tests/test_ec2/${name}`),
  )
  const named = (wanted: Outcome) =>
    [...outcomes].filter(([, outcome]) => outcome === wanted).map(([name]) => name)
  expect(server.faults).toEqual([])
  expect([...known].filter((name) => !cases.includes(name))).toEqual([])
  const strange = named('failed').filter((name) => !known.has(name))
  expect(strange.slice(MOST_STRANGE)).toEqual([])
  expect(named('passed').length).toBeGreaterThanOrEqual(PASSING)
})
