import fc from 'fast-check'
import { concatHex, numberToHex, padHex, type Hex } from 'viem'
import { beforeAll, expect, test } from 'vitest'

import { deploying, logging } from '../../test/bytecode.ts'
import { openChainNode, type ChainNode } from '../../test/chain-node.ts'
import { signAs } from '../../test/engine.ts'
import { accountOf, contractOf, createLocalGenesis } from '../../test/local-genesis.ts'
import type { LogJson } from './format/log-json.ts'
import { rpcLimitsByDefault } from './limits.ts'
import { createLogSearch, type LogLimits, type LogRange } from './log-search.ts'

const sender = accountOf(0).address.toLowerCase() as Hex
const topics = [1, 2, 3].map((number) => numberToHex(number, { size: 32 }))
const loggers = [0, 1].map((nonce) => contractOf(sender, nonce))

/** So many that an index is asked for some ranges. */
const BLOCKS = 40n

let chain: ChainNode

beforeAll(async () => {
  const genesis = await createLocalGenesis({ [sender]: 10n ** 18n })
  chain = await openChainNode(genesis)
  await fillChain(chain)
})

test('finds what looking at every log finds', async () => {
  const search = setup()
  const everything = await search({ addresses: [], topics: [], from: 0n, to: 99n })
  expect(everything.length).toBeGreaterThan(10)
  const some = <Value>(values: readonly Value[]) => fc.subarray([...values])
  const height = fc.bigInt({ min: 0n, max: BLOCKS })
  const range = fc.record({
    addresses: some(loggers),
    topics: fc.array(some(topics), { maxLength: 3 }),
    from: fc.oneof(height, fc.constant(0n)),
    to: fc.oneof(height, fc.constant(BLOCKS)),
  })
  await fc.assert(
    fc.asyncProperty(range, async (wanted) => {
      const expected = everything.filter((log) => isOf(log, wanted))
      expect(await search(wanted)).toEqual(expected)
    }),
  )
})

test('a log is counted through its block', async () => {
  const logs = await setup()({ addresses: [], topics: [], from: 3n, to: 3n })
  expect(logs.map(({ logIndex }) => Number(logIndex))).toEqual(logs.map((_, index) => index))
})

test.each([
  [
    'too many blocks',
    { blocks: 3n },
    'query spans 8 blocks, at most 3 are searched at once; ask for blocks 2 to 4 first',
  ],
  [
    'too many logs',
    { logs: 3 },
    'query returned more than 3 results; ask for blocks 2 to 4 first, then 5 to 9',
  ],
  [
    'too much',
    { bytes: 900 },
    'query returned more than 900 bytes; ask for blocks 2 to 4 first, then 5 to 9',
  ],
  [
    'too long',
    { timeMs: -1 },
    'query takes too long; name an address or a topic, or ask for fewer blocks than 2 to 9',
  ],
])('a search that takes %s says how to split it', async (_, limit, message) => {
  const range: LogRange = { addresses: [], topics: [], from: 2n, to: 9n }
  const failure: unknown = await setup(limit)(range).catch((error: unknown) => error)
  expect(failure).toMatchObject({ rpcCode: -32005 })
  expect(String(failure)).toBe(`RpcError: ${message}`)
})

test('searches of a client wait for each other, and end where nobody waits for them', async () => {
  const reads: bigint[] = []
  const search = setup({ perClient: 2 }, (number) => reads.push(number))
  const range = { addresses: [], topics: [], from: 1n, to: 3n }
  const gone = new AbortController()
  const [left, next, surplus] = [
    search(range, { client: 'me', signal: gone.signal }),
    search(range, { client: 'me' }),
    search(range, { client: 'me' }),
  ]
  gone.abort(new Error('the client has gone'))
  await Promise.all([
    expect(left).rejects.toThrow('the client has gone'),
    expect(surplus).rejects.toThrow(
      'too many searches: 2 of yours wait for each other; ask again when one is answered',
    ),
  ])
  await next
  expect(reads).toEqual([1n, 2n, 3n])
})

function setup(limit: Partial<LogLimits> = {}, onRead: (number: bigint) => void = () => {}) {
  const limits = { ...rpcLimitsByDefault.logs, ...limit }
  const { reader, head } = chain.view
  const outcomes = (numbers: Iterable<bigint>) => {
    const all = [...numbers]
    all.forEach(onRead)
    return reader.outcomes(all)
  }
  const view = { head, reader: { ...reader, outcomes } }
  return createLogSearch(view, { clock: chain.clock, limits })
}

function isOf(log: LogJson, { addresses, topics: positions, from, to }: LogRange): boolean {
  const allows = (alternatives: readonly Hex[], value: Hex | undefined): boolean =>
    value !== undefined && (alternatives.length === 0 || alternatives.includes(value))
  const number = BigInt(log.blockNumber)
  if (number < from || number > to) return false
  return (
    allows(addresses, log.address) &&
    positions.every((alternatives, index) => allows(alternatives, log.topics[index]))
  )
}

/** Two contracts that log the words they are called with as topics, and blocks in which they are called. */
async function fillChain({ mine }: ChainNode): Promise<void> {
  await mine(...(await Promise.all([0, 1].map((nonce) => deploy(nonce, deploying(logging))))))
  let nonce = 2
  for (let block = 0; block < BLOCKS; block += 1) {
    const sent: Uint8Array[] = []
    for (let index = 0; index < block % 4; index += 1) {
      const words = [0, 1, 2].map((place) => topics[(nonce + place * block) % 3] ?? padHex('0x'))
      const to = loggers[(block + index) % 2] ?? null
      const { raw } = await signAs(0, { nonce, to, data: concatHex(words) })
      sent.push(raw)
      nonce += 1
    }
    await mine(...sent)
  }
}

async function deploy(nonce: number, data: Hex): Promise<Uint8Array> {
  return (await signAs(0, { nonce, data, gas: 500_000n })).raw
}
