import type { InterpreterStep } from '@ethereumjs/evm'
import { bytesToBigInt, bytesToHex, setLengthLeft } from '@ethereumjs/util'
import { numberToHex, type Hex } from 'viem'

import type { TraceOptions } from './simulator.ts'
import { createTraceBudget, type TraceBudget } from './trace-budget.ts'
import type { Tracer } from './tracer.ts'

/** What an answer takes beside its steps; a step without its lists; a word of stack or memory; a slot and its value. */
const ANSWER_BYTES = 200
const STEP_BYTES = 200
const WORD_BYTES = 70
const SLOT_BYTES = 2 * WORD_BYTES

/** Instructions whose cost is said with the gas that they hand on. */
const handingOn: ReadonlySet<string> = new Set(['CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL'])
/** Gas that a call with value adds to what is handed on, for nothing. */
const CALL_STIPEND = 2_300n

type StepLog = { readonly op: string; gasCost: number } & Readonly<Record<string, unknown>>

type StepOptions = Omit<Extract<TraceOptions, { readonly kind: 'steps' }>, 'kind'>

/** Slots that each contract has touched. */
type SlotsByContract = Map<string, Record<string, string>>

/** Returns geth's default tracer: every instruction with its gas and its stack. */
export function createStepTracer(
  options: StepOptions,
  take: TraceBudget = createTraceBudget(),
): Tracer {
  const logs: StepLog[] = []
  const slots: SlotsByContract = new Map()
  /** What the last call of each open call handed back. */
  const returned: Hex[] = []
  return {
    enter: ({ depth, gasLimit, value }) => {
      returned.push('0x')
      const caller = logs.at(-1)
      if (depth === 0 || caller === undefined || !handingOn.has(caller.op)) return
      const given = caller.op.startsWith('CALL') && value > 0n ? gasLimit - CALL_STIPEND : gasLimit
      caller.gasCost += Number(given)
    },
    exit: ({ execResult, createdAddress }) => {
      returned.pop()
      const isMade = createdAddress !== undefined && execResult.exceptionError === undefined
      if (returned.length > 0) {
        returned[returned.length - 1] = isMade ? '0x' : bytesToHex(execResult.returnValue)
      }
    },
    step: async (step) => {
      const stackWords = options.withStack ? step.stack.length : 0
      const memoryWords = options.withMemory ? Number(step.memoryWordCount) : 0
      const returnData = options.withReturnData ? (returned.at(-1) ?? '0x') : '0x'
      take(STEP_BYTES + WORD_BYTES * (stackWords + memoryWords) + returnData.length)
      const storage = options.withStorage ? await storageAfter(step, { slots, take }) : undefined
      logs.push({
        pc: step.pc,
        op: step.opcode.name,
        gas: Number(step.gasLeft),
        gasCost: Number(step.opcode.dynamicFee ?? step.opcode.fee),
        depth: step.depth + 1,
        ...(step.gasRefund > 0n && { refund: Number(step.gasRefund) }),
        ...(options.withStack && { stack: step.stack.map((item) => numberToHex(item)) }),
        ...(memoryWords > 0 && { memory: wordsOf(step.memory) }),
        ...(returnData !== '0x' && { returnData }),
        ...(storage !== undefined && { storage }),
      })
    },
    finish: ({ gasUsed, result: { execResult } }) => {
      take(ANSWER_BYTES + 2 * execResult.returnValue.length)
      return {
        gas: Number(gasUsed),
        failed: execResult.exceptionError !== undefined,
        returnValue: bytesToHex(execResult.returnValue),
        structLogs: logs,
      }
    },
  }
}

function wordsOf(memory: Uint8Array): readonly string[] {
  const text = bytesToHex(memory).slice(2)
  return (text.match(/.{64}/g) ?? []).map((word) => `0x${word}`)
}

/** Returns the slots that the contract has touched, where this instruction touches one. */
async function storageAfter(
  { opcode, stack, address, stateManager }: InterpreterStep,
  { slots, take }: { readonly slots: SlotsByContract; readonly take: TraceBudget },
): Promise<Readonly<Record<string, string>> | undefined> {
  if (opcode.name !== 'SLOAD' && opcode.name !== 'SSTORE') return undefined
  const [slot = 0n, value = 0n] = stack.toReversed()
  const key = setLengthLeft(bytesOf(slot), 32)
  const held =
    opcode.name === 'SSTORE' ? value : bytesToBigInt(await stateManager.getStorage(address, key))
  const contract = address.toString()
  const before = slots.get(contract) ?? {}
  take(SLOT_BYTES * (Object.keys(before).length + 1))
  const touched = { ...before, [`0x${wordOf(slot)}`]: `0x${wordOf(held)}` }
  slots.set(contract, touched)
  return touched
}

function bytesOf(value: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(wordOf(value), 'hex'))
}

function wordOf(value: bigint): string {
  return value.toString(16).padStart(64, '0')
}
