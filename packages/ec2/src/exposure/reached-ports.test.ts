import type { Passage } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { isLetThrough } from '../action/security-group/passage.ts'
import { reachedPorts } from './reached-ports.ts'

const tcp = (from: number, to: number): Passage => ({
  protocol: 6,
  from,
  to,
  cidr: '0.0.0.0/0',
})
const everything: Passage = {
  protocol: undefined,
  from: undefined,
  to: undefined,
  cidr: '0.0.0.0/0',
}

test('ports that rules name are listened on, each once', () => {
  expect(reachedPorts([tcp(80, 80), tcp(8000, 8002), tcp(80, 80)], [443])).toEqual([
    80, 8000, 8001, 8002,
  ])
})

test('of a wide rule those that the image serves are, and SSH’s', () => {
  expect(reachedPorts([everything], [443, 80])).toEqual([22, 80, 443])
  expect(reachedPorts([tcp(0, 65_535)], [])).toEqual([22])
  expect(reachedPorts([tcp(1024, 65_535)], [80, 8080])).toEqual([8080])
})

test('an image that says it serves every port, and groups that let all of them in, come to 64', () => {
  const every = Array.from({ length: 65_535 }, (_, index) => index + 1)
  const wide = Array.from({ length: 5000 }, () => tcp(1, 65_535))
  expect(reachedPorts(wide, every)).toHaveLength(64)
})

test('what is no TCP has no port', () => {
  expect(reachedPorts([{ ...everything, protocol: 17, from: 53, to: 53 }], [53])).toEqual([])
  expect(reachedPorts([{ ...everything, protocol: 1, from: 8, to: undefined }], [8])).toEqual([])
})

test('no port is listened on that no rule lets through, and never more than 64', () => {
  const port = fc.integer({ min: 0, max: 65_535 })
  const passage = fc
    .record({ protocol: fc.constantFrom(6, 17, undefined), one: port, other: port })
    .map(({ protocol, one, other }): Passage => {
      if (protocol === undefined) return everything
      return { ...tcp(Math.min(one, other), Math.max(one, other)), protocol }
    })
  fc.assert(
    fc.property(fc.array(passage, { maxLength: 6 }), fc.array(port), (ingress, served) => {
      const ports = reachedPorts(ingress, served)
      expect(ports.length).toBeLessThanOrEqual(64)
      for (const each of ports) {
        expect(isLetThrough(ingress, { protocol: 6, port: each, address: '192.0.2.1' })).toBe(true)
      }
    }),
  )
})
