import type { Block } from '@ethereumjs/block'
import { runTx, type RunTxResult } from '@ethereumjs/vm'

import type { Machine } from '../execution/machine.ts'
import { createCallTracer } from './call-tracer.ts'
import type { TraceOptions } from './simulator.ts'
import { createStepTracer } from './step-tracer.ts'
import { withTracer, type Tracer } from './tracer.ts'

/**
 * Runs a block's transactions again, on the state of its parent, up to the one at `index`, and returns geth's JSON of what
 * that one did. It changes the machine's state: whoever calls takes that back.
 */
export async function traceTransaction(
  machine: Machine,
  { block, index }: { readonly block: Block; readonly index: number },
  options: TraceOptions,
): Promise<unknown> {
  const run = (at: number): Promise<RunTxResult> => {
    const tx = block.transactions[at]
    if (tx === undefined) throw new RangeError(`The block has no transaction ${at}.`)
    return runTx(machine.vm, { tx, block, skipBlockGasLimitValidation: true })
  }
  let logsBefore = 0
  for (let before = 0; before < index; before += 1) {
    logsBefore += (await run(before)).receipt.logs.length
  }
  const tracer = createTracer(options)
  const result = await withTracer(machine, tracer, () => run(index))
  return tracer.finish({
    gasLimit: block.transactions[index]?.gasLimit ?? 0n,
    gasUsed: result.totalGasSpent,
    logsBefore,
    result,
  })
}

function createTracer(options: TraceOptions): Tracer {
  return options.kind === 'calls' ? createCallTracer(options) : createStepTracer(options)
}
