import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'

import { openChainNode, type ChainNode } from '../../test/chain-node.ts'
import { accountOf, createLocalGenesis } from '../../test/local-genesis.ts'
import { TransactionRefusedError } from '../pool/errors.ts'
import { TraceTooLargeError } from '../simulation/errors.ts'
import { createLocalSimulator } from '../simulation/local-simulator.ts'
import { StoreFailedError } from '../store/errors.ts'
import { errorToFailure as threadFailureOf, ThreadFailedError } from '../thread/thread-message.ts'
import { createBlockLookup } from './block-lookup.ts'
import { createDispatcher, type Dispatcher, type DispatcherParts } from './dispatcher.ts'
import { RpcError, rpcCode } from './errors.ts'
import { createFilterSet } from './filter-set.ts'
import { rpcLimitsByDefault } from './limits.ts'
import { createLogSearch } from './log-search.ts'
import { defineMethod, type MethodTable } from './method.ts'
import { createMethods } from './methods/method-table.ts'

const session = { client: 'a test' }
const answerSchema = z.strictObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number(), z.null()]),
  result: z.unknown().optional(),
  error: z
    .strictObject({ code: z.int(), message: z.string().min(1), data: z.unknown().optional() })
    .optional(),
})

let chain: ChainNode
let methods: MethodTable

beforeAll(async () => {
  const genesis = await createLocalGenesis({ [accountOf(0).address]: 1n })
  chain = await openChainNode(genesis)
  methods = createNodeMethods(chain)
})

afterAll(() => chain.close())

test.each([
  ['text that is no JSON', '{"jsonrpc"', rpcCode.parseError],
  ['nothing', '', rpcCode.parseError],
  ['a number', '5', rpcCode.invalidRequest],
  ['an empty batch', '[]', rpcCode.invalidRequest],
  ['another version', '{"jsonrpc":"1.0","id":1,"method":"a"}', rpcCode.invalidRequest],
  ['an id that is none', '{"jsonrpc":"2.0","id":{},"method":"a"}', rpcCode.invalidRequest],
  ['an unknown method', '{"jsonrpc":"2.0","id":1,"method":"a"}', rpcCode.methodNotFound],
  [
    'a name of every object',
    '{"jsonrpc":"2.0","id":1,"method":"toString"}',
    rpcCode.methodNotFound,
  ],
  [
    'parameters by name',
    '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":{"a":1}}',
    rpcCode.invalidParams,
  ],
])('%s has an error with its code', async (_, text, code) => {
  expect(await ask(text)).toMatchObject({ error: { code } })
})

test('every wrong parameter is named', async () => {
  const wrong = [
    ['eth_getBalance'],
    ['eth_getBalance', '0x1'],
    ['eth_getBalance', 5],
    ['eth_getBalance', `0x${'11'.repeat(20)}`, 'newest'],
    ['eth_getBalance', `0x${'11'.repeat(20)}`, 'latest', 'more'],
    ['eth_call', { to: '0x12' }],
    ['eth_call', { data: '0x12', input: '0x13' }],
    ['eth_getLogs', { fromBlock: '0x5', toBlock: '0x1' }],
    ['eth_getLogs', { topics: ['0x', null] }],
    ['eth_feeHistory', '0x1', 'latest', [50, 20]],
    ['debug_traceTransaction', `0x${'11'.repeat(32)}`, { tracer: 'evil()' }],
    ['eth_subscribe', 'news'],
  ] as const
  const told: string[] = []
  for (const [method, ...params] of wrong) {
    const { error } = await askFor(method, params)
    expect(error?.code).toBe(rpcCode.invalidParams)
    told.push(`${method}: ${error?.message}`)
  }
  expect(told).toMatchInlineSnapshot(`
    [
      "eth_getBalance: missing value for required argument 0",
      "eth_getBalance: invalid argument 0: has to be whole bytes of hex",
      "eth_getBalance: invalid argument 0: has to be a hex string",
      "eth_getBalance: invalid argument 1: has to be a block number, tag or hash",
      "eth_getBalance: too many arguments, want at most 2",
      "eth_call: invalid argument 0 (to): has to be 20 bytes of hex",
      "eth_call: invalid argument 0: both "data" and "input" are set and not equal. Please use "input" to pass transaction call data",
      "eth_getLogs: invalid block range params",
      "eth_getLogs: invalid argument 0 (topics.0): has to be 32 bytes of hex, several of them in a list, or null",
      "eth_feeHistory: invalid argument 2: has to ascend",
      "debug_traceTransaction: invalid argument 1 (tracer): has to be callTracer, or left out",
      "eth_subscribe: has to be newHeads, logs or newPendingTransactions, and what each of them takes",
    ]
  `)
})

test('parameters that are left out at the end may be null', async () => {
  const params = [accountOf(0).address, null]
  expect(await askFor('eth_getBalance', params)).toMatchObject({ result: '0x1' })
})

test('a batch is answered one for one, but for what asks no answer', async () => {
  const { dispatch } = setup()
  const request = (id?: number) => ({ jsonrpc: '2.0', id, method: 'eth_chainId' })
  const batch = [request(1), request(), 7, request(2)]
  const answers: unknown = JSON.parse((await dispatch(JSON.stringify(batch), session)) ?? '')
  expect(answers).toMatchObject([
    { id: 1, result: '0x4e5852' },
    { id: null, error: { code: rpcCode.invalidRequest } },
    { id: 2 },
  ])
  expect(await dispatch(JSON.stringify([request(), request()]), session)).toBeUndefined()
  expect(await dispatch(JSON.stringify(request()), session)).toBeUndefined()
  const huge = JSON.stringify(Array.from({ length: 101 }, request))
  expect(await ask(huge)).toMatchObject({ error: { code: rpcCode.invalidRequest } })
})

test('a client that asks too much is told to wait, and nobody else', async () => {
  const { dispatch } = setup({ takeCost: (client) => client !== 'greedy' })
  const text = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}'
  expect(await dispatch(text, { client: 'greedy' })).toContain('-32005')
  expect(await dispatch(text, { client: 'modest' })).toContain('result')
})

test.each([
  ['that nobody foresaw', new Error('/home/somebody/chain')],
  ['of the disk', new StoreFailedError('/home/somebody/chain', new Error('ENOSPC'))],
  [
    'of another thread’s disk',
    new ThreadFailedError(threadFailureOf(new StoreFailedError('/home/somebody/chain', 'EIO'))),
  ],
  ['of a thread', new ThreadFailedError({ name: 'Error', message: '/home/somebody/thread.ts' })],
])('a failure %s is told to the node’s log and not to the client', async (_, secret) => {
  const onFault = vi.fn<DispatcherParts['onFault']>()
  const { dispatch } = setup({ onFault, methods: { broken: failing(secret) } })
  const answer = await dispatch('{"jsonrpc":"2.0","id":1,"method":"broken"}', session)
  expect(answer).toBe('{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"internal error"}}')
  expect(onFault).toHaveBeenCalledWith(secret, 'broken')
})

test.each([
  ['of the pool', new TransactionRefusedError('CHAIN_POOL_FULL', 'txpool is full', 'Wait.')],
  ['of a call', new ThreadFailedError(threadFailureOf(new TraceTooLargeError(5)))],
])('a refusal %s is told with its code and what to do', async (_, refusal) => {
  const { dispatch } = setup({ methods: { refuse: failing(refusal) } })
  const answer = await dispatch('{"jsonrpc":"2.0","id":1,"method":"refuse"}', session)
  const { code, hint, message } = refusal
  expect(JSON.parse(answer ?? '')).toMatchObject({ error: { message, data: { code, hint } } })
})

test('what a client is told of an error is what the error says', async () => {
  const reverted = new RpcError(rpcCode.reverted, 'execution reverted', '0x12')
  const { dispatch } = setup({ methods: { refuse: failing(reverted) } })
  expect(await dispatch('{"jsonrpc":"2.0","id":"a","method":"refuse"}', session)).toBe(
    '{"jsonrpc":"2.0","id":"a","error":{"code":3,"message":"execution reverted","data":"0x12"}}',
  )
})

test('any text has a well-formed answer', async () => {
  const onFault = vi.fn<DispatcherParts['onFault']>()
  const { dispatch } = setup({ onFault })
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.array(anyRequest()).map((list) => JSON.stringify(list)),
  )
  await fc.assert(
    fc.asyncProperty(text, async (sent) => expectAnswer(await dispatch(sent, session))),
    { numRuns: 300 },
  )
  expect(onFault).not.toHaveBeenCalled()
})

test('any parameters of any method have a well-formed answer, and are never a fault', async () => {
  const onFault = vi.fn<DispatcherParts['onFault']>()
  const { dispatch } = setup({ onFault })
  await fc.assert(
    fc.asyncProperty(anyRequest(), async (sent) =>
      expectAnswer(await dispatch(JSON.stringify(sent), session)),
    ),
    { numRuns: 1500 },
  )
  expect(onFault.mock.calls).toEqual([])
})

/** A request of a known method, with parameters that are nearly right more often than by chance. */
function anyRequest() {
  const hex = fc.uint8Array({ maxLength: 40 }).map((raw) => `0x${Buffer.from(raw).toString('hex')}`)
  const account = fc.constantFrom(accountOf(0).address, `0x${'11'.repeat(20)}`, '0x')
  const block = fc.constantFrom('latest', 'pending', 'earliest', '0x0', '0x99', 'nowhere')
  const hash = fc.constantFrom(`0x${'22'.repeat(32)}`, ...headHashes())
  const small = fc.oneof(hex, account, block, hash, fc.boolean(), fc.constant(null), fc.integer())
  const topics = fc.array(small)
  const call = fc.record(
    { from: account, to: account, data: hex, value: hex, gas: hex, gasPrice: hex },
    { requiredKeys: [] },
  )
  const filter = fc.record(
    { fromBlock: block, toBlock: block, address: account, topics, blockHash: hash },
    { requiredKeys: [] },
  )
  const param = fc.oneof(small, call, filter, topics, fc.jsonValue())
  return fc.record({
    jsonrpc: fc.constant('2.0'),
    id: fc.constant(1),
    method: fc.constantFrom(...Object.keys(methods)),
    params: fc.array(param, { maxLength: 4 }),
  })
}

/** Returns a method that fails. */
function failing(failure: Error) {
  return defineMethod({
    params: z.tuple([]),
    cost: 1,
    handle: () => {
      throw failure
    },
  })
}

function headHashes(): readonly string[] {
  return [`0x${Buffer.from(chain.view.head().hash()).toString('hex')}`]
}

function expectAnswer(text: string | undefined): void {
  if (text === undefined) return
  const answer: unknown = JSON.parse(text)
  for (const one of Array.isArray(answer) ? (answer as unknown[]) : [answer]) {
    const { result, error } = answerSchema.parse(one)
    expect(result === undefined).toBe(error !== undefined)
  }
}

async function ask(text: string) {
  return answerSchema.parse(JSON.parse((await setup().dispatch(text, session)) ?? ''))
}

function askFor(method: string, params: readonly unknown[]) {
  return ask(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
}

function setup(change: Partial<DispatcherParts> = {}): Dispatcher {
  return createDispatcher({
    methods,
    limits: rpcLimitsByDefault.dispatch,
    clock: chain.clock,
    takeCost: () => true,
    onRequest: () => {},
    onFault: (failure) => {
      throw failure
    },
    ...change,
  })
}

function createNodeMethods({ view, ground, clock }: ChainNode): MethodTable {
  const search = createLogSearch(view, { clock, limits: rpcLimitsByDefault.logs })
  const createId = () => '0x1' as const
  const { filters: limits } = rpcLimitsByDefault
  return createMethods({
    view,
    clock,
    search,
    lookup: createBlockLookup(view),
    states: view.readState,
    simulator: createLocalSimulator({ ...ground, gasCap: 1_000_000n }),
    filters: createFilterSet({ view, search, clock, limits, createId }),
    takeCost: () => true,
    charge: () => {},
    clientVersion: 'test',
  })
}
