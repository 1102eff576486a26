import { z } from 'zod'

import { publicKeyText } from './sealed-answer.ts'

/** Where a root key of an account is asked for, beside AWS's protocols. */
export const ROOT_KEYS_PATH = '/.nexqloud/root-keys'

/** Who asks for a key of an account's root: whoever pays for a namespace, by the signature of that wallet. */
export const rootKeyRequest = z.object({
  namespace: z.string().regex(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/),
  /** ISO 8601, of when it was signed. */
  at: z.iso.datetime(),
  /** What the answer is sealed for. */
  publicKey: publicKeyText,
  /** An EIP-191 signature of {@link rootKeyText}. */
  signature: z.custom<`0x${string}`>(
    (text) => typeof text === 'string' && /^0x[0-9a-f]{130}$/i.test(text),
  ),
})

export type RootKeyRequest = z.output<typeof rootKeyRequest>

/** What is answered, sealed. */
export const rootKeyAnswer = z.object({
  accountId: z.string(),
  region: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
})

export type RootKeyAnswer = z.output<typeof rootKeyAnswer>

/** Returns what a wallet signs to get a key: it says what for, and for whom it is sealed; it counts for one network, namespace and moment. */
export function rootKeyText(
  { namespace, at, publicKey }: Omit<RootKeyRequest, 'signature'>,
  chainId: number,
): string {
  return `NexQloud: a root access key of the account of namespace ${namespace}, network ${chainId}, at ${at}, for ${publicKey}`
}
