import { payerOf } from '@nexqloud/control'
import { createRootKey, openAccount, type Account, type Seal } from '@nexqloud/ec2'
import { clientAddressOf, createAllowances, type Clock } from '@nexqloud/kernel'
import { kinds, StatusError, type KubeClient } from '@nexqloud/kube'
import { recoverMessageAddress } from 'viem'

import { parseJson } from '../parse-json.ts'
import {
  rootKeyRequest,
  rootKeyText,
  type RootKeyAnswer,
  type RootKeyRequest,
} from './root-key-request.ts'
import { createSealer } from './sealed-answer.ts'

/** What gives out keys. */
export type RootKeyDoorParts = {
  readonly client: KubeClient
  readonly seal: Seal
  readonly clock: Clock
  readonly chainId: number
  readonly region: string
}

/** What is answered over HTTP. */
export type DoorAnswer = { readonly status: number; readonly body: object }

/** A signature counts so long around the moment that it says. */
const COUNTS_MS = 60_000
/** Keys are asked for by hand. */
const ASKING = { perSecond: 1, burst: 10, most: 1000 }

/**
 * Returns what gives a key of an account's root to whoever signs with the wallet that pays for its namespace: for each namespace and moment once, however the
 * signature is written.
 */
export function createRootKeyDoor(
  parts: RootKeyDoorParts,
): (body: Buffer, sourceAddress: string) => Promise<DoorAnswer> {
  const { clock } = parts
  const used = new Map<string, number>()
  const mayAsk = createAllowances(ASKING, () => clock.steadyMs())

  function isNew({ namespace, at }: RootKeyRequest): boolean {
    const nowMs = clock.wallMs()
    for (const [known, untilMs] of used) if (untilMs < nowMs) used.delete(known)
    const moment = `${namespace} ${at}`
    const isTimely = Math.abs(nowMs - Date.parse(at)) <= COUNTS_MS
    if (!isTimely || used.has(moment)) return false
    used.set(moment, nowMs + 2 * COUNTS_MS)
    return true
  }

  return async (body, sourceAddress) => {
    if (!mayAsk(clientAddressOf(sourceAddress)))
      return refuse(503, 'Too often: try again in a moment.')
    const request = rootKeyRequest.safeParse(parseJson(body))
    const seal = request.success ? createSealer(request.data.publicKey) : undefined
    if (!request.success || seal === undefined) {
      return refuse(400, 'A request has namespace, at, publicKey and signature.')
    }
    if (!(await isPayer(parts, request.data))) {
      return refuse(403, 'The signature is not that of the wallet that pays for the namespace.')
    }
    if (!isNew(request.data))
      return refuse(403, 'The signature is too old, or was used: sign anew.')
    const account = await openAccount(parts.client, request.data)
    return { status: 200, body: seal(JSON.stringify(await createKey(parts, account))) }
  }
}

async function createKey(parts: RootKeyDoorParts, account: Account): Promise<RootKeyAnswer> {
  const key = await createRootKey(parts, account)
  return { accountId: account.id, region: parts.region, ...key }
}

async function isPayer(
  { client, chainId }: RootKeyDoorParts,
  request: RootKeyRequest,
): Promise<boolean> {
  const payer = await findPayer(client, request.namespace)
  if (payer === undefined) return false
  const message = rootKeyText(request, chainId)
  const signer = await recoverMessageAddress({ message, signature: request.signature }).catch(
    () => undefined,
  )
  return signer?.toLowerCase() === payer.toLowerCase()
}

async function findPayer(client: KubeClient, name: string): Promise<string | undefined> {
  try {
    return payerOf(await client.get(kinds.namespaces, { name }))
  } catch (failure) {
    if (failure instanceof StatusError && failure.kind === 'notFound') return undefined
    throw failure
  }
}

function refuse(status: number, message: string): DoorAnswer {
  return { status, body: { message } }
}
