import { METHODS } from 'node:http'

import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { bringPrograms } from '../../engine/system/lab/packages.ts'
import { hostileRequests, randomRequests } from '../test/hostile-requests.ts'
import { startNginx } from '../test/nginx.ts'
import { readAsGateway, startReader, type Reader, type Reading } from '../test/readings.ts'

const noNginx = bringPrograms(['nginx'])
const readers = new Map<string, Reader>()
const closers: (() => Promise<void> | void)[] = []

beforeAll(async () => {
  const start = async (name: string, open?: Parameters<typeof startReader>[0]): Promise<void> => {
    const reader = await startReader(open)
    readers.set(name, reader)
    closers.unshift(reader.close)
  }
  await start('node')
  if (noNginx !== undefined) return
  await start('nginx', async (target) => {
    const nginx = await startNginx(target)
    closers.unshift(nginx.close)
    return nginx
  })
})

afterAll(async () => {
  for (const close of closers) await close()
})

test.each(hostileRequests.map((text) => [text]))('beside node:http: %j', (text) =>
  expectSame('node', text),
)

test('beside node:http, at random', () => expectSameAtRandom('node'))

describe('beside nginx', () => {
  beforeEach((context) => {
    if (noNginx !== undefined) context.skip(noNginx)
  })

  test.each(hostileRequests.map((text) => [text]))('%j', (text) => expectSame('nginx', text))

  test('at random', () => expectSameAtRandom('nginx'))
})

test('what both others refuse, we refuse', async () => {
  await fc.assert(
    fc.asyncProperty(randomRequests(), async (text) => {
      const bytes = Buffer.from(text, 'latin1')
      const { requests } = readAsGateway(bytes)
      if (requests.length === 0 || !isKnown(requests)) return
      const others = await Promise.all([...readers.values()].map((reader) => reader.read(bytes)))
      expect(Math.max(...others.map((readings) => readings.length))).toBeGreaterThan(0)
    }),
    { numRuns: 1000 },
  )
})

async function expectSameAtRandom(name: string): Promise<void> {
  await fc.assert(
    fc.asyncProperty(randomRequests(), (text) => expectSame(name, text)),
    { numRuns: 1000, examples: hostileRequests.map((text) => [text]) },
  )
}

/**
 * What we take for requests, the other one takes for the same ones, or refuses; where we see the end, it sees nothing after it. What we
 * pass on, it takes for exactly what we took it for, and nothing more: nobody smuggles.
 */
async function expectSame(name: string, text: string): Promise<void> {
  const reader = readers.get(name)
  if (reader === undefined) throw new Error(`${name} does not run.`)
  const bytes = Buffer.from(text, 'latin1')
  const own = readAsGateway(bytes)
  if (!isKnown(own.requests)) return
  const ours = own.requests.map(withoutPassed)
  const theirs = await reader.read(bytes)
  const inCommon = Math.min(ours.length, theirs.length)
  expect(theirs.slice(0, inCommon)).toEqual(ours.slice(0, inCommon))
  if (own.last === 'end') expect(theirs.length).toBeLessThanOrEqual(ours.length)
  const passed = await reader.read(Buffer.concat(own.requests.map((request) => request.passed)))
  expect(passed).toEqual(ours.slice(0, passed.length))
}

function withoutPassed({ method, target, body }: Reading): Reading {
  return { method, target, body }
}

/** Node knows a list of methods, and stands behind nginx, too. */
function isKnown(requests: readonly Reading[]): boolean {
  return requests.every(({ method }) => METHODS.includes(method))
}
