import type { NetworkFolder, NetworkOptions } from './networks.ts'

/** Who names a genesis may expect to follow those who launched it. */
export const followsNobody =
  'This node decides blocks of its own: it follows no other node of the network whose genesis this is.'

/** Returns how this start came by its network, to stand after the network's name; nothing where it was there before. */
export function originOf(
  { isNew }: Pick<NetworkFolder, 'isNew'>,
  { genesis }: Pick<NetworkOptions, 'genesis'>,
): string {
  if (!isNew) return ''
  return genesis === undefined ? ', launched now' : `, begun now from ${genesis}`
}
