import type { EVMResult, InterpreterStep, Message } from '@ethereumjs/evm'
import { createAddressFromString } from '@ethereumjs/util'
import fc from 'fast-check'
import { concatHex, encodeErrorResult, hexToBytes, parseAbi } from 'viem'
import { expect, test } from 'vitest'

import { createCallTracer } from './call-tracer.ts'
import { createStepTracer } from './step-tracer.ts'
import { createTraceBudget } from './trace-budget.ts'
import type { Tracer } from './tracer.ts'

const address = createAddressFromString(`0x${'c0'.repeat(20)}`)
const most = 2n ** 256n - 1n
const word = fc.bigInt({ min: 0n, max: most })
const anyStep = fc.record({
  name: fc.constantFrom('ADD', 'SLOAD', 'SSTORE', 'CALL', 'SELFDESTRUCT', 'LOG4'),
  stack: fc.array(word, { minLength: 6, maxLength: 12 }),
  memoryWordCount: fc.bigInt({ min: 0n, max: 4n }),
  returned: fc.option(fc.uint8Array({ maxLength: 300 }), { nil: undefined }),
})
const allSteps = {
  withMemory: true,
  withStack: true,
  withStorage: true,
  withReturnData: true,
} as const

type Step = (typeof anyStep extends fc.Arbitrary<infer One> ? One : never) & {
  readonly gas?: bigint
}

test.each([
  ['steps', (take: (bytes: number) => void) => createStepTracer(allSteps, take)],
  [
    'calls',
    (take: (bytes: number) => void) =>
      createCallTracer({ onlyTopCall: false, withLog: true }, take),
  ],
])('a trace of %s is counted as at least what its JSON is', async (_, create) => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 30 }), async (steps) => {
      let counted = 0
      const tracer = create((bytes) => {
        counted += bytes
      })
      const trace = await run(tracer, steps)
      expect(JSON.stringify(trace).length).toBeLessThanOrEqual(counted)
    }),
  )
})

test('slots that many steps show again are too many in the end', async () => {
  const tracer = createStepTracer(allSteps, createTraceBudget(1_000_000))
  const steps = Array.from({ length: 300 }, (_, slot) => ({
    name: 'SLOAD' as const,
    stack: [BigInt(slot)],
    memoryWordCount: 0n,
    returned: undefined,
  }))
  await expect(run(tracer, steps)).rejects.toMatchObject({ code: 'CHAIN_TRACE_TOO_LARGE' })
})

/** Lets a transaction of these steps run; where one hands something back, a call that did so comes before it. */
async function run(tracer: Tracer, steps: readonly Step[]): Promise<unknown> {
  tracer.enter?.(messageAt(0))
  for (const { name, stack, memoryWordCount, returned } of steps) {
    if (returned !== undefined) {
      tracer.enter?.(messageAt(1))
      tracer.exit?.(resultOf(returned, true))
    }
    await tracer.step(stepOf({ name, stack, memoryWordCount }))
  }
  const result = resultOf(new Uint8Array(40), false)
  tracer.exit?.(result)
  return tracer.finish({ gasLimit: most, gasUsed: 30_000_000n, logsBefore: 100_000, result })
}

function messageAt(depth: number): Message {
  const data = new Uint8Array(20)
  return {
    depth,
    to: address,
    caller: address,
    value: most,
    gasLimit: 30_000_000n,
    data,
  } as Message
}

/** A call that reverted, with a text of Solidity's or with anything. */
function resultOf(returned: Uint8Array, isRevert: boolean): EVMResult {
  const text = encodeErrorResult({
    abi: parseAbi(['error Error(string)']),
    errorName: 'Error',
    args: ['\u0001'.repeat(returned.length)],
  })
  const returnValue = returned.length % 2 === 0 ? returned : hexToBytes(concatHex([text]))
  return {
    execResult: {
      returnValue,
      executionGasUsed: 30_000_000n,
      ...(isRevert && { exceptionError: { error: 'revert' } }),
    },
  } as EVMResult
}

function stepOf({ name, stack, memoryWordCount }: Omit<Step, 'returned'>): InterpreterStep {
  const [offset, size] = [0n, 32n * memoryWordCount]
  return {
    pc: 24_000,
    depth: 1023,
    gasLeft: 30_000_000n,
    gasRefund: 1_000_000n,
    opcode: { name, code: name === 'LOG4' ? 0xa4 : 0, fee: 30_000_000, dynamicFee: 30_000_000n },
    stack: name === 'LOG4' ? [...stack.slice(0, 4), size, offset] : stack,
    memory: new Uint8Array(Number(size)),
    memoryWordCount,
    address,
    stateManager: {
      getStorage: async () => new Uint8Array(32).fill(255),
      getAccount: async () => ({ balance: most }),
    },
  } as unknown as InterpreterStep
}
