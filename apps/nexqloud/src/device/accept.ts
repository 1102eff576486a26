import { BaseError } from '@nexqloud/kernel'
import { readDevice, type DeviceRecord, type RawScores } from '@nexqloud/ledger'

import { dataFolderOf } from '../data-folder.ts'
import { printResult } from '../fields.ts'
import type { SendOptions } from '../option.ts'
import { readChain } from '../session/read-chain.ts'
import { openSession, type Session } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { confirm } from '../terminal.ts'
import { openSender } from '../transaction/sender.ts'
import { readAgentStatus } from './agent-status.ts'
import { offerOf } from './await-active.ts'
import { compareScores, scoreTable } from './compare-scores.ts'
import { createDeliver, type RelayOptions } from './deliver.ts'
import { deviceFolderOf, type DeviceNameOptions } from './device-folder.ts'
import { DeviceGoneError, NotJoinedError } from './errors.ts'
import { explainMeasured } from './measured-text.ts'
import { assertOwnNetwork, readMembership } from './membership.ts'
import { acceptScores } from './signed-call.ts'

/** How scores are accepted. */
export type AcceptOptions = SendOptions &
  DeviceNameOptions &
  RelayOptions & { readonly yes?: boolean }

/** There is nothing that an owner could accept. */
class NothingOfferedError extends BaseError {
  constructor({ id, status }: DeviceRecord) {
    super(`Device ${id} is ${status}, and has no scores that wait for its owner.`, {
      code: 'DEVICE_NOTHING_OFFERED',
      kind: 'conflict',
      hint: 'nexqloud device status tells how it is.',
    })
  }
}

/** Shows what a device was measured with beside what counts, and why it changed; accepts it where its owner says so, and else leaves the device as it is. */
export async function acceptOffer(options: AcceptOptions, shell: Shell): Promise<void> {
  const folder = deviceFolderOf(dataFolderOf(options.data, shell), options.name)
  const joined = await readMembership(folder)
  if (joined === undefined) throw new NotJoinedError(folder)
  const rpc = options.rpc ?? joined.rpc
  const session = await openSession({ ...options, ...(rpc !== undefined && { rpc }) }, shell)
  await assertOwnNetwork(session.ledger, { folder, joined })
  const record = await readOffered(session, joined.device)
  const { device, scores } = record
  const compared = compareScores(device.accepted, scores)
  const why = explainMeasured((await readAgentStatus(folder))?.measured)
  if (options.json !== true) {
    for (const text of [...scoreTable(compared), ...why]) shell.printer.line(text)
  }
  const isAccepted = await isWanted(options, shell)
  if (isAccepted) {
    const sender = await openSender(session, { ...options, from: options.from ?? device.owner })
    const deliver = createDeliver(session, {
      relay: options.relay,
      onRelayed: (text) => options.json !== true && shell.printer.line(text),
    })
    await acceptScores(session, { sender, deliver }, { device: device.id, scores })
  }
  const after = isAccepted ? 'Accepted: these scores count.' : left(device)
  printResult(
    { document: { device: device.id, isAccepted, scores: compared, why }, lines: [after] },
    { printer: shell.printer, json: options.json },
  )
}

async function readOffered(
  { ledger }: Session,
  id: DeviceRecord['id'],
): Promise<{ readonly device: DeviceRecord; readonly scores: RawScores }> {
  const device = await readChain(readDevice(ledger, id))
  if (device === undefined) throw new DeviceGoneError(id, 'unknown to the chain')
  const scores = offerOf(device)
  if (scores === undefined) throw new NothingOfferedError(device)
  return { device, scores }
}

async function isWanted({ yes, json }: AcceptOptions, { terminal }: Shell): Promise<boolean> {
  if (yes === true) return true
  if (json === true || !terminal.isInteractive) return false
  return confirm(terminal, 'Accept these scores? Rewards and placement follow from them.')
}

function left({ id, status }: DeviceRecord): string {
  return status === 'active'
    ? `Device ${id} stays as it is, and works on with the scores that count.`
    : `Device ${id} stays ${status}. It works once its scores are accepted: nexqloud device accept`
}
