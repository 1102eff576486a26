/** The API over objects in memory, with an account of which a key is known. */

import { defineInstances } from '@nexqloud/control'
import { systemClock, type Clock } from '@nexqloud/kernel'
import {
  ADMINISTRATORS,
  createInProcessTransport,
  createKubeClient,
  createMemoryDisk,
  openApiServer,
  openLevelDisk,
  openObjectStore,
  type KubeClient,
} from '@nexqloud/kube'

import type { FindKey } from '../../src/account/access-key.ts'
import { createMemorySeal } from '../../src/account/seal.ts'
import { createAddressPool } from '../../src/address/address-pool.ts'
import { openEc2, type Ec2, type Ec2Options } from '../../src/door/open-ec2.ts'
import type { Region } from '../../src/door/region.ts'
import { createObedientMachines } from '../../src/machine/machines.ts'
import { defineEc2Kinds } from '../../src/resource/define-kinds.ts'
import { labImages } from './lab-images.ts'

const account = { id: '123456789012', namespace: 'default' }
const holder = {
  account,
  arn: `arn:aws:iam::${account.id}:root`,
  userId: account.id,
}

/** Any key counts, as long as its secret is one that those suites sign with. */
const secrets: Readonly<Record<string, string>> = {
  FOOBARKEY: 'FOOBARSECRET',
  AKIAIOSFODNN7EXAMPLE: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

const findKey: FindKey = async (accessKeyId) => {
  const secretAccessKey = secrets[accessKeyId]
  return secretAccessKey === undefined ? undefined : { ...holder, secretAccessKey }
}

const rate = { burst: Number.POSITIVE_INFINITY, perSecond: 1 }
/** Those suites ask as fast as they can. */
const boundless = { reading: rate, readingAll: rate, changing: rate, heavy: rate }

/** Zones of these are numbered as in an account of AWS's that suites were written with; of others, in their order. */
const numbers: Readonly<Record<string, string>> = {
  'us-east-1': '612435',
  'us-west-1': '31',
  'us-west-2': '2134',
}

const regions: readonly Region[] = [
  ['us-east-1', 'use1', 'abcdef'],
  ['us-east-2', 'use2', 'abc'],
  ['us-west-1', 'usw1', 'ab'],
  ['us-west-2', 'usw2', 'abcd'],
  ['eu-west-1', 'euw1', 'abc'],
  ['eu-central-1', 'euc1', 'abc'],
  ['eu-north-1', 'eun1', 'abc'],
  ['ap-northeast-1', 'apne1', 'acd'],
  ['ap-south-1', 'aps1', 'abc'],
  ['ap-southeast-1', 'apse1', 'abc'],
  ['ap-southeast-2', 'apse2', 'abc'],
  ['sa-east-1', 'sae1', 'abc'],
  ['ca-central-1', 'cac1', 'abd'],
  ['ap-east-1', 'ape1', 'abc'],
  ['ap-southeast-3', 'apse3', 'abc'],
  ['ap-southeast-5', 'apse5', 'abc'],
  ['cn-northwest-1', 'cnnw1', 'abc'],
  ['eu-west-2', 'euw2', 'abc'],
  ['us-gov-east-1', 'usge1', 'abc'],
  ['us-gov-west-1', 'usgw1', 'abc'],
].map(([name = '', short = '', letters = '']) => ({
  name,
  zones: letters.split('').map((letter, index) => ({
    name: `${name}${letter}`,
    id: `${short}-az${numbers[name]?.[index] ?? index + 1}`,
  })),
}))

/** Addresses for documentation and for benchmarks (RFC 5737, RFC 2544): nobody on the internet has them. */
const documented = ['203.0.113.0/24', '198.51.100.0/24', '198.18.0.0/15']
/** One that a suite brings with it, which comes last. */
const blocks = [...documented, '127.38.43.220/30']

/** Where tests look, and what they ask. */
export type World = {
  readonly ec2: Ec2
  readonly client: KubeClient
  readonly close: () => Promise<void>
}

type Api = Pick<World, 'client' | 'close'>

/** Opens a Kubernetes API that has the kinds that are needed. */
export async function openApi(
  onFailure: (failure: unknown) => void,
  {
    clock = systemClock,
    folder,
  }: {
    readonly clock?: Clock
    /** Where its objects are kept; in memory else. */
    readonly folder?: string
  } = {},
): Promise<Api> {
  const disk = folder === undefined ? createMemoryDisk() : await openLevelDisk(folder)
  const store = await openObjectStore(disk)
  const server = await openApiServer({ store, clock, onInternalError: onFailure })
  const user = { name: 'system:masternode', groups: [ADMINISTRATORS] }
  const client = createKubeClient(createInProcessTransport(server, user))
  await defineInstances(client)
  await defineEc2Kinds(client)
  return {
    client,
    close: async () => {
      await client.close()
      server.close()
      await store.close()
    },
  }
}

/** Opens the EC2-compatible API over a Kubernetes API; what it needs besides is in memory. */
export function openEc2Over(
  client: KubeClient,
  onFailure: (failure: unknown) => void,
  { clock = systemClock, ...own }: Partial<Ec2Options> = {},
): Promise<Ec2> {
  return openEc2({
    client,
    clock,
    regions,
    publicAddresses: createAddressPool({ blocksOf: () => blocks, domain: 'compute.amazonaws.com' }),
    machines: createObedientMachines(clock.wallMs),
    findOwner: ({ region }) => ({ ...holder, region, accessKeyId: '' }),
    access: () => ({ findKey, authorize: () => {} }),
    seal: createMemorySeal(),
    pushKey: () => {},
    requestRates: boundless,
    audit: () => {},
    images: labImages,
    onFailure,
    ...own,
  })
}

/** Opens one that has nothing yet; faults of ours are told. */
export async function openWorld(
  onFailure: (failure: unknown) => void,
  {
    more = () => ({}),
    ...options
  }: NonNullable<Parameters<typeof openApi>[1]> & {
    readonly more?: (client: KubeClient) => Partial<Ec2Options>
  } = {},
): Promise<World> {
  const api = await openApi(onFailure, options)
  const { clock } = options
  const ec2 = await openEc2Over(api.client, onFailure, {
    ...(clock && { clock }),
    ...more(api.client),
  })
  return {
    ec2,
    client: api.client,
    close: async () => {
      await ec2.close()
      await api.close()
    },
  }
}
