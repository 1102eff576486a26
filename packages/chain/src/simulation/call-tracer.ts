import type { EVMResult, InterpreterStep, Message } from '@ethereumjs/evm'
import { bytesToHex } from '@ethereumjs/util'
import { numberToHex, type Hex } from 'viem'

import { haltReason } from './halt-reason.ts'
import { revertReason } from './revert-reason.ts'
import type { TraceOptions } from './simulator.ts'
import { createTraceBudget, type TraceBudget } from './trace-budget.ts'
import type { Tracer } from './tracer.ts'

/** A call as geth's callTracer gives it. */
type CallFrame = {
  readonly type: string
  readonly from: Hex
  to?: Hex
  value?: Hex
  gas: Hex
  gasUsed: Hex
  readonly input: Hex
  output?: Hex
  error?: string
  revertReason?: string
  calls?: CallFrame[]
  logs?: LogFrame[]
}

type LogFrame = {
  /** Among the logs of the block; of those that came to be. */
  index: Hex
  readonly address: Hex
  readonly topics: readonly Hex[]
  readonly data: Hex
  /** How many calls of the same frame came before. */
  readonly position: Hex
}

type CallOptions = Omit<Extract<TraceOptions, { readonly kind: 'calls' }>, 'kind'>

/** What a call or a log takes without its data; each byte of that is two digits. */
const FRAME_BYTES = 500

const firstLog = 0xa0
const lastLog = 0xa4

/** Returns geth's `callTracer`: the tree of calls of a transaction. */
export function createCallTracer(
  { onlyTopCall, withLog }: CallOptions,
  take: TraceBudget = createTraceBudget(),
): Tracer {
  const open: CallFrame[] = []
  /** All logs in their order, those too that did not come to be. */
  const logs: LogFrame[] = []
  let top: CallFrame | undefined
  /** The instruction that ran last: a call's own kind is not told otherwise. */
  let instruction = ''

  return {
    enter: (message) => {
      take(FRAME_BYTES + 2 * message.data.length)
      open.push(beginFrame(message, instruction))
      instruction = ''
    },
    exit: (result) => {
      take(2 * result.execResult.returnValue.length)
      const frame = open.pop()
      if (frame === undefined) return
      endFrame(frame, result)
      take(JSON.stringify(frame.revertReason ?? '').length)
      const parent = open.at(-1)
      if (parent === undefined) top = frame
      else (parent.calls ??= []).push(frame)
    },
    step: async (step) => {
      instruction = step.opcode.name
      const frame = open.at(-1)
      if (frame === undefined) return
      if (instruction === 'SELFDESTRUCT') {
        take(FRAME_BYTES)
        ;(frame.calls ??= []).push(await selfDestruction(step))
      }
      if (!withLog || !isLog(step)) return
      const log = readLog(step, { take, position: onlyTopCall ? 0 : (frame.calls?.length ?? 0) })
      ;(frame.logs ??= []).push(log)
      logs.push(log)
    },
    finish: ({ gasLimit, gasUsed, logsBefore }) => {
      if (top === undefined) throw new Error('The transaction made no call.')
      const kept = new Set(logsUnder(top))
      const inOrder = logs.filter((log) => kept.has(log))
      for (const [index, log] of inOrder.entries()) log.index = numberToHex(logsBefore + index)
      const { calls, ...own } = top
      const whole = calls === undefined || onlyTopCall ? own : { ...own, calls }
      return { ...whole, gas: numberToHex(gasLimit), gasUsed: numberToHex(gasUsed) }
    },
  }
}

function beginFrame(message: Message, instruction: string): CallFrame {
  const { to, caller, value, gasLimit, data } = message
  const type = typeOf(message, instruction)
  const target = type === 'DELEGATECALL' || type === 'CALLCODE' ? message.codeAddress : to
  return {
    from: bytesToHex(type === 'DELEGATECALL' && to !== undefined ? to.bytes : caller.bytes),
    gas: numberToHex(gasLimit),
    gasUsed: '0x0',
    ...(target !== undefined && { to: bytesToHex(target.bytes) }),
    input: bytesToHex(data),
    ...(type !== 'STATICCALL' && { value: numberToHex(value) }),
    type,
  }
}

function typeOf({ depth, to }: Message, instruction: string): string {
  if (depth === 0) return to === undefined ? 'CREATE' : 'CALL'
  return instruction
}

function endFrame(frame: CallFrame, { execResult, createdAddress }: EVMResult): void {
  const { exceptionError, executionGasUsed, returnValue } = execResult
  const isCreation = frame.type.startsWith('CREATE')
  frame.gasUsed = numberToHex(executionGasUsed)
  if (isCreation && createdAddress !== undefined) frame.to = bytesToHex(createdAddress.bytes)
  if (exceptionError === undefined) {
    if (returnValue.length > 0) frame.output = bytesToHex(returnValue)
    return
  }
  frame.error = haltReason(execResult) ?? exceptionError.error
  if (isCreation) delete frame.to
  dropLogs(frame)
  if (exceptionError.error !== 'revert' || returnValue.length === 0) return
  frame.output = bytesToHex(returnValue)
  const reason = revertReason(frame.output)
  if (reason !== undefined) frame.revertReason = reason
}

/** What a failed call logged, and what the calls under it did, never came to be. */
function dropLogs(frame: CallFrame): void {
  delete frame.logs
  for (const call of frame.calls ?? []) dropLogs(call)
}

async function selfDestruction({
  stack,
  address,
  stateManager,
}: InterpreterStep): Promise<CallFrame> {
  const account = await stateManager.getAccount(address)
  return {
    from: bytesToHex(address.bytes),
    gas: '0x0',
    gasUsed: '0x0',
    to: numberToHex(BigInt.asUintN(160, stack.at(-1) ?? 0n), { size: 20 }),
    input: '0x',
    value: numberToHex(account?.balance ?? 0n),
    type: 'SELFDESTRUCT',
  }
}

function logsUnder({ logs = [], calls = [] }: CallFrame): readonly LogFrame[] {
  return [...logs, ...calls.flatMap(logsUnder)]
}

/** Whether a step is a log that can be paid. */
function isLog({ opcode: { code, dynamicFee = 0n }, gasLeft }: InterpreterStep): boolean {
  return code >= firstLog && code <= lastLog && dynamicFee <= gasLeft
}

function readLog(
  { opcode, stack, memory, address }: InterpreterStep,
  { take, position }: { readonly take: TraceBudget; readonly position: number },
): LogFrame {
  const parts = stack.toReversed().slice(0, opcode.code - firstLog + 2)
  const [offset = 0n, size = 0n, ...topics] = parts
  take(FRAME_BYTES + 2 * Number(size))
  const data = new Uint8Array(Number(size))
  data.set(memory.subarray(Number(offset), Number(offset + size)))
  return {
    index: '0x0',
    address: bytesToHex(address.bytes),
    topics: topics.map((topic) => numberToHex(topic, { size: 32 })),
    data: bytesToHex(data),
    position: numberToHex(position),
  }
}
