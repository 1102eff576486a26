import { parseAddress, parseDeviceId } from '@nexqloud/kernel'
import type { Hex } from 'viem'
import { z } from 'zod'

import type { OwnerCall } from '../device/owner-call.ts'
import { parseJsonAs } from '../parse-json.ts'

/** Where a masternode takes what owners have signed, at the port that devices dial. */
export const RELAY_PATH = '/relay'

const hexOf = (bytes: number) =>
  z.templateLiteral(['0x', z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`))])
const whole = z
  .string()
  .regex(/^(0|[1-9]\d{0,77})$/)
  .transform(BigInt)
  .refine((value) => value < 2n ** 256n)
const uint32 = z.int().min(0).max(0xff_ff_ff_ff)
const once = { nonce: whole, deadline: whole, signature: hexOf(65) }
const device = uint32.transform(parseDeviceId)
const call = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('register'),
    owner: z.string().transform(parseAddress),
    key: whole,
    tlsKeyHash: hexOf(32),
    region: hexOf(32),
    ...once,
  }),
  z.strictObject({
    kind: z.literal('accept'),
    device,
    scores: z.strictObject({
      cpu: uint32,
      memoryScore: uint32,
      storageScore: uint32,
      gpu: uint32,
      isp: uint32,
    }),
    ...once,
  }),
  z.strictObject({ kind: z.literal('retire'), device, ...once }),
])

/** What becomes of a call, as a masternode tells it. */
export type RelayAnswer =
  /** It is in a block. */
  | { readonly state: 'included'; readonly hash: Hex }
  /** It was so before. */
  | { readonly state: 'done' }
  /** It is on its way: whoever brings the same again hears of it. */
  | { readonly state: 'sent' }
  | RelayRefusal

/** Why it was not sent, or came to nothing. */
export type RelayRefusal = {
  readonly state: 'refused'
  readonly code: RelayRefusalCode
  readonly message: string
  readonly retryAfterSeconds?: number | undefined
}

/** Each reason and its status in HTTP. */
export const relayRefusals = {
  /** It is none of the calls that are relayed. */
  malformed: 400,
  /** Its owner did not sign it, or a contract would have to say so. */
  signature: 403,
  /** The chain knows no such device. */
  unknown: 404,
  /** The contract refuses it, or it would be too late or out of turn. */
  refused: 409,
  /** It was sent, and failed in its block. */
  reverted: 409,
  /** Somebody did as much as is allowed. */
  limit: 429,
  /** Another call of this owner is on its way. */
  busy: 429,
  /** The masternode has no room, no money, or no chain. */
  unavailable: 503,
} as const satisfies Record<string, number>

/** A reason, as programs may rely on it. */
export type RelayRefusalCode = keyof typeof relayRefusals

const codes = Object.keys(relayRefusals) as [RelayRefusalCode, ...RelayRefusalCode[]]
const answer = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('included'), hash: hexOf(32) }),
  z.strictObject({ state: z.literal('done') }),
  z.strictObject({ state: z.literal('sent') }),
  z.strictObject({
    state: z.literal('refused'),
    code: z.enum(codes),
    message: z.string().max(2000),
    retryAfterSeconds: z.int().min(1).max(86_400).optional(),
  }),
])

/** Returns a call as it is brought: whole numbers of 256 bits are decimal text. */
export function writeOwnerCall(owned: OwnerCall): Buffer {
  const text = JSON.stringify(owned, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  return Buffer.from(text)
}

/** Returns the call that bytes are; nothing where they are none. */
export function parseOwnerCall(body: Uint8Array): OwnerCall | undefined {
  return parseJsonAs(call, body)
}

/** Returns an answer as it is given. */
export function writeRelayAnswer(given: RelayAnswer): Buffer {
  return Buffer.from(JSON.stringify(given))
}

/** Returns the answer that bytes are; nothing where they are none. */
export function parseRelayAnswer(body: Uint8Array): RelayAnswer | undefined {
  return parseJsonAs(answer, body)
}
