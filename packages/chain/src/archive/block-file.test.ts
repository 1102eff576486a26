import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Block, createBlockHeader } from '@ethereumjs/block'
import { RLP } from '@ethereumjs/rlp'
import { afterEach, beforeAll, expect, test } from 'vitest'

import { createLocalGenesis } from '../../test/local-genesis.ts'
import { createChainCommon } from '../execution/chain-common.ts'
import { readBlockFile, writeBlockFile } from './block-file.ts'

let common: ReturnType<typeof createChainCommon>
const folders: string[] = []

beforeAll(async () => {
  common = createChainCommon(await createLocalGenesis())
})

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

test('what is written is read', async () => {
  const file = join(createFolder(), 'blocks')
  await writeBlockFile(file, someBlocks())
  const numbers = (await readAll(file)).map(({ header }) => header.number)
  expect(numbers).toEqual([1n, 2n])
})

test.each([
  ['an empty list', Uint8Array.of(0xc0)],
  ['another list', RLP.encode([[1], [2]])],
  ['no list', Uint8Array.of(1, 2, 3)],
  ['half a list', Uint8Array.of(0xf9, 2, 0, 1)],
])(
  'a file whose third block is %s is told with the byte and the blocks before',
  async (_, bytes) => {
    const file = join(createFolder(), 'blocks')
    await writeBlockFile(file, someBlocks())
    const [first, second] = (await readAll(file)).map((block) => block.serialize())
    const whole = [...(first ?? []), ...(second ?? [])]
    writeFileSync(file, Uint8Array.from([...whole, ...bytes]))
    await expect(readAll(file)).rejects.toMatchObject({
      code: 'CHAIN_BLOCK_FILE_INVALID',
      message: expect.stringContaining(`at byte ${whole.length}, after 2 blocks`),
      hint: expect.stringContaining('Export it again'),
    })
  },
)

test('a folder is no file of blocks, nor is a pipe that nobody writes into', async () => {
  const folder = createFolder()
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  for (const file of [folder, pipe]) {
    await expect(readAll(file)).rejects.toMatchObject({ code: 'CHAIN_BLOCK_FILE_INVALID' })
  }
})

test('a file that cannot be written is named as it was asked for, and nothing is left behind', async () => {
  const folder = createFolder()
  const within = join(folder, 'absent', 'blocks')
  for (const file of [within, folder]) {
    await expect(writeBlockFile(file, someBlocks())).rejects.toMatchObject({
      code: 'CHAIN_BLOCK_FILE_UNWRITABLE',
      message: expect.stringContaining(`${file} cannot be written`),
    })
  }
  expect(readdirSync(folder)).toEqual([])
  expect(
    readdirSync(tmpdir()).filter((name) => join(tmpdir(), name).startsWith(`${folder}.`)),
  ).toEqual([])
})

async function* someBlocks(): AsyncIterable<Block> {
  const options = { common, skipConsensusFormatValidation: true }
  for (const number of [1n, 2n]) {
    const header = createBlockHeader({ number, withdrawalsRoot: new Uint8Array(32) }, options)
    yield new Block(header, [], [], [], options)
  }
}

async function readAll(file: string): Promise<readonly Block[]> {
  const blocks: Block[] = []
  for await (const block of readBlockFile(file, common)) blocks.push(block)
  return blocks
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-blocks-'))
  folders.push(folder)
  return folder
}
