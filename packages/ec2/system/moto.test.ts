import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'

import { openMotoServer, type MotoServer } from '../test/lab/moto-server.ts'
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

/** So many of the 462 pass so far; 25 more skip themselves where there is a server. */
const PASSING = 310

test('of the cases that call only what is served most pass, and none finds a fault of ours', async () => {
  const outcomes = await run(read('core89.json'))
  const passed = [...outcomes.values()].filter((outcome) => outcome === 'passed')
  expect(server.faults).toEqual([])
  expect(passed.length).toBeGreaterThanOrEqual(PASSING)
})
