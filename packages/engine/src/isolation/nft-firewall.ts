import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'

import { FirewallFailedError } from './errors.ts'
import type { Firewall } from './firewall.ts'
import { formatNetworkTable, networkTableName, soundingOf, type Sounding } from './network-table.ts'

/** Returns the machine's firewall. `command` runs `nft`, with what has to stand before it. */
export function createNftFirewall(command: readonly string[] = ['nft']): Firewall {
  const tablesOf = async (owner: string): Promise<readonly string[]> => {
    const tables = (await runNft(command, ['list', 'tables'])).split('\n')
    const wanted = families.map((family) => `table ${family} ${networkTableName(owner)}`)
    return wanted.filter((table) => tables.includes(table))
  }
  return {
    apply: async (table) => void (await runNft(command, ['-f', '-'], formatNetworkTable(table))),
    isApplied: async (owner) => (await tablesOf(owner)).length === families.length,
    seemsApplied: (owner) => isDropped(soundingOf(owner)),
    remove: async (owner) => {
      const script = (await tablesOf(owner)).map((table) => `delete ${table}\n`).join('')
      await runNft(command, ['-f', '-'], script)
    },
  }
}

const families = ['inet', 'bridge']

/** What a rule drops the kernel does not let out: netfilter says so to the sender at once, as EPERM. */
function isDropped({ address, port }: Sounding): Promise<boolean> {
  const socket = createSocket('udp4')
  return new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false))
    socket.send('', port, address, (failure) => {
      resolve(failure !== null && 'code' in failure && failure.code === 'EPERM')
    })
  }).finally(() => socket.close())
}

function runNft(
  [program = 'nft', ...before]: readonly string[],
  args: readonly string[],
  input = '',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, [...before, ...args], (failure, stdout, stderr) => {
      if (failure === null) return resolve(stdout)
      const reason = stderr.trim().split('\n')[0] ?? ''
      reject(new FirewallFailedError(reason === '' ? failure.message : reason, failure))
    })
    // One that cannot be started does not read.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}
