import type { VM } from '@ethereumjs/vm'
import { LRUCache } from 'lru-cache'

/** The library's name of what is replaced. */
const analysis = '_getValidJumpDestinations'

/** What the interpreter wants to know of a code before its first jump: made from the code alone, never changed. */
type Analyse = (code: Uint8Array) => object

type Interpreter = { [analysis]: Analyse }
type RunState = { readonly interpreter: Interpreter }
type Handler = (runState: RunState, common: unknown) => unknown

/** Codes whose analysis is kept; the largest code's takes about a megabyte. */
const KEPT = 192

const STOP = 0x00

/**
 * Lets the interpreter analyse each code once. It does so at the first jump of every call, whose gas does not pay for it: a
 * code of 24,576 bytes takes 10 ms, a call of it 130 gas, so that one transaction could keep a block from being made for
 * minutes. Codes are told apart as objects: the state's cache hands out the same one for each call.
 *
 * The library does not export its interpreter; an instruction that does nothing shows it.
 */
export async function keepJumpAnalyses(vm: VM): Promise<void> {
  const prototype = await findInterpreter(vm)
  const analyse = prototype[analysis]
  if (kept in analyse) return
  const analyses = new LRUCache<Uint8Array, object>({ max: KEPT })
  const analyseOnce: Analyse & { [kept]?: true } = function (this: Interpreter, code) {
    const known = analyses.get(code)
    if (known !== undefined) return known
    const made = analyse.call(this, code)
    analyses.set(code, made)
    return made
  }
  analyseOnce[kept] = true
  prototype[analysis] = analyseOnce
}

/** Marks what was replaced already, by another machine of the same thread. */
const kept = Symbol('kept')

type Opcode = { opHandler: Handler }

async function findInterpreter({ evm }: VM): Promise<Interpreter> {
  const { _opcodeMap: opcodes } = evm as unknown as { readonly _opcodeMap: readonly Opcode[] }
  const stop = opcodes[STOP]
  if (stop === undefined) throw new Error('The interpreter has no STOP.')
  const { opHandler } = stop
  let found: Interpreter | undefined
  stop.opHandler = (runState, common) => {
    found = Object.getPrototypeOf(runState.interpreter) as Interpreter
    return opHandler(runState, common)
  }
  try {
    await evm.runCode?.({ code: Uint8Array.of(STOP) })
  } finally {
    stop.opHandler = opHandler
  }
  if (found === undefined) throw new Error('The interpreter did not show itself.')
  return found
}
