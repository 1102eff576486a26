import { expect, test } from 'vitest'

import { findFreeRanges } from './free-ranges.ts'

const HEAD = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n'
const ROUTE_TO = (destination: string, mask: string): string =>
  `eth0\t${destination}\t00000000\t0001\t0\t0\t0\t${mask}\t0\t0\t0  \n`

test('all are free where the machine leads nowhere near them', () => {
  const routes = `${HEAD}${ROUTE_TO('00000000', '00000000')}${ROUTE_TO('004DA8C0', '00FFFFFF')}`
  const ranges = findFreeRanges(routes)
  expect([ranges.length, ranges[0], ranges.at(-1)]).toEqual([
    256,
    '10.210.0.0/24',
    '10.210.255.0/24',
  ])
})

test('what a route leads to is not taken, be it narrower or wider', () => {
  // 10.210.0.0/24, 10.210.1.7/32, 10.210.128.0/17.
  const routes = [
    ['0000D20A', '00FFFFFF'],
    ['0701D20A', 'FFFFFFFF'],
    ['0080D20A', '0080FFFF'],
  ].map(([destination = '', mask = '']) => ROUTE_TO(destination, mask))
  const ranges = findFreeRanges(`${HEAD}${routes.join('')}`)
  expect([ranges.length, ranges[0], ranges.at(-1)]).toEqual([
    126,
    '10.210.2.0/24',
    '10.210.127.0/24',
  ])
})

test('none is free behind a VPN to all of 10.0.0.0/8, and all behind one to everything', () => {
  expect(findFreeRanges(`${HEAD}${ROUTE_TO('0000000A', '000000FF')}`)).toEqual([])
  expect(findFreeRanges(`${HEAD}${ROUTE_TO('00000000', '00000080')}`)).toHaveLength(256)
})
