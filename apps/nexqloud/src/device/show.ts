import { BaseError, parseAddress, parseDeviceId } from '@nexqloud/kernel'
import { hexToString } from 'viem'

import { formatFields, printResult } from '../fields.ts'
import { parseNumber } from '../number.ts'
import type { ReadOptions } from '../option.ts'
import { readChain } from '../session/read-chain.ts'
import { openSession, showAccount } from '../session/session.ts'
import type { Shell } from '../shell.ts'

/** The statuses of a device, in the order of the contract's `DeviceStatus`. */
const statuses = ['none', 'registered', 'measured', 'active', 'suspended', 'retired'] as const

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

type Scores = {
  readonly cpu: number
  readonly memoryScore: number
  readonly storageScore: number
  readonly gpu: number
  readonly isp: number
}

/** Shows what the chain knows of a device. */
export async function showDevice(text: string, options: ReadOptions, shell: Shell): Promise<void> {
  const id = parseDeviceId(Number(parseNumber(text, 'device')))
  const session = await openSession(options, shell)
  const device = await readChain(session.ledger.devices.read.device([id]))
  const status = statuses[device.status] ?? 'none'
  if (status === 'none') throw new DeviceAbsentError(id)
  const region = hexToString(device.region, { size: 32 })
  const { key, tlsKeyHash, accepted, offered, measurer } = device
  const owner = parseAddress(device.owner)
  printResult(
    {
      document: { device: id, status, owner, key, region, tlsKeyHash, accepted, offered, measurer },
      lines: formatFields([
        ['device', id.toString()],
        ['status', status],
        ['owner', showAccount(session, owner)],
        ['key', key.toString()],
        ['region', region],
        ['TLS key', tlsKeyHash],
        ['scores', showScores(accepted, 'none accepted yet')],
        ['offered', showScores(offered, 'none')],
        ['measurer', measurer === 0 ? 'none' : `masternode ${measurer}`],
      ]),
    },
    { printer: shell.printer, json: options.json },
  )
}

function showScores(scores: Scores, nothing: string): string {
  const { cpu, memoryScore, storageScore, gpu, isp } = scores
  if (cpu + memoryScore + storageScore + gpu + isp === 0) return nothing
  return `CPU ${cpu}, memory ${memoryScore}, storage ${storageScore}, GPU ${gpu}, ISP ${isp}`
}
