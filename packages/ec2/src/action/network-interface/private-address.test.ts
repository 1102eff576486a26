import fc from 'fast-check'
import { expect, test } from 'vitest'

import { choosePrivateAddresses } from './private-address.ts'

/** Addresses that interfaces of a subnet get. */

const subnet = { CidrBlock: '10.0.0.16/28' }
/** All that may be had: not the first four, and not the last one. */
const usable = Array.from({ length: 11 }, (_, at) => `10.0.0.${20 + at}`)

test('as many as there are may be had, each once, and not one more', () => {
  const some = fc.subarray(usable)
  fc.assert(
    fc.property(some, some, fc.nat(12), (taken, named, others) => {
      const choose = () => choosePrivateAddresses(subnet, new Set(taken), { named, others })
      const isTaken = named.some((address) => taken.includes(address))
      if (isTaken) {
        expect(choose).toThrow(expect.objectContaining({ awsCode: 'InvalidIPAddress.InUse' }))
        return
      }
      const left = usable.length - taken.length - named.length
      if (others > left) {
        expect(choose).toThrow(
          expect.objectContaining({ awsCode: 'InsufficientFreeAddressesInSubnet' }),
        )
        return
      }
      const got = choose()
      expect(got.slice(0, named.length)).toEqual(named)
      expect(new Set([...got, ...taken]).size).toBe(named.length + others + taken.length)
      expect(got.every((address) => usable.includes(address))).toBe(true)
    }),
  )
})
