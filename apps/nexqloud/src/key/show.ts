import { parseAddress } from '@nexqloud/kernel'

import { formatFields, printResult } from '../fields.ts'
import { parseNumber } from '../number.ts'
import type { ReadOptions } from '../option.ts'
import { readChain } from '../session/read-chain.ts'
import { openSession, showAccount } from '../session/session.ts'
import type { Shell } from '../shell.ts'

/** Shows a digital key: who holds it, and which device it activates. */
export async function showKey(text: string, options: ReadOptions, shell: Shell): Promise<void> {
  const key = parseNumber(text, 'key')
  const session = await openSession(options, shell)
  const { digitalKeys, devices } = session.ledger
  const holder = parseAddress(await readChain(digitalKeys.read.ownerOf([key])))
  const [isFounding, device] = await readChain(
    Promise.all([digitalKeys.read.isFounding([key]), devices.read.deviceOfKey([key])]),
  )
  printResult(
    {
      document: { key, holder, isFounding, device: device === 0 ? null : device },
      lines: formatFields([
        ['key', key.toString()],
        ['holder', showAccount(session, holder)],
        ['founding', isFounding ? 'yes, it cannot be transferred' : 'no'],
        ['device', device === 0 ? 'none' : device.toString()],
      ]),
    },
    { printer: shell.printer, json: options.json },
  )
}
