import type { ExecResult } from '@ethereumjs/evm'

/** How the virtual machine's library says that a call halted, and how geth says it: tools look for geth's words. */
const gethReasons: Readonly<Record<string, string>> = {
  revert: 'execution reverted',
  'code store out of gas': 'contract creation code storage out of gas',
  'code size to deposit exceeds maximum code size': 'max code size exceeded',
  'stack overflow': 'stack limit reached 1024 (1023)',
  'invalid JUMP': 'invalid jump destination',
  'static state change': 'write protection',
  'create collision': 'contract address collision',
  'value overflow': 'gas uint64 overflow',
  'insufficient balance': 'insufficient balance for transfer',
  'invalid bytecode deployed': 'invalid code: must not begin with 0xef',
  'initcode exceeds max initcode size': 'max initcode size exceeded',
}

/** The instruction that is named INVALID. */
const INVALID = 0xfe

/** Returns geth's words for why a call halted, the library's own where geth has none; nothing where it did not halt. */
export function haltReason({ exceptionError, runState }: ExecResult): string | undefined {
  if (exceptionError === undefined) return undefined
  const { error } = exceptionError
  if (error === 'invalid opcode' && runState !== undefined) {
    return `invalid opcode: ${nameOf(runState.opCode)}`
  }
  if (error === 'value out of range') {
    return runState === undefined ? 'invalid input length' : 'return data out of bounds'
  }
  return gethReasons[error] ?? error
}

function nameOf(opcode: number): string {
  return opcode === INVALID ? 'INVALID' : `opcode 0x${opcode.toString(16)} not defined`
}
