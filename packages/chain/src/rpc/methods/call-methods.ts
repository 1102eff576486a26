import { z } from 'zod'

import { revertReason } from '../../simulation/revert-reason.ts'
import type { CallMessage, CallOutcome, Simulation } from '../../simulation/simulator.ts'
import { blockOverrides, callRequest, stateOverrides, type CallRequest } from '../call-schema.ts'
import { RpcError, rpcCode } from '../errors.ts'
import { toQuantity } from '../format/quantity.ts'
import { defineMethod, type MethodTable } from '../method.ts'
import { blockRef, latest, type BlockRef } from '../schema.ts'
import { callerOf } from './allowance.ts'
import type { MethodContext } from './context.ts'

const nobody = '0x0000000000000000000000000000000000000000'

/**
 * The block that gas is estimated in, where none is named: the next one. Blocks are made when there is work, so the newest
 * one may be a minute old, and what time does to a contract would be left out of the estimate.
 */
const pending: BlockRef = { tag: 'pending' }

/** Returns the methods that try a transaction out. */
export function createCallMethods(context: MethodContext): MethodTable {
  const { simulator } = context
  return {
    eth_call: defineMethod({
      params: z.tuple([callRequest, blockRef.default(latest), stateOverrides, blockOverrides]),
      cost: 20,
      handle: async ([request, ref, accounts, block], session) => {
        const simulation = await toSimulation(context, { request, ref, accounts, block })
        return dataOf(await simulator.call(simulation, callerOf(context, session)))
      },
    }),
    eth_estimateGas: defineMethod({
      params: z.tuple([callRequest, blockRef.default(pending), stateOverrides, blockOverrides]),
      cost: 50,
      handle: async ([request, ref, accounts, block], session) => {
        const simulation = await toSimulation(context, { request, ref, accounts, block })
        const estimate = await simulator.estimateGas(simulation, callerOf(context, session))
        if (estimate.status === 'enough') return toQuantity(estimate.gas)
        throw failureOf(estimate)
      },
    }),
    eth_createAccessList: defineMethod({
      params: z.tuple([callRequest, blockRef.default(pending), stateOverrides]),
      cost: 50,
      handle: async ([request, ref, accounts], session) => {
        const simulation = await toSimulation(context, { request, ref, accounts })
        const { gasUsed, ...rest } = await simulator.createAccessList(
          simulation,
          callerOf(context, session),
        )
        return { ...rest, gasUsed: toQuantity(gasUsed) }
      },
    }),
  }
}

type Asked = {
  readonly request: CallRequest
  readonly ref: BlockRef
  readonly accounts?: z.output<typeof stateOverrides>
  readonly block?: z.output<typeof blockOverrides>
}

async function toSimulation(
  { lookup, clock }: MethodContext,
  { request, ref, accounts, block }: Asked,
): Promise<Simulation> {
  const parent = await lookup.get(ref)
  const { header } = parent
  const isNext = 'tag' in ref && ref.tag === 'pending'
  const now = BigInt(Math.floor(clock.wallMs() / 1000))
  const nextBlockTime = now > header.timestamp ? now : header.timestamp + 1n
  const baseFee = isNext ? header.calcNextBaseFee() : (header.baseFeePerGas ?? 0n)
  return {
    at: { blockNumber: header.number, ...(isNext && { nextBlockTime }) },
    message: toMessage(request, baseFee),
    ...(accounts !== undefined && { accounts }),
    ...(block !== undefined && { block }),
  }
}

function toMessage(request: CallRequest, baseFee: bigint): CallMessage {
  const { from = nobody, to, gas, value = 0n, data = '0x', input = data, accessList = [] } = request
  return {
    from,
    ...(to !== undefined && { to }),
    data: input,
    value,
    ...(gas !== undefined && { gas }),
    gasPrice: gasPriceOf(request, baseFee),
    accessList,
  }
}

/** A call that names no price is free. */
function gasPriceOf(request: CallRequest, baseFee: bigint): bigint {
  const { gasPrice, maxFeePerGas = 0n, maxPriorityFeePerGas = 0n } = request
  if (gasPrice !== undefined) return gasPrice
  const wanted = baseFee + maxPriorityFeePerGas
  return wanted < maxFeePerGas ? wanted : maxFeePerGas
}

function dataOf(outcome: CallOutcome): string {
  if (outcome.status === 'returned') return outcome.data
  throw failureOf(outcome)
}

function failureOf(outcome: Exclude<CallOutcome, { readonly status: 'returned' }>): RpcError {
  if (outcome.status === 'halted') return new RpcError(rpcCode.server, outcome.reason)
  const { data } = outcome
  const reason = revertReason(data)
  const message = `execution reverted${reason === undefined ? '' : `: ${reason}`}`
  return new RpcError(rpcCode.reverted, message, data)
}
