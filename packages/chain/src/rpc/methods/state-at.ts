import type { State } from '../../state/state-reader.ts'
import type { BlockRef } from '../schema.ts'
import type { MethodContext } from './context.ts'

/**
 * Returns the state after a block.
 *
 * @throws {@link RpcError} where there is no such block.
 */
export async function stateAt(
  { lookup, states }: Pick<MethodContext, 'lookup' | 'states'>,
  ref: BlockRef,
): Promise<State> {
  const { header } = await lookup.get(ref)
  return states(header.stateRoot)
}
