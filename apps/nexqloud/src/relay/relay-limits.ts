import type { SpanLimits } from '@nexqloud/rules'

/** How often a relay is asked, whatever comes of it: a signature and some questions to the chain each, at most. */
export const askedLimits = {
  spanSeconds: 60,
  most: { client: 60, site: 600, masternode: 3000 },
} as const satisfies SpanLimits<'client' | 'site' | 'masternode'>

/**
 * What a relay pays for. A device that joins takes two calls, and one more each time that its owner takes a new score; so a key, which is what costs
 * whoever means harm something, has a few an hour, and the one address of an office enough for fifteen machines. One customer of a provider, who has 65,536 addresses
 * to ask from, gets a fifth of what there is for all. What came to nothing and
 * was paid for comes to nothing once.
 */
export const relayedLimits = {
  spanSeconds: 3600,
  most: { key: 6, owner: 30, client: 30, site: 120, masternode: 600 },
  mostFailed: { key: 1, owner: 1 },
} as const satisfies SpanLimits<'key' | 'owner' | 'client' | 'site' | 'masternode'>
