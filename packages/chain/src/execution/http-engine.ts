import { createHmac } from 'node:crypto'

import { BaseError } from '@nexqloud/kernel'
import { bytesToHex, hexToBytes, numberToHex, type Hex } from 'viem'

import type {
  ExecutionEngine,
  ExecutionPayload,
  PayloadAttributes,
  PayloadStatus,
} from './execution-engine.ts'

/** Where another client's Engine API is. */
export type HttpEngineOptions = {
  readonly url: string
  /** The 32 bytes that the client and its consensus share. */
  readonly jwtSecret: Uint8Array
  /** Seconds since 1970, for the token. */
  readonly nowSeconds: () => number
}

/** Another client did not answer as the Engine API says. */
class EngineApiError extends BaseError {
  constructor(method: string, reason: string, cause?: unknown) {
    super(`The execution client did not answer ${method}: ${reason}.`, {
      code: 'CHAIN_ENGINE_API_FAILED',
      kind: 'unavailable',
      hint: 'See whether the client runs, and whether it was given the same secret.',
      cause,
    })
  }
}

/**
 * Returns execution by another client (geth, reth) over the Engine API, V3 (Cancun). It chooses a block's transactions
 * from its own pool: those of the attributes are not handed on.
 */
export function createHttpEngine(options: HttpEngineOptions): ExecutionEngine {
  return {
    forkchoiceUpdated: async (head, attributes) => {
      const state = { headBlockHash: head, safeBlockHash: head, finalizedBlockHash: head }
      const wanted = attributes === undefined ? null : attributesToWire(attributes)
      const answer = await call(options, 'engine_forkchoiceUpdatedV3', [state, wanted])
      const { payloadStatus, payloadId } = answer as WireForkchoice
      const status = readStatus(payloadStatus)
      return payloadId ? { ...status, payloadId } : status
    },
    getPayload: async (id) => {
      const { executionPayload } = (await call(options, 'engine_getPayloadV3', [id])) as WireBuilt
      return { payload: wireToPayload(executionPayload), refused: [] }
    },
    newPayload: async (payload) => {
      const args = [payloadToWire(payload), [], payload.parentBeaconBlockRoot]
      return readStatus((await call(options, 'engine_newPayloadV3', args)) as WireStatus)
    },
    close: async () => {},
  }
}

type WireStatus = { readonly status: string; readonly validationError?: string | null }
type WireForkchoice = { readonly payloadStatus: WireStatus; readonly payloadId?: string | null }
type WireBuilt = { readonly executionPayload: WirePayload }
type WirePayload = Readonly<Record<NumberField | HexField, Hex>> & {
  readonly transactions: readonly Hex[]
  readonly withdrawals: readonly WireWithdrawal[]
}
type WireWithdrawal = {
  readonly index: Hex
  readonly validatorIndex: Hex
  readonly address: Hex
  readonly amount: Hex
}

const numberFields = ['blockNumber', 'gasLimit', 'gasUsed', 'timestamp', 'baseFeePerGas'] as const
const hexFields = [
  'parentHash',
  'feeRecipient',
  'stateRoot',
  'receiptsRoot',
  'logsBloom',
  'prevRandao',
  'extraData',
  'blockHash',
] as const
type NumberField = (typeof numberFields)[number]
type HexField = (typeof hexFields)[number]

/** Returns a payload as JSON of the Engine API has it. */
function payloadToWire(payload: ExecutionPayload) {
  return {
    ...Object.fromEntries(numberFields.map((field) => [field, numberToHex(payload[field])])),
    ...Object.fromEntries(hexFields.map((field) => [field, payload[field]])),
    transactions: payload.transactions.map((raw) => bytesToHex(raw)),
    withdrawals: payload.withdrawals.map(withdrawalToWire),
    blobGasUsed: '0x0',
    excessBlobGas: '0x0',
  }
}

function wireToPayload(wire: WirePayload): ExecutionPayload {
  const numbers = Object.fromEntries(numberFields.map((field) => [field, BigInt(wire[field])]))
  const texts = Object.fromEntries(hexFields.map((field) => [field, wire[field]]))
  return {
    ...(numbers as Record<NumberField, bigint>),
    ...(texts as Record<HexField, Hex>),
    transactions: wire.transactions.map((raw) => hexToBytes(raw)),
    withdrawals: wire.withdrawals.map(({ index, validatorIndex, address, amount }) => ({
      index: BigInt(index),
      validatorIndex: BigInt(validatorIndex),
      address,
      amountGwei: BigInt(amount),
    })),
    parentBeaconBlockRoot: numberToHex(0, { size: 32 }),
  }
}

function attributesToWire(attributes: PayloadAttributes) {
  const { timestamp, prevRandao, feeRecipient, withdrawals, parentBeaconBlockRoot } = attributes
  return {
    timestamp: numberToHex(timestamp),
    prevRandao,
    suggestedFeeRecipient: feeRecipient,
    withdrawals: withdrawals.map(withdrawalToWire),
    parentBeaconBlockRoot,
  }
}

function withdrawalToWire({
  index,
  validatorIndex,
  address,
  amountGwei,
}: ExecutionPayload['withdrawals'][number]): WireWithdrawal {
  return {
    index: numberToHex(index),
    validatorIndex: numberToHex(validatorIndex),
    address,
    amount: numberToHex(amountGwei),
  }
}

function readStatus({ status, validationError }: WireStatus): PayloadStatus {
  if (status === 'VALID') return { status }
  if (status === 'INVALID')
    return { status, reason: validationError ?? 'the client did not say why' }
  return { status: 'SYNCING' }
}

async function call(
  options: HttpEngineOptions,
  method: string,
  params: readonly unknown[],
): Promise<unknown> {
  const answer = await post(options, { jsonrpc: '2.0', id: 1, method, params }).catch(
    (failure: unknown) => {
      throw new EngineApiError(method, 'it was not reached', failure)
    },
  )
  if (answer.error !== undefined) throw new EngineApiError(method, answer.error.message)
  return answer.result
}

type Answer = { readonly result?: unknown; readonly error?: { readonly message: string } }

async function post(
  { url, jwtSecret, nowSeconds }: HttpEngineOptions,
  body: object,
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${createToken(jwtSecret, nowSeconds())}`,
    },
    body: JSON.stringify(body),
  })
  return (await response.json()) as Answer
}

/** A JSON Web Token that is good for a minute, as the Engine API asks for it (HS256, claim `iat`). */
function createToken(secret: Uint8Array, nowSeconds: number): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const head = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ iat: nowSeconds })}`
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`
}
