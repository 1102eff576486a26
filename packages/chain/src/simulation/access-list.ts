import type { MessageRun } from './run-message.ts'
import type { AccessList, AccessListResult } from './simulator.ts'

/** Rounds after which a list is given as it is: each may lead the call another way. */
const MOST_ROUNDS = 8

/** What an access list is found by. */
export type AccessListSearch = {
  /** Runs the call with these slots paid beforehand. */
  readonly attempt: (accessList: AccessList) => Promise<MessageRun>
  readonly initial: AccessList
  /** Accounts that every transaction has for nothing; lower case. */
  readonly free: ReadonlySet<string>
}

/** Returns the slots that a call touches, found by paying for those of the last try until they stay the same. */
export async function findAccessList(search: AccessListSearch): Promise<AccessListResult> {
  const { attempt, free } = search
  let accessList = search.initial
  for (let round = 1; ; round += 1) {
    const run = await attempt(accessList)
    const found = withoutFree(run, free)
    if (round === MOST_ROUNDS || namesOf(found) === namesOf(accessList)) {
      return { accessList, gasUsed: run.outcome.gasUsed, ...errorOf(run) }
    }
    accessList = found
  }
}

/** An account that costs nothing is listed only for its slots. */
function withoutFree({ touched, created }: MessageRun, free: ReadonlySet<string>): AccessList {
  return touched.filter(
    ({ address, storageKeys }) =>
      storageKeys.length > 0 || (!free.has(address.toLowerCase()) && address !== created),
  )
}

function namesOf(accessList: AccessList): string {
  return accessList
    .flatMap(({ address, storageKeys }) => [address, ...storageKeys.map((key) => address + key)])
    .map((name) => name.toLowerCase())
    .toSorted()
    .join()
}

function errorOf({ outcome }: MessageRun): { readonly error?: string } {
  if (outcome.status === 'returned') return {}
  return { error: outcome.status === 'reverted' ? 'execution reverted' : outcome.reason }
}
