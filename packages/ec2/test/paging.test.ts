import { expect, onTestFinished, test } from 'vitest'

import { openLab } from './lab/open-client.ts'

/** What is in no order of its own, in pages, as AWS's own client asks for them. */

type Asked = { readonly MaxResults: number; readonly NextToken?: string }
type Told = { readonly names: readonly string[]; readonly NextToken?: string | undefined }

async function inPages(ask: (asked: Asked) => Promise<Told>): Promise<readonly string[]> {
  const names: string[] = []
  let next: string | undefined
  do {
    const page = await ask({ MaxResults: 5, ...(next !== undefined && { NextToken: next }) })
    names.push(...page.names)
    next = page.NextToken
  } while (next !== undefined)
  return names.toSorted()
}

async function setup() {
  const lab = await openLab()
  onTestFinished(lab.close)
  return lab.clientIn('us-west-1')
}

test('pages have each instance type once', async () => {
  const client = await setup()
  const { InstanceTypes = [] } = await client.describeInstanceTypes({})
  const paged = await inPages(async (asked) => {
    const { InstanceTypes: page = [], NextToken } = await client.describeInstanceTypes(asked)
    return { names: page.map(({ InstanceType = '' }) => InstanceType), NextToken }
  })
  expect(paged).toEqual(InstanceTypes.map(({ InstanceType = '' }) => InstanceType).toSorted())
})

test('pages have each price of each zone once', async () => {
  const client = await setup()
  const { SpotPriceHistory = [] } = await client.describeSpotPriceHistory({})
  const nameOf = (price: (typeof SpotPriceHistory)[number]) =>
    `${price.AvailabilityZone} ${price.InstanceType}`
  const paged = await inPages(async (asked) => {
    const { SpotPriceHistory: page = [], NextToken } = await client.describeSpotPriceHistory(asked)
    return { names: page.map(nameOf), NextToken }
  })
  expect(paged).toEqual(SpotPriceHistory.map(nameOf).toSorted())
})
