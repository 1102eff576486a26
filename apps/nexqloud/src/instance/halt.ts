import { instances, type Instance } from '@nexqloud/control'
import { kinds, StatusError } from '@nexqloud/kube'

import { exitCode } from '../exit-code.ts'
import { printResult } from '../fields.ts'
import type { Shell } from '../shell.ts'
import { withInstances, type InstanceOptions, type InstanceSession } from './instance-session.ts'
import { awaitInstance, type WaitOptions } from './run.ts'
import { isAtRest, stateOf } from './state.ts'
import { findViews, nameOf, type InstanceView } from './view.ts'
import { isWithoutPod, waitUntilAll } from './wait.ts'

type Strategy = NonNullable<Instance['spec']['runStrategy']>

/** Stops instances, which keep their names and addresses; returns the exit code. */
export async function stopInstances(
  names: readonly string[],
  options: InstanceOptions & Pick<WaitOptions, 'wait'>,
  shell: Shell,
): Promise<number> {
  return withInstances(options, shell, async (session) => {
    const found = (await findViews(session, names)).map(nameOf)
    await Promise.all(found.map((name) => setStrategy(session, name, 'Halted')))
    const isDone = !options.wait || (await waitUntilAll(session, found, isWithoutPod))
    if (!isDone) {
      shell.printer.note('They end by themselves: nexqloud ps --all shows how far they are.')
      return exitCode.interrupted
    }
    printResult({ document: { stopped: found }, lines: found }, { ...shell, json: options.json })
    return exitCode.done
  })
}

/** Starts instances that were stopped or have ended, and waits until they run; returns the exit code. */
export async function startInstances(
  names: readonly string[],
  options: InstanceOptions & WaitOptions,
  shell: Shell,
): Promise<number> {
  return withInstances(options, shell, async (session) => {
    const found = await findViews(session, names)
    await Promise.all(found.map((view) => start(session, view)))
    const started = found.map(nameOf)
    if (!options.wait) {
      printResult({ document: { started }, lines: started }, { ...shell, json: options.json })
      return exitCode.done
    }
    for (const name of started) {
      const code = await awaitInstance(session, name, options)
      if (code !== exitCode.done) return code
    }
    return exitCode.done
  })
}

/** A pod that ran once, and has ended, makes room for the next one. */
async function start(session: InstanceSession, view: InstanceView): Promise<void> {
  const { client, namespace, shell } = session
  const name = nameOf(view)
  await setStrategy(session, name, 'Always')
  const { pod } = view
  if (pod === undefined || !isAtRest(stateOf(view, shell.clock.wallMs()), view)) return
  const preconditions = { uid: pod.metadata?.uid ?? '' }
  await client.delete(kinds.pods, { namespace, name }, { preconditions }).catch((failure) => {
    const isSettled =
      failure instanceof StatusError && ['notFound', 'conflict'].includes(failure.kind)
    if (!isSettled) throw failure
  })
}

async function setStrategy(
  { client, namespace }: InstanceSession,
  name: string,
  runStrategy: Strategy,
): Promise<void> {
  await client.patch(
    instances,
    { namespace, name },
    { type: 'merge', body: { spec: { runStrategy } } },
  )
}
