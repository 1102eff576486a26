import fc from 'fast-check'
import { expect, test } from 'vitest'

import { formatFlowRules } from './flow-rules.ts'

test('reads as it is reviewed', () => {
  const { chain, shut } = formatFlowRules('device', ['web', 'mute'])
  expect(`${chain}${shut}`).toMatchInlineSnapshot(`
    "  chain tenant_flows {
        type filter hook prerouting priority raw; policy accept;
        iifname "tn263a4*" ct original zone set ether saddr map { 4a:5e:57:f6:eb:2f : 41813, a6:aa:1b:97:90:74 : 49986 }
      }
        oifname "tn263a4*" ct original zone != { 0, 41813, 49986 } drop
    "
  `)
})

test('where nobody is, what comes for anybody is dropped', () => {
  const { chain, shut } = formatFlowRules('device', [])
  expect(chain).not.toContain('zone')
  expect(shut).toContain('zone != { 0 } drop')
})

test('whoever there is has a zone that is not shut, and whose number the kernel takes', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), (containers) => {
      const { chain, shut } = formatFlowRules('device', containers)
      const given = [...chain.matchAll(/[0-9a-f:]{17} : (\d+)/g)].map(([, zone]) => Number(zone))
      const [, listed = ''] = /zone != \{ ([\d, ]+) \} drop/.exec(shut) ?? []
      expect(given).toHaveLength(containers.length)
      expect(given.every((zone) => zone >= 1 && zone <= 65_535)).toBe(true)
      expect(new Set(listed.split(', ').map(Number))).toEqual(new Set([0, ...given]))
    }),
  )
})
