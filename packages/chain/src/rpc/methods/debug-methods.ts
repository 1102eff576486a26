import { z } from 'zod'

import type { TraceOptions } from '../../simulation/simulator.ts'
import { RpcError, rpcCode } from '../errors.ts'
import { toData } from '../format/quantity.ts'
import { receiptToRaw } from '../format/receipt-json.ts'
import { defineMethod, type MethodTable } from '../method.ts'
import { blockRef, word } from '../schema.ts'
import { callerOf } from './allowance.ts'
import type { MethodContext } from './context.ts'

const flag = z.boolean().nullish()

const traceConfig = z
  .object({
    tracer: z.literal('callTracer', 'has to be callTracer, or left out').nullish(),
    tracerConfig: z.object({ onlyTopCall: flag, withLog: flag }).nullish(),
    enableMemory: flag,
    disableStack: flag,
    disableStorage: flag,
    enableReturnData: flag,
  })
  .transform(({ tracer, tracerConfig, ...steps }): TraceOptions => {
    if (tracer === 'callTracer') {
      const { onlyTopCall, withLog } = tracerConfig ?? {}
      return { kind: 'calls', onlyTopCall: onlyTopCall ?? false, withLog: withLog ?? false }
    }
    return {
      kind: 'steps',
      withMemory: steps.enableMemory ?? false,
      withStack: !steps.disableStack,
      withStorage: !steps.disableStorage,
      withReturnData: steps.enableReturnData ?? false,
    }
  })

/** Returns the methods that look inside. */
export function createDebugMethods(context: MethodContext): MethodTable {
  const { view, lookup, simulator } = context
  return {
    debug_traceTransaction: defineMethod({
      params: z.tuple([word, traceConfig.prefault({})]),
      cost: 500,
      handle: async ([hash, options], session) => {
        const place = await lookup.findPlace(hash)
        if (place === undefined) throw new RpcError(rpcCode.server, 'transaction not found')
        const { block, index } = place
        const traced = { blockNumber: block.header.number, index }
        return simulator.traceTransaction(traced, options, callerOf(context, session))
      },
    }),
    debug_getRawBlock: defineMethod({
      params: z.tuple([blockRef]),
      cost: 10,
      handle: async ([ref]) => toData((await lookup.get(ref)).serialize()),
    }),
    debug_getRawHeader: defineMethod({
      params: z.tuple([blockRef]),
      cost: 5,
      handle: async ([ref]) => toData((await lookup.get(ref)).header.serialize()),
    }),
    debug_getRawReceipts: defineMethod({
      params: z.tuple([blockRef]),
      cost: 10,
      handle: async ([ref]) => {
        const block = await lookup.get(ref)
        const receipts = (await view.reader.receipts(block.header.number)) ?? []
        return receipts.map((receipt, index) => toData(receiptToRaw(receipt, { block, index })))
      },
    }),
  }
}
