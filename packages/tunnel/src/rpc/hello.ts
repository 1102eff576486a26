import { z } from 'zod'

import { RpcVersionError, RpcViolationError } from './errors.ts'
import { parseJson } from './message.ts'

/** The first line of each end. */
const hello = z.object({
  /** Which protocol the messages belong to. */
  protocol: z.string().max(100),
  /** The versions that this end speaks, both included. */
  least: z.int().min(1),
  most: z.int().min(1),
  /** The version of the program, for messages. */
  software: z.string().max(100),
})

/** What each end says of itself. */
export type RpcHello = z.infer<typeof hello>

/**
 * Returns what the first line says.
 *
 * @throws {@link RpcViolationError} where it says something else.
 */
export function parseHello(line: string): RpcHello {
  const parsed = hello.safeParse(parseJson(line))
  if (parsed.success) return parsed.data
  throw new RpcViolationError('The first line names no protocol and versions.')
}

/**
 * Returns the newest version that both ends speak.
 *
 * @throws {@link RpcVersionError} where there is none: it names both ends' versions, and which end is to be updated.
 */
export function agreeOnVersion(ours: RpcHello, theirs: RpcHello): number {
  const version = Math.min(ours.most, theirs.most)
  const isCommon = version >= Math.max(ours.least, theirs.least)
  if (ours.protocol === theirs.protocol && isCommon) return version
  const [mine, told] = [explainDifference(ours, theirs), explainDifference(theirs, ours)]
  throw new RpcVersionError(mine.message, {
    hint: mine.hint,
    told: `${told.message} ${told.hint}`,
  })
}

function explainDifference(ours: RpcHello, theirs: RpcHello) {
  if (ours.protocol !== theirs.protocol) {
    const message = `This end speaks ${ours.protocol}; the other end speaks ${theirs.protocol}.`
    return { message, hint: 'Dial the port that the protocol belongs to.' }
  }
  return {
    message: `This end (${ours.software}) speaks ${ours.protocol} ${rangeOf(ours)}; the other end (${theirs.software}) speaks ${rangeOf(theirs)}.`,
    hint: ours.most < theirs.least ? 'Update this end.' : 'Update the other end.',
  }
}

function rangeOf({ least, most }: RpcHello): string {
  return least === most ? `version ${most}` : `versions ${least} to ${most}`
}
