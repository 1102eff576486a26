import { execFile } from 'node:child_process'

import { VolumeFailedError } from './errors.ts'

/**
 * Runs one of the machine's programs and returns what it printed.
 *
 * @throws {@link VolumeFailedError} with the first line of what it complained of.
 */
export function runProgram(program: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    // What it says is read by us.
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }
    execFile(program, args, { env }, (failure, stdout, stderr) => {
      if (failure === null) return resolve(stdout)
      const reason = stderr.trim().split('\n')[0] ?? ''
      reject(
        new VolumeFailedError(`run ${program}`, reason === '' ? failure.message : reason, failure),
      )
    })
  })
}
