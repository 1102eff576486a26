import fc from 'fast-check'
import { expect, test } from 'vitest'

import { RpcVersionError } from './errors.ts'
import { agreeOnVersion, parseHello, type RpcHello } from './hello.ts'

test('two ends agree on the newest version that both speak, or both refuse', () => {
  const range = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.nat({ max: 5 }))
    .map(([least, more]) => helloOf(least, least + more))
  fc.assert(
    fc.property(range, range, (a, b) => {
      const common = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14].filter((version) =>
        [a, b].every(({ least, most }) => version >= least && version <= most),
      )
      for (const [ours, theirs] of [
        [a, b],
        [b, a],
      ] as const) {
        if (common.length > 0) expect(agreeOnVersion(ours, theirs)).toBe(common.at(-1))
        else expect(() => agreeOnVersion(ours, theirs)).toThrow(RpcVersionError)
      }
    }),
  )
})

test('a refusal names both versions, and which end is to be updated', () => {
  const [old, current] = [helloOf(1, 2, '0.3.1'), helloOf(4, 4, '1.0.0')]
  expect(() => agreeOnVersion(old, current)).toThrowErrorMatchingInlineSnapshot(
    `[RpcVersionError: This end (0.3.1) speaks agent versions 1 to 2; the other end (1.0.0) speaks version 4.]`,
  )
  expect(hintOf(old, current)).toBe('Update this end.')
  expect(hintOf(current, old)).toBe('Update the other end.')
})

test('the other end is told in words of its own place', () => {
  const [old, current] = [helloOf(1, 2, '0.3.1'), helloOf(4, 4, '1.0.0')]
  expect(failureOf(current, old)?.told).toBe(
    'This end (0.3.1) speaks agent versions 1 to 2; the other end (1.0.0) speaks version 4. Update this end.',
  )
})

test('another protocol is refused by its name', () => {
  const other = { ...helloOf(1, 1), protocol: 'shell' }
  expect(() => agreeOnVersion(helloOf(1, 1), other)).toThrowErrorMatchingInlineSnapshot(
    `[RpcVersionError: This end speaks agent; the other end speaks shell.]`,
  )
})

test.each(['', '{', '{}', '{"protocol":"agent","least":0,"most":1,"software":""}', '[]'])(
  'the first line %j is refused',
  (line) => {
    expect(() => parseHello(line)).toThrow(/A line is not JSON|names no protocol and versions/)
  },
)

test('a newer end may say more of itself', () => {
  expect(parseHello(JSON.stringify({ ...helloOf(1, 2), features: [] }))).toEqual(helloOf(1, 2))
})

function helloOf(least: number, most: number, software = '0.1.0'): RpcHello {
  return { protocol: 'agent', least, most, software }
}

const hintOf = (ours: RpcHello, theirs: RpcHello) => failureOf(ours, theirs)?.hint

function failureOf(ours: RpcHello, theirs: RpcHello): RpcVersionError | undefined {
  try {
    agreeOnVersion(ours, theirs)
  } catch (error) {
    if (error instanceof RpcVersionError) return error
  }
  return undefined
}
