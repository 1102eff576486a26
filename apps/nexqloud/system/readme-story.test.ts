import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { ask, startChain, type ChainProcess } from './chain-process.ts'

const root = join(import.meta.dirname, '../../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
/** It is told on a chain of one's own. */
const story = readme.slice(readme.indexOf('A chain of your own'))
const commands = [...story.matchAll(/^\.\/nexqloud ((?:wallet|key|account|supply).*)$/gm)].map(
  ([, words = '']) => words.replace(/#.*$/, '').trim(),
)
const folder = mkdtempSync(join(tmpdir(), 'nexqloud-story-'))
let node: ChainProcess

beforeAll(async () => {
  node = await startChain(folder)
})
afterAll(async () => {
  await node.stop()
  rmSync(folder, { recursive: true })
})

test('the README tells a story', () => {
  expect(readme).toContain('\n./nexqloud chain\n')
  expect(commands.length).toBeGreaterThan(3)
})

test.each(commands)('%s', (command) => {
  expect(run(command)).not.toBe('')
})

test('the story ends with a key, paid for', async () => {
  const { balanceWei, keys } = JSON.parse(run('wallet show me --json')) as Shown
  expect(BigInt(balanceWei)).toBeLessThan(100n * 10n ** 18n)
  expect(Number(keys)).toBe(1)
  expect(await ask(node.url, 'eth_blockNumber')).not.toBe('0x0')
})

type Shown = { readonly balanceWei: string; readonly keys: string }

function run(command: string): string {
  const args = [join(root, 'apps/nexqloud/src/main.ts'), ...command.split(/\s+/)]
  const env = { ...process.env, NEXQLOUD_HOME: folder, NEXQLOUD_PASSWORD: 'a story’s password' }
  return execFileSync(process.execPath, args, { encoding: 'utf8', env })
}
