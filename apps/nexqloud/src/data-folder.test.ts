import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { chainUrlOf, dataFolderOf } from './data-folder.ts'
import { openScratchFolder } from './scratch-folder.ts'

test('the data folder is --data, else NEXQLOUD_HOME, else a folder in the home', () => {
  const env = { NEXQLOUD_HOME: '/var/lib/nexqloud' }
  expect(dataFolderOf('/srv/data', { env })).toBe('/srv/data')
  expect(dataFolderOf(undefined, { env })).toBe('/var/lib/nexqloud')
  expect(dataFolderOf(undefined, { env: { NEXQLOUD_HOME: '' } })).toBe(join(homedir(), '.nexqloud'))
})

test('the node is --rpc, else what runs from the data folder, else the default port', async () => {
  using folder = openScratchFolder()
  const [data, env] = [folder.path, {}]
  expect(await chainUrlOf({ data }, { env })).toBe('http://127.0.0.1:8545')
  write(folder.path, JSON.stringify({ chain: 'http://127.0.0.1:9000', ssh: 'ssh://…' }))
  expect(await chainUrlOf({ data }, { env })).toBe('http://127.0.0.1:9000')
  expect(await chainUrlOf({ data, rpc: 'https://node.example' }, { env })).toBe(
    'https://node.example',
  )
})

test('what a process left behind that was killed is passed over', async () => {
  using folder = openScratchFolder()
  const [data, env, chain] = [folder.path, {}, 'http://127.0.0.1:9000']
  write(folder.path, endpointsOf(chain, spawnSync('true').pid))
  expect(await chainUrlOf({ data }, { env })).toBe('http://127.0.0.1:8545')
  write(folder.path, endpointsOf(chain, process.pid))
  expect(await chainUrlOf({ data }, { env })).toBe(chain)
})

test('where the folder holds a network whose node does not run, no other node is asked unless it is named', async () => {
  using folder = openScratchFolder()
  const [data, env, chain] = [folder.path, {}, 'http://127.0.0.1:9000']
  writeFileSync(join(folder.path, 'genesis.json'), '{}')
  const stopped = {
    code: 'CLI_NODE_STOPPED',
    kind: 'unavailable',
    message: `The node of the data folder ${data} does not run.`,
    hint: `Start it with: nexqloud chain --data ${data}. Or name another node with --rpc URL.`,
  }
  await expect(chainUrlOf({ data }, { env })).rejects.toMatchObject(stopped)
  write(folder.path, endpointsOf(chain, spawnSync('true').pid))
  await expect(chainUrlOf({ data }, { env })).rejects.toMatchObject(stopped)
  expect(await chainUrlOf({ data, rpc: chain }, { env })).toBe(chain)
  write(folder.path, endpointsOf(chain, process.pid))
  expect(await chainUrlOf({ data }, { env })).toBe(chain)
})

test.each(['not json', '{"chain":5}', '{"chain":"ws://127.0.0.1:1"}'])(
  'endpoints that cannot be used are named: %s',
  async (text) => {
    using folder = openScratchFolder()
    write(folder.path, text)
    await expect(chainUrlOf({ data: folder.path }, { env: {} })).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('endpoints.json'),
    })
  },
)

test('a URL of another kind is wrong usage', async () => {
  await expect(chainUrlOf({ rpc: 'node.example:8545' }, { env: {} })).rejects.toMatchObject({
    code: 'CLI_ENDPOINT_INVALID',
    kind: 'invalid',
  })
})

function write(folder: string, text: string): void {
  writeFileSync(join(folder, 'endpoints.json'), text)
}

function endpointsOf(chain: string, pid: number): string {
  return JSON.stringify({ chain, processes: { chain: { pid, doors: ['chain'] } } })
}
