import { parseAddress, parseDeviceId } from '@nexqloud/kernel'
import { parseEther, stringToHex, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'

import {
  acceptanceData,
  createDeviceIndex,
  createLedger,
  nexqloudLocal,
  readServingMasternodes,
  readDevice,
  readDeviceOfKey,
  readDeviceOfTlsKey,
  registrationData,
  type DeviceIndexReader,
} from '../src/index.ts'
import { startLocalNetwork } from './local-network.ts'

const tlsKeyHash: Hex = `0x${'7'.repeat(64)}`
const scores = { cpu: 1, memoryScore: 2, storageScore: 3, gpu: 4, isp: 5 }
const none = { cpu: 0, memoryScore: 0, storageScore: 0, gpu: 0, isp: 0 }

test('a device is found by its keys, from its registration to its acceptance', async () => {
  const { owner, ledger, masternode, register } = await setup()
  const index = createDeviceIndex(ledger)
  expect(await index.find(tlsKeyHash)).toBeUndefined()
  const key = await register()
  const registered = { id: 1, status: 'registered', key, region: 'eu-west-1', accepted: none }
  expect(await readDeviceOfKey(ledger, key)).toMatchObject(registered)
  expect(await readDeviceOfTlsKey(ledger, tlsKeyHash)).toBeUndefined()
  expect(await index.find(tlsKeyHash)).toMatchObject(registered)

  await ledger.devices.write.draw([1], anyGas)
  expect((await readDevice(ledger, parseDeviceId(1)))?.measurer).toMatchObject({ masternode: 1 })
  await masternode.devices.write.measure([1, scores], anyGas)
  const measured = await readDeviceOfTlsKey(ledger, tlsKeyHash)
  expect(measured).toMatchObject({ id: 1, status: 'measured', offered: scores, accepted: none })
  expect(measured).not.toHaveProperty('measurer')

  const deadline = 2_000_000_000n
  const acceptance = { device: parseDeviceId(1), scores, nonce: 1n, deadline }
  const consent = await owner.signTypedData(acceptanceData(nexqloudLocal.id, acceptance))
  await ledger.devices.write.accept([1, scores, deadline, consent], anyGas)
  expect(await index.find(tlsKeyHash)).toMatchObject({
    status: 'active',
    owner: parseAddress(owner.address),
    accepted: scores,
    offered: none,
  })
})

test('of several that were registered with one TLS key, the last one is found', async () => {
  const { ledger, register } = await setup()
  const index = createDeviceIndex(ledger)
  await register()
  expect(await index.find(tlsKeyHash)).toMatchObject({ id: 1 })
  await register()
  expect(await index.find(tlsKeyHash)).toMatchObject({ id: 2 })
})

test('a device that was measured comes before one that somebody registers with its TLS key afterwards', async () => {
  const { ledger, masternode, register } = await setup()
  const index = createDeviceIndex(ledger)
  await register()
  await ledger.devices.write.draw([1], anyGas)
  await masternode.devices.write.measure([1, scores], anyGas)
  await expect(register()).rejects.toThrow('DevicesTlsKeyInUse')
  expect(await index.find(tlsKeyHash)).toMatchObject({ id: 1, status: 'measured' })
})

test('a device that nothing happened to is asked for once, and one that changed hands anew', async () => {
  const { ledger, owner, register } = await setup()
  let [nowMs, asked] = [0, 0]
  const counting = {
    client: {
      getBlockNumber: async () => {
        asked += 1
        return ledger.client.getBlockNumber({ cacheTime: 0 })
      },
      getLogs: ledger.client.getLogs,
    },
    devices: ledger.devices,
  } as unknown as DeviceIndexReader
  const index = createDeviceIndex(counting, { clock: { steadyMs: () => nowMs }, freshMs: 1000 })
  const key = await register()
  nowMs = 1
  const finding = Array.from({ length: 50 }, () => index.find(tlsKeyHash))
  const all = await Promise.all(finding)
  expect(all.every((record) => record === all[0])).toBe(true)
  expect(asked).toBe(1)
  const to = privateKeyToAccount(generatePrivateKey()).address
  await ledger.digitalKeys.write.transferFrom([owner.address, to, key], anyGas)
  expect(await index.find(tlsKeyHash)).toMatchObject({ owner: parseAddress(owner.address) })
  nowMs = 1500
  expect(await index.find(tlsKeyHash)).toMatchObject({ owner: parseAddress(to) })
  expect(asked).toBe(2)
})

test('what is not there is nothing', async () => {
  const { ledger } = await setup()
  expect(await readDevice(ledger, parseDeviceId(7))).toBeUndefined()
  expect(await readDeviceOfKey(ledger, 9999n)).toBeUndefined()
})

test('all active masternodes are named, with where they are dialled', async () => {
  const { ledger, signer } = await setup()
  expect(await readServingMasternodes(ledger)).toMatchObject([
    {
      id: 1,
      signer: parseAddress(signer),
      tlsKeyHash: `0x${'1'.repeat(64)}`,
      region: 'eu-west-1',
      endpoint: 'masternode.example:4433',
    },
  ])
})

test('masternodes that posted nothing for a day are named all the same, where no other is active', async () => {
  const { ledger } = await setup(86_400)
  expect(await ledger.masternodes.read.activeSeats()).toBe(0n)
  expect(await readServingMasternodes(ledger)).toMatchObject([{ id: 1 }])
})

/** A VM asks nothing for gas, and cannot estimate it. */
const anyGas = { gas: 10_000_000n } as const

async function setup(ageSeconds?: number) {
  const network = await startLocalNetwork(ageSeconds)
  const owner = privateKeyToAccount(generatePrivateKey())
  await network.machine.setBalance(owner.address, parseEther('10'))
  const ledgerOf = (address: Hex) =>
    createLedger({
      chain: nexqloudLocal,
      transport: network.transport,
      account: { address, type: 'json-rpc' },
    })
  const ledger = ledgerOf(owner.address)
  let nonce = 0n
  const register = async (): Promise<bigint> => {
    const value = await ledger.digitalKeys.read.weiPrice()
    const { result: key } = await ledger.digitalKeys.simulate.buy([owner.address], { value })
    await ledger.digitalKeys.write.buy([owner.address], { value, ...anyGas })
    const registration = {
      owner: parseAddress(owner.address),
      key,
      tlsKeyHash,
      region: stringToHex('eu-west-1', { size: 32 }),
      nonce,
      deadline: 2_000_000_000n,
    }
    nonce += 1n
    const signature = await owner.signTypedData(registrationData(nexqloudLocal.id, registration))
    await ledger.devices.write.register([registration, signature], anyGas)
    return key
  }
  return {
    owner,
    ledger,
    register,
    signer: network.masternode,
    masternode: ledgerOf(network.masternode),
  }
}
