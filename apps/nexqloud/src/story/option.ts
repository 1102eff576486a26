import type { Command } from 'commander'

import { addReadOptions } from '../option.ts'

/** Adds the options of a command that asks chain and masternode. */
export function addReaderOptions(command: Command): Command {
  return addReadOptions(command)
    .option('--kubeconfig <FILE>', "another Kubernetes than the data folder's own")
    .option('--namespace <NAME>', 'whose instances (default)')
}
