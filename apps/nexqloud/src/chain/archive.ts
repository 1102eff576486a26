import { exportChain, importChain, verifyChain } from '@nexqloud/chain'
import { BaseError } from '@nexqloud/kernel'

import type { Shell } from '../shell.ts'
import { findNetwork, joinNetworkFolder, type NetworkOptions } from './networks.ts'

/** Executes all blocks of the data folder anew and says whether they are what the rules lead to. */
export async function verify(options: NetworkOptions, shell: Shell): Promise<void> {
  const network = await findNetwork(options, shell)
  const blocks = await verifyChain(network, showProgress(shell, 'Verified'))
  report({ options, shell }, { blocks, text: `All ${blocks} blocks are what the rules lead to.` })
}

/** Writes the blocks of the data folder into a file. */
export async function exportBlocks(
  file: string,
  options: NetworkOptions,
  shell: Shell,
): Promise<void> {
  const network = await findNetwork(options, shell)
  const onProgress = showProgress(shell, 'Written')
  const blocks = await exportChain(network, { file, onProgress })
  report({ options, shell }, { blocks, text: `${file} has ${blocks} blocks.` })
}

/**
 * Executes the blocks of a file on top of those in the data folder.
 *
 * @throws {@link GenesisMissingError} where the folder has no genesis and none is named: blocks follow one alone.
 */
export async function importBlocks(
  file: string,
  options: NetworkOptions,
  shell: Shell,
): Promise<void> {
  const network = await joinNetworkFolder(options, shell)
  const onProgress = showProgress(shell, 'Executed')
  const blocks = await importChain(network, { file, onProgress })
  report({ options, shell }, { blocks, text: `The chain has ${blocks} blocks now.` })
}

/** Somebody ended the command in time. */
class ArchiveStoppedError extends BaseError {
  constructor(number: bigint) {
    super(`Stopped at block ${number}; nothing is half done.`, {
      code: 'CLI_STOPPED',
      kind: 'unavailable',
      hint: 'Repeat the command; an import goes on where it was.',
    })
  }
}

/** Returns what tells of each block that is done, and ends the command there where somebody wants that. */
function showProgress({ printer, signal }: Shell, done: string) {
  return (number: bigint, last?: bigint): void => {
    if (signal.aborted) throw new ArchiveStoppedError(number)
    printer.status(`${done}: block ${number}${last === undefined ? '' : ` of ${last}`} ...`)
  }
}

type Surroundings = { readonly options: NetworkOptions; readonly shell: Shell }

function report(
  { options, shell }: Surroundings,
  { blocks, text }: { readonly blocks: bigint; readonly text: string },
): void {
  shell.printer.line(options.json ? JSON.stringify({ blocks: Number(blocks) }) : text)
}
