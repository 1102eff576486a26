import { expect, test } from 'vitest'

import { isOfTraffic, isPortPassed } from './passage.ts'

const cidr = '0.0.0.0/0'

test.each([
  [{}, { protocol: 47 }, true],
  [{ protocol: 6 }, { protocol: 6, port: 80 }, true],
  [{ protocol: 6 }, { protocol: 17, port: 80 }, false],
  [{ protocol: 6, from: 80, to: 90 }, { protocol: 6, port: 80 }, true],
  [{ protocol: 6, from: 80, to: 90 }, { protocol: 6, port: 90 }, true],
  [{ protocol: 6, from: 80, to: 90 }, { protocol: 6, port: 91 }, false],
  [{ protocol: 6, from: 80, to: 90 }, { protocol: 6 }, false],
  [{ protocol: 1, from: 8 }, { protocol: 1, port: 8, code: 3 }, true],
  [{ protocol: 1, from: 8, to: 0 }, { protocol: 1, port: 8, code: 3 }, false],
  [{ protocol: 1, from: 3, to: 9 }, { protocol: 1, port: 4, code: 9 }, false],
])('a passage of %o is for a packet of %o: %s', (passage, packet, isFor) => {
  expect(isOfTraffic(passage, packet)).toBe(isFor)
})

test('a port is passed where one passage is for it', () => {
  const passages = [
    { protocol: 17, cidr },
    { protocol: 6, from: 80, to: 80, cidr },
  ]
  const isPassed = (port: number): boolean => isPortPassed(passages, { protocol: 6, port })
  expect([isPassed(80), isPassed(81)]).toEqual([true, false])
})
