import { expect, test } from 'vitest'

import { portsOf } from './ports.ts'

test('networks beside one another have neither a port nor a range of addresses in common', () => {
  const networks = [undefined, 20_000, 20_010, 30_500, 30_510].map(portsOf)
  const ports = networks.flatMap((each) => Object.values(each).filter((part) => part !== each.pool))
  expect(new Set(ports).size).toBe(ports.length)
  expect(new Set(networks.map(({ pool }) => pool)).size).toBe(networks.length)
})
