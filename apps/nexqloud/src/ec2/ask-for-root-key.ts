import type { Clock } from '@nexqloud/kernel'
import type { LocalAccount } from 'viem'

import { createAttest } from '../masternode/attest.ts'
import { Ec2UnreachableError, KeyRefusedError } from './errors.ts'
import {
  rootKeyAnswer,
  rootKeyText,
  ROOT_KEYS_PATH,
  type RootKeyAnswer,
} from './root-key-request.ts'
import { createAsker, sealedAnswer } from './sealed-answer.ts'

/** Who asks where for a key. */
export type Asking = {
  readonly endpoint: string
  readonly namespace: string
  readonly account: LocalAccount
  readonly chainId: number
  readonly clock: Pick<Clock, 'wallMs'>
}

const WITHIN_MS = 15_000

/**
 * Returns a new key of the root of a namespace's account, which is told this once.
 *
 * @throws {@link Ec2UnreachableError}, {@link KeyRefusedError}
 */
export async function askForRootKey(asking: Asking): Promise<RootKeyAnswer> {
  const { endpoint, namespace, account, chainId, clock } = asking
  const at = new Date(clock.wallMs()).toISOString()
  const { publicKey, open } = createAsker()
  const request = { namespace, at, publicKey }
  const signature = await createAttest(account)(rootKeyText(request, chainId))
  const response = await post(endpoint, { ...request, signature })
  const body = (await response.json().catch(() => ({}))) as { readonly message?: string }
  const { message = `it answers ${response.status}` } = body
  if (response.status === 403) throw new KeyRefusedError(namespace, message)
  if (!response.ok) throw new Ec2UnreachableError(endpoint, new TypeError(message))
  const answer = sealedAnswer.safeParse(body)
  const opened = answer.success ? open(answer.data) : undefined
  if (opened !== undefined) return rootKeyAnswer.parse(JSON.parse(opened))
  throw new Ec2UnreachableError(endpoint, new TypeError('what it answers is not for who asked'))
}

async function post(endpoint: string, body: object): Promise<Response> {
  try {
    return await fetch(new URL(ROOT_KEYS_PATH, endpoint), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(WITHIN_MS),
    })
  } catch (cause) {
    throw new Ec2UnreachableError(endpoint, cause)
  }
}
