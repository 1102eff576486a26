import { hash } from 'node:crypto'

import { hexToBytes } from '@ethereumjs/util'
import { z } from 'zod'

import { toData, toQuantity } from '../format/quantity.ts'
import { defineMethod, type MethodTable } from '../method.ts'
import { bytes } from '../schema.ts'
import type { MethodContext } from './context.ts'

const none = z.tuple([])

/** Parts of the API and their versions, as geth names them. */
const modules = { debug: '1.0', eth: '1.0', net: '1.0', rpc: '1.0', txpool: '1.0', web3: '1.0' }

/** Returns what the node says of itself: `web3_*`, `net_*`, `rpc_modules` and the like. */
export function createNodeMethods({ view, clientVersion }: MethodContext): MethodTable {
  const answering = (handle: () => unknown) => defineMethod({ params: none, cost: 1, handle })
  return {
    web3_clientVersion: answering(() => clientVersion),
    web3_sha3: defineMethod({
      params: z.tuple([bytes]),
      cost: 2,
      handle: ([data]) => toData(hash('keccak-256', hexToBytes(data), 'buffer')),
    }),
    net_version: answering(() => view.common.chainId().toString()),
    net_listening: answering(() => true),
    net_peerCount: answering(() => '0x0'),
    rpc_modules: answering(() => modules),
    eth_chainId: answering(() => toQuantity(view.common.chainId())),
    eth_syncing: answering(() => false),
    eth_accounts: answering(() => []),
    eth_blockNumber: answering(() => toQuantity(view.head().header.number)),
  }
}
