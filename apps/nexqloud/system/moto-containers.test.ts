import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { runCases } from '../../../packages/ec2/system/moto/run-cases.ts'
import { readDoors } from '../src/endpoints.ts'
import { containerCases } from './container-cases.ts'
import { findEc2Obstacle, openEc2Lab, type Ec2Lab } from './ec2-lab.ts'
import { serveTenants, type Tenants } from './serve-tenants.ts'

/** Cases of moto's before a network whose containers run on a real Docker. */

const PORT_BASE = 31_650
const suite = join(import.meta.dirname, '../../../../shared/suites/ec2/moto')
const missing = existsSync(suite)
  ? await findEc2Obstacle()
  : 'moto’s suite is not beside this repository'

/** So many containers the cases have run, at least. */
const RAN = 40

let lab: Ec2Lab
let tenants: Tenants

beforeAll(async () => {
  if (missing !== undefined) return
  lab = await openEc2Lab(PORT_BASE)
  tenants = await serveTenants(lab)
})
afterAll(async () => {
  await tenants?.close()
  await lab?.close()
})
beforeEach((context) => {
  if (missing !== undefined) context.skip(missing)
})

test('cases of instances, addresses, volumes, groups and keys pass on real containers, and what they launch runs', async () => {
  const cases = Object.entries(containerCases).flatMap(([file, names]) =>
    names.map((name) => `tests/test_ec2/${file}::${name}`),
  )
  const scratch = mkdtempSync(join(lab.folder, 'moto-'))
  const { ec2: endpoint = '' } = await readDoors(lab.data)
  const ran = join(scratch, 'ran')
  const outcomes = await runCases(cases, {
    python: lab.python,
    suite,
    endpoint,
    scratch,
    plugins: ['container_cases'],
    env: {
      CASES_IMAGE: lab.image,
      CASES_TENANTS: tenants.url,
      CASES_RAN: ran,
      MOTO_CALL_RESET_API: 'false',
    },
  })
  const others = cases.filter((name) => outcomes.get(name) !== 'passed')
  expect(others).toEqual([])
  expect(readFileSync(ran, 'utf8').trim().split('\n').length).toBeGreaterThanOrEqual(RAN)
})
