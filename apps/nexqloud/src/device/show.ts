import { BaseError, parseDeviceId } from '@nexqloud/kernel'
import { readDevice } from '@nexqloud/ledger'

import { formatFields, printResult } from '../fields.ts'
import { parseNumber } from '../number.ts'
import type { ReadOptions } from '../option.ts'
import { readChain } from '../session/read-chain.ts'
import { openSession, showAccount } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { showScores } from './scores-text.ts'

/** The chain knows no such device. */
class DeviceAbsentError extends BaseError {
  constructor(id: number) {
    super(`There is no device ${id}.`, {
      code: 'DEVICE_ABSENT',
      kind: 'notFound',
      hint: 'Devices are counted from 1; nexqloud key show ID names the one of a key.',
    })
  }
}

/** Shows what the chain knows of a device. */
export async function showDevice(text: string, options: ReadOptions, shell: Shell): Promise<void> {
  const id = parseDeviceId(Number(parseNumber(text, 'device')))
  const session = await openSession(options, shell)
  const device = await readChain(readDevice(session.ledger, id))
  if (device === undefined) throw new DeviceAbsentError(id)
  const { status, owner, key, region, tlsKeyHash, accepted, offered, measurer } = device
  const masternode = measurer?.masternode ?? 0
  printResult(
    {
      document: {
        device: id,
        status,
        owner,
        key,
        region,
        tlsKeyHash,
        accepted,
        offered,
        measurer: masternode,
      },
      lines: formatFields([
        ['device', id.toString()],
        ['status', status],
        ['owner', showAccount(session, owner)],
        ['key', key.toString()],
        ['region', region],
        ['TLS key', tlsKeyHash],
        ['scores', showScores(accepted, 'none accepted yet')],
        ['offered', showScores(offered, 'none')],
        ['measurer', masternode === 0 ? 'none' : `masternode ${masternode}`],
      ]),
    },
    { printer: shell.printer, json: options.json },
  )
}
