import type { EVMResult, InterpreterStep, Message } from '@ethereumjs/evm'

import type { Machine } from '../execution/machine.ts'

/** What a traced transaction came to. */
export type TracedTransaction = {
  readonly gasLimit: bigint
  readonly gasUsed: bigint
  /** Logs of the block's transactions before it. */
  readonly logsBefore: number
  readonly result: EVMResult
}

/** Looks on while a transaction runs. */
export type Tracer = {
  /** A call begins, at any depth. */
  readonly enter?: (message: Message) => void
  /** The call that began last and has not ended, ends. */
  readonly exit?: (result: EVMResult) => void
  /** An instruction is about to run. */
  readonly step: (step: InterpreterStep) => Promise<void> | void
  /** Returns geth's JSON of the trace. */
  readonly finish: (transaction: TracedTransaction) => unknown
}

/** Lets a tracer look on while `action` runs on a machine. */
export async function withTracer<Result>(
  { vm }: Machine,
  tracer: Tracer,
  action: () => Promise<Result>,
): Promise<Result> {
  const { events } = vm.evm
  if (events === undefined) throw new TypeError('This machine tells nothing of what it does.')
  let failure: unknown
  const enter = (message: Message): void => tracer.enter?.(message)
  const exit = (result: EVMResult): void => tracer.exit?.(result)
  const step = (data: InterpreterStep, resolve?: () => void): void => {
    if (failure !== undefined) throw failure
    const goOn = (): void => resolve?.()
    void (async () => tracer.step(data))()
      .catch((error: unknown) => {
        failure ??= error
      })
      .then(goOn)
  }
  events.on('beforeMessage', enter).on('afterMessage', exit).on('step', step)
  try {
    const result = await action()
    if (failure !== undefined) throw failure
    return result
  } finally {
    events.off('beforeMessage', enter).off('afterMessage', exit).off('step', step)
  }
}
