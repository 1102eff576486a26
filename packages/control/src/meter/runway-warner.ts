import type { Clock } from '@nexqloud/kernel'
import type { KubeClient } from '@nexqloud/kube'
import { dryAt, runwayWarning, type Funds } from '@nexqloud/rules'

import { annotations } from '../object/names.ts'
import { toIso } from '../object/object.ts'
import { createEventRecorder } from '../object/record-event.ts'
import type { AccountNotes } from './account-notes.ts'
import { METER } from './actor.ts'
import type { AccountCharges } from './freezer.ts'
import type { Notify } from './notice.ts'

/** What it works with. */
export type RunwayWarnerOptions = {
  readonly client: KubeClient
  readonly clock: Clock
  readonly notes: AccountNotes
  readonly notify?: Notify
  /** Told of each failure after which it goes on. */
  readonly onFailure: (failure: unknown) => void
}

/** Tells tenants early that an account runs dry, and writes down when. */
export type RunwayWarner = {
  readonly look: (all: AccountCharges, funds: Funds) => Promise<void>
}

/** When an account runs dry is written down again where it differs by so much: seconds, and a part of what is left. */
const [LEAST_SECONDS, LEAST_PART] = [10, 0.02]

/** Returns what tells tenants how long their accounts last. */
export function createRunwayWarner(options: RunwayWarnerOptions): RunwayWarner {
  const { notes, client } = options
  const record = createEventRecorder(client, { ...options, actor: METER })
  const tell = async (
    { account, namespaces }: AccountCharges,
    paidUntil: number,
  ): Promise<void> => {
    const until = toIso(paidUntil * 1000)
    const message = `The account ${account} pays for what runs here until ${until}; then instances stop, those of the lowest priority and the newest first. nexqloud account deposit --to ${account} --amount N adds to it.`
    const happening = { type: 'Warning', reason: 'RunwayShort', message } as const
    for (const { metadata = {} } of namespaces) {
      await record({ kind: 'Namespace', metadata }, happening)
      const webhook = metadata.annotations?.[annotations.webhook]
      if (webhook === undefined) continue
      const data = { namespace: metadata.name ?? '', account, paidUntil: until, message }
      const timestamp = toIso(options.clock.wallMs())
      options.notify?.(webhook, { type: 'runway.short', timestamp, data })
    }
  }
  return {
    look: async (all, funds) => {
      const { account, namespaces } = all
      const note = notes.get(account, namespaces)
      const paidUntil = dryAt(funds)
      const runway = paidUntil === undefined ? undefined : paidUntil - funds.at
      const { warn, told } = runwayWarning(runway, note.runwayTold)
      if (warn !== undefined && paidUntil !== undefined) await tell(all, paidUntil)
      const isNews = isFarFrom(note.paidUntil, paidUntil, funds.at)
      if (told === note.runwayTold && !isNews) return
      await notes.write(account, namespaces, { runwayTold: told, paidUntil })
    },
  }
}

function isFarFrom(noted: number | undefined, now: number | undefined, at: number): boolean {
  if (noted === undefined || now === undefined) return noted !== now
  return Math.abs(now - noted) > Math.max(LEAST_SECONDS, (now - at) * LEAST_PART)
}
