import { instances } from '@nexqloud/control'
import { kinds } from '@nexqloud/kube'

import { exitCode } from '../exit-code.ts'
import { printResult } from '../fields.ts'
import type { Shell } from '../shell.ts'
import { InterruptedError } from '../terminal.ts'
import { UnconfirmedError } from './errors.ts'
import { withInstances, type InstanceOptions, type InstanceSession } from './instance-session.ts'
import type { WaitOptions } from './run.ts'
import { hasRun, isAtRest, stateOf } from './state.ts'
import { findViews, nameOf, type InstanceView } from './view.ts'

/** What `nexqloud rm` was asked. */
export type RemoveOptions = InstanceOptions & Pick<WaitOptions, 'wait'> & { readonly yes?: boolean }

/** Between two looks: milliseconds. */
const LOOK_MS = 300

/** Removes instances with all that they have, addresses included; returns the exit code. */
export async function removeInstances(
  names: readonly string[],
  options: RemoveOptions,
  shell: Shell,
): Promise<number> {
  return withInstances(options, shell, async (session) => {
    const views = await findViews(session, names)
    if (options.yes !== true) await confirm(session, views)
    const { client, namespace } = session
    const removed = views.map(nameOf)
    await Promise.all(
      views.map(({ instance: { metadata = {} } }) =>
        client.delete(
          instances,
          { namespace, name: metadata.name ?? '' },
          { preconditions: { uid: metadata.uid ?? '' } },
        ),
      ),
    )
    const isGone = !options.wait || (await waitUntilGone(session, views))
    if (!isGone) {
      shell.printer.note('They are removed; what runs of them is ended still.')
      return exitCode.interrupted
    }
    printResult({ document: { removed }, lines: removed }, { ...shell, json: options.json })
    return exitCode.done
  })
}

async function confirm(
  { shell: { terminal, clock } }: InstanceSession,
  views: readonly InstanceView[],
): Promise<void> {
  const running = views
    .filter((view) => hasRun(view) && !isAtRest(stateOf(view, clock.wallMs()), view))
    .map(nameOf)
  if (running.length === 0) return
  if (!terminal.isInteractive) throw new UnconfirmedError(running)
  const answer = await terminal.ask(`${running.join(', ')} would end, and be lost. Remove? [y/N] `)
  if (!/^y(?:es)?$/i.test(answer.trim())) throw new InterruptedError()
}

/** Pods outlive their instances by their grace; returns false where somebody pressed Ctrl-C. */
async function waitUntilGone(
  { client, namespace, shell }: InstanceSession,
  views: readonly InstanceView[],
): Promise<boolean> {
  const uids = new Set(views.map(({ instance }) => instance.metadata?.uid))
  for (;;) {
    const { items } = await client.list(kinds.pods, { namespace })
    const left = items.filter(({ metadata }) =>
      metadata?.ownerReferences?.some(({ uid }) => uids.has(uid)),
    )
    if (left.length === 0) return true
    if (shell.signal.aborted) return false
    shell.printer.status(`ending ${left.map(({ metadata }) => metadata?.name).join(', ')} …`)
    await shell.clock.delay(LOOK_MS, shell.signal)
  }
}
