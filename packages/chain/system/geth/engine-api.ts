import { createHmac } from 'node:crypto'

import { bytesToHex, numberToHex, type Hex } from 'viem'

import type { ExecutionPayload, PayloadStatus } from '../../src/execution/execution-engine.ts'

/** Where another client's Engine API is. */
export type EngineApiOptions = {
  readonly url: string
  /** The 32 bytes that the client and its consensus share. */
  readonly jwtSecret: Uint8Array
}

/** What the Engine API of another client, V3 (Cancun), is asked about our blocks. */
export type EngineApi = {
  /** Has a block executed. */
  readonly newPayload: (payload: ExecutionPayload) => Promise<PayloadStatus>
  /** Makes a block the head. */
  readonly forkchoiceUpdated: (blockHash: Hex) => Promise<PayloadStatus>
}

/** Returns a client's Engine API. */
export function createEngineApi(options: EngineApiOptions): EngineApi {
  return {
    newPayload: async (payload) => {
      const args = [payloadToWire(payload), [], payload.parentBeaconBlockRoot]
      return readStatus((await call(options, 'engine_newPayloadV3', args)) as WireStatus)
    },
    forkchoiceUpdated: async (head) => {
      const state = { headBlockHash: head, safeBlockHash: head, finalizedBlockHash: head }
      const answer = await call(options, 'engine_forkchoiceUpdatedV3', [state, null])
      return readStatus((answer as { readonly payloadStatus: WireStatus }).payloadStatus)
    },
  }
}

type WireStatus = { readonly status: string; readonly validationError?: string | null }

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

function payloadToWire(payload: ExecutionPayload) {
  return {
    ...Object.fromEntries(numberFields.map((field) => [field, numberToHex(payload[field])])),
    ...Object.fromEntries(hexFields.map((field) => [field, payload[field]])),
    transactions: payload.transactions.map((raw) => bytesToHex(raw)),
    withdrawals: payload.withdrawals.map(({ index, validatorIndex, address, amountGwei }) => ({
      index: numberToHex(index),
      validatorIndex: numberToHex(validatorIndex),
      address,
      amount: numberToHex(amountGwei),
    })),
    blobGasUsed: '0x0',
    excessBlobGas: '0x0',
  }
}

function readStatus({ status, validationError }: WireStatus): PayloadStatus {
  if (status === 'VALID') return { status }
  if (status === 'INVALID') return { status, reason: validationError ?? 'it did not say why' }
  return { status: 'SYNCING' }
}

type Answer = { readonly result?: unknown; readonly error?: { readonly message: string } }

async function call(
  { url, jwtSecret }: EngineApiOptions,
  method: string,
  params: readonly unknown[],
): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${createToken(jwtSecret)}`,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  if (!response.ok) throw new Error(`The client answers ${method} with ${response.status}.`)
  const { result, error } = (await response.json()) as Answer
  if (error !== undefined) throw new Error(`The client refuses ${method}: ${error.message}`)
  return result
}

/** A JSON Web Token that is good for a minute, as the Engine API asks for it (HS256, claim `iat`). */
function createToken(secret: Uint8Array): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const claim = { iat: Math.floor(Date.now() / 1000) }
  const head = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claim)}`
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`
}
