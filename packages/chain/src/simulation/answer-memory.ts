import { LRUCache } from 'lru-cache'

import type { CallOutcome, Simulation, Simulator } from './simulator.ts'

/** Characters of calls and their answers that are kept. */
const KEPT_LENGTH = 4 << 20

/** A call longer than this is not kept: nobody asks it often. */
const LONGEST_CALL = 4096

/**
 * Returns a simulator that answers a call from memory which it has answered at the same block before: what is decided does
 * not change, and pages of many people ask for the same balances and prices until the next block.
 */
export function rememberAnswers(simulator: Simulator): Simulator {
  const answers = new LRUCache<string, CallOutcome>({ maxSize: KEPT_LENGTH })
  return {
    ...simulator,
    call: async (simulation, caller) => {
      const question = toText(simulation)
      if (question === undefined) return simulator.call(simulation, caller)
      const known = answers.get(question)
      if (known !== undefined) return known
      const answer = await simulator.call(simulation, caller)
      answers.set(question, answer, { size: question.length + lengthOf(answer) })
      return answer
    },
  }
}

/** Returns what a call asks of a decided block; nothing where it is not to be kept. */
function toText({ at, message, accounts, block }: Simulation): string | undefined {
  const isDecided = at.nextBlockTime === undefined
  if (!isDecided || accounts !== undefined || block !== undefined) return undefined
  const { from, to, data, value, gas, gasPrice, accessList } = message
  if (data.length > LONGEST_CALL || accessList.length > 0) return undefined
  return [at.blockNumber, from, to, value, gas, gasPrice, data].join(' ')
}

function lengthOf(answer: CallOutcome): number {
  return answer.status === 'halted' ? answer.reason.length : answer.data.length
}
