import type { Kind, KubeClient, ObjectMeta } from '@nexqloud/kube'

import { defineKind } from '../object/define-kind.ts'

/** A namespace has one wallet, of this name: it is what its account is paid from. */
export const WALLET_NAME = 'account'

/** How a wallet is, for programs: as its spec says, on the way there, held up by the chain, not what its namespace is paid from, or shut for good. */
export type WalletReason = 'AsWished' | 'Progressing' | 'Refused' | 'OtherAccount' | 'Locked'

/** A condition, in Kubernetes' words. */
export type WalletCondition = {
  readonly type: 'Ready'
  readonly status: 'True' | 'False'
  readonly reason: WalletReason
  readonly message: string
  /** ISO 8601. */
  readonly lastTransitionTime: string
}

/** A wallet that a masternode keeps for a tenant who has none. Whole numbers of wei are decimal text. */
export type ManagedWallet = {
  readonly metadata?: ObjectMeta
  readonly spec: {
    /** Most that may be charged in all. */
    readonly maxTotalWei: string
    /** Most that open leases may cost together, micro-USD an hour. */
    readonly maxRateMicroUsd: number
    /** `false`: no masternode opens more leases on it; those that steer its instances may where this is left out. */
    readonly approve?: boolean
    /** What shall leave the account; done once for each serial, which rises. */
    readonly withdraw?: {
      readonly serial: number
      readonly to: string
      readonly amountWei: string
    }
  }
  readonly status?: {
    readonly observedGeneration?: number
    /** 20 bytes of hex. */
    readonly address?: string
    readonly conditions?: readonly WalletCondition[]
    /** All masternodes that it has ever approved. */
    readonly masternodes?: readonly number[]
    /** Hash of its newest transaction. */
    readonly lastTransaction?: string
    readonly withdrawal?: {
      readonly serial: number
      readonly nonce: number
      /** Of what was signed to announce it with this number; nothing was where it is not there. */
      readonly hashes?: readonly string[]
      readonly isDone: boolean
    }
  }
}

/** Managed wallets, for a client. */
export const managedWallets: Kind<ManagedWallet> = {
  group: 'nexqloud.io',
  version: 'v1',
  kind: 'ManagedWallet',
  plural: 'managedwallets',
  isNamespaced: true,
}

const text = { type: 'string' } as const
const count = { type: 'integer', minimum: 0 } as const
/** What an account counts in (`ILeases.sol`): uint96 and uint40. */
const wei = { type: 'string', pattern: '^(0|[1-9][0-9]{0,27})$' } as const
const rate = { type: 'integer', minimum: 0, maximum: 2 ** 40 - 1 } as const

const schema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['maxTotalWei', 'maxRateMicroUsd'],
      properties: {
        maxTotalWei: wei,
        maxRateMicroUsd: rate,
        approve: { type: 'boolean' },
        withdraw: {
          type: 'object',
          required: ['serial', 'to', 'amountWei'],
          properties: {
            serial: { type: 'integer', minimum: 1, maximum: 2 ** 31 - 1 },
            to: { type: 'string', pattern: '^0x[0-9a-fA-F]{40}$' },
            amountWei: { type: 'string', pattern: '^[1-9][0-9]{0,27}$' },
          },
        },
      },
    },
    status: {
      type: 'object',
      properties: {
        observedGeneration: count,
        address: text,
        masternodes: { type: 'array', items: count },
        lastTransaction: text,
        conditions: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              type: text,
              status: text,
              reason: text,
              message: text,
              lastTransitionTime: text,
            },
          },
        },
        withdrawal: {
          type: 'object',
          properties: {
            serial: count,
            nonce: count,
            hashes: { type: 'array', items: text },
            isDone: { type: 'boolean' },
          },
        },
      },
    },
  },
} as const

/** Makes the kind known to the API, as this program knows it. */
export function defineManagedWallets(
  client: Pick<KubeClient, 'create' | 'get' | 'update'>,
): Promise<void> {
  return defineKind(client, managedWallets, {
    schema,
    columns: [
      { title: 'Address', jsonPath: '.status.address' },
      { title: 'Last-Transaction', jsonPath: '.status.lastTransaction' },
    ],
  })
}
