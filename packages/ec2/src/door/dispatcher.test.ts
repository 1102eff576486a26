import { createManualClock } from '@nexqloud/kernel'
import { expect, onTestFinished, test } from 'vitest'

import { labImages } from '../../test/lab/lab-images.ts'
import { openWorld } from '../../test/lab/open-world.ts'
import type { Handlers } from '../action/action.ts'
import { ActionError } from '../action/errors.ts'
import { createAddressPool } from '../address/address-pool.ts'
import type { AuditEntry } from '../audit/audit.ts'
import { createObedientMachines } from '../machine/machines.ts'
import { quotas } from '../quota/quotas.ts'
import { RequestLog } from '../request/request-log.ts'
import { requests } from '../request/request.ts'
import { ec2Kinds, type AddressSpec } from '../resource/kinds.ts'
import type { ResourceView } from '../resource/resource-view.ts'
import type { Transaction } from '../resource/transaction.ts'
import { createObedientVolumes } from '../volume/volumes.ts'
import { Dispatcher, type Call } from './dispatcher.ts'

/** One that makes a volume, one that says how many there are, and one that makes as many addresses as it is told to. */
const handlers = {
  AllocateAddress: ({ Count }: { readonly Count: number }, transaction: Transaction) => {
    for (let made = 0; made < Count; made += 1) {
      transaction.create(ec2Kinds.addresses, (AllocationId): AddressSpec => ({
        AllocationId,
        PublicIp: '192.0.2.1',
      }))
    }
    return {}
  },
  ...({
    CreateVolume: ({ Size }, transaction) => {
      if (Size === 0) throw new ActionError('InvalidParameterValue', 'Too small.')
      const made = transaction.create(ec2Kinds.volumes, (VolumeId) => ({
        VolumeId,
        Size: Size ?? 1,
      }))
      return { VolumeId: made.id }
    },
    DescribeVolumes: (_, transaction) => ({
      Volumes: transaction.list(ec2Kinds.volumes).map(({ id }) => ({ VolumeId: id })),
    }),
  } as const satisfies Handlers),
}

test('what is made is there, and is told with its id', async () => {
  const { dispatch, audit } = await setup()
  const { VolumeId } = await dispatch('CreateVolume', { Size: 1 })
  expect(await dispatch('DescribeVolumes', {})).toEqual({ Volumes: [{ VolumeId }] })
  expect(audit.map(({ action, code, made }) => [action, code, made])).toEqual([
    ['CreateVolume', 'Success', [VolumeId]],
    ['DescribeVolumes', 'Success', []],
  ])
})

test('where another process leads nothing is changed, and looking goes on', async () => {
  const { dispatch, kept } = await setup({ isLeading: false })
  const refused = dispatch('CreateVolume', { Size: 1 })
  await expect(refused).rejects.toMatchObject({ awsCode: 'Unavailable' })
  expect(await dispatch('DescribeVolumes', {})).toEqual({ Volumes: [] })
  expect(await kept()).toBe(0)
})

test('a dry run looks at all of it, and keeps nothing', async () => {
  const { dispatch, kept } = await setup()
  const dry = dispatch('CreateVolume', { Size: 1, DryRun: true })
  await expect(dry).rejects.toMatchObject({ awsCode: 'DryRunOperation' })
  const wrong = dispatch('CreateVolume', { Size: 0, DryRun: true })
  await expect(wrong).rejects.toMatchObject({ awsCode: 'InvalidParameterValue' })
  expect([await kept(), await dispatch('DescribeVolumes', {})]).toEqual([0, { Volumes: [] }])
})

test('a token is one request: again the same answer, with other input none', async () => {
  const { dispatch, kept, audit } = await setup()
  const input = { Size: 1, ClientToken: 'once' }
  const first = await dispatch('CreateVolume', input)
  const [second, third] = await Promise.all([
    dispatch('CreateVolume', input),
    dispatch('CreateVolume', input),
  ])
  expect([second, third]).toEqual([first, first])
  expect(audit.map(({ made }) => made)).toEqual([[first['VolumeId']], [], []])
  const other = dispatch('CreateVolume', { ...input, Size: 2 })
  await expect(other).rejects.toMatchObject({ awsCode: 'IdempotentParameterMismatch' })
  const dry = dispatch('CreateVolume', { ...input, DryRun: true })
  await expect(dry).rejects.toMatchObject({ awsCode: 'DryRunOperation' })
  expect(await kept()).toBe(1)
})

test('more than an account may have is refused, and nothing of it is made', async () => {
  const { dispatch, kept } = await setup()
  const most = quotas.volumeGibibytes.value
  await dispatch('CreateVolume', { Size: most })
  for (const DryRun of [true, false]) {
    const more = dispatch('CreateVolume', { Size: 1, DryRun })
    await expect(more).rejects.toMatchObject({ awsCode: 'VolumeLimitExceeded' })
  }
  await dispatch('AllocateAddress', { Count: quotas.addresses.value })
  const address = dispatch('AllocateAddress', { Count: 1 })
  await expect(address).rejects.toMatchObject({ awsCode: 'AddressLimitExceeded' })
  expect(await kept()).toBe(2)
})

test('who may not is refused before anything is looked at, and that is told', async () => {
  const { dispatch, kept, audit } = await setup({ isAllowed: false })
  const refused = dispatch('CreateVolume', { Size: 0 })
  await expect(refused).rejects.toMatchObject({ awsCode: 'UnauthorizedOperation' })
  expect(await kept()).toBe(0)
  expect(audit.at(-1)).toEqual({
    at: '2026-11-27T00:00:00.000Z',
    requestId: 'r-1',
    accountId: '123456789012',
    principal: 'arn:aws:iam::123456789012:user/me',
    accessKeyId: 'AKIAEXAMPLE',
    service: 'ec2',
    action: 'CreateVolume',
    region: 'eu-west-1',
    sourceAddress: '192.0.2.1',
    code: 'UnauthorizedOperation',
    made: [],
  })
})

test('who may not any more once its turn has come is refused', async () => {
  const { dispatch, kept } = await setup({ mostVolumes: 1 })
  const first = dispatch('CreateVolume', { Size: 1 })
  const second = dispatch('CreateVolume', { Size: 2 })
  await first
  await expect(second).rejects.toMatchObject({ awsCode: 'UnauthorizedOperation' })
  expect(await kept()).toBe(1)
})

test('an action that nobody does is not served, whatever objects have', async () => {
  const { dispatch } = await setup()
  for (const action of ['CreateFleet', 'constructor', 'toString']) {
    const asked = dispatch(action, {})
    await expect(asked).rejects.toMatchObject({ awsCode: 'UnsupportedOperation' })
  }
})

async function setup({ isAllowed = true, isLeading = true, mostVolumes = 100 } = {}) {
  const mayAct = (): boolean => {
    const place = { namespace: 'default', region: 'eu-west-1' }
    return isAllowed && view.count(ec2Kinds.volumes, place) < mostVolumes
  }
  const opened = Promise.withResolvers<ResourceView>()
  const world = await openWorld(opened.reject, {
    more: () => ({
      access: (view) => {
        opened.resolve(view)
        return { findKey: async () => undefined, authorize: () => {} }
      },
    }),
  })
  onTestFinished(world.close)
  const view = await opened.promise
  const audit: AuditEntry[] = []
  const dispatcher = new Dispatcher({
    handlers: { ec2: handlers },
    regions: [{ name: 'eu-west-1', zones: [] }],
    machines: createObedientMachines(() => 0),
    volumes: createObedientVolumes(),
    images: labImages,
    publicAddresses: createAddressPool({ blocksOf: () => [], domain: 'compute.test' }),
    view,
    log: new RequestLog(world.client, (write, object) => view.takeWritten(write, object)),
    clock: createManualClock(Date.parse('2026-11-27T00:00:00Z')),
    leadingTerm: () => (isLeading ? 1 : undefined),
    openRegion: () => {},
    authorize: () => {
      if (!mayAct()) throw new ActionError('UnauthorizedOperation', 'No.')
    },
    takeRequest: () => {},
    audit: (entry) => void audit.push(entry),
  })
  const call: Omit<Call, 'action' | 'input'> = {
    service: 'ec2',
    caller: {
      account: { id: '123456789012', namespace: 'default' },
      region: 'eu-west-1',
      arn: 'arn:aws:iam::123456789012:user/me',
      userId: 'AIDA',
      accessKeyId: 'AKIAEXAMPLE',
    },
    sourceAddress: '192.0.2.1',
    requestId: 'r-1',
  }
  return {
    audit,
    dispatch: (action: string, input: Call['input']) =>
      dispatcher.dispatch({ ...call, action, input }),
    kept: async () => (await world.client.list(requests)).items.length,
  }
}
