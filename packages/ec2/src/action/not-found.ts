import type { Ec2Kind } from '../resource/kinds.ts'
import { ActionError } from './errors.ts'

/** Returns what is said where there is nothing of some ids. */
export function notFoundOf({
  notFound,
  noun,
}: Pick<Ec2Kind, 'notFound' | 'noun'>): (ids: readonly string[]) => ActionError {
  return (ids) =>
    ids.length === 1
      ? new ActionError(notFound, `The ${noun} '${ids[0]}' does not exist`)
      : new ActionError(notFound, `The ${noun}s '${ids.join(', ')}' do not exist`)
}
