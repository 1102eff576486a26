import {
  runHealer,
  runMeter,
  runScheduler,
  Tenure,
  type Driver,
  type Election,
  type ElectionListener,
  type MeterLedger,
  type Attest,
  type Notify,
} from '@nexqloud/control'
import type { Clock } from '@nexqloud/kernel'
import type { KubeClient } from '@nexqloud/kube'

import type { DeviceDoor } from './device/device-door.ts'
import type { Recorder } from './record/recorder.ts'
import type { Router } from './route/router.ts'

/** The task of whoever acts for all masternodes: places pods, heals instances, gives out addresses, meters what runs. */
export const CONTROLLERS = 'controllers'

/** What watches and acts, and on what. */
export type ControllersParts = {
  readonly client: KubeClient
  readonly schedulerNames: readonly string[]
  readonly election: Election
  readonly driver: Driver
  readonly router: Router
  readonly devices: DeviceDoor
  readonly recorder: Recorder | undefined
  readonly ledger?: MeterLedger
  readonly notify?: Notify
  /** Signs receipts of what is erased. */
  readonly attest?: Attest
  readonly clock: Clock
  readonly onFailure: (failure: unknown, part: string) => void
}

/** Controllers that run. */
export type Controllers = {
  /** Has the parts do what this masternode holds, and leave what it does not. */
  readonly electionChanged: ElectionListener
  readonly close: () => Promise<void>
}

/** Starts what watches and acts. */
export function startControllers(parts: ControllersParts): Controllers {
  const { client, election, driver, router, devices, recorder, onFailure } = parts
  const over = new AbortController()
  // A chain that is away holds the meter up, and nobody else.
  const leading = [createScheduling(parts), createHealing(parts), createMetering(parts)]
  const running = Promise.all([
    driver.run(over.signal),
    router.run(over.signal),
    election.run(over.signal),
    recorder?.run({ client, streams: driver.streams }, over.signal),
  ])
  running.catch((failure: unknown) => onFailure(failure, 'controllers'))
  const lead = (): void => {
    for (const each of leading) each.set(election.termOf(CONTROLLERS) !== undefined)
  }
  election.stand(CONTROLLERS)
  lead()
  return {
    electionChanged: (task) => {
      if (task === CONTROLLERS) {
        lead()
        router.leadChanged()
      } else {
        devices.reconsider(task)
        driver.reconsider(task)
        router.deviceChanged(task)
      }
    },
    close: async () => {
      await Promise.all(leading.map((each) => each.close()))
      over.abort()
      await running.catch(() => {})
    },
  }
}

function createMetering(parts: ControllersParts): Tenure {
  const { client, clock, ledger, notify, attest, onFailure } = parts
  const fail = (failure: unknown): void => onFailure(failure, 'meter')
  return new Tenure(
    async (signal) =>
      ledger &&
      runMeter(
        {
          client,
          clock,
          ledger,
          ...(notify && { notify }),
          ...(attest && { attest }),
          onFailure: fail,
        },
        signal,
      ),
    { clock, onFailure: fail },
  )
}

function createScheduling({ client, clock, schedulerNames, onFailure }: ControllersParts): Tenure {
  const common = { clock, onFailure: (failure: unknown) => onFailure(failure, 'scheduler') }
  return new Tenure((signal) => runScheduler({ ...common, client, schedulerNames }, signal), common)
}

function createHealing({ client, clock, onFailure }: ControllersParts): Tenure {
  const common = { clock, onFailure: (failure: unknown) => onFailure(failure, 'healer') }
  return new Tenure((signal) => runHealer({ ...common, client }, signal), common)
}
