import { parseAddress, parseDeviceId, parsePeriod } from '@nexqloud/kernel'
import { hashTypedData, parseEther, stringToHex, type Hex, type JsonRpcAccount } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { beforeEach, expect, test } from 'vitest'

import {
  acceptanceData,
  ContractRefusalError,
  createLedger,
  explainFailure,
  nexqloudLocal,
  registrationData,
  retirementData,
  rootData,
  type Ledger,
} from '../src/index.ts'
import { startLocalNetwork, type LocalNetwork } from './local-network.ts'

const owner = privateKeyToAccount(generatePrivateKey())
const ownerAddress = parseAddress(owner.address)
/** All different, so that none can stand for another. */
const scores = { cpu: 1, memoryScore: 2, storageScore: 3, gpu: 4, isp: 5 }
const tlsKeyHash: Hex = `0x${'7'.repeat(64)}`

let network: LocalNetwork
let ledger: Ledger

beforeEach(async () => {
  network = await startLocalNetwork()
  ledger = ledgerOf(owner.address)
  await network.machine.setBalance(owner.address, parseEther('10'))
})

test('a ledger reads what the contracts hold', async () => {
  expect(await ledger.leases.read.terms()).toEqual({
    bufferSeconds: 60,
    delaySeconds: 60,
    closingRewardBps: 1000,
  })
  expect(await ledger.emission.read.emissionOf([0n])).toBe(parseEther('12.5'))
  expect(await ledger.prices.read.currentPrice()).toBe(999_999_997_200n)
})

test('a ledger sends what an account wants', async () => {
  await ledger.leases.write.deposit([owner.address], { value: 5n, ...anyGas })
  const { balance } = await ledger.leases.read.account([owner.address])
  expect(balance).toBe(5n)
})

test('the devices take a registration, an acceptance and a retirement that were signed by their types', async () => {
  const key = await buyKey()
  const deadline = BigInt(network.time + 60)
  const registration = {
    owner: ownerAddress,
    key,
    tlsKeyHash,
    region: stringToHex('eu-west-1', { size: 32 }),
    nonce: 0n,
    deadline,
  }
  const signature = await owner.signTypedData(registrationData(nexqloudLocal.id, registration))
  await ledger.devices.write.register([registration, signature], anyGas)
  expect(await ledger.devices.read.deviceOfKey([key])).toBe(1)

  await ledger.devices.write.draw([1], anyGas)
  await ledgerOf(network.masternode).devices.write.measure([1, scores], anyGas)
  const acceptance = { device: parseDeviceId(1), scores, nonce: 1n, deadline }
  const consent = await owner.signTypedData(acceptanceData(nexqloudLocal.id, acceptance))
  await ledger.devices.write.accept([1, scores, deadline, consent], anyGas)
  expect(await ledger.devices.read.isActive([1])).toBe(true)

  const retirement = { device: parseDeviceId(1), nonce: 2n, deadline }
  const leave = await owner.signTypedData(retirementData(nexqloudLocal.id, retirement))
  await ledger.devices.write.retire([1, deadline, leave], anyGas)
  expect(await ledger.devices.read.deviceOfKey([key])).toBe(0)
})

test('the settlement asks masternodes to sign the same digest', async () => {
  const root = {
    period: parsePeriod(3),
    root: `0x${'1'.repeat(64)}`,
    rewards: 7n,
    inputs: `0x${'2'.repeat(64)}`,
  } as const
  const expected = await ledger.settlement.read.rootDigest([{ ...root, period: 3n }])
  expect(hashTypedData(rootData(nexqloudLocal.id, root))).toBe(expected)
})

test('a signature for one chain is none for another', () => {
  const message = {
    device: parseDeviceId(1),
    scores,
    nonce: 0n,
    deadline: 1n,
  }
  const [here, there] = [5_134_417, 5_134_418].map((id) =>
    hashTypedData(acceptanceData(id, message)),
  )
  expect(here).not.toBe(there)
})

test('a refusal tells the contract’s reason', async () => {
  const failure = await ledger.leases.simulate.withdraw([owner.address]).catch(explainFailure)
  expect(failure).toBeInstanceOf(ContractRefusalError)
  expect(failure).toMatchObject({
    code: 'LEDGER_CONTRACT_REFUSED',
    errorName: 'LeasesNothingLeaving',
    args: [owner.address],
  })
})

test('a refusal is read from a transaction too, and with the name that another contract gave it', async () => {
  const failure = await ledger.digitalKeys.write
    .transferFrom([owner.address, owner.address, 99_999n], anyGas)
    .catch(explainFailure)
  expect(failure).toMatchObject({ errorName: 'ERC721NonexistentToken', args: [99_999n] })
})

test('what is no refusal stays what it is', () => {
  const failure = new Error('The node is gone.')
  expect(explainFailure(failure)).toBe(failure)
})

/** A VM asks nothing for gas, and cannot estimate it. */
const anyGas = { gas: 10_000_000n } as const

function ledgerOf(address: Hex): Ledger {
  const account: JsonRpcAccount = { address, type: 'json-rpc' }
  return createLedger({ chain: nexqloudLocal, transport: network.transport, account })
}

async function buyKey(): Promise<bigint> {
  const value = await ledger.digitalKeys.read.weiPrice()
  const { result } = await ledger.digitalKeys.simulate.buy([owner.address], { value })
  await ledger.digitalKeys.write.buy([owner.address], { value, ...anyGas })
  return result
}
