import { expect, test } from 'vitest'

import { instanceTypes, type InstanceType } from './instance-types.ts'
import { rivalPricesOf } from './rival-price.ts'

const typeOf = (name: string): InstanceType => instanceTypes.get(name)!

test('every size has the price of its name on EC2, and of the smallest Fargate task that holds it', () => {
  expect(rivalPricesOf(typeOf('t3.nano'))).toEqual({ ec2: 5200, fargate: 10_120 + 2223 })
  expect(rivalPricesOf(typeOf('t3.micro'))).toEqual({ ec2: 10_400, fargate: 10_120 + 4445 })
  expect(rivalPricesOf(typeOf('m5.2xlarge'))).toEqual({
    ec2: 384_000,
    fargate: 8 * 40_480 + 32 * 4445,
  })
  for (const type of instanceTypes.values()) expect(rivalPricesOf(type)).toHaveProperty('ec2')
})

test('a task has as much memory as its CPU may have, in its steps', () => {
  const odd = { name: 'odd', cpuMilli: 8000, baselineMilli: 8000, memoryMi: 17 * 1024 }
  expect(rivalPricesOf(odd)).toEqual({ fargate: 8 * 40_480 + 20 * 4445 })
  expect(rivalPricesOf({ ...odd, baselineMilli: 100 })).toEqual({ fargate: 4 * 40_480 + 17 * 4445 })
  expect(rivalPricesOf({ ...odd, memoryMi: 121 * 1024 })).toEqual({})
})
