import { contracts } from '@nexqloud/ledger'
import {
  concatHex,
  decodeFunctionResult,
  encodeErrorResult,
  encodeFunctionData,
  numberToHex,
  padHex,
  type Hex,
} from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import * as bytecode from '../../test/bytecode.ts'
import { openChainNode, type ChainNode } from '../../test/chain-node.ts'
import { signAs } from '../../test/engine.ts'
import { accountOf, contractOf, createLocalGenesis } from '../../test/local-genesis.ts'
import { calling, rich } from '../../test/simulation.ts'
import type { GenesisFile } from '../genesis/genesis-file.ts'
import { createFairSimulator } from './fair-simulator.ts'
import { createLocalSimulator } from './local-simulator.ts'
import { openThreadSimulator } from './open-thread-simulator.ts'
import type { Simulation, Simulator } from './simulator.ts'

const NXQ = 10n ** 18n
const poor = accountOf(9).address.toLowerCase() as Hex
const somewhere: Hex = `0x${'c0'.repeat(20)}`
const elsewhere: Hex = `0x${'c1'.repeat(20)}`
const word = (value: bigint | number): Hex => numberToHex(value, { size: 32 })

let genesis: GenesisFile

beforeAll(async () => {
  genesis = await createLocalGenesis({ [rich]: 100n * NXQ })
})

const adapters = {
  thread: async () => {
    const chain = await openChainNode(genesis, 'disk')
    const { folder = '', clock } = chain
    const data = { folder, genesis: genesis.source }
    return { chain, simulator: openThreadSimulator(data, { clock }) }
  },
  memory: async () => {
    const chain = await openChainNode(genesis)
    const simulator = createFairSimulator(createLocalSimulator(chain.ground), chain)
    return { chain, simulator }
  },
}

describe.each(Object.entries(adapters))('a simulator on a %s', (_, open) => {
  let chain: ChainNode
  let simulator: Simulator

  beforeAll(async () => {
    const opened = await open()
    ;({ chain, simulator } = opened)
  })

  afterAll(async () => {
    await simulator.close()
    await simulator.close()
    await chain.close()
  })

  test('answers what a contract of genesis answers', async () => {
    const { abi, address } = contracts.emission
    const data = encodeFunctionData({ abi, functionName: 'genesisTime' })
    const outcome = await simulator.call(calling({ to: address, data }))
    if (outcome.status !== 'returned') throw new Error('It did not return.')
    const time = decodeFunctionResult({ abi, functionName: 'genesisTime', data: outcome.data })
    expect(time).toBe(1_700_000_000n)
  })

  test('begins no call that nobody waits for, and says how long one ran', async () => {
    const ran: number[] = []
    const caller = { client: 'me', onRan: (ms: number) => ran.push(ms) }
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(simulator.call(calling({}), { ...caller, signal })).rejects.toThrow('gone')
    expect(ran).toEqual([])
    await simulator.call(calling({}), caller)
    expect(ran).toHaveLength(1)
  })

  test('changes nothing, whatever is called', async () => {
    const accounts = { [somewhere]: { code: bytecode.cell } }
    const write = calling({ to: somewhere, data: word(5) }, { accounts })
    expect(await simulator.call(write)).toMatchObject({ status: 'returned' })
    const read = calling({ to: somewhere, data: '0x' }, { accounts })
    expect(await simulator.call(read)).toMatchObject({ data: word(0) })
    const bare = calling({ to: somewhere, data: '0x' })
    expect(await simulator.call(bare)).toEqual({ status: 'returned', data: '0x', gasUsed: 21_000n })
  })

  test('takes code, balances, nonces and slots as they are given', async () => {
    const read = { to: somewhere, data: '0x' } as const
    const code = bytecode.cell
    const slots = { [word(0)]: word(77) }
    for (const held of [{ state: slots }, { stateDiff: slots }]) {
      const simulation = calling(read, { accounts: { [somewhere]: { code, ...held } } })
      expect(await simulator.call(simulation)).toMatchObject({ data: word(77) })
    }
    const paying = calling({ from: poor, to: elsewhere, value: NXQ })
    await expect(simulator.call(paying)).rejects.toMatchObject({
      code: 'CHAIN_CALL_REFUSED',
      message: expect.stringMatching(/insufficient funds .* have 0 want 1000000000000000000/),
    })
    const paid = { ...paying, accounts: { [poor]: { balance: NXQ } } }
    expect(await simulator.call(paid)).toMatchObject({ status: 'returned' })
  })

  test('sees the block that it is told to', async () => {
    // NUMBER, TIMESTAMP, BASEFEE, COINBASE, PREVRANDAO, GASLIMIT as words.
    const code = returning(['43', '42', '48', '41', '44', '45'])
    const accounts = { [somewhere]: { code } }
    const at = { blockNumber: 0n, nextBlockTime: 1_800_000_000n }
    const asked = calling({ to: somewhere }, { accounts, at })
    const next = await wordsOf(asked)
    expect(next.slice(0, 3)).toEqual([1n, 1_800_000_000n, 0n])
    const block = {
      number: 12n,
      time: 13n,
      baseFeePerGas: 0n,
      feeRecipient: elsewhere,
      prevRandao: word(15),
      gasLimit: 16n,
    }
    expect(await wordsOf({ ...asked, block })).toEqual([12n, 13n, 0n, BigInt(elsewhere), 15n, 16n])
  })

  test('hands back what a call reverted with', async () => {
    const { abi } = contracts.leases
    const data = encodeErrorResult({ abi, errorName: 'OwnableUnauthorizedAccount', args: [poor] })
    const accounts = { [somewhere]: { code: bytecode.refusing } }
    const outcome = await simulator.call(calling({ to: somewhere, data }, { accounts }))
    expect(outcome).toMatchObject({ status: 'reverted', data })
  })

  test('ends an endless call with its gas', async () => {
    const accounts = { [somewhere]: { code: bytecode.endless } }
    const outcome = await simulator.call(calling({ to: somewhere, gas: 100_000n }, { accounts }))
    expect(outcome).toEqual({ status: 'halted', reason: 'out of gas', gasUsed: 100_000n })
  })

  test('comes back from the deepest recursion', async () => {
    const accounts = { [somewhere]: { code: bytecode.recursive } }
    const outcome = await simulator.call(calling({ to: somewhere }, { accounts }))
    expect(outcome).toMatchObject({ status: 'returned' })
    expect(outcome.gasUsed).toBeGreaterThan(80_000n)
  })

  test('refuses a call that cannot begin, in geth’s words', async () => {
    const short = calling({ to: somewhere, gas: 20_000n })
    await expect(simulator.call(short)).rejects.toMatchObject({
      code: 'CHAIN_CALL_REFUSED',
      message: expect.stringMatching(/intrinsic gas too low: have 20000, want 21000/),
    })
    const unknown = calling({ to: somewhere }, { at: { blockNumber: 99n } })
    await expect(simulator.call(unknown)).rejects.toMatchObject({ code: 'CHAIN_CALL_REFUSED' })
    const large = calling({ data: `0x${'00'.repeat(49_153)}` })
    await expect(simulator.call(large)).rejects.toMatchObject({ code: 'CHAIN_CALL_REFUSED' })
  })

  test('estimates gas with which a call succeeds, and not much more', async () => {
    const plain = calling({ to: poor, value: 1n })
    expect(await simulator.estimateGas(plain)).toEqual({ status: 'enough', gas: 21_000n })
    const accounts = {
      [somewhere]: { code: bytecode.cell },
      [elsewhere]: { code: bytecode.greedy },
    }
    for (const [to, least] of [
      [somewhere, 43_000n],
      [elsewhere, 220_000n],
    ] as const) {
      const asked = calling({ to, data: word(5) }, { accounts })
      const estimate = await simulator.estimateGas(asked)
      if (estimate.status !== 'enough') throw new Error('No gas is enough.')
      expect(estimate.gas).toBeGreaterThan(least)
      expect(estimate.gas).toBeLessThan((least * 104n) / 100n)
      const { message } = asked
      const again = await simulator.call({ ...asked, message: { ...message, gas: estimate.gas } })
      expect(again.status).toBe('returned')
    }
  })

  test('says why no gas is enough', async () => {
    const accounts = {
      [somewhere]: { code: bytecode.endless },
      [elsewhere]: { code: bytecode.refusing },
    }
    const endless = calling({ to: somewhere, gas: 500_000n }, { accounts })
    expect(await simulator.estimateGas(endless)).toMatchObject({
      status: 'halted',
      reason: 'gas required exceeds allowance (500000)',
    })
    const refused = calling({ to: elsewhere, data: '0x1234' }, { accounts })
    expect(await simulator.estimateGas(refused)).toMatchObject({
      status: 'reverted',
      data: '0x1234',
    })
    const broke = calling({ from: poor, to: elsewhere, value: 1n })
    await expect(simulator.estimateGas(broke)).rejects.toMatchObject({ code: 'CHAIN_CALL_REFUSED' })
  })

  test('lists the slots that a call touches', async () => {
    const accounts = {
      [somewhere]: { code: bytecode.forwarding },
      [elsewhere]: { code: bytecode.cell },
    }
    const data = padHex(elsewhere, { size: 32 })
    const { accessList, error } = await simulator.createAccessList(
      calling({ to: somewhere, data }, { accounts }),
    )
    expect(error).toBeUndefined()
    expect(accessList).toEqual([{ address: elsewhere, storageKeys: [word(0)] }])
  })

  test('traces the calls of a transaction, and those that failed with their reason', async () => {
    const make = (nonce: number, code: Hex) =>
      signAs(0, { nonce, data: bytecode.deploying(code), gas: 1_000_000n })
    const at = Number(await chain.view.pool.nextNonce(rich))
    const [a, b, c] = await Promise.all([
      make(at, bytecode.forwarding),
      make(at + 1, bytecode.refusing),
      make(at + 2, bytecode.destroying),
    ])
    const outer = contractOf(rich, at)
    const reason = encodeErrorResult({
      abi: contracts.leases.abi,
      errorName: 'OwnableUnauthorizedAccount',
      args: [rich],
    })
    const refused = await signAs(0, {
      nonce: at + 3,
      to: outer,
      gas: 200_000n,
      data: concatHex([padHex(contractOf(rich, at + 1), { size: 32 }), reason]),
    })
    const destroyed = await signAs(0, {
      nonce: at + 4,
      to: outer,
      gas: 200_000n,
      value: 3n,
      data: padHex(contractOf(rich, at + 2), { size: 32 }),
    })
    const [, , , first = '0x', second = '0x'] = await chain.mine(
      a.raw,
      b.raw,
      c.raw,
      refused.raw,
      destroyed.raw,
    )
    const trace = async (hash: Hex, withLog = false) => {
      const place = await chain.view.reader.placeOf(Buffer.from(hash.slice(2), 'hex'))
      if (place === undefined) throw new Error('It is in no block.')
      return simulator.traceTransaction(place, { kind: 'calls', onlyTopCall: false, withLog })
    }
    expect(await trace(first, true)).toMatchObject({
      type: 'CALL',
      from: rich,
      to: outer,
      gas: numberToHex(200_000),
      error: 'execution reverted',
      output: reason,
      revertReason: expect.stringMatching(/^OwnableUnauthorizedAccount\(0x/),
      calls: [
        { type: 'CALL', from: outer, to: contractOf(rich, at + 1), error: 'execution reverted' },
      ],
    })
    expect(await trace(first, true)).not.toHaveProperty('logs')
    expect(await trace(second, true)).toMatchObject({
      value: '0x3',
      logs: [{ address: outer, topics: [word(7)], data: '0x', position: '0x1' }],
      calls: [
        {
          value: '0x3',
          calls: [
            { type: 'SELFDESTRUCT', from: contractOf(rich, at + 2), to: outer, value: '0x3' },
          ],
        },
      ],
    })
  })

  async function wordsOf(simulation: Simulation): Promise<readonly bigint[]> {
    const outcome = await simulator.call(simulation)
    if (outcome.status !== 'returned') throw new Error(`It ${outcome.status}.`)
    return (outcome.data.slice(2).match(/.{64}/g) ?? []).map((text) => BigInt(`0x${text}`))
  }
})

/** Returns code that returns what these instructions push. */
function returning(instructions: readonly string[]): Hex {
  const parts = instructions.map(
    (code, index) => `${code}60${(index * 32).toString(16).padStart(2, '0')}52`,
  )
  return `0x${parts.join('')}60${(instructions.length * 32).toString(16)}5ff3`
}
