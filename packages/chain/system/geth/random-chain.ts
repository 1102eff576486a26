import type { Block } from '@ethereumjs/block'
import { contracts } from '@nexqloud/ledger'
import {
  encodeDeployData,
  getContractAddress,
  hexToBytes,
  numberToHex,
  parseEther,
  parseGwei,
  type Hex,
  type TransactionSerializable,
} from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'

import { createBlockApplication } from '../../src/consensus/block-application.ts'
import type { Candidate, ExecutionPayload } from '../../src/execution/execution-engine.ts'
import { parseGenesis, type GenesisFile } from '../../src/genesis/genesis-file.ts'
import type { ChainReader } from '../../src/store/chain-reader.ts'
import { openTestEngine } from '../../test/engine.ts'
import { accountOf, createLocalGenesis, founder } from '../../test/local-genesis.ts'
import { createDice, type Dice } from './dice.ts'
import { compileTorture, randomAction, type Action } from './random-action.ts'

/** Our own chain, and somebody who makes blocks of random transactions on it. */
export type RandomChain = {
  readonly genesis: GenesisFile
  readonly reader: ChainReader
  readonly head: () => Promise<Hex>
  readonly makeBlock: () => Promise<ExecutionPayload>
}

type Person = Pick<PrivateKeyAccount, 'address' | 'signTransaction'>

const people: readonly Person[] = [founder, ...Array.from({ length: 24 }, (_, n) => accountOf(n))]
const [first = '0x', ...others] = people.map(({ address }) => address.toLowerCase() as Hex)
const torture = compileTorture()
const tortureAddress = getContractAddress({ from: founder.address, nonce: 0n })

/** Starts a chain whose base fee begins at a gwei, so that fees are burnt and given back. */
export async function startRandomChain(options: {
  readonly seed: number
  readonly perBlock: number
}): Promise<RandomChain> {
  const dice = createDice(options.seed)
  const genesis = await createGenesis()
  const chain = await openTestEngine(genesis)
  const proposer = createProposer(chain, await readBlock(chain.reader, 0n))
  const crowd = createCrowd(dice, genesis.config.chainId)
  const deployment = encodeDeployData({ abi: torture.abi, bytecode: torture.creationCode })
  let waiting = [await crowd.sign(founder, { data: deployment, gas: 3_000_000n })]
  let time = Number(genesis.timestamp)
  return {
    genesis,
    reader: chain.reader,
    head: chain.head,
    makeBlock: async () => {
      time += dice.pick([1, 1, 2, 60, 301, 90_000])
      const isEmpty = waiting.length === 0 && dice.roll(8) === 0
      for (let left = isEmpty ? 0 : options.perBlock; left > 0; left -= 1) {
        waiting.push(await crowd.act(time))
      }
      const payload = await proposer.propose(BigInt(time), waiting)
      waiting = waiting.slice(payload.transactions.length)
      return payload
    },
  }
}

async function createGenesis(): Promise<GenesisFile> {
  const balances = Object.fromEntries(people.map(({ address }) => [address, parseEther('1000')]))
  const { source } = await createLocalGenesis(balances)
  return parseGenesis({ ...(source as object), baseFeePerGas: numberToHex(parseGwei('1')) })
}

type TestChain = Awaited<ReturnType<typeof openTestEngine>>

/** Makes each proposal the head. */
function createProposer({ engine, reader }: TestChain, genesisBlock: Block) {
  let [head, offered, wallMs]: [Block, readonly Candidate[], number] = [genesisBlock, [], 0]
  const application = createBlockApplication({
    engine,
    head: () => head,
    onCommitted: async ({ blockNumber }) => {
      head = await readBlock(reader, blockNumber)
    },
    selectTransactions: () => offered,
    dropTransactions: async (hashes) => {
      if (hashes.length > 0) throw new Error(`Refused: ${hashes.join()}`)
    },
    deferSenders: () => {},
    validators: contracts.validatorPool.address.toLowerCase() as Hex,
    randomWord: () => numberToHex(head.header.number * 0x9e37_79b9_7f4a_7c15n, { size: 32 }),
    wallMs: () => wallMs,
  })
  return {
    propose: async (time: bigint, transactions: readonly Candidate[]) => {
      ;[offered, wallMs] = [transactions, Number(time) * 1000]
      const payload = await application.prepareProposal(time)
      const broken = await application.processProposal(payload)
      if (broken !== undefined) throw new Error(broken)
      await application.finalizeBlock(payload)
      await application.commit()
      return payload
    },
  }
}

/** Signs what random people do, of all types, with fees that pay any base fee of the story. */
function createCrowd(dice: Dice, chainId: number) {
  const nonces = new Map<string, number>()
  const accessList = [{ address: tortureAddress, storageKeys: [numberToHex(1, { size: 32 })] }]
  const gasPrice = parseGwei('400')

  async function sign(person: Person, action: Action): Promise<Candidate> {
    const nonce = nonces.get(person.address) ?? 0
    nonces.set(person.address, nonce + 1)
    const fees: Partial<TransactionSerializable> = dice.pick<Partial<TransactionSerializable>>([
      { type: 'legacy', gasPrice },
      { type: 'eip2930', gasPrice, accessList },
      { type: 'eip1559', maxFeePerGas: gasPrice, maxPriorityFeePerGas: BigInt(dice.roll(3)) },
    ])
    const transaction = { chainId, nonce, ...fees, ...action } as TransactionSerializable
    return { raw: hexToBytes(await person.signTransaction(transaction)) }
  }

  return {
    sign,
    act: (time: number): Promise<Candidate> => {
      const person = people[dice.roll(people.length)] ?? founder
      const sender = person.address.toLowerCase() as Hex
      const cast = { people: [first, ...others] as const, sender, torture: tortureAddress, time }
      return sign(person, randomAction(dice, cast, torture))
    },
  }
}

async function readBlock(reader: ChainReader, number: bigint): Promise<Block> {
  const block = await reader.block(number)
  if (block === undefined) throw new Error(`There is no block ${number}.`)
  return block
}
