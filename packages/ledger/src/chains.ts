import { defineChain } from 'viem'

const nativeCurrency = { name: 'NexQloud', symbol: 'NXQ', decimals: 18 } as const
/** Nobody's node is preferred: whoever connects says whose to ask. */
const rpcUrls = { default: { http: [] } } as const

/** The main network: a period is a day. */
export const nexqloud = defineChain({
  id: 5_134_417,
  name: 'NexQloud',
  nativeCurrency,
  rpcUrls,
})

/** A network on one machine, with a faucet: a period is five minutes. */
export const nexqloudLocal = defineChain({
  id: 5_134_418,
  name: 'NexQloud Local',
  nativeCurrency,
  rpcUrls,
  testnet: true,
})
